/// Sums, products and powers of one element. See element.h.
///
/// Integers wrap: INT_MIN negated, or its absolute value, is INT_MIN. Floats round once, to nearest even.
/// pow of integers is the exact power, wrapped; x to a negative power is the value truncated to an integer: 1 for x =
/// 1, 1 or -1 for x = -1, else 0, and also 0 for x = 0. x^0 is 1 for every x.
#pragma once

#include "math/element_types.h"

namespace sharray {
namespace {
namespace element {

template <Integer T>
SHARRAY_INLINE T add(T x, T y) {
  return static_cast<T>(static_cast<Wide<T>>(x) + static_cast<Wide<T>>(y));
}
template <Float T>
SHARRAY_INLINE T add(T x, T y) {
  return x + y;
}

template <Integer T>
SHARRAY_INLINE T subtract(T x, T y) {
  return static_cast<T>(static_cast<Wide<T>>(x) - static_cast<Wide<T>>(y));
}
template <Float T>
SHARRAY_INLINE T subtract(T x, T y) {
  return x - y;
}

template <Integer T>
SHARRAY_INLINE T multiply(T x, T y) {
  return static_cast<T>(static_cast<Wide<T>>(x) * static_cast<Wide<T>>(y));
}
template <Float T>
SHARRAY_INLINE T multiply(T x, T y) {
  return x * y;
}

template <Float T>
SHARRAY_INLINE T divide(T x, T y) {
  return x / y;
}

template <class T>
SHARRAY_INLINE T square(T x) {
  return multiply(x, x);
}

template <Float T>
SHARRAY_INLINE T reciprocal(T x) {
  return T{1} / x;
}

/// x y + z with one rounding; in software where the CPU has no instruction for it.
SHARRAY_INLINE float fma(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
SHARRAY_INLINE double fma(double x, double y, double z) { return __builtin_fma(x, y, z); }

template <class T>
SHARRAY_INLINE T positive(T x) {
  return x;
}
template <Integer T>
SHARRAY_INLINE T negative(T x) {
  return subtract(T{0}, x);
}
template <Float T>
SHARRAY_INLINE T negative(T x) {
  return -x;
}

template <Integer T>
SHARRAY_INLINE T abs(T x) {
  if constexpr (std::is_signed_v<T>) return x < 0 ? negative(x) : x;
  return x;
}
template <Float T>
SHARRAY_INLINE T abs(T x) {
  return magnitude(x);
}

/// -1, 0 or 1; a zero keeps its sign, and NaN is NaN.
template <class T>
SHARRAY_INLINE T sign(T x) {
  if constexpr (std::is_unsigned_v<T>) {
    return x != 0 ? T{1} : T{0};
  } else {
    const T not_positive = x < 0 ? T{-1} : x;
    return x > 0 ? T{1} : not_positive;
  }
}

/// No vector form: the number of steps depends on the exponent.
template <Integer T>
SHARRAY_INLINE T pow(T x, T y) {
  if constexpr (std::is_signed_v<T>) {
    const bool odd = (y & 1) != 0;
    if (y < 0) return static_cast<T>(x == 1 ? 1 : x == -1 ? (odd ? -1 : 1) : 0);
  }
  Wide<T> power = static_cast<Wide<T>>(x), result = 1;
  for (auto rest = static_cast<std::make_unsigned_t<T>>(y); rest != 0; rest = static_cast<decltype(rest)>(rest >> 1)) {
    result *= (rest & 1U) != 0 ? power : 1;
    power *= power;
  }
  return static_cast<T>(result);
}

}  // namespace element
}  // namespace
}  // namespace sharray
