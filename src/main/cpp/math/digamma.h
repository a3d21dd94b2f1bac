/// digamma and trigamma on a block.
#pragma once

#include "math/log.h"
#include "math/partition.h"

namespace sharray {
namespace {

/// Where x in (0, 3.5) lies: 2 + t with |t| <= 1/2 is x shifted by an integer, and the steps in between.
struct Steps {
  simd::M to_half, to_three_halves, to_five_halves;
  simd::V t;
  /// 1 / x in two parts, and the other step that is needed: 1 / (1 + x) below 1/2, 1 / (x - 1) above 5/2, else 0.
  simd::Pair inverse, other;

  SHARRAY_INLINE explicit Steps(simd::V x) {
    using namespace simd;
    const V one = set(1.0);
    to_half = less(x, set(0.5));
    to_three_halves = less(x, set(1.5));
    to_five_halves = less_equal(x, set(2.5));
    t = x - select(to_three_halves, one, select(to_five_halves, set(2.0), set(3.0)));
    t = select(to_half, x, t);
    inverse.high = one / x;
    inverse.low = fnma(inverse.high, x, one) * inverse.high;
    const V shift = select(to_half, one, negate(one));
    const V d = x + shift;
    const V d_low = x - (d - shift);
    const V high = one / d;
    const M needed = either(to_half, less(set(2.5), x));
    other.high = keep(needed, high);
    other.low = keep(needed, (fnma(high, d, one) - d_low * high) * high);
  }
};

/// 1 / x for tiny x, infinity where that overflows, without a division that the processor takes long for.
SHARRAY_INLINE simd::V tiny_inverse(simd::V x) {
  using namespace simd;
  const V sign = bit_and(x, set(-0.0));
  return set(1.0) / bit_or(drop(less_equal(abs(x), set(0x1p-1024)), x), sign);
}

/// x >= 3.5: log(x) - 1 / (2 x) - V(1 / x^2) / x^2, V minimax; 0 <= x < 3.5: digamma(2 + t) and
/// digamma(x + 1) = digamma(x) + 1 / x; x < 0: digamma(x) = digamma(1 - x) - pi cot(pi x).
struct Digamma {
  using V = simd::V;
  using Pair = simd::Pair;
  static constexpr double kBig = 3.5;
  static constexpr double kNegative = 0.0;

  /// digamma(x) where half = -1/2, digamma(1 + x) where half = +1/2.
  SHARRAY_INLINE static Pair big_parts(V x, V half) {
    using namespace simd;
    const LogParts log_x = log_parts<false, false>(x);
    // Beyond the bound it does not count, and its square would underflow.
    const V inverse = set(1.0) / min_second(set(0x1p200), x);
    const V z = inverse * inverse;
    const V v = z * polynomial(coefficients::kDigammaBig, z);
    return {log_x.high, fma(half, inverse, log_x.low - v)};
  }

  SHARRAY_INLINE static V big(V x) {
    using namespace simd;
    const Pair parts = big_parts(x, set(-0.5));
    return select(less(x, set(kInfinity)), parts.high + parts.low, x);
  }

  /// -1 / x for tiny x.
  SHARRAY_INLINE static V big_or_tiny(V x) {
    using namespace simd;
    return select(is_tiny(x), negate(tiny_inverse(x)), big(max_second(set(1.0), x)));
  }

  SHARRAY_INLINE static Pair near_two(V t) {
    using namespace simd;
    namespace c = coefficients;
    const Pair value = fast_sum(set(c::kOneMinusEuler[0]), t * polynomial(c::kDigammaSmall, t));
    return {value.high, value.low + set(c::kOneMinusEuler[1])};
  }

  SHARRAY_INLINE static V small(V x) {
    using namespace simd;
    const Steps steps(x);
    const Pair other = negate_parts_where(steps.to_half, steps.other);
    const Pair inverse = keep_parts(steps.to_three_halves, negate_parts(steps.inverse));
    const Pair total = add_parts(add_parts(inverse, near_two(steps.t)), other);
    return total.high + total.low;
  }

  /// digamma(1 + a)
  SHARRAY_INLINE static Pair next_parts(V a) {
    using namespace simd;
    const Steps steps(a);
    const Pair other = negate_parts_where(steps.to_half, steps.other);
    const Pair inverse = keep_parts(but_not(less(a, set(kBig)), steps.to_three_halves), steps.inverse);
    const Pair small_a = add_parts(add_parts(near_two(steps.t), inverse), other);
    return select_parts(less(a, set(kBig)), small_a, big_parts(a, set(0.5)));
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
    const V r = total.high + total.low;
    return select(both(less(a, set(0x1p52)), not_equal(f, set(0.0))), r, set(kNaN));
  }
};

/// x >= 3.5: 1 / x + 1 / (2 x^2) + V(1 / x^2) / x^3, V minimax; 0 <= x < 3.5: trigamma(2 + t) and
/// trigamma(x + 1) = trigamma(x) - 1 / x^2; x < 0: trigamma(x) = pi^2 / sin(pi x)^2 - trigamma(1 - x).
struct Trigamma {
  using V = simd::V;
  using Pair = simd::Pair;
  static constexpr double kBig = 3.5;
  static constexpr double kNegative = 0.0;

  /// trigamma(x) where half = 1/2, trigamma(1 + x) where half = -1/2.
  SHARRAY_INLINE static V big_value(V x, V half) {
    using namespace simd;
    const V inverse = set(1.0) / x;
    // Beyond the bound the square does not count, and would underflow.
    const V bounded = keep(less(x, set(0x1p200)), inverse), z = bounded * bounded;
    return inverse + z * fma(bounded, polynomial(coefficients::kTrigammaBig, z), half);
  }

  SHARRAY_INLINE static V big(V x) { return big_value(x, simd::set(0.5)); }

  /// 1 / x^2 for tiny x.
  SHARRAY_INLINE static V big_or_tiny(V x) {
    using namespace simd;
    const V inverse = tiny_inverse(x);
    return select(is_tiny(x), inverse * inverse, big(max_second(set(1.0), x)));
  }

  SHARRAY_INLINE static Pair near_two(V t) {
    using namespace simd;
    namespace c = coefficients;
    const Pair value = fast_sum(set(c::kTrigammaTwo[0]), t * polynomial(c::kTrigammaSmall, t));
    return {value.high, value.low + set(c::kTrigammaTwo[1])};
  }

  SHARRAY_INLINE static V small(V x) {
    using namespace simd;
    const Steps steps(x);
    const Pair other = square_parts(steps.other);
    const Pair inverse = keep_parts(steps.to_three_halves, square_parts(steps.inverse));
    const Pair signed_other = select_parts(steps.to_half, other, negate_parts(other));
    const Pair total = add_parts(add_parts(inverse, near_two(steps.t)), signed_other);
    return total.high + total.low;
  }

  /// trigamma(1 + a)
  SHARRAY_INLINE static V next_value(V a) {
    using namespace simd;
    const Steps steps(a);
    const V other = steps.other.high * steps.other.high;
    const V inverse = steps.inverse.high * steps.inverse.high;
    const V steps_taken = select(steps.to_half, other, negate(other + inverse));
    const V near = near_two(steps.t).high;
    const M is_between = but_not(steps.to_three_halves, steps.to_half);
    const V small_a = select(is_between, near, near + steps_taken);
    return select(less(a, set(kBig)), small_a, big_value(a, set(-0.5)));
  }

  SHARRAY_INLINE static V negative(V x) {
    using namespace simd;
    const V a = abs(x);
    const V f = a - rint(a);
    const Pair inverse = square_parts(inverse_parts(f));
    const V rest = polynomial(coefficients::kCosecant, f * f) - next_value(a);
    const V r = inverse.high + (inverse.low + rest);
    return select(equal(inverse.high, set(kInfinity)), inverse.high, r);
  }
};

namespace block {

SHARRAY_INLINE void digamma(double* out, const double* in, std::size_t n) { by_range<Digamma>(out, in, n); }
SHARRAY_INLINE void trigamma(double* out, const double* in, std::size_t n) { by_range<Trigamma>(out, in, n); }

}  // namespace block
}  // namespace
}  // namespace sharray
