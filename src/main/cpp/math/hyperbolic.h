/// sinh, cosh and tanh on one vector.
#pragma once

#include "math/coefficients_inverse.h"
#include "math/exp.h"

namespace sharray {
namespace {

/// |x| = n ln 2 + r with |r| <= ln(2) / 2, r = high + low, and with q = 2^(-2 n)
///   sinh(x) = 2^n ((1 - q) / 2 cosh(r) + (1 + q) / 2 sinh(r)),
///   cosh(x) = 2^n ((1 + q) / 2 cosh(r) + (1 - q) / 2 sinh(r)).
struct HyperbolicParts {
  simd::V n, high;
  simd::V sine;                  ///< sinh(r) - high
  simd::V cosine;                ///< cosh(r) - 1
  simd::Pair difference, total;  ///< (1 - q) / 2 and (1 + q) / 2

  /// From `highest` on, at least 720 where infinity is wanted, the results are those of `highest`; NaN passes.
  SHARRAY_INLINE explicit HyperbolicParts(simd::V x, double highest = 720.0) {
    using namespace simd;
    namespace c = coefficients;
    const V a = min_second(set(highest), abs(x));
    const V shifted = fma(a, set(c::kLog2e[0]), set(0x1.8p52));
    n = shifted - set(0x1.8p52);
    high = fnma(n, set(c::kLn2[0]), a);  // exact
    const V low = n * set(c::kLn2[1]);
    const V r = high - low;
    const V z = r * r;
    sine = fms(r * z, polynomial(c::kSinh, z), low);
    cosine = z * polynomial(c::kCosh, z);
    const V half = set(0.5);
    // The smallest q do not count.
    const V half_q = times_small_power(half, max_second(set(-200.0), n * set(-2.0)));
    difference = fast_sum(half, negate(half_q));
    total = fast_sum(half, half_q);
  }

  /// sinh|x| / 2^n. For |x| <= ln(2) / 2 only the term high + sine is left; else the product with `high` is kept in two
  /// parts, since it may nearly halve the sum.
  SHARRAY_INLINE simd::V sinh_mantissa() const {
    using namespace simd;
    const Pair linear = product(total.high, high);
    const Pair leading = sum(difference.high, linear.high);
    const V curved = fma(difference.high, cosine, total.high * sine);
    return leading.high + ((leading.low + (difference.low + linear.low)) + curved);
  }

  /// cosh(x) / 2^n.
  SHARRAY_INLINE simd::V cosh_mantissa() const {
    using namespace simd;
    const Pair linear = product(difference.high, high);
    const Pair leading = fast_sum(total.high, linear.high);
    const V curved = fma(total.high, cosine, difference.high * sine);
    return leading.high + ((leading.low + (total.low + linear.low)) + curved);
  }
};

namespace lane {

using simd::V;

SHARRAY_INLINE V sinh(V x) {
  const simd::M tiny = simd::is_tiny(x);
  const HyperbolicParts p(simd::drop(tiny, x));
  return simd::select(tiny, x, simd::times_sign(simd::times_power(p.sinh_mantissa(), p.n), x));
}

SHARRAY_INLINE V cosh(V x) {
  const HyperbolicParts p(simd::size_not_tiny(x));
  return simd::times_power(p.cosh_mantissa(), p.n);
}

/// tanh(|x|) = -e / (2 + e) with e = expm1(-2 |x|); e, the sum and the quotient are kept in two parts.
SHARRAY_INLINE V tanh(V x) {
  using namespace simd;
  const M tiny = is_tiny(x);
  // Beyond the bound the result is 1; NaN passes.
  const ExpParts parts = exp_parts(min_second(set(22.0), abs(drop(tiny, x))) * set(-2.0));
  const V scale = times_small_power(set(1.0), parts.n);
  const Pair whole = fast_sum(set(-1.0), scale);
  const Pair main = fast_sum(whole.high, scale * parts.high);
  const Pair e = fast_sum(main.high, simd::fma(scale, parts.rest, main.low + whole.low));
  const Pair d = fast_sum(set(2.0), e.high);
  const V inverse = set(1.0) / d.high;
  const V quotient = e.high * inverse;
  const V residual = fnma(quotient, d.low + e.low, fnma(quotient, d.high, e.high) + e.low);
  const V size = simd::abs(simd::fma(residual, inverse, quotient));
  return select(tiny, x, times_sign(size, x));
}

}  // namespace lane
}  // namespace
}  // namespace sharray
