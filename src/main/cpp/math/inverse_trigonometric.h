/// atan, atan2, asin and acos on one vector.
#pragma once

#include "math/coefficients_inverse.h"
#include "math/roots.h"

namespace sharray {
namespace {

/// quarters pi / 4 + atan(numerator / (denominator + denominator_low)), where the quotient is at most 1/2 in size and
/// `quarters` is 0 or a small integer: atan(t) = t + t^3 P(t^2), with the quotient in two parts. A quotient of 0 or one
/// that underflows to it counts as exact.
SHARRAY_INLINE simd::Pair atan_of_quotient(simd::V quarters, simd::V numerator, simd::V denominator,
                                           simd::V denominator_low) {
  using namespace simd;
  namespace c = coefficients;
  const V inverse = set(1.0) / denominator;
  const V t = numerator * inverse;
  const V residual = fnma(t, denominator_low, fnma(t, denominator, numerator));
  const V t_low = keep(not_equal(t, set(0.0)), residual * inverse);
  const V z = t * t;
  const V curved = fma(t * z, polynomial(c::kAtan, z), t_low);
  const Pair leading = fast_sum(quarters * set(c::kQuarterPi[0]), t);
  return {leading.high, leading.low + fma(quarters, set(c::kQuarterPi[1]), curved)};
}

namespace lane {

using simd::V;

/// atan(a) = pi / 4 + atan((a - 1) / (a + 1)) for 1/2 < a <= 2, pi / 2 + atan(-1 / a) above.
SHARRAY_INLINE V atan(V x) {
  using namespace simd;
  const V one = set(1.0);
  const M tiny = is_tiny(x);
  // Beyond the bound the result is pi / 2; NaN passes.
  const V a = min_second(set(0x1p64), simd::abs(drop(tiny, x)));
  const M above_half = simd::less(set(0.5), a), above_two = simd::less(set(2.0), a);
  const M middle = but_not(above_half, above_two);
  const V next = a + one;
  const V numerator = select(above_two, set(-1.0), select(above_half, a - one, a));
  const V denominator = select(above_two, a, select(above_half, next, one));
  const V denominator_low = keep(middle, a - (next - one));
  const V quarters = select(above_two, set(2.0), keep(above_half, one));
  const Pair angle = atan_of_quotient(quarters, numerator, denominator, denominator_low);
  return select(tiny, x, times_sign(angle.high + angle.low, x));
}

/// b / a for positive finite b < a, subnormal ones too, without a step that the processor takes long for.
SHARRAY_INLINE V tiny_quotient(V b, V a) {
  using namespace simd;
  V exponent_b, b_mantissa, exponent_a, a_mantissa;
  split(b, &exponent_b, &b_mantissa);
  split(a, &exponent_a, &a_mantissa);
  return times_power(b_mantissa / a_mantissa, max_second(set(-1100.0), exponent_b - exponent_a));
}

/// With a >= b the sizes of x and y: atan(b / a) = pi / 4 + atan((b - a) / (b + a)) for b > a / 2; where y is the
/// larger, the angle is pi / 2 less that, and where x is negative, pi less it. NaN where x or y is.
SHARRAY_INLINE simd::Pair atan2_parts(V y, V x) {
  using namespace simd;
  const V y_size = simd::abs(y), x_size = simd::abs(x);
  const M swapped = simd::less(x_size, y_size);
  V a = max_second(x_size, y_size), b = min_second(x_size, y_size);
  const M small = simd::less(a, set(0x1p-900));
  if (pack(small) != 0) {
    a = select(small, lift(a), a);
    b = select(small, lift(b), b);
  }
  // Quotients that may underflow are left to tiny_quotient; beside other angles they do not count.
  const M tiny = simd::less(b, a * set(0x1p-60));
  const V all_a = a, all_b = b;
  // A power of two keeps 1 / a in range.
  const V scale = select(simd::less(a, set(0x1p500)), set(1.0), set(0x1p-100));
  a = a * scale;
  b = drop(tiny, b) * scale;
  // Two infinities count as equal, two zeros as 0 / 1.
  const M middle = either(simd::less(a, b + b), simd::equal(b, set(kInfinity)));
  const V total = a + b;
  const V sign = bit_xor(keep(swapped, set(-0.0)), bit_and(x, set(-0.0)));
  const V numerator = select(middle, keep(simd::not_equal(a, b), b - a), b);
  const V denominator = max_second(set(0x1p-1000), select(middle, total, a));
  const V denominator_low = keep(middle, b - (total - a));
  const V base = select(swapped, set(2.0), set(2.0) - times_sign(set(2.0), x));
  const V quarters = base + bit_xor(keep(middle, set(1.0)), sign);
  Pair angle = atan_of_quotient(quarters, bit_xor(numerator, sign), denominator, denominator_low);
  const M alone = both(both(tiny, simd::equal(quarters, set(0.0))),
                       both(simd::less(set(0.0), all_b), simd::less(all_a, set(kInfinity))));
  if (pack(alone) != 0) angle = select_parts(alone, {tiny_quotient(all_b, all_a), set(0.0)}, angle);
  return {select(simd::is_nan(x), x, times_sign(angle.high, y)), times_sign(angle.low, y)};
}

SHARRAY_INLINE V atan2(V y, V x) {
  const simd::Pair angle = atan2_parts(y, x);
  return angle.high + angle.low;
}

}  // namespace lane

/// What asin and acos share, for a = |x|: asin(s) = s + rest, s = a for a <= 1/2, else s = sqrt((1 - a) / 2).
struct ArcsineParts {
  simd::M outer;  ///< a > 1/2
  simd::V s, rest;

  SHARRAY_INLINE explicit ArcsineParts(simd::V a) {
    using namespace simd;
    outer = less(set(0.5), a);
    const V z = select(outer, fnma(a, set(0.5), set(0.5)), a * a);
    const Pair root = sqrt_parts(z, set(0.0));
    s = select(outer, root.high, a);
    rest = fma(s * z, polynomial(coefficients::kAsin, z), keep(outer, root.low));
  }
};

namespace lane {

/// asin(x) = pi / 2 - 2 asin(sqrt((1 - x) / 2)) for x > 1/2.
SHARRAY_INLINE V asin(V x) {
  using namespace simd;
  const M tiny = is_tiny(x);
  const ArcsineParts p(simd::abs(drop(tiny, x)));
  const V factor = select(p.outer, set(-2.0), set(1.0));
  const V quarters = keep(p.outer, set(2.0));
  const Pair leading = fast_sum(quarters * set(coefficients::kQuarterPi[0]), factor * p.s);
  const V rest = simd::fma(factor, p.rest, quarters * set(coefficients::kQuarterPi[1]));
  return select(tiny, x, times_sign(leading.high + (leading.low + rest), x));
}

/// acos(x) = 2 asin(sqrt((1 - x) / 2)) for x > 1/2, pi - acos(-x) for x < -1/2, else pi / 2 - asin(x).
SHARRAY_INLINE V acos(V x) {
  using namespace simd;
  const ArcsineParts p(size_not_tiny(x));
  const V signed_two = times_sign(set(2.0), x);
  const V factor = select(p.outer, signed_two, signed_two * set(-0.5));
  const V quarters = set(2.0) - keep(p.outer, signed_two);
  const Pair leading = fast_sum(quarters * set(coefficients::kQuarterPi[0]), factor * p.s);
  const V rest = simd::fma(factor, p.rest, quarters * set(coefficients::kQuarterPi[1]));
  return leading.high + (leading.low + rest);
}

}  // namespace lane
}  // namespace
}  // namespace sharray
