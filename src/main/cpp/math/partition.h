/// Functions with different formulas on different ranges: sorts the elements of a block into their ranges, so that each
/// formula runs on full vectors of its own elements.
#pragma once

#include "math/simd.h"

namespace sharray {
namespace {

/// The elements of one range, packed.
struct Range {
  static constexpr std::size_t kVectors = kBlock / simd::kLanes;

  alignas(64) double values[kBlock + simd::kLanes];
  std::size_t size;

  SHARRAY_INLINE void clear() { size = 0; }

  SHARRAY_INLINE void append(unsigned m, simd::V x) {
    simd::store(values + size, simd::compress(m, x));
    size += static_cast<unsigned>(__builtin_popcount(m));
  }

  template <class F>
  SHARRAY_INLINE void apply(F f, double filler) {
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
SHARRAY_INLINE void for_each_vector(double* out, const double* in, std::size_t n, double filler, F f) {
  std::size_t i = 0;
  for (; i + simd::kLanes <= n; i += simd::kLanes) simd::store(out + i, f(simd::load(in + i)));
  if (i < n) simd::store_part(out + i, f(simd::load_part(in + i, n - i, simd::set(filler))), n - i);
}

/// The vector of a block that starts at i; past the end it holds `filler`.
SHARRAY_INLINE simd::V vector_at(const double* in, std::size_t i, std::size_t n, double filler) {
  return i + simd::kLanes <= n ? simd::load(in + i) : simd::load_part(in + i, n - i, simd::set(filler));
}

SHARRAY_INLINE void store_at(double* out, std::size_t i, std::size_t n, simd::V x) {
  if (i + simd::kLanes <= n) {
    simd::store(out + i, x);
  } else {
    simd::store_part(out + i, x, n - i);
  }
}

/// Elements that one of two formulas may have past the end of a block.
struct Fillers {
  double common, rare;
};

/// out[i] = rare(in[i]) at `places` of each vector, `count` in all, and common(in[i]) elsewhere. The rare elements are
/// packed, so that the formula for them runs on full vectors. `common` must survive all elements.
template <class Common, class Rare>
SHARRAY_INLINE void rare_apart(double* out, const double* in, std::size_t n, const std::uint8_t* places,
                               std::size_t count, Fillers fillers, Common common, Rare rare) {
  using namespace simd;
  constexpr unsigned kAll = (1U << kLanes) - 1;
  if (count == 0) return for_each_vector(out, in, n, fillers.common, common);
  if (count == n) return for_each_vector(out, in, n, fillers.rare, rare);

  // Where few elements are rare, the formula for the others may as well run over all.
  const bool few = count * 4 < n;
  Range rare_range, common_range;
  rare_range.clear();
  common_range.clear();
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const V x = vector_at(in, i, n, fillers.common);
    if (few) {
      if (places[v] != 0) rare_range.append(places[v], x);
      store_at(out, i, n, common(x));
    } else {
      rare_range.append(places[v], x);
      common_range.append(~places[v] & kAll, x);
    }
  }
  rare_range.apply(rare, fillers.rare);
  if (!few) common_range.apply(common, fillers.common);
  std::size_t next_rare = 0, next_common = 0;
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const unsigned m = places[v];
    if (few) {
      if (m != 0) store_at(out, i, n, rare_range.restore(m, &next_rare, vector_at(out, i, n, fillers.common)));
    } else {
      const V r = expand(~m & kAll, load(common_range.values + next_common));
      next_common += kLanes - static_cast<unsigned>(__builtin_popcount(m));
      store_at(out, i, n, rare_range.restore(m, &next_rare, r));
    }
  }
}

/// out[i] = F::common(in[i]) where F::is_common(in[i]), else F::rare(in[i]).
template <class F>
SHARRAY_INLINE void by_rarity(double* out, const double* in, std::size_t n) {
  using namespace simd;
  constexpr unsigned kAll = (1U << kLanes) - 1;
  const auto common = [](V x) __attribute__((always_inline)) { return F::common(x); };
  const auto rare = [](V x) __attribute__((always_inline)) { return F::rare(x); };
  std::size_t count = 0;
  std::uint8_t places[Range::kVectors];
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const unsigned m = ~pack(F::is_common(vector_at(in, i, n, F::kCommon))) & kAll;
    places[v] = static_cast<std::uint8_t>(m);
    count += static_cast<unsigned>(__builtin_popcount(m));
  }
  rare_apart(out, in, n, places, count, {F::kCommon, F::kRare}, common, rare);
}

/// by_range for blocks with elements of several ranges: `others` elements, at `places` in each vector, are not for
/// `big`.
template <class F, class Big>
SHARRAY_INLINE void in_ranges(double* out, const double* in, std::size_t n, const std::uint8_t* places,
                              std::size_t others, Big big) {
  using namespace simd;
  constexpr unsigned kAll = (1U << kLanes) - 1;
  constexpr double kFiller = F::kBig + 1.0;
  const auto small = [](V x) __attribute__((always_inline)) { return F::small(x); };
  const auto negative = [](V x) __attribute__((always_inline)) { return F::negative(x); };
  std::uint8_t small_places[Range::kVectors], negative_places[Range::kVectors];
  Range small_range, negative_range, big_range;
  small_range.clear();
  negative_range.clear();
  big_range.clear();
  // Where few elements are not big, the formula for big ones may as well run over all.
  const bool mostly_big = others * 6 < n;
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    if (mostly_big && places[v] == 0) {
      small_places[v] = negative_places[v] = 0;
      continue;
    }
    const V x = vector_at(in, i, n, kFiller);
    const unsigned m = pack(simd::less(x, set(F::kNegative))) & places[v];
    const unsigned s = places[v] & ~m;
    small_places[v] = static_cast<std::uint8_t>(s);
    negative_places[v] = static_cast<std::uint8_t>(m);
    small_range.append(s, x);
    if (m != 0) negative_range.append(m, x);
    if (!mostly_big) big_range.append(~(s | m) & kAll, x);
  }
  small_range.apply(small, F::kBig - 2.0);
  negative_range.apply(negative, F::kNegative - 1.0);
  if (!mostly_big) big_range.apply(big, kFiller);
  std::size_t next_small = 0, next_negative = 0, next_big = 0;
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const unsigned s = small_places[v], m = negative_places[v], b = ~(s | m) & kAll;
    V r;
    if (mostly_big) {
      r = big(vector_at(in, i, n, kFiller));
    } else {
      r = expand(b, load(big_range.values + next_big));
      next_big += static_cast<unsigned>(__builtin_popcount(b));
    }
    if (!mostly_big || s != 0) r = small_range.restore(s, &next_small, r);
    if (m != 0) r = negative_range.restore(m, &next_negative, r);
    if (i + kLanes <= n) {
      store(out + i, r);
    } else {
      store_part(out + i, r, n - i);
    }
  }
}

/// Functions with a formula for the smallest x, which F::big_or_tiny has beside that of F::big.
template <class F>
concept KnowsTiny = requires(simd::V x) {
  F::big_or_tiny(x);
};

/// out[i] = f(in[i]) with the formulas F::negative for x < F::kNegative, F::small for other x < F::kBig, and F::big for
/// the rest and NaN. Every formula must survive, but may spoil, elements of other ranges. Where F has a formula for
/// tiny x it takes them from the other ranges.
template <class F>
SHARRAY_INLINE void by_range(double* out, const double* in, std::size_t n) {
  using namespace simd;
  constexpr double kFiller = F::kBig + 1.0;
  constexpr double kSmallFiller = F::kBig - 2.0;
  const auto big = [](V x) __attribute__((always_inline)) { return F::big(x); };
  const auto small = [](V x) __attribute__((always_inline)) { return F::small(x); };
  const auto negative = [](V x) __attribute__((always_inline)) { return F::negative(x); };
  std::uint8_t small_places[Range::kVectors];
  std::size_t others = 0;
  unsigned any_tiny = 0;
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const V x = vector_at(in, i, n, kFiller);
    M below = simd::less(x, set(F::kBig));
    if constexpr (KnowsTiny<F>) {
      any_tiny |= pack(is_tiny(x));
      below = but_not(below, is_tiny(x));
    }
    const unsigned s = pack(below);
    small_places[v] = static_cast<std::uint8_t>(s);
    others += static_cast<unsigned>(__builtin_popcount(s));
  }
  if constexpr (KnowsTiny<F>) {
    if (any_tiny != 0) {
      const auto big_or_tiny = [](V x) __attribute__((always_inline)) { return F::big_or_tiny(x); };
      if (others == 0) return for_each_vector(out, in, n, kFiller, big_or_tiny);
      return in_ranges<F>(out, in, n, small_places, others, big_or_tiny);
    }
  }
  if (others == 0) return for_each_vector(out, in, n, kFiller, big);
  if (others == n) {
    std::size_t negatives = 0;
    for (std::size_t i = 0; i < n; i += kLanes) {
      const unsigned m = pack(simd::less(vector_at(in, i, n, kFiller), set(F::kNegative)));
      negatives += static_cast<unsigned>(__builtin_popcount(m));
    }
    if (negatives == 0) return for_each_vector(out, in, n, kSmallFiller, small);
    if (negatives == n) return for_each_vector(out, in, n, F::kNegative - 1.0, negative);
  }

  in_ranges<F>(out, in, n, small_places, others, big);
}

}  // namespace
}  // namespace sharray
