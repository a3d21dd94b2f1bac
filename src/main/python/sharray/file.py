"""Segments in files of the user's choice, found by their path. They stay."""
import errno
import os
import stat

from . import layout, libc
from .errors import SegmentAccessError, SharedMemoryExhaustedError, SharrayError
from .leased_file import attaching_failed, find, give_name, lease_alone, make_unnamed
from .memory import Memory


def real(path):
    """The absolute path, links of its directory resolved."""
    directory, name = os.path.split(os.path.abspath(os.fspath(path)))
    if not name:
        raise ValueError(f"{path!r} names no file")
    return os.path.join(os.path.realpath(directory), name)


def create(raw, total_size, path):
    """A segment with this header in a new file."""
    what = f"file {path}"
    file, base = -1, None
    try:
        directory = _open_directory(path)
        try:
            file, base = make_unnamed(directory, raw, total_size, False)
            file = _without_lease(file, what)
            give_name(directory, file, os.path.basename(path))
        finally:
            os.close(directory)
        memory = _memory(base, total_size, layout.read(raw, total_size, layout.FILE), False, path)
        base = None
        return memory
    except OSError as answer:
        raise _creation_failed(answer, what, total_size) from None
    finally:
        if base is not None:
            libc.munmap(base, total_size)
        if file >= 0:
            os.close(file)


def attach(path, uuid, read_only):
    """The segment in a file."""
    what = f"file {path}"
    try:
        directory = _open_directory(path)
        try:
            file, status, header = find(directory, os.path.basename(path), what, layout.FILE, uuid, read_only,
                                        lambda found: _admit(found, directory, what))
        finally:
            os.close(directory)
        try:
            base = libc.mmap(file, status.st_size, not read_only)
        finally:
            os.close(file)
        return _memory(base, status.st_size, header, read_only, path)
    except OSError as answer:
        raise attaching_failed(answer, what, layout.FILE) from None


def _memory(base, size, header, read_only, path):
    return Memory(base, size, header, read_only, -1, path, libc.munmap, base, size)


def _open_directory(path):
    return os.open(os.path.dirname(path), os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)


def _without_lease(file, what):
    """Exchanges a descriptor for another of the same file, and makes sure that the mapping kept the lease."""
    try:
        other = os.open(f"/proc/self/fd/{file}", os.O_RDWR | os.O_CLOEXEC)
    finally:
        os.close(file)
    if lease_alone(other):
        os.close(other)
        raise SharrayError(
            f"cannot create {what}: its filesystem does not keep locks with mappings, as NFS and the root of a container "
            "do not; use a local filesystem or a mounted volume, or load and save .npy files")
    return other


def _admit(status, directory, what):
    """A stranger may have laid a file where everybody may write, for this user to fill."""
    if not stat.S_ISREG(status.st_mode):
        raise SegmentAccessError(f"cannot attach {what}: it is no plain file (mode {status.st_mode:o})")
    around = os.fstat(directory)
    public = around.st_mode & stat.S_ISVTX and around.st_mode & 0o022
    if public and status.st_uid not in (os.geteuid(), around.st_uid):
        raise SegmentAccessError(
            f"cannot attach {what}: it belongs to uid {status.st_uid} and lies in a directory where everybody may put "
            "files; move it to a directory of its owner")


def _creation_failed(answer, what, size):
    begin = f"cannot create {what} of {size} bytes: {answer.strerror}"
    if answer.errno == errno.EEXIST:
        return SharrayError(f"cannot create {what}: there is one of that name; attach it, or choose another")
    if answer.errno in (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOLCK):
        return SharrayError(f"{begin}: its filesystem has no unnamed files or no locks; use a local filesystem or a mounted "
                            "volume")
    if answer.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        return SharedMemoryExhaustedError(
            f"{begin}; remove files there (see `df`, `quota`, `ulimit -f`), or choose another filesystem")
    if answer.errno in libc.NO_MEMORY:
        return SharedMemoryExhaustedError(f"{begin}; close arrays, or look at `ulimit -v` and `sysctl vm.max_map_count`")
    if answer.errno in (errno.EROFS,) + libc.NO_ACCESS:
        return SegmentAccessError(f"{begin}; choose a directory that this user may write")
    return SharrayError(f"{begin}; choose a directory that exists")
