/// log, log1p, xlogy and xlog1py on one vector, and the logarithm in two parts that other functions are made of.
#pragma once

#include "math/pair.h"

namespace sharray {
namespace {

/// log(p) = high + low to about 2^-60, and 1 / p to about 2 ULP for p < 2^100, at most 2^-99 beyond.
struct LogParts {
  simd::V high, low, reciprocal;
};

/// log(p + p_low) for positive finite p. With kLow: p_low is small against p, and 0 where p is outside of
/// (2^-100, 2^100), where the reciprocal is of no use. Without: p_low is 0, and the reciprocal needs p >= 2^-1000.
///
/// p = m 2^k with m in [0.75, 1.5), s = (m - 1) / (m + 1), log(m) = 2 s + s^3 P(s^2); one division serves 1 / (m + 1)
/// and 1 / m.
template <bool kReciprocal, bool kLow>
SHARRAY_INLINE LogParts log_parts(simd::V p, simd::V p_low = simd::V{}) {
  using namespace simd;
  namespace c = coefficients;
  V k, m;
  split(p, &k, &m);
  const V one = set(1.0);
  const V d = one + m;
  const V d_low = m - (d - one);
  const V f = m - one;
  V inverse_d;
  V reciprocal = one;
  if constexpr (kReciprocal) {
    const V inverse = one / (m * d);
    inverse_d = m * inverse;
    V bounded = max_second(set(-100.0), negate(k));
    if constexpr (kLow) bounded = min_second(set(100.0), bounded);
    V inverse_m = d * inverse;
    // Next to p = 1, p_low may be most of the result.
    if constexpr (kLow) inverse_m = fma(inverse_m, fnma(inverse_m, m, one), inverse_m);
    reciprocal = times_small_power(inverse_m, bounded);
  } else {
    inverse_d = one / d;
  }
  const V s = f * inverse_d;
  const V residual = fnma(s, d_low, fnma(s, d, f));
  const V s_low = residual * inverse_d;
  const V z = s * s;
  const V tail = fma(s * z, polynomial(c::kLog, z), s_low + s_low);
  const V k_high = k * set(c::kLn2[0]);  // exact
  const Pair sum = fast_sum(k_high, s + s);
  V low = sum.low + fma(k, set(c::kLn2[1]), tail);
  if constexpr (kLow) low = fma(p_low, reciprocal, low);
  const Pair result = fast_sum(sum.high, low);
  return {result.high, result.low, reciprocal};
}

namespace lane {

using simd::V;

SHARRAY_INLINE V log_special(V x, V ordinary) {
  using namespace simd;
  V r = select(simd::less(x, set(kInfinity)), ordinary, x);
  r = select(simd::less(x, set(0.0)), set(kNaN), r);
  return select(simd::equal(x, set(0.0)), set(-kInfinity), r);
}

SHARRAY_INLINE V log(V x) { return log_special(x, log_parts<false, false>(x).high); }

/// Where log(1 + x) is x.
SHARRAY_INLINE simd::M is_tiny(V x) { return simd::less(simd::abs(x), simd::set(0x1p-53)); }

/// The logarithm of 1 + x in two parts.
SHARRAY_INLINE V log1p(V x) {
  using namespace simd;
  const Pair p = sum(set(1.0), x);
  const V r = log_special(p.high, log_parts<true, true>(p.high, p.low).high);
  return select(is_tiny(x), x, r);
}

/// x times the logarithm of y, which is high + low; 0 where x = 0, whatever y, unless it is NaN.
SHARRAY_INLINE V times_log(V x, V y, V high, V low) {
  using namespace simd;
  const Pair xy = product(x, high);
  const V sum = xy.high + simd::fma(x, low, xy.low);
  // A zero keeps its sign.
  const V size = simd::abs(xy.high);
  const M ordinary = both(simd::less(set(0.0), size), simd::less(size, set(kInfinity)));
  const V r = select(ordinary, sum, xy.high);
  return select(both(simd::equal(x, set(0.0)), simd::equal(y, y)), set(0.0), r);
}

SHARRAY_INLINE V xlogy(V x, V y) {
  const LogParts parts = log_parts<false, false>(y);
  return times_log(x, y, log_special(y, parts.high), parts.low);
}

SHARRAY_INLINE V xlog1py(V x, V y) {
  const simd::Pair p = simd::sum(simd::set(1.0), y);
  const LogParts parts = log_parts<true, true>(p.high, p.low);
  const simd::M tiny = is_tiny(y);
  const V high = simd::select(tiny, y, log_special(p.high, parts.high));
  return times_log(x, y, high, simd::select(tiny, simd::set(0.0), parts.low));
}

}  // namespace lane
}  // namespace
}  // namespace sharray
