/// Random numbers that take one block of words each, or for integers hardly ever more. Included by draws.h.
#pragma once

#include "math/log.h"
#include "math/normal.h"
#include "random/philox.h"

namespace sharray {
namespace {
namespace philox {

inline constexpr std::int64_t kBelowSign = 0x7fffffff;

inline void bits(void* out, const std::uint64_t* counters, const void*, const void*, const DrawKey& key,
                 std::size_t n) noexcept {
  auto* to = static_cast<double*>(out);
  for_each(
      counters, key, 0, n, [to](std::size_t i, std::size_t count, const I(&x)[4]) __attribute__((always_inline)) {
        const I number = (x[0] & simd::set_bits(kLow32)) | simd::shift_left(x[1], 32);
        put(to + i, count, simd::from_bits(number));
      });
}

inline void uniform(void* out, const std::uint64_t* counters, const void*, const void*, const DrawKey& key,
                    std::size_t n) noexcept {
  auto* to = static_cast<double*>(out);
  for_each(
      counters, key, 0, n, [to](std::size_t i, std::size_t count, const I(&x)[4]) __attribute__((always_inline)) {
        put(to + i, count, unit_53(x[0], x[1]));
      });
}

inline void uniform_24(void* out, const std::uint64_t* counters, const void*, const void*, const DrawKey& key,
                       std::size_t n) noexcept {
  auto* to = static_cast<double*>(out);
  for_each(
      counters, key, 0, n, [to](std::size_t i, std::size_t count, const I(&x)[4]) __attribute__((always_inline)) {
        put(to + i, count, unit_24(x[1]));
      });
}

/// ndtri(p), with its sign turned where the highest bit of w1 is set, for p = ((w1 mod 2^31) 2^32 + w0 + 1/2) / 2^64:
/// the tails are as fine as the middle, to 9 standard deviations.
inline void normal_of(double* out, const std::uint64_t* counters, const DrawKey& key, std::uint32_t attempt,
                      std::size_t n, double* second) noexcept {
  alignas(64) double signs[kBlock];
  for_each(
      counters, key, attempt, n, [&](std::size_t i, std::size_t count, const I(&x)[4]) __attribute__((always_inline)) {
        put(out + i, count, open_64(x[0], x[1], kBelowSign));
        const I sign = simd::shift_left(x[1] & simd::set_bits(kLow32 ^ kBelowSign), 32);
        put(signs + i, count, simd::from_bits(sign));
        if (second != nullptr) put(second + i, count, open_64(x[2], x[3]));
      });
  block::ndtri(out, out, n);
  std::size_t i = 0;
  for (; i + simd::kLanes <= n; i += simd::kLanes) {
    simd::store(out + i, simd::bit_xor(simd::load(out + i), simd::load(signs + i)));
  }
  if (i < n) {
    const V zero = simd::set(0.0);
    const V last = simd::bit_xor(simd::load_part(out + i, n - i, zero), simd::load_part(signs + i, n - i, zero));
    simd::store_part(out + i, last, n - i);
  }
}

inline void normal(void* out, const std::uint64_t* counters, const void*, const void*, const DrawKey& key,
                   std::size_t n) noexcept {
  normal_of(static_cast<double*>(out), counters, key, 0, n, nullptr);
}

/// -log(p), p = (w1 2^32 + w0 + 1/2) / 2^64.
inline void exponential(void* out, const std::uint64_t* counters, const void*, const void*, const DrawKey& key,
                        std::size_t n) noexcept {
  auto* to = static_cast<double*>(out);
  for_each(
      counters, key, 0, n, [to](std::size_t i, std::size_t count, const I(&x)[4]) __attribute__((always_inline)) {
        put(to + i, count, simd::set(0.0) - lane::log(open_64(x[0], x[1])));
      });
}

/// The number of an attempt for one counter.
inline std::uint64_t one_number(std::uint64_t counter, const DrawKey& key, std::uint32_t attempt) noexcept {
  I x[4];
  words(x, simd::set_bits(static_cast<std::int64_t>(counter)), key, attempt);
  const I number = (x[0] & simd::set_bits(kLow32)) | simd::shift_left(x[1], 32);
  alignas(64) double lanes[simd::kLanes];
  simd::store(lanes, simd::from_bits(number));
  std::uint64_t first;
  __builtin_memcpy(&first, lanes, sizeof first);
  return first;
}

/// The upper half of number * bound, unless the lower one says that this value would come too often. After Lemire,
/// "Fast random integer generation in an interval" (2019).
inline void integers(void* out, const std::uint64_t* counters, const void* x, const void*, const DrawKey& key,
                     std::size_t n) noexcept {
  __extension__ using Product = unsigned __int128;
  alignas(64) std::uint64_t numbers[kBlock];
  bits(numbers, counters, nullptr, nullptr, key, n);
  auto* to = static_cast<std::uint64_t*>(out);
  const auto* bounds = static_cast<const std::uint64_t*>(x);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t bound = bounds[i];
    if (bound == 0) {
      to[i] = numbers[i];
      continue;
    }
    Product product = Product{numbers[i]} * bound;
    if (static_cast<std::uint64_t>(product) < bound) {
      const std::uint64_t least = (0 - bound) % bound;
      for (std::uint32_t attempt = 1; static_cast<std::uint64_t>(product) < least && attempt < kMaxAttempts;
           ++attempt) {
        product = Product{one_number(counters[i], key, attempt)} * bound;
      }
    }
    to[i] = static_cast<std::uint64_t>(product >> 64);
  }
}

}  // namespace philox
}  // namespace
}  // namespace sharray
