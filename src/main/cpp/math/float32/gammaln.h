/// log|gamma(x)| on a block of floats.
#pragma once

#include "math/float32/log.h"
#include "math/float32/partition.h"

namespace sharray {
namespace {
namespace float32 {

/// Three ranges, each in two parts high + low:
///   x >= 3.5: Stirling's formula (x - 1/2) (log(x) - 1) + log(2 pi) / 2 - 1/2 + W(1 / x^2) / x, W minimax;
///   -1/2 <= x < 3.5: gammaln(2 + t) = t R(t) for |t| <= 1/2, carried there by gamma(x + 1) = x gamma(x);
///   x < -1/2: gamma(x) gamma(-x) = -pi / (x sin(pi x)).
struct Gammaln {
  using V = simd::V;
  using M = simd::M;
  using Pair = simd::Pair;
  static constexpr float kBig = 3.5F;
  static constexpr float kNegative = -0.5F;

  SHARRAY_INLINE static Pair big_parts(V x) {
    using namespace simd;
    namespace c = coefficients;
    const Pair log_x = log_parts<false>(x);
    const V inverse = set(1.0F) / x;
    const V w = inverse * polynomial(c::kGammalnBig, inverse * inverse);
    const V factor = x - set(0.5F), less_one = log_x.high - set(1.0F);
    // From 2^23 on, 1/2 is a rounding error.
    const V factor_low = (x - factor) - set(0.5F);
    const Pair main = product(factor, less_one);
    const V low = fma(factor, log_x.low, fma(factor_low, less_one, main.low));
    return {main.high, (low + w) + set(c::kHalfLog2Pi[0])};
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
    const M to_half = less(x, set(0.5F)), to_three_halves = less(x, set(1.5F)),
            to_five_halves = less_equal(x, set(2.5F));
    // x (x + 1) in two parts; tiny x are left out of the square, which would underflow.
    const V s = keep(less(set(0x1p-40F), abs(x)), x);
    const V xx = fma(s, s, x);
    const V xx_low = keep(to_half, times_sign(fma(s, s, x - xx), x));
    // gamma(2 + t) is gamma(x) times or divided by p.
    V p = select(to_five_halves, set(1.0F), x - set(1.0F));
    p = select(to_three_halves, x, p);
    p = select(to_half, abs(xx), p);
    V t = x - select(to_three_halves, set(1.0F), select(to_five_halves, set(2.0F), set(3.0F)));
    t = select(to_half, s, t);
    const Pair log_p = log_parts<true>(p, xx_low);

    // R(t) in two parts. Its terms of degree 0 and 1 are exact but for the last bits of the low part, since near 1.47,
    // t R(t) nearly cancels against log(p).
    const Pair linear = product(t, set(c::kGammalnCurve[0]));
    const V curved = fma(t * t, polynomial(c::kGammalnSmall, t), linear.low);
    const Pair slope = fast_sum(set(c::kOneMinusEuler[0]), linear.high);
    const V slope_low = (slope.low + fma(t, set(c::kGammalnCurve[1]), set(c::kOneMinusEuler[1]))) + curved;
    const Pair main = product(t, slope.high);
    const V main_low = fma(t, slope_low, main.low);
    const V sign = keep(to_three_halves, set(-0.0F));
    const Pair total = sum(main.high, bit_xor(log_p.high, sign));
    return {total.high, total.low + (main_low + bit_xor(log_p.low, sign))};
  }

  SHARRAY_INLINE static V small(V x) {
    using namespace simd;
    const Pair parts = small_parts(x);
    return select(equal(x, set(0.0F)), set(kInfinity), parts.high + parts.low);
  }

  /// a f sinc(f) with f the distance to the nearest integer, sinc(f) = sin(pi f) / (pi f).
  SHARRAY_INLINE static Pair sine_product(V a, V f) {
    using namespace simd;
    namespace c = coefficients;
    const Pair z = product(f, f);
    const Pair slope = fast_sum(set(c::kSincSlope[0]), z.high * polynomial(c::kSinc, z.high));
    const Pair drop = product(z.high, slope.high);
    const V drop_low = fma(z.high, slope.low + set(c::kSincSlope[1]), fma(z.low, slope.high, drop.low));
    const Pair sinc = fast_sum(set(1.0F), drop.high);
    const Pair af = product(a, f);
    const Pair p = product(af.high, sinc.high);
    return {p.high, p.low + fma(af.high, sinc.low + drop_low, af.low * sinc.high)};
  }

  SHARRAY_INLINE static V negative(V x) {
    using namespace simd;
    const V a = abs(x);
    const V f = abs(a - rint(a));
    const Pair sine = sine_product(a, f);
    const Pair mirror = log_parts<true>(sine.high, sine.low);
    const Pair small_a = small_parts(a), big_a = big_parts(a);
    const Pair log_gamma = select_parts(less(a, set(kBig)), small_a, big_a);
    const Pair total = sum(mirror.high, log_gamma.high);
    const V r = negate(total.high + (total.low + (mirror.low + log_gamma.low)));
    return select(either(equal(f, set(0.0F)), less_equal(set(0x1p23F), a)), set(kInfinity), r);
  }
};

namespace block {

SHARRAY_INLINE void gammaln(float* out, const float* in, std::size_t n) { by_range<Gammaln>(out, in, n); }

}  // namespace block
}  // namespace float32
}  // namespace
}  // namespace sharray
