/// exp and expm1 on one vector.
#pragma once

#include "math/pair.h"

namespace sharray {
namespace {
namespace lane {

using simd::V;

/// exp(x) = 2^n (1 + high + rest) with |high| <= ln(2) / 2.
struct ExpParts {
  V n, high, rest;
};

/// The exponential of x + x_low; with kLow, x_low is small against x, and does not count where x < kLowest or x >
/// kHighest.
///
/// x = n ln 2 + r, |r| <= ln(2) / 2; exp(r) = 1 + r + r^2 E(r). r comes in two parts, of which the first is exact.
template <bool kLow = false, int kHighest = 760, int kLowest = -760>
SHARRAY_INLINE ExpParts exp_parts(V x, V x_low = V{}) {
  using namespace simd;
  namespace k = coefficients;
  // Beyond the bounds the result is 0 or infinity anyway; NaN passes.
  const V c = max_second(set(double{kLowest}), min_second(set(double{kHighest}), x));
  const V shifted = simd::fma(c, set(k::kLog2e[0]), set(0x1.8p52));
  const V n = shifted - set(0x1.8p52);
  const V high = fnma(n, set(k::kLn2[0]), c);
  const V low = kLow ? fms(n, set(k::kLn2[1]), keep(simd::equal(c, x), x_low)) : n * set(k::kLn2[1]);
  const V r = high - low;
  return {n, high, fms(r * r, polynomial(k::kExp, r), low)};
}

/// exp(x) = 2^n (power + power (high + rest) + power_low), |high| <= ln(2) / 32; n may have a fraction, see sixteenths.
struct ExpByTable {
  V n, power, power_low, high, rest;

  /// x = k ln(2) / 16 + r, exp(r) = 1 + r + r^2 E(r), and a table has the powers 2^(k / 16) for 16 k in a row. r comes
  /// in two parts, of which the first is exact. Beyond the bounds, x counts as the nearest of them; NaN passes. `drift`
  /// is taken from r and given back by `rest`.
  SHARRAY_INLINE explicit ExpByTable(V x, double lowest, double highest, double drift = 0) {
    using namespace simd;
    namespace c = coefficients;
    const V bounded = max_second(set(lowest), min_second(set(highest), x));
    const V shifted = simd::fma(bounded, set(c::kSixteenthsOfE[0]), set(0x1.8p52));
    const V k = shifted - set(0x1.8p52);
    V row[2];
    look_up<c::kExpTable>(bits(shifted), row);
    power = row[0];
    power_low = row[1];
    n = sixteenths(k);
    high = fnma(k, set(c::kLn2Sixteenth[0]), bounded);
    const V low = simd::fma(k, set(c::kLn2Sixteenth[1]), set(drift));
    const V r = high - low;
    rest = fms(r * r, polynomial(c::kExpShort, r), low);
  }
};

SHARRAY_INLINE V exp(V x) {
  using namespace simd;
  // The drift does not count, and keeps the squares of tiny x from underflow.
  const ExpByTable e(x, -760, 760, 0x1p-100);
  return times_power(e.power + simd::fma(e.power, e.high + e.rest, e.power_low), e.n);
}

/// Half of 2^n power - 1 and the rest, twice: 2^n may be too large. The difference is kept in two parts, of which the
/// lower one is found as if 2^n were the larger summand: where -1 is, it counts only for n below -54, for nothing.
SHARRAY_INLINE V expm1(V x) {
  using namespace simd;
  const M tiny = is_tiny(x);
  const ExpByTable e(drop(tiny, x), -60, 710);
  const V half = set(0.5), n = e.n - set(1.0);
  const V power = times_small_power(e.power, n);
  const V whole = power - half;
  const V whole_low = ((power - whole) - half) + times_small_power(e.power_low, n);
  const V r = whole + simd::fma(power, e.high, simd::fma(power, e.rest, whole_low));
  return select(tiny, x, r + r);
}

}  // namespace lane
}  // namespace
}  // namespace sharray
