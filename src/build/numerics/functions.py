#!/usr/bin/env python3
"""Writes docs/numerics/functions.md: what ops.def states of each function, what the accuracy test
saw at the reference points, and where that is worse than SciPy.

usage: functions.py [--check] OUTPUT_OF_ACCURACY_TEST
--check fails if the file is not up to date, and changes nothing.
"""

import csv
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs/numerics"
ROW = re.compile(r'OP\((\w+),\s*"[^"]*",\s*\d,\s*\w+,\s*(.+?),\s*(\w+),' + r'\s*"([^"]*)",?' * 5)
SEEN = re.compile(r"^(\w+)\s+file\s+(\w+)\s+\((\S+), (\S+)\):\s+(\d+) points, (\S+) ULP at \S+?"
                  r"(?:; (\S+) at \S+ where small)?$")
HEAD = """# Functions and their errors

Written by `./dev numerics` from `ops.def` and what the accuracy test sees; `./dev test` checks that it is up to date. The
bounds are sampled, not proven, in units in the last place of the result; they hold on every CPU path, since all paths give
the same bits. An absolute bound applies where the relative one fails next to zeros of the function. *Seen* is the largest
error at the 600 reference points of each function, in float64; where there is an absolute bound, of results of at least 1/2.

"""


def rows():
    for line in (ROOT / "src/main/cpp/ops.def").read_text().splitlines():
        match = ROW.match(line)
        if match and match.group(3) != "exact":
            yield match.group(1), match.groups()[3:]


def seen(path):
    """The largest error of each function on each part of its domain, by name and lower end; None without points."""
    found = {}
    for line in path.read_text(errors="replace").splitlines():
        match = SEEN.match(line.strip())
        if match and "float32" not in line:
            name, _, low, _, points, ulp = match.groups()[:6]
            found[name, float(low)] = float(ulp) if int(points) > 0 else None
    return found


def scipy():
    lines = (ROOT / "src/test/resources/accuracy/scipy.csv").read_text().splitlines()
    return {row["function"]: float(row["ulp"]) for row in csv.DictReader(lines[1:])}


def figure(x):
    return "%.3g" % x if x < 1000 else "%.0e" % x


def main():
    arguments = sys.argv[1:]
    check = arguments[:1] == ["--check"]
    errors, others = seen(pathlib.Path(arguments[-1])), scipy()
    text, worse = HEAD, []
    text += "| function | domain | float64, ULP | float32, ULP | absolute | seen, ULP | SciPy, ULP | |\n|" + "---|" * 8 + "\n"
    missing = []
    for name, (domain, ulp64, ulp32, absolute, _) in sorted(rows()):
        intervals = domain.split("|")
        for i, interval in enumerate(intervals):
            low = float(re.match(r"[(\[]([^,]+),", interval).group(1))
            if (name, low) not in errors:
                missing.append(name)
                continue
            mine = errors[name, low]
            negative = len(intervals) > 1 and low < 0
            other = others.get(name + "_negative" if negative else name)

            def at(column):
                values = column.split("|")
                return values[i] if i < len(values) else values[-1]

            if other is not None and mine is not None and mine > other:
                worse.append((name, interval, mine, other))
            plot = "[plot](%s.png)" % name if (DOCS / (name + ".png")).exists() else ""
            text += "| `%s` | %s | %s | %s | %s | %s | %s | %s |\n" % (
                name, interval, at(ulp64), at(ulp32).replace("-", "as float64, rounded"),
                at(absolute).replace("e-", "e&#8209;") if at(absolute) != "0" else "",
                "" if mine is None else figure(mine), "" if other is None else figure(other), plot)
    if missing:
        sys.exit("no figures for " + " ".join(sorted(set(missing))) + " in " + arguments[-1])
    text += "\n## Worse than SciPy at the reference points\n\nNumPy 1.24 and SciPy 1.10, float64, largest errors:\n\n"
    text += "| function | domain | here, ULP | SciPy, ULP |\n|---|---|---|---|\n"
    for name, interval, mine, other in worse:
        text += "| `%s` | %s | %s | %s |\n" % (name, interval, figure(mine), figure(other))
    target = DOCS / "functions.md"
    if check:
        if not target.exists() or target.read_text() != text:
            sys.exit("docs/numerics/functions.md is not up to date: run ./dev numerics")
    else:
        target.write_text(text)
        print("%d functions worse than SciPy" % len(worse))


main()
