/// cbrt on one vector.
#pragma once

#include "math/coefficients_powers.h"
#include "math/pair.h"

namespace sharray {
namespace {
namespace lane {

using simd::M;
using simd::V;

/// |x| = w 8^q with w in [3/8, 3). A polynomial gives r near w^(-1/3); with e = 1 - w r^3, w^(1/3) = w r^2 (1 -
/// e)^(-2/3) is w r^2 (1 + 2 e / 3) to about 2^-40, which a Newton step with an exact residual completes.
SHARRAY_INLINE V cbrt(V x) {
  using namespace simd;
  namespace c = coefficients;
  const V size = simd::abs(x);
  V k, m;
  split(size, &k, &m);
  const V q = rint(k * set(1.0 / 3));
  const V rest = fnma(q, set(3.0), k);
  const M doubled = simd::less(set(0.0), rest), halved = simd::less(rest, set(0.0));
  const V w = m * select(doubled, set(2.0), select(halved, set(0.5), set(1.0)));
  const V factor = select(doubled, set(c::kCubeRootTwo[1]), select(halved, set(c::kCubeRootTwo[0]), set(1.0)));
  const V r = polynomial(c::kInverseCubeRoot, m) * factor;
  const V rr = r * r;
  const V first = w * rr;
  const V root = simd::fma(first * set(2.0 / 3), fnma(first, r, set(1.0)), first);
  // w - root^3
  const Pair square = product(root, root);
  const Pair cube = product(square.high, root);
  const V residual = (w - cube.high) - simd::fma(square.low, root, cube.low);
  const V corrected = simd::fma(residual, rr * set(1.0 / 3), root);
  const V result = times_sign(times_small_power(corrected, q), x);
  return select(both(simd::less(set(0.0), size), simd::less(size, set(kInfinity))), result, x);
}

}  // namespace lane
}  // namespace
}  // namespace sharray
