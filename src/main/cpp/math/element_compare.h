/// Comparisons, tests and choices of one element. See element.h.
///
/// Truth values are bytes 0 and 1. A comparison with NaN is false, but for notEqual; zeros are equal whatever their
/// sign. minimum and maximum are NaN if either operand is, and take -0 for less than +0.
#pragma once

#include "math/element_types.h"

namespace sharray {
namespace {
namespace element {

template <class T>
SHARRAY_INLINE std::uint8_t equal(T x, T y) {
  return x == y;
}
template <class T>
SHARRAY_INLINE std::uint8_t notEqual(T x, T y) {
  return x != y;
}
template <class T>
SHARRAY_INLINE std::uint8_t less(T x, T y) {
  return x < y;
}
template <class T>
SHARRAY_INLINE std::uint8_t lessEqual(T x, T y) {
  return x <= y;
}
template <class T>
SHARRAY_INLINE std::uint8_t greater(T x, T y) {
  return x > y;
}
template <class T>
SHARRAY_INLINE std::uint8_t greaterEqual(T x, T y) {
  return x >= y;
}

template <Float T>
SHARRAY_INLINE std::uint8_t isnan(T x) {
  return x != x;
}
template <Float T>
SHARRAY_INLINE std::uint8_t isinf(T x) {
  return magnitude(x) == kInf<T>;
}
template <Float T>
SHARRAY_INLINE std::uint8_t isfinite(T x) {
  return magnitude(x) < kInf<T>;
}
/// Also of a zero and of NaN.
template <Float T>
SHARRAY_INLINE std::uint8_t signbit(T x) {
  return pattern(x) < 0;
}

template <class T>
SHARRAY_INLINE T where(std::uint8_t m, T y, T z) {
  return m != 0 ? y : z;
}

template <Integer T>
SHARRAY_INLINE T minimum(T x, T y) {
  return x < y ? x : y;
}
/// The two orders differ only for zeros of different sign, whose bits give -0, and for NaN, whose bits give a NaN.
template <Float T>
SHARRAY_INLINE T minimum(T x, T y) {
  const T one = x < y ? x : y, other = y < x ? y : x;
  return fromPattern<T>(pattern(one) | pattern(other));
}

template <Integer T>
SHARRAY_INLINE T maximum(T x, T y) {
  return x > y ? x : y;
}
template <Float T>
SHARRAY_INLINE T maximum(T x, T y) {
  return -minimum(-x, -y);
}

/// `high` where low > high.
template <class T>
SHARRAY_INLINE T clip(T x, T low, T high) {
  return minimum(maximum(x, low), high);
}

}  // namespace element
}  // namespace
}  // namespace sharray
