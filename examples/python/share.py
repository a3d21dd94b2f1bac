"""An array that workers, started before it was made, fill through a queue. PYTHONPATH=src/main/python python3 share.py"""
import multiprocessing

import sharray


def work(orders, answers):
    array, part, parts = orders.get()  # attached, not copied
    with array:
        rows = array.array[part::parts]
        rows[:] = part + 1
    answers.put(part)


if __name__ == "__main__":
    orders, answers = multiprocessing.Queue(), multiprocessing.Queue()
    workers = [multiprocessing.Process(target=work, args=(orders, answers)) for _ in range(2)]
    [worker.start() for worker in workers]
    with sharray.create((1000, 1000), "float64") as array:
        [orders.put((array, part, 2)) for part in range(2)]
        [answers.get(timeout=30) for _ in workers]  # the array stays open until both have attached it
        print(array.array.sum(), array.handle)
    [worker.join() for worker in workers]
