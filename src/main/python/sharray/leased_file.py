"""What POSIX and file storage share: files whose mappings keep a shared lock, the lease, after their descriptor is closed.
Whoever obtains the exclusive one knows that nobody holds the segment."""
import errno
import fcntl
import os
import stat
import struct
import time

from . import layout, libc
from .errors import SegmentAccessError, SegmentGoneError, SharedMemoryExhaustedError, SharrayError
from .memory import judge

_LEASE_TRIES = 60
_LONGEST_PAUSE = 0.004
_MUCH = 256 << 20
_FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY


def make_unnamed(directory, raw, total_size, in_memory):
    """A leased, complete file without a name: its descriptor and the address of its mapping. OSError."""
    file = os.open(".", os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600, dir_fd=directory)
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        _check_room(file, total_size, in_memory)
        os.ftruncate(file, total_size)
        os.posix_fallocate(file, 0, total_size)
        os.pwrite(file, raw, 0)
        os.pwrite(file, struct.pack("<I", layout.READY), layout.STATE_AT)
        return file, libc.mmap(file, total_size, True)
    except OSError:
        os.close(file)
        raise


def give_name(directory, file, name):
    """Names an unnamed file; FileExistsError if the name is taken."""
    os.link(f"/proc/self/fd/{file}", name, dst_dir_fd=directory)


def open_plain(directory, name, write):
    """Opens without following a link and without waiting for the other end of a pipe."""
    return os.open(name, (os.O_RDWR if write else os.O_RDONLY) | _FLAGS, dir_fd=directory)


def lease_alone(file):
    """Takes the exclusive lease if nobody has any."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        return False


def read_header(file):
    """State and header bytes, read without mapping, so that a file truncated meanwhile is no signal."""
    state = os.pread(file, 4, layout.STATE_AT)
    raw = os.pread(file, layout.COPIED, 0)
    if len(state) < 4 or len(raw) < layout.COPIED:
        return 0, bytes(layout.COPIED)
    return struct.unpack("<I", state)[0], raw


def find(directory, name, what, storage, uuid, read_only, admit, lease=True):
    """Opens, leases and judges a segment: descriptor, size and Header. `admit` judges an os.stat_result. OSError and
    SharrayError; nothing stays open then."""
    file = open_plain(directory, name, not read_only)
    try:
        status = os.fstat(file)
        admit(status)
        if lease:
            _take_lease(file)
        status = os.fstat(file)  # nobody removes it now
        if status.st_nlink == 0:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        state, raw = read_header(file)
        return file, status, judge(what, storage, raw, state, status.st_size, uuid)
    except BaseException:
        os.close(file)
        raise


def is_private(status):
    """Whether it is a plain file of this user without rights for others."""
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and status.st_mode & 0o077 == 0


def attaching_failed(answer, what, storage):
    """Words an attach that the system refused."""
    begin = f"cannot attach {what}: {answer.strerror}"
    is_file = storage == layout.FILE
    if answer.errno in (errno.ENOENT, errno.ENOTDIR):
        where = "filesystem there" if is_file else "/dev/shm"
        remedy = ("create it first, or look for a spelling mistake" if is_file
                  else "keep the array open in the sender until the receiver has attached")
        return SegmentGoneError(f"{begin}: it is gone, or this container has another {where}; {remedy}")
    if answer.errno in (errno.ELOOP, errno.EROFS, errno.ENXIO, errno.EISDIR) + libc.NO_ACCESS:
        remedy = ("it must be a plain file, no link, that this user may write; attach it read-only where reading is allowed"
                  if is_file else "not a plain file of this user; remove it")
        return SegmentAccessError(f"{begin}: {remedy}")
    if answer.errno in libc.NO_MEMORY:
        return SharedMemoryExhaustedError(
            f"{begin}; close arrays, or look at `ulimit -n`, `ulimit -v` and `sysctl vm.max_map_count`")
    if answer.errno == errno.EWOULDBLOCK:
        return SharrayError(
            f"cannot attach {what}: another process has kept its lock for too long; see which with `lslocks`, or try again")
    return SharrayError(begin)


def _take_lease(file):
    """A leaver or sweeper has the exclusive lease for moments only."""
    pause = 0.00002
    for attempt in range(_LEASE_TRIES):
        try:
            return fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            if attempt == _LEASE_TRIES - 1:
                raise
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _check_room(file, size, in_memory):
    """/dev/shm may be as large as the memory, and filling that ends in the kernel killing strangers."""
    room = os.fstatvfs(file)
    if room.f_blocks and size > room.f_bavail * room.f_frsize:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if in_memory and size >= _MUCH and size > _available_memory():
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))


def _available_memory():
    try:
        with open("/proc/meminfo") as file:
            lines = dict(line.split(":", 1) for line in file)
        return 1024 * sum(int(lines[field].split()[0]) for field in ("MemAvailable", "SwapFree"))
    except (OSError, KeyError, ValueError):
        return 2**64
