"""What one process holds of a segment: a mapping that lives as long as anything uses it."""
import os
import threading
import weakref

from . import layout
from .errors import IncompatibleSegmentError, SegmentGoneError, SegmentPoisonedError

_known = weakref.WeakValueDictionary()
_lock = threading.RLock()  # a finalizer of the collector may attach, too


class Memory:
    """A mapping. It ends when nothing refers to this object any more: every numpy array over it does, so memory is never
    taken from under one. At the end of the interpreter the kernel ends it."""

    __slots__ = ("base", "size", "header", "read_only", "id", "name", "__weakref__")

    def __init__(self, base, size, header, read_only, number, name, release, *arguments):
        self.base = base
        self.size = size
        self.header = header
        self.read_only = read_only
        self.id = number
        self.name = name
        weakref.finalize(self, release, *arguments).atexit = False


def shared(key, attach):
    """The mapping of `key`, which holds a UUID, or a new one by `attach()`. A process has one for many arrays of a pool."""
    with _lock:
        found = _known.get(key)
        if found is None:
            found = _known[key] = attach()
        return found


def judge(what, storage, raw, state, real_size, uuid):
    """The Header of copied bytes, `state` having been read before them. With another UUID than `uuid`, whatever lies there
    is not what was asked for."""
    if uuid is not None and layout.uuid_of(raw) != uuid:
        raise SegmentGoneError(
            f"cannot attach {what}: it is gone, another one has its place (the UUID differs); keep the array open in the "
            "sender until the receiver has attached")
    try:
        header = layout.read(raw, real_size, storage)
    except layout.BadHeader as fault:
        raise IncompatibleSegmentError(
            f"cannot attach {what} ({real_size} bytes): {fault}; let its writer make it anew, or map it with numpy itself "
            "if it is another program's") from None
    if state == layout.READY:
        return header
    if state == layout.POISONED:
        raise SegmentPoisonedError(f"cannot attach {what}: its memory was truncated; its writer must make it anew")
    if state in (layout.BEING_MADE, layout.DESTROYED):
        raise SegmentGoneError(f"cannot attach {what}: it is gone, its memory serves another purpose (state {state})")
    raise IncompatibleSegmentError(f"cannot attach {what}: its state is {state}, which this version does not know")


def _after_fork():
    global _lock  # another thread may have held it
    _lock = threading.RLock()


os.register_at_fork(after_in_child=_after_fork)
