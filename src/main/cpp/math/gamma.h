/// gamma on a block.
#pragma once

#include "math/coefficients_powers.h"
#include "math/gammaln.h"
#include "math/partition.h"
#include "math/power.h"

namespace sharray {
namespace {

/// Three ranges:
///   x >= 3.5: Stirling's formula exp((x - 1/2) log(x) - x + log(2 pi) / 2 + W(1 / x^2) / x), W as in gammaln;
///   -1/2 <= x < 3.5: gamma(2 + t) = 1 + t S(t) for |t| <= 1/2, carried there by gamma(x + 1) = x gamma(x);
///   x < -1/2: gamma(x) gamma(-x) = -pi / (x sin(pi x)).
struct Gamma {
  using V = simd::V;
  using M = simd::M;
  using Pair = simd::Pair;
  static constexpr double kBig = 3.5;
  static constexpr double kNegative = -0.5;

  struct Fraction {
    Pair top, bottom;
  };

  SHARRAY_INLINE static Pair times(Pair x, Pair y) {
    using namespace simd;
    const Pair xy = product(x.high, y.high);
    return {xy.high, xy.low + fma(x.high, y.low, x.low * y.high)};
  }

  /// The quotient, corrected by its residual.
  SHARRAY_INLINE static V value(Fraction f) {
    using namespace simd;
    const V inverse = set(1.0) / f.bottom.high;
    const V quotient = f.top.high * inverse;
    const V residual = fnma(quotient, f.bottom.high, f.top.high) + fnma(quotient, f.bottom.low, f.top.low);
    return fma(residual, inverse, quotient);
  }

  /// The logarithm of gamma(x); infinity from 200 on, far beyond the largest result.
  SHARRAY_INLINE static Pair big_log(V x_in) {
    using namespace simd;
    namespace c = coefficients;
    const V x = min_second(set(200.0), x_in);
    const Pair log_x = precise_log(x);
    const V inverse = set(1.0) / x;
    const V w = inverse * polynomial(c::kGammalnBig, inverse * inverse);
    const V factor = x - set(0.5);
    const Pair main = product(factor, log_x.high);
    const Pair less_x = sum(main.high, negate(x));
    const Pair total = sum(less_x.high, set(c::kHalfLogTwoPi[0]));
    const V low = fma(factor, log_x.low, main.low) + (w + set(c::kHalfLogTwoPi[1]));
    return fast_sum(total.high, (less_x.low + total.low) + low);
  }

  SHARRAY_INLINE static V big(V x) {
    using namespace simd;
    const Pair log_gamma = big_log(x);
    const lane::ExpParts parts = lane::exp_parts<true>(log_gamma.high, log_gamma.low);
    const Pair leading = fast_sum(set(1.0), parts.high);
    return times_power(leading.high + (leading.low + parts.rest), parts.n);
  }

  SHARRAY_INLINE static Fraction small_fraction(V x) {
    using namespace simd;
    const M to_half = less(x, set(0.5)), to_three_halves = less(x, set(1.5)), to_five_halves = less(x, set(2.5));
    V t = x - select(to_three_halves, set(1.0), select(to_five_halves, set(2.0), set(3.0)));
    t = select(to_half, x, t);
    const Pair slope = product(t, polynomial(coefficients::kGamma, t));
    Pair g = fast_sum(set(1.0), slope.high);
    g.low = g.low + slope.low;
    // gamma(2 + t) times x - 1, or divided by 1, x or x (x + 1).
    const V factor = select(to_five_halves, set(1.0), x - set(1.0));
    const V xx = fma(x, x, x);
    const V xx_low = fma(x, x, x - xx);
    const Pair bottom = {select(to_half, xx, select(to_three_halves, x, set(1.0))), keep(to_half, xx_low)};
    return {times(g, {factor, set(0.0)}), bottom};
  }

  SHARRAY_INLINE static V small(V x) {
    using namespace simd;
    // 1 / x where x is tiny, so that nothing underflows.
    const M tiny = is_tiny(x);
    return select(tiny, set(1.0) / x, value(small_fraction(select(tiny, set(1.0), x))));
  }

  SHARRAY_INLINE static V negative(V x) {
    using namespace simd;
    namespace c = coefficients;
    const V a = abs(x);
    const V nearest = rint(a);
    const V f = abs(a - nearest);
    const Pair sine = Gammaln::sine_product(a, f);
    const Fraction small_a = small_fraction(a);
    // 1 / gamma(a), times 2^64, since next to an integer the result may be that much larger.
    const Pair log_a = big_log(a);
    const Pair shifted = sum(set(c::kShift[0]), negate(log_a.high));
    const lane::ExpParts parts = lane::exp_parts<true>(shifted.high, (shifted.low - log_a.low) + set(c::kShift[1]));
    const Pair leading = fast_sum(set(1.0), parts.high);
    const M is_small = less(a, set(kBig));
    const Pair top = select_parts(is_small, small_a.bottom, {leading.high, leading.low + parts.rest});
    const Pair bottom = select_parts(is_small, times(sine, small_a.top), sine);
    const V quotient = value({top, bottom}) * select(is_small, set(1.0), set(0x1p-64));
    const V size = times_power(quotient, select(is_small, set(0.0), parts.n));
    // The largest integer below a is even: negative.
    const V below = nearest - keep(less(a, nearest), set(1.0));
    const V half = below * set(0.5);
    const V r = bit_xor(size, keep(equal(rint(half), half), set(-0.0)));
    return select(either(equal(f, set(0.0)), less_equal(set(0x1p52), a)), set(kNaN), r);
  }
};

namespace block {

SHARRAY_INLINE void gamma(double* out, const double* in, std::size_t n) { by_range<Gamma>(out, in, n); }

}  // namespace block
}  // namespace
}  // namespace sharray
