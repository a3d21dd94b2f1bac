/// exp2 on one vector.
#pragma once

#include "math/coefficients_powers.h"
#include "math/pair.h"

namespace sharray {
namespace {
namespace lane {

using simd::V;

/// x = n + r, |r| <= 1/2; 2^r = 1 + r ln 2 + r^2 Q(r), of which the first two terms come in two parts; exactly 1 for r
/// = 0.
SHARRAY_INLINE V exp2(V x) {
  using namespace simd;
  // Beyond the bounds the result is 0 or infinity anyway; NaN passes.
  const V c = max_second(set(-1100.0), min_second(set(1100.0), squarable(x)));
  const V n = rint(c);
  const V r = c - n;
  const Pair linear = product(r, set(coefficients::kNatural[0]));
  const Pair leading = fast_sum(set(1.0), linear.high);
  const V rest = simd::fma(r, set(coefficients::kNatural[1]), leading.low + linear.low);
  return times_power(leading.high + simd::fma(r * r, polynomial(coefficients::kExp2, r), rest), n);
}

}  // namespace lane
}  // namespace
}  // namespace sharray
