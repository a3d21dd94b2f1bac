/// Exponent arithmetic by bits, for the paths without instructions for it. The results are those of the instructions.
#pragma once

namespace sharray {
namespace {
namespace simd {

/// Integer lanes wrap: the bits of a NaN would overflow a signed sum.
typedef unsigned long long Wrapping __attribute__((vector_size(sizeof(I))));
SHARRAY_INLINE I wrapping_sum(I x, I y) { return (I)((Wrapping)x + (Wrapping)y); }
SHARRAY_INLINE I wrapping_difference(I x, I y) { return (I)((Wrapping)x - (Wrapping)y); }

SHARRAY_INLINE V sixteenths(V k) { return rint(fma(k, set(1.0 / 16), set(-15.0 / 32))); }

SHARRAY_INLINE V times_small_power(V x, V n) {
  // The sum ends in the biased exponent; the shift leaves only it.
  return x * from_bits(shift_left(bits(n + set(0x1.8p52 + 1023.0)), 52));
}

/// x 2^n where the result may be subnormal. Products that are subnormal take the processor long, so their bits are
/// found as those of an integer.
SHARRAY_INLINE V times_any_power(V x, V n) {
  const V size = bit_and(x, from_bits(set_bits(0x7fffffffffffffff)));
  const M low = less(n, set(-900.0));
  // In units of 2^-1074; times_small_power counts from its magic number, which allows for -1100.
  const V units = times_small_power(size, select(low, n + set(1074.0), set(0.0)));
  const M tiny = both(low, less(units, set(0x1p52)));
  const V integer = select(tiny, units, set(0.0)) + set(0x1p52);
  const V subnormal = from_bits(wrapping_difference(bits(integer), set_bits(0x4330000000000000)));
  // In two steps, the first of which is exact. The integer ends in the sum of their biased exponents.
  const I both_steps = bits(select(tiny, set(0.0), n) + set(0x1.8p52 + 2046.0));
  const I step = shift_right(both_steps, 1);
  const V product =
      (x * from_bits(shift_left(step, 52))) * from_bits(shift_left(wrapping_difference(both_steps, step), 52));
  return select(tiny, bit_or(subnormal, bit_and(x, set(-0.0))), product);
}

SHARRAY_INLINE V times_power(V x, V n) {
  const V size = bit_and(n, from_bits(set_bits(0x7fffffffffffffff)));
  const bool ordinary = pack(less(set(1000.0), size)) == 0;
  return ordinary ? times_small_power(x, n) : times_any_power(x, n);
}

/// Positive x as y 2^e with a normal y: x itself, or where it is subnormal its bits as an integer.
SHARRAY_INLINE V normal_bits(V x, M tiny) {
  const V integer = bit_or(x, from_bits(set_bits(0x4330000000000000))) - set(0x1p52);
  return select(tiny, integer, x);
}
/// The exponent that normal_bits adds.
inline constexpr double kTinyExponent = 1074.0;

SHARRAY_INLINE void split(V x, V* exponent, V* mantissa) {
  const M tiny = less(x, set(0x1p-1022));
  const I b = bits(normal_bits(x, tiny));
  // Half a binade up, so that mantissas in [1.5, 2) count as [0.75, 1) of the next exponent.
  const I biased = shift_right(wrapping_sum(b, set_bits(0x0008000000000000)), 52);
  *mantissa = from_bits(wrapping_sum(wrapping_difference(b, shift_left(biased, 52)), set_bits(0x3ff0000000000000)));
  const V k = from_bits(biased | set_bits(0x4330000000000000)) - set(0x1p52 + 1023.0);
  *exponent = k - keep(tiny, set(kTinyExponent));
}

SHARRAY_INLINE void split_in_32(V x, V* exponent, V* mantissa, I* index) {
  const M tiny = less(x, set(0x1p-1022));
  const I b = bits(normal_bits(x, tiny));
  // Half a step up, so that the last half step counts as the first of the next exponent.
  const I up = wrapping_sum(b, set_bits(0x0000400000000000));
  const I biased = shift_right(up, 52);
  *index = shift_right(up, 47);
  *mantissa = from_bits(wrapping_sum(wrapping_difference(b, shift_left(biased, 52)), set_bits(0x3ff0000000000000)));
  const V k = from_bits(biased | set_bits(0x4330000000000000)) - set(0x1p52 + 1023.0);
  *exponent = k - keep(tiny, set(kTinyExponent));
}

}  // namespace simd
}  // namespace
}  // namespace sharray
