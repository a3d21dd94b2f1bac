/// The vector primitives on AVX-512 F, DQ, VL and BW. See simd.h.
#pragma once

#include <immintrin.h>

namespace sharray {
namespace {
namespace simd {

inline constexpr CpuPath kPath = CpuPath::avx512;
inline constexpr std::size_t kLanes = 8;
using V = __m512d;
using I = __m512i;
using M = __mmask8;

SHARRAY_INLINE V set(double x) { return _mm512_set1_pd(x); }
SHARRAY_INLINE I set_bits(std::int64_t x) { return _mm512_set1_epi64(x); }
SHARRAY_INLINE I bits(V x) { return _mm512_castpd_si512(x); }
SHARRAY_INLINE V from_bits(I x) { return _mm512_castsi512_pd(x); }

SHARRAY_INLINE M first(std::size_t n) { return static_cast<M>((1U << n) - 1); }
SHARRAY_INLINE V load(const double* p) { return _mm512_loadu_pd(p); }
SHARRAY_INLINE V load_part(const double* p, std::size_t n, V fill) { return _mm512_mask_loadu_pd(fill, first(n), p); }
SHARRAY_INLINE void store(double* p, V x) { _mm512_storeu_pd(p, x); }
SHARRAY_INLINE void store_part(double* p, V x, std::size_t n) { _mm512_mask_storeu_pd(p, first(n), x); }
SHARRAY_INLINE void stream(double* p, V x) { _mm512_stream_pd(p, x); }
SHARRAY_INLINE void stream_fence() { _mm_sfence(); }

SHARRAY_INLINE V fma(V a, V b, V c) { return _mm512_fmadd_pd(a, b, c); }
SHARRAY_INLINE V fnma(V a, V b, V c) { return _mm512_fnmadd_pd(a, b, c); }
SHARRAY_INLINE V fms(V a, V b, V c) { return _mm512_fmsub_pd(a, b, c); }
SHARRAY_INLINE V sqrt(V x) { return _mm512_sqrt_pd(x); }
SHARRAY_INLINE V rint(V x) { return _mm512_roundscale_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
SHARRAY_INLINE V min_second(V a, V b) { return _mm512_min_pd(a, b); }
SHARRAY_INLINE V max_second(V a, V b) { return _mm512_max_pd(a, b); }
SHARRAY_INLINE V bit_and(V a, V b) { return _mm512_and_pd(a, b); }
SHARRAY_INLINE V bit_or(V a, V b) { return _mm512_or_pd(a, b); }
SHARRAY_INLINE V bit_xor(V a, V b) { return _mm512_xor_pd(a, b); }

SHARRAY_INLINE M equal(V a, V b) { return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ); }
SHARRAY_INLINE M not_equal(V a, V b) { return _mm512_cmp_pd_mask(a, b, _CMP_NEQ_UQ); }
SHARRAY_INLINE M less(V a, V b) { return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ); }
SHARRAY_INLINE M less_equal(V a, V b) { return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ); }
SHARRAY_INLINE M both(M a, M b) { return static_cast<M>(a & b); }
SHARRAY_INLINE M either(M a, M b) { return static_cast<M>(a | b); }
SHARRAY_INLINE M but_not(M a, M b) { return static_cast<M>(a & ~b); }
SHARRAY_INLINE V select(M m, V yes, V no) { return _mm512_mask_mov_pd(no, m, yes); }
SHARRAY_INLINE V keep(M m, V x) { return _mm512_maskz_mov_pd(m, x); }
SHARRAY_INLINE V drop(M m, V x) { return _mm512_mask_mov_pd(x, m, _mm512_setzero_pd()); }

SHARRAY_INLINE unsigned pack(M m) { return m; }
SHARRAY_INLINE M unpack(unsigned m) { return static_cast<M>(m); }
SHARRAY_INLINE void store_bools(std::uint8_t* p, M m) {
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_maskz_set1_epi8(m, 1));
}
SHARRAY_INLINE M load_bools(const std::uint8_t* p) {
  const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
  return static_cast<M>(_mm_test_epi8_mask(bytes, bytes));
}

/// Not the memory form, which is slow on some processors.
SHARRAY_INLINE V compress(unsigned m, V x) { return _mm512_maskz_compress_pd(static_cast<M>(m), x); }
SHARRAY_INLINE V expand(unsigned m, V x) { return _mm512_maskz_expand_pd(static_cast<M>(m), x); }

SHARRAY_INLINE I shift_left(I x, int n) { return _mm512_slli_epi64(x, static_cast<unsigned>(n)); }
SHARRAY_INLINE I shift_right(I x, int n) { return _mm512_srli_epi64(x, static_cast<unsigned>(n)); }
SHARRAY_INLINE I multiply_low(I a, I b) { return _mm512_mul_epu32(a, b); }
SHARRAY_INLINE M odd(I x) { return _mm512_test_epi64_mask(x, set_bits(1)); }

/// Not a gather, which is slow on some processors. Rows 0 and 2, 1 and 3, ... share a vector, so that interleaving its
/// quarters brings the columns into order.
template <std::size_t N>
SHARRAY_INLINE void load_columns(const double (*rows)[N], std::size_t first, I index, V* columns) {
  alignas(64) std::uint32_t at[2 * kLanes];
  _mm512_store_si512(at, index);
  const auto two = [&](std::size_t i, std::size_t j) __attribute__((always_inline)) {
    const V low = _mm512_castpd256_pd512(_mm256_load_pd(rows[at[2 * i]] + first));
    return _mm512_insertf64x4(low, _mm256_load_pd(rows[at[2 * j]] + first), 1);
  };
  const V a = two(0, 2), b = two(1, 3), c = two(4, 6), d = two(5, 7);
  const V even_front = _mm512_unpacklo_pd(a, b), even_back = _mm512_unpacklo_pd(c, d);
  const V odd_front = _mm512_unpackhi_pd(a, b), odd_back = _mm512_unpackhi_pd(c, d);
  columns[0] = _mm512_shuffle_f64x2(even_front, even_back, 0x88);
  columns[1] = _mm512_shuffle_f64x2(odd_front, odd_back, 0x88);
  columns[2] = _mm512_shuffle_f64x2(even_front, even_back, 0xdd);
  columns[3] = _mm512_shuffle_f64x2(odd_front, odd_back, 0xdd);
}

template <const auto& kTable, std::size_t N>
SHARRAY_INLINE void look_up(I index, V (&values)[N]) {
  constexpr bool kLong = kRowSize<kTable> == 32;
  const M upper = kLong ? _mm512_test_epi64_mask(index, set_bits(16)) : M{};
#pragma GCC unroll 4
  for (std::size_t j = 0; j < N; ++j) {
    const double* p = kTable[j];
    if constexpr (!kLong) {
      values[j] = _mm512_permutex2var_pd(_mm512_load_pd(p), index, _mm512_load_pd(p + 8));
      continue;
    }
    const V low = _mm512_permutex2var_pd(_mm512_load_pd(p), index, _mm512_load_pd(p + 8));
    const V high = _mm512_permutex2var_pd(_mm512_load_pd(p + 16), index, _mm512_load_pd(p + 24));
    values[j] = select(upper, high, low);
  }
}

/// Scaling by a power rounds the exponent down.
SHARRAY_INLINE V sixteenths(V k) { return k * set(1.0 / 16); }
SHARRAY_INLINE V times_power(V x, V n) { return _mm512_scalef_pd(x, n); }
SHARRAY_INLINE V times_small_power(V x, V n) { return _mm512_scalef_pd(x, n); }

// Categories: 0x20 subnormal, 0x40 negative and finite; the others are zeros, infinities and NaN.
SHARRAY_INLINE bool any_subnormal(V x) { return _mm512_fpclass_pd_mask(x, 0x20) != 0; }
SHARRAY_INLINE bool any_not_positive_finite(V x) { return _mm512_fpclass_pd_mask(x, 0xdf) != 0; }
SHARRAY_INLINE V squarable(V x) {
  return _mm512_maskz_mov_pd(_mm512_test_epi64_mask(bits(x), set_bits(0x6000000000000000)), x);
}
SHARRAY_INLINE V lift(V x) { return _mm512_scalef_pd(x, set(kLift)); }
SHARRAY_INLINE V unlift(V x) { return _mm512_scalef_pd(x, set(-kLift)); }

SHARRAY_INLINE void split(V x, V* exponent, V* mantissa) {
  const V m = _mm512_getmant_pd(x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_src);
  const V k = _mm512_getexp_pd(x);
  *mantissa = m;
  *exponent = _mm512_mask_add_pd(k, less(m, set(1.0)), k, set(1.0));
}

SHARRAY_INLINE void split_in_32(V x, V* exponent, V* mantissa, I* index) {
  const V m = _mm512_getmant_pd(x, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src);
  const V k = _mm512_getexp_pd(x);
  const M last = less_equal(set(2.0 - 1.0 / 64), m);
  *index = shift_right(_mm512_add_epi64(bits(m), set_bits(0x0000400000000000)), 47);
  *mantissa = _mm512_mask_mul_pd(m, last, m, set(0.5));
  *exponent = _mm512_mask_add_pd(k, last, k, set(1.0));
}

}  // namespace simd
}  // namespace
}  // namespace sharray
