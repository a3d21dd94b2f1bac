"""Times NumPy, SciPy and numexpr for Ratios.java, which starts it once and sends a request a line.

The first line it prints is "ready VERSIONS" or "missing REASON". A request is "SUBJECT ELEMENTS THREADS SECONDS"; the
answer is the median time of an evaluation in ns per element, or "error REASON". A directory may follow, in which the
operands are. It ends with its standard input.
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

HORNER = "c*(c*(c*(c*(c*(c*(c*(c*(c*(c*.1+.2)+.3)+.4)+.5)+.6)+.7)+.8)+.9)+1.0)+1.1"
# By the ids of Row.java: the text for numexpr, or None, and the statement for NumPy and SciPy. Each name stands for an
# array, so that NumPy's functions have their own: where NumPy has one that makes fewer temporaries, it is taken.
ROWS = {
    "add": ("a+b", "numpy.add(a, b, out=out)"),
    "linear": ("2*a+3*b-c", "2*a + 3*b - c"),
    "squared-difference": ("(a-b)**2", "(a - b)**2"),
    "exp": ("exp(c)", "numpy.exp(c, out=out)"),
    "log-exp": ("log(exp(c)+1)/b", "numpy.log(numpy.exp(c) + 1)/b"),
    "arctan-greater": ("0.1*a > arctan2(b,c)", "0.1*a > numpy.arctan2(b, c)"),
    "hypot-greater": ("sqrt(a**2+b**2) > 1", "numpy.sqrt(a**2 + b**2) > 1"),
    "sin-greater": ("sin(a) > cos(b)", "numpy.sin(a) > numpy.cos(b)"),
    "power": ("a**c", "numpy.power(a, c, out=out)"),
    "sin-cos": ("sin(a)**2+cos(a)**2", "numpy.sin(a)**2 + numpy.cos(a)**2"),
    "where": ("where(a>b,a*c,b)", "numpy.where(a > b, a*c, b)"),
    "exp-log": ("exp(log(1.5*a)-b)", "numpy.exp(numpy.log(1.5*a) - b)"),
    "dot": ("sum(a*b)", "(a*b).sum()"),
    "horner": (HORNER, HORNER),
    "headline": (None, "numpy.exp(special.gammaln(1.5*a) - b)"),
    "sum": ("sum(a)", "a.sum()"),
    "mean": (None, "a.mean()"),
    "var": (None, "a.var()"),
    "erf": (None, "special.erf(c, out=out)"),
    "ndtri": (None, "special.ndtri(c, out=out)"),
    "digamma": (None, "special.digamma(a, out=out)"),
}
SUBJECTS = {
    "headline-numpy-out": "numpy.multiply(a, 1.5, out=out); special.gammaln(out, out=out); "
    "numpy.subtract(out, b, out=out); numpy.exp(out, out=out)",
    "linear-numpy-out": "numpy.multiply(a, 2, out=out); numpy.multiply(b, 3, out=spare); "
    "numpy.add(out, spare, out=out); numpy.subtract(out, c, out=out)",
}
# Of square matrices with so many elements, or of matrices of four rows.
SQUARE = "{0}.reshape(round({0}.size**.5), -1)"
A, B, OUT = (SQUARE.format(name) for name in ("a", "b", "out"))
SUBJECTS["matmul-numpy"] = f"numpy.matmul({A}, {B}, out={OUT})"
SUBJECTS["solve-numpy"] = f"numpy.linalg.solve({A}, b[:round(b.size**.5)])"
SUBJECTS["svd-numpy"] = f"numpy.linalg.svd({A}, full_matrices=False)"
SUBJECTS["eigh-numpy"] = f"numpy.linalg.eigh({A})"
SUBJECTS["systems-numpy"] = "numpy.linalg.solve(a.reshape(-1, 4, 4), b[:a.size//4].reshape(-1, 4, 1))"
for row, (text, statement) in ROWS.items():
    SUBJECTS[f"{row}-numpy"] = statement
    if text:
        result = "" if text.startswith("sum") else ", out=truth" if ">" in text and "where" not in text else ", out=out"
        SUBJECTS[f"{row}-numexpr"] = f"numexpr.evaluate({text!r}{result})"
SAMPLE_SECONDS = 0.002
MIN_SAMPLES = 3


def arrays(n):
    """Operands of n doubles over the intervals of Data.java, and an output that is already in memory."""
    random = numpy.random.default_rng(1)
    a, b, c = random.uniform(0.05, 20, n), random.uniform(0.1, 20, n), random.random(n)
    return {"a": a, "b": b, "c": c, "out": numpy.ones(n), "spare": numpy.ones(n), "truth": numpy.ones(n, bool)}


def shared(n, directory):
    """The arrays of Operands.java."""
    sys.path.insert(0, "src/main/python")
    import sharray

    names = ("a", "b", "c", "out", "truth")
    return {name: sharray.attach_file(f"{directory}/{name}").array for name in names} | {"spare": numpy.ones(n)}


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
            subject, elements, threads, seconds, *directory = request.split()
            n = int(elements)
            key = (n, *directory)
            if subject not in SUBJECTS:
                print("NaN", flush=True)
                continue
            if key not in operands:
                operands = {key: shared(*key) if directory else arrays(n)}
            numexpr.set_num_threads(int(threads))
            timer = timeit.Timer(SUBJECTS[subject], globals={**modules, **operands[key]})
            print(measure(timer, float(seconds)) / n * 1e9, flush=True)
        except Exception as reason:
            print(f"error {reason!r}", flush=True)


main()
