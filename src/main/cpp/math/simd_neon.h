/// The vector primitives on AArch64. See simd.h.
#pragma once

#include <arm_neon.h>

namespace sharray {
namespace {
namespace simd {

inline constexpr CpuPath kPath = CpuPath::neon;
inline constexpr std::size_t kLanes = 2;
using V = float64x2_t;
using I = int64x2_t;
using M = uint64x2_t;  ///< lanes of all ones or all zeros

SHARRAY_INLINE V set(double x) { return vdupq_n_f64(x); }
SHARRAY_INLINE I set_bits(std::int64_t x) { return vdupq_n_s64(x); }
SHARRAY_INLINE I bits(V x) { return vreinterpretq_s64_f64(x); }
SHARRAY_INLINE V from_bits(I x) { return vreinterpretq_f64_s64(x); }

SHARRAY_INLINE V load(const double* p) { return vld1q_f64(p); }
SHARRAY_INLINE V load_part(const double* p, std::size_t n, V fill) {
  return n == 0 ? fill : vsetq_lane_f64(*p, fill, 0);
}
SHARRAY_INLINE void store(double* p, V x) { vst1q_f64(p, x); }
SHARRAY_INLINE void store_part(double* p, V x, std::size_t n) {
  if (n != 0) vst1q_lane_f64(p, x, 0);
}
SHARRAY_INLINE void stream(double* p, V x) { vst1q_f64(p, x); }
SHARRAY_INLINE void stream_fence() {}

SHARRAY_INLINE V fma(V a, V b, V c) { return vfmaq_f64(c, a, b); }
SHARRAY_INLINE V fnma(V a, V b, V c) { return vfmsq_f64(c, a, b); }
SHARRAY_INLINE V fms(V a, V b, V c) { return vfmaq_f64(vnegq_f64(c), a, b); }
SHARRAY_INLINE V sqrt(V x) { return vsqrtq_f64(x); }
SHARRAY_INLINE V rint(V x) { return vrndnq_f64(x); }
SHARRAY_INLINE M less(V a, V b) { return vcltq_f64(a, b); }
SHARRAY_INLINE M less_equal(V a, V b) { return vcleq_f64(a, b); }
SHARRAY_INLINE M equal(V a, V b) { return vceqq_f64(a, b); }
SHARRAY_INLINE M not_equal(V a, V b) { return veorq_u64(vceqq_f64(a, b), vdupq_n_u64(~0ULL)); }
SHARRAY_INLINE M both(M a, M b) { return vandq_u64(a, b); }
SHARRAY_INLINE M either(M a, M b) { return vorrq_u64(a, b); }
SHARRAY_INLINE M but_not(M a, M b) { return vbicq_u64(a, b); }
SHARRAY_INLINE V select(M m, V yes, V no) { return vbslq_f64(m, yes, no); }
SHARRAY_INLINE V keep(M m, V x) { return vreinterpretq_f64_u64(vandq_u64(m, vreinterpretq_u64_f64(x))); }
SHARRAY_INLINE V drop(M m, V x) { return vreinterpretq_f64_u64(vbicq_u64(vreinterpretq_u64_f64(x), m)); }
SHARRAY_INLINE V min_second(V a, V b) { return select(less(a, b), a, b); }
SHARRAY_INLINE V max_second(V a, V b) { return select(less(b, a), a, b); }
SHARRAY_INLINE V bit_and(V a, V b) { return from_bits(vandq_s64(bits(a), bits(b))); }
SHARRAY_INLINE V bit_or(V a, V b) { return from_bits(vorrq_s64(bits(a), bits(b))); }
SHARRAY_INLINE V bit_xor(V a, V b) { return from_bits(veorq_s64(bits(a), bits(b))); }

SHARRAY_INLINE unsigned pack(M m) {
  return static_cast<unsigned>((vgetq_lane_u64(m, 0) & 1U) | (vgetq_lane_u64(m, 1) & 2U));
}
SHARRAY_INLINE M unpack(unsigned m) {
  return M{static_cast<std::uint64_t>(0) - (m & 1U), static_cast<std::uint64_t>(0) - (m >> 1)};
}
SHARRAY_INLINE void store_bools(std::uint8_t* p, M m) {
  const unsigned packed = pack(m);
  p[0] = static_cast<std::uint8_t>(packed & 1U);
  p[1] = static_cast<std::uint8_t>(packed >> 1);
}
SHARRAY_INLINE M load_bools(const std::uint8_t* p) { return unpack((p[0] != 0 ? 1U : 0U) | (p[1] != 0 ? 2U : 0U)); }

SHARRAY_INLINE V compress(unsigned m, V x) { return m == 2 ? vdupq_laneq_f64(x, 1) : x; }
SHARRAY_INLINE V expand(unsigned m, V x) { return m == 2 ? vdupq_laneq_f64(x, 0) : x; }

SHARRAY_INLINE I shift_left(I x, int n) { return vshlq_s64(x, vdupq_n_s64(n)); }
SHARRAY_INLINE I shift_right(I x, int n) {
  return vreinterpretq_s64_u64(vshlq_u64(vreinterpretq_u64_s64(x), vdupq_n_s64(-n)));
}
SHARRAY_INLINE I multiply_low(I a, I b) {
  const uint32x2_t x = vmovn_u64(vreinterpretq_u64_s64(a)), y = vmovn_u64(vreinterpretq_u64_s64(b));
  return vreinterpretq_s64_u64(vmull_u32(x, y));
}
SHARRAY_INLINE M odd(I x) { return vtstq_s64(x, vdupq_n_s64(1)); }

template <std::size_t N>
SHARRAY_INLINE void load_columns(const double (*rows)[N], std::size_t first, I index, V* columns) {
  const double* front = rows[static_cast<std::uint32_t>(vgetq_lane_s64(index, 0))] + first;
  const double* back = rows[static_cast<std::uint32_t>(vgetq_lane_s64(index, 1))] + first;
  for (std::size_t k = 0; k < 4; k += 2) {
    const V a = vld1q_f64(front + k), b = vld1q_f64(back + k);
    columns[k] = vtrn1q_f64(a, b);
    columns[k + 1] = vtrn2q_f64(a, b);
  }
}

template <const auto& kTable, std::size_t N>
SHARRAY_INLINE void look_up(I index, V (&values)[N]) {
  const auto first = static_cast<std::size_t>(vgetq_lane_s64(index, 0)) & (kRowSize<kTable> - 1);
  const auto second = static_cast<std::size_t>(vgetq_lane_s64(index, 1)) & (kRowSize<kTable> - 1);
  for (std::size_t j = 0; j < N; ++j) values[j] = vsetq_lane_f64(kTable[j][second], vdupq_n_f64(kTable[j][first]), 1);
}

}  // namespace simd
}  // namespace
}  // namespace sharray

#include "math/simd_exponents.h"
