/// exp and expm1 on one vector.
#pragma once

#include "math/pair.h"

namespace sharray {
namespace {
namespace lane {

using simd::V;

/// exp(x) = 2^n (1 + high + rest) with |high| <= ln(2) / 2.
struct ExpParts {
  V n, high, rest;
};

/// The exponential of x + x_low; with kLow, x_low is small against x, and does not count where x < -760 or x >
/// kHighest.
///
/// x = n ln 2 + r, |r| <= ln(2) / 2; exp(r) = 1 + r + r^2 E(r). r comes in two parts, of which the first is exact.
template <bool kLow = false, int kHighest = 760>
SHARRAY_INLINE ExpParts exp_parts(V x, V x_low = V{}) {
  using namespace simd;
  namespace k = coefficients;
  // Beyond the bounds the result is 0 or infinity anyway; NaN passes.
  const V c = max_second(set(-760.0), min_second(set(double{kHighest}), x));
  const V shifted = simd::fma(c, set(k::kLog2e[0]), set(0x1.8p52));
  const V n = shifted - set(0x1.8p52);
  const V high = fnma(n, set(k::kLn2[0]), c);
  const V low = kLow ? fms(n, set(k::kLn2[1]), keep(simd::equal(c, x), x_low)) : n * set(k::kLn2[1]);
  const V r = high - low;
  return {n, high, fms(r * r, polynomial(k::kExp, r), low)};
}

/// The sum 1 + high is kept in two parts, so that the rounding at the end is the only one that counts.
SHARRAY_INLINE V exp(V x) {
  using namespace simd;
  const ExpParts parts = exp_parts(x);
  const Pair leading = fast_sum(set(1.0), parts.high);
  return times_power(leading.high + (leading.low + parts.rest), parts.n);
}

/// (2^n - 1) + 2^n high + 2^n rest; the first sum is kept in two parts.
SHARRAY_INLINE V expm1(V x) {
  using namespace simd;
  const ExpParts parts = exp_parts(x);
  // Below -100, 2^n does not count; above 100, -1 does not.
  const V n = max_second(set(-100.0), min_second(set(100.0), parts.n));
  const V scale = times_small_power(set(1.0), n);
  const Pair whole = sum(scale, set(-1.0));
  const Pair leading = sum(whole.high, scale * parts.high);
  const V r = leading.high + (leading.low + simd::fma(scale, parts.rest, whole.low));
  // The exponent that is left is 0 for all but large x.
  const V scaled = times_power(r, parts.n - n);
  const V result = select(simd::less(parts.n, set(-100.0)), set(-1.0), scaled);
  return select(simd::equal(x, set(0.0)), x, result);
}

}  // namespace lane
}  // namespace
}  // namespace sharray
