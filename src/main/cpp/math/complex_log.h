/// Logarithms of complex numbers.
#pragma once

#include "math/coefficients_powers.h"
#include "math/complex.h"
#include "math/inverse_trigonometric.h"
#include "math/log.h"

namespace sharray {
namespace {
namespace complex {

/// log|z| in two parts, which is log(x^2 + y^2) / 2; the sum of squares has as many digits as matter next to 1, where
/// it is found less 1. Far from 1 the parts are scaled by 2^600.
[[maybe_unused]] [[gnu::noinline]] simd::Pair log_size_parts(C z) {
  using namespace simd;
  namespace c = coefficients;
  const V one = set(1.0), x_size = simd::abs(z.re), y_size = simd::abs(z.im);
  const V larger = max_second(x_size, y_size), smaller = min_second(x_size, y_size);
  const M large = simd::less(set(0x1p400), larger), small = simd::less(larger, set(0x1p-400));
  const V scale = select(large, set(0x1p-600), select(small, set(0x1p600), one));
  const V a = larger * scale, b = smaller * scale;
  const Pair aa = product(a, a), bb = product(b, b);
  const Pair square = fast_sum(aa.high, bb.high);
  const V square_low = square.low + (aa.low + bb.low);

  // aa - 1 + bb. Where much cancels, the first two sums are exact.
  const Pair less_one = fast_sum(negate(one), aa.high);
  const Pair leading = sum(less_one.high, bb.high);
  const Pair lows = sum(aa.low, bb.low);
  const Pair rests = sum(less_one.low + leading.low, lows.high);
  const Pair excess = sum(leading.high, rests.high);
  const V excess_low = excess.low + (rests.low + lows.low);
  const Pair near = sum(one, excess.high);

  const M is_near = both(simd::less(set(0.5), square.high), simd::less(square.high, set(2.0)));
  const M in_range = both(simd::less(set(0x1p-100), square.high), simd::less(square.high, set(0x1p100)));
  const V p = select(is_near, near.high, square.high);
  const V p_low = select(is_near, near.low + excess_low, keep(in_range, square_low));
  const LogParts parts = log_parts<false, true>(p, p_low);

  const V shift = keep(large, set(600.0)) - keep(small, set(600.0));
  const Pair total = fast_sum(shift * set(c::kLn2[0]), parts.high * set(0.5));
  return {total.high, total.low + simd::fma(shift, set(c::kLn2[1]), parts.low * set(0.5))};
}

/// -infinity for 0, infinity where a part is infinite, even beside NaN.
SHARRAY_INLINE V log_size_special(C z, V ordinary) {
  using namespace simd;
  const V zero = set(0.0);
  V r = select(isnan(z), set(kNaN), ordinary);
  r = select(both(simd::equal(z.re, zero), simd::equal(z.im, zero)), set(-kInfinity), r);
  return select(isinf(z), set(kInfinity), r);
}

SHARRAY_INLINE V log_size(C z) {
  const simd::Pair parts = log_size_parts(z);
  return log_size_special(z, parts.high + parts.low);
}

SHARRAY_INLINE C log(C z) { return {log_size(z), lane::atan2(z.im, z.re)}; }

/// log(z) times a real factor in two parts.
[[maybe_unused]] [[gnu::noinline]] C scaled_log(C z, const double (&factor)[2]) {
  using namespace simd;
  const V high = set(factor[0]), low = set(factor[1]);
  const auto times = [&](Pair x) __attribute__((always_inline)) {
    const Pair main = product(x.high, high);
    return main.high + simd::fma(x.high, low, simd::fma(x.low, high, main.low));
  };
  const Pair size = log_size_parts(z), angle = lane::atan2_parts(z.im, z.re);
  // A zero of the angle keeps its sign.
  return {log_size_special(z, times(size)), select(simd::equal(angle.high, set(0.0)), angle.high, times(angle))};
}

SHARRAY_INLINE C log2(C z) { return scaled_log(z, coefficients::kBinary); }
SHARRAY_INLINE C log10(C z) { return scaled_log(z, coefficients::kDecimal); }

/// log(1 + z). Where (1 + x)^2 + y^2 is near 1, it is found less 1: 2 x + x^2 + y^2.
[[maybe_unused]] [[gnu::noinline]] C log1p(C z) {
  using namespace simd;
  const V one = set(1.0);
  const C next = {z.re + one, z.im};
  const Pair xx = product(z.re, z.re), yy = product(z.im, z.im);
  const Pair first = sum(z.re + z.re, yy.high);
  const Pair second = sum(first.high, xx.high);
  const Pair p = sum(one, second.high);
  const V rest = (first.low + second.low) + (xx.low + yy.low);
  const M near = both(simd::less(set(0.5), p.high), simd::less(p.high, set(2.0)));
  const V near_log = log_parts<false, true>(select(near, p.high, one), select(near, p.low + rest, set(0.0))).high;
  const V size = select(near, near_log * set(0.5), log_size(next));
  const M zero = both(simd::equal(z.re, set(0.0)), simd::equal(z.im, set(0.0)));
  return {select(zero, z.re, size), lane::atan2(z.im, next.re)};
}

}  // namespace complex
}  // namespace
}  // namespace sharray
