/// The vector primitives on AArch64. See float32/simd.h.
#pragma once

#include <arm_neon.h>

namespace sharray {
namespace {
namespace float32 {
namespace simd {

inline constexpr std::size_t kLanes = 4;
using V = float32x4_t;
using I = int32x4_t;
using M = uint32x4_t;  ///< lanes of all ones or all zeros

SHARRAY_INLINE V set(float x) { return vdupq_n_f32(x); }
SHARRAY_INLINE I set_bits(std::int32_t x) { return vdupq_n_s32(x); }
SHARRAY_INLINE I bits(V x) { return vreinterpretq_s32_f32(x); }
SHARRAY_INLINE V from_bits(I x) { return vreinterpretq_f32_s32(x); }
SHARRAY_INLINE I plus(I x, I y) { return vaddq_s32(x, y); }
SHARRAY_INLINE I minus(I x, I y) { return vsubq_s32(x, y); }

SHARRAY_INLINE V load(const float* p) { return vld1q_f32(p); }
SHARRAY_INLINE V load_part(const float* p, std::size_t n, V fill) {
  for (std::size_t i = 0; i < n; ++i) fill[i] = p[i];
  return fill;
}
SHARRAY_INLINE void store(float* p, V x) { vst1q_f32(p, x); }
SHARRAY_INLINE void store_part(float* p, V x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) p[i] = x[i];
}

SHARRAY_INLINE V fma(V a, V b, V c) { return vfmaq_f32(c, a, b); }
SHARRAY_INLINE V fnma(V a, V b, V c) { return vfmsq_f32(c, a, b); }
SHARRAY_INLINE V fms(V a, V b, V c) { return vfmaq_f32(vnegq_f32(c), a, b); }
SHARRAY_INLINE V sqrt(V x) { return vsqrtq_f32(x); }
SHARRAY_INLINE V rint(V x) { return vrndnq_f32(x); }
SHARRAY_INLINE M less(V a, V b) { return vcltq_f32(a, b); }
SHARRAY_INLINE M less_equal(V a, V b) { return vcleq_f32(a, b); }
SHARRAY_INLINE M equal(V a, V b) { return vceqq_f32(a, b); }
SHARRAY_INLINE M not_equal(V a, V b) { return vmvnq_u32(vceqq_f32(a, b)); }
SHARRAY_INLINE M both(M a, M b) { return vandq_u32(a, b); }
SHARRAY_INLINE M either(M a, M b) { return vorrq_u32(a, b); }
SHARRAY_INLINE M but_not(M a, M b) { return vbicq_u32(a, b); }
SHARRAY_INLINE V select(M m, V yes, V no) { return vbslq_f32(m, yes, no); }
SHARRAY_INLINE V keep(M m, V x) { return vreinterpretq_f32_u32(vandq_u32(m, vreinterpretq_u32_f32(x))); }
SHARRAY_INLINE V drop(M m, V x) { return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(x), m)); }
SHARRAY_INLINE V min_second(V a, V b) { return select(less(a, b), a, b); }
SHARRAY_INLINE V max_second(V a, V b) { return select(less(b, a), a, b); }
SHARRAY_INLINE V bit_and(V a, V b) { return from_bits(vandq_s32(bits(a), bits(b))); }
SHARRAY_INLINE V bit_or(V a, V b) { return from_bits(vorrq_s32(bits(a), bits(b))); }
SHARRAY_INLINE V bit_xor(V a, V b) { return from_bits(veorq_s32(bits(a), bits(b))); }

SHARRAY_INLINE unsigned pack(M m) {
  const M mine = vandq_u32(m, M{1, 2, 4, 8});
  return vaddvq_u32(mine);
}
SHARRAY_INLINE M unpack(unsigned m) { return vtstq_u32(vdupq_n_u32(m), M{1, 2, 4, 8}); }

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

SHARRAY_INLINE I shift_left(I x, int n) { return vshlq_s32(x, vdupq_n_s32(n)); }
SHARRAY_INLINE I shift_right(I x, int n) {
  return vreinterpretq_s32_u32(vshlq_u32(vreinterpretq_u32_s32(x), vdupq_n_s32(-n)));
}
SHARRAY_INLINE M odd(I x) { return vtstq_s32(x, vdupq_n_s32(1)); }

template <const auto& kTable, std::size_t N>
SHARRAY_INLINE void look_up(I index, V (&values)[N]) {
  std::int32_t at[kLanes];
  vst1q_s32(at, vandq_s32(index, vdupq_n_s32(15)));
  for (std::size_t j = 0; j < N; ++j) {
    const float row[kLanes] = {kTable[j][at[0]], kTable[j][at[1]], kTable[j][at[2]], kTable[j][at[3]]};
    values[j] = vld1q_f32(row);
  }
}

}  // namespace simd
}  // namespace float32
}  // namespace
}  // namespace sharray

#include "math/float32/simd_exponents.h"
