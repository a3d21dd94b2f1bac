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

  Range range;
  range.clear();
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const V x = vector_at(in, i, n, 1.0);
    range.append(places[v], x);
    if (i + kLanes <= n) {
      store(out + i, plain(x));
    } else {
      store_part(out + i, plain(x), n - i);
    }
  }
  range.apply(huge, F::kHuge);
  std::size_t next = 0;
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    if (places[v] == 0) continue;
    const V r = range.restore(places[v], &next, vector_at(out, i, n, 1.0));
    if (i + kLanes <= n) {
      store(out + i, r);
    } else {
      store_part(out + i, r, n - i);
    }
  }
}

}  // namespace
}  // namespace sharray
