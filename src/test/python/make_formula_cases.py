#!/usr/bin/env python3
"""Makes src/test/resources/io/sharray/formula-cases.csv: formulas with the values that Python gives.

Run with NumPy and numexpr when cases are added; tests only read the file. Each formula is evaluated by NumPy, and also by
numexpr unless it has another meaning there; where numexpr has it, the two must agree. The dtype is NumPy's.

A line is: operand or case; name or formula; dtype; shape; tolerance in units in the last place; values in hexadecimal.
"""
import os
import sys

import numexpr
import numpy as np

OPERANDS = {
    "a": np.array([-2.5, -0.0, 0.5, 1.0, 3.75, 1000.0]),
    "b": np.array([1.5, 2.0, -0.25, 3.0, -7.0, 0.1]),
    "c": np.array([0.25, 1.5, 2.0, 3.0, 4.5, 10.0]),
    "h": np.array([-0.9, -0.5, 0.0, 0.125, 0.5, 0.99]),
    "f": np.array([0.1, -0.2, 3.5, 7.25, -1e10, 2.0], np.float32),
    "i": np.array([-7, -2, 0, 3, 5, 100]),
    "j": np.array([2, 3, -4, 7, 1, -9]),
    "k": np.array([-3, 5, 12, 0, 77, 1], np.int32),
    "m": np.array([0, 1, 2, 3, 4, 5]),
    "p": np.array([True, False, True, True, False, False]),
    "q": np.array([True, True, False, True, False, True]),
    "w": np.array([1 + 2j, -0.5j, 3, -1.5 + 0.25j, 2 - 2j, 1e3 + 1j]),
    "z": np.array([0.5 - 1j, 2, 1j, -3 + 4j, 0.125 + 8j, -1 - 1j]),
    "t": np.array([[1.5, -2.0, 3.25, 8.0], [0.5, 0.25, -7.0, 2.0], [4.0, 5.5, -0.125, 1.0]]),
}

# Same in Python, NumPy and numexpr.
BOTH = """
2*a + 3*b
a + 1
a*b - 4.1*a > 2.5*b
2*a + b*c - 1
a - b - c
a - (b - c)
a / b / c
a / (b / c)
a / b * c
-a + b
-a * b
-(a + b)
- -a
+a
-a ** 2
(-a) ** 2
2 ** 3 ** 2
(2 ** 3) ** 2
2 ** 3 * 4
a ** 2
a ** 3
a ** 4
a ** 5
a ** 7
a ** 13
b ** -1
b ** -2
b ** -3
a ** 1
a ** 0
c ** 0.5
2 * c ** 2 + 1
a * b ** 2
a * -b
i + j * 2
i - j
i * j
i / j
i ** 2
i ** 3
i ** 0
m << 2
m << m
i >> 1
i >> m
1 + m << 2
m << 1 + 1
i & j
i | j
i ^ j
~i
~i & j
i & ~j
i | j & 6
i ^ j & 6
i | j ^ 6
i & 1 << 2
i + 1 & 3
-i & 7
~-i
i & j == 2
p & q
p | q
p ^ q
~p
~p & q
~(p & q)
p | q & ~p
p ^ q & p
a > b
a >= 1
a < b
a <= 1
a == 1
a != 1
i == 3
(a > 0) & (b > 0)
(a > 0) | (b > 0)
~(a > 0)
(a > 0) ^ (b > 0)
(a > 0) & (b > 0) | (c > 2)
(a > 0) & ((b > 0) | (c > 2))
a + b > c * 2
a > b - 1
i & 3 == 1
where(a > 0, a, b)
where(p, 1.5, b)
where(p, i, j)
where(a > b, where(p, 1.0, 2.0), 3.0)
where(p & q, a + b, a * b) + 1
abs(a)
abs(i)
abs(a - b) * 2
sqrt(c)
exp(a / 100)
expm1(h)
log(c)
log10(c)
log1p(h)
sin(a)
cos(a)
tan(a)
arcsin(h)
arccos(h)
arctan(a)
arctan2(a, b)
sinh(b)
cosh(b)
tanh(b)
arcsinh(a)
arccosh(c + 1)
arctanh(h)
sin(a) + arcsinh(a / b)
sin(a)**2 + cos(a)**2
exp(-c) * sin(2*c)
floor(a)
ceil(a)
floor(a / b)
fmod(a, b)
f + f
f * 2
f ** 2
f * f - f
sqrt(abs(f))
k + k
k * 3
k ** 2
k - 1
k + i
a + i
a * k
w + z
w - z
w * z
w * 2
w + 1
-w
w == z
w != z
real(w)
imag(w)
conj(w)
w.real
w.imag
(w * z).real
real(w) + a
complex(a, b)
complex(a, b) + w
w * 2j
w + 1.5e3j
a + 2j
1j * a
w / z
w ** 2
w ** 3
sqrt(w)
exp(z / 4)
log(w)
sin(w / 1000)
cos(z)
sum(a)
sum(i)
prod(c)
sum(a * b)
sum(t, axis=0)
sum(t, axis=1)
sum(t, 1)
prod(t, axis=0)
prod(t, axis=1)
min(a)
max(a)
min(t, axis=0)
max(t, axis=1)
sum(t * t + 1, axis=1)
sum(w)
1e3 + a
.5 + a
5. * a
1.5E-1 * a
1e+2 * a
0x1f + i
0b101 + i
0o17 + i
1_000 + i
1_0.5_0 + a
True
(1 + 2) * 3 + a
a + -1
a - -1
a--1
2*-3 + a
ones_like(a)
ones_like(i)
"""

# Of no or another meaning in numexpr.
NUMPY = """
a // b
i // j
i // 3
-i // 3
2 * i // j
a % b
i % j
i % 3
-i % 3
-7 // 2 + i
-7 % 3 + i
2 ** -1 + a
abs(w)
sum(t, axis=-1)
sum(t, axis=(0, 1))
sum(t)
t - mean(t, axis=1, keepdims=True)
mean(t, axis=0)
var(t, axis=1)
std(t)
var(t, axis=0, ddof=1)
sum(t > 0, axis=0)
sum(i, dtype=float64)
argmax(t, axis=1)
argmin(t)
all(p)
any(p)
count_nonzero(t > 1, axis=0)
cumsum(t, axis=1)
cumprod(t, axis=0)
sign(b)
trunc(a)
round(a)
rint(a)
square(a)
reciprocal(b)
maximum(a, b)
minimum(a, b)
isnan(a / a)
isinf(1 / (a * 0))
isfinite(a)
signbit(a)
copysign(a, b)
nextafter(a, b)
logical_and(p, q)
logical_or(p, q)
logical_xor(p, q)
logical_not(p)
bitwise_and(i, j)
left_shift(i, m)
invert(i)
hypot(a, b)
log2(c)
exp2(b)
cbrt(a)
logaddexp(a / 100, b)
power(c, 3)
power(c, 2.5)
c ** b
zeros_like(t)
float32(a)
int64(a)
bool(i)
complex128(a)
uint8(i)
int32(a) + k
float64(f) * 2
"""

EXACT_FUNCTIONS = {
    "where", "abs", "sqrt", "floor", "ceil", "fmod", "real", "imag", "conj", "complex", "sum", "min", "max", "ones_like",
    "sign", "trunc", "round", "rint", "square", "reciprocal", "maximum", "minimum", "isnan", "isinf", "isfinite", "signbit",
    "copysign", "nextafter", "logical_and", "logical_or", "logical_xor", "logical_not", "bitwise_and", "left_shift",
    "invert", "zeros_like", "argmax", "argmin", "all", "any", "count_nonzero", "cumsum"} | {
    dtype.__name__ for dtype in (np.float32, np.float64, np.int32, np.int64, np.uint8, np.complex128)} | {"bool"}


def make_complex(x, y):
    result = np.empty(np.broadcast(x, y).shape, complex)
    result.real, result.imag = x, y
    return result


def namespace():
    names = {name: getattr(np, name) for name in dir(np) if not name.startswith("_")}
    names.update(OPERANDS, complex=make_complex, abs=np.absolute, bool=np.bool_)
    return names


def functions(formula):
    words = "".join(c if c.isalnum() or c == "_" else f" {c} " for c in formula).split()
    return {word for word, after in zip(words, words[1:] + [""]) if after == "("}


def tolerance(formula, dtype):
    """In units in the last place; products of complex numbers and sums in another order are not exact."""
    if dtype.kind not in "fc":
        return 0
    if formula == "abs(w)":
        return 1
    inexact = any(word.isidentifier() and word not in EXACT_FUNCTIONS for word in functions(formula))
    reduces = functions(formula) & {"sum", "prod", "mean", "var", "std", "cumsum", "cumprod"}
    general = "c ** b" in formula
    if "** -3" in formula:
        return 1
    return 8 if inexact or reduces or dtype.kind == "c" or general else 0


def number(value):
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (complex, np.complexfloating)):
        return number(float(value.real)) + "|" + number(float(value.imag))
    return float(value).hex()


def line(kind, text, tolerance_, array):
    shape = " ".join(map(str, array.shape))
    values = " ".join(number(v) for v in array.ravel())
    return ";".join([kind, text, str(array.dtype), shape, str(tolerance_), values]) + "\n"


def agreed(formula, expected):
    try:
        found = np.asarray(numexpr.evaluate(formula, local_dict=dict(OPERANDS), global_dict={}))
    except (NotImplementedError, TypeError, AttributeError, RuntimeError) as error:
        print(f"only NumPy: {formula} ({error})")
        return expected
    if not np.allclose(found, expected, rtol=1e-13 if expected.dtype != np.float32 else 1e-6, equal_nan=True):
        sys.exit(f"{formula}: numexpr {found}, NumPy {expected}")
    # Its powers are products, to the bit.
    return found if "**" in formula and found.dtype == expected.dtype else expected


def main():
    out = [line("operand", name, 0, value) for name, value in OPERANDS.items()]
    names = namespace()
    for group, also in ((BOTH, True), (NUMPY, False)):
        for formula in filter(None, group.split("\n")):
            expected = np.asarray(eval(formula, names))
            if also:
                expected = agreed(formula, expected)
            out.append(line("case", formula, tolerance(formula, expected.dtype), expected))
    target = os.path.join(os.path.dirname(__file__), "..", "resources", "io", "sharray", "formula-cases.csv")
    with open(target, "w", encoding="ascii") as file:
        file.writelines(out)
    print(len(out), "lines")


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
