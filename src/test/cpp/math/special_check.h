/// For the tests of special values: one operand or pair of operands at a time, on every CPU path, held against the bits
/// that are expected (of NaN, no bits but that it is one).
#pragma once

#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

#include "check.h"
#include "math/rows.h"

namespace sharray::test {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kTiny = 0x1p-1074;    ///< the smallest subnormal
constexpr double kNormal = 0x1p-1022;  ///< the smallest normal
constexpr double kMax = std::numeric_limits<double>::max();
constexpr double kPi = 0x1.921fb54442d18p+1;

inline bool same_bits(double x, double y) { return (x != x && y != y) || std::memcmp(&x, &y, sizeof x) == 0; }

/// op(x, y) on every path.
inline void expect_of_two(Op op, double x, double y, double expected) {
  for (const KernelTable* table : tables()) {
    double r = 42;
    table->op[static_cast<std::size_t>(op)][0](&r, &x, &y, nullptr, 1);
    if (!CHECK(same_bits(r, expected))) {
      std::fprintf(stderr, "  %s on %s: (%a, %a) gives %a, not %a\n", rows()[static_cast<std::size_t>(op)].name,
                   cpu_path_name(table->path), x, y, r, expected);
    }
  }
}

inline void expect_value(Op op, double x, double expected) { expect_of_two(op, x, 1.0, expected); }

inline void expect_odd(Op op, double x, double expected) {
  expect_value(op, x, expected);
  expect_value(op, -x, -expected);
}

inline void expect_even(Op op, double x, double expected) {
  expect_value(op, x, expected);
  expect_value(op, -x, expected);
}

}  // namespace sharray::test
