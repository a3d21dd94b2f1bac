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

/// Products that are subnormal take the processor long, so their size is found as an integer: from x = y 2^500 the bits
/// of y, those of x less 500 in the exponent, or where the sum of x and kUnit rounds it to a multiple of 2^-1074 times
/// 2^500, the bits of that sum less those of kUnit. Only where `low`; else x.
SHARRAY_INLINE V down_by_500(V x, M low) {
  constexpr double kUnit = 0x1p-522;
  const M subnormal = both(low, less(x, set(kUnit)));
  const I sum = bits(x + keep(subnormal, set(kUnit)));
  const V exponent = keep(low, from_bits(set_bits(std::int64_t{500} << 52)));
  const V one = keep(subnormal, from_bits(set_bits(std::int64_t{1} << 52)));
  return from_bits(wrapping_difference(wrapping_difference(sum, bits(exponent)), bits(one)));
}

/// times_power where the result may be subnormal or n above 1000.
SHARRAY_INLINE V times_any_power(V x, V n) {
  const V sign = bit_and(x, set(-0.0));
  const V size = bit_xor(x, sign);
  const M low = both(less(n, set(-900.0)), less(size, set(__builtin_inf()))), high = less(set(1000.0), n);
  V scaled = times_small_power(size, (n + keep(low, set(500.0))) - keep(high, set(500.0)));
  if (pack(high) != 0) scaled = scaled * select(high, set(0x1p500), set(1.0));
  return bit_or(down_by_500(scaled, low), sign);
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

SHARRAY_INLINE bool any_subnormal(V x) {
  return pack(less(bit_and(x, from_bits(set_bits(0x7fffffffffffffff))), set(0x1p-1022))) != 0;
}
SHARRAY_INLINE bool any_not_positive_finite(V x) {
  return pack(both(less(set(0.0), x), less(x, set(__builtin_inf())))) + 1 != 1U << kLanes;
}
SHARRAY_INLINE V squarable(V x) {
  return drop(less(bit_and(x, from_bits(set_bits(0x7fffffffffffffff))), set(0x1p-511)), x);
}

SHARRAY_INLINE V lift(V x) {
  const M tiny = less(x, set(0x1p-1022));
  return normal_bits(x, tiny) * select(tiny, set(0x1p-64), set(0x1p1010));
}

SHARRAY_INLINE V unlift(V x) { return down_by_500(x * set(0x1p-510), less_equal(x, x)); }

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
