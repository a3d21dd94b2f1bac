/// Numbers in two parts, for what double precision cannot hold.
#pragma once

#include "math/simd.h"

namespace sharray {
namespace {
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

/// 1 / f in two parts; f is not 0.
SHARRAY_INLINE Pair inverse_parts(V f) {
  using namespace simd;
  const V high = set(1.0) / f;
  return {high, fnma(high, f, set(1.0)) * high};
}

/// The square of a pair, in two parts.
SHARRAY_INLINE Pair square_parts(Pair x) {
  using namespace simd;
  const Pair square = product(x.high, x.high);
  return {square.high, fma(x.high + x.high, x.low, square.low)};
}

/// The product of two pairs, in two parts.
SHARRAY_INLINE Pair times_parts(Pair x, Pair y) {
  const Pair main = product(x.high, y.high);
  return fast_sum(main.high, fma(x.high, y.low, fma(x.low, y.high, main.low)));
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
  const V sign = keep(m, set(-0.0));
  return {bit_xor(x.high, sign), bit_xor(x.low, sign)};
}

}  // namespace simd
}  // namespace
}  // namespace sharray
