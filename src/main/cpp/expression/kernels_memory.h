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

/// One square of a transposition, in registers. Only elements of 4 and 8 bytes are worth it.
template <std::size_t kBytes>
struct Square {
  static constexpr std::size_t kSide = 1;
  static void transpose(char* out, std::size_t, const char* in, std::ptrdiff_t) noexcept {
    __builtin_memcpy(out, in, kBytes);
  }
};

/// A square of elements of 8 bytes, in vectors of 4 or 8.
template <std::size_t kSide>
struct Words;

template <>
struct Words<4> {
  using V [[gnu::vector_size(32)]] = std::int64_t;
  SHARRAY_INLINE static void transpose(V (&x)[4]) noexcept {
    const V ab = __builtin_shufflevector(x[0], x[1], 0, 4, 2, 6), ba = __builtin_shufflevector(x[0], x[1], 1, 5, 3, 7);
    const V cd = __builtin_shufflevector(x[2], x[3], 0, 4, 2, 6), dc = __builtin_shufflevector(x[2], x[3], 1, 5, 3, 7);
    x[0] = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    x[1] = __builtin_shufflevector(ba, dc, 0, 1, 4, 5);
    x[2] = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    x[3] = __builtin_shufflevector(ba, dc, 2, 3, 6, 7);
  }
};

template <>
struct Words<8> {
  using V [[gnu::vector_size(64)]] = std::int64_t;
  SHARRAY_INLINE static void transpose(V (&x)[8]) noexcept {
    V y[8];
#pragma GCC unroll 4
    for (std::size_t i = 0; i < 8; i += 2) {
      y[i] = __builtin_shufflevector(x[i], x[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
      y[i + 1] = __builtin_shufflevector(x[i], x[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
#pragma GCC unroll 4
    for (std::size_t i = 0; i < 4; i++) {
      const std::size_t j = i / 2 * 4 + i % 2;
      x[j] = __builtin_shufflevector(y[j], y[j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      x[j + 2] = __builtin_shufflevector(y[j], y[j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
#pragma GCC unroll 4
    for (std::size_t i = 0; i < 4; i++) {
      y[i] = __builtin_shufflevector(x[i], x[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
      x[i + 4] = __builtin_shufflevector(x[i], x[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
      x[i] = y[i];
    }
  }
};

/// With 8 lanes a row of the square is a line of the cache.
template <>
struct Square<8> {
  static constexpr std::size_t kSide = simd::kLanes == 8 ? 8 : 4;
  SHARRAY_INLINE static void transpose(char* out, std::size_t width, const char* in, std::ptrdiff_t stride) noexcept {
    typename Words<kSide>::V x[kSide];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kSide; i++, in += stride) __builtin_memcpy(&x[i], in, sizeof x[i]);
    Words<kSide>::transpose(x);
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kSide; i++, out += width) __builtin_memcpy(out, &x[i], sizeof x[i]);
  }
};

template <>
struct Square<4> {
  static constexpr std::size_t kSide = 4;
  using V [[gnu::vector_size(16)]] = std::int32_t;
  SHARRAY_INLINE static void transpose(char* out, std::size_t width, const char* in, std::ptrdiff_t stride) noexcept {
    V a, b, c, d;
    __builtin_memcpy(&a, in, sizeof a);
    __builtin_memcpy(&b, in + stride, sizeof b);
    __builtin_memcpy(&c, in + 2 * stride, sizeof c);
    __builtin_memcpy(&d, in + 3 * stride, sizeof d);
    const V ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), ba = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const V cd = __builtin_shufflevector(c, d, 0, 4, 1, 5), dc = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    const V rows[] = {__builtin_shufflevector(ab, cd, 0, 1, 4, 5), __builtin_shufflevector(ab, cd, 2, 3, 6, 7),
                      __builtin_shufflevector(ba, dc, 0, 1, 4, 5), __builtin_shufflevector(ba, dc, 2, 3, 6, 7)};
    for (std::size_t r = 0; r < 4; r++) __builtin_memcpy(out + r * width, &rows[r], sizeof rows[r]);
  }
};

template <std::size_t kBytes>
void transpose(char* out, std::size_t pitch, const char* in, std::ptrdiff_t row_stride, std::ptrdiff_t column_stride,
               std::size_t rows, std::size_t columns) noexcept {
  constexpr std::size_t kSide = Square<kBytes>::kSide;
  const bool squares = kSide > 1 && row_stride == static_cast<std::ptrdiff_t>(kBytes);
  const std::size_t square_rows = squares ? rows / kSide * kSide : 0;
  for (std::size_t c = 0; c < columns;) {
    const bool square = squares && c + kSide <= columns;
    const std::size_t side = square ? kSide : 1, done = square ? square_rows : 0;
    char* to = out + c * kBytes;
    for (std::size_t r = 0; r < done; r += kSide) {
      Square<kBytes>::transpose(to + r * pitch, pitch, in + static_cast<std::ptrdiff_t>(r * kBytes), column_stride);
    }
    for (std::size_t s = 0; s < side; s++) {
      const char* from = in + static_cast<std::ptrdiff_t>(done) * row_stride;
      for (std::size_t r = done; r < rows; r++, from += row_stride) {
        __builtin_memcpy(to + s * kBytes + r * pitch, from, kBytes);
      }
      in += column_stride;
    }
    c += side;
  }
}

template <std::size_t... kPowers>
constexpr void fill_strided(KernelTable& table, std::index_sequence<kPowers...>) {
  ((table.load_strided[kPowers] = &load_strided<std::size_t{1} << kPowers>), ...);
  ((table.store_strided[kPowers] = &store_strided<std::size_t{1} << kPowers>), ...);
  ((table.transpose[kPowers] = &transpose<std::size_t{1} << kPowers>), ...);
}

}  // namespace
}  // namespace sharray
