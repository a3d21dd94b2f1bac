"""POSIX segments: leased files in a directory of the user under /dev/shm."""
import contextlib
import errno
import os
import stat

from . import layout, libc
from .errors import SegmentAccessError, SharedMemoryExhaustedError, SharrayError
from .handle import is_name
from .leased_file import attaching_failed, find, give_name, is_private, lease_alone, make_unnamed, open_plain, read_header
from .memory import Memory
from .provenance import SHM_ROOT

_NAME_TRIES = 4


def create(raw, total_size, name):
    """A segment with this header under a name that must be free."""
    check_name(name)
    what = f'POSIX segment "{name}"'
    with _opened(make=True) as directory:
        try:
            file, base = make_unnamed(directory, raw, total_size, True)
        except OSError as answer:
            raise _creation_failed(answer, what, total_size) from None
        try:
            _claim(directory, file, name)
            memory = _memory(base, os.fstat(file), layout.read(raw, total_size, layout.POSIX), False, name)
        except OSError as answer:
            libc.munmap(base, total_size)
            if answer.errno == errno.EEXIST:
                raise SharrayError(
                    f"cannot create {what}: the name is taken; attach it, or choose another") from None
            raise _creation_failed(answer, what, total_size) from None
        finally:
            os.close(file)
        return memory


def attach(name, uuid, read_only):
    """The segment with a name."""
    check_name(name)
    what = f'POSIX segment "{name}"'
    try:
        with _opened() as directory:
            try:
                file, status, header = find(directory, name, what, layout.POSIX, uuid, read_only,
                                            lambda found: _admit(found, what))
                try:
                    base = libc.mmap(file, status.st_size, not read_only)
                    return _memory(base, status, header, read_only, name)
                finally:
                    os.close(file)
            except (OSError, SharrayError):
                # Our lease may have kept the last holder from removing it.
                reap(directory, name)
                raise
    except OSError as answer:
        raise attaching_failed(answer, what, layout.POSIX) from None


def peek(name):
    """Size and Header of a segment, and whether somebody holds it; without holding it."""
    what = f'POSIX segment "{name}"'
    with _opened() as directory:
        file, status, header = find(directory, name, what, layout.POSIX, None, True, lambda found: _admit(found, what),
                                    lease=False)
        held = not lease_alone(file)
        os.close(file)
        return status.st_size, header, held


def names():
    """Of all segments of this user."""
    try:
        with _opened() as directory:
            return sorted(filter(is_name, os.listdir(directory)))
    except OSError:
        return []


def sweep():
    """Removes the segments that nobody holds: pairs of name and bytes."""
    removed = []
    for name in names():
        with contextlib.suppress(OSError, SharrayError), _opened() as directory:
            size = reap(directory, name)
            if size is not None:
                removed.append((name, size))
    return removed


def reap(directory, name, expected=None):
    """Removes a name if nobody holds its segment. `expected`, a pair of device and inode, names the only one that may go;
    without it the header must be sound. Returns the bytes, or None if it stays."""
    try:
        file = open_plain(directory, name, False)
    except OSError:
        return None
    try:
        status = os.fstat(file)
        identity = status.st_dev, status.st_ino
        if not is_private(status) or expected not in (None, identity) or not lease_alone(file):
            return None
        try:
            state, raw = read_header(file)
            # One whose maker died before it was finished is not kept.
            keep = layout.read(raw, status.st_size, layout.POSIX).persistent and state != layout.BEING_MADE
        except layout.BadHeader:
            keep = expected is None
        named = os.stat(name, dir_fd=directory, follow_symlinks=False)
        if keep or (named.st_dev, named.st_ino) != identity:
            return None
        os.unlink(name, dir_fd=directory)
        return status.st_size
    except OSError:
        return None
    finally:
        os.close(file)


def check_name(name):
    if not is_name(name):
        raise ValueError(f"{name!r} is no name for a POSIX segment: 1 to 200 letters, digits, '_', '.' or '-', not "
                         "beginning with '.'")


def _memory(base, status, header, read_only, name):
    identity = None if header.persistent else (status.st_dev, status.st_ino)
    return Memory(base, status.st_size, header, read_only, -1, name, _release, base, status.st_size, name, identity)


def _release(base, size, name, identity):
    libc.munmap(base, size)
    if identity is not None:
        with contextlib.suppress(OSError, SharrayError), _opened() as directory:
            reap(directory, name, identity)


def _claim(directory, file, name):
    """Whoever died as the last holder of that name before makes room."""
    for _ in range(_NAME_TRIES):
        try:
            return give_name(directory, file, name)
        except FileExistsError:
            if reap(directory, name) is None:
                break
    give_name(directory, file, name)


def _admit(status, what):
    if not is_private(status):
        raise SegmentAccessError(
            f"cannot attach {what}: it must be a plain file of this user that nobody else can read (mode "
            f"{status.st_mode:o}, uid {status.st_uid}); remove it")


@contextlib.contextmanager
def _opened(make=False):
    """A descriptor of the user's directory, checked. FileNotFoundError, or SharrayError for anything else."""
    path = f"{SHM_ROOT}/sharray-{os.geteuid()}"
    try:
        if make:
            with contextlib.suppress(FileExistsError):
                os.mkdir(path, 0o700)
        directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as answer:
        if answer.errno == errno.ENOSPC:
            raise SharedMemoryExhaustedError(
                f'cannot make {path}: {answer.strerror}; remove files there, or use storage="sysv"') from None
        raise SegmentAccessError(
            f"cannot use {path}: {answer.strerror}: it must be a directory of this user with mode 0700, no link; remove "
            'it, or use storage="sysv"') from None
    try:
        status = os.fstat(directory)
        if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) != 0o700:
            raise SegmentAccessError(
                f"cannot use {path}: it must be a directory of this user with mode 0700, no link; remove it, or use "
                'storage="sysv"')
        yield directory
    finally:
        os.close(directory)


def _creation_failed(answer, what, size):
    begin = f"cannot create {what} of {size} bytes: {answer.strerror}"
    if answer.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        room = os.statvfs(SHM_ROOT)
        return SharedMemoryExhaustedError(
            f"{begin}: {SHM_ROOT} has {room.f_blocks * room.f_frsize} bytes, {room.f_bavail * room.f_frsize} free; close "
            "arrays, give the container more (docker --shm-size, an emptyDir of medium Memory), or use storage=\"sysv\"")
    if answer.errno in libc.NO_MEMORY:
        return SharedMemoryExhaustedError(
            f"{begin}; close arrays, or look at `free`, `ulimit -v`, `ulimit -n` and `sysctl vm.max_map_count`")
    if answer.errno in libc.NO_ACCESS:
        return SegmentAccessError(f'{begin}; use storage="sysv"')
    return SharrayError(f'{begin}; use storage="sysv"')
