/// sin, cos, tan and sinc on one vector of floats, and conversions between degrees and radians.
#pragma once

#include "math/float32/coefficients.h"
#include "math/float32/pair.h"

namespace sharray {
namespace {
namespace float32 {

/// n quarter turns and high + low, |high| <= pi / 4 or hardly more; the lowest two bits of `quarters` are those of n.
struct Angle {
  simd::I quarters;
  simd::V high, low;
};

/// Angles up to this size are reduced by subtraction.
inline constexpr float kLargestPlainAngle = 0x1.8p10F;

/// Added to an integer, this leaves it in the lowest bits, plus kAhead.
template <int kAhead>
inline constexpr float kShift = 0x1.8p23F + kAhead;

/// a - n pi / 2 for 0 <= a <= kLargestPlainAngle, with n + kAhead quarters, by Cody and Waite's method. See
/// plain_angle of float64: there are fewer bits and smaller n, and the same differences are exact.
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

/// The same for finite a >= 2, by Payne and Hanek's method: a = y 2^(8 j) with y in [2, 2^9), a multiple of 2^-22, and
/// the fraction of y times 2^(8 j) 2 / pi, of which a table has the part that counts for each of 16 j, in four floats.
template <int kAhead>
SHARRAY_INLINE Angle huge_angle(simd::V a) {
  using namespace simd;
  namespace c = coefficients;
  // The exponent of a, less its highest bit and the lower three, which stay in y.
  const I row = shift_right(bits(a), 26);
  const V y = bit_or(bit_and(a, from_bits(set_bits(0x03ffffff))), set(2.0F));
  V part[4];
  look_up<c::kTwoOverPiColumns>(row, part);
  const Pair first = product(y, part[0]), second = product(y, part[1]), third = product(y, part[2]);

  // |first| < 2^32: less a multiple of 4. Its rest and the second product are below 2^9. Each fast_sum is exact, since
  // its first operand is a multiple of the last place of the second one. Where the fraction is tiny, the sums of the
  // larger parts are exact, and the rests small.
  const V turned = fnma(rint(first.high * set(0.25F)), set(4.0F), first.high);
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

  const Pair angle = product(fraction.high, set(c::kHalfPiParts[0]));
  const V low = fma(fraction.low, set(c::kHalfPiParts[0]), fma(fraction.high, set(c::kHalfPiParts[1]), angle.low));
  return {bits((n + middle_n) + set(kShift<kAhead>)), angle.high, low};
}

/// pi a less quarter turns, for 0 <= a < 2^126; both differences are exact.
SHARRAY_INLINE Angle angle_of_half_turns(simd::V a) {
  using namespace simd;
  namespace c = coefficients;
  const V turned = fnma(rint(a * set(0.5F)), set(2.0F), a);
  const V shifted = fma(turned, set(2.0F), set(kShift<0>));
  const V fraction = fnma(shifted - set(kShift<0>), set(0.5F), turned);
  const Pair angle = product(fraction, set(c::kPi[0]));
  return {bits(shifted), angle.high, fma(fraction, set(c::kPi[1]), angle.low)};
}

/// Sine and cosine of high + low, each in two parts. With z = high^2: sin = high + high z S(z) + low cos(high), and
/// cos = 1 - z / 2 + z^2 C(z) - low high, where the first difference is kept in two parts.
struct SineCosine {
  simd::Pair sine, cosine;

  SHARRAY_INLINE explicit SineCosine(const Angle& angle) {
    using namespace simd;
    namespace c = coefficients;
    const V r = angle.high;
    const V z = r * r;
    const V half_r = r * set(0.5F);
    const V leading = fnma(half_r, r, set(1.0F));
    const V rest = fnma(half_r, r, set(1.0F) - leading);
    sine = {r, fma(r * z, polynomial(c::kSine, z), angle.low * leading)};
    cosine = {leading, fnma(r, angle.low, fma(z * z, polynomial(c::kCosine, z), rest))};
  }
};

/// f of the angle |x| of any size; NaN where x is NaN or infinite. Angles are huge in few vectors, or in most.
template <int kAhead, class F>
SHARRAY_INLINE simd::V of_angle(simd::V x, F f) {
  using namespace simd;
  const V a = abs(x);
  const M plain = less_equal(a, set(kLargestPlainAngle));
  if (pack(plain) == kAll) return f(plain_angle<kAhead>(a));
  const V huge = f(huge_angle<kAhead>(max_second(set(2.0F), a))) + (x - x);
  if (pack(plain) == 0) return huge;
  return select(plain, f(plain_angle<kAhead>(a)), huge);
}

/// The sine of an angle of these quarters.
SHARRAY_INLINE simd::V sine_of(const Angle& angle) {
  using namespace simd;
  const SineCosine parts(angle);
  const V r = select(odd(angle.quarters), parts.cosine.high + parts.cosine.low, parts.sine.high + parts.sine.low);
  return times_sign(r, from_bits(shift_left(angle.quarters, 30)));
}

/// The tangent of it: sin / cos, or -cos / sin where the quarters are odd.
SHARRAY_INLINE simd::V tangent_of(const Angle& angle) {
  using namespace simd;
  const SineCosine parts(angle);
  const M swapped = odd(angle.quarters);
  const Pair denominator = select_parts(swapped, parts.sine, parts.cosine);
  const V r = quotient(select_parts(swapped, parts.cosine, parts.sine), fast_sum(denominator.high, denominator.low));
  return times_sign(r, from_bits(shift_left(angle.quarters, 31)));
}

namespace lane {

using simd::V;

/// sin(-x) = -sin(x).
SHARRAY_INLINE V sin(V x) {
  const auto f = [](const Angle& angle) __attribute__((always_inline)) { return sine_of(angle); };
  return simd::times_sign(of_angle<0>(x, f), x);
}

/// cos(x) = sin(|x| + pi / 2).
SHARRAY_INLINE V cos(V x) {
  return of_angle<1>(
      x, [](const Angle& angle) __attribute__((always_inline)) { return sine_of(angle); });
}

SHARRAY_INLINE V tan(V x) {
  const auto f = [](const Angle& angle) __attribute__((always_inline)) { return tangent_of(angle); };
  return simd::times_sign(of_angle<0>(x, f), x);
}

/// sin(pi x) / (pi x), both in two parts. Below 2^-40 it is 1; from 2^24 on x is an even integer.
SHARRAY_INLINE V sinc(V x) {
  using namespace simd;
  namespace c = coefficients;
  const V a = max_second(set(0x1p-40F), min_second(set(0x1p24F), simd::abs(x)));
  const Angle angle = angle_of_half_turns(a);
  const SineCosine parts(angle);
  const Pair numerator = select_parts(odd(angle.quarters), parts.cosine, parts.sine);
  const Pair whole = product(a, set(c::kPi[0]));
  const V r = quotient(numerator, {whole.high, simd::fma(a, set(c::kPi[1]), whole.low)});
  // +0 where it is 0; NaN where x is no number.
  return times_sign(r, from_bits(shift_left(angle.quarters, 30))) + (x - x);
}

/// The product of x and a constant in two parts. Scaled so that it is rounded once where it is subnormal.
SHARRAY_INLINE V deg2rad(V x) {
  using namespace simd;
  namespace c = coefficients;
  const M small = simd::less(simd::abs(x), set(0x1p-60F));
  const V scaled = select(small, x * set(0x1p60F), x);
  const V r = simd::fma(scaled, set(c::kRadians[0]), scaled * set(c::kRadians[1]));
  return select(small, r * set(0x1p-60F), r);
}

/// The same; the second part is negative, and its product with an infinity must not be one, nor the sum for -0 be +0.
SHARRAY_INLINE V rad2deg(V x) {
  using namespace simd;
  namespace c = coefficients;
  constexpr float kLargest = 0x1.fffffep127F;
  const M small = simd::less(simd::abs(x), set(0x1p-60F));
  const V bounded = max_second(set(-kLargest), min_second(set(kLargest), x));
  const V scaled = select(small, x * set(0x1p60F), bounded);
  const V r = simd::fma(select(small, scaled, x), set(c::kDegrees[0]), scaled * set(c::kDegrees[1]));
  return bit_or(select(small, r * set(0x1p-60F), r), bit_and(x, set(-0.0F)));
}

}  // namespace lane
}  // namespace float32
}  // namespace
}  // namespace sharray
