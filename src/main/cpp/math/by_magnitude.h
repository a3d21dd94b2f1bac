/// Functions of angles, which reduce large ones at more cost, and huge ones at much more: the huge ones of a block are
/// packed, so that the formula for them runs on full vectors.
#pragma once

#include "math/angle.h"
#include "math/partition.h"

namespace sharray {
namespace {

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

  std::size_t huge_count = 0;
  unsigned all_plain = kAll;
  std::uint8_t places[Range::kVectors];
  for (std::size_t i = 0, v = 0; i < n; i += kLanes, ++v) {
    const V a = abs(vector_at(in, i, n, 1.0));
    all_plain &= pack(less_equal(a, set(kLargestPlainAngle)));
    const unsigned m = ~pack(less_equal(a, set(kLargestMediumAngle))) & kAll;
    places[v] = static_cast<std::uint8_t>(m);
    huge_count += static_cast<unsigned>(__builtin_popcount(m));
  }
  if (all_plain == kAll) return for_each_vector(out, in, n, 1.0, plain);
  rare_apart(out, in, n, places, huge_count, {1.0, kHuge}, medium, huge);
}

}  // namespace
}  // namespace sharray
