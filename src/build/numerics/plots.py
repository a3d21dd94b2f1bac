#!/usr/bin/python3
"""Plots the error of each function over its domain to docs/numerics. Needs matplotlib.

usage: plots.py ERRORS    lines "name x ulp", as the accuracy test writes them with SHARRAY_ERRORS
"""

import collections
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

DOCS = pathlib.Path(__file__).resolve().parents[3] / "docs/numerics"
BINS = 500



def main():
    points = collections.defaultdict(list)
    for line in open(sys.argv[1]):
        name, x, ulp = line.split()
        points[name].append((float(x), float(ulp)))
    for name, all_points in sorted(points.items()):
        all_points.sort()
        # Every bin has as many points, so that the places where the test looks closely have room.
        size = max(1, len(all_points) // BINS)
        bins = [all_points[i:i + size] for i in range(0, len(all_points), size)]
        worst = [max(u for _, u in b) for b in bins]
        middle = [sorted(u for _, u in b)[len(b) // 2] for b in bins]
        top = max(worst)
        figure, axes = pyplot.subplots(figsize=(6, 2.2), dpi=80)
        axes.plot(worst, ".", markersize=2, color="#b03030", label="largest of %d points" % size)
        axes.plot(middle, "-", linewidth=0.8, color="#3050a0", label="median")
        axes.set_ylim(0, min(1.15 * top, 6))
        ticks = [i * (len(bins) - 1) // 6 for i in range(7)]
        axes.set_xticks(ticks, ["%.3g" % bins[i][0][0] for i in ticks], fontsize=7)
        axes.tick_params(axis="y", labelsize=7)
        axes.set_title("%s: error in float64, ULP, over x (as many points in every step)" % name, fontsize=8)
        axes.legend(fontsize=6, loc="upper left", frameon=False, ncol=2)
        figure.tight_layout(pad=0.4)
        figure.savefig(DOCS / (name + ".png"), metadata={"Software": None})
        pyplot.close(figure)
    print("%d plots" % len(points))


main()
