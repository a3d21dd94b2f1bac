/// How kernels read blocks of float64, float32 and bool operands and write their results. Included by kernels.h.
#pragma once

#include "math/float32/simd.h"
#include "math/simd.h"

namespace sharray {
namespace {

using simd::I;
using simd::kLanes;
using simd::M;
using simd::V;

/// How a kernel reads operand k: float64 or bool, an array or one value (bit k of the scalar mask).
template <bool kScalar>
struct Doubles {
  const double* p;
  V one;
  SHARRAY_INLINE explicit Doubles(const void* from) : p(static_cast<const double*>(from)), one() {
    if constexpr (kScalar) one = simd::set(*p);
  }
  SHARRAY_INLINE V full(std::size_t i) const { return kScalar ? one : simd::load(p + i); }
  SHARRAY_INLINE V part(std::size_t i, std::size_t n) const {
    return kScalar ? one : simd::load_part(p + i, n, simd::set(1.0));
  }
};

template <bool kScalar>
struct Bools {
  const std::uint8_t* p;
  SHARRAY_INLINE explicit Bools(const void* from) : p(static_cast<const std::uint8_t*>(from)) {}
  SHARRAY_INLINE M full(std::size_t i) const {
    if constexpr (kScalar) return simd::unpack(*p != 0 ? (1U << kLanes) - 1 : 0U);
    return simd::load_bools(p + i);
  }
  SHARRAY_INLINE M part(std::size_t i, std::size_t n) const {
    if constexpr (kScalar) return full(i);
    unsigned m = 0;
    for (std::size_t j = 0; j < n; ++j) m |= (p[i + j] != 0 ? 1U : 0U) << j;
    return simd::unpack(m);
  }
};

/// An array of float32.
struct Floats {
  const float* p;
  SHARRAY_INLINE explicit Floats(const void* from) : p(static_cast<const float*>(from)) {}
  SHARRAY_INLINE float32::simd::V full(std::size_t i) const { return float32::simd::load(p + i); }
  SHARRAY_INLINE float32::simd::V part(std::size_t i, std::size_t n) const {
    return float32::simd::load_part(p + i, n, float32::simd::set(1.0F));
  }
};

SHARRAY_INLINE void put(void* out, std::size_t i, V x) { simd::store(static_cast<double*>(out) + i, x); }
SHARRAY_INLINE void put_part(void* out, std::size_t i, V x, std::size_t n) {
  simd::store_part(static_cast<double*>(out) + i, x, n);
}

/// out[i] = f(operands at i), with float64 results.
template <class F, class... Operands>
SHARRAY_INLINE void map_doubles(F f, void* out, std::size_t n, Operands... operands) {
  std::size_t i = 0;
#pragma GCC unroll 2
  for (; i + kLanes <= n; i += kLanes) put(out, i, f(operands.full(i)...));
  if (i < n) put_part(out, i, f(operands.part(i, n - i)...), n - i);
}

/// The same with float32 operands and results.
template <class F, class... Operands>
SHARRAY_INLINE void map_floats(F f, void* out, std::size_t n, Operands... operands) {
  using float32::simd::kLanes;
  auto* to = static_cast<float*>(out);
  std::size_t i = 0;
#pragma GCC unroll 2
  for (; i + kLanes <= n; i += kLanes) float32::simd::store(to + i, f(operands.full(i)...));
  if (i < n) float32::simd::store_part(to + i, f(operands.part(i, n - i)...), n - i);
}

/// out[i] = f(operands at i), with bool results.
template <class F, class... Operands>
SHARRAY_INLINE void map_bools(F f, void* out, std::size_t n, Operands... operands) {
  auto* to = static_cast<std::uint8_t*>(out);
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) simd::store_bools(to + i, f(operands.full(i)...));
  if (i < n) {
    const unsigned m = simd::pack(f(operands.part(i, n - i)...));
    for (std::size_t j = 0; i + j < n; ++j) to[i + j] = static_cast<std::uint8_t>(m >> j & 1U);
  }
}

/// Bytes 0 and 1, eight at a time.
template <class F, bool... kScalar>
SHARRAY_INLINE void map_bytes(F f, void* out, std::size_t n, const void* const (&operands)[sizeof...(kScalar)]) {
  constexpr bool scalar[] = {kScalar...};
  constexpr std::size_t kArity = sizeof...(kScalar);
  auto* to = static_cast<std::uint8_t*>(out);
  for (std::size_t i = 0; i < n; i += 8) {
    const std::size_t count = n - i < 8 ? n - i : 8;
    std::uint64_t words[kArity] = {};
    for (std::size_t k = 0; k < kArity; ++k) {
      const auto* from = static_cast<const std::uint8_t*>(operands[k]);
      if (scalar[k]) {
        words[k] = *from * std::uint64_t{0x0101010101010101};
      } else if (count == 8) {
        __builtin_memcpy(&words[k], from + i, 8);
      } else {
        __builtin_memcpy(&words[k], from + i, count);
      }
    }
    std::uint64_t result;
    if constexpr (kArity == 1) {
      result = f(words[0]);
    } else {
      result = f(words[0], words[1]);
    }
    if (count == 8) {
      __builtin_memcpy(to + i, &result, 8);
    } else {
      __builtin_memcpy(to + i, &result, count);
    }
  }
}

}  // namespace
}  // namespace sharray
