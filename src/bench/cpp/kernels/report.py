#!/usr/bin/env python3
"""Makes docs/performance-kernels.md of what the program `kernels` printed on each path.

usage: report.py AVX512_OUTPUT AVX2_OUTPUT DESCRIPTION_OF_THE_MACHINE > docs/performance-kernels.md
"""

import sys

PATHS = ("AVX-512", "AVX2")
C_LIMITS, SQRT_LIMIT = (3, 2), 1.7
MIXED_LIMITS, WIDE_LIMIT, FLOAT_LIMIT = (1.5, 2.2), 2, 1.8

HEAD = """# The speed of the kernels

Written by `./dev kernels`: one thread, 16384 elements that stay in the second-level cache, medians of 11 rounds in which all
contestants of a line take turns in one process. %s. In bold: what misses its limit. The ranges are in
`src/bench/cpp/kernels/limits.h`.

- **ns**: per element of float64, on the plain range.
- **C**: the C library's scalar loop by ours; demanded are %g and %g, for `sqrt` %g.
- **VML**: ours by MKL's vector mathematics in high accuracy mode, and what is demanded. MKL is made to take its code for the
  same instructions, which of itself it does on Intel's processors only.
- **mixed**: the branches of a function mixed at random, by its fastest branch alone; demanded are %g and %g for `gammaln`, `erf`,
  `sin` and `ndtri`. In brackets: by the slowest branch alone.
- **wide**, **subnormal**: the whole domain, exponents uniform, and subnormal operands or results, by the plain range;
  demanded is %g.
- **float32**: float64 by float32; demanded is %g.

"""


def read(path):
    table = {}
    for line in open(path):
        name, what, value = line.rstrip("\n").split("\t")
        table.setdefault(name, {})[what] = value if what == "limits" else float(value)
    return table


def mark(value, bad):
    return "**%s**" % value if bad else value


def cells(name, row, i):
    time = row["branch 1"]
    vml512, vml256, mixes = row["limits"].split()
    limit = float((vml512, vml256)[i])
    out = ["%.2f" % time]
    c = row["C"] / time if "C" in row else None
    out.append("" if c is None else mark("%.1f" % c, c < (SQRT_LIMIT if name == "sqrt" else C_LIMITS[i])))
    vml = time / row["VML"] if "VML" in row else None
    out.append("" if vml is None else mark("%.2f" % vml, vml > limit) + " / %g" % limit)
    branches = [v for what, v in row.items() if what.startswith("branch")]
    mixed = row["mixed"] / min(branches) if "mixed" in row else None
    out.append("" if mixed is None else "%s (%.2f)" % (
        mark("%.1f" % mixed, mixes == "1" and mixed > MIXED_LIMITS[i]), row["mixed"] / max(branches)))
    for what in ("wide", "subnormal"):
        by = row[what] / time if what in row else None
        out.append("" if by is None else mark("%.1f" % by, by > WIDE_LIMIT))
    by = time / row["float32"] if "float32" in row else None
    out.append("" if by is None else mark("%.1f" % by, by < FLOAT_LIMIT))
    return out


def main():
    print(HEAD % ((sys.argv[3],) + C_LIMITS + (SQRT_LIMIT,) + MIXED_LIMITS + (WIDE_LIMIT, FLOAT_LIMIT)), end="")
    for i, path in enumerate(PATHS):
        table = read(sys.argv[i + 1])
        if not table:
            continue
        print("## %s\n\n| function | ns | C | VML | mixed | wide | subnormal | float32 |\n|%s" % (path, "---|" * 8))
        for name, row in table.items():
            print("| `%s` | %s |" % (name, " | ".join(cells(name, row, i))))
        print()


main()
