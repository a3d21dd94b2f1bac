/// The vector primitives on SSE2, which every x86-64 has; the fused multiply-add is done in software, lane by lane.
/// See simd.h.
#pragma once

#include <emmintrin.h>

namespace sharray {
namespace {
namespace simd {

inline constexpr CpuPath kPath = CpuPath::baseline;
inline constexpr std::size_t kLanes = 2;
using V = __m128d;
using I = __m128i;
using M = __m128d;  ///< lanes of all ones or all zeros

SHARRAY_INLINE V set(double x) { return _mm_set1_pd(x); }
SHARRAY_INLINE I set_bits(std::int64_t x) { return _mm_set1_epi64x(x); }
SHARRAY_INLINE I bits(V x) { return _mm_castpd_si128(x); }
SHARRAY_INLINE V from_bits(I x) { return _mm_castsi128_pd(x); }

SHARRAY_INLINE V load(const double* p) { return _mm_loadu_pd(p); }
SHARRAY_INLINE V load_part(const double* p, std::size_t n, V fill) { return n == 0 ? fill : _mm_loadl_pd(fill, p); }
SHARRAY_INLINE void store(double* p, V x) { _mm_storeu_pd(p, x); }
SHARRAY_INLINE void store_part(double* p, V x, std::size_t n) {
  if (n != 0) _mm_storel_pd(p, x);
}
SHARRAY_INLINE void stream(double* p, V x) { _mm_stream_pd(p, x); }
SHARRAY_INLINE void stream_fence() { _mm_sfence(); }

SHARRAY_INLINE V fma(V a, V b, V c) { return V{__builtin_fma(a[0], b[0], c[0]), __builtin_fma(a[1], b[1], c[1])}; }
SHARRAY_INLINE V fnma(V a, V b, V c) { return fma(-a, b, c); }
SHARRAY_INLINE V fms(V a, V b, V c) { return fma(a, b, -c); }
SHARRAY_INLINE V sqrt(V x) { return _mm_sqrt_pd(x); }
SHARRAY_INLINE V min_second(V a, V b) { return _mm_min_pd(a, b); }
SHARRAY_INLINE V max_second(V a, V b) { return _mm_max_pd(a, b); }
SHARRAY_INLINE V bit_and(V a, V b) { return _mm_and_pd(a, b); }
SHARRAY_INLINE V bit_or(V a, V b) { return _mm_or_pd(a, b); }
SHARRAY_INLINE V bit_xor(V a, V b) { return _mm_xor_pd(a, b); }

SHARRAY_INLINE M equal(V a, V b) { return _mm_cmpeq_pd(a, b); }
SHARRAY_INLINE M not_equal(V a, V b) { return _mm_cmpneq_pd(a, b); }
SHARRAY_INLINE M less(V a, V b) { return _mm_cmplt_pd(a, b); }
SHARRAY_INLINE M less_equal(V a, V b) { return _mm_cmple_pd(a, b); }
SHARRAY_INLINE M both(M a, M b) { return _mm_and_pd(a, b); }
SHARRAY_INLINE M either(M a, M b) { return _mm_or_pd(a, b); }
SHARRAY_INLINE M but_not(M a, M b) { return _mm_andnot_pd(b, a); }
SHARRAY_INLINE V select(M m, V yes, V no) { return _mm_or_pd(_mm_and_pd(m, yes), _mm_andnot_pd(m, no)); }
SHARRAY_INLINE V keep(M m, V x) { return _mm_and_pd(m, x); }
SHARRAY_INLINE V drop(M m, V x) { return _mm_andnot_pd(m, x); }

/// Adding and taking away 2^52 rounds what is smaller; what is larger is an integer already.
SHARRAY_INLINE V rint(V x) {
  const V sign = bit_and(x, set(-0.0));
  const V size = bit_xor(x, sign);
  const V rounded = (size + set(0x1p52)) - set(0x1p52);
  return bit_or(select(less(size, set(0x1p52)), rounded, size), sign);
}

SHARRAY_INLINE unsigned pack(M m) { return static_cast<unsigned>(_mm_movemask_pd(m)); }
SHARRAY_INLINE M unpack(unsigned m) {
  return _mm_castsi128_pd(_mm_set_epi64x(-static_cast<long long>(m >> 1), -static_cast<long long>(m & 1U)));
}
SHARRAY_INLINE void store_bools(std::uint8_t* p, M m) {
  const unsigned packed = pack(m);
  p[0] = static_cast<std::uint8_t>(packed & 1U);
  p[1] = static_cast<std::uint8_t>(packed >> 1);
}
SHARRAY_INLINE M load_bools(const std::uint8_t* p) { return unpack((p[0] != 0 ? 1U : 0U) | (p[1] != 0 ? 2U : 0U)); }

SHARRAY_INLINE V compress(unsigned m, V x) { return m == 2 ? _mm_unpackhi_pd(x, x) : x; }
SHARRAY_INLINE V expand(unsigned m, V x) { return m == 2 ? _mm_unpacklo_pd(x, x) : x; }

SHARRAY_INLINE I shift_left(I x, int n) { return _mm_slli_epi64(x, n); }
SHARRAY_INLINE I shift_right(I x, int n) { return _mm_srli_epi64(x, n); }
SHARRAY_INLINE I multiply_low(I a, I b) { return _mm_mul_epu32(a, b); }
SHARRAY_INLINE M odd(I x) {
  return _mm_castsi128_pd(_mm_sub_epi64(_mm_setzero_si128(), _mm_and_si128(x, _mm_set1_epi64x(1))));
}

template <std::size_t N>
SHARRAY_INLINE void load_columns(const double (*rows)[N], std::size_t first, I index, V* columns) {
  alignas(16) std::uint32_t at[2 * kLanes];
  _mm_store_si128(reinterpret_cast<__m128i*>(at), index);
  for (std::size_t k = 0; k < 4; k += 2) {
    const V a = _mm_load_pd(rows[at[0]] + first + k), b = _mm_load_pd(rows[at[2]] + first + k);
    columns[k] = _mm_unpacklo_pd(a, b);
    columns[k + 1] = _mm_unpackhi_pd(a, b);
  }
}

template <const auto& kTable, std::size_t N>
SHARRAY_INLINE void look_up(I index, V (&values)[N]) {
  alignas(16) std::uint64_t at[kLanes];
  _mm_store_si128(reinterpret_cast<__m128i*>(at), _mm_and_si128(index, _mm_set1_epi64x(kRowSize<kTable> - 1)));
  for (std::size_t j = 0; j < N; ++j) values[j] = _mm_setr_pd(kTable[j][at[0]], kTable[j][at[1]]);
}

}  // namespace simd
}  // namespace
}  // namespace sharray

#include "math/simd_exponents.h"
