/// log2 and log10 on one vector.
#pragma once

#include "math/coefficients_powers.h"
#include "math/log.h"

namespace sharray {
namespace {
namespace lane {

using simd::V;

/// log(x) times a factor in two parts. The error before the last rounding is too small to miss a whole result.
SHARRAY_INLINE V scaled_log(V x, const double (&factor)[2]) {
  using namespace simd;
  const LogParts log_x = log_parts<false, false>(x);
  const Pair main = product(log_x.high, set(factor[0]));
  const V low = simd::fma(log_x.high, set(factor[1]), simd::fma(log_x.low, set(factor[0]), main.low));
  return if_special(x, main.high + low);
}

SHARRAY_INLINE V log2(V x) { return scaled_log(x, coefficients::kBinary); }
SHARRAY_INLINE V log10(V x) { return scaled_log(x, coefficients::kDecimal); }

}  // namespace lane
}  // namespace
}  // namespace sharray
