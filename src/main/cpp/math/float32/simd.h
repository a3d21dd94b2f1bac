/// Vectors of floats for one CPU path, as simd.h has them of doubles: the same words for the same primitives, in a
/// namespace of their own, so that a kernel for float32 reads like the one for float64. What differs:
///   V, I, M                 kLanes floats, 32-bit integers, truth values; integers are added by `plus` and `minus`
///   times_power(x, n)       x 2^n with one rounding, for an integer n in [-252, 252] and a normal x or 0
///   times_small_power       the same for n in [-126, 127], where the result is normal
///   split_in_16(x, &k, &m, &i)   x = m 2^k, m in [1 - 1/64, 2 - 1/32), and the i mod 16 for which 1 + i / 16 is
///   nearest look_up<table>(i, values)    for each row of 16 its element i modulo 16
/// Every primitive is exact or correctly rounded, hence the same on all paths.
#pragma once

#include <cstddef>
#include <cstdint>

#include "math/simd.h"

#if defined(SHARRAY_PATH_AVX512)
#include "math/float32/simd_avx512.h"
#elif defined(SHARRAY_PATH_AVX2)
#include "math/float32/simd_avx2.h"
#elif defined(SHARRAY_PATH_BASELINE)
#include "math/float32/simd_baseline.h"
#elif defined(SHARRAY_PATH_NEON)
#include "math/float32/simd_neon.h"
#endif

namespace sharray {
namespace {
namespace float32 {
namespace simd {

inline constexpr float kInfinity = __builtin_inff();
inline constexpr float kNaN = __builtin_nanf("");
inline constexpr unsigned kAll = (1U << kLanes) - 1;

SHARRAY_INLINE V abs(V x) { return bit_and(x, from_bits(set_bits(0x7fffffff))); }
SHARRAY_INLINE V negate(V x) { return bit_xor(x, set(-0.0F)); }
/// x with its sign changed where y is negative.
SHARRAY_INLINE V times_sign(V x, V y) { return bit_xor(x, bit_and(y, set(-0.0F))); }
/// x, of which the sign is not set, with the sign of y.
SHARRAY_INLINE V with_sign(V x, V y) { return bit_or(x, bit_and(y, set(-0.0F))); }
SHARRAY_INLINE M is_nan(V x) { return not_equal(x, x); }
SHARRAY_INLINE bool any(M m) { return pack(m) != 0; }

/// The polynomial of `coefficients`, lowest power first, as two interleaved chains in x^2.
template <std::size_t N>
SHARRAY_INLINE V polynomial(const float (&coefficients)[N], V x) {
  if constexpr (N == 1) return set(coefficients[0]);
  constexpr std::size_t kEven = (N - 1) & ~std::size_t{1};
  constexpr std::size_t kOdd = (N - 1) % 2 == 1 ? N - 1 : N - 2;
  const V square = x * x;
  V even = set(coefficients[kEven]);
  V odd = set(coefficients[kOdd]);
#pragma GCC unroll 16
  for (std::size_t i = kEven; i >= 2; i -= 2) even = fma(even, square, set(coefficients[i - 2]));
#pragma GCC unroll 16
  for (std::size_t i = kOdd; i >= 3; i -= 2) odd = fma(odd, square, set(coefficients[i - 2]));
  return fma(odd, x, even);
}

}  // namespace simd
}  // namespace float32
}  // namespace
}  // namespace sharray
