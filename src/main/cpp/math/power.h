/// pow on one vector.
#pragma once

#include "math/coefficients_powers.h"
#include "math/exp.h"
#include "math/pair.h"

namespace sharray {
namespace {

/// log(x) to about 2^-65 of its value, for positive finite x.
///
/// x = m 2^k; with r near 1 / m from a table, f = m r - 1 is exact, and log(x) = k ln 2 - log(r) + f - f^2 / 2 + f^3
/// T(f). The sum of the first two terms is exact but for their second parts, and exactly 0 next to x = 1.
SHARRAY_INLINE simd::Pair precise_log(simd::V x) {
  using namespace simd;
  namespace c = coefficients;
  V k, m, row[3];
  I index;
  split_in_32(x, &k, &m, &index);
  look_up<c::kLogTable>(index, row);
  const V f = fms(m, row[0], set(1.0));
  const V square = f * f;
  const V square_low = fms(f, f, square);
  const V constant_low = fma(k, set(c::kLn2[1]), row[2]);
  const V tail = fma(f * square, polynomial(c::kLogTail, f), fnma(set(0.5), square_low, constant_low));
  const Pair linear = fast_sum(fma(k, set(c::kLn2[0]), row[1]), f);
  const Pair curved = fast_sum(linear.high, square * set(-0.5));
  return fast_sum(curved.high, (linear.low + curved.low) + tail);
}

namespace lane {

using simd::M;
using simd::V;

/// What exp(y log|x|) leaves to do for x <= 0 and NaN. As in C, Annex F.10.4.4: the sign of x for odd y, NaN for
/// negative finite x and broken y, and 1 for x = 1 or y = 0 whatever the other is, and for x = -1 and infinite y.
SHARRAY_INLINE V pow_special(V x, V y, V power) {
  using namespace simd;
  const V half = y * set(0.5), one = set(1.0);
  const M broken = simd::not_equal(rint(y), y);
  const M odd = but_not(simd::not_equal(rint(half), half), broken);
  const V with_sign = bit_xor(power, keep(odd, bit_and(x, set(-0.0))));
  const M undefined = both(both(simd::less(x, set(0.0)), simd::less(set(-kInfinity), x)), broken);
  const V defined = select(undefined, set(kNaN), with_sign);
  const M endless = both(simd::equal(x, set(-1.0)), simd::equal(simd::abs(y), set(kInfinity)));
  return select(either(either(simd::equal(y, set(0.0)), simd::equal(x, one)), endless), one, defined);
}

/// exp(y log|x|); log 0 = -infinity.
SHARRAY_INLINE V pow(V x, V y) {
  using namespace simd;
  const V size = simd::abs(x);
  const Pair log_x = precise_log(size);
  const V above_zero = select(simd::less(set(0.0), size), log_x.high, set(-kInfinity));
  const Pair main = product(y, select(simd::less(size, set(kInfinity)), above_zero, size));
  const ExpParts parts = exp_parts<true>(main.high, simd::fma(y, log_x.low, main.low));
  const Pair leading = fast_sum(set(1.0), parts.high);
  const V power = times_power(leading.high + (leading.low + parts.rest), parts.n);
  const bool special = pack(either(simd::less_equal(x, set(0.0)), is_nan(power))) != 0;
  return special ? pow_special(x, y, power) : power;
}

}  // namespace lane
}  // namespace
}  // namespace sharray
