/// Copies, gathers and scatters. Included by kernels.h.
#pragma once

#include <utility>

#include "expression/kernel_table.h"
#include "math/simd.h"

namespace sharray {
namespace {

/// How far before their use operands from memory are asked for, in bytes.
inline constexpr std::size_t kAheadBytes = 4096;

/// Asks for the lines of kBytes that will be read when those at p have been. Nothing happens past the end of memory.
template <std::size_t kBytes>
SHARRAY_INLINE void ask_ahead(const void* p) {
  const char* ahead = static_cast<const char*>(p) + kAheadBytes;
#pragma GCC unroll 16
  for (std::size_t line = 0; line < kBytes; line += 64) __builtin_prefetch(ahead + line);
}

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

template <std::size_t kBytes>
void load_strided(void* out, const char* in, std::ptrdiff_t stride, std::size_t n) noexcept {
  auto* to = static_cast<char*>(out);
  for (std::size_t i = 0; i < n; ++i) {
    __builtin_memcpy(to + i * kBytes, in, kBytes);
    in += stride;
  }
}

template <std::size_t kBytes>
void store_strided(char* out, const void* in, std::ptrdiff_t stride, std::size_t n) noexcept {
  const auto* from = static_cast<const char*>(in);
  for (std::size_t i = 0; i < n; ++i) {
    __builtin_memcpy(out, from + i * kBytes, kBytes);
    out += stride;
  }
}

template <std::size_t... kPowers>
constexpr void fill_strided(KernelTable& table, std::index_sequence<kPowers...>) {
  ((table.load_strided[kPowers] = &load_strided<std::size_t{1} << kPowers>), ...);
  ((table.store_strided[kPowers] = &store_strided<std::size_t{1} << kPowers>), ...);
}

}  // namespace
}  // namespace sharray
