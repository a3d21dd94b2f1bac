/// Expectations of single results, bit by bit, on every CPU path.
#pragma once

#include <cstdio>
#include <cstring>
#include <limits>

#include "check.h"
#include "math/rows.h"

namespace sharray::test {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kTiny = 0x1p-1074;
constexpr double kMax = std::numeric_limits<double>::max();

/// The same bits, or both NaN.
inline bool same_bits(double x, double y) { return std::memcmp(&x, &y, sizeof x) == 0 || (x != x && y != y); }

/// op(x, y), alone and beside elements that take another way, on every path.
inline void expect(Op op, double x, double y, double expected) {
  constexpr std::size_t kCount = 8;
  double xs[kCount] = {x, 0.75, 0.75, x, 0.75, 0.75, 0.75, x}, ys[kCount] = {y, 0.5, 0.5, y, 0.5, 0.5, 0.5, y};
  for (const KernelTable* table : tables()) {
    double r[kCount];
    table->op[static_cast<std::size_t>(op)][0](r, xs, ys, nullptr, kCount);
    for (std::size_t i : {0, 3, 7}) {
      if (CHECK(same_bits(r[i], expected))) continue;
      std::fprintf(stderr, "  %s on %s: (%a, %a) gives %a, not %a\n", rows()[static_cast<std::size_t>(op)].name,
                   cpu_path_name(table->path), x, y, r[i], expected);
    }
  }
}
inline void expect(Op op, double x, double expected) { expect(op, x, 1.0, expected); }

}  // namespace sharray::test
