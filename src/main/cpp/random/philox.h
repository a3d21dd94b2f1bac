/// Philox 4x32-10 on vectors of counters, and the numbers between 0 and 1 made of its words.
///
/// After Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
#pragma once

#include "math/simd.h"
#include "random/draw.h"

namespace sharray {
namespace {
namespace philox {

using simd::I;
using simd::V;

inline constexpr std::uint32_t kMultiplier[] = {0xD2511F53, 0xCD9E8D57}, kWeyl[] = {0x9E3779B9, 0xBB67AE85};
inline constexpr int kRounds = 10;
inline constexpr std::int64_t kLow32 = 0xffffffff;
/// Attempts are counted from 0; this one is for a number of its own.
inline constexpr std::uint32_t kExtraAttempt = 0xfffe;
/// So many are never needed: each fails with a probability below 1/2.
inline constexpr std::uint32_t kMaxAttempts = 0x1000;

/// Ten rounds on counters of four words, each in the low half of a lane. What is in the high halves does not matter,
/// and is anything afterwards.
SHARRAY_INLINE void rounds(I (&x)[4], std::uint64_t key) {
  auto k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
  const I m0 = simd::set_bits(kMultiplier[0]), m1 = simd::set_bits(kMultiplier[1]);
#pragma GCC unroll 10
  for (int round = 0; round < kRounds; ++round, k0 += kWeyl[0], k1 += kWeyl[1]) {
    const I p0 = simd::multiply_low(x[0], m0), p1 = simd::multiply_low(x[2], m1);
    x[0] = simd::shift_right(p1, 32) ^ x[1] ^ simd::set_bits(k0);
    x[1] = p1;
    x[2] = simd::shift_right(p0, 32) ^ x[3] ^ simd::set_bits(k1);
    x[3] = p0;
  }
}

/// The words of an attempt for kLanes counters.
SHARRAY_INLINE void words(I (&x)[4], I counters, const DrawKey& key, std::uint32_t attempt) {
  x[0] = counters;
  x[1] = simd::shift_right(counters, 32);
  x[2] = simd::set_bits(static_cast<std::int64_t>(key.call & 0xffffffff));
  x[3] = simd::set_bits(static_cast<std::int64_t>(key.call >> 32 | std::uint64_t{attempt} << 16));
  rounds(x, key.key);
}

/// Calls f(i, count, words) for the elements from i on, kLanes at once; of the last ones only `count` are wanted.
template <class F>
SHARRAY_INLINE void for_each(const std::uint64_t* counters, const DrawKey& key, std::uint32_t attempt, std::size_t n,
                             F f) {
  const auto* from = reinterpret_cast<const double*>(counters);
  std::size_t i = 0;
  I x[4];
#pragma GCC unroll 2
  for (; i + simd::kLanes <= n; i += simd::kLanes) {
    words(x, simd::bits(simd::load(from + i)), key, attempt);
    f(i, simd::kLanes, x);
  }
  if (i < n) {
    words(x, simd::bits(simd::load_part(from + i, n - i, simd::set(0.0))), key, attempt);
    f(i, n - i, x);
  }
}

SHARRAY_INLINE void put(double* to, std::size_t count, V x) {
  if (count == simd::kLanes) {
    simd::store(to, x);
  } else {
    simd::store_part(to, x, count);
  }
}

/// `unit`, a power of two, plus these bits of its fraction.
SHARRAY_INLINE V above(double unit, I low) { return simd::from_bits(low | simd::bits(simd::set(unit))); }

/// (high 2^32 + low) >> 11, over 2^53: every step is exact.
SHARRAY_INLINE V unit_53(I low, I high) {
  const V upper = above(0x1p20, high & simd::set_bits(kLow32));
  const V lower = above(0.5, simd::shift_right(low, 11) & simd::set_bits(0x1fffff));
  return (upper - simd::set(0x1p20 + 0.5)) + lower;
}

SHARRAY_INLINE V unit_24(I high) {
  return above(0x1p28, simd::shift_right(high, 8) & simd::set_bits(0xffffff)) - simd::set(0x1p28);
}

/// (high 2^32 + low + 1/2) / 2^64, rounded once: more than 0, at most 1. `mask`: the bits of `high` that count.
SHARRAY_INLINE V open_64(I low, I high, std::int64_t mask = kLow32) {
  const V upper = above(0x1p20, high & simd::set_bits(mask)) - simd::set(0x1p20);
  const I odd = simd::shift_left(low & simd::set_bits(kLow32), 1) | simd::set_bits(1);
  return upper + (above(0x1p-13, odd) - simd::set(0x1p-13));
}

}  // namespace philox
}  // namespace
}  // namespace sharray
