/// Vectors of doubles for one CPU path, chosen by the macro SHARRAY_PATH_* of the file that includes this. Everything
/// is local to that file and inlined, so that no code for a newer CPU can end up in what runs on an older one.
///
/// Every primitive is exact or correctly rounded, hence the same on all paths:
///   V, I, M                 kLanes doubles, 64-bit integers, truth values; + - * / on V; + - | on I
///   set, set_bits, bits, from_bits     broadcasts and bit casts
///   load, store             kLanes unaligned doubles; _part: the first n < kLanes, the others from `fill` or untouched
///   stream                  an aligned store past the caches
///   fma, fnma, fms          a b + c, -a b + c, a b - c with one rounding
///   sqrt, rint              rint: to the nearest integer, halves to even
///   min_second, max_second  a < b ? a : b, b < a ? a : b; the second operand if either is NaN
///   equal, not_equal, less, less_equal; both, either, but_not (a and not b)
///   select(m, yes, no); keep(m, x): x, or 0; drop(m, x): 0, or x
///   pack, unpack            M as an integer with a bit for each lane, and back
///   store_bools, load_bools kLanes bytes
///   compress(m, x)          the lanes of the packed mask m first, in order; the others are anything
///   expand(m, x)            the lanes of the packed mask m get the first lanes of x in order; the others are anything
///   shift_left, shift_right  of I, by the same count in all lanes, filling with 0
///   odd(i)                  where the lowest bit is set
///   multiply_low(i, j)      the 64-bit products of the low 32 bits, unsigned
///   load_columns(rows, first, i, c)  c[k] = rows[i][first + k] for k < 4, with i the low 32 bits of a lane; the rows
///                           are aligned to 32 bytes, N and `first` are multiples of 4
///   times_power(x, n)       x 2^n with one rounding, for an integer n in [-1500, 1500] and a normal x
///   times_small_power      the same for n in [-1022, 1023], where the result is normal
///   unlift(x)               x 2^-kLift with one rounding, for finite x >= 0
///   squarable(x)            x, or 0 where |x| < 2^-511, whose square would underflow
///   any_subnormal(x)        whether there may be a subnormal number
///   any_not_positive_finite(x)
///   lift(x)                 x 2^kLift exactly, for x in [0, 1], subnormal ones too, or NaN
///   sixteenths(k)           k / 16 for an integer k, rounded down if not by those that take it as n
///   split(x, &k, &m)        x = m 2^k, m in [0.75, 1.5), for a positive finite x, subnormal ones too
///   split_in_32(x, &k, &m, &i)   the same with m in [1 - 1/128, 2 - 1/64) and the i mod 32 for which 1 + i / 32 is
///   nearest look_up<table>(i, values)    for each row of the table its element i modulo its size, 16 or 32
#pragma once

#include <cstddef>
#include <cstdint>

#include "expression/kernel_table.h"
#include "math/coefficients.h"

#define SHARRAY_INLINE [[maybe_unused]] [[gnu::always_inline]] inline

namespace sharray {
namespace {
namespace simd {

/// See lift.
inline constexpr double kLift = 1010;

/// The elements in a row of a table.
template <const auto& kTable>
inline constexpr std::size_t kRowSize = sizeof kTable[0] / sizeof kTable[0][0];

}  // namespace simd
}  // namespace
}  // namespace sharray

#if defined(SHARRAY_PATH_AVX512)
#include "math/simd_avx512.h"
#elif defined(SHARRAY_PATH_AVX2)
#include "math/simd_avx2.h"
#elif defined(SHARRAY_PATH_BASELINE)
#include "math/simd_baseline.h"
#elif defined(SHARRAY_PATH_NEON)
#include "math/simd_neon.h"
#else
#error "the including file chooses a path"
#endif

namespace sharray {
namespace {
namespace simd {

inline constexpr double kInfinity = __builtin_inf();
inline constexpr double kNaN = __builtin_nan("");

SHARRAY_INLINE V abs(V x) { return bit_and(x, from_bits(set_bits(0x7fffffffffffffff))); }
SHARRAY_INLINE V negate(V x) { return bit_xor(x, set(-0.0)); }
/// x with its sign changed where y is negative.
SHARRAY_INLINE V times_sign(V x, V y) { return bit_xor(x, bit_and(y, set(-0.0))); }
SHARRAY_INLINE M is_nan(V x) { return not_equal(x, x); }

/// Where f(x) = x to within rounding, for functions with f(0) = 0 and f'(0) = 1. Formulas leave these lanes out:
/// products that underflow, or have a subnormal operand, take the processor long.
SHARRAY_INLINE M is_tiny(V x) { return less(abs(x), set(0x1p-60)); }
/// The size of x, at least 2^-60, for functions which are constant up to there.
SHARRAY_INLINE V size_not_tiny(V x) { return max_second(set(0x1p-60), abs(x)); }

/// The polynomial of `coefficients`, lowest power first, as two interleaved chains in x^2.
template <std::size_t N>
SHARRAY_INLINE V polynomial(const double (&coefficients)[N], V x) {
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

/// A polynomial with many coefficients, as four chains in x^4.
template <std::size_t N>
SHARRAY_INLINE V long_polynomial(const double (&coefficients)[N], V x) {
  const V square = x * x, fourth = square * square;
  V chains[4];
#pragma GCC unroll 4
  for (std::size_t k = 0; k < 4; ++k) chains[k] = set(coefficients[k + (N - 1 - k) / 4 * 4]);
#pragma GCC unroll 64
  for (std::size_t i = N - 4; i > 0; --i)
    chains[(i - 1) % 4] = fma(chains[(i - 1) % 4], fourth, set(coefficients[i - 1]));
  return fma(fma(chains[3], x, chains[2]), square, fma(chains[1], x, chains[0]));
}

}  // namespace simd
}  // namespace
}  // namespace sharray
