/// The vector primitives on SSE2, which every x86-64 has; the fused multiply-add is done in software, lane by lane.
/// See float32/simd.h.
#pragma once

#include <emmintrin.h>

namespace sharray {
namespace {
namespace float32 {
namespace simd {

inline constexpr std::size_t kLanes = 4;
using V = __m128;
using I = __m128i;
using M = __m128;  ///< lanes of all ones or all zeros

SHARRAY_INLINE V set(float x) { return _mm_set1_ps(x); }
SHARRAY_INLINE I set_bits(std::int32_t x) { return _mm_set1_epi32(x); }
SHARRAY_INLINE I bits(V x) { return _mm_castps_si128(x); }
SHARRAY_INLINE V from_bits(I x) { return _mm_castsi128_ps(x); }
SHARRAY_INLINE I plus(I x, I y) { return _mm_add_epi32(x, y); }
SHARRAY_INLINE I minus(I x, I y) { return _mm_sub_epi32(x, y); }

SHARRAY_INLINE V load(const float* p) { return _mm_loadu_ps(p); }
SHARRAY_INLINE V load_part(const float* p, std::size_t n, V fill) {
  for (std::size_t i = 0; i < n; ++i) fill[i] = p[i];
  return fill;
}
SHARRAY_INLINE void store(float* p, V x) { _mm_storeu_ps(p, x); }
SHARRAY_INLINE void store_part(float* p, V x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) p[i] = x[i];
}

/// The product of two floats is a double, and the sum is rounded to odd: then the last rounding is right.
SHARRAY_INLINE __m128d fma_to_odd(__m128d a, __m128d b, __m128d c) {
  const __m128d product = a * b, sum = product + c;
  const __m128d other = sum - product;
  const __m128d error = (product - (sum - other)) + (c - other);
  // Where the sum is inexact and even, one step towards the error.
  const __m128i even = _mm_cmpeq_epi32(_mm_and_si128(_mm_castpd_si128(sum), _mm_set1_epi64x(1)), _mm_setzero_si128());
  const __m128i low_even = _mm_shuffle_epi32(even, _MM_SHUFFLE(2, 2, 0, 0));
  const __m128d nonzero = _mm_cmpneq_pd(error, _mm_setzero_pd());
  const __m128d finite = _mm_cmplt_pd(_mm_andnot_pd(_mm_set1_pd(-0.0), sum), _mm_set1_pd(__builtin_inf()));
  const __m128d step = _mm_and_pd(_mm_and_pd(nonzero, finite), _mm_castsi128_pd(low_even));
  // +1 away from zero where error and sum agree in sign, else -1.
  const __m128i differ = _mm_srai_epi32(_mm_castpd_si128(_mm_xor_pd(error, sum)), 31);
  const __m128i direction = _mm_or_si128(_mm_shuffle_epi32(differ, _MM_SHUFFLE(3, 3, 1, 1)), _mm_set1_epi64x(1));
  return _mm_castsi128_pd(_mm_add_epi64(_mm_castpd_si128(sum), _mm_and_si128(_mm_castpd_si128(step), direction)));
}
/// Not inlined: it is long, and everywhere.
[[maybe_unused]] [[gnu::noinline]] V fma(V a, V b, V c) {
  const __m128d low = fma_to_odd(_mm_cvtps_pd(a), _mm_cvtps_pd(b), _mm_cvtps_pd(c));
  const __m128d high = fma_to_odd(_mm_cvtps_pd(_mm_movehl_ps(a, a)), _mm_cvtps_pd(_mm_movehl_ps(b, b)),
                                  _mm_cvtps_pd(_mm_movehl_ps(c, c)));
  return _mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high));
}
SHARRAY_INLINE V fnma(V a, V b, V c) { return fma(-a, b, c); }
SHARRAY_INLINE V fms(V a, V b, V c) { return fma(a, b, -c); }
SHARRAY_INLINE V sqrt(V x) { return _mm_sqrt_ps(x); }
SHARRAY_INLINE V min_second(V a, V b) { return _mm_min_ps(a, b); }
SHARRAY_INLINE V max_second(V a, V b) { return _mm_max_ps(a, b); }
SHARRAY_INLINE V bit_and(V a, V b) { return _mm_and_ps(a, b); }
SHARRAY_INLINE V bit_or(V a, V b) { return _mm_or_ps(a, b); }
SHARRAY_INLINE V bit_xor(V a, V b) { return _mm_xor_ps(a, b); }

SHARRAY_INLINE M equal(V a, V b) { return _mm_cmpeq_ps(a, b); }
SHARRAY_INLINE M not_equal(V a, V b) { return _mm_cmpneq_ps(a, b); }
SHARRAY_INLINE M less(V a, V b) { return _mm_cmplt_ps(a, b); }
SHARRAY_INLINE M less_equal(V a, V b) { return _mm_cmple_ps(a, b); }
SHARRAY_INLINE M both(M a, M b) { return _mm_and_ps(a, b); }
SHARRAY_INLINE M either(M a, M b) { return _mm_or_ps(a, b); }
SHARRAY_INLINE M but_not(M a, M b) { return _mm_andnot_ps(b, a); }
SHARRAY_INLINE V select(M m, V yes, V no) { return _mm_or_ps(_mm_and_ps(m, yes), _mm_andnot_ps(m, no)); }
SHARRAY_INLINE V keep(M m, V x) { return _mm_and_ps(m, x); }
SHARRAY_INLINE V drop(M m, V x) { return _mm_andnot_ps(m, x); }

/// Adding and taking away 2^23 rounds what is smaller; what is larger is an integer already.
SHARRAY_INLINE V rint(V x) {
  const V sign = bit_and(x, set(-0.0F));
  const V size = bit_xor(x, sign);
  const V rounded = (size + set(0x1p23F)) - set(0x1p23F);
  return bit_or(select(less(size, set(0x1p23F)), rounded, size), sign);
}

SHARRAY_INLINE unsigned pack(M m) { return static_cast<unsigned>(_mm_movemask_ps(m)); }
SHARRAY_INLINE M unpack(unsigned m) {
  const __m128i bit = _mm_setr_epi32(1, 2, 4, 8);
  return _mm_castsi128_ps(_mm_cmpeq_epi32(_mm_and_si128(_mm_set1_epi32(static_cast<int>(m)), bit), bit));
}

SHARRAY_INLINE V compress(unsigned m, V x) {
  V r = x;
  for (std::size_t i = 0, count = 0; i < kLanes; ++i) {
    if ((m >> i & 1U) != 0) r[count++] = x[i];
  }
  return r;
}
SHARRAY_INLINE V expand(unsigned m, V x) {
  V r = x;
  for (std::size_t i = 0, count = 0; i < kLanes; ++i) {
    if ((m >> i & 1U) != 0) r[i] = x[count++];
  }
  return r;
}

SHARRAY_INLINE I shift_left(I x, int n) { return _mm_slli_epi32(x, n); }
SHARRAY_INLINE I shift_right(I x, int n) { return _mm_srli_epi32(x, n); }
SHARRAY_INLINE M odd(I x) {
  return _mm_castsi128_ps(_mm_sub_epi32(_mm_setzero_si128(), _mm_and_si128(x, _mm_set1_epi32(1))));
}

template <const auto& kTable, std::size_t N>
SHARRAY_INLINE void look_up(I index, V (&values)[N]) {
  alignas(16) std::uint32_t at[kLanes];
  _mm_store_si128(reinterpret_cast<__m128i*>(at), _mm_and_si128(index, _mm_set1_epi32(15)));
  for (std::size_t j = 0; j < N; ++j) {
    values[j] = _mm_setr_ps(kTable[j][at[0]], kTable[j][at[1]], kTable[j][at[2]], kTable[j][at[3]]);
  }
}

}  // namespace simd
}  // namespace float32
}  // namespace
}  // namespace sharray

#include "math/float32/simd_exponents.h"
