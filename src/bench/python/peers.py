"""Times NumPy, SciPy and numexpr for Ratios.java, which starts it once and sends a request a line.

The first line it prints is "ready VERSIONS" or "missing REASON". A request is "SUBJECT ELEMENTS THREADS SECONDS"; the
answer is the median time of an evaluation in ns per element, or "error REASON". It ends with its standard input.
Samples are taken as in Subject.java and fused_loop.cpp.
"""
import math
import platform
import statistics
import sys
import time
import timeit

try:
    import numexpr
    import numpy
    import scipy
    from scipy import special
except ImportError as reason:
    print(f"missing {reason}", flush=True)
    sys.exit()

SUBJECTS = {
    "headline-numpy": "numpy.exp(special.gammaln(1.5*a) - b)",
    "headline-numpy-out": "numpy.multiply(a, 1.5, out=out); special.gammaln(out, out=out); "
    "numpy.subtract(out, b, out=out); numpy.exp(out, out=out)",
    "linear-numpy": "2*a + 3*b - c",
    "linear-numpy-out": "numpy.multiply(a, 2, out=out); numpy.multiply(b, 3, out=spare); "
    "numpy.add(out, spare, out=out); numpy.subtract(out, c, out=out)",
    "linear-numexpr": "numexpr.evaluate('2*a + 3*b - c', out=out)",
}
SAMPLE_SECONDS = 0.002
MIN_SAMPLES = 3


def arrays(n):
    """Operands of n doubles over the intervals of Data.java, and an output that is already in memory."""
    random = numpy.random.default_rng(1)
    a, b, c = random.uniform(0.05, 20, n), random.uniform(0.1, 20, n), random.random(n)
    return {"a": a, "b": b, "c": c, "out": numpy.ones(n), "spare": numpy.ones(n)}


def measure(timer, seconds):
    """The median time of a call in seconds."""
    timer.timeit(1)
    calls = max(1, math.ceil(SAMPLE_SECONDS / timer.timeit(1)))
    samples = []
    end = time.perf_counter() + seconds
    while len(samples) < MIN_SAMPLES or time.perf_counter() < end:
        samples.append(timer.timeit(calls) / calls)
    return statistics.median(samples)


def main():
    modules = {"numpy": numpy, "special": special, "numexpr": numexpr}
    print(
        f"ready Python {platform.python_version()}, NumPy {numpy.__version__}, SciPy {scipy.__version__}, "
        f"numexpr {numexpr.__version__}",
        flush=True,
    )
    operands = {}
    for request in sys.stdin:
        try:
            subject, elements, threads, seconds = request.split()
            n = int(elements)
            if n not in operands:
                operands[n] = arrays(n)
            numexpr.set_num_threads(int(threads))
            timer = timeit.Timer(SUBJECTS[subject], globals={**modules, **operands[n]})
            print(measure(timer, float(seconds)) / n * 1e9, flush=True)
        except Exception as reason:
            print(f"error {reason!r}", flush=True)


main()
