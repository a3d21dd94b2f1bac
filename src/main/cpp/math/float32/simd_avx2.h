/// The vector primitives on AVX2 with FMA. See float32/simd.h.
#pragma once

#include <immintrin.h>

#include <array>

namespace sharray {
namespace {
namespace float32 {
namespace simd {

inline constexpr std::size_t kLanes = 8;
using V = __m256;
using I = __m256i;
using M = __m256;  ///< lanes of all ones or all zeros

SHARRAY_INLINE V set(float x) { return _mm256_set1_ps(x); }
SHARRAY_INLINE I set_bits(std::int32_t x) { return _mm256_set1_epi32(x); }
SHARRAY_INLINE I bits(V x) { return _mm256_castps_si256(x); }
SHARRAY_INLINE V from_bits(I x) { return _mm256_castsi256_ps(x); }
SHARRAY_INLINE I plus(I x, I y) { return _mm256_add_epi32(x, y); }
SHARRAY_INLINE I minus(I x, I y) { return _mm256_sub_epi32(x, y); }

SHARRAY_INLINE __m256i first(std::size_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
SHARRAY_INLINE V load(const float* p) { return _mm256_loadu_ps(p); }
SHARRAY_INLINE V load_part(const float* p, std::size_t n, V fill) {
  const __m256i m = first(n);
  return _mm256_blendv_ps(fill, _mm256_maskload_ps(p, m), _mm256_castsi256_ps(m));
}
SHARRAY_INLINE void store(float* p, V x) { _mm256_storeu_ps(p, x); }
SHARRAY_INLINE void store_part(float* p, V x, std::size_t n) { _mm256_maskstore_ps(p, first(n), x); }

SHARRAY_INLINE V fma(V a, V b, V c) { return _mm256_fmadd_ps(a, b, c); }
SHARRAY_INLINE V fnma(V a, V b, V c) { return _mm256_fnmadd_ps(a, b, c); }
SHARRAY_INLINE V fms(V a, V b, V c) { return _mm256_fmsub_ps(a, b, c); }
SHARRAY_INLINE V sqrt(V x) { return _mm256_sqrt_ps(x); }
SHARRAY_INLINE V rint(V x) { return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
SHARRAY_INLINE V min_second(V a, V b) { return _mm256_min_ps(a, b); }
SHARRAY_INLINE V max_second(V a, V b) { return _mm256_max_ps(a, b); }
SHARRAY_INLINE V bit_and(V a, V b) { return _mm256_and_ps(a, b); }
SHARRAY_INLINE V bit_or(V a, V b) { return _mm256_or_ps(a, b); }
SHARRAY_INLINE V bit_xor(V a, V b) { return _mm256_xor_ps(a, b); }

SHARRAY_INLINE M equal(V a, V b) { return _mm256_cmp_ps(a, b, _CMP_EQ_OQ); }
SHARRAY_INLINE M not_equal(V a, V b) { return _mm256_cmp_ps(a, b, _CMP_NEQ_UQ); }
SHARRAY_INLINE M less(V a, V b) { return _mm256_cmp_ps(a, b, _CMP_LT_OQ); }
SHARRAY_INLINE M less_equal(V a, V b) { return _mm256_cmp_ps(a, b, _CMP_LE_OQ); }
SHARRAY_INLINE M both(M a, M b) { return _mm256_and_ps(a, b); }
SHARRAY_INLINE M either(M a, M b) { return _mm256_or_ps(a, b); }
SHARRAY_INLINE M but_not(M a, M b) { return _mm256_andnot_ps(b, a); }
SHARRAY_INLINE V select(M m, V yes, V no) { return _mm256_blendv_ps(no, yes, m); }
SHARRAY_INLINE V keep(M m, V x) { return _mm256_and_ps(m, x); }
SHARRAY_INLINE V drop(M m, V x) { return _mm256_andnot_ps(m, x); }

SHARRAY_INLINE unsigned pack(M m) { return static_cast<unsigned>(_mm256_movemask_ps(m)); }
SHARRAY_INLINE M unpack(unsigned m) {
  const __m256i bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
  const __m256i mine = _mm256_and_si256(_mm256_set1_epi32(static_cast<int>(m)), bit);
  return _mm256_castsi256_ps(_mm256_cmpeq_epi32(mine, bit));
}

/// The lane to take for each lane, by mask: the chosen ones to the front, or back.
using Orders = std::array<std::array<std::uint8_t, 8>, 256>;
constexpr Orders make_orders(bool back) {
  Orders orders{};
  for (std::size_t m = 0; m < 256; ++m) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      if ((m >> i & 1U) == 0) continue;
      orders[m][back ? i : count] = static_cast<std::uint8_t>(back ? count : i);
      ++count;
    }
  }
  return orders;
}
alignas(64) inline constexpr Orders kCompress = make_orders(false), kExpand = make_orders(true);

SHARRAY_INLINE V permute(V x, const std::array<std::uint8_t, 8>& order) {
  const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(order.data()));
  return _mm256_permutevar8x32_ps(x, _mm256_cvtepu8_epi32(bytes));
}
SHARRAY_INLINE V compress(unsigned m, V x) { return permute(x, kCompress[m]); }
SHARRAY_INLINE V expand(unsigned m, V x) { return permute(x, kExpand[m]); }

SHARRAY_INLINE I shift_left(I x, int n) { return _mm256_slli_epi32(x, n); }
SHARRAY_INLINE I shift_right(I x, int n) { return _mm256_srli_epi32(x, n); }
SHARRAY_INLINE M odd(I x) {
  const __m256i one = _mm256_set1_epi32(1);
  return _mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_and_si256(x, one), one));
}

template <const auto& kTable, std::size_t N>
SHARRAY_INLINE void look_up(I index, V (&values)[N]) {
  const M upper = from_bits(shift_left(index, 28));
#pragma GCC unroll 16
  for (std::size_t j = 0; j < N; ++j) {
    const V low = _mm256_permutevar8x32_ps(_mm256_load_ps(kTable[j]), index);
    values[j] = select(upper, _mm256_permutevar8x32_ps(_mm256_load_ps(kTable[j] + 8), index), low);
  }
}

}  // namespace simd
}  // namespace float32
}  // namespace
}  // namespace sharray

#include "math/float32/simd_exponents.h"
