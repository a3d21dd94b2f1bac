/// Powers of complex numbers.
#pragma once

#include "math/complex_divide.h"
#include "math/complex_exp.h"
#include "math/complex_log.h"

namespace sharray {
namespace {
namespace complex {

/// A complex number with both parts in two parts.
struct Precise {
  simd::Pair re, im;
};

SHARRAY_INLINE simd::Pair sum_of_parts(simd::Pair x, simd::Pair y) {
  const simd::Pair total = simd::add_parts(x, y);
  return simd::fast_sum(total.high, total.low);
}

SHARRAY_INLINE Precise times_precise(Precise x, Precise y) {
  using namespace simd;
  return {sum_of_parts(times_parts(x.re, y.re), negate_parts(times_parts(x.im, y.im))),
          sum_of_parts(times_parts(x.re, y.im), times_parts(x.im, y.re))};
}

/// x^n for an integer n, |n| < 128, where no power up to that leaves the range: powers of small whole numbers are
/// exact.
[[maybe_unused]] [[gnu::noinline]] C whole_power(C x, V n) {
  using namespace simd;
  const V one = set(1.0), zero = set(0.0);
  const I count = bits(simd::abs(n) + set(0x1.8p52));
  Precise square = {{x.re, zero}, {x.im, zero}}, power = {{one, zero}, {zero, zero}};
  for (int k = 0; k < 7; ++k) {
    const M wanted = odd(shift_right(count, k));
    const Precise next = times_precise(power, square);
    power = {select_parts(wanted, next.re, power.re), select_parts(wanted, next.im, power.im)};
    square = times_precise(square, square);
  }
  const C r = {power.re.high, power.im.high};
  const C inverse = ordinary_quotient({one, zero}, r);
  const M negative_power = simd::less(n, zero);
  return {select(negative_power, inverse.re, r.re), select(negative_power, inverse.im, r.im)};
}

/// y times a real number in two parts; 0 where y is 0.
SHARRAY_INLINE simd::Pair times_number(V y, simd::Pair x) {
  using namespace simd;
  const V high = keep(simd::not_equal(y, set(0.0)), y * x.high);
  const V low = simd::fma(y, x.low, fms(y, x.high, high));
  return {high, keep(simd::less(simd::abs(high), set(kInfinity)), low)};
}

/// The sum of two numbers in two parts, which may be infinite.
SHARRAY_INLINE simd::Pair sum_of_exponents(simd::Pair x, simd::Pair y) {
  using namespace simd;
  const Pair total = sum(x.high, y.high);
  const Pair r = fast_sum(total.high, total.low + (x.low + y.low));
  const M finite = simd::less(simd::abs(total.high), set(kInfinity));
  return {select(finite, r.high, total.high), keep(finite, r.low)};
}

/// exp(y log x) with the logarithm and its product in two parts, and 1 for y = 0, whatever x. Whole powers are products
/// where no part comes near the bounds.
[[maybe_unused]] [[gnu::noinline]] C pow(C x, C y) {
  using namespace simd;
  const V zero = set(0.0), one = set(1.0);
  const Pair size = log_size_parts(x), angle = lane::atan2_parts(x.im, x.re);
  const V log_size = log_size_special(x, size.high);
  const Pair logarithm = {log_size, keep(simd::less(simd::abs(log_size), set(kInfinity)), size.low)};
  const Pair re = sum_of_exponents(times_number(y.re, logarithm), negate_parts(times_number(y.im, angle)));
  const Pair im = sum_of_exponents(times_number(y.re, angle), times_number(y.im, logarithm));
  C r = exp_of_parts<true>({re.high, im.high}, {re.low, im.low});

  const M real = simd::equal(y.im, zero);
  const V n = min_second(set(127.0), simd::abs(y.re));
  const M small = simd::less(simd::abs(log_size) * max_second(set(2.0), n), set(150.0));
  const M whole = both(both(real, small), both(simd::equal(simd::rint(y.re), y.re), simd::equal(simd::abs(y.re), n)));
  if (pack(whole) != 0) {
    const C w = whole_power({select(whole, x.re, one), select(whole, x.im, zero)}, keep(whole, y.re));
    r = {select(whole, w.re, r.re), select(whole, w.im, r.im)};
  }
  const M trivial = both(real, simd::equal(y.re, zero));
  return {select(trivial, one, r.re), select(trivial, zero, r.im)};
}

}  // namespace complex
}  // namespace
}  // namespace sharray
