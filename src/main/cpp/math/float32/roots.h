/// sqrt, cbrt and hypot on one vector of floats.
#pragma once

#include "math/float32/coefficients.h"
#include "math/float32/pair.h"

namespace sharray {
namespace {
namespace float32 {
namespace lane {

using simd::M;
using simd::V;

SHARRAY_INLINE V sqrt(V x) { return simd::sqrt(x); }

/// |x| = w 8^q with w in [3/8, 3). A polynomial gives r near w^(-1/3); with e = 1 - w r^3, w^(1/3) = w r^2 (1 -
/// e)^(-2/3) is nearly w r^2 (1 + 2 e / 3), which a Newton step with an exact residual completes.
SHARRAY_INLINE V cbrt(V x) {
  using namespace simd;
  namespace c = coefficients;
  const V size = simd::abs(x);
  V k, m;
  split(size, &k, &m);
  const V q = rint(k * set(1.0F / 3));
  const V rest = fnma(q, set(3.0F), k);
  const M doubled = simd::less(set(0.0F), rest), halved = simd::less(rest, set(0.0F));
  const V w = m * select(doubled, set(2.0F), select(halved, set(0.5F), set(1.0F)));
  const V factor = select(doubled, set(c::kCubeRootTwo[1]), select(halved, set(c::kCubeRootTwo[0]), set(1.0F)));
  const V r = polynomial(c::kInverseCubeRoot, m) * factor;
  const V rr = r * r;
  const V first = w * rr;
  const V root = simd::fma(first * set(2.0F / 3), fnma(first, r, set(1.0F)), first);
  // w - root^3
  const Pair square = product(root, root);
  const Pair cube = product(square.high, root);
  const V residual = (w - cube.high) - simd::fma(square.low, root, cube.low);
  const V corrected = simd::fma(residual, rr * set(1.0F / 3), root);
  const V result = times_sign(times_small_power(corrected, q), x);
  return select(both(simd::less(set(0.0F), size), simd::less(size, set(kInfinity))), result, x);
}

/// Both operands are scaled by the power of two that brings the larger one into [2, 4), so that the squares neither
/// overflow nor underflow. The root r of the rounded sum s of squares is corrected by (s + s_low - r^2) / (2 r), whose
/// last factor need not be precise.
SHARRAY_INLINE V hypot(V x, V y) {
  using namespace simd;
  const V size_x = simd::abs(x), size_y = simd::abs(y);
  const V larger = max_second(size_x, size_y), smaller = min_second(size_y, size_x);
  // 2^E of the larger one, at least 2^-125: then 2^(E - 1) and its inverse are normal. What is less stays small.
  const V power = max_second(bit_and(larger, set(kInfinity)), set(0x1p-125F));
  const V scale = from_bits(minus(set_bits(0x7f800000), bits(power)));
  const V a = larger * scale, scaled = smaller * scale;
  // What is far below does not count, and its square would underflow.
  const V b = keep(simd::less(set(0x1p-30F), scaled), scaled);
  const Pair aa = product(a, a), bb = product(b, b);
  const Pair s = fast_sum(aa.high, bb.high);
  const V root = simd::sqrt(s.high);
  const V excess = fnma(root, root, s.high) + (s.low + (aa.low + bb.low));
  const V corrected = simd::fma(excess, polynomial(coefficients::kHalfInverse, root), root) * (power * set(0.5F));
  // An infinity wins over a NaN, which survives the sum.
  const V other = size_x + size_y;
  const M infinite = either(simd::equal(size_x, set(kInfinity)), simd::equal(size_y, set(kInfinity)));
  const M finite = both(simd::less(size_x, set(kInfinity)), simd::less(size_y, set(kInfinity)));
  return select(finite, corrected, select(infinite, set(kInfinity), other));
}

}  // namespace lane
}  // namespace float32
}  // namespace
}  // namespace sharray
