"""NumPy arrays in shared memory, the same arrays by the same handles as the Java library Sharray.

    import sharray
    a = sharray.create((1000, 1000), "float64")     # System V; storage="posix" or "file" otherwise
    a.array[:] = 1                                  # a numpy.ndarray over the shared bytes
    send(a.handle)                                  # text; or put `a` itself into a queue: only its handle travels
    b = sharray.attach(handle)                      # in any process of this user, Java or Python, while somebody holds it

A handle holds nothing: the sender keeps the array open until the receiver has attached. `docs/segment-layout.md` of the
project describes the memory. Linux only; everything here is thread-safe but the closing of one array by two threads.
"""
from .array import SharedArray, attach, attach_file, attach_name, create
from .errors import (IncompatibleSegmentError, SegmentAccessError, SegmentGoneError, SegmentPoisonedError,
                     SharedMemoryExhaustedError, SharrayError)
from .listing import Listed, segments
from .sweep import sweep

__all__ = [
    "IncompatibleSegmentError", "Listed", "SegmentAccessError", "SegmentGoneError", "SegmentPoisonedError",
    "SharedArray", "SharedMemoryExhaustedError", "SharrayError", "attach", "attach_file", "attach_name", "create",
    "segments", "sweep",
]
