/// exp2 on one vector.
#pragma once

#include "math/coefficients_powers.h"
#include "math/simd.h"

namespace sharray {
namespace {
namespace lane {

using simd::V;

/// x = n + r, |r| <= 1/2; 2^r = 1 + r Q(r), which is exact for r = 0.
SHARRAY_INLINE V exp2(V x) {
  using namespace simd;
  // Beyond the bounds the result is 0 or infinity anyway; NaN passes.
  const V c = max_second(set(-1100.0), min_second(set(1100.0), x));
  const V n = rint(c);
  const V r = c - n;
  return times_power(simd::fma(r, polynomial(coefficients::kExp2, r), set(1.0)), n);
}

}  // namespace lane
}  // namespace
}  // namespace sharray
