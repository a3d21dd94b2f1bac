"""Removes what killed processes of this user left: only what is certainly ours and certainly dead."""
import os
import time

from . import layout, libc, posix, provenance
from .system_v import tagged

SYSTEM_V_TABLE = "/proc/sysvipc/shm"
_ROUNDING = 3  # three clocks in whole seconds
_done = False


def sweep():
    """Removes leftovers. Returns a list of (storage, id or name, bytes)."""
    removed = [("sysv", str(number), size) for number, size in _sweep_system_v()]
    return removed + [("posix", name, size) for name, size in posix.sweep()]


def sweep_once():
    """With the first creation of a process."""
    global _done
    if not _done:
        _done = True
        sweep()


def system_v_rows():
    """The table of System V segments: lists of numbers, the mode read as octal."""
    try:
        with open(SYSTEM_V_TABLE) as table:
            lines = table.read().splitlines()[1:]
    except OSError:
        return []
    rows = [line.split() for line in lines]
    return [[int(field, 8 if i == 2 else 10) for i, field in enumerate(row)] for row in rows if len(row) >= 16]


def _sweep_system_v():
    removed = []
    for key, number, mode, size, pid, _, attached, uid, _, creator, _, _, _, changed, resident, swapped in (
            row[:16] for row in system_v_rows()):
        if (tagged(key) and attached == 0 and uid == creator == os.geteuid() and mode in (0o600, 0o660)
                and _creator_dead(pid, changed) and _still(number, key, pid, size)
                and (resident == swapped == 0 or _has_our_magic(number, size))):
            try:
                libc.shm_remove(number)
                removed.append((number, size))
            except OSError:
                pass
    return removed


def _creator_dead(pid, changed):
    """No such process, only its unreaped remains, or a later one under the same number."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    stat = provenance.process_stat(pid)
    if stat is None:
        return False
    state, threads, start_ticks = stat
    if state in "ZX" and threads <= 1:
        return True
    age = int(time.clock_gettime(time.CLOCK_BOOTTIME)) - start_ticks // os.sysconf("SC_CLK_TCK")
    return int(time.time()) - age > changed + _ROUNDING


def _still(number, key, pid, size):
    """The table was read a while ago and ids are used again."""
    try:
        now = libc.shm_status(number)
    except OSError:
        return False
    return (now.key, now.attached, now.creator_pid, now.uid, now.size) == (key, 0, pid, os.geteuid(), size)


def _has_our_magic(number, size):
    """It has no other holder, so ours must be the only one."""
    if size < layout.HEADER_SIZE:
        return False
    try:
        base = libc.shmat(number, libc.SHM_RDONLY)
    except OSError:
        return False
    try:
        return libc.copy(base, 8) == layout.MAGIC and libc.shm_status(number).attached == 1
    except OSError:
        return False
    finally:
        libc.shmdt(base)
