/// hypot on one vector.
#pragma once

#include "math/coefficients_powers.h"
#include "math/pair.h"

namespace sharray {
namespace {
namespace lane {

using simd::M;
using simd::V;

/// Both operands are scaled by the power of two that brings the larger one into [2, 4), so that the squares neither
/// overflow nor underflow. The root r of the rounded sum s of squares is corrected by (s + s_low - r^2) / (2 r), whose
/// last factor need not be precise.
SHARRAY_INLINE V hypot(V x, V y) {
  using namespace simd;
  const V size_x = simd::abs(x), size_y = simd::abs(y);
  const V larger = max_second(size_x, size_y), smaller = min_second(size_y, size_x);
  // 2^E of the larger one, at least 2^-1021: then 2^(E - 1) and its inverse are normal. What is less stays small.
  const V power = max_second(bit_and(larger, set(kInfinity)), set(0x1p-1021));
  const V scale = from_bits(set_bits(0x7ff0000000000000) - bits(power));
  const V a = larger * scale, scaled = smaller * scale;
  // What is far below does not count, and its square would underflow.
  const V b = keep(simd::less(set(0x1p-60), scaled), scaled);
  const Pair aa = product(a, a), bb = product(b, b);
  const Pair s = fast_sum(aa.high, bb.high);
  const V root = simd::sqrt(s.high);
  const V excess = fnma(root, root, s.high) + (s.low + (aa.low + bb.low));
  const V corrected = simd::fma(excess, polynomial(coefficients::kHalfInverse, root), root) * (power * set(0.5));
  // An infinity wins over a NaN, which survives the sum.
  const V other = size_x + size_y;
  const M infinite = either(simd::equal(size_x, set(kInfinity)), simd::equal(size_y, set(kInfinity)));
  const M finite = both(simd::less(size_x, set(kInfinity)), simd::less(size_y, set(kInfinity)));
  return select(finite, corrected, select(infinite, set(kInfinity), other));
}

}  // namespace lane
}  // namespace
}  // namespace sharray
