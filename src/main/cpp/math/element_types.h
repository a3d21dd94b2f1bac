/// The types of elements, and their bits. Of the standard library only types: a function of it that is not inlined
/// could be shared between the CPU paths. See element.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "math/simd.h"

namespace sharray {
namespace {
namespace element {

template <class T>
concept Float = std::is_same_v<T, float> || std::is_same_v<T, double>;
template <class T>
concept Integer = std::is_integral_v<T> && !std::is_same_v<T, bool>;

template <class T>
inline constexpr int kBits = 8 * static_cast<int>(sizeof(T));

/// Where integers are computed without overflow: unsigned, and never promoted to int.
template <Integer T>
using Wide = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;

template <Integer T>
inline constexpr T kLeast = std::is_signed_v<T> ? static_cast<T>(std::uint64_t{1} << (kBits<T> - 1)) : T{0};
template <Integer T>
inline constexpr T kGreatest = static_cast<T>(~kLeast<T>);

/// The bits of a float or double, as a signed integer: negative where the sign is set.
template <Float T>
using Pattern = std::conditional_t<sizeof(T) == 8, std::int64_t, std::int32_t>;

template <Float T>
inline constexpr T kInf = static_cast<T>(__builtin_inf());
template <Float T>
inline constexpr T kFloatMax = sizeof(T) == 8 ? static_cast<T>(0x1.fffffffffffffp1023) : static_cast<T>(0x1.fffffep127);

/// A complex number.
template <class T>
struct Pair {
  T re, im;
};

template <Float T>
SHARRAY_INLINE Pair<T> pair(T re, T im) {
  return {re, im};
}

template <Float T>
SHARRAY_INLINE Pattern<T> pattern(T x) {
  return __builtin_bit_cast(Pattern<T>, x);
}
template <Float T>
SHARRAY_INLINE T fromPattern(Pattern<T> x) {
  return __builtin_bit_cast(T, x);
}

template <Float T>
SHARRAY_INLINE T magnitude(T x) {
  if constexpr (sizeof(T) == 8) return __builtin_fabs(x);
  if constexpr (sizeof(T) == 4) return __builtin_fabsf(x);
}

}  // namespace element
}  // namespace
}  // namespace sharray
