#!/usr/bin/python3
"""Fits the polynomials and tables of src/main/cpp/math/float32 and prints its coefficients.h. Needs
mpmath.

usage: float32.py > ../../main/cpp/math/float32/coefficients.h
"""

import struct

from mpmath import (acosh, asin, asinh, atan, atanh, cbrt, chebyfit, cos, cosh, cot, digamma, erf, erfc, erfinv, euler,
                    exp, gamma, log, loggamma, mp, mpf, nstr, pi, sin, sinh, sqrt)

mp.dps = 50


def single(value):
    """The nearest float32, as a float."""
    return struct.unpack("<f", struct.pack("<f", float(value)))[0]


def text(value):
    """As a hexadecimal literal of float32."""
    return single(value).hex().replace("0000000p", "p") + "F"


def emit(name, what, coefficients, error=None):
    print("/// " + what + ("" if error is None else "; largest error 2^" + nstr(log(error, 2), 4)) + ".")
    print("inline constexpr float %s[] = {%s};\n" % (name, ", ".join(map(text, coefficients))))


def parts(value, count, bits=24):
    """The value as a sum of floats, the first ones with so many bits."""
    result = []
    for i in range(count):
        part = mpf(single(value))
        if i + 1 < count and value != 0:
            scale = mpf(2) ** (bits - mp.frexp(value)[1])
            part = mp.nint(value * scale) / scale
        result.append(part)
        value -= part
    return result


def emit_parts(name, what, value, count=2, bits=24):
    emit(name, what, parts(value, count, bits))


def emit_rows(name, what, rows):
    print("/// " + what + ".")
    print("alignas(64) inline constexpr float %s[%d][%d] = {" % (name, len(rows), len(rows[0])))
    print(",\n".join("{%s}" % ", ".join(map(text, row)) for row in rows) + "};\n")


def fitted(f, low, high, bits):
    """The shortest near-minimax polynomial, lowest power first, with an error of at most 2^-bits."""
    for count in range(2, 40):
        polynomial, error = chebyfit(f, [mpf(low), mpf(high)], count, error=True)
        if error < mpf(2) ** -bits:
            return polynomial[::-1], error
    raise ValueError("no polynomial is short enough")


def fit(name, what, f, low, high, bits):
    emit(name, what, *fitted(f, low, high, bits))


def fit_with_start(name, what, f, low, high, bits):
    """The same with the constant coefficient apart, in two parts."""
    polynomial, error = fitted(f, low, high, bits)
    emit_parts(name + "Start", "The first coefficient of the next, in two parts", polynomial[0])
    emit(name, what + ", without its first coefficient", polynomial[1:], error)


def away(f):
    """f with its removable singularity at 0 left out."""
    step = mpf(10) ** -10
    return lambda t: f(step if abs(t) < step else t)


def even(f):
    """f of the square root, for even functions given on z = t^2."""
    step = mpf(10) ** -8
    return lambda z: f(sqrt(max(z, step * step)))


def exponentials():
    two = mpf(2)
    emit("kLn2", "ln 2: a first part of 16 bits, so that its products with exponents are exact, and the rest",
         parts(log(two), 2, 16))
    emit("kLog2e", "log2(e)", [1 / log(two)])
    fit("kExp", "(exp(r) - 1 - r) / r^2 on |r| <= ln(2) / 2", away(lambda r: (exp(r) - 1 - r) / r**2),
        "-0.3467", "0.3467", 24)
    emit_parts("kNatural", "ln 2, in two parts", log(two))
    fit("kExp2", "(2^r - 1 - r ln 2) / r^2 on |r| <= 1/2", away(lambda r: (two**r - 1 - r * log(two)) / r**2),
        -0.5, 0.5, 25)


def logarithms():
    two = mpf(2)
    inverses = [mpf(round(mpf(32) / (1 + mpf(i) / 16))) / 32 for i in range(16)]
    bound = max(abs(r * (1 + mpf(i) / 16 + side) - 1)
                for i, r in enumerate(inverses) for side in (-mpf(1) / 32, mpf(1) / 32))
    assert bound < mpf(1) / 16
    # The first part has as many bits as that of ln 2, so that sums with its multiples are exact.
    shorts = [mp.nint(-log(r) * 2**16) / 2**16 for r in inverses]
    rows = [inverses, shorts, [-log(r) - short for r, short in zip(inverses, shorts)]]
    emit_rows("kLogTable", "For numbers m next to 1 + i / 16: r near 1 / m in 5 bits, and -log(r): a first part of 16 "
              "bits, and the rest", rows)
    fit("kLogCurve", "(log(1 + f) - f) / f^2 on |f| <= " + nstr(bound, 3),
        away(lambda f: (log(1 + f) - f) / f**2), -bound, bound, 23)
    fit("kLogTail", "(log(1 + f) - f + f^2 / 2) / f^3 on |f| <= " + nstr(bound, 3),
        away(lambda f: (log(1 + f) - f + f**2 / 2) / f**3), -bound, bound, 24)
    fit("kLogOnePlus", "(log(1 + f) - f) / f^2 on -1/4 <= f <= 1/2", away(lambda f: (log(1 + f) - f) / f**2),
        -0.25, 0.5, 24)
    emit_parts("kBinary", "log2(e), in two parts", 1 / log(two))
    emit_parts("kDecimal", "log10(e), in two parts", 1 / log(mpf(10)))


def two_over_pi_columns():
    """Column j: 2 / pi for x = y 2^(8 j) with y < 2^9, a multiple of 2^-22, less multiples of 2^24."""
    mp.dps = 100
    columns = []
    for j in range(16):
        value = 2 / pi * mpf(2) ** (8 * j)
        value -= mp.nint(value / 2**24) * 2**24
        columns.append(parts(value, 4))
    mp.dps = 50
    return [list(row) for row in zip(*columns)]


def trigonometric():
    emit("kTwoOverPi", "2 / pi", [2 / pi])
    first = mpf(single(pi / 2))
    emit("kHalfPi", "pi / 2 in three parts: the second has 14 bits, so that its products with 2^10 quarters are exact",
         [first] + parts(pi / 2 - first, 2, 14))
    emit_parts("kHalfPiParts", "pi / 2, in two parts", pi / 2)
    emit_parts("kPi", "pi, in two parts", pi)
    emit_parts("kRadians", "pi / 180, in two parts", pi / 180)
    emit_parts("kDegrees", "180 / pi, in two parts", 180 / pi)
    fit("kSine", "(sin(r) - r) / r^3 in r^2 on |r| <= pi / 4", even(lambda r: (sin(r) - r) / r**3), 0, "0.6170", 26)
    fit("kCosine", "(cos(r) - 1 + r^2 / 2) / r^4 in r^2 on |r| <= pi / 4",
        even(lambda r: (cos(r) - 1 + r**2 / 2) / r**4), 0, "0.6170", 26)
    emit_rows("kTwoOverPiColumns", "2^(8 j) 2 / pi less the nearest multiple of 2^24, in four parts, for each j",
              two_over_pi_columns())


def hyperbolic():
    fit("kSinh", "(sinh(r) - r) / r^3 in r^2 on |r| <= ln(2) / 2", even(lambda r: (sinh(r) - r) / r**3), 0, "0.1203", 25)
    fit("kCosh", "(cosh(r) - 1) / r^2 in r^2 on |r| <= ln(2) / 2", even(lambda r: (cosh(r) - 1) / r**2), 0, "0.1203", 26)
    fit("kAsinh", "(asinh(t) - t) / t^3 in t^2 on |t| <= 1/2", even(lambda t: (asinh(t) - t) / t**3), 0, "0.25", 26)
    fit("kAcosh", "(acosh(1 + t) / sqrt(2 t) - 1) / t on t <= 3/8",
        lambda t: (acosh(1 + max(t, mpf(10) ** -20)) / sqrt(2 * max(t, mpf(10) ** -20)) - 1) / max(t, mpf(10) ** -20),
        0, "0.375", 27)
    fit("kAtanh", "(atanh(s) - s) / s^3 in s^2 on |s| <= 0.23", even(lambda s: (atanh(s) - s) / s**3), 0, "0.0529", 24)


def inverse_trigonometric():
    emit_parts("kQuarterPi", "pi / 4: a first part of 21 bits, so that its small multiples are exact, and the rest", pi / 4,
               2, 21)
    fit("kAtan", "(atan(t) - t) / t^3 in t^2 on |t| <= 1/2", even(lambda t: (atan(t) - t) / t**3), 0, "0.25", 26)
    fit("kAsin", "(asin(s) - s) / s^3 in s^2 on |s| <= 1/2", even(lambda s: (asin(s) - s) / s**3), 0, "0.25", 26)


def roots():
    fit("kInverseCubeRoot", "m^(-1/3) on [3/4, 3/2]", lambda m: 1 / cbrt(m), 0.75, 1.5, 13)
    emit("kCubeRootTwo", "the cube root of 2 and its inverse", [cbrt(mpf(2)), 1 / cbrt(mpf(2))])
    fit("kHalfInverse", "1 / (2 r) on [2, sqrt(32)], to a few percent", lambda r: 1 / (2 * r), 2, sqrt(mpf(32)), 7)


def erf_columns():
    """Column 0: erf(a) / a - 1 in a^2 on a < 1/4. Column j: erf(a) in u = 4 a - j - 1/2."""
    small = chebyfit(even(lambda a: erf(a) / a - 1), [mpf(0), mpf(1) / 16], 6)[::-1]
    columns = [[0, 0] + small]
    for j in range(1, 16):
        middle = (j + mpf(1) / 2) / 4
        slope = away(lambda u: (erf(middle + u / 4) - erf(middle)) / u)
        columns.append(parts(erf(middle), 2) + chebyfit(slope, [-mpf(1) / 2, mpf(1) / 2], 6)[::-1])
    return [list(row) for row in zip(*columns)]


def mills(u):
    """(a + 5/4) exp(a^2 / 2) ndtr(-a) with u = (a - 5) / (a + 5)."""
    if 1 - u < mpf(10) ** -25:
        u = 1 - mpf(10) ** -25
    a = 5 * (1 + u) / (1 - u)
    if a > 1000:
        term = total = mpf(1)
        for k in range(1, 12):
            term *= -(2 * k - 1) / a**2
            total += term
        return (a + mpf(5) / 4) / a * total / sqrt(2 * pi)
    return (a + mpf(5) / 4) * exp(a**2 / 2) * erfc(a / sqrt(2)) / 2


def shortfall(r):
    """r - z with r = sqrt(-2 log(ndtr(-z))); z by Newton's method."""
    z = r * mpf("0.9")
    while True:
        p = erfc(z / sqrt(2)) / 2
        step = (log(p) + r**2 / 2) * p * sqrt(2 * pi) * exp(z**2 / 2)
        z += step
        if abs(step) < mpf(10) ** -30:
            return r - z


def fit_tail(name, largest, scale, center):
    """The shortfall over `scale` in v = (r - c) / (r + d), for r = sqrt(-2 log(p)) / scale, 2.039 <= scale r <= largest."""
    c, d = center
    low, high = mpf("2.039") / scale, mpf(largest) / scale
    emit(name + "Center", "c and d of the next", [c, d])
    fit_with_start(name, "(r + ndtri(p)) / %s in v = (r - c) / (r + d), r = sqrt(-2 log(p)) / %s, on 0 < p <= 1/8"
                   % (nstr(scale, 5), nstr(scale, 5)),
                   lambda v: shortfall((c + d * v) / (1 - v) * scale) / scale, (low - c) / (low + d),
                   (high - c) / (high + d), 25)


def normal():
    emit_rows("kErfColumns", "erf, for each j: its value at (j + 1/2) / 4 in two parts, and the difference to it over u in "
              "u = 4 a - j - 1/2; for j = 0: 0, and (erf(a) - a) / a in a^2", erf_columns())
    fit("kErfc", "erfc(a) exp(a^2) (1 + 2 a) - 1 in t = (a - 4) / (a + 4) on 0 <= a <= 12",
        lambda t: erfc(4 * (1 + t) / (1 - t)) * exp((4 * (1 + t) / (1 - t)) ** 2) * (1 + 8 * (1 + t) / (1 - t)) - 1,
        -1, 0.5, 26)
    fit_with_start("kMills", "(a + 5/4) exp(a^2 / 2) ndtr(-a) in (a - 5) / (a + 5) on a >= 0", mills, -1, 1, 28)
    fit_with_start("kNdtri", "ndtri(1/2 + q) / q in q^2 on |q| <= 3/8",
                   even(lambda q: sqrt(mpf(2)) * erfinv(2 * q) / q), 0, "0.140625", 25)
    fit_with_start("kErfinv", "erfinv(x) / x in x^2 on |x| <= 3/4", even(lambda x: erfinv(x) / x), 0, "0.5625", 26)
    fit_tail("kNdtriTail", "14.4", mpf(1), (mpf(5), mpf(4)))
    fit_tail("kErfinvTail", "6", sqrt(mpf(2)), (mpf("2.5"), mpf(4)))


def third_slope(t):
    """gammaln(2 + t) beyond its terms in t and t^2, over t^3."""
    return ((loggamma(2 + t) / t - (1 - euler)) / t - (pi**2 / 12 - mpf(1) / 2)) / t


def gammas():
    big = 1 / mpf("12.25")
    slope = pi**2 / 6 - 1
    emit_parts("kOneMinusEuler", "digamma(2), which is also the slope of gammaln at 2, in two parts", 1 - euler)
    emit_parts("kGammalnCurve", "trigamma(2) / 2, in two parts", slope / 2)
    fit("kGammalnSmall", "((gammaln(2 + t) / t - digamma(2)) / t - trigamma(2) / 2) / t on |t| <= 1/2",
        away(third_slope), -0.5, 0.5, 26)
    emit("kHalfLog2Pi", "log(2 pi) / 2 - 1/2", [log(2 * pi) / 2 - mpf(1) / 2])
    emit_parts("kHalfLogTwoPi", "log(2 pi) / 2, in two parts", log(2 * pi) / 2)
    fit("kGammalnBig", "x (gammaln(x) - (x - 1/2) log(x) + x - log(2 pi) / 2) in 1 / x^2 on x >= 3.5",
        even(lambda q: (loggamma(1 / q) - (1 / q - mpf(1) / 2) * log(1 / q) + 1 / q - log(2 * pi) / 2) / q), 0, big, 26)
    emit_parts("kSincSlope", "-pi^2 / 6, in two parts", -pi**2 / 6)
    fit("kSinc", "(sin(pi f) / (pi f) - 1 + pi^2 f^2 / 6) / f^4 in f^2 on |f| <= 1/2",
        even(lambda f: (sin(pi * f) / (pi * f) - 1 + pi**2 * f**2 / 6) / f**4), 0, 0.25, 26)
    fit("kGamma", "(gamma(2 + t) - 1) / t on |t| <= 1/2", away(lambda t: (gamma(2 + t) - 1) / t), -0.5, 0.5, 27)
    emit_parts("kShift", "32 ln 2, in two parts", 32 * log(mpf(2)))
    emit_parts("kDigammaSlope", "trigamma(2), in two parts", slope)
    fit("kDigammaSmall", "((digamma(2 + t) - digamma(2)) / t - trigamma(2)) / t on |t| <= 1/2",
        away(lambda t: ((digamma(2 + t) - 1 + euler) / t - slope) / t), -0.5, 0.5, 27)
    fit("kDigammaBig", "x^2 (log(x) - 1 / (2 x) - digamma(x)) in 1 / x^2 on x >= 3.5",
        even(lambda q: (-log(q) - q / 2 - digamma(1 / q)) / q**2), 0, big, 24)
    emit_parts("kCotangentSlope", "pi^2 / 3, in two parts", pi**2 / 3)
    fit("kCotangent", "((1 / f - pi cot(pi f)) / f - pi^2 / 3) / f^2 in f^2 on |f| <= 1/2",
        even(lambda f: ((1 / f - pi * cot(pi * f)) / f - pi**2 / 3) / f**2), 0, 0.25, 26)


def main():
    print("// Generated by src/build/coefficients/float32.py. Do not edit.")
    print("#pragma once\n\nnamespace sharray {\nnamespace {\nnamespace float32 {\nnamespace coefficients {\n")
    exponentials()
    logarithms()
    trigonometric()
    hyperbolic()
    inverse_trigonometric()
    roots()
    normal()
    gammas()
    print("}  // namespace coefficients\n}  // namespace float32\n}  // namespace\n}  // namespace sharray")


main()
