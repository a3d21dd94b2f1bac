/// How reductions of float64 combine two partial results, by definition: sum, prod, min, max.
#pragma once

#include "expression/kernel_table.h"

namespace sharray::test {

inline constexpr double kReductionIdentity[] = {-0.0, 1.0, __builtin_inf(), -__builtin_inf()};
inline constexpr int kCombining = 4;

inline double combine_min(double x, double y) noexcept {
  if (x != x || y != y) return __builtin_nan("");
  if (x == y) return __builtin_signbit(x) ? x : y;
  return x < y ? x : y;
}

inline double combine_max(double x, double y) noexcept { return -combine_min(-x, -y); }

inline double combine(Reduction reduction, double x, double y) noexcept {
  switch (reduction) {
    case Reduction::sum:
      return x + y;
    case Reduction::prod:
      return x * y;
    case Reduction::min:
      return combine_min(x, y);
    default:
      return combine_max(x, y);
  }
}

}  // namespace sharray::test
