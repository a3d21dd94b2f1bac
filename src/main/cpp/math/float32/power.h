/// pow on one vector of floats.
#pragma once

#include "math/float32/exp.h"
#include "math/float32/log.h"

namespace sharray {
namespace {
namespace float32 {
namespace lane {

using simd::M;
using simd::V;

/// What exp(y log|x|) leaves to do for x <= 0 and NaN. As in C, Annex F.10.4.4: the sign of x for odd y, NaN for
/// negative finite x and broken y, and 1 for x = 1 or y = 0 whatever the other is, and for x = -1 and infinite y.
SHARRAY_INLINE V pow_special(V x, V y, V power) {
  using namespace simd;
  const V half = y * set(0.5F), one = set(1.0F);
  const M broken = simd::not_equal(rint(y), y);
  const M odd = but_not(simd::not_equal(rint(half), half), broken);
  const V with_sign = bit_xor(power, keep(odd, bit_and(x, set(-0.0F))));
  const M undefined = both(both(simd::less(x, set(0.0F)), simd::less(set(-kInfinity), x)), broken);
  const V defined = select(undefined, set(kNaN), with_sign);
  const M endless = both(simd::equal(x, set(-1.0F)), simd::equal(simd::abs(y), set(kInfinity)));
  return select(either(either(simd::equal(y, set(0.0F)), simd::equal(x, one)), endless), one, defined);
}

/// exp(y log|x|); log 0 = -infinity.
SHARRAY_INLINE V pow(V x, V y) {
  using namespace simd;
  const V size = simd::abs(x);
  const Pair log_x = precise_log(size);
  const V above_zero = select(simd::less(set(0.0F), size), log_x.high, set(-kInfinity));
  const Pair main = product(y, select(simd::less(size, set(kInfinity)), above_zero, size));
  const V power = exp_parts<true>(main.high, simd::fma(y, log_x.low, main.low)).precise_value();
  const bool special = any(either(simd::less_equal(x, set(0.0F)), is_nan(power)));
  return special ? pow_special(x, y, power) : power;
}

}  // namespace lane
}  // namespace float32
}  // namespace
}  // namespace sharray
