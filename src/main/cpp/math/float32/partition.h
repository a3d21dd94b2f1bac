/// Functions of floats with different formulas on different ranges: sorts the elements of a block into their ranges, so
/// that each formula runs on full vectors of its own elements.
#pragma once

#include "math/float32/simd.h"

namespace sharray {
namespace {
namespace float32 {

/// The elements of one range, packed.
struct Range {
  static constexpr std::size_t kVectors = kBlock / simd::kLanes;

  alignas(64) float values[kBlock + simd::kLanes];
  std::size_t size = 0;

  SHARRAY_INLINE Range() {}

  SHARRAY_INLINE void append(unsigned m, simd::V x) {
    simd::store(values + size, simd::compress(m, x));
    size += static_cast<unsigned>(__builtin_popcount(m));
  }

  template <class F>
  SHARRAY_INLINE void apply(F f, float filler) {
    simd::store(values + size, simd::set(filler));
    for (std::size_t i = 0; i < size; i += simd::kLanes) simd::store(values + i, f(simd::load(values + i)));
  }

  /// Puts the next values of this range where they came from.
  SHARRAY_INLINE simd::V restore(unsigned m, std::size_t* next, simd::V others) const {
    const simd::V mine = simd::expand(m, simd::load(values + *next));
    *next += static_cast<unsigned>(__builtin_popcount(m));
    return simd::select(simd::unpack(m), mine, others);
  }
};

template <class F>
SHARRAY_INLINE void for_each_vector(float* out, const float* in, std::size_t n, float filler, F f) {
  std::size_t i = 0;
  for (; i + simd::kLanes <= n; i += simd::kLanes) simd::store(out + i, f(simd::load(in + i)));
  if (i < n) simd::store_part(out + i, f(simd::load_part(in + i, n - i, simd::set(filler))), n - i);
}

/// The vector of a block that starts at i; past the end it holds `filler`.
SHARRAY_INLINE simd::V vector_at(const float* in, std::size_t i, std::size_t n, float filler) {
  return i + simd::kLanes <= n ? simd::load(in + i) : simd::load_part(in + i, n - i, simd::set(filler));
}

/// out[i] = f(in[i]) with the formulas F::negative for x < F::kNegative, F::small for other x < F::kBig, and F::big for
/// the rest and NaN. Every formula must survive, but may spoil, elements of other ranges.
template <class F>
SHARRAY_INLINE void by_range(float* out, const float* in, std::size_t n) {
  using namespace simd;
  constexpr float kBigFiller = F::kBig + 1.0F, kSmallFiller = (F::kBig + F::kNegative) / 2;
  constexpr float kNegativeFiller = F::kNegative - 1.0F;
  const auto big = [](V x) __attribute__((always_inline)) { return F::big(x); };
  const auto small = [](V x) __attribute__((always_inline)) { return F::small(x); };
  const auto negative = [](V x) __attribute__((always_inline)) { return F::negative(x); };
  std::uint16_t below_big[Range::kVectors], below_all[Range::kVectors];
  std::size_t not_big = 0, negatives = 0;
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const V x = vector_at(in, i, n, kBigFiller);
    const unsigned b = pack(less(x, set(F::kBig))), m = pack(less(x, set(F::kNegative)));
    below_big[v] = static_cast<std::uint16_t>(b);
    below_all[v] = static_cast<std::uint16_t>(m);
    not_big += static_cast<unsigned>(__builtin_popcount(b));
    negatives += static_cast<unsigned>(__builtin_popcount(m));
  }
  if (not_big == 0) return for_each_vector(out, in, n, kBigFiller, big);
  if (negatives == n) return for_each_vector(out, in, n, kNegativeFiller, negative);
  if (not_big == n && negatives == 0) return for_each_vector(out, in, n, kSmallFiller, small);

  Range small_range, negative_range, big_range;
  // Where few elements are not big, the formula for big ones may as well run over all.
  const bool mostly_big = not_big * 6 < n;
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const V x = vector_at(in, i, n, kBigFiller);
    const unsigned m = below_all[v], s = below_big[v] & ~m;
    small_range.append(s, x);
    if (m != 0) negative_range.append(m, x);
    if (!mostly_big) big_range.append(~(s | m) & kAll, x);
  }
  small_range.apply(small, kSmallFiller);
  negative_range.apply(negative, kNegativeFiller);
  if (!mostly_big) big_range.apply(big, kBigFiller);
  std::size_t next_small = 0, next_negative = 0, next_big = 0;
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const unsigned m = below_all[v], s = below_big[v] & ~m, b = ~(s | m) & kAll;
    V r;
    if (mostly_big) {
      r = F::big(vector_at(in, i, n, kBigFiller));
    } else {
      r = expand(b, load(big_range.values + next_big));
      next_big += static_cast<unsigned>(__builtin_popcount(b));
    }
    r = small_range.restore(s, &next_small, r);
    if (m != 0) r = negative_range.restore(m, &next_negative, r);
    if (i + kLanes <= n) {
      store(out + i, r);
    } else {
      store_part(out + i, r, n - i);
    }
  }
}

}  // namespace float32
}  // namespace
}  // namespace sharray
