/// How a reduction combines two partial results: the rules of the vector kernels, for one pair, compiled for any CPU.
///
/// Sums start from -0.0, so that the sum of a lone -0.0 keeps its sign. Minimum and maximum give NaN if either operand
/// is NaN, and hold -0.0 to be less than +0.0.
#pragma once

#include <cstddef>

#include "expression/kernel_table.h"

namespace sharray {

inline constexpr double kReductionIdentity[3] = {-0.0, __builtin_inf(), -__builtin_inf()};

inline double combine_sum(double x, double y) noexcept { return x + y; }

inline double combine_min(double x, double y) noexcept {
  if (x != x || y != y) return __builtin_nan("");
  if (x == y) return __builtin_signbit(x) ? x : y;
  return x < y ? x : y;
}

inline double combine_max(double x, double y) noexcept {
  if (x != x || y != y) return __builtin_nan("");
  if (x == y) return __builtin_signbit(x) ? y : x;
  return x > y ? x : y;
}

inline double combine(Reduction reduction, double x, double y) noexcept {
  switch (reduction) {
    case Reduction::sum:
      return combine_sum(x, y);
    case Reduction::min:
      return combine_min(x, y);
    default:
      return combine_max(x, y);
  }
}

}  // namespace sharray
