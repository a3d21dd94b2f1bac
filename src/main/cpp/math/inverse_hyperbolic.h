/// asinh, acosh and atanh on one vector.
#pragma once

#include "math/coefficients_inverse.h"
#include "math/log.h"
#include "math/roots.h"

namespace sharray {
namespace {

/// log(high + low + rest) where it is at least 1/2, with high >= low, a small rest, and about 1 / (high + low) in
/// `inverse`; log(2 a) where a is above 2^28.
SHARRAY_INLINE simd::V log_of_sum(simd::V a, simd::V high, simd::V low, simd::V rest, simd::V inverse) {
  using namespace simd;
  namespace c = coefficients;
  const M huge = less(set(0x1p28), a);
  const Pair p = fast_sum(high, low);
  const LogParts log_p = log_parts<false, false>(select(huge, a, p.high));
  const Pair leading = fast_sum(log_p.high, keep(huge, set(c::kLn2[0])));
  const V correction = select(huge, set(c::kLn2[1]), (p.low + rest) * inverse);
  return leading.high + (leading.low + (log_p.low + correction));
}

namespace lane {

using simd::V;

/// sign(x) log(a + sqrt(a^2 + 1)) for a = |x| > 1/2, x + x^3 P(x^2) below.
SHARRAY_INLINE V asinh(V x) {
  using namespace simd;
  const M tiny = is_tiny(x);
  const V a = simd::abs(drop(tiny, x));
  const V z = a * a;
  const V small = simd::fma(a * z, polynomial(coefficients::kAsinh, z), a);
  const Pair square = product(a, a);
  const Pair next = sum(square.high, set(1.0));
  const Pair root = sqrt_parts(next.high, next.low + square.low);
  // 1 / (root + a) = root - a.
  const V big = log_of_sum(a, root.high, a, root.low, root.high - a);
  const V size = select(simd::less_equal(a, set(0.5)), small, select(simd::less(a, set(kInfinity)), big, a));
  return select(tiny, x, times_sign(size, x));
}

/// log(x + sqrt(x^2 - 1)) for x > 11/8; with t = x - 1, sqrt(2 t) (1 + t P(t)) below.
SHARRAY_INLINE V acosh(V x) {
  using namespace simd;
  const M near_one = simd::less_equal(x, set(1.375));
  const V t = x - set(1.0);
  const Pair square = product(x, x);
  const Pair less_one = fast_sum(square.high, set(-1.0));
  const V u = select(near_one, t + t, less_one.high);
  const V u_low = keep(simd::less(set(1.375), x), less_one.low + square.low);
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
  const V one = set(1.0);
  const M tiny = is_tiny(x);
  const V a = simd::abs(drop(tiny, x));
  const Pair up = fast_sum(one, a), down = fast_sum(one, simd::negate(a));
  // 1 / (1 + a) to 5 %.
  V k, mantissa;
  split(down.high * fnma(a, set(0.47), set(0.956)), &k, &mantissa);
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
  const V half_k = k * set(-0.5);
  const Pair leading = fast_sum(half_k * set(c::kLn2[0]), s);
  const V size = leading.high + (leading.low + simd::fma(half_k, set(c::kLn2[1]), rest));
  const V checked = select(simd::less(a, one), size, select(simd::equal(a, one), set(kInfinity), set(kNaN)));
  return select(tiny, x, times_sign(checked, x));
}

}  // namespace lane
}  // namespace
}  // namespace sharray
