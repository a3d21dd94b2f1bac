"""The founding case: founding_case.py fork|spawn sysv|posix|stdin...

Workers are started first. Then an array is made, or attached by the handle that a line of standard input says, and put
into the multiprocessing.Queue of each worker. They write their rows into it and end by os._exit or by kill -9. Prints
"ready" when the workers wait, "done" when all rows are there and all workers have ended.
"""
import multiprocessing
import os
import signal
import sys
import time

import sharray

SECONDS = 60
WORKERS = 2
COLUMNS = 1000


def work(index, queue):
    """Writes row `index`, its last element last. Odd workers then wait for their end."""
    signal.alarm(SECONDS)
    array = queue.get(timeout=SECONDS)
    row = array.array[index]
    row[:-1] = array.array[WORKERS, :-1] * (index + 1)
    row[-1] = 1
    if index % 2 == 0:
        os._exit(0)
    time.sleep(SECONDS)


def run(context, storage):
    queues = [context.Queue() for _ in range(WORKERS)]
    workers = [context.Process(target=work, args=(index, queue), daemon=True) for index, queue in enumerate(queues)]
    try:
        for worker in workers:
            worker.start()
        print("ready", flush=True)
        if storage == "stdin":
            array = sharray.attach(sys.stdin.readline().strip())
        else:
            array = sharray.create((WORKERS + 1, COLUMNS), storage=storage)
            array.array[WORKERS] = range(COLUMNS)
        with array:
            for queue in queues:
                queue.put(array)
            check(array, workers)
            handle = array.handle
    finally:
        for worker in workers:
            if worker.pid is not None:
                worker.kill()
                worker.join(SECONDS)
        for queue in queues:
            queue.cancel_join_thread()
            queue.close()
    del array
    if storage != "stdin":
        assert_gone(handle)
    print("done", flush=True)


def check(array, workers):
    rows = array.array
    while not rows[:WORKERS, -1].all():
        time.sleep(0.001)
    for index in range(WORKERS):
        if index % 2 == 1:
            os.kill(workers[index].pid, signal.SIGKILL)
    for index, worker in enumerate(workers):
        worker.join(SECONDS)
        expected = 0 if index % 2 == 0 else -signal.SIGKILL
        assert worker.exitcode == expected, f"worker {index} ended by {worker.exitcode}"
        assert (rows[index, :-1] == rows[WORKERS, :-1] * (index + 1)).all(), f"row {index} is wrong"


def assert_gone(handle):
    try:
        sharray.attach(handle)
    except sharray.SegmentGoneError:
        left = [found for found in sharray.segments() if found.creator == os.getpid()]
        assert left == [], left
        return
    raise AssertionError("the array is still there")


def late(*_):
    raise TimeoutError(f"the founding case took more than {SECONDS} s")


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    for each in sys.argv[2:]:
        run(multiprocessing.get_context(sys.argv[1]), each)
