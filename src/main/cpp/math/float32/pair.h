/// Numbers in two parts, for what single precision cannot hold.
#pragma once

#include "math/float32/simd.h"

namespace sharray {
namespace {
namespace float32 {
namespace simd {

/// A number in two parts, |low| <= ulp(high) / 2 or about so.
struct Pair {
  V high, low;
};

/// a + b exactly, if |a| >= |b| or a is 0.
SHARRAY_INLINE Pair fast_sum(V a, V b) {
  const V high = a + b;
  return {high, (a - high) + b};
}

/// a + b exactly.
SHARRAY_INLINE Pair sum(V a, V b) {
  const V high = a + b;
  const V other = high - a;
  return {high, (a - (high - other)) + (b - other)};
}

/// a b exactly, but for underflow.
SHARRAY_INLINE Pair product(V a, V b) {
  const V high = a * b;
  return {high, fms(a, b, high)};
}

/// x y in two parts, without renormalisation.
SHARRAY_INLINE Pair times(Pair x, Pair y) {
  const Pair xy = product(x.high, y.high);
  return {xy.high, xy.low + fma(x.high, y.low, x.low * y.high)};
}

/// 1 / f in two parts; f is not 0.
SHARRAY_INLINE Pair inverse_parts(V f) {
  const V high = set(1.0F) / f;
  return {high, fnma(high, f, set(1.0F)) * high};
}

/// x / y, corrected by its residual.
SHARRAY_INLINE V quotient(Pair x, Pair y) {
  const V inverse = set(1.0F) / y.high;
  const V q = x.high * inverse;
  const V residual = fnma(q, y.high, x.high) + fnma(q, y.low, x.low);
  return fma(residual, inverse, q);
}

/// The sum of two pairs, in two parts, without renormalisation.
SHARRAY_INLINE Pair add_parts(Pair x, Pair y) {
  const Pair total = sum(x.high, y.high);
  return {total.high, total.low + (x.low + y.low)};
}

SHARRAY_INLINE Pair negate_parts(Pair x) { return {negate(x.high), negate(x.low)}; }
SHARRAY_INLINE Pair keep_parts(M m, Pair x) { return {keep(m, x.high), keep(m, x.low)}; }
SHARRAY_INLINE Pair select_parts(M m, Pair yes, Pair no) {
  return {select(m, yes.high, no.high), select(m, yes.low, no.low)};
}
SHARRAY_INLINE Pair negate_parts_where(M m, Pair x) {
  const V sign = keep(m, set(-0.0F));
  return {bit_xor(x.high, sign), bit_xor(x.low, sign)};
}

/// 1 / sqrt(x) to 4 % for positive normal x, something finite for 0: halving the bits of x halves its exponent, and
/// nearly does so to its mantissa.
SHARRAY_INLINE V inverse_sqrt_estimate(V x) { return from_bits(minus(set_bits(0x5f375a86), shift_right(bits(x), 1))); }

/// sqrt(x + low) for low of the order of an ulp of x. Its low part is a correction in the last place, for which an
/// estimate of the slope is enough.
SHARRAY_INLINE Pair sqrt_parts(V x, V low) {
  const V root = sqrt(x);
  const V residual = fnma(root, root, x) + low;
  return {root, residual * (inverse_sqrt_estimate(x) * set(0.5F))};
}

}  // namespace simd
}  // namespace float32
}  // namespace
}  // namespace sharray
