/// Arithmetic, comparisons and logic on one vector. Everything here is exact or correctly rounded.
#pragma once

#include "math/simd.h"

extern "C" double fmod(double x, double y) noexcept;

namespace sharray {
namespace {
namespace lane {

using simd::I;
using simd::M;
using simd::V;

SHARRAY_INLINE V add(V x, V y) { return x + y; }
SHARRAY_INLINE V subtract(V x, V y) { return x - y; }
SHARRAY_INLINE V multiply(V x, V y) { return x * y; }
SHARRAY_INLINE V divide(V x, V y) { return x / y; }
SHARRAY_INLINE V positive(V x) { return x; }
SHARRAY_INLINE V negative(V x) { return simd::negate(x); }
SHARRAY_INLINE V abs(V x) { return simd::abs(x); }
SHARRAY_INLINE V sqrt(V x) { return simd::sqrt(x); }
SHARRAY_INLINE V square(V x) { return x * x; }
SHARRAY_INLINE V reciprocal(V x) { return simd::set(1.0) / x; }
SHARRAY_INLINE V sign(V x) {
  const V zero = simd::set(0.0);
  const V unit = simd::times_sign(simd::set(1.0), x);
  return simd::select(simd::either(simd::less(x, zero), simd::less(zero, x)), unit, x);
}
SHARRAY_INLINE V round(V x) { return simd::rint(x); }
SHARRAY_INLINE V rint(V x) { return simd::rint(x); }
SHARRAY_INLINE V fma(V x, V y, V z) { return simd::fma(x, y, z); }

/// No vector form: the quotient may have 2046 bits. The library's is exact.
SHARRAY_INLINE V fmod(V x, V y) {
  alignas(64) double a[simd::kLanes], b[simd::kLanes];
  simd::store(a, x);
  simd::store(b, y);
  for (std::size_t i = 0; i < simd::kLanes; ++i) a[i] = ::fmod(a[i], b[i]);
  return simd::load(a);
}

/// The two orders differ only for zeros of different sign, whose bits give -0, and for NaN, whose bits give a NaN.
SHARRAY_INLINE V minimum(V x, V y) { return simd::bit_or(simd::min_second(x, y), simd::min_second(y, x)); }
SHARRAY_INLINE V maximum(V x, V y) { return simd::negate(minimum(simd::negate(x), simd::negate(y))); }

SHARRAY_INLINE M equal(V x, V y) { return simd::equal(x, y); }
SHARRAY_INLINE M notEqual(V x, V y) { return simd::not_equal(x, y); }
SHARRAY_INLINE M less(V x, V y) { return simd::less(x, y); }
SHARRAY_INLINE M lessEqual(V x, V y) { return simd::less_equal(x, y); }
SHARRAY_INLINE M greater(V x, V y) { return simd::less(y, x); }
SHARRAY_INLINE M greaterEqual(V x, V y) { return simd::less_equal(y, x); }
SHARRAY_INLINE M isnan(V x) { return simd::is_nan(x); }
SHARRAY_INLINE M isinf(V x) { return simd::equal(simd::abs(x), simd::set(simd::kInfinity)); }
SHARRAY_INLINE M isfinite(V x) { return simd::less(simd::abs(x), simd::set(simd::kInfinity)); }
SHARRAY_INLINE V where(M x, V y, V z) { return simd::select(x, y, z); }

/// On bytes 0 and 1, many at a time.
template <class B>
SHARRAY_INLINE B logical_and(B x, B y) {
  return x & y;
}
template <class B>
SHARRAY_INLINE B logical_or(B x, B y) {
  return x | y;
}
template <class B>
SHARRAY_INLINE B logical_xor(B x, B y) {
  return x ^ y;
}
template <class B>
SHARRAY_INLINE B logical_not(B x) {
  return x ^ 0x0101010101010101;
}

}  // namespace lane
}  // namespace
}  // namespace sharray
