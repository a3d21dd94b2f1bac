/// sinh, cosh, tanh, asinh, acosh and atanh on one vector of floats.
#pragma once

#include "math/float32/exp.h"
#include "math/float32/log.h"

namespace sharray {
namespace {
namespace float32 {

/// |x| = n ln 2 + r with |r| <= ln(2) / 2, r = high + low, and with q = 2^(-2 n)
///   sinh(x) = 2^n ((1 - q) / 2 cosh(r) + (1 + q) / 2 sinh(r)),
///   cosh(x) = 2^n ((1 + q) / 2 cosh(r) + (1 - q) / 2 sinh(r)).
struct HyperbolicParts {
  simd::V n, high;
  simd::V sine;                  ///< sinh(r) - high
  simd::V cosine;                ///< cosh(r) - 1
  simd::Pair difference, total;  ///< (1 - q) / 2 and (1 + q) / 2

  /// From 100 on the results are infinite; NaN passes.
  SHARRAY_INLINE explicit HyperbolicParts(simd::V x) {
    using namespace simd;
    namespace c = coefficients;
    const V a = min_second(set(100.0F), abs(x));
    const V shifted = fma(a, set(c::kLog2e[0]), set(0x1.8p23F));
    n = shifted - set(0x1.8p23F);
    high = fnma(n, set(c::kLn2[0]), a);  // exact
    const V low = n * set(c::kLn2[1]);
    const V r = high - low;
    const V z = r * r;
    sine = fms(r * z, polynomial(c::kSinh, z), low);
    cosine = z * polynomial(c::kCosh, z);
    const V half = set(0.5F);
    // The smallest q do not count.
    const V half_q = times_small_power(half, max_second(set(-100.0F), n * set(-2.0F)));
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

/// log(high + low + rest) where it is at least 1/2, with high >= low, a small rest, and about 1 / (high + low) in
/// `inverse`; log(2 a) where a is above 2^13.
SHARRAY_INLINE simd::V log_of_sum(simd::V a, simd::V high, simd::V low, simd::V rest, simd::V inverse) {
  using namespace simd;
  namespace c = coefficients;
  const M huge = less(set(0x1p13F), a);
  const Pair p = fast_sum(high, low);
  const Pair log_p = log_parts<false>(select(huge, a, p.high));
  const Pair leading = fast_sum(log_p.high, keep(huge, set(c::kLn2[0])));
  const V correction = select(huge, set(c::kLn2[1]), (p.low + rest) * inverse);
  return leading.high + (leading.low + (log_p.low + correction));
}

namespace lane {

using simd::M;
using simd::V;

SHARRAY_INLINE V sinh(V x) {
  const HyperbolicParts p(x);
  return simd::with_sign(simd::times_power(p.sinh_mantissa(), p.n), x);
}

SHARRAY_INLINE V cosh(V x) {
  const HyperbolicParts p(x);
  return simd::times_power(p.cosh_mantissa(), p.n);
}

/// tanh(|x|) = -e / (2 + e) with e = expm1(-2 |x|); e, the sum and the quotient are kept in two parts.
SHARRAY_INLINE V tanh(V x) {
  using namespace simd;
  // Beyond the bound the result is 1; NaN passes.
  const ExpParts parts = exp_parts(min_second(set(10.0F), simd::abs(x)) * set(-2.0F));
  const V scale = times_small_power(set(1.0F), parts.n);
  const Pair whole = fast_sum(set(-1.0F), scale);
  const Pair main = fast_sum(whole.high, scale * parts.high);
  const Pair e = fast_sum(main.high, simd::fma(scale, parts.rest, main.low + whole.low));
  const Pair d = fast_sum(set(2.0F), e.high);
  return with_sign(simd::abs(quotient(e, {d.high, d.low + e.low})), x);
}

/// sign(x) log(a + sqrt(a^2 + 1)) for a = |x| > 1/2, x + x^3 P(x^2) below.
SHARRAY_INLINE V asinh(V x) {
  using namespace simd;
  const V a = simd::abs(x);
  const V z = a * a;
  const V small = simd::fma(a * z, polynomial(coefficients::kAsinh, z), a);
  const Pair square = product(a, a);
  const Pair next = sum(square.high, set(1.0F));
  const Pair root = sqrt_parts(next.high, next.low + square.low);
  // 1 / (root + a) = root - a.
  const V big = log_of_sum(a, root.high, a, root.low, root.high - a);
  const V size = select(simd::less_equal(a, set(0.5F)), small, select(simd::less(a, set(kInfinity)), big, a));
  return times_sign(size, x);
}

/// log(x + sqrt(x^2 - 1)) for x > 11/8; with t = x - 1, sqrt(2 t) (1 + t P(t)) below.
SHARRAY_INLINE V acosh(V x) {
  using namespace simd;
  const M near_one = simd::less_equal(x, set(1.375F));
  const V t = x - set(1.0F);
  const Pair square = product(x, x);
  const Pair less_one = fast_sum(square.high, set(-1.0F));
  const V u = select(near_one, t + t, less_one.high);
  const V u_low = keep(simd::less(set(1.375F), x), less_one.low + square.low);
  const Pair root = sqrt_parts(u, u_low);
  const V small = root.high + simd::fma(root.high * t, polynomial(coefficients::kAcosh, t), root.low);
  // 1 / (x + root) = x - root.
  const V big = log_of_sum(x, x, root.high, root.low, x - root.high);
  return select(near_one, small, select(simd::less(x, set(kInfinity)), big, x));
}

/// atanh(a) = log((1 + a) / (1 - a)) / 2. With 2^k near that quotient and q = 2^-k,
/// atanh(a) = k ln(2) / 2 + atanh(s), s = ((1 + a) q - (1 - a)) / ((1 + a) q + (1 - a)), |s| < 0.23.
SHARRAY_INLINE V atanh(V x) {
  using namespace simd;
  namespace c = coefficients;
  const V one = set(1.0F);
  const V a = simd::abs(x);
  const Pair up = fast_sum(one, a), down = fast_sum(one, simd::negate(a));
  // 1 / (1 + a) to 5 %.
  V k, mantissa;
  split(down.high * fnma(a, set(0.47F), set(0.956F)), &k, &mantissa);
  const V up_high = times_small_power(up.high, k), up_low = times_small_power(up.low, k);
  // The first difference is exact; for k = 0 the sum is, too.
  const Pair numerator = fast_sum(up_high - down.high, up_low - down.low);
  const Pair denominator = sum(up_high, down.high);
  const V denominator_low = denominator.low + (up_low + down.low);
  const V inverse = one / denominator.high;
  const V s = numerator.high * inverse;
  const V residual = fnma(s, denominator_low, fnma(s, denominator.high, numerator.high) + numerator.low);
  const V z = s * s;
  const V rest = simd::fma(s * z, polynomial(c::kAtanh, z), residual * inverse);
  const V half_k = k * set(-0.5F);
  const Pair leading = fast_sum(half_k * set(c::kLn2[0]), s);
  const V size = leading.high + (leading.low + simd::fma(half_k, set(c::kLn2[1]), rest));
  const V checked = select(simd::less(a, one), size, select(simd::equal(a, one), set(kInfinity), set(kNaN)));
  return times_sign(checked, x);
}

}  // namespace lane
}  // namespace float32
}  // namespace
}  // namespace sharray
