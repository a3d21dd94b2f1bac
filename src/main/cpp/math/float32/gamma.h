/// gamma on a block of floats.
#pragma once

#include "math/float32/exp.h"
#include "math/float32/gammaln.h"

namespace sharray {
namespace {
namespace float32 {

/// Three ranges:
///   x >= 3.5: Stirling's formula exp((x - 1/2) log(x) - x + log(2 pi) / 2 + W(1 / x^2) / x), W as in gammaln;
///   -1/2 <= x < 3.5: gamma(2 + t) = 1 + t S(t) for |t| <= 1/2, carried there by gamma(x + 1) = x gamma(x);
///   x < -1/2: gamma(x) gamma(-x) = -pi / (x sin(pi x)).
struct Gamma {
  using V = simd::V;
  using M = simd::M;
  using Pair = simd::Pair;
  static constexpr float kBig = 3.5F;
  static constexpr float kNegative = -0.5F;

  struct Fraction {
    Pair top, bottom;
  };

  /// The logarithm of gamma(x); from 60 on that of gamma(60), far beyond the largest result.
  SHARRAY_INLINE static Pair big_log(V x_in) {
    using namespace simd;
    namespace c = coefficients;
    const V x = min_second(set(60.0F), x_in);
    const Pair log_x = precise_log(x);
    const V inverse = set(1.0F) / x;
    const V w = inverse * polynomial(c::kGammalnBig, inverse * inverse);
    const V factor = x - set(0.5F);
    const Pair main = product(factor, log_x.high);
    const Pair less_x = sum(main.high, negate(x));
    const Pair total = sum(less_x.high, set(c::kHalfLogTwoPi[0]));
    const V low = fma(factor, log_x.low, main.low) + (w + set(c::kHalfLogTwoPi[1]));
    return fast_sum(total.high, (less_x.low + total.low) + low);
  }

  SHARRAY_INLINE static V big(V x) {
    const Pair log_gamma = big_log(x);
    return exp_parts<true>(log_gamma.high, log_gamma.low).precise_value();
  }

  SHARRAY_INLINE static Fraction small_fraction(V x) {
    using namespace simd;
    const M to_half = less(x, set(0.5F)), to_three_halves = less(x, set(1.5F)), to_five_halves = less(x, set(2.5F));
    V t = x - select(to_three_halves, set(1.0F), select(to_five_halves, set(2.0F), set(3.0F)));
    t = select(to_half, x, t);
    const Pair slope = product(t, polynomial(coefficients::kGamma, t));
    Pair g = fast_sum(set(1.0F), slope.high);
    g.low = g.low + slope.low;
    // gamma(2 + t) times x - 1, or divided by 1, x or x (x + 1).
    const V factor = select(to_five_halves, set(1.0F), x - set(1.0F));
    // Tiny x are left out of the square, which would underflow.
    const V s = keep(less(set(0x1p-40F), abs(x)), x);
    const V xx = fma(s, s, x);
    const V xx_low = fma(s, s, x - xx);
    const Pair bottom = {select(to_half, xx, select(to_three_halves, x, set(1.0F))), keep(to_half, xx_low)};
    return {times(g, {factor, set(0.0F)}), bottom};
  }

  SHARRAY_INLINE static V small(V x) {
    using namespace simd;
    const Fraction f = small_fraction(x);
    // 1 / x beyond all but the largest numbers.
    return select(less(abs(x), set(0x1p-60F)), set(1.0F) / x, quotient(f.top, f.bottom));
  }

  SHARRAY_INLINE static V negative(V x) {
    using namespace simd;
    namespace c = coefficients;
    const V a = abs(x);
    const V nearest = rint(a);
    const V f = abs(a - nearest);
    const Pair sine = Gammaln::sine_product(a, f);
    const Fraction small_a = small_fraction(a);
    // 1 / gamma(a), times 2^32, since next to an integer the result may be that much larger.
    const Pair log_a = big_log(a);
    const Pair shifted = sum(set(c::kShift[0]), negate(log_a.high));
    const ExpParts parts = exp_parts<true, 110, -170>(shifted.high, (shifted.low - log_a.low) + set(c::kShift[1]));
    const Pair leading = fast_sum(set(1.0F), parts.high);
    const M is_small = less(a, set(kBig));
    const Pair top = select_parts(is_small, small_a.bottom, {leading.high, leading.low + parts.rest});
    const Pair bottom = select_parts(is_small, times(sine, small_a.top), sine);
    const V ratio = quotient(top, bottom) * select(is_small, set(1.0F), set(0x1p-32F));
    const V size = times_power(ratio, select(is_small, set(0.0F), parts.n));
    // The largest integer below a is even: negative.
    const V below = nearest - keep(less(a, nearest), set(1.0F));
    const V half = below * set(0.5F);
    const V r = bit_xor(size, keep(equal(rint(half), half), set(-0.0F)));
    return select(either(equal(f, set(0.0F)), less_equal(set(0x1p23F), a)), set(kNaN), r);
  }
};

namespace block {

SHARRAY_INLINE void gamma(float* out, const float* in, std::size_t n) { by_range<Gamma>(out, in, n); }

}  // namespace block
}  // namespace float32
}  // namespace
}  // namespace sharray
