/// Complex arithmetic on vectors of real and of imaginary parts.
#pragma once

#include "math/simd.h"

namespace sharray {
namespace {

/// kLanes complex numbers.
struct C {
  simd::V re, im;
};

namespace complex {

using simd::M;
using simd::V;

SHARRAY_INLINE C add(C x, C y) { return {x.re + y.re, x.im + y.im}; }
SHARRAY_INLINE C subtract(C x, C y) { return {x.re - y.re, x.im - y.im}; }
SHARRAY_INLINE C positive(C x) { return x; }
SHARRAY_INLINE C negative(C x) { return {simd::negate(x.re), simd::negate(x.im)}; }
SHARRAY_INLINE C conj(C x) { return {x.re, simd::negate(x.im)}; }
SHARRAY_INLINE V real(C x) { return x.re; }
SHARRAY_INLINE V imag(C x) { return x.im; }

SHARRAY_INLINE M equal(C x, C y) { return simd::both(simd::equal(x.re, y.re), simd::equal(x.im, y.im)); }
SHARRAY_INLINE M notEqual(C x, C y) { return simd::either(simd::not_equal(x.re, y.re), simd::not_equal(x.im, y.im)); }
SHARRAY_INLINE M isnan(C x) { return simd::either(simd::is_nan(x.re), simd::is_nan(x.im)); }
SHARRAY_INLINE M isinf(C x) {
  const V infinity = simd::set(simd::kInfinity);
  return simd::either(simd::equal(simd::abs(x.re), infinity), simd::equal(simd::abs(x.im), infinity));
}
SHARRAY_INLINE M isfinite(C x) {
  const V infinity = simd::set(simd::kInfinity);
  return simd::both(simd::less(simd::abs(x.re), infinity), simd::less(simd::abs(x.im), infinity));
}

/// The products and their sums, each rounded.
SHARRAY_INLINE C multiply(C x, C y) { return {x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re}; }
SHARRAY_INLINE C square(C x) { return multiply(x, x); }

}  // namespace complex
}  // namespace
}  // namespace sharray
