/// The vector primitives on AVX-512 F, DQ, VL and BW. See float32/simd.h.
#pragma once

#include <immintrin.h>

namespace sharray {
namespace {
namespace float32 {
namespace simd {

inline constexpr std::size_t kLanes = 16;
using V = __m512;
using I = __m512i;
using M = __mmask16;

SHARRAY_INLINE V set(float x) { return _mm512_set1_ps(x); }
SHARRAY_INLINE I set_bits(std::int32_t x) { return _mm512_set1_epi32(x); }
SHARRAY_INLINE I bits(V x) { return _mm512_castps_si512(x); }
SHARRAY_INLINE V from_bits(I x) { return _mm512_castsi512_ps(x); }
SHARRAY_INLINE I plus(I x, I y) { return _mm512_add_epi32(x, y); }
SHARRAY_INLINE I minus(I x, I y) { return _mm512_sub_epi32(x, y); }

SHARRAY_INLINE M first(std::size_t n) { return static_cast<M>((1U << n) - 1); }
SHARRAY_INLINE V load(const float* p) { return _mm512_loadu_ps(p); }
SHARRAY_INLINE V load_part(const float* p, std::size_t n, V fill) { return _mm512_mask_loadu_ps(fill, first(n), p); }
SHARRAY_INLINE void store(float* p, V x) { _mm512_storeu_ps(p, x); }
SHARRAY_INLINE void store_part(float* p, V x, std::size_t n) { _mm512_mask_storeu_ps(p, first(n), x); }

SHARRAY_INLINE V fma(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }
SHARRAY_INLINE V fnma(V a, V b, V c) { return _mm512_fnmadd_ps(a, b, c); }
SHARRAY_INLINE V fms(V a, V b, V c) { return _mm512_fmsub_ps(a, b, c); }
SHARRAY_INLINE V sqrt(V x) { return _mm512_sqrt_ps(x); }
SHARRAY_INLINE V rint(V x) { return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
SHARRAY_INLINE V min_second(V a, V b) { return _mm512_min_ps(a, b); }
SHARRAY_INLINE V max_second(V a, V b) { return _mm512_max_ps(a, b); }
SHARRAY_INLINE V bit_and(V a, V b) { return _mm512_and_ps(a, b); }
SHARRAY_INLINE V bit_or(V a, V b) { return _mm512_or_ps(a, b); }
SHARRAY_INLINE V bit_xor(V a, V b) { return _mm512_xor_ps(a, b); }

SHARRAY_INLINE M equal(V a, V b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
SHARRAY_INLINE M not_equal(V a, V b) { return _mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ); }
SHARRAY_INLINE M less(V a, V b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
SHARRAY_INLINE M less_equal(V a, V b) { return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ); }
SHARRAY_INLINE M both(M a, M b) { return static_cast<M>(a & b); }
SHARRAY_INLINE M either(M a, M b) { return static_cast<M>(a | b); }
SHARRAY_INLINE M but_not(M a, M b) { return static_cast<M>(a & ~b); }
SHARRAY_INLINE V select(M m, V yes, V no) { return _mm512_mask_mov_ps(no, m, yes); }
SHARRAY_INLINE V keep(M m, V x) { return _mm512_maskz_mov_ps(m, x); }
SHARRAY_INLINE V drop(M m, V x) { return _mm512_mask_mov_ps(x, m, _mm512_setzero_ps()); }

SHARRAY_INLINE unsigned pack(M m) { return m; }
SHARRAY_INLINE M unpack(unsigned m) { return static_cast<M>(m); }

/// Not the memory form, which is slow on some processors.
SHARRAY_INLINE V compress(unsigned m, V x) { return _mm512_maskz_compress_ps(static_cast<M>(m), x); }
SHARRAY_INLINE V expand(unsigned m, V x) { return _mm512_maskz_expand_ps(static_cast<M>(m), x); }

SHARRAY_INLINE I shift_left(I x, int n) { return _mm512_slli_epi32(x, static_cast<unsigned>(n)); }
SHARRAY_INLINE I shift_right(I x, int n) { return _mm512_srli_epi32(x, static_cast<unsigned>(n)); }
SHARRAY_INLINE M odd(I x) { return _mm512_test_epi32_mask(x, set_bits(1)); }

template <const auto& kTable, std::size_t N>
SHARRAY_INLINE void look_up(I index, V (&values)[N]) {
#pragma GCC unroll 16
  for (std::size_t j = 0; j < N; ++j) values[j] = _mm512_permutexvar_ps(index, _mm512_load_ps(kTable[j]));
}

SHARRAY_INLINE V times_power(V x, V n) { return _mm512_scalef_ps(x, n); }
SHARRAY_INLINE V times_small_power(V x, V n) { return _mm512_scalef_ps(x, n); }

SHARRAY_INLINE void split(V x, V* exponent, V* mantissa) {
  const V m = _mm512_getmant_ps(x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_src);
  const V k = _mm512_getexp_ps(x);
  *mantissa = m;
  *exponent = _mm512_mask_add_ps(k, less(m, set(1.0F)), k, set(1.0F));
}

SHARRAY_INLINE void split_in_16(V x, V* exponent, V* mantissa, I* index) {
  const V m = _mm512_getmant_ps(x, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src);
  const V k = _mm512_getexp_ps(x);
  const M last = less_equal(set(2.0F - 1.0F / 32), m);
  *index = shift_right(plus(bits(m), set_bits(0x00040000)), 19);
  *mantissa = _mm512_mask_mul_ps(m, last, m, set(0.5F));
  *exponent = _mm512_mask_add_ps(k, last, k, set(1.0F));
}

}  // namespace simd
}  // namespace float32
}  // namespace
}  // namespace sharray
