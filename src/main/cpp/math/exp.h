/// exp on one vector.
#pragma once

#include "math/pair.h"

namespace sharray {
namespace {
namespace lane {

using simd::V;

/// x = n ln 2 + r, |r| <= ln(2) / 2; exp(x) = 2^n (1 + r + r^2 E(r)). The sum 1 + r is kept in two parts, so that the
/// rounding at the end is the only one that counts.
SHARRAY_INLINE V exp(V x) {
  using namespace simd;
  namespace k = coefficients;
  // Beyond the bounds the result is 0 or infinity anyway; NaN passes.
  const V c = max_second(set(-760.0), min_second(set(760.0), x));
  const V shifted = simd::fma(c, set(k::kLog2e[0]), set(0x1.8p52));
  const V n = shifted - set(0x1.8p52);
  const V high = fnma(n, set(k::kLn2[0]), c);  // exact
  const V low = n * set(k::kLn2[1]);
  const V r = high - low;
  const V rest = fms(r * r, polynomial(k::kExp, r), low);
  const Pair leading = fast_sum(set(1.0), high);
  return times_power(leading.high + (leading.low + rest), n);
}

}  // namespace lane
}  // namespace
}  // namespace sharray
