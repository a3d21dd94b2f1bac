/// log|gamma(x)| on a block.
#pragma once

#include "math/log.h"
#include "math/partition.h"

namespace sharray {
namespace {

/// Three ranges, each in two parts high + low:
///   x >= 3.5: Stirling's formula (x - 1/2) (log(x) - 1) + log(2 pi) / 2 - 1/2 + W(1 / x^2) / x, W minimax;
///   -1/2 <= x < 3.5: gammaln(2 + t) = t R(t) for |t| <= 1/2, carried there by gamma(x + 1) = x gamma(x);
///   x < -1/2: gamma(x) gamma(-x) = -pi / (x sin(pi x)).
struct Gammaln {
  using V = simd::V;
  using Pair = simd::Pair;
  static constexpr double kBig = 3.5;
  static constexpr double kNegative = -0.5;

  SHARRAY_INLINE static Pair big_parts(V x) {
    using namespace simd;
    namespace c = coefficients;
    const LogParts log_x = log_parts<true, false>(x);
    const V w = log_x.reciprocal * polynomial(c::kGammalnBig, log_x.reciprocal * log_x.reciprocal);
    const V factor = x - set(0.5);
    const Pair main = product(factor, log_x.high - set(1.0));
    return {main.high, (fma(factor, log_x.low, main.low) + w) + set(c::kHalfLog2Pi[0])};
  }

  SHARRAY_INLINE static V big(V x) {
    using namespace simd;
    const Pair parts = big_parts(x);
    // Infinity also where the product overflows; NaN stays.
    return select(less(parts.high, set(kInfinity)), parts.high + parts.low, x + set(kInfinity));
  }

  SHARRAY_INLINE static Pair small_parts(V x) {
    using namespace simd;
    namespace c = coefficients;
    const M to_half = less(x, set(0.5)), to_three_halves = less(x, set(1.5)), to_five_halves = less_equal(x, set(2.5));
    // x (x + 1) in two parts; tiny x are left out of the square, which would underflow.
    const V s = keep(less(set(0x1p-60), abs(x)), x);
    const V xx = fma(s, s, x);
    const V xx_low = keep(to_half, times_sign(fma(s, s, x - xx), x));
    // gamma(2 + t) is gamma(x) times or divided by p.
    V p = select(to_five_halves, set(1.0), x - set(1.0));
    p = select(to_three_halves, x, p);
    p = select(to_half, abs(xx), p);
    V t = x - select(to_three_halves, set(1.0), select(to_five_halves, set(2.0), set(3.0)));
    t = select(to_half, s, t);
    const LogParts log_p = log_parts<false, true>(p, xx_low);

    // R(t) in two parts. Its terms of degree 0 and 1 are exact but for the last bits of the low part, since near 1.47,
    // t R(t) nearly cancels against log(p).
    const Pair linear = product(t, set(c::kGammalnCurve[0]));
    const V curved = fma(t * t, polynomial(c::kGammalnSmall, t), linear.low);
    const Pair slope = fast_sum(set(c::kOneMinusEuler[0]), linear.high);
    const V slope_low = (slope.low + fma(t, set(c::kGammalnCurve[1]), set(c::kOneMinusEuler[1]))) + curved;
    const Pair main = product(t, slope.high);
    const V main_low = fma(t, slope_low, main.low);
    const V sign = keep(to_three_halves, set(-0.0));
    const Pair total = sum(main.high, bit_xor(log_p.high, sign));
    return {total.high, total.low + (main_low + bit_xor(log_p.low, sign))};
  }

  SHARRAY_INLINE static V small(V x) {
    using namespace simd;
    const Pair parts = small_parts(x);
    return select(equal(x, set(0.0)), set(kInfinity), parts.high + parts.low);
  }

  /// a f sinc(f) with f the distance to the nearest integer, sinc(f) = sin(pi f) / (pi f).
  SHARRAY_INLINE static Pair sine_product(V a, V f) {
    using namespace simd;
    namespace c = coefficients;
    const Pair z = product(f, f);
    const Pair slope = fast_sum(set(c::kSincSlope[0]), z.high * polynomial(c::kSinc, z.high));
    const Pair drop = product(z.high, slope.high);
    const V drop_low = fma(z.high, slope.low + set(c::kSincSlope[1]), fma(z.low, slope.high, drop.low));
    const Pair sinc = fast_sum(set(1.0), drop.high);
    const Pair af = product(a, f);
    const Pair p = product(af.high, sinc.high);
    return {p.high, p.low + fma(af.high, sinc.low + drop_low, af.low * sinc.high)};
  }

  SHARRAY_INLINE static V negative(V x) {
    using namespace simd;
    const V a = abs(x);
    const V f = abs(a - rint(a));
    const Pair sine = sine_product(a, f);
    const LogParts mirror = log_parts<false, true>(sine.high, sine.low);
    const Pair small_a = small_parts(a), big_a = big_parts(a);
    const M is_small = less(a, set(kBig));
    const V high = select(is_small, small_a.high, big_a.high);
    const V low = select(is_small, small_a.low, big_a.low);
    const Pair total = sum(mirror.high, high);
    const V r = negate(total.high + (total.low + (mirror.low + low)));
    return select(either(equal(f, set(0.0)), less_equal(set(0x1p52), a)), set(kInfinity), r);
  }
};

namespace block {

SHARRAY_INLINE void gammaln(double* out, const double* in, std::size_t n) { by_range<Gammaln>(out, in, n); }

}  // namespace block
}  // namespace
}  // namespace sharray
