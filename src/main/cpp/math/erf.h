/// erf and erfc on one vector.
#pragma once

#include "math/coefficients_trigonometric.h"
#include "math/exp.h"

namespace sharray {
namespace {
namespace lane {

/// A table of polynomials: near x0, a multiple of 3 / 64, erf(x0 + h) = erf(x0) + h P(h), with the value in two parts;
/// near 0, erf(a) = a + a P(a^2). From 6 on it is 1.
SHARRAY_INLINE V erf(V x) {
  using namespace simd;
  namespace c = coefficients;
  constexpr double kShift = 0x1p52 - 5;
  // NaN must not become an index.
  const V a = min_second(simd::abs(x), set(6.0));
  const M is_small = simd::less_equal(a, set(0.2578125));
  const V shifted = simd::fma(a, set(64.0 / 3), set(kShift));
  const V h = fnma(shifted - set(kShift), set(3.0 / 64), a);
  V row[8];
  const I index = bits(select(is_small, set(0.0), shifted));
  load_columns(c::kErfRows, 0, index, row);
  load_columns(c::kErfRows, 4, index, row + 4);
  const V factor = select(is_small, a, h);
  // The square of tiny ones would underflow, and does not count.
  const V kept = drop(is_tiny(a), a);
  const V v = select(is_small, kept * kept, h);
  const V vv = v * v;
  const V even = simd::fma(simd::fma(simd::fma(row[7], vv, row[5]), vv, row[3]), vv, row[1]);
  const V odd = simd::fma(simd::fma(row[6], vv, row[4]), vv, row[2]);
  // The last coefficient has no use for the lower half of its bits: a value's second part is there.
  const V low = from_bits(shift_left(bits(row[7]), 32));
  const V r = select(is_small, a, row[0]) + simd::fma(factor, simd::fma(odd, v, even), low);
  return times_sign(select(is_nan(x), x, r), x);
}

/// exp(-a^2) / (1 + 2 a) (1 + Q((a - 4) / (a + 4))) for a = |x|, after Shepherd and Laframboise, "Chebyshev
/// approximation of (1 + 2x) exp(x^2) erfc x" (1981). What stands before Q has two parts, and one division serves both
/// quotients. erfc(-a) = 2 - erfc(a).
SHARRAY_INLINE V erfc(V x) {
  using namespace simd;
  namespace c = coefficients;
  const V one = set(1.0);
  const V a = min_second(set(28.0), size_not_tiny(x));
  const V divisor = simd::fma(a, set(2.0), one);
  const V divisor_low = simd::fma(a, set(2.0), one - divisor);
  const V sum = a + set(4.0);
  const V both = one / (sum * divisor);
  const V inverse = both * sum, inverse_sum = both * divisor;
  const V lost = fnma(inverse, divisor_low, fnma(inverse, divisor, one));
  // Q is steep near 0: t takes a step of Newton's towards t (a + 4) = a - 4.
  const V guess = (a - set(4.0)) * inverse_sum;
  const V t = simd::fma(fnma(guess, a, fnma(guess + one, set(4.0), a)), inverse_sum, guess);

  const Pair square = product(a, a);
  const ExpByTable e(negate(square.high), -800, 0);
  const V of_high = e.high + e.rest;
  const V less_one = of_high - simd::fma(square.low, of_high, square.low);
  const V main = e.power * inverse;
  const V rest = simd::fma(main, less_one + lost, simd::fma(e.power_low, inverse, fms(e.power, inverse, main)));
  const Pair scale = fast_sum(main, rest);
  const V r = times_power(scale.high + simd::fma(scale.high, long_polynomial(c::kErfc, t), scale.low), e.n);
  return select(simd::less(x, set(0.0)), set(2.0) - r, r);
}

}  // namespace lane
}  // namespace
}  // namespace sharray
