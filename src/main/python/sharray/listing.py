"""Which segments this user has."""
import os
import time
from typing import NamedTuple, Optional

from . import libc, posix, system_v
from .errors import SharrayError
from .sweep import system_v_rows


class Listed(NamedTuple):
    """What a header says of a segment; anybody who may write it may have put that there. A pool has no dtype and shape,
    a damaged file of our directory no dtype. `attached` is None where the kernel does not count. `state` is as `sharray ls`
    has it: live, persistent, leftover, pool or damaged."""

    name: str
    storage: str
    dtype: Optional[str]
    shape: Optional[tuple]
    bytes: int
    attached: Optional[int]
    creator: int
    age_seconds: int
    state: str


def segments():
    """All segments of this user, System V first, as a list of Listed."""
    return list(_system_v()) + list(_posix())


def _system_v():
    for row in system_v_rows():
        number, mode, attached, uid = row[1], row[2], row[6], row[7]
        if uid != os.geteuid() or not mode & libc.SHM_DEST:
            continue
        try:
            memory = system_v.attach(number, None, True)
        except SharrayError:
            continue
        state = "pool" if memory.header.pool else "live" if attached else "leftover"
        yield _listed(str(number), "sysv", memory.header, memory.size, attached, state)


def _posix():
    for name in posix.names():
        try:
            size, header, held = posix.peek(name)
            state = "persistent" if header.persistent else "live" if held else "leftover"
            yield _listed(name, "posix", header, size, None, state)
        except SharrayError:
            yield Listed(name, "posix", None, None, 0, None, 0, 0, "damaged")
        except OSError:
            continue  # gone meanwhile


def _listed(name, storage, header, size, attached, state):
    age = max(0, (time.time_ns() - header.created_ns) // 10**9)
    return Listed(name, storage, None if header.pool else header.type_string, None if header.pool else header.shape, size,
                  attached, header.creator_pid, age, state)
