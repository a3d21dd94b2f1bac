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
SHARRAY_INLINE C round(C x) { return {simd::rint(x.re), simd::rint(x.im)}; }
SHARRAY_INLINE C rint(C x) { return round(x); }
SHARRAY_INLINE V imag(C x) { return x.im; }

/// x with its sign changed where y is negative. The sign of a NaN means nothing, and differs between processors.
SHARRAY_INLINE V times_known_sign(V x, V y) { return simd::times_sign(x, simd::keep(simd::equal(y, y), y)); }

/// Infinities as units, other numbers as zeros, of their sign.
SHARRAY_INLINE V unit_of_infinity(V x) {
  return times_known_sign(simd::keep(simd::equal(simd::abs(x), simd::set(simd::kInfinity)), simd::set(1.0)), x);
}

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

/// What C, Annex G.5.1, makes of infinite operands, where both parts of a product came out NaN: infinite operands
/// become units in their direction, and NaN beside an infinity or an overflow becomes 0.
[[maybe_unused]] [[gnu::noinline]] C recovered_product(C x, C y, C product) {
  using namespace simd;
  const V zero = set(0.0);
  const auto is_infinite = [](V v) __attribute__((always_inline)) { return simd::equal(simd::abs(v), set(kInfinity)); };
  const auto number = [&](V v) __attribute__((always_inline)) { return select(is_nan(v), zero, v); };
  const M x_infinite = isinf(x), y_infinite = isinf(y);
  const M overflow = either(either(is_infinite(x.re * y.re), is_infinite(x.im * y.im)),
                            either(is_infinite(x.re * y.im), is_infinite(x.im * y.re)));
  const C a = {number(select(x_infinite, unit_of_infinity(x.re), x.re)),
               number(select(x_infinite, unit_of_infinity(x.im), x.im))};
  const C b = {number(select(y_infinite, unit_of_infinity(y.re), y.re)),
               number(select(y_infinite, unit_of_infinity(y.im), y.im))};
  const M recovered =
      both(both(is_nan(product.re), is_nan(product.im)), either(either(x_infinite, y_infinite), overflow));
  return {select(recovered, set(kInfinity) * (a.re * b.re - a.im * b.im), product.re),
          select(recovered, set(kInfinity) * (a.re * b.im + a.im * b.re), product.im)};
}

SHARRAY_INLINE C checked_product(C x, C y, C product) {
  const unsigned undefined = simd::pack(simd::both(simd::is_nan(product.re), simd::is_nan(product.im)));
  return undefined == 0 ? product : recovered_product(x, y, product);
}

/// The products and their sums, each rounded.
SHARRAY_INLINE C multiply(C x, C y) {
  return checked_product(x, y, {x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re});
}

/// Of the difference of the squares only its factors are rounded, and it is 0 even where they overflow.
SHARRAY_INLINE C square(C x) {
  using namespace simd;
  const M even = both(simd::equal(simd::abs(x.re), simd::abs(x.im)), isfinite(x));
  const V re = select(even, set(0.0), (x.re - x.im) * (x.re + x.im));
  const V half = x.re * x.im;
  return checked_product(x, x, {re, half + half});
}

}  // namespace complex
}  // namespace
}  // namespace sharray
