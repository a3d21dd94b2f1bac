/// Conversions of one element to another dtype. See element.h.
///
/// Integer to integer wraps. To a float rounds once, to nearest even, and overflows to an infinity. Float to integer
/// truncates toward 0, gives the bound of the type that it is beyond, and 0 for NaN. To bool is `truth`; from bool is
/// the cast of a byte 0 or 1.
#pragma once

#include "math/element_types.h"

namespace sharray {
namespace {
namespace element {

/// x != 0; true for NaN.
template <class T>
SHARRAY_INLINE std::uint8_t truth(T x) {
  return x != 0;
}

/// Which integer a float is truncated to: narrow ones by way of int32, which has vector forms everywhere.
template <Integer T>
using Truncation = std::conditional_t<sizeof(T) <= 2, std::int32_t, T>;

template <Integer To, Float From>
SHARRAY_INLINE To truncate(From x) {
  using I = Truncation<To>;
  // Both bounds are exact in From: the least value of To, and one more than the greatest.
  constexpr From kLow = static_cast<From>(kLeast<To>);
  constexpr From kEnd = static_cast<From>(kGreatest<To> / 2 + 1) * 2;
  const From inside = ((x > kLow) & (x < kEnd)) ? x : From{0};
  const To beyond_high = x >= kEnd ? kGreatest<To> : static_cast<To>(static_cast<I>(inside));
  return x <= kLow ? kLeast<To> : beyond_high;
}

template <class To, class From>
SHARRAY_INLINE To cast(From x) {
  if constexpr (Integer<To> && Float<From>) {
    return truncate<To>(x);
  } else {
    return static_cast<To>(x);
  }
}

}  // namespace element
}  // namespace
}  // namespace sharray
