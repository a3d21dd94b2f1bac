/// Magnitude, direction and square root of complex numbers.
#pragma once

#include "math/complex.h"
#include "math/hypot.h"

namespace sharray {
namespace {
namespace complex {

using simd::I;

/// An infinity wins over a NaN.
SHARRAY_INLINE V abs(C x) { return lane::hypot(x.re, x.im); }

/// x / |x|, 0 for 0, NaN where a part is; infinite parts count as equally far, finite ones beside them as 0.
SHARRAY_INLINE C sign(C x) {
  using namespace simd;
  const M infinite = isinf(x), undefined = isnan(x);
  const C y = {select(infinite, unit_of_infinity(x.re), x.re), select(infinite, unit_of_infinity(x.im), x.im)};
  const V larger = max_second(simd::abs(y.re), simd::abs(y.im));
  const V power = max_second(bit_and(larger, set(kInfinity)), set(0x1p-1021));
  const V scale = from_bits(set_bits(0x7ff0000000000000) - bits(power));
  const V re = y.re * scale, im = y.im * scale;
  const M zero = simd::equal(larger, set(0.0));
  const V size = select(zero, set(1.0), lane::hypot(re, im));
  const V nan = set(kNaN);
  return {select(undefined, nan, re / size), select(undefined, nan, im / size)};
}

/// With r = sqrt((|z| + |x|) / 2) for z = x + i y: r + i y / (2 r) for x >= 0, and |y| / (2 r) + i r with the sign of y
/// for x < 0. Kahan, "Branch cuts for complex elementary functions, or Much ado about nothing's sign bit" (1987). r is
/// found of z by a power of four that brings the larger part into [2, 8).
SHARRAY_INLINE C sqrt(C z) {
  using namespace simd;
  const V x_size = simd::abs(z.re), y_size = simd::abs(z.im), infinity = set(kInfinity), zero = set(0.0);
  const V larger = max_second(set(0x1p-1021), max_second(x_size, y_size));
  // 2^(2 k + 1), of which 2^-2k is the scale.
  const I power = bits(bit_and(larger, from_bits(set_bits(0x7fe0000000000000))));
  const V scale = from_bits(set_bits(0x7ff0000000000000) - power);
  const V half_power = from_bits(shift_right(power, 1) + set_bits(0x1ff0000000000000));
  const V a = x_size * scale, b = y_size * scale;
  const V size = simd::sqrt(simd::fma(a, a, b * b));
  const V scaled = simd::sqrt((size + a) * set(0.5));
  const V finite = scaled * half_power;
  const V root = select(isinf(z), infinity, finite);
  // 0 only where z is.
  const V other = select(simd::equal(root, zero), y_size, y_size / (root + root));
  const M left = simd::less(z.re, zero), to_infinity = simd::equal(y_size, infinity);
  const V re = select(to_infinity, infinity, select(left, other, root));
  const V im = select(to_infinity, infinity, select(left, root, other));
  return {re, times_known_sign(im, z.im)};
}

}  // namespace complex
}  // namespace
}  // namespace sharray
