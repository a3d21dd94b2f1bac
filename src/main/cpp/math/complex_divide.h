/// Quotients of complex numbers, whose parts are accurate each for itself over the whole range.
#pragma once

#include "math/complex.h"
#include "math/pair.h"

namespace sharray {
namespace {
namespace complex {

/// a b + c d within 1.5 ULP: Kahan's method, with the bound of Jeannerod, Louvet and Muller, "Further analysis of
/// Kahan's algorithm for the accurate computation of 2x2 determinants" (2013). Zeros have the sign of the plain sum.
SHARRAY_INLINE V sum_of_products(V a, V b, V c, V d) {
  const V cd = c * d;
  return simd::fma(a, b, cd) - simd::fnma(c, d, cd);
}

/// The divisor c + i d. A real or imaginary one divides both parts exactly, with one rounding: as c = +-1, d = 0 and
/// the like with its size as the denominator, which is c^2 + d^2 otherwise.
struct Divisor {
  M single;
  V c, d;

  SHARRAY_INLINE explicit Divisor(C y) {
    using namespace simd;
    const V zero = set(0.0), one = set(1.0);
    const M real = simd::equal(y.im, zero), imaginary = simd::equal(y.re, zero);
    single = either(real, imaginary);
    c = select(real, times_sign(one, y.re), y.re);
    d = select(imaginary, times_sign(one, y.im), y.im);
  }
};

/// x / y for numbers that no product takes out of range.
SHARRAY_INLINE C ordinary_quotient(C x, C y) {
  using namespace simd;
  const Divisor by(y);
  const V denominator = select(by.single, simd::abs(y.re) + simd::abs(y.im), simd::fma(by.c, by.c, by.d * by.d));
  return {sum_of_products(x.re, by.c, x.im, by.d) / denominator,
          sum_of_products(x.im, by.c, simd::negate(x.re), by.d) / denominator};
}

/// x = mantissa 2^exponent for finite x; 0 has a very low exponent.
struct Scaled {
  V mantissa, exponent;

  SHARRAY_INLINE explicit Scaled(V x) {
    using namespace simd;
    const M zero = simd::equal(x, set(0.0));
    V size;
    split(select(zero, set(1.0), simd::abs(x)), &exponent, &size);
    mantissa = times_sign(select(zero, set(0.0), size), x);
    exponent = select(zero, set(-5000.0), exponent);
  }
  SHARRAY_INLINE Scaled(V m, V e) : mantissa(m), exponent(e) {}

  /// With a higher exponent. What is far below the other operand of a sum may come out larger than it is.
  SHARRAY_INLINE V raised_to(V e) const {
    return simd::times_small_power(mantissa, simd::max_second(simd::set(-1000.0), exponent - e));
  }
};

SHARRAY_INLINE Scaled scaled_sum_of_products(Scaled a, Scaled b, Scaled c, Scaled d) {
  const V ab = a.exponent + b.exponent, cd = c.exponent + d.exponent;
  const V e = simd::max_second(ab, cd);
  const V left = Scaled(a.mantissa, ab).raised_to(e), right = Scaled(c.mantissa, cd).raised_to(e);
  return {sum_of_products(left, b.mantissa, right, d.mantissa), e};
}

/// The same bits as ordinary_quotient where that is in range: all the scales are powers of two.
SHARRAY_INLINE C scaled_quotient(C x, C y) {
  using namespace simd;
  const Divisor by(y);
  const Scaled a(x.re), b(x.im), minus_a(simd::negate(x.re)), c(by.c), d(by.d);
  const Scaled whole(simd::abs(y.re) + simd::abs(y.im));
  const V e = max_second(c.exponent, d.exponent);
  const V c_raised = c.raised_to(e), d_raised = d.raised_to(e);
  const V denominator = select(by.single, whole.mantissa, simd::fma(c_raised, c_raised, d_raised * d_raised));
  const V denominator_exponent = select(by.single, whole.exponent, e + e);
  const auto part = [&](Scaled numerator) __attribute__((always_inline)) {
    const V n = max_second(set(-1500.0), min_second(set(1500.0), numerator.exponent - denominator_exponent));
    return times_power(numerator.mantissa / denominator, n);
  };
  return {part(scaled_sum_of_products(a, c, b, d)), part(scaled_sum_of_products(b, c, minus_a, d))};
}

/// C, Annex G.5.1: an infinity by a finite number is infinite, a finite number by an infinity 0, and anything but 0 and
/// NaN by 0 infinite.
SHARRAY_INLINE C special_quotient(C x, C y) {
  using namespace simd;
  const V zero = set(0.0), infinity = set(kInfinity), nan = set(kNaN);
  const C x_unit = {unit_of_infinity(x.re), unit_of_infinity(x.im)};
  const C y_unit = {unit_of_infinity(y.re), unit_of_infinity(y.im)};
  const M y_zero = both(simd::equal(y.re, zero), simd::equal(y.im, zero));
  const M to_infinity = both(isinf(x), isfinite(y)), to_zero = both(isfinite(x), isinf(y));
  // The sum must not overflow, nor lose its sign.
  const V half = select(simd::less(set(1.0), max_second(simd::abs(x.re), simd::abs(x.im))), set(0.5), set(1.0));
  const C a = {x.re * half, x.im * half};
  C r = {select(to_infinity, infinity * (x_unit.re * y.re + x_unit.im * y.im), nan),
         select(to_infinity, infinity * (x_unit.im * y.re - x_unit.re * y.im), nan)};
  r = {select(to_zero, zero * (a.re * y_unit.re + a.im * y_unit.im), r.re),
       select(to_zero, zero * (a.im * y_unit.re - a.re * y_unit.im), r.im)};
  const V signed_infinity = times_sign(infinity, y.re);
  return {select(y_zero, signed_infinity * x.re, r.re), select(y_zero, signed_infinity * x.im, r.im)};
}

[[maybe_unused]] [[gnu::noinline]] C general_quotient(C x, C y) {
  using namespace simd;
  const V one = set(1.0), zero = set(0.0);
  const M y_zero = both(simd::equal(y.re, zero), simd::equal(y.im, zero));
  const M defined = but_not(both(isfinite(x), isfinite(y)), y_zero);
  const C q = scaled_quotient({select(defined, x.re, one), select(defined, x.im, one)},
                              {select(defined, y.re, one), select(defined, y.im, one)});
  const C r = special_quotient(x, y);
  return {select(defined, q.re, r.re), select(defined, q.im, r.im)};
}

SHARRAY_INLINE C divide(C x, C y) {
  using namespace simd;
  const V low = set(0x1p-200), zero = set(0.0);
  const V parts[] = {simd::abs(x.re), simd::abs(x.im), simd::abs(y.re), simd::abs(y.im)};
  const V y_size = parts[2] + parts[3];
  V tiny = zero;
  for (const V part : parts) tiny = bit_or(tiny, keep(simd::less(part, low), part));
  const M in_range = both(simd::less_equal(parts[0] + parts[1] + y_size, set(0x1p200)), simd::less(zero, y_size));
  constexpr unsigned kAll = (1U << kLanes) - 1;
  return pack(both(in_range, simd::equal(tiny, zero))) == kAll ? ordinary_quotient(x, y) : general_quotient(x, y);
}

/// Of the conjugate, the conjugate: zeros have the signs of c and -d.
SHARRAY_INLINE C reciprocal(C x) {
  using namespace simd;
  const V zero = set(0.0);
  const auto is_zero = [&](V v) __attribute__((always_inline)) { return simd::equal(v, zero); };
  const C r = divide({set(1.0), zero}, x);
  return {select(both(is_zero(x.re), is_zero(r.re)), x.re, r.re),
          select(both(is_zero(x.im), is_zero(r.im)), simd::negate(x.im), r.im)};
}

}  // namespace complex
}  // namespace
}  // namespace sharray
