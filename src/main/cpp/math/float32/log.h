/// log, log2, log10, log1p, xlogy and xlog1py on one vector of floats, and the logarithms in two parts that other
/// functions are made of.
#pragma once

#include "math/float32/coefficients.h"
#include "math/float32/pair.h"

namespace sharray {
namespace {
namespace float32 {

/// What all logarithms start with: p = m 2^k; with r near 1 / m from a table, f = m r - 1 is exact and |f| < 1/20, and
/// log(p) = k ln 2 - log(r) + log(1 + f). The sum of the first two terms is exact but for `constant_low`, and exactly 0
/// next to p = 1; `linear` adds f to it.
struct LogStart {
  simd::V k, f, inverse, constant_low;
  simd::Pair linear;

  SHARRAY_INLINE explicit LogStart(simd::V p) {
    using namespace simd;
    namespace c = coefficients;
    V m, row[3];
    I index;
    split_in_16(p, &k, &m, &index);
    look_up<c::kLogTable>(index, row);
    inverse = row[0];
    f = fms(m, inverse, set(1.0F));
    constant_low = fma(k, set(c::kLn2[1]), row[2]);
    linear = fast_sum(fma(k, set(c::kLn2[0]), row[1]), f);
  }
};

/// log(p + p_low) for positive finite p, to about 2^-29. With kLow: p_low is small against p, and 0 where p is outside
/// of (2^-60, 2^60). Without: p_low is 0.
template <bool kLow>
SHARRAY_INLINE simd::Pair log_parts(simd::V p, simd::V p_low = simd::V{}) {
  using namespace simd;
  const LogStart s(p);
  V low = s.linear.low + fma(s.f * s.f, polynomial(coefficients::kLogCurve, s.f), s.constant_low);
  if constexpr (kLow) {
    const V scale = times_small_power(s.inverse, set(0.0F) - max_second(set(-60.0F), min_second(set(60.0F), s.k)));
    // Over 1 + f. Next to p = 1, this may be most of the result.
    const V scaled = p_low * scale;
    low = low + fnma(scaled, s.f, scaled);
  }
  return fast_sum(s.linear.high, low);
}

/// log(p) to about 2^-34 of its value, for positive finite p: the square of f has two parts.
SHARRAY_INLINE simd::Pair precise_log(simd::V p) {
  using namespace simd;
  const LogStart s(p);
  const V square = s.f * s.f;
  const V square_low = fms(s.f, s.f, square);
  const V tail =
      fma(s.f * square, polynomial(coefficients::kLogTail, s.f), fnma(set(0.5F), square_low, s.constant_low));
  const Pair curved = fast_sum(s.linear.high, square * set(-0.5F));
  return fast_sum(curved.high, (s.linear.low + curved.low) + tail);
}

namespace lane {

using simd::M;
using simd::V;

SHARRAY_INLINE V log_special(V x, V ordinary) {
  using namespace simd;
  V r = select(simd::less(x, set(kInfinity)), ordinary, x);
  r = select(simd::less(x, set(0.0F)), set(kNaN), r);
  return select(simd::equal(x, set(0.0F)), set(-kInfinity), r);
}

/// What the logarithm of x leaves to do where x is not a positive finite number.
SHARRAY_INLINE V if_special(V x, V ordinary) {
  using namespace simd;
  const M good = both(simd::less(set(0.0F), x), simd::less(x, set(kInfinity)));
  return pack(good) != kAll ? log_special(x, ordinary) : ordinary;
}

SHARRAY_INLINE V log(V x) {
  using namespace simd;
  const LogStart s(x);
  const V low = s.linear.low + simd::fma(s.f * s.f, polynomial(coefficients::kLogCurve, s.f), s.constant_low);
  return if_special(x, s.linear.high + low);
}

/// log(x) times a factor in two parts. The error before the last rounding is too small to miss a whole result.
SHARRAY_INLINE V scaled_log(V x, const float (&factor)[2]) {
  using namespace simd;
  const Pair log_x = log_parts<false>(x);
  const Pair main = product(log_x.high, set(factor[0]));
  const V low = simd::fma(log_x.high, set(factor[1]), simd::fma(log_x.low, set(factor[0]), main.low));
  return if_special(x, main.high + low);
}

SHARRAY_INLINE V log2(V x) { return scaled_log(x, coefficients::kBinary); }
SHARRAY_INLINE V log10(V x) { return scaled_log(x, coefficients::kDecimal); }

/// Where log(1 + x) is x.
SHARRAY_INLINE M is_tiny(V x) { return simd::less(simd::abs(x), simd::set(0x1p-25F)); }

/// The logarithm of 1 + x in two parts.
SHARRAY_INLINE V log1p(V x) {
  using namespace simd;
  const M tiny = is_tiny(x);
  const V kept = drop(tiny, x), p = kept + set(1.0F);
  // Exact but for huge x, where it hardly counts.
  const V p_low = kept - (p - set(1.0F));
  const V r = if_special(p, log_parts<true>(p, p_low).high);
  return select(tiny, x, r);
}

/// x times the logarithm of y, which is high + low; 0 where x = 0, whatever y, unless it is NaN.
SHARRAY_INLINE V times_log(V x, V y, V high, V low) {
  using namespace simd;
  const Pair xy = product(x, high);
  const V sum = xy.high + simd::fma(x, low, xy.low);
  // A zero keeps its sign.
  const V size = simd::abs(xy.high);
  const M ordinary = both(simd::less(set(0.0F), size), simd::less(size, set(kInfinity)));
  const V r = select(ordinary, sum, xy.high);
  return select(both(simd::equal(x, set(0.0F)), simd::equal(y, y)), set(0.0F), r);
}

SHARRAY_INLINE V xlogy(V x, V y) {
  const simd::Pair parts = log_parts<false>(y);
  return times_log(x, y, log_special(y, parts.high), parts.low);
}

SHARRAY_INLINE V xlog1py(V x, V y) {
  const simd::Pair p = simd::sum(simd::set(1.0F), y);
  const simd::Pair parts = log_parts<true>(p.high, p.low);
  const M tiny = is_tiny(y);
  const V high = simd::select(tiny, y, log_special(p.high, parts.high));
  return times_log(x, y, high, simd::select(tiny, simd::set(0.0F), parts.low));
}

}  // namespace lane
}  // namespace float32
}  // namespace
}  // namespace sharray
