/// log, log1p, xlogy and xlog1py on one vector, and the logarithm in two parts that other functions are made of.
#pragma once

#include "math/coefficients_powers.h"
#include "math/pair.h"

namespace sharray {
namespace {

/// log(p) = high + low to about 2^-59, and 1 / p.
struct LogParts {
  simd::V high, low, reciprocal;
};

/// log(p + p_low) for positive finite p. With kLow: p_low is small against p, and 0 where p is outside of
/// (2^-100, 2^100). Without: p_low is 0. With kReciprocal: p >= 2^-1000.
///
/// p = m 2^k; with r near 1 / m from a table, f = m r - 1 is exact and |f| < 1/43, and log(p) = k ln 2 - log(r) + f +
/// f^2 C(f). The sum of the first two terms is exact but for their second parts, and exactly 0 next to p = 1.
template <bool kReciprocal, bool kLow>
SHARRAY_INLINE LogParts log_parts(simd::V p, simd::V p_low = simd::V{}) {
  using namespace simd;
  namespace c = coefficients;
  V k, m, row[3];
  I index;
  split_in_32(p, &k, &m, &index);
  look_up<c::kLogTable>(index, row);
  const V f = fms(m, row[0], set(1.0));
  const V constant_low = fma(k, set(c::kLn2[1]), row[2]);
  const V tail = fma(f * f, polynomial(c::kLogCurve, f), constant_low);
  const Pair linear = fast_sum(fma(k, set(c::kLn2[0]), row[1]), f);
  V low = linear.low + tail;
  if constexpr (kLow) {
    const V scale = times_small_power(row[0], set(0.0) - max_second(set(-100.0), min_second(set(100.0), k)));
    // Over 1 + f. Next to p = 1, this may be most of the result.
    const V scaled = p_low * scale;
    low = low + fnma(scaled, f, scaled);
  }
  const Pair result = fast_sum(linear.high, low);
  return {result.high, result.low, kReciprocal ? set(1.0) / p : set(1.0)};
}

namespace lane {

using simd::V;

SHARRAY_INLINE V log_special(V x, V ordinary) {
  using namespace simd;
  V r = select(simd::less(x, set(kInfinity)), ordinary, x);
  r = select(simd::less(x, set(0.0)), set(kNaN), r);
  return select(simd::equal(x, set(0.0)), set(-kInfinity), r);
}

/// What the logarithm of x leaves to do where x is not a positive finite number.
SHARRAY_INLINE V if_special(V x, V ordinary) {
  return simd::any_not_positive_finite(x) ? log_special(x, ordinary) : ordinary;
}

SHARRAY_INLINE V log(V x) { return if_special(x, log_parts<false, false>(x).high); }

/// The logarithm of p + p_low = 1 + x, as in log_parts. Tiny x come out as themselves.
SHARRAY_INLINE V log1p(V x) {
  using namespace simd;
  namespace c = coefficients;
  // Products of subnormal numbers take the processor long.
  const bool subnormal = any_subnormal(x);
  const V kept = subnormal ? drop(is_tiny(x), x) : x;
  const V p = kept + set(1.0);
  // Exact but for huge x, where it hardly counts.
  const V p_low = kept - (p - set(1.0));
  V k, m, row[3];
  I index;
  split_in_32(p, &k, &m, &index);
  look_up<c::kLogTable>(index, row);
  const V f = fms(m, row[0], set(1.0));
  const V scaled = p_low * times_small_power(row[0], max_second(set(-1000.0), set(0.0) - k));
  const V tail = simd::fma(f * f, polynomial(c::kLogCurve, f), simd::fma(k, set(c::kLn2[1]), row[2]));
  const Pair linear = fast_sum(simd::fma(k, set(c::kLn2[0]), row[1]), f);
  const V size = linear.high + ((linear.low + tail) + fnma(scaled, f, scaled));
  const V r = if_special(p, bit_or(size, bit_and(x, set(-0.0))));
  return subnormal ? select(is_tiny(x), x, r) : r;
}

/// x times the logarithm of y, which is high + low; 0 where x = 0, whatever y, unless it is NaN.
SHARRAY_INLINE V times_log(V x, V y, V high, V low) {
  using namespace simd;
  // Next to subnormal numbers, in another scale.
  const M small = simd::less(simd::abs(x), set(0x1p-900));
  const bool any_small = pack(small) != 0;
  const V scaled = any_small ? select(small, times_sign(lift(simd::abs(x)), x), x) : x;
  const Pair xy = product(scaled, high);
  const V sum = xy.high + simd::fma(scaled, low, xy.low);
  // A zero keeps its sign.
  const V size = simd::abs(xy.high);
  const M ordinary = both(simd::less(set(0.0), size), simd::less(size, set(kInfinity)));
  V r = select(ordinary, sum, xy.high);
  if (any_small) r = times_power(r, keep(small, set(-kLift)));
  return select(both(simd::equal(x, set(0.0)), simd::equal(y, y)), set(0.0), r);
}

SHARRAY_INLINE V xlogy(V x, V y) {
  const LogParts parts = log_parts<false, false>(y);
  return times_log(x, y, log_special(y, parts.high), parts.low);
}

SHARRAY_INLINE V xlog1py(V x, V y) {
  const simd::Pair p = simd::sum(simd::set(1.0), y);
  const LogParts parts = log_parts<false, true>(p.high, p.low);
  const simd::M tiny = simd::is_tiny(y);
  const V high = simd::select(tiny, y, log_special(p.high, parts.high));
  return times_log(x, y, high, simd::select(tiny, simd::set(0.0), parts.low));
}

}  // namespace lane
}  // namespace
}  // namespace sharray
