/// Copies, gathers and scatters. Included by kernels.h.
#pragma once

#include "math/simd.h"

namespace sharray {
namespace {

/// Elements before the first one at which a whole vector may be streamed, at most n.
std::size_t before_stream(const double* out, std::size_t n) noexcept {
  constexpr std::size_t kVector = simd::kLanes * sizeof(double);
  const std::size_t misaligned = reinterpret_cast<std::uintptr_t>(out) % kVector;
  const std::size_t head = misaligned == 0 ? 0 : (kVector - misaligned) / sizeof(double);
  return head > n ? n : head;
}

void copy_stream(double* out, const double* in, std::size_t n) noexcept {
  const std::size_t head = before_stream(out, n);
  std::size_t i = 0;
  for (; i < head; ++i) out[i] = in[i];
  for (; i + simd::kLanes <= n; i += simd::kLanes) simd::stream(out + i, simd::load(in + i));
  for (; i < n; ++i) out[i] = in[i];
}

void stream_fence() noexcept { simd::stream_fence(); }

template <class T>
void load_strided(T* out, const char* in, std::ptrdiff_t stride, std::size_t n) noexcept {
  for (std::size_t i = 0; i < n; ++i) {
    __builtin_memcpy(out + i, in, sizeof(T));
    in += stride;
  }
}

template <class T>
void store_strided(char* out, const T* in, std::ptrdiff_t stride, std::size_t n) noexcept {
  for (std::size_t i = 0; i < n; ++i) {
    __builtin_memcpy(out, in + i, sizeof(T));
    out += stride;
  }
}

}  // namespace
}  // namespace sharray
