"""The calls of the C library that Python itself lacks. Failures are OSError."""
import ctypes
import errno
import os
import struct
from typing import NamedTuple

IPC_CREAT, IPC_EXCL, IPC_PRIVATE = 0o1000, 0o2000, 0
SHM_RDONLY, SHM_DEST = 0o10000, 0o1000
_IPC_RMID, _IPC_STAT = 0, 2
_PROT_READ, _PROT_WRITE, _MAP_SHARED = 1, 2, 1
_FAILED = ctypes.c_void_p(-1).value

_libc = ctypes.CDLL(None, use_errno=True)


def _declare(name, result, *arguments):
    function = getattr(_libc, name)
    function.restype = result
    function.argtypes = arguments
    return function


_shmget = _declare("shmget", ctypes.c_int, ctypes.c_int, ctypes.c_size_t, ctypes.c_int)
_shmat = _declare("shmat", ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_shmdt = _declare("shmdt", ctypes.c_int, ctypes.c_void_p)
_shmctl = _declare("shmctl", ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_mmap = _declare("mmap", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int,
                 ctypes.c_long)
_munmap = _declare("munmap", ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t)


def _checked(result, failure=-1):
    if result == failure:
        answer = ctypes.get_errno()
        raise OSError(answer, os.strerror(answer))
    return result


def shmget(key, size, flags):
    return _checked(_shmget(key, size, flags))


def shmat(number, flags=0):
    """The address."""
    return _checked(_shmat(number, None, flags), _FAILED)


def shmdt(address):
    _shmdt(address)


def shm_remove(number):
    _checked(_shmctl(number, _IPC_RMID, None))


class ShmStatus(NamedTuple):
    key: int
    uid: int
    creator_uid: int
    mode: int
    size: int
    creator_pid: int
    attached: int


def shm_status(number):
    """IPC_STAT, by the layout that all 64-bit Linux systems have."""
    buffer = ctypes.create_string_buffer(256)
    _checked(_shmctl(number, _IPC_STAT, buffer))
    key, uid, _, creator_uid, _, mode = struct.unpack_from("<iIIIIH2x", buffer)
    size, _, _, _, creator_pid, _, attached = struct.unpack_from("<QqqqiiQ", buffer, 48)
    return ShmStatus(key, uid, creator_uid, mode, size, creator_pid, attached)


def mmap(descriptor, size, writable):
    """A shared mapping of a file from its beginning: the address. Python's own mmap keeps a descriptor open."""
    rights = _PROT_READ | (_PROT_WRITE if writable else 0)
    return _checked(_mmap(None, size, rights, _MAP_SHARED, descriptor, 0), _FAILED)


def munmap(address, size):
    _munmap(address, size)


def copy(address, count):
    """A private copy of bytes."""
    return ctypes.string_at(address, count)


def write(address, data):
    ctypes.memmove(address, data, len(data))


def load(address):
    """A u32, read at once."""
    return ctypes.c_uint32.from_address(address).value


def store(address, value):
    """Writes a u32 at once."""
    ctypes.c_uint32.from_address(address).value = value


NO_MEMORY = (errno.ENOMEM, errno.EMFILE, errno.ENFILE)
NO_ACCESS = (errno.EACCES, errno.EPERM)
