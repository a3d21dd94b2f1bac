/// Rounding of one float to an integer, and its neighbours. See element.h.
///
/// A result of 0 has the sign of x; infinities and NaN stay. round is rint: halves go to the even integer.
#pragma once

#include "math/element_types.h"

namespace sharray {
namespace {
namespace element {

SHARRAY_INLINE float ceil(float x) { return __builtin_ceilf(x); }
SHARRAY_INLINE double ceil(double x) { return __builtin_ceil(x); }
SHARRAY_INLINE float floor(float x) { return __builtin_floorf(x); }
SHARRAY_INLINE double floor(double x) { return __builtin_floor(x); }
SHARRAY_INLINE float trunc(float x) { return __builtin_truncf(x); }
SHARRAY_INLINE double trunc(double x) { return __builtin_trunc(x); }
SHARRAY_INLINE float rint(float x) { return __builtin_rintf(x); }
SHARRAY_INLINE double rint(double x) { return __builtin_rint(x); }
template <Float T>
SHARRAY_INLINE T round(T x) {
  return rint(x);
}

SHARRAY_INLINE float copysign(float x, float y) { return __builtin_copysignf(x, y); }
SHARRAY_INLINE double copysign(double x, double y) { return __builtin_copysign(x, y); }

/// The neighbour of x toward y: y if they are equal, also for zeros of different sign; past the largest an infinity.
template <Float T>
SHARRAY_INLINE T nextafter(T x, T y) {
  using P = Pattern<T>;
  using U = std::make_unsigned_t<P>;
  // Patterns of one sign are in the order of the magnitudes. From 0, the smallest with the sign of y.
  const bool away = (x < y) == (x > 0);
  const P moved = static_cast<P>(static_cast<U>(pattern(x)) + (away ? U{1} : ~U{0}));
  const P from_zero = pattern(copysign(fromPattern<T>(P{1}), y));
  const T next = fromPattern<T>(x == 0 ? from_zero : moved);
  const T ordered = x == y ? y : next;
  return ((x != x) | (y != y)) ? x + y : ordered;
}

/// NaN becomes 0, an infinity the largest finite value with its sign.
template <Float T>
SHARRAY_INLINE T nanToNum(T x) {
  const T above = x < -kFloatMax<T> ? -kFloatMax<T> : x;
  const T finite = x > kFloatMax<T> ? kFloatMax<T> : above;
  return x != x ? T{0} : finite;
}

}  // namespace element
}  // namespace
}  // namespace sharray
