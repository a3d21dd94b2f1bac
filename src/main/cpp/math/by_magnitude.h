/// Functions with one formula for ordinary elements and a dearer one for huge ones: the huge ones of a block are
/// packed, so that the formula for them runs on full vectors.
#pragma once

#include "math/angle.h"
#include "math/partition.h"

namespace sharray {
namespace {

/// Functions of angles: F::value(x, reduce).
struct PlainAngles {
  static constexpr double kLimit = kLargestPlainAngle;
  static constexpr double kHuge = 2 * kLargestPlainAngle;
};

SHARRAY_INLINE void store_at(double* out, std::size_t i, std::size_t n, simd::V x) {
  if (i + simd::kLanes <= n) {
    simd::store(out + i, x);
  } else {
    simd::store_part(out + i, x, n - i);
  }
}

/// out[i] = F::value(in[i], reduce), where `reduce` is plain_angle up to F::kLimit and huge_angle beyond; NaN where x
/// is NaN or infinite.
template <class F>
SHARRAY_INLINE void by_magnitude(double* out, const double* in, std::size_t n) {
  using namespace simd;
  constexpr unsigned kAll = (1U << kLanes) - 1;
  const auto plain = [](V x) __attribute__((always_inline)) {
    return F::value(
        x, [](V a) __attribute__((always_inline)) { return plain_angle<F::kAhead>(a); });
  };
  const auto huge = [](V x) __attribute__((always_inline)) {
    const V r = F::value(
        x, [](V a) __attribute__((always_inline)) { return huge_angle<F::kAhead>(a); });
    return r + (x - x);
  };
  const auto is_plain = [](V x) __attribute__((always_inline)) { return less_equal(abs(x), set(F::kLimit)); };

  std::size_t plain_count = 0;
  std::uint8_t places[Range::kVectors];
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const unsigned m = pack(is_plain(vector_at(in, i, n, 1.0)));
    places[v] = static_cast<std::uint8_t>(~m & kAll);
    plain_count += static_cast<unsigned>(__builtin_popcount(m));
  }
  const std::size_t vectors = (n + kLanes - 1) / kLanes;
  if (plain_count == vectors * kLanes) return for_each_vector(out, in, n, 1.0, plain);
  if (plain_count == vectors * kLanes - n) return for_each_vector(out, in, n, F::kHuge, huge);

  // Where few elements are huge, the formula for the others may as well run over all.
  const bool mostly_plain = plain_count * 4 > n * 3;
  Range huge_range, plain_range;
  huge_range.clear();
  plain_range.clear();
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const V x = vector_at(in, i, n, 1.0);
    huge_range.append(places[v], x);
    if (mostly_plain) {
      store_at(out, i, n, plain(x));
    } else {
      plain_range.append(~places[v] & kAll, x);
    }
  }
  huge_range.apply(huge, F::kHuge);
  if (!mostly_plain) plain_range.apply(plain, 1.0);
  std::size_t next_huge = 0, next_plain = 0;
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const unsigned m = places[v];
    if (mostly_plain) {
      if (m != 0) store_at(out, i, n, huge_range.restore(m, &next_huge, vector_at(out, i, n, 1.0)));
    } else {
      const V r = expand(~m & kAll, load(plain_range.values + next_plain));
      next_plain += kLanes - static_cast<unsigned>(__builtin_popcount(m));
      store_at(out, i, n, huge_range.restore(m, &next_huge, r));
    }
  }
}

}  // namespace
}  // namespace sharray
