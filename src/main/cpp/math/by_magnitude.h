/// Functions of angles, which reduce large ones at more cost, and huge ones at much more: the huge ones of a block are
/// packed, so that the formula for them runs on full vectors.
#pragma once

#include "math/angle.h"
#include "math/partition.h"

namespace sharray {
namespace {

SHARRAY_INLINE void store_at(double* out, std::size_t i, std::size_t n, simd::V x) {
  if (i + simd::kLanes <= n) {
    simd::store(out + i, x);
  } else {
    simd::store_part(out + i, x, n - i);
  }
}

/// out[i] = F::value(in[i], reduce), where `reduce` is plain_angle, medium_angle or huge_angle; NaN where x is NaN or
/// infinite. An element gets the same result whatever its neighbours are.
template <class F>
SHARRAY_INLINE void by_magnitude(double* out, const double* in, std::size_t n) {
  using namespace simd;
  constexpr unsigned kAll = (1U << kLanes) - 1;
  const auto plain = [](V x) __attribute__((always_inline)) {
    return F::value(
        x, [](V a) __attribute__((always_inline)) { return plain_angle<F::kAhead>(a); });
  };
  const auto medium = [](V x) __attribute__((always_inline)) {
    return F::value(
        x, [](V a) __attribute__((always_inline)) { return medium_angle<F::kAhead>(a); });
  };
  const auto huge = [](V x) __attribute__((always_inline)) {
    const V r = F::value(
        x, [](V a) __attribute__((always_inline)) { return huge_angle<F::kAhead>(a); });
    return r + (x - x);
  };
  constexpr double kHuge = 2 * kLargestMediumAngle;

  std::size_t other_count = 0;
  unsigned all_plain = kAll;
  std::uint8_t places[Range::kVectors];
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const V a = abs(vector_at(in, i, n, 1.0));
    all_plain &= pack(less_equal(a, set(kLargestPlainAngle)));
    const unsigned m = pack(less_equal(a, set(kLargestMediumAngle)));
    places[v] = static_cast<std::uint8_t>(~m & kAll);
    other_count += static_cast<unsigned>(__builtin_popcount(m));
  }
  const std::size_t vectors = (n + kLanes - 1) / kLanes;
  if (all_plain == kAll) return for_each_vector(out, in, n, 1.0, plain);
  if (other_count == vectors * kLanes) return for_each_vector(out, in, n, 1.0, medium);
  if (other_count == vectors * kLanes - n) return for_each_vector(out, in, n, kHuge, huge);

  // Where few elements are huge, the formula for the others may as well run over all.
  const bool few_huge = other_count * 4 > n * 3;
  Range huge_range, other_range;
  huge_range.clear();
  other_range.clear();
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const V x = vector_at(in, i, n, 1.0);
    huge_range.append(places[v], x);
    if (few_huge) {
      store_at(out, i, n, medium(x));
    } else {
      other_range.append(~places[v] & kAll, x);
    }
  }
  huge_range.apply(huge, kHuge);
  if (!few_huge) other_range.apply(medium, 1.0);
  std::size_t next_huge = 0, next_other = 0;
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const unsigned m = places[v];
    if (few_huge) {
      if (m != 0) store_at(out, i, n, huge_range.restore(m, &next_huge, vector_at(out, i, n, 1.0)));
    } else {
      const V r = expand(~m & kAll, load(other_range.values + next_other));
      next_other += kLanes - static_cast<unsigned>(__builtin_popcount(m));
      store_at(out, i, n, huge_range.restore(m, &next_huge, r));
    }
  }
}

}  // namespace
}  // namespace sharray
