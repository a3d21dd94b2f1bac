/// exp, exp2 and expm1 on one vector of floats.
#pragma once

#include "math/float32/coefficients.h"
#include "math/float32/pair.h"

namespace sharray {
namespace {
namespace float32 {

/// exp(x) = 2^n (1 + high + rest) with |high| <= ln(2) / 2.
struct ExpParts {
  simd::V n, high, rest;

  /// 1 + high + rest
  SHARRAY_INLINE simd::Pair power() const {
    const simd::Pair leading = simd::fast_sum(simd::set(1.0F), high);
    return simd::fast_sum(leading.high, leading.low + rest);
  }
  SHARRAY_INLINE simd::V value() const { return simd::times_power(simd::set(1.0F) + (high + rest), n); }
  /// The same, its last rounding excepted.
  SHARRAY_INLINE simd::V precise_value() const {
    const simd::Pair leading = simd::fast_sum(simd::set(1.0F), high);
    return simd::times_power(leading.high + (leading.low + rest), n);
  }
};

/// The exponential of x + x_low; with kLow, x_low is small against x, and does not count where x < kLowest or x >
/// kHighest.
///
/// x = n ln 2 + r, |r| <= ln(2) / 2; exp(r) = 1 + r + r^2 E(r). r comes in two parts, of which the first is exact.
template <bool kLow = false, int kHighest = 110, int kLowest = -110>
SHARRAY_INLINE ExpParts exp_parts(simd::V x, simd::V x_low = simd::V{}) {
  using namespace simd;
  namespace k = coefficients;
  // Beyond the bounds the result is 0 or infinity anyway; NaN passes.
  const V c = max_second(set(float{kLowest}), min_second(set(float{kHighest}), x));
  const V shifted = fma(c, set(k::kLog2e[0]), set(0x1.8p23F));
  const V n = shifted - set(0x1.8p23F);
  const V high = fnma(n, set(k::kLn2[0]), c);
  const V low = kLow ? fms(n, set(k::kLn2[1]), keep(equal(c, x), x_low)) : n * set(k::kLn2[1]);
  const V r = high - low;
  return {n, high, fms(r * r, polynomial(k::kExp, r), low)};
}

namespace lane {

using simd::M;
using simd::V;

SHARRAY_INLINE V exp(V x) { return exp_parts(x).value(); }

/// x = n + r, |r| <= 1/2; 2^r = 1 + r ln 2 + r^2 Q(r), of which the first two terms come in two parts; exactly 1 for r
/// = 0.
SHARRAY_INLINE V exp2(V x) {
  using namespace simd;
  namespace c = coefficients;
  // Beyond the bounds the result is 0 or infinity anyway; NaN passes.
  const V bounded = max_second(set(-160.0F), min_second(set(160.0F), x));
  const V n = rint(bounded);
  const V r = bounded - n;
  const Pair linear = product(r, set(c::kNatural[0]));
  const Pair leading = fast_sum(set(1.0F), linear.high);
  const V rest = simd::fma(r, set(c::kNatural[1]), leading.low + linear.low);
  return times_power(leading.high + simd::fma(r * r, polynomial(c::kExp2, r), rest), n);
}

/// Half of 2^n - 1 and 2^n (high + rest), twice: 2^n may be too large. The difference is exact but for n < -24, where
/// it hardly counts.
SHARRAY_INLINE V expm1(V x) {
  using namespace simd;
  // x itself; squares would underflow.
  const M tiny = simd::less(simd::abs(x), set(0x1p-25F));
  const ExpParts e = exp_parts<false, 89, -24>(drop(tiny, x));
  const V power = times_small_power(set(1.0F), e.n - set(1.0F));
  const V whole = power - set(0.5F);
  const V whole_low = (power - whole) - set(0.5F);
  const Pair main = sum(whole, power * e.high);
  const V r = main.high + simd::fma(power, e.rest, main.low + whole_low);
  return select(tiny, x, r + r);
}

}  // namespace lane
}  // namespace float32
}  // namespace
}  // namespace sharray
