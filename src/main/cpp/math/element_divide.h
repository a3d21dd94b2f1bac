/// Division of one element with an integer quotient. See element.h.
///
/// floorDivide rounds the quotient down, and remainder is what is left, with the sign of y; fmod is what is left of the
/// quotient truncated toward 0, with the sign of x.
///
/// Integers: division by zero gives 0 for all three. INT_MIN / -1 wraps to INT_MIN, and leaves 0.
///
/// Floats: fmod and remainder are as in C and in Python. fmod is exact; remainder rounds once where it adds y.
///   fmod, remainder: NaN for y = 0 and for an infinite x; a zero has the sign of x (fmod) or y (remainder).
///   fmod(x, inf) = x. remainder(x, inf) = x where the signs agree or x is 0, else y.
///   floorDivide(x, 0) = x / 0: an infinity, or NaN for 0 / 0 and NaN / 0.
///   Where the Python array API standard leaves the choice, floorDivide goes with remainder, as Python's does:
///   floorDivide(inf, y) = NaN, and floorDivide(x, inf) = -1 where the signs of x and inf differ and x is not 0.
///   A quotient of 0 has the sign of x / y.
#pragma once

#include "math/element_rounding.h"
#include "math/element_types.h"

namespace sharray {
namespace {
namespace element {

/// A quotient truncated toward 0, and its remainder.
template <Integer T>
struct Division {
  T quotient;
  T remainder;
};

/// x / y truncated, for y other than 0 and -1. Up to 32 bits in floating point, which has vector forms: x / y is at
/// least 1 / |y| from an integer that it does not equal, too far to be rounded to it while |x| + |y| < 2^24, or 2^53 in
/// double.
template <Integer T>
SHARRAY_INLINE T quotient(T x, T y) {
  if constexpr (sizeof(T) <= 2) {
    return static_cast<T>(static_cast<std::int32_t>(static_cast<float>(x) / static_cast<float>(y)));
  } else if constexpr (std::is_same_v<T, std::int32_t>) {
    return static_cast<std::int32_t>(static_cast<double>(x) / static_cast<double>(y));
  } else if constexpr (std::is_same_v<T, std::uint32_t>) {
    // To int32, the conversion to which has a vector form everywhere: only x / 1 can be larger.
    const double q = static_cast<double>(x) / static_cast<double>(y == 1 ? 2U : y);
    return y == 1 ? x : static_cast<std::uint32_t>(static_cast<std::int32_t>(q));
  } else {
    return x / y;
  }
}

template <Integer T>
SHARRAY_INLINE Division<T> truncated(T x, T y) {
  using W = Wide<T>;
  const bool by_zero = y == 0;
  const bool by_minus_one = std::is_signed_v<T> && static_cast<T>(~y) == 0;
  const T divisor = (by_zero | by_minus_one) ? T{1} : y;
  const T q = quotient(x, divisor);
  const T r = static_cast<T>(static_cast<W>(x) - static_cast<W>(q) * static_cast<W>(divisor));
  const T negated = by_minus_one ? static_cast<T>(W{0} - static_cast<W>(q)) : q;
  return {by_zero ? T{0} : negated, r};
}

template <Integer T>
SHARRAY_INLINE T floorDivide(T x, T y) {
  const Division<T> d = truncated(x, y);
  if constexpr (std::is_unsigned_v<T>) return d.quotient;
  const bool down = (d.remainder != 0) & ((d.remainder ^ y) < 0);
  return static_cast<T>(static_cast<Wide<T>>(d.quotient) - (down ? 1U : 0U));
}

template <Integer T>
SHARRAY_INLINE T remainder(T x, T y) {
  const Division<T> d = truncated(x, y);
  if constexpr (std::is_unsigned_v<T>) return d.remainder;
  const bool down = (d.remainder != 0) & ((d.remainder ^ y) < 0);
  return static_cast<T>(d.remainder + (down ? y : T{0}));
}

template <Integer T>
SHARRAY_INLINE T fmod(T x, T y) {
  return truncated(x, y).remainder;
}

/// No vector form: the quotient may have 2046 bits. The library's is exact.
SHARRAY_INLINE float fmod(float x, float y) { return __builtin_fmodf(x, y); }
SHARRAY_INLINE double fmod(double x, double y) { return __builtin_fmod(x, y); }

template <Float T>
SHARRAY_INLINE T remainder(T x, T y) {
  const T r = fmod(x, y);
  const T floored = (r < 0) != (y < 0) ? r + y : r;
  return r == 0 ? copysign(T{0}, y) : floored;
}

SHARRAY_INLINE double floorDivide(double x, double y) {
  const double r = fmod(x, y);
  const double whole = (x - r) / y;
  const double quotient = ((r != 0) & ((r < 0) != (y < 0))) ? whole - 1 : whole;
  // An integer but for the rounding of two operations.
  const double down = floor(quotient);
  const double nearest = quotient - down > 0.5 ? down + 1 : down;
  const double result = quotient == 0 ? copysign(0.0, x / y) : nearest;
  return y == 0 ? x / y : result;
}
/// In double, where quotients up to 2^24 are exact.
SHARRAY_INLINE float floorDivide(float x, float y) {
  return static_cast<float>(floorDivide(static_cast<double>(x), static_cast<double>(y)));
}

}  // namespace element
}  // namespace
}  // namespace sharray
