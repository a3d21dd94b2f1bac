/// erf and erfc on one vector of floats.
#pragma once

#include "math/float32/exp.h"

namespace sharray {
namespace {
namespace float32 {
namespace lane {

using simd::M;
using simd::V;

/// A table of polynomials: for a in [j / 4, (j + 1) / 4) with u = 4 a - j - 1/2, erf(a) = value + u P(u), with the
/// value in two parts; up to 1/4, erf(a) = a + a P(a^2). From 4 on it is 1.
SHARRAY_INLINE V erf(V x) {
  using namespace simd;
  namespace c = coefficients;
  // NaN must not become an index.
  const V a = min_second(simd::abs(x), set(0x1.fffffep1F));
  const V scaled = simd::fma(a, set(4.0F), set(-0.5F));
  const V n = rint(scaled);
  const M is_small = simd::less_equal(a, set(0.25F));
  V row[8];
  look_up<c::kErfColumns>(bits(select(is_small, set(0.0F), n) + set(0x1.8p23F)), row);
  const V u = scaled - n;
  const V factor = select(is_small, a, u);
  const V v = select(is_small, a * a, u);
  const V vv = v * v;
  const V even = simd::fma(simd::fma(row[6], vv, row[4]), vv, row[2]);
  const V odd = simd::fma(simd::fma(row[7], vv, row[5]), vv, row[3]);
  const V r = select(is_small, a, row[0]) + simd::fma(factor, simd::fma(odd, v, even), row[1]);
  return times_sign(select(is_nan(x), x, r), x);
}

/// exp(-a^2) (1 + Q((a - 4) / (a + 4))) / (1 + 2 a) for a = |x|, after Shepherd and Laframboise, "Chebyshev
/// approximation of (1 + 2x) exp(x^2) erfc x" (1981); the square, the exponential and the quotient have two parts.
/// erfc(-a) = 2 - erfc(a).
SHARRAY_INLINE V erfc(V x) {
  using namespace simd;
  namespace c = coefficients;
  const V one = set(1.0F);
  const V a = min_second(set(12.0F), simd::abs(x));
  const V divisor = simd::fma(a, set(2.0F), one);
  const V divisor_low = simd::fma(a, set(2.0F), one - divisor);
  const V sum = a + set(4.0F);
  const V both = one / (sum * divisor);
  const V inverse = both * sum, inverse_sum = both * divisor;
  // Q is steep near 0: t takes a step of Newton's towards t (a + 4) = a - 4.
  const V guess = (a - set(4.0F)) * inverse_sum;
  const V t = simd::fma(fnma(guess, a, fnma(guess + one, set(4.0F), a)), inverse_sum, guess);
  const Pair p = fast_sum(one, polynomial(c::kErfc, t));
  const V q = p.high * inverse;
  const V q_low = (fnma(q, divisor, p.high) + fnma(q, divisor_low, p.low)) * inverse;

  const Pair square = product(a, a);
  const ExpParts parts = exp_parts<false, 110, -150>(negate(square.high));
  const Pair leading = fast_sum(one, parts.high);
  const V rest = leading.low + parts.rest;
  const V power_low = fnma(square.low, leading.high + rest, rest);
  const V high = leading.high * q;
  const V low = fms(leading.high, q, high) + simd::fma(power_low, q, leading.high * q_low);
  const V r = times_power(high + low, parts.n);
  const V tiny = select(simd::less(a, set(0x1p-26F)), one, r);
  return select(simd::less(x, set(0.0F)), set(2.0F) - tiny, tiny);
}

}  // namespace lane
}  // namespace float32
}  // namespace
}  // namespace sharray
