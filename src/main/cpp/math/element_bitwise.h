/// Bits of one integer. See element.h.
///
/// A shift to the right keeps the sign. A shift by a count outside [0, bits), so also by a negative one, leaves
/// nothing: 0, or -1 where a negative x is shifted to the right.
#pragma once

#include "math/element_types.h"

namespace sharray {
namespace {
namespace element {

template <Integer T>
SHARRAY_INLINE T bitwiseAnd(T x, T y) {
  return static_cast<T>(x & y);
}
template <Integer T>
SHARRAY_INLINE T bitwiseOr(T x, T y) {
  return static_cast<T>(x | y);
}
template <Integer T>
SHARRAY_INLINE T bitwiseXor(T x, T y) {
  return static_cast<T>(x ^ y);
}
template <Integer T>
SHARRAY_INLINE T bitwiseInvert(T x) {
  return static_cast<T>(~x);
}

template <Integer T>
SHARRAY_INLINE T bitwiseLeftShift(T x, T y) {
  using U = std::make_unsigned_t<T>;
  const auto count = static_cast<U>(y);
  const auto shifted = static_cast<T>(static_cast<Wide<T>>(x) << (count & (kBits<T> - 1)));
  return count < kBits<T> ? shifted : T{0};
}

template <Integer T>
SHARRAY_INLINE T bitwiseRightShift(T x, T y) {
  if constexpr (std::is_signed_v<T>) {
    const T last = kBits<T> - 1;
    const T count = ((y < 0) | (y > last)) ? last : y;
    // Narrow ones in 32 bits, of which the low ones are right: AVX2 shifts nothing narrower by different counts.
    if constexpr (sizeof(T) < 4) return static_cast<T>(static_cast<Wide<T>>(x) >> count);
    return static_cast<T>(x >> count);
  } else {
    const auto shifted = static_cast<T>(x >> (y & (kBits<T> - 1)));
    return y < kBits<T> ? shifted : T{0};
  }
}

}  // namespace element
}  // namespace
}  // namespace sharray
