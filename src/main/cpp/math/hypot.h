/// hypot on one vector.
#pragma once

#include "math/coefficients_powers.h"
#include "math/pair.h"

namespace sharray {
namespace {
namespace lane {

using simd::M;
using simd::V;

/// hypot of finite larger >= smaller >= 0, of which the larger one is 0 or at least 2^-900.
///
/// Both are scaled by the power of two that brings the larger one into [2, 4), so that the squares neither overflow nor
/// underflow. The root r of the rounded sum s of squares is corrected by (s + s_low - r^2) / (2 r), whose last factor
/// need not be precise.
SHARRAY_INLINE V hypot_of_sizes(V larger, V smaller) {
  using namespace simd;
  // 2^E of the larger one, then 2^(1 - E).
  const V power = max_second(bit_and(larger, set(kInfinity)), set(0x1p-1021));
  const V scale = from_bits(set_bits(0x7ff0000000000000) - bits(power));
  // What is far below does not count, and its square would underflow.
  const V kept = keep(simd::less(larger * set(0x1p-60), smaller), smaller);
  const V a = larger * scale, b = kept * scale;
  const Pair aa = product(a, a), bb = product(b, b);
  const Pair s = fast_sum(aa.high, bb.high);
  const V root = simd::sqrt(s.high);
  const V excess = fnma(root, root, s.high) + (s.low + (aa.low + bb.low));
  return simd::fma(excess, polynomial(coefficients::kHalfInverse, root), root) * (power * set(0.5));
}

SHARRAY_INLINE V hypot(V x, V y) {
  using namespace simd;
  const V size_x = simd::abs(x), size_y = simd::abs(y);
  const V larger = max_second(size_x, size_y), smaller = min_second(size_y, size_x);
  const M small = simd::less(larger, set(0x1p-900));
  V r;
  if (pack(small) == 0) {
    r = hypot_of_sizes(larger, smaller);
  } else {
    // Next to subnormal numbers, in another scale.
    const V a = select(small, lift(larger), larger), b = select(small, lift(smaller), smaller);
    r = hypot_of_sizes(a, b);
    r = select(small, unlift(r), r);
  }
  // An infinity wins over a NaN, which survives the sum.
  const V other = size_x + size_y;
  const M infinite = either(simd::equal(size_x, set(kInfinity)), simd::equal(size_y, set(kInfinity)));
  const M finite = both(simd::less(size_x, set(kInfinity)), simd::less(size_y, set(kInfinity)));
  return select(finite, r, select(infinite, set(kInfinity), other));
}

}  // namespace lane
}  // namespace
}  // namespace sharray
