/// asin, acos, atan, asinh, acosh and atanh of complex numbers: the formulas of Kahan, "Branch cuts for complex
/// elementary functions, or Much ado about nothing's sign bit" (1987). Special values as in C, Annex G.6.1 and G.6.2.
#pragma once

#include "math/complex_divide.h"
#include "math/complex_log.h"
#include "math/complex_roots.h"
#include "math/complex_trigonometric.h"
#include "math/inverse_hyperbolic.h"

namespace sharray {
namespace {
namespace complex {

/// The square roots of 1 - z and 1 + z, and log|2 z| where z is so large that 1 does not count.
struct ArcParts {
  C down, up;
  M huge;
  V log_size;

  SHARRAY_INLINE explicit ArcParts(C z) {
    using namespace simd;
    const V one = set(1.0), bound = set(0x1p60);
    const auto root = [](C w) __attribute__((noinline)) { return complex::sqrt(w); };
    down = root({one - z.re, simd::negate(z.im)});
    up = root({one + z.re, z.im});
    huge = either(simd::less(bound, simd::abs(z.re)), simd::less(bound, simd::abs(z.im)));
    log_size = one;
    if (pack(huge) != 0) {
      const Pair parts = log_size_parts(z);
      namespace c = coefficients;
      const Pair total = sum(set(c::kLn2[0]), parts.high);
      log_size = log_size_special(z, total.high + (total.low + (parts.low + set(c::kLn2[1]))));
    }
  }
};

/// atan(x / Re(down up)) + i asinh(Im(conj(down) up)); no difference cancels, since `down` and `up` are on different
/// sides of the real axis.
[[maybe_unused]] [[gnu::noinline]] C asin(C z) {
  using namespace simd;
  const ArcParts p(z);
  const V below = select(p.huge, simd::abs(z.im), p.down.re * p.up.re - p.down.im * p.up.im);
  const V re = lane::atan2(z.re, below);
  const V im =
      select(p.huge, times_known_sign(p.log_size, z.im), lane::asinh(p.down.re * p.up.im - p.down.im * p.up.re));
  return {select(is_zero(z.re), z.re, re), im};
}

/// 2 atan(Re down / Re up) + i asinh(Im(conj(up) down)).
[[maybe_unused]] [[gnu::noinline]] C acos(C z) {
  using namespace simd;
  const ArcParts p(z);
  const V angle = lane::atan2(select(p.huge, simd::abs(z.im), p.down.re), select(p.huge, z.re, p.up.re));
  const V re = select(p.huge, angle, angle + angle);
  const V im = select(p.huge, simd::negate(times_known_sign(p.log_size, z.im)),
                      lane::asinh(p.up.re * p.down.im - p.up.im * p.down.re));
  const V quarter = set(2 * coefficients::kQuarterPi[0]);
  return {select(both(is_zero(z.re), is_nan(z.im)), quarter, re), im};
}

/// With a = |x|, b = |y| and d = (1 - a)^2 + b^2: log1p(4 a / d) / 4 + i atan2(2 b, (1 - a)(1 + a) - b^2) / 2, with the
/// signs of x and y. Far away it is 1 / z, and log(2 / b) / 2 at a = 1 next to the pole.
[[maybe_unused]] [[gnu::noinline]] C atanh(C z) {
  using namespace simd;
  const V one = set(1.0), half = set(0.5), bound = set(0x1p60), half_pi = set(2 * coefficients::kQuarterPi[0]);
  const V a = simd::abs(z.re), b = simd::abs(z.im), left = one - a;
  const V d = simd::fma(left, left, b * b);
  V re = lane::log1p(set(4.0) * a / d) * set(0.25);
  V im = lane::atan2(b + b, simd::fnma(b, b, left * (one + a))) * half;
  const M huge = either(simd::less(bound, a), simd::less(bound, b));
  const M next_to_pole = both(simd::equal(left, set(0.0)), simd::less(b, set(0x1p-400)));
  if (pack(either(huge, next_to_pole)) != 0) {
    const V pole = (set(coefficients::kLn2[0]) - lane::log(b)) * half;
    re = select(huge, general_quotient({one, set(0.0)}, {a, b}).re, select(next_to_pole, pole, re));
    const M undefined = either(is_nan(b), but_not(is_nan(a), is_infinite(b)));
    im = select(huge, select(undefined, set(kNaN), half_pi), im);
  }
  return {select(is_zero(z.re), z.re, times_known_sign(re, z.re)), times_sign(im, z.im)};
}

/// i asin(-i z) and the like; acosh has the parts of acos, the real one not negative.
SHARRAY_INLINE C asinh(C z) { return swapped(asin(swapped(z))); }
SHARRAY_INLINE C atan(C z) { return swapped(atanh(swapped(z))); }
SHARRAY_INLINE C acosh(C z) {
  const C angle = acos(z);
  return {simd::abs(angle.im), times_known_sign(angle.re, z.im)};
}

}  // namespace complex
}  // namespace
}  // namespace sharray
