#!/usr/bin/python3
"""Fits the polynomials and tables of trigonometric.h and erf.h and prints coefficients_trigonometric.h, or reference
points for the accuracy test. Needs mpmath.

usage: trigonometric.py > ../../main/cpp/math/coefficients_trigonometric.h
       trigonometric.py deg2rad|rad2deg > ../../test/resources/accuracy/NAME.csv
"""

import random
import struct
import sys

from mpmath import chebyfit, cos, erf, erfc, exp, frexp, log, mp, mpf, nstr, pi, sin, sqrt

mp.dps = 80


def parts(value, count, bits=53):
    """The value as a sum of doubles, the first ones with so many bits."""
    result = []
    for i in range(count):
        if i + 1 < count and value != 0:
            scale = mpf(2) ** (bits - frexp(value)[1])
            part = float(mp.nint(value * scale) / scale)
        else:
            part = float(value)
        result.append(part)
        value -= mpf(part)
    return result


def emit(name, what, coefficients, error=None):
    print("/// " + what + ("" if error is None else "; largest error 2^" + nstr(log(error, 2), 4)) + ".")
    print("inline constexpr double %s[] = {%s};\n" % (name, ", ".join(float(c).hex() for c in coefficients)))


def emit_rows(name, what, width, rows):
    print("/// " + what + ".")
    print("alignas(64) inline constexpr double %s[%d][%d] = {" % (name, len(rows), width))
    print(",\n".join("{%s}" % ", ".join(c.hex() for c in row) for row in rows) + "};\n")


def fit(name, what, f, low, high, count):
    """Near-minimax polynomial with `count` coefficients, lowest power first."""
    polynomial, error = chebyfit(f, [mpf(low), mpf(high)], count, error=True)
    emit(name, what, polynomial[::-1], error)


def even(f):
    """f of the square root, for even functions given on z = t^2."""
    step = mpf(10) ** -14
    return lambda z: f(sqrt(max(z, step * step)))


def two_over_pi_rows():
    """Row j: 2 / pi for x = y 2^(32 j - 64) with an integer y < 2^97, a multiple of 2^13, less multiples of 2^-11."""
    mp.dps = 500
    rows = []
    for j in range(32):
        value = 2 / pi * mpf(2) ** (32 * j - 64)
        step = mpf(2) ** -11
        value -= mp.nint(value / step) * step
        rows.append(parts(value, 4))
    mp.dps = 80
    return rows


def trigonometric():
    emit("kTwoOverPi", "2 / pi", [2 / pi])
    half_pi = pi / 2
    first = mpf(float(half_pi))
    second = parts(half_pi - first, 2, 26)
    emit("kHalfPi", "pi / 2 in three parts: the second has 26 bits, so that its products with 2^22 quarters are exact",
         [float(first)] + second)
    emit("kHalfPiLong", "What the first part leaves of pi / 2, in two parts", parts(half_pi - first, 2))
    emit("kPi", "pi, in two parts", parts(pi, 2))
    emit("kRadians", "pi / 180, in two parts", parts(pi / 180, 2))
    emit("kDegrees", "180 / pi, in two parts", parts(180 / pi, 2))
    fit("kSine", "(sin(r) - r) / r^3 in r^2 on |r| <= 0.86", even(lambda r: (sin(r) - r) / r**3), 0, "0.7396", 7)
    fit("kCosine", "(cos(r) - 1 + r^2 / 2) / r^4 in r^2 on |r| <= 0.86",
        even(lambda r: (cos(r) - 1 + r**2 / 2) / r**4), 0, "0.7396", 6)
    emit_rows("kTwoOverPiParts", "2^(32 j - 64) 2 / pi less the nearest multiple of 2^-11, in four parts, for each j", 32,
              list(zip(*two_over_pi_rows())))


def packed(high, low):
    """One double with the upper halves of both, that of the first one above."""
    top = struct.unpack("<II", struct.pack("<d", high))[1]
    bottom = struct.unpack("<II", struct.pack("<d", low))[1]
    return struct.unpack("<d", struct.pack("<II", bottom, top))[0]


def erf_rows():
    """Row 0: (erf(a) / a - 1) in a^2 below 0.2578125. Row j: erf near x0 = (j + 5) 3 / 64."""
    mp.dps = 40
    limit = mpf("0.2578125")
    fitted = chebyfit(even(lambda a: erf(a) / a - 1), [mpf(0), limit**2], 7, error=True)
    worst = fitted[1]
    rows = [[0.0] + [float(c) for c in fitted[0][::-1][:6]] + [packed(float(fitted[0][0]), 0.0)]]
    for j in range(1, 124):
        x0 = mpf(3 * (j + 5)) / 64
        step = mpf(10) ** -12
        slope = lambda h: (erf(x0 + h) - erf(x0)) / h
        safe = lambda h: (slope(step) + slope(-step)) / 2 if abs(h) < step else slope(h)
        fitted, error = chebyfit(safe, [-mpf(3) / 128, mpf(3) / 128], 7, error=True)
        worst = max(worst, error * 3 / 128)
        high, low = parts(erf(x0), 2)
        rows.append([high] + [float(c) for c in fitted[::-1][:6]] + [packed(float(fitted[0]), low)])
    mp.dps = 80
    return rows, worst


def scaled_erfc(a):
    return erfc(a) * exp(a * a) * (1 + 2 * a)


def error_functions():
    rows, worst = erf_rows()
    emit_rows("kErfRows",
              "erf, for each j: its value at x0 = (j + 5) 3 / 64, (erf(x0 + h) - erf(x0)) / h in h on |h| <= 3 / 128, "
              "and in the lower half of the last column the rest of the value; for j = 0: 0, and (erf(a) - a) / a in "
              "a^2 on a <= 0.2578125; largest error 2^" + nstr(log(worst, 2), 4), 8, rows)
    mp.dps = 60
    fit("kErfc", "erfc(a) exp(a^2) (1 + 2 a) - 1 in t = (a - 4) / (a + 4) on 0 <= a <= 28",
        lambda t: scaled_erfc(4 * (1 + t) / (1 - t)) - 1, -1, "0.75", 23)


def points(name):
    """600 lines "x,high,low"."""
    factor = pi / 180 if name == "deg2rad" else 180 / pi
    random.seed(name)
    for i in range(600):
        kind = i % 3
        x = (random.uniform(-720, 720) if kind == 0 else
             random.choice((-1, 1)) * random.uniform(1, 2) * 2.0 ** random.randint(-30, 30) if kind == 1 else
             random.choice((-1, 1)) * random.uniform(1, 2) * 2.0 ** random.randint(-1010, 1010))
        high, low = parts(mpf(x) * factor, 2)
        print("%s,%s,%s" % (x.hex(), high.hex(), low.hex()))


def main():
    if len(sys.argv) > 1:
        return points(sys.argv[1])
    print("// Generated by src/build/coefficients/trigonometric.py. Do not edit.")
    print("#pragma once\n\nnamespace sharray::coefficients {\n")
    trigonometric()
    error_functions()
    print("}  // namespace sharray::coefficients")


main()
