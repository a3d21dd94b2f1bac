/// entr, relEntr and klDiv on one vector.
#pragma once

#include "math/log.h"

namespace sharray {
namespace {

/// log(x / y) for positive finite x and y, in two parts: of the quotient in two parts where that is of everyday size,
/// and the difference of the logarithms, which are far apart, elsewhere.
SHARRAY_INLINE simd::Pair log_ratio(simd::V x, simd::V y) {
  using namespace simd;
  const V scale = select(less(x, set(0x1p-400)), set(0x1p500), select(less(set(0x1p400), x), set(0x1p-500), set(1.0)));
  const V sx = x * scale, sy = y * scale;
  const V q = sx / sy;
  const M close = both(less(set(0x1p-99), q), less(q, set(0x1p99)));
  const LogParts near = log_parts<true, true>(select(close, q, set(1.0)), keep(close, fnma(q, sy, sx) / sy));
  const Pair result = {near.high, near.low};
  if (pack(close) + 1 == 1U << kLanes) return result;
  const LogParts log_x = log_parts<false, false>(x), log_y = log_parts<false, false>(y);
  const Pair difference = sum(log_x.high, negate(log_y.high));
  return select_parts(close, result, {difference.high, difference.low + (log_x.low - log_y.low)});
}

namespace lane {

using simd::V;

/// -x log(x)
SHARRAY_INLINE V entr(V x) {
  using namespace simd;
  const V r = set(0.0) - xlogy(x, x);
  return select(simd::less(x, set(0.0)), set(-kInfinity), r);
}

/// What relEntr and klDiv are where not both operands are positive and finite: at_zero for x = 0 and y >= 0,
/// at_infinity for infinite y only; infinity for infinite x only and outside of the domain, NaN for two infinities and
/// NaN.
SHARRAY_INLINE V entropy_special(V x, V y, V ordinary, V at_zero, V at_infinity) {
  using namespace simd;
  const V zero = set(0.0), infinity = set(kInfinity);
  V r = select(simd::equal(y, infinity), at_infinity, ordinary);
  r = select(simd::equal(x, infinity), select(simd::equal(y, infinity), set(kNaN), infinity), r);
  r = select(simd::equal(x, zero), at_zero, r);
  const M outside =
      either(either(simd::less(x, zero), simd::less(y, zero)), both(simd::equal(y, zero), simd::less(zero, x)));
  r = select(outside, infinity, r);
  return select(is_nan(x), x, select(is_nan(y), y, r));
}

/// x log(x / y)
SHARRAY_INLINE V rel_entr(V x, V y) {
  using namespace simd;
  const Pair log_xy = log_ratio(x, y);
  const Pair xy = product(x, log_xy.high);
  const M plain = both(simd::less(set(0.0), simd::abs(xy.high)), simd::less(simd::abs(xy.high), set(kInfinity)));
  const V r = select(plain, xy.high + simd::fma(x, log_xy.low, xy.low), xy.high);
  return entropy_special(x, y, r, set(0.0), set(-kInfinity));
}

/// x log(x / y) - x + y. Next to x = y, with d = y - x and s = d / (x + y), it is s d - 2 x s^3 (1 / 3 + s^2 / 5 +
/// ...).
SHARRAY_INLINE V kl_div(V x, V y) {
  using namespace simd;
  const Pair d = simd::sum(y, negate(x));
  const V half = set(0.5);
  const V s = (d.high * half) / simd::fma(x, half, y * half);
  const V z = s * s;
  const V near = s * fnma(x * z, polynomial(coefficients::kLog, z), d.high);
  const M is_near = simd::less(simd::abs(d.high), x * set(0.25));
  V r = near;
  if (pack(is_near) + 1 != 1U << kLanes) {
    const Pair log_xy = log_ratio(x, y);
    const Pair xy = product(x, log_xy.high);
    const Pair total = simd::sum(xy.high, d.high);
    const V far = total.high + (total.low + (d.low + simd::fma(x, log_xy.low, xy.low)));
    r = select(is_near, near, select(simd::less(total.high, set(kInfinity)), far, total.high));
  }
  return entropy_special(x, y, r, y, set(kInfinity));
}

}  // namespace lane
}  // namespace
}  // namespace sharray
