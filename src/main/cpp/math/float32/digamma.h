/// digamma on a block of floats.
#pragma once

#include "math/float32/log.h"
#include "math/float32/partition.h"

namespace sharray {
namespace {
namespace float32 {

/// Where x in (0, 3.5) lies: 2 + t with |t| <= 1/2 is x shifted by an integer, and the steps in between.
struct Steps {
  simd::M to_half, to_three_halves, to_five_halves;
  simd::V t;
  /// 1 / x in two parts, and the other step that is needed: 1 / (1 + x) below 1/2, 1 / (x - 1) above 5/2, else 0.
  simd::Pair inverse, other;

  SHARRAY_INLINE explicit Steps(simd::V x) {
    using namespace simd;
    const V one = set(1.0F);
    to_half = less(x, set(0.5F));
    to_three_halves = less(x, set(1.5F));
    to_five_halves = less_equal(x, set(2.5F));
    t = x - select(to_three_halves, one, select(to_five_halves, set(2.0F), set(3.0F)));
    t = select(to_half, x, t);
    inverse = inverse_parts(x);
    const V shift = select(to_half, one, negate(one));
    const V d = x + shift;
    const V d_low = x - (d - shift);
    const V high = one / d;
    const M needed = either(to_half, less(set(2.5F), x));
    other.high = keep(needed, high);
    other.low = keep(needed, (fnma(high, d, one) - d_low * high) * high);
  }
};

/// x >= 3.5: log(x) - 1 / (2 x) - V(1 / x^2) / x^2, V minimax; 0 <= x < 3.5: digamma(2 + t) and
/// digamma(x + 1) = digamma(x) + 1 / x; x < 0: digamma(x) = digamma(1 - x) - pi cot(pi x).
struct Digamma {
  using V = simd::V;
  using Pair = simd::Pair;
  static constexpr float kBig = 3.5F;
  static constexpr float kNegative = 0.0F;

  /// digamma(x) where half = -1/2, digamma(1 + x) where half = +1/2.
  SHARRAY_INLINE static Pair big_parts(V x, V half) {
    using namespace simd;
    const Pair log_x = log_parts<false>(x);
    const V inverse = set(1.0F) / x;
    const V z = inverse * inverse;
    const V v = z * polynomial(coefficients::kDigammaBig, z);
    return {log_x.high, fma(half, inverse, log_x.low - v)};
  }

  SHARRAY_INLINE static V big(V x) {
    using namespace simd;
    const Pair parts = big_parts(x, set(-0.5F));
    return select(less(x, set(kInfinity)), parts.high + parts.low, x);
  }

  SHARRAY_INLINE static Pair near_two(V t) {
    using namespace simd;
    namespace c = coefficients;
    const Pair linear = product(t, set(c::kDigammaSlope[0]));
    const Pair value = fast_sum(set(c::kOneMinusEuler[0]), linear.high);
    const V curved = fma(t * t, polynomial(c::kDigammaSmall, t), fma(t, set(c::kDigammaSlope[1]), linear.low));
    return {value.high, value.low + (curved + set(c::kOneMinusEuler[1]))};
  }

  SHARRAY_INLINE static V small(V x) {
    using namespace simd;
    const Steps steps(x);
    const Pair other = negate_parts_where(steps.to_half, steps.other);
    const Pair inverse = keep_parts(steps.to_three_halves, negate_parts(steps.inverse));
    const Pair total = add_parts(add_parts(inverse, near_two(steps.t)), other);
    const V r = total.high + total.low;
    // 1 / x overflows for the smallest x.
    return select(less(abs(inverse.high), set(kInfinity)), r, inverse.high);
  }

  /// digamma(1 + a)
  SHARRAY_INLINE static Pair next_parts(V a) {
    using namespace simd;
    const Steps steps(a);
    const Pair other = negate_parts_where(steps.to_half, steps.other);
    const Pair inverse = keep_parts(but_not(less(a, set(kBig)), steps.to_three_halves), steps.inverse);
    const Pair small_a = add_parts(add_parts(near_two(steps.t), inverse), other);
    return select_parts(less(a, set(kBig)), small_a, big_parts(a, set(0.5F)));
  }

  SHARRAY_INLINE static V negative(V x) {
    using namespace simd;
    namespace c = coefficients;
    const V a = abs(x);
    const V f = a - rint(a);
    // pi cot(pi f) = 1 / f - f T(f^2)
    const Pair inverse = inverse_parts(f);
    const V z = f * f;
    const Pair slope = fast_sum(set(c::kCotangentSlope[0]), z * polynomial(c::kCotangent, z));
    const Pair rest = product(f, slope.high);
    const V rest_low = fma(f, slope.low + set(c::kCotangentSlope[1]), rest.low);
    const Pair cotangent = add_parts(inverse, {negate(rest.high), negate(rest_low)});
    const Pair total = add_parts(cotangent, next_parts(a));
    V r = total.high + total.low;
    r = select(less(abs(inverse.high), set(kInfinity)), r, inverse.high);
    return select(both(less(a, set(0x1p23F)), not_equal(f, set(0.0F))), r, set(kNaN));
  }
};

namespace block {

SHARRAY_INLINE void digamma(float* out, const float* in, std::size_t n) { by_range<Digamma>(out, in, n); }

}  // namespace block
}  // namespace float32
}  // namespace
}  // namespace sharray
