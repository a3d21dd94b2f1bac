"""Facts about this process and machine that go into headers and handles."""
import functools
import os
from typing import NamedTuple

from .layout import FILE, SYSTEM_V

SHM_ROOT = "/dev/shm"
_MASK = 2**64 - 1


class Facts(NamedTuple):
    pid: int
    uid: int
    start_ticks: int
    boot_id: bytes


@functools.lru_cache(None)
def boot_id():
    """16 bytes, zeros where /proc hides it."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return bytes.fromhex(file.read().strip().replace("-", "")).ljust(16, b"\0")[:16]
    except (OSError, ValueError):
        return bytes(16)


def process_stat(pid):
    """State letter, number of threads and start in ticks since boot of a process; None if there is none."""
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as file:
            fields = file.read().rpartition(")")[2].split()
        return fields[0], int(fields[17]), int(fields[19])
    except (OSError, IndexError, ValueError):
        return None


def facts():
    pid = os.getpid()
    stat = process_stat(pid)
    return Facts(pid, os.geteuid(), stat[2] if stat else 0, boot_id())


def of(storage):
    """The hash that a handle made here carries, as a signed number."""
    if storage == FILE:
        return 0
    try:
        place = os.stat("/proc/self/ns/ipc").st_ino if storage == SYSTEM_V else os.stat(SHM_ROOT).st_dev
    except OSError:
        place = 0
    value = 0xCBF29CE484222325
    for byte in boot_id() + (place & _MASK).to_bytes(8, "little"):
        value = (value ^ byte) * 0x100000001B3 & _MASK
    value ^= value >> 32
    value = value * 0x9FB21C651E98DF25 & _MASK
    value ^= value >> 29
    return value - 2**64 if value >= 2**63 else value
