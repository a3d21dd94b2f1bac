"""A Python worker of the storm: creates, publishes, attaches, checks, computes and closes arrays until it is killed.

Each array holds a pattern that follows from its handle, so that whoever attaches it knows whether it is the right one. The
board is a folder with a file of handles for each worker; what workers count is in shared memory, so that a kill loses
nothing.
"""
import gc
import os
import random
import zlib

import numpy
import sharray

CREATED, ATTACHED, GONE, WRONG, CHECKED, COMPUTED, CLOSED, ROUNDS, COUNTERS = range(9)
ON_BOARD = 30
HELD = 12
LARGEST = 200_000


def pattern(handle, count):
    """The elements of the array of a handle. They and their sums are exact."""
    return float((zlib.crc32(handle.encode()) & 0x3FFFFFFF) + 1) + numpy.arange(count)


class Worker:
    def __init__(self, slot, folder, counters, seed, lie):
        self.slot, self.folder, self.counters, self.lie = slot, folder, counters, lie
        self.chance = random.Random(seed)
        self.board = []
        self.mine = []
        self.theirs = []

    def run(self):
        for _ in range(self.chance.randint(50, 3000)):
            action = self.chance.random()
            if action < 0.4:
                self.create()
            elif action < 0.75:
                self.attach()
            elif action < 0.98:
                self.check_again()
            else:
                self.fork()
            self.counters[ROUNDS] += 1

    def create(self):
        storage = self.chance.choice(("sysv", "sysv", "posix", "posix", "name", "file"))
        count = self.chance.randint(1, LARGEST if self.chance.random() < 0.2 else 2000)
        name = None
        if storage == "file":
            name = os.path.join(self.folder, "files", f"{self.slot}-{self.chance.randint(0, 3)}")
            if os.path.exists(name):
                os.unlink(name)  # of this slot, so nobody else removes it
        elif storage == "name":
            name, storage = f"storm-{self.chance.randint(0, 3)}", "posix"
        try:
            array = sharray.create(count, "f8", storage, name)
        except sharray.SharrayError as taken:
            if "taken" not in str(taken):
                raise
            return
        self.counters[CREATED] += 1
        values = pattern(array.handle, count)
        array.array[1:] = values[1:]
        array.array[0] = values[0]
        if self.lie and self.chance.random() < 0.05:
            array.array[count // 2] += 1
        self.mine.append(array)
        self.publish(array.handle)
        if len(self.mine) > HELD:
            self.close(self.mine)

    def publish(self, handle):
        """Whole or not at all, whenever the kill comes."""
        self.board = self.board[-ON_BOARD:] + [handle]
        fresh = os.path.join(self.folder, "fresh", str(self.slot))
        with open(fresh, "w") as file:
            file.write("\n".join(self.board))
        os.rename(fresh, os.path.join(self.folder, "board", str(self.slot)))

    def attach(self):
        found = os.listdir(os.path.join(self.folder, "board"))
        if not found:
            return
        with open(os.path.join(self.folder, "board", self.chance.choice(found))) as file:
            handle = self.chance.choice(file.read().split())
        try:
            array = sharray.attach(handle, read_only=self.chance.random() < 0.3)
        except sharray.SegmentGoneError:
            self.counters[GONE] += 1
            return
        self.counters[ATTACHED] += 1
        self.check(array)
        self.theirs.append(array)
        if len(self.theirs) > HELD:
            self.close(self.theirs)

    def check(self, array):
        values = pattern(array.handle, array.array.size)
        self.counters[CHECKED] += 1
        if not numpy.array_equal(array.array, values):
            self.wrong(array.handle, "elements")
        self.counters[COMPUTED] += 1
        if (2 * array.array + 1).sum() != 2 * values.sum() + values.size:
            self.wrong(array.handle, "sum")

    def check_again(self):
        held = self.theirs if self.chance.random() < 0.7 else self.mine
        if held:
            self.check(self.chance.choice(held))
            if self.chance.random() < 0.3:
                self.close(held)

    def close(self, held):
        array = held.pop(self.chance.randrange(len(held)))
        if self.chance.random() < 0.2:
            view = array.array[: 1 + array.array.size // 2]
            handle = array.handle
            array.close()
            if not numpy.array_equal(view, pattern(handle, view.size)):
                self.wrong(handle, "view of a closed array")
            del view
        else:
            array.close()
        self.counters[CLOSED] += 1
        if self.chance.random() < 0.01:
            gc.collect()

    def fork(self):
        """A child with all the mappings, which outlives its parent for a moment."""
        if os.fork() == 0:
            status = 1
            try:
                for array in self.mine + self.theirs:
                    self.check(array)
                    array.close()
                status = 0
            except BaseException as failure:  # its end is reported, not raised
                self.say(f"forked child: {failure!r}")
            finally:
                os._exit(status)
        while True:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    return
            except ChildProcessError:
                return

    def wrong(self, handle, what):
        self.counters[WRONG] += 1
        self.say(f"WRONG {what} in {handle}")

    def say(self, words):
        with open(os.path.join(self.folder, "violations"), "a") as file:
            file.write(f"python {self.slot}: {words}\n")


def main(*arguments):
    worker = Worker(*arguments)
    try:
        worker.run()
    except BaseException as failure:  # whatever it is, a survivor saw it
        worker.say(f"{type(failure).__name__}: {failure}")
        return 1
    return 0
