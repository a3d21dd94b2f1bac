"""The storm: random kill -9 over Python and Java processes that share arrays of all storages.

    storm.py --java COMMAND [--kills N] [--seconds S] [--seed N] [--java-share F] [--gc COMMAND] [--lie]

It fails if a survivor sees a wrong array or gets any error but that an array is gone; if a process ends by itself in
another way than told; if System V memory has pages after the last death; or if anything is left after one `sharray gc`.
With --lie the workers sometimes write a wrong element, so it must fail.
"""
import argparse
import contextlib
import ctypes
import mmap
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # workers are forked, so there must be no threads
import numpy
import sharray
import worker
from sharray import layout
from sharray.sweep import system_v_rows
from sharray.system_v import tagged

PYTHONS, JAVAS = 6, 3
NAMES = ("created", "attached", "gone", "wrong", "checked", "computed", "closed")
_PDEATHSIG, _SUBREAPER = 1, 36
_NICE = 5  # workers are many, and the kills come from one process


def prctl(option, value):
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


class Storm:
    def __init__(self, options):
        self.options = options
        self.chance = random.Random(options.seed)
        # The filesystem of a container's root keeps no locks with mappings, /dev/shm does.
        self.folder = tempfile.mkdtemp(prefix="storm-", dir="/dev/shm")
        for part in ("board", "fresh", "files"):
            os.mkdir(os.path.join(self.folder, part))
        self.slots = PYTHONS + JAVAS
        self.counters = self.map_counters()
        self.before = leftovers()
        self.running = {}  # pid -> slot
        self.kills = {"python": 0, "java": 0}
        self.ends = {}
        # Nothing is ever written: workers in Java end with it.
        self.stdin, self.keep_open = os.pipe()

    def map_counters(self):
        path = os.path.join(self.folder, "counters")
        size = 8 * worker.COUNTERS * self.slots
        with open(path, "wb") as file:
            file.truncate(size)
        with open(path, "r+b") as file:
            self.shared = mmap.mmap(file.fileno(), size)
        return numpy.frombuffer(self.shared, "<i8").reshape(self.slots, worker.COUNTERS)

    def start(self, slot):
        seed = self.chance.getrandbits(48)
        self.counters[slot, worker.ROUNDS] = 0
        if slot >= PYTHONS:
            arguments = ["nice", "-n", str(_NICE)] + shlex.split(self.options.java) + [self.folder, str(slot), str(seed)]
            log = os.path.join(self.folder, f"java-{slot}.log")
            actions = [(os.POSIX_SPAWN_DUP2, self.stdin, 0),
                       (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
                       (os.POSIX_SPAWN_DUP2, 1, 2)]
            pid = os.posix_spawnp(arguments[0], arguments, os.environ, file_actions=actions)
        else:
            parent = os.getpid()
            pid = os.fork()
            if pid == 0:
                status = 1
                try:
                    prctl(_PDEATHSIG, signal.SIGKILL)
                    os.nice(_NICE)
                    signal.alarm(0)
                    signal.signal(signal.SIGALRM, signal.SIG_DFL)
                    if os.getppid() == parent:
                        status = worker.main(slot, self.folder, self.counters[slot], seed, self.options.lie)
                finally:
                    os._exit(status)
        self.running[pid] = slot

    def victim(self):
        """A worker that has done something, mostly: one that just starts is no great loss."""
        java = self.chance.random() < self.options.java_share
        early = self.chance.random() < 0.1
        pids = [pid for pid, slot in self.running.items()
                if (slot >= PYTHONS) == java and (early or self.counters[slot, worker.ROUNDS] > 10)]
        return self.chance.choice(pids) if pids else None

    def kill(self, pid):
        slot = self.running[pid]
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.ended(*os.waitpid(pid, 0))
        self.kills["java" if slot >= PYTHONS else "python"] += 1
        return slot

    def ended(self, pid, status):
        """Notes an end; any that was not by us or on purpose is a violation."""
        slot = self.running.pop(pid, None)
        if os.WIFSIGNALED(status):
            word, expected = f"signal {os.WTERMSIG(status)}", os.WTERMSIG(status) == signal.SIGKILL
        else:
            word, expected = f"exit {os.WEXITSTATUS(status)}", os.WEXITSTATUS(status) == 0 and (slot or 0) < PYTHONS
        kind = "forked child" if slot is None else "java" if slot >= PYTHONS else "python"
        self.ends[kind, word] = self.ends.get((kind, word), 0) + 1
        if not expected:
            with open(os.path.join(self.folder, "violations"), "a") as file:
                file.write(f"{kind} {slot} ended by {word}\n")
        return slot

    def blow(self):
        for slot in range(self.slots):
            self.start(slot)
        self.await_java()
        begin = time.monotonic()
        while sum(self.kills.values()) < self.options.kills and time.monotonic() - begin < self.options.seconds:
            time.sleep(self.chance.expovariate(1 / 0.015))
            pid = self.victim()
            if pid is not None:
                self.start(self.kill(pid))
            self.reap()
        return time.monotonic() - begin

    def await_java(self):
        """A JVM needs longer to start than all else here; none that starts late shall be missing."""
        begin = time.monotonic()
        while not self.counters[PYTHONS:, worker.ROUNDS].all() and time.monotonic() - begin < 120:
            time.sleep(0.05)
            self.reap()

    def reap(self):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            slot = self.ended(pid, status)
            if slot is not None:
                self.start(slot)

    def end(self):
        """Kills whatever is left; orphans of killed workers have become children of this process."""
        while True:
            children = []
            with contextlib.suppress(FileNotFoundError):
                with open(f"/proc/self/task/{os.getpid()}/children") as file:
                    children = [int(pid) for pid in file.read().split()]
            for pid in set(children) | set(self.running):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            try:
                self.ended(*os.waitpid(-1, 0))
            except ChildProcessError:
                return

    def verdict(self):
        """What is wrong, as lines."""
        faults = []
        path = os.path.join(self.folder, "violations")
        if os.path.exists(path):
            with open(path) as file:
                faults += file.read().splitlines()
        names, system_v, pages, memfds = self.left()
        if pages:
            faults.append(f"System V memory has {pages} bytes of pages after the last death")
        if memfds:
            faults.append(f"memfd memory is mapped by {memfds} after the last death")
        print(f"left before gc: {len(names)} POSIX names, {len(system_v)} System V ids, {pages} bytes of pages of System V, "
              f"{len(memfds)} processes with memfd memory", flush=True)
        done = subprocess.run(shlex.split(self.options.gc), stdout=subprocess.PIPE, timeout=60, universal_newlines=True)
        print("gc: " + done.stdout.strip().splitlines()[-1], flush=True)
        names, system_v, pages, _ = self.left()
        if done.returncode or names or system_v or pages:
            faults.append(f"gc left {names} {system_v} {pages}")
        for handle in self.handles():
            try:
                with sharray.attach(handle, read_only=True) as array:
                    if array._memory.header.storage != layout.FILE:
                        faults.append(f"{handle} is still there")
            except sharray.SegmentGoneError:
                pass
            except sharray.SharrayError as failure:
                faults.append(str(failure))
        for name in os.listdir(os.path.join(self.folder, "files")):
            with sharray.attach_file(os.path.join(self.folder, "files", name)):
                pass  # a file that has a name is complete
        return faults

    def left(self):
        """What `leftovers` tells of, as far as it was not there before: with the bytes of pages of the System V ids."""
        now = leftovers()
        system_v = {key: pages for key, pages in now[1].items() if key not in self.before[1]}
        memfds = [pid for pid in os.listdir("/proc") if self.maps_memfd(pid)]
        return now[0] - self.before[0], set(system_v), sum(system_v.values()), memfds

    def maps_memfd(self, pid):
        """Whether a worker, whose command names our folder, has memfd memory, which lives as long as somebody maps it."""
        try:
            with open(f"/proc/{int(pid)}/maps") as maps, open(f"/proc/{int(pid)}/cmdline") as command:
                return "/memfd:sharray" in maps.read() and self.folder in command.read()
        except (ValueError, OSError):
            return False

    def handles(self):
        for name in os.listdir(os.path.join(self.folder, "board")):
            with open(os.path.join(self.folder, "board", name)) as file:
                yield from file.read().split()

    def report(self, seconds):
        sums = dict(zip(NAMES, self.counters.sum(axis=0).tolist()))
        java = dict(zip(NAMES, self.counters[PYTHONS:].sum(axis=0).tolist()))
        python, jvm = self.kills["python"], self.kills["java"]
        print(f"{python + jvm} kills ({python} Python, {jvm} Java) in {seconds:.0f} s")
        print(", ".join(f"{sums[name]} {name} ({java[name]} by Java)" for name in NAMES))
        print("ends: " + ", ".join(f"{kind} {word}: {count}" for (kind, word), count in sorted(self.ends.items())))
        return [f"{kind} workers did nothing" for kind, part in (("Java", java), ("all", sums)) if not part["checked"]]


def leftovers():
    """POSIX names of this user; System V ids that are ours by key or marked for destruction, with their bytes of pages."""
    directory = f"/dev/shm/sharray-{os.geteuid()}"
    names = set(os.listdir(directory)) if os.path.isdir(directory) else set()
    rows = [row for row in system_v_rows() if row[7] == os.geteuid() and (tagged(row[0]) or row[2] & 0o1000)]
    return names, {row[1]: row[14] + row[15] for row in rows}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--java", required=True)
    parser.add_argument("--gc", required=True)
    parser.add_argument("--kills", type=int, default=10**9)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    parser.add_argument("--java-share", type=float, default=0.05)
    parser.add_argument("--lie", action="store_true")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    prctl(_SUBREAPER, 1)
    signal.alarm(int(options.seconds) + 300)
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("the storm does not end"))
    storm = Storm(options)
    try:
        try:
            seconds = storm.blow()
        finally:
            storm.end()
        faults = storm.report(seconds) + storm.verdict()
    finally:
        if not os.environ.get("STORM_KEEP"):
            shutil.rmtree(storm.folder)
    for fault in faults[:20]:
        print(fault)
    print(f"{len(faults)} violations")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
