"""ns a number of NumPy's generator with Philox, into an array that exists."""

import time

import numpy as np

N = 1 << 15
REPEATS = 40


def best(draw):
    draw()
    times = []
    for _ in range(15):
        start = time.thread_time()
        for _ in range(REPEATS):
            draw()
        times.append(time.thread_time() - start)
    return sorted(times)[len(times) // 2] / N / REPEATS * 1e9


rng = np.random.Generator(np.random.Philox(1))
out = np.empty(N)
print("NumPy", np.__version__, "ns a number on one thread")
print("  uniform      %.3f" % best(lambda: rng.random(out=out)))
print("  normal       %.3f" % best(lambda: rng.standard_normal(out=out)))
print("  exponential  %.3f" % best(lambda: rng.standard_exponential(out=out)))
print("  gamma 2.5    %.3f" % best(lambda: rng.standard_gamma(2.5, out=out)))
print("  poisson 3    %.3f" % best(lambda: rng.poisson(3, N)))
print("  poisson 100  %.3f" % best(lambda: rng.poisson(100, N)))
