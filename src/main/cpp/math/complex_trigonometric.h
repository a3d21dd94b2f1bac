/// sinh, cosh, tanh, sin, cos and tan of complex numbers. Special values as in C, Annex G.6.2.
#pragma once

#include "math/complex_exp.h"
#include "math/hyperbolic.h"

namespace sharray {
namespace {
namespace complex {

SHARRAY_INLINE M is_zero(V x) { return simd::equal(x, simd::set(0.0)); }
SHARRAY_INLINE M is_infinite(V x) { return simd::equal(simd::abs(x), simd::set(simd::kInfinity)); }

/// sinh x cos y + i cosh x sin y.
[[maybe_unused]] [[gnu::noinline]] C sinh(C z) {
  using namespace simd;
  const HyperbolicParts parts(z.re, 1500.0);
  const C unit = direction(z.im);
  const V re = grown(unit.re, times_sign(parts.sinh_mantissa(), z.re), parts.n);
  const V im = grown(unit.im, parts.cosh_mantissa(), parts.n);
  const M known = both(either(is_zero(z.re), is_infinite(z.re)), is_nan(unit.re));
  return {select(known, z.re, re), select(is_zero(z.im), z.im, im)};
}

/// cosh x cos y + i sinh x sin y.
[[maybe_unused]] [[gnu::noinline]] C cosh(C z) {
  using namespace simd;
  const HyperbolicParts parts(z.re, 1500.0);
  const C unit = direction(z.im);
  const V re = grown(unit.re, parts.cosh_mantissa(), parts.n);
  const V im = grown(unit.im, times_sign(parts.sinh_mantissa(), z.re), parts.n);
  const M endless = both(is_infinite(z.re), is_nan(unit.re));
  const M vanishes = both(either(is_zero(z.re), is_zero(z.im)), is_nan(im));
  return {select(endless, set(kInfinity), re), select(vanishes, times_known_sign(set(0.0), z.im), im)};
}

/// (sinh x cosh x + i sin y cos y) / (sinh^2 x + cos^2 y), with both hyperbolic functions divided by 2^n. Kahan,
/// "Branch cuts for complex elementary functions" (1987), has it with the tangent of y.
[[maybe_unused]] [[gnu::noinline]] C tanh(C z) {
  using namespace simd;
  // Beyond, the imaginary part is 0.
  const HyperbolicParts parts(z.re, 380.0);
  const C unit = direction(z.im);
  const V s = parts.sinh_mantissa();
  const V shrunk = times_small_power(unit.re, max_second(set(-500.0), simd::negate(parts.n)));
  const V denominator = simd::fma(s, s, shrunk * shrunk);
  const V size = select(simd::less(set(20.0), simd::abs(z.re)), set(1.0), (s * parts.cosh_mantissa()) / denominator);
  const V im = times_power(times_small_power(unit.im, set(200.0)) * unit.re / denominator,
                           simd::fma(parts.n, set(-2.0), set(-200.0)));
  const M undefined = is_nan(unit.re);
  const M known = both(is_zero(z.re), undefined);
  const M vanishes = both(is_infinite(z.re), undefined);
  return {select(known, z.re, times_sign(size, z.re)),
          select(is_zero(z.im), z.im, select(vanishes, times_known_sign(set(0.0), z.im), im))};
}

SHARRAY_INLINE C swapped(C z) { return {z.im, z.re}; }

/// -i sinh(i z), and the like.
SHARRAY_INLINE C sin(C z) { return swapped(sinh(swapped(z))); }
SHARRAY_INLINE C cos(C z) { return conj(cosh(swapped(z))); }
SHARRAY_INLINE C tan(C z) { return swapped(tanh(swapped(z))); }

}  // namespace complex
}  // namespace
}  // namespace sharray
