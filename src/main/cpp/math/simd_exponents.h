/// Exponent arithmetic by bits, for the paths without instructions for it. The results are those of the instructions.
#pragma once

namespace sharray {
namespace {
namespace simd {

/// Integer lanes wrap: the bits of a NaN would overflow a signed sum.
typedef unsigned long long Wrapping __attribute__((vector_size(sizeof(I))));
SHARRAY_INLINE I wrapping_sum(I x, I y) { return (I)((Wrapping)x + (Wrapping)y); }
SHARRAY_INLINE I wrapping_difference(I x, I y) { return (I)((Wrapping)x - (Wrapping)y); }

SHARRAY_INLINE V times_small_power(V x, V n) {
  // The sum ends in the biased exponent; the shift leaves only it.
  return x * from_bits(shift_left(bits(n + set(0x1.8p52 + 1023.0)), 52));
}

SHARRAY_INLINE V times_power(V x, V n) {
  // In two steps, the first of which is exact. The integer ends in the sum of their biased exponents.
  const I both_steps = bits(n + set(0x1.8p52 + 2046.0));
  const I step = shift_right(both_steps, 1);
  return (x * from_bits(shift_left(step, 52))) * from_bits(shift_left(wrapping_difference(both_steps, step), 52));
}

SHARRAY_INLINE void split(V x, V* exponent, V* mantissa) {
  const M tiny = less(x, set(0x1p-1022));
  const I b = bits(select(tiny, x * set(0x1p54), x));
  // Half a binade up, so that mantissas in [1.5, 2) count as [0.75, 1) of the next exponent.
  const I biased = shift_right(wrapping_sum(b, set_bits(0x0008000000000000)), 52);
  *mantissa = from_bits(wrapping_sum(wrapping_difference(b, shift_left(biased, 52)), set_bits(0x3ff0000000000000)));
  const V k = from_bits(biased | set_bits(0x4330000000000000)) - set(0x1p52 + 1023.0);
  *exponent = k - keep(tiny, set(54.0));
}

SHARRAY_INLINE void split_in_32(V x, V* exponent, V* mantissa, I* index) {
  const M tiny = less(x, set(0x1p-1022));
  const I b = bits(select(tiny, x * set(0x1p54), x));
  // Half a step up, so that the last half step counts as the first of the next exponent.
  const I up = wrapping_sum(b, set_bits(0x0000400000000000));
  const I biased = shift_right(up, 52);
  *index = shift_right(up, 47);
  *mantissa = from_bits(wrapping_sum(wrapping_difference(b, shift_left(biased, 52)), set_bits(0x3ff0000000000000)));
  const V k = from_bits(biased | set_bits(0x4330000000000000)) - set(0x1p52 + 1023.0);
  *exponent = k - keep(tiny, set(54.0));
}

}  // namespace simd
}  // namespace
}  // namespace sharray
