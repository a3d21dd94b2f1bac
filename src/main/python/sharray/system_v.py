"""System V segments: marked for destruction as soon as they are attached, so that the kernel frees them with their last
holder. Until then a tagged key makes them recognisable to the sweep."""
import errno
import os

from . import layout, libc
from .errors import SegmentAccessError, SegmentGoneError, SharedMemoryExhaustedError, SharrayError
from .memory import Memory, judge

KEY_TAG = 0x5368
_TRIES = 64


def create(raw, total_size):
    """A segment with this header."""
    for attempt in range(_TRIES):
        try:
            number = _get_fresh(total_size)
            try:
                base = libc.shmat(number)
            finally:
                _mark(number)
            break
        except OSError as answer:
            swept = answer.errno in (errno.EINVAL, errno.EIDRM) and _allowed(total_size)
            if not swept or attempt == _TRIES - 1:
                raise _creation_failed(answer, total_size) from None
    libc.write(base, raw)
    libc.store(base + layout.STATE_AT, layout.READY)
    header = layout.read(raw, total_size, layout.SYSTEM_V)
    return Memory(base, total_size, header, False, number, "", libc.shmdt, base)


def attach(number, uuid, read_only):
    """The segment with an id."""
    what = f"System V segment {number}"
    try:
        base = libc.shmat(number, libc.SHM_RDONLY if read_only else 0)
    except OSError as answer:
        raise _attaching_failed(answer, what) from None
    try:
        real_size = libc.shm_status(number).size
        state, raw = 0, bytes(layout.COPIED)
        if real_size >= layout.HEADER_SIZE:
            state = libc.load(base + layout.STATE_AT)
            raw = libc.copy(base, layout.COPIED)
        header = judge(what, layout.SYSTEM_V, raw, state, real_size, uuid)
        return Memory(base, real_size, header, read_only, number, "", libc.shmdt, base)
    except OSError as answer:
        libc.shmdt(base)
        raise _attaching_failed(answer, what) from None
    except SharrayError:
        libc.shmdt(base)
        raise


def tagged(key):
    """Whether a key has our tag."""
    return (key & 0xFFFFFFFF) >> 16 == KEY_TAG


def _get_fresh(size):
    flags = libc.IPC_CREAT | libc.IPC_EXCL | 0o600
    for _ in range(_TRIES):
        try:
            return libc.shmget(KEY_TAG << 16 | int.from_bytes(os.urandom(2), "little"), size, flags)
        except FileExistsError:
            pass
    return libc.shmget(libc.IPC_PRIVATE, size, flags)


def _mark(number):
    try:
        libc.shm_remove(number)
    except OSError:
        pass  # a sweep has done it


def _allowed(size):
    """Whether EINVAL cannot mean that the size is too large."""
    try:
        with open("/proc/sys/kernel/shmmax") as file:
            return size <= int(file.read())
    except (OSError, ValueError):
        return False


def _creation_failed(answer, size):
    begin = f"cannot create a System V segment of {size} bytes: {answer.strerror}"
    if answer.errno == errno.EINVAL:
        return SharedMemoryExhaustedError(
            f"{begin}: larger than SHMMAX allows; see `ipcs -l`, raise it with `sysctl kernel.shmmax=...`, or use "
            'storage="posix"')
    if answer.errno == errno.ENOSPC:
        return SharedMemoryExhaustedError(
            f"{begin}: all ids (SHMMNI) or all pages (SHMALL) of this IPC namespace are taken; see `ipcs -lm` and `ipcs "
            '-um`, close arrays, raise `sysctl kernel.shmmni` or `kernel.shmall`, or use storage="posix"')
    if answer.errno in libc.NO_MEMORY:
        return SharedMemoryExhaustedError(
            f"{begin}: no memory or address space for it; close arrays, or look at `ulimit -v`, `sysctl "
            "vm.max_map_count` and vm.overcommit_memory")
    if answer.errno in libc.NO_ACCESS:
        return SegmentAccessError(f'{begin}; use storage="posix" if this container forbids System V')
    return SharrayError(begin)


def _attaching_failed(answer, what):
    begin = f"cannot attach {what}: {answer.strerror}"
    if answer.errno in (errno.EINVAL, errno.EIDRM):
        return SegmentGoneError(
            f"{begin}: it is gone or belongs to another IPC namespace; keep the array open in the sender until the "
            "receiver has attached")
    if answer.errno in libc.NO_ACCESS:
        return SegmentAccessError(f"{begin}; its owner must allow this user, or attach it read-only")
    if answer.errno in libc.NO_MEMORY:
        return SharedMemoryExhaustedError(
            f"{begin}: no address space; close arrays, or look at `ulimit -v` and `sysctl vm.max_map_count`")
    return SharrayError(begin)
