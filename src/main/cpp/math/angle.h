/// Angles less multiples of pi / 2, for the trigonometric functions.
#pragma once

#include "math/coefficients_trigonometric.h"
#include "math/pair.h"

namespace sharray {
namespace {

/// n quarter turns and high + low, |high| <= pi / 4 or hardly more, at most 0.86; the lowest two bits of `quarters` are
/// those of n.
struct Angle {
  simd::I quarters;
  simd::V high, low;
};

/// Angles up to these sizes are reduced by plain_angle and medium_angle.
inline constexpr double kLargestPlainAngle = 0x1.8p22, kLargestMediumAngle = 0x1p50;

/// Added to an integer, this leaves it in the lowest bits, plus kAhead.
template <int kAhead>
inline constexpr double kShift = 0x1.8p52 + kAhead;

/// a - n pi / 2 for 0 <= a <= kLargestPlainAngle, with n + kAhead quarters. Cody and Waite's method, after Boldo,
/// Daumas and Li, "Formally verified argument reduction with a fused multiply-add" (2009).
///
/// The first difference is exact: it is a multiple of 2^-53 (or n is 0) below 1. The remainder of the second one is
/// exact where the difference is at least half of its first operand. Elsewhere the second difference is exact, since
/// both operands are multiples of 2^-79, and smaller than 2^-30.
template <int kAhead>
SHARRAY_INLINE Angle plain_angle(simd::V a) {
  using namespace simd;
  namespace c = coefficients;
  const V shifted = fma(a, set(c::kTwoOverPi[0]), set(kShift<kAhead>));
  const V n = shifted - set(kShift<kAhead>);
  const V first = fnma(n, set(c::kHalfPi[0]), a);
  const V high = fnma(n, set(c::kHalfPi[1]), first);
  const V rest = fnma(n, set(c::kHalfPi[1]), first - high);
  return {bits(shifted), high, fnma(n, set(c::kHalfPi[2]), rest)};
}

/// The same for 0 <= a <= kLargestMediumAngle. Since the quotient may be off by 0.044, |high| may be 0.86.
///
/// The first difference is exact as above, and the second one is an exact sum: its first operand is a multiple of 2^-53
/// (or n is 0), which is a multiple of the last place of the second one, which is below 2^-4. Where plain_angle may be
/// used, the result is the same to the bit: with the constants of plain_angle the product is exact.
template <int kAhead>
SHARRAY_INLINE Angle medium_angle(simd::V a) {
  using namespace simd;
  namespace c = coefficients;
  const V shifted = fma(a, set(c::kTwoOverPi[0]), set(kShift<kAhead>));
  const V n = shifted - set(kShift<kAhead>);
  const V first = fnma(n, set(c::kHalfPi[0]), a);
  const M is_plain = less_equal(a, set(kLargestPlainAngle));
  const Pair second = product(n, select(is_plain, set(c::kHalfPi[1]), set(c::kHalfPiLong[0])));
  const Pair difference = fast_sum(first, negate(second.high));
  const V last = select(is_plain, set(c::kHalfPi[2]), set(c::kHalfPiLong[1]));
  return {bits(shifted), difference.high, fnma(n, last, difference.low - second.low)};
}

/// The same for finite a >= 2, by Payne and Hanek's method: a = y 2^e with an integer y, and the fraction of y times
/// 2^e 2 / pi, of which a table has the part that counts for each of 32 e, in four doubles.
template <int kAhead>
SHARRAY_INLINE Angle huge_angle(simd::V a) {
  using namespace simd;
  namespace c = coefficients;
  // The exponent of a, less its highest bit and the lower five, which stay in y.
  const I row = shift_right(shift_left(bits(a), 2), 59);
  const V y = bit_or(bit_and(a, from_bits(set_bits(0x01ffffffffffffff))), set(0x1p65));
  V part[4];
  look_up<c::kTwoOverPiParts>(row, part);
  const Pair first = product(y, part[0]), second = product(y, part[1]), third = product(y, part[2]);

  // |first| < 2^85: less a multiple of 4. Its rest and the second product are below 2^33. Each fast_sum is exact, since
  // its first operand is a multiple of the last place of the second one. Where the fraction is tiny, the sums of the
  // larger parts are exact, and the rests small.
  const V turned = fnma(rint(first.high * set(0.25)), set(4.0), first.high);
  const Pair middle = fast_sum(first.low, second.high);
  const V middle_n = rint(middle.high);
  const V middle_part = middle.high - middle_n;
  const V n = rint(turned + middle_part);
  const Pair large = fast_sum(turned - n, middle_part);
  const Pair small = fast_sum(second.low, third.high);
  const Pair inner = fast_sum(middle.low, small.high);
  const Pair outer = fast_sum(large.high, inner.high);
  const V tail = large.low + ((inner.low + small.low) + fma(y, part[3], third.low));
  const Pair fraction = fast_sum(outer.high, outer.low + tail);

  const Pair angle = product(fraction.high, set(c::kPi[0] / 2));
  const V low = fma(fraction.low, set(c::kPi[0] / 2), fma(fraction.high, set(c::kPi[1] / 2), angle.low));
  return {bits((n + middle_n) + set(kShift<kAhead>)), angle.high, low};
}

/// pi a less quarter turns, for 0 <= a < 2^1022; both differences are exact.
SHARRAY_INLINE Angle angle_of_half_turns(simd::V a) {
  using namespace simd;
  namespace c = coefficients;
  const V turned = fnma(rint(a * set(0.5)), set(2.0), a);
  const V shifted = fma(turned, set(2.0), set(kShift<0>));
  const V fraction = fnma(shifted - set(kShift<0>), set(0.5), turned);
  const Pair angle = product(fraction, set(c::kPi[0]));
  return {bits(shifted), angle.high, fma(fraction, set(c::kPi[1]), angle.low)};
}

}  // namespace
}  // namespace sharray
