/// Functions of 1 + e^x on one vector: expit, logit, softplus and logaddexp.
#pragma once

#include "math/coefficients_powers.h"
#include "math/exp.h"
#include "math/log.h"

namespace sharray {
namespace {

/// e^x = (value.high + value.low) 2^n.
struct ExpPair {
  simd::Pair value;
  simd::V n;

  /// With the n given here.
  SHARRAY_INLINE simd::Pair times(simd::V power) const {
    return {simd::times_power(value.high, power), simd::times_power(value.low, power)};
  }
  /// With an n that leaves room for products. What is below counts for nothing beside 1.
  SHARRAY_INLINE simd::V bounded() const { return simd::max_second(simd::set(-200.0), n); }
};

/// The exponential of x + x_low, x_low small against x.
SHARRAY_INLINE ExpPair exp_pair(simd::V x, simd::V x_low) {
  using namespace simd;
  const lane::ExpParts parts = lane::exp_parts<true>(x, x_low);
  const Pair leading = fast_sum(set(1.0), parts.high);
  return {fast_sum(leading.high, leading.low + parts.rest), parts.n};
}

/// log(1 + f) for f in [-1/3, 1/2] as 2 s and the rest, s = f / (2 + f); the series is that of log_parts. Precise for
/// the smallest f too.
SHARRAY_INLINE simd::Pair log1p_near_one(simd::Pair f) {
  using namespace simd;
  const Pair d = fast_sum(set(2.0), f.high);
  const V inverse = set(1.0) / d.high;
  const V s = f.high * inverse;
  const V residual = fnma(s, d.high, f.high) + fnma(s, d.low + f.low, f.low);
  const V s_low = residual * inverse;
  const V z = s * s;
  return {s + s, fma(s * z, polynomial(coefficients::kLog, z), s_low + s_low)};
}

/// log(1 + e) for 0 <= e <= 1, without renormalisation; for e > 1/2 it is log(2) + log((1 + e) / 2).
SHARRAY_INLINE simd::Pair log_one_plus(simd::Pair e) {
  using namespace simd;
  namespace c = coefficients;
  const M large = less(set(0.5), e.high);
  const V half = set(0.5);
  const Pair f = select_parts(large, {(e.high - set(1.0)) * half, e.low * half}, e);
  const Pair log_m = log1p_near_one(f);
  const Pair total = fast_sum(keep(large, set(c::kLn2[0])), log_m.high);
  return {total.high, (total.low + log_m.low) + keep(large, set(c::kLn2[1]))};
}

/// e^x as 2^n and 2^n (e^r - 1), the second in two parts good to about 2^-104 of e^r, for -745 <= x <= 1.
struct PreciseExp {
  simd::V power;
  simd::Pair rest;
};

SHARRAY_INLINE PreciseExp precise_exp(simd::V x) {
  using namespace simd;
  namespace c = coefficients;
  const V n = rint(x * set(c::kLog2e[0]));
  const Pair second = product(n, set(c::kLn2[1]));
  const Pair difference = sum(fnma(n, set(c::kLn2[0]), x), negate(second.high));
  const Pair r = fast_sum(difference.high, difference.low - fma(n, set(c::kLn2Rest[0]), second.low));
  const auto times_r = [&](Pair v) __attribute__((always_inline)) {
    const Pair vr = product(v.high, r.high);
    return Pair{vr.high, vr.low + fma(v.high, r.low, v.low * r.high)};
  };
  Pair v = {polynomial(c::kTaylorTail, r.high), set(0.0)};
  constexpr std::size_t kTerms = sizeof c::kTaylor / sizeof(double);
#pragma GCC unroll 1
  for (std::size_t i = kTerms; i-- > 0;) {
    const Pair vr = times_r(v);
    v = fast_sum(set(c::kTaylor[i]), vr.high);
    v.low = v.low + (vr.low + set(c::kTaylorLow[i]));
  }
  const Pair vr = times_r(v);
  v = fast_sum(set(1.0), vr.high);
  v.low = v.low + vr.low;
  v = times_r(v);
  const V power = times_power(set(1.0), n);
  return {power, {v.high * power, v.low * power}};
}

/// log(e^x + e^y) where that is small and x <= 0: log(1 + f), f = (e^x - 1) + e^y.
SHARRAY_INLINE simd::V logaddexp_near_zero(simd::V x, simd::V y) {
  using namespace simd;
  const PreciseExp first = precise_exp(x), second = precise_exp(y);
  const Pair powers = sum(first.power - set(1.0), second.power);
  const Pair rests = sum(first.rest.high, second.rest.high);
  const Pair total = sum(powers.high, rests.high);
  const V low = (total.low + powers.low + rests.low) + (first.rest.low + second.rest.low);
  const Pair f = sum(total.high, low);
  const Pair r = log1p_near_one(f);
  return r.high + r.low;
}

namespace lane {

using simd::M;
using simd::V;

/// 1 / (1 + e^-x) for x >= 0, e^x / (1 + e^x) for x < 0, with a quotient corrected by its residual.
SHARRAY_INLINE V expit(V x) {
  using namespace simd;
  const M negative = simd::less(x, set(0.0));
  const ExpPair e = exp_pair(negate(size_not_tiny(x)), set(0.0));
  const Pair scaled = e.times(e.bounded());
  const Pair divisor = fast_sum(set(1.0), scaled.high);
  const V divisor_low = divisor.low + scaled.low;
  const V high = select(negative, e.value.high, set(1.0)), low = keep(negative, e.value.low);
  const V inverse = set(1.0) / divisor.high;
  const V quotient = high * inverse;
  const V residual = fnma(quotient, divisor.high, high) + fnma(quotient, divisor_low, low);
  return times_power(simd::fma(residual, inverse, quotient), keep(negative, e.n));
}

/// log(x / (1 - x)), the quotient in two parts.
SHARRAY_INLINE V logit(V x) {
  using namespace simd;
  const Pair rest = fast_sum(set(1.0), negate(x));
  const V inverse = set(1.0) / rest.high;
  // x itself where it is tiny.
  const M tiny = is_tiny(x);
  const V kept = drop(tiny, x);
  const V quotient = kept * inverse;
  const V residual = fnma(quotient, rest.low, fnma(quotient, rest.high, kept));
  const V r = log_parts<false, true>(select(tiny, x, quotient), drop(tiny, residual * inverse)).high;
  const M inside = both(simd::less(set(0.0), x), simd::less(x, set(1.0)));
  const V at_ends = select(simd::equal(x, set(0.0)), set(-kInfinity), set(kNaN));
  return select(inside, r, select(simd::equal(x, set(1.0)), set(kInfinity), at_ends));
}

/// max(x, 0) + log(1 + e^-|x|); below -100 that is e^x.
SHARRAY_INLINE V softplus(V x) {
  using namespace simd;
  const ExpPair e = exp_pair(negate(size_not_tiny(x)), set(0.0));
  const Pair curved = log_one_plus(e.times(e.bounded()));
  const Pair total = sum(max_second(set(0.0), x), curved.high);
  const V r = total.high + (total.low + curved.low);
  const M tiny = simd::less(x, set(-100.0));
  const V alone = times_power(e.value.high, keep(tiny, e.n));
  return select(simd::less(x, set(kInfinity)), select(tiny, alone, r), x);
}

/// max(x, y) + log(1 + e^-|x - y|); where the terms nearly cancel, by way of the sum of the exponentials.
SHARRAY_INLINE V logaddexp(V x, V y) {
  using namespace simd;
  const V larger = max_second(x, y), smaller = min_second(y, x);
  const Pair difference = sum(smaller, negate(larger));
  const ExpPair e = exp_pair(difference.high, difference.low);
  // Beside a tiny larger one everything counts.
  const V n = select(simd::less(simd::abs(larger), set(0x1p-100)), e.n, e.bounded());
  const Pair curved = log_one_plus(e.times(n));
  const Pair total = sum(larger, curved.high);
  V r = total.high + (total.low + curved.low);
  const M cancelled = simd::less(simd::abs(r), curved.high * set(0.2));
  if (pack(cancelled) != 0) r = select(cancelled, logaddexp_near_zero(larger, smaller), r);
  // An infinity alone or twice, or NaN.
  const V size_x = simd::abs(x), size_y = simd::abs(y);
  const M finite = both(simd::less(size_x, set(kInfinity)), simd::less(size_y, set(kInfinity)));
  const V other = select(simd::equal(x, x), select(simd::equal(y, y), larger, y), x);
  return select(finite, r, other);
}

}  // namespace lane
}  // namespace
}  // namespace sharray
