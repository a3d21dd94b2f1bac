/// sin, cos, tan and sinc on a block, and conversions between degrees and radians on one vector.
#pragma once

#include "math/angle.h"
#include "math/by_magnitude.h"

namespace sharray {
namespace {

/// Sine and cosine of high + low, each in two parts. With z = high^2: sin = high + high z S(z) + low cos(high), and
/// cos = 1 - z / 2 + z^2 C(z) - low high, where the first difference is kept in two parts.
struct SineCosine {
  simd::Pair sine, cosine;

  SHARRAY_INLINE explicit SineCosine(const Angle& angle) {
    using namespace simd;
    namespace c = coefficients;
    const V r = angle.high;
    const V z = r * r;
    const V half_r = r * set(0.5);
    const V leading = fnma(half_r, r, set(1.0));
    const V rest = fnma(half_r, r, set(1.0) - leading);
    sine = {r, fma(r * z, polynomial(c::kSine, z), angle.low * leading)};
    cosine = {leading, fnma(r, angle.low, fma(z * z, polynomial(c::kCosine, z), rest))};
  }
};

/// The sine of an angle of these quarters.
SHARRAY_INLINE simd::V sine_of(const Angle& angle) {
  using namespace simd;
  const SineCosine parts(angle);
  const V r = select(odd(angle.quarters), parts.cosine.high + parts.cosine.low, parts.sine.high + parts.sine.low);
  return times_sign(r, from_bits(shift_left(angle.quarters, 62)));
}

/// x / y for numbers in two parts, of which the low one of x may be anything below its high one.
/// Newton's step after the quotient of the high parts.
SHARRAY_INLINE simd::V quotient(simd::Pair x, simd::Pair y) {
  using namespace simd;
  const V inverse = set(1.0) / y.high;
  const V q = x.high * inverse;
  const V residual = fnma(q, y.high, x.high) + fnma(q, y.low, x.low);
  return fma(residual, inverse, q);
}

/// sin(-x) = -sin(x).
struct Sine {
  template <class Reduce>
  SHARRAY_INLINE static simd::V value(simd::V x, Reduce reduce) {
    const simd::M tiny = simd::is_tiny(x);
    const simd::V size = sine_of(reduce(simd::abs(simd::drop(tiny, x))));
    return simd::select(tiny, x, simd::times_sign(size, x));
  }
  static constexpr int kAhead = 0;
};

/// cos(x) = sin(|x| + pi / 2).
struct Cosine {
  template <class Reduce>
  SHARRAY_INLINE static simd::V value(simd::V x, Reduce reduce) {
    return sine_of(reduce(simd::size_not_tiny(x)));
  }
  static constexpr int kAhead = 1;
};

/// sin / cos, or -cos / sin where the quarters are odd.
struct Tangent {
  template <class Reduce>
  SHARRAY_INLINE static simd::V value(simd::V x, Reduce reduce) {
    using namespace simd;
    const M tiny = is_tiny(x);
    const Angle angle = reduce(simd::abs(drop(tiny, x)));
    const SineCosine parts(angle);
    const M swapped = odd(angle.quarters);
    const Pair denominator = select_parts(swapped, parts.sine, parts.cosine);
    const V r = quotient(select_parts(swapped, parts.cosine, parts.sine), fast_sum(denominator.high, denominator.low));
    return select(tiny, x, times_sign(times_sign(r, x), from_bits(shift_left(angle.quarters, 63))));
  }
  static constexpr int kAhead = 0;
};

namespace block {

SHARRAY_INLINE void sin(double* out, const double* in, std::size_t n) { by_magnitude<Sine>(out, in, n); }
SHARRAY_INLINE void cos(double* out, const double* in, std::size_t n) { by_magnitude<Cosine>(out, in, n); }
SHARRAY_INLINE void tan(double* out, const double* in, std::size_t n) { by_magnitude<Tangent>(out, in, n); }

}  // namespace block

namespace lane {

/// sin(pi x) / (pi x), both in two parts. Below 2^-100 it is 1; from 2^53 on x is an even integer.
SHARRAY_INLINE V sinc(V x) {
  using namespace simd;
  namespace c = coefficients;
  const V a = max_second(set(0x1p-100), min_second(set(0x1p53), simd::abs(x)));
  const Angle angle = angle_of_half_turns(a);
  const SineCosine parts(angle);
  const Pair numerator = select_parts(odd(angle.quarters), parts.cosine, parts.sine);
  const Pair whole = product(a, set(c::kPi[0]));
  const V r = quotient(numerator, {whole.high, simd::fma(a, set(c::kPi[1]), whole.low)});
  // +0 where it is 0; NaN where x is no number.
  return times_sign(r, from_bits(shift_left(angle.quarters, 62))) + (x - x);
}

/// The product of x and a constant in two parts.
SHARRAY_INLINE V deg2rad(V x) {
  namespace c = coefficients;
  return simd::fma(x, simd::set(c::kRadians[0]), x * simd::set(c::kRadians[1]));
}

/// The same; the second part is negative, and its product with an infinity must not be one, nor the sum for -0 be +0.
SHARRAY_INLINE V rad2deg(V x) {
  using namespace simd;
  namespace c = coefficients;
  constexpr double kLargest = 0x1.fffffffffffffp1023;
  const V bounded = max_second(set(-kLargest), min_second(set(kLargest), x));
  const V r = simd::fma(x, set(c::kDegrees[0]), bounded * set(c::kDegrees[1]));
  return bit_or(r, bit_and(x, set(-0.0)));
}

}  // namespace lane
}  // namespace
}  // namespace sharray
