"""ms of SciPy's transforms with as many threads as the machine has processors."""

import os
import time

import numpy as np
import scipy
import scipy.fft

workers = len(os.sched_getaffinity(0))
print("scipy.fft", scipy.__version__, "ms,", workers, "threads")
for name, shape in (("2^22 complex", (1 << 22,)), ("10^4 x 1024", (10_000, 1024))):
    size = int(np.prod(shape))
    x = (np.arange(size) % 97 + 1j * (np.arange(size) % 31)).reshape(shape)
    times = []
    for _ in range(11):
        start = time.perf_counter()
        scipy.fft.fft(x, workers=workers)
        times.append(time.perf_counter() - start)
    print("  %-14s %.1f" % (name, sorted(times)[len(times) // 2] * 1e3))
