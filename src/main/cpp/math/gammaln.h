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

  SHARRAY_INLINE static Pair big_parts(V x, const LogParts& log_x) {
    using namespace simd;
    namespace c = coefficients;
    // Beyond the bound it does not count, and its square would underflow.
    const V inverse = set(1.0) / min_second(set(0x1p200), x);
    const V w = inverse * polynomial(c::kGammalnBig, inverse * inverse);
    const V factor = x - set(0.5);
    const Pair main = product(factor, log_x.high - set(1.0));
    return {main.high, (fma(factor, log_x.low, main.low) + w) + set(c::kHalfLog2Pi[0])};
  }

  SHARRAY_INLINE static V big(V x) {
    using namespace simd;
    return big(x, log_parts<false, false>(x));
  }

  SHARRAY_INLINE static V big(V x, const LogParts& log_x) {
    using namespace simd;
    const Pair parts = big_parts(x, log_x);
    // Infinity also where the product overflows; NaN stays.
    return select(less(parts.high, set(kInfinity)), parts.high + parts.low, x + set(kInfinity));
  }

  /// -log|x| for tiny x.
  SHARRAY_INLINE static V big_or_tiny(V x) {
    using namespace simd;
    const V a = abs(x);
    const LogParts log_a = log_parts<false, false>(a);
    const V tiny = select(less(set(0.0), a), negate(log_a.high), set(kInfinity));
    return select(is_tiny(x), tiny, big(max_second(set(1.0), x), log_a));
  }

  SHARRAY_INLINE static Pair small_parts(V x) {
    using namespace simd;
    namespace c = coefficients;
    const M to_half = less(x, set(0.5)), to_three_halves = less(x, set(1.5)), to_five_halves = less_equal(x, set(2.5));
    // x (x + 1) in two parts.
    const V xx = fma(x, x, x);
    const V xx_low = keep(to_half, times_sign(fma(x, x, x - xx), x));
    // gamma(2 + t) is gamma(x) times or divided by p.
    V p = select(to_five_halves, set(1.0), x - set(1.0));
    p = select(to_three_halves, x, p);
    p = select(to_half, abs(xx), p);
    V t = x - select(to_three_halves, set(1.0), select(to_five_halves, set(2.0), set(3.0)));
    t = select(to_half, x, t);
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
    return parts.high + parts.low;
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

  /// Below 3.5, gamma(a) is taken from gamma(a + 3).
  SHARRAY_INLINE static V negative(V x) {
    using namespace simd;
    const V a = abs(x);
    const V f = abs(a - rint(a));
    const M is_small = less(a, set(kBig));
    // a (a + 1) (a + 2) = (a + 1)^3 - (a + 1), with a + 1 in two parts.
    const V next = select(is_small, a + set(1.0), set(2.0)), next_low = keep(is_small, a - (next - set(1.0)));
    const Pair square = square_parts({next, next_low});
    const Pair less_one = fast_sum(square.high, set(-1.0));
    const Pair steps = times_parts({less_one.high, less_one.low + square.low}, {next, next_low});
    const Pair sine = sine_product(a, f);
    // sine / steps
    const V inverse = set(1.0) / steps.high;
    const V quotient = sine.high * inverse;
    const V residual = fnma(quotient, steps.high, sine.high) + fnma(quotient, steps.low, sine.low);
    const V mirror_high = select(is_small, quotient, sine.high);
    const V mirror_low = select(is_small, residual * inverse, sine.low);
    const LogParts mirror = log_parts<false, true>(mirror_high, mirror_low);
    const Pair shifted = sum(a, keep(is_small, set(3.0)));
    const LogParts log_a = log_parts<false, false>(shifted.high);
    const Pair gammaln_a = big_parts(shifted.high, log_a);
    // What the shift lost by rounding comes back times the slope.
    const V lost = shifted.low * (log_a.high - set(0.11));
    const Pair total = sum(mirror.high, gammaln_a.high);
    const V r = negate(total.high + (total.low + (mirror.low + (gammaln_a.low + lost))));
    return select(either(equal(f, set(0.0)), less_equal(set(0x1p52), a)), set(kInfinity), r);
  }
};

namespace block {

SHARRAY_INLINE void gammaln(double* out, const double* in, std::size_t n) { by_range<Gammaln>(out, in, n); }

}  // namespace block
}  // namespace
}  // namespace sharray
