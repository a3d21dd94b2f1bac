/// Reductions in a fixed order of lanes. Included by kernels.h.
#pragma once

#include "math/arithmetic.h"

namespace sharray {
namespace {

template <Reduction kReduction>
SHARRAY_INLINE simd::V combine_lanes(simd::V x, simd::V y) {
  if constexpr (kReduction == Reduction::sum) return x + y;
  if constexpr (kReduction == Reduction::min) return lane::minimum(x, y);
  if constexpr (kReduction == Reduction::max) return lane::maximum(x, y);
}

constexpr double kIdentity[3] = {-0.0, simd::kInfinity, -simd::kInfinity};

template <Reduction kReduction>
double reduce(const double* in, std::size_t n) noexcept {
  using simd::kLanes;
  constexpr std::size_t kVectors = kReductionLanes / kLanes;
  const simd::V identity = simd::set(kIdentity[static_cast<int>(kReduction)]);
  simd::V lanes[kVectors];
#pragma GCC unroll 16
  for (std::size_t v = 0; v < kVectors; ++v) lanes[v] = identity;
  std::size_t i = 0;
  for (; i + kReductionLanes <= n; i += kReductionLanes) {
#pragma GCC unroll 16
    for (std::size_t v = 0; v < kVectors; ++v) {
      lanes[v] = combine_lanes<kReduction>(lanes[v], simd::load(in + i + v * kLanes));
    }
  }
#pragma GCC unroll 16
  for (std::size_t v = 0; v < kVectors; ++v, i += kLanes) {
    if (i >= n) break;
    const simd::V x = i + kLanes <= n ? simd::load(in + i) : simd::load_part(in + i, n - i, identity);
    lanes[v] = combine_lanes<kReduction>(lanes[v], x);
  }
#pragma GCC unroll 4
  for (std::size_t width = kVectors / 2; width >= 1; width /= 2) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < width; ++v) lanes[v] = combine_lanes<kReduction>(lanes[v], lanes[v + width]);
  }
  // The rest as vectors of one lane that counts.
  alignas(64) double last[2 * kLanes] = {};
  simd::store(last, lanes[0]);
#pragma GCC unroll 4
  for (std::size_t width = kLanes / 2; width >= 1; width /= 2) {
    simd::store(last, combine_lanes<kReduction>(simd::load(last), simd::load(last + width)));
  }
  return last[0];
}

template <Reduction kReduction>
void accumulate(double* lanes, const double* row, std::size_t columns) noexcept {
  using simd::kLanes;
  std::size_t i = 0;
  for (; i + kLanes <= columns; i += kLanes) {
    simd::store(lanes + i, combine_lanes<kReduction>(simd::load(lanes + i), simd::load(row + i)));
  }
  if (i == columns) return;
  const std::size_t n = columns - i;
  const simd::V zero = simd::set(0.0);
  const simd::V r = combine_lanes<kReduction>(simd::load_part(lanes + i, n, zero), simd::load_part(row + i, n, zero));
  simd::store_part(lanes + i, r, n);
}

}  // namespace
}  // namespace sharray
