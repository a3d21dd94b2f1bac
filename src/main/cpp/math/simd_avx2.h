/// The vector primitives on AVX2 with FMA. See simd.h.
#pragma once

#include <immintrin.h>

namespace sharray {
namespace {
namespace simd {

inline constexpr CpuPath kPath = CpuPath::avx2;
inline constexpr std::size_t kLanes = 4;
using V = __m256d;
using I = __m256i;
using M = __m256d;  ///< lanes of all ones or all zeros

SHARRAY_INLINE V set(double x) { return _mm256_set1_pd(x); }
SHARRAY_INLINE I set_bits(std::int64_t x) { return _mm256_set1_epi64x(x); }
SHARRAY_INLINE I bits(V x) { return _mm256_castpd_si256(x); }
SHARRAY_INLINE V from_bits(I x) { return _mm256_castsi256_pd(x); }

SHARRAY_INLINE __m256i first(std::size_t n) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(static_cast<long long>(n)), _mm256_setr_epi64x(0, 1, 2, 3));
}
SHARRAY_INLINE V load(const double* p) { return _mm256_loadu_pd(p); }
SHARRAY_INLINE V load_part(const double* p, std::size_t n, V fill) {
  const __m256i m = first(n);
  return _mm256_blendv_pd(fill, _mm256_maskload_pd(p, m), _mm256_castsi256_pd(m));
}
SHARRAY_INLINE void store(double* p, V x) { _mm256_storeu_pd(p, x); }
SHARRAY_INLINE void store_part(double* p, V x, std::size_t n) { _mm256_maskstore_pd(p, first(n), x); }
SHARRAY_INLINE void stream(double* p, V x) { _mm256_stream_pd(p, x); }
SHARRAY_INLINE void stream_fence() { _mm_sfence(); }

SHARRAY_INLINE V fma(V a, V b, V c) { return _mm256_fmadd_pd(a, b, c); }
SHARRAY_INLINE V fnma(V a, V b, V c) { return _mm256_fnmadd_pd(a, b, c); }
SHARRAY_INLINE V fms(V a, V b, V c) { return _mm256_fmsub_pd(a, b, c); }
SHARRAY_INLINE V sqrt(V x) { return _mm256_sqrt_pd(x); }
SHARRAY_INLINE V rint(V x) { return _mm256_round_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
SHARRAY_INLINE V min_second(V a, V b) { return _mm256_min_pd(a, b); }
SHARRAY_INLINE V max_second(V a, V b) { return _mm256_max_pd(a, b); }
SHARRAY_INLINE V bit_and(V a, V b) { return _mm256_and_pd(a, b); }
SHARRAY_INLINE V bit_or(V a, V b) { return _mm256_or_pd(a, b); }
SHARRAY_INLINE V bit_xor(V a, V b) { return _mm256_xor_pd(a, b); }

SHARRAY_INLINE M equal(V a, V b) { return _mm256_cmp_pd(a, b, _CMP_EQ_OQ); }
SHARRAY_INLINE M not_equal(V a, V b) { return _mm256_cmp_pd(a, b, _CMP_NEQ_UQ); }
SHARRAY_INLINE M less(V a, V b) { return _mm256_cmp_pd(a, b, _CMP_LT_OQ); }
SHARRAY_INLINE M less_equal(V a, V b) { return _mm256_cmp_pd(a, b, _CMP_LE_OQ); }
SHARRAY_INLINE M both(M a, M b) { return _mm256_and_pd(a, b); }
SHARRAY_INLINE M either(M a, M b) { return _mm256_or_pd(a, b); }
SHARRAY_INLINE M but_not(M a, M b) { return _mm256_andnot_pd(b, a); }
SHARRAY_INLINE V select(M m, V yes, V no) { return _mm256_blendv_pd(no, yes, m); }
SHARRAY_INLINE V keep(M m, V x) { return _mm256_and_pd(m, x); }
SHARRAY_INLINE V drop(M m, V x) { return _mm256_andnot_pd(m, x); }

/// Bit i of a nibble in byte i.
SHARRAY_INLINE std::uint32_t spread(unsigned m) { return (m * 0x204081U) & 0x01010101U; }
SHARRAY_INLINE unsigned pack(M m) { return static_cast<unsigned>(_mm256_movemask_pd(m)); }
SHARRAY_INLINE M nonzero(std::uint32_t bytes) {
  const __m256i wide = _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(static_cast<int>(bytes)));
  return _mm256_castsi256_pd(_mm256_cmpgt_epi64(wide, _mm256_setzero_si256()));
}
SHARRAY_INLINE M unpack(unsigned m) { return nonzero(spread(m)); }
SHARRAY_INLINE void store_bools(std::uint8_t* p, M m) {
  const std::uint32_t bytes = spread(pack(m));
  __builtin_memcpy(p, &bytes, sizeof bytes);
}
SHARRAY_INLINE M load_bools(const std::uint8_t* p) {
  std::uint32_t bytes;
  __builtin_memcpy(&bytes, p, sizeof bytes);
  return nonzero(bytes);
}

/// Pairs of 32-bit lanes to move for each mask: to the front, and back.
alignas(32) constexpr std::uint8_t kCompress[16][8] = {
    {0, 1, 2, 3, 4, 5, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7}, {2, 3, 0, 1, 4, 5, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7},
    {4, 5, 0, 1, 2, 3, 6, 7}, {0, 1, 4, 5, 2, 3, 6, 7}, {2, 3, 4, 5, 0, 1, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7},
    {6, 7, 0, 1, 2, 3, 4, 5}, {0, 1, 6, 7, 2, 3, 4, 5}, {2, 3, 6, 7, 0, 1, 4, 5}, {0, 1, 2, 3, 6, 7, 4, 5},
    {4, 5, 6, 7, 0, 1, 2, 3}, {0, 1, 4, 5, 6, 7, 2, 3}, {2, 3, 4, 5, 6, 7, 0, 1}, {0, 1, 2, 3, 4, 5, 6, 7}};
alignas(32) constexpr std::uint8_t kExpand[16][8] = {
    {0, 1, 0, 1, 0, 1, 0, 1}, {0, 1, 0, 1, 0, 1, 0, 1}, {0, 1, 0, 1, 0, 1, 0, 1}, {0, 1, 2, 3, 0, 1, 0, 1},
    {0, 1, 0, 1, 0, 1, 0, 1}, {0, 1, 0, 1, 2, 3, 0, 1}, {0, 1, 0, 1, 2, 3, 0, 1}, {0, 1, 2, 3, 4, 5, 0, 1},
    {0, 1, 0, 1, 0, 1, 0, 1}, {0, 1, 0, 1, 0, 1, 2, 3}, {0, 1, 0, 1, 0, 1, 2, 3}, {0, 1, 2, 3, 0, 1, 4, 5},
    {0, 1, 0, 1, 0, 1, 2, 3}, {0, 1, 0, 1, 2, 3, 4, 5}, {0, 1, 0, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4, 5, 6, 7}};
SHARRAY_INLINE V permute(V x, const std::uint8_t* order) {
  const __m256i index = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(order)));
  return _mm256_castps_pd(_mm256_permutevar8x32_ps(_mm256_castpd_ps(x), index));
}
SHARRAY_INLINE V compress(unsigned m, V x) { return permute(x, kCompress[m]); }
SHARRAY_INLINE V expand(unsigned m, V x) { return permute(x, kExpand[m]); }

SHARRAY_INLINE I shift_left(I x, int n) { return _mm256_slli_epi64(x, n); }
SHARRAY_INLINE I shift_right(I x, int n) { return _mm256_srli_epi64(x, n); }
SHARRAY_INLINE I multiply_low(I a, I b) { return _mm256_mul_epu32(a, b); }
SHARRAY_INLINE M odd(I x) {
  const __m256i one = _mm256_set1_epi64x(1);
  return _mm256_castsi256_pd(_mm256_cmpeq_epi64(_mm256_and_si256(x, one), one));
}

template <std::size_t N>
SHARRAY_INLINE void load_columns(const double (*rows)[N], std::size_t first, I index, V* columns) {
  alignas(32) std::uint32_t at[2 * kLanes];
  _mm256_store_si256(reinterpret_cast<__m256i*>(at), index);
  const V a = _mm256_load_pd(rows[at[0]] + first), b = _mm256_load_pd(rows[at[2]] + first);
  const V c = _mm256_load_pd(rows[at[4]] + first), d = _mm256_load_pd(rows[at[6]] + first);
  const V even_front = _mm256_unpacklo_pd(a, b), even_back = _mm256_unpacklo_pd(c, d);
  const V odd_front = _mm256_unpackhi_pd(a, b), odd_back = _mm256_unpackhi_pd(c, d);
  columns[0] = _mm256_permute2f128_pd(even_front, even_back, 0x20);
  columns[1] = _mm256_permute2f128_pd(odd_front, odd_back, 0x20);
  columns[2] = _mm256_permute2f128_pd(even_front, even_back, 0x31);
  columns[3] = _mm256_permute2f128_pd(odd_front, odd_back, 0x31);
}

/// A table with its rows and columns exchanged, so that a load brings an element of each row.
template <std::size_t N, std::size_t kSize>
struct Turned {
  static constexpr std::size_t kWidth = N <= 2 ? 2 : 4;
  alignas(32) double rows[kSize][kWidth] = {};
  explicit constexpr Turned(const double (&table)[N][kSize]) {
    for (std::size_t j = 0; j < N; ++j) {
      for (std::size_t i = 0; i < kSize; ++i) rows[i][j] = table[j][i];
    }
  }
};

/// Not a gather, which is slow on some processors.
template <const auto& kTable, std::size_t N>
SHARRAY_INLINE void look_up(I index, V (&values)[N]) {
  constexpr std::size_t kSize = kRowSize<kTable>;
  static constexpr Turned<N, kSize> kTurned(kTable);
  const I bounded = _mm256_and_si256(index, _mm256_set1_epi64x(kSize - 1));
  if constexpr (N == 2) {
    alignas(32) std::uint32_t at[2 * kLanes];
    _mm256_store_si256(reinterpret_cast<__m256i*>(at), bounded);
    const auto two = [&](std::size_t i, std::size_t j) __attribute__((always_inline)) {
      const V low = _mm256_castpd128_pd256(_mm_load_pd(kTurned.rows[at[i]]));
      return _mm256_insertf128_pd(low, _mm_load_pd(kTurned.rows[at[j]]), 1);
    };
    const V even = two(0, 4), odd = two(2, 6);
    values[0] = _mm256_unpacklo_pd(even, odd);
    values[1] = _mm256_unpackhi_pd(even, odd);
  } else {
    V columns[4];
    load_columns(kTurned.rows, 0, bounded, columns);
#pragma GCC unroll 4
    for (std::size_t j = 0; j < N; ++j) values[j] = columns[j];
  }
}

}  // namespace simd
}  // namespace
}  // namespace sharray

#include "math/simd_exponents.h"
