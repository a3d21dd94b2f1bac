/// The exponential of complex numbers.
#pragma once

#include "math/angle.h"
#include "math/complex.h"
#include "math/exp.h"
#include "math/trigonometric.h"

namespace sharray {
namespace {
namespace complex {

using simd::I;

/// cos x + i sin x, NaN where x is not finite. x_low is small against x; what its square would add is left out.
[[maybe_unused]] [[gnu::noinline]] C direction(V x, V x_low = V{}) {
  using namespace simd;
  constexpr unsigned kAll = (1U << kLanes) - 1;
  const V a = simd::abs(x);
  const M plain = simd::less_equal(a, set(kLargestPlainAngle));
  Angle angle = plain_angle<0>(a);
  if (pack(plain) != kAll) {
    const Angle huge = huge_angle<0>(a);
    angle = {bits(select(plain, from_bits(angle.quarters), from_bits(huge.quarters))),
             select(plain, angle.high, huge.high), select(plain, angle.low, huge.low)};
  }
  // Where x_low is not small, the angle means nothing.
  angle.low = angle.low + times_sign(keep(simd::less(simd::abs(x_low), set(0x1p-13)), x_low), x);
  const SineCosine parts(angle);
  const M swapped = odd(angle.quarters);
  const V s = parts.sine.high + parts.sine.low, c = parts.cosine.high + parts.cosine.low;
  const V undefined = x - x;
  const V sine = times_sign(select(swapped, c, s), from_bits(shift_left(angle.quarters, 62)));
  const V cosine = times_sign(select(swapped, s, c), from_bits(shift_left(angle.quarters + set_bits(1), 62)));
  return {cosine + undefined, select(simd::equal(x, set(0.0)), x, times_sign(sine, x) + undefined)};
}

/// x mantissa 2^n with one rounding more than the product, for |x| <= 1 even if it is subnormal, a mantissa near 1 and
/// an integer n in [-1100, 2200].
SHARRAY_INLINE V grown(V x, V mantissa, V n) {
  using namespace simd;
  const V first = max_second(set(200.0), min_second(set(1000.0), n));
  return times_power(times_small_power(x, first) * mantissa, n - first);
}

/// e^x (cos y + i sin y) for x + x_low and y + y_low. e^x is taken far beyond its range, since sin y may be tiny.
template <bool kLow>
SHARRAY_INLINE C exp_of_parts(C z, C z_low) {
  using namespace simd;
  const lane::ExpParts parts = lane::exp_parts<kLow, 1500>(z.re, z_low.re);
  const Pair leading = fast_sum(set(1.0), parts.high);
  const V mantissa = leading.high + (leading.low + parts.rest);
  const C unit = kLow ? direction(z.im, z_low.im) : direction(z.im);
  const V re = grown(unit.re, mantissa, parts.n), im = grown(unit.im, mantissa, parts.n);
  // C, Annex G.6.3.1: infinite x has its limit even where y has no direction; exp(NaN + 0 i) = NaN + 0 i.
  const V limit = max_second(z.re, set(0.0));
  const M lost = both(simd::equal(simd::abs(z.re), set(kInfinity)), is_nan(unit.re));
  const M vanishes = both(lost, simd::equal(limit, set(0.0)));
  return {select(lost, limit, re),
          select(simd::equal(z.im, set(0.0)), z.im, select(vanishes, times_known_sign(set(0.0), z.im), im))};
}

[[maybe_unused]] [[gnu::noinline]] C exp(C z) { return exp_of_parts<false>(z, z); }

/// exp(z) - 1 = (expm1(x) cos y - 2 sin^2(y / 2)) + i e^x sin y for |x| < 1.
SHARRAY_INLINE C expm1(C z) {
  using namespace simd;
  const C whole = exp(z);
  const V half_sine = direction(z.im * set(0.5)).im;
  const V small = simd::fma(lane::expm1(z.re), direction(z.im).re, set(-2.0) * half_sine * half_sine);
  const V re = select(simd::less(simd::abs(z.re), set(1.0)), small, whole.re - set(1.0));
  // -0 + 0 i stays what it is.
  const M zero = both(simd::equal(z.re, set(0.0)), simd::equal(z.im, set(0.0)));
  return {select(zero, z.re, re), whole.im};
}

}  // namespace complex
}  // namespace
}  // namespace sharray
