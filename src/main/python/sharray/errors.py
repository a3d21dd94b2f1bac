"""What can go wrong with shared memory. Wrong arguments are ValueError and TypeError, as elsewhere in Python."""


class SharrayError(Exception):
    """The system refused something."""


class SegmentGoneError(SharrayError):
    """The array of a handle or name exists no more, or not in this namespace."""


class SegmentAccessError(SharrayError):
    """This user may not do that with the segment."""


class SegmentPoisonedError(SharrayError):
    """Somebody truncated the segment."""


class IncompatibleSegmentError(SharrayError):
    """Not one of our segments, a damaged one, or one of a later version."""


class SharedMemoryExhaustedError(SharrayError):
    """No room: a limit of the kernel, of /dev/shm or of the address space."""
