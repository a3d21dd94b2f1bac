/// Exponent arithmetic by bits, for the paths without instructions for it. The results are those of the instructions.
#pragma once

namespace sharray {
namespace {
namespace float32 {
namespace simd {

SHARRAY_INLINE V times_small_power(V x, V n) {
  // The sum ends in the biased exponent; the shift leaves only it.
  return x * from_bits(shift_left(bits(n + set(0x1.8p23F + 127.0F)), 23));
}

/// In two steps, the first of which is exact. The integer ends in the sum of their biased exponents.
SHARRAY_INLINE V times_power(V x, V n) {
  const I both_steps = bits(n + set(0x1.8p23F + 254.0F));
  const I step = shift_right(shift_left(both_steps, 10), 11);
  return (x * from_bits(shift_left(step, 23))) * from_bits(shift_left(minus(both_steps, step), 23));
}

/// Positive x as y 2^e with a normal y: x itself, or where it is subnormal its bits as an integer.
SHARRAY_INLINE V normal_bits(V x, M tiny) {
  const V integer = bit_or(x, from_bits(set_bits(0x4b000000))) - set(0x1p23F);
  return select(tiny, integer, x);
}
/// The exponent that normal_bits adds.
inline constexpr float kTinyExponent = 149.0F;

/// x = m 2^k where m is at least 1, less what `up` adds to reach 2, and the bits plus `up`.
SHARRAY_INLINE I split_by(V x, std::int32_t up, V* exponent, V* mantissa) {
  const M tiny = less(x, set(0x1p-126F));
  const I b = bits(normal_bits(x, tiny));
  const I sum = plus(b, set_bits(up));
  const I biased = shift_right(sum, 23);
  *mantissa = from_bits(plus(minus(b, shift_left(biased, 23)), set_bits(0x3f800000)));
  const V k = bit_or(from_bits(biased), set(0x1p23F)) - set(0x1p23F + 127.0F);
  *exponent = k - keep(tiny, set(kTinyExponent));
  return sum;
}

/// Half a binade up, so that mantissas in [1.5, 2) count as [0.75, 1) of the next exponent.
SHARRAY_INLINE void split(V x, V* exponent, V* mantissa) { split_by(x, 0x00400000, exponent, mantissa); }

/// Half a step up, so that the last half step counts as the first of the next exponent.
SHARRAY_INLINE void split_in_16(V x, V* exponent, V* mantissa, I* index) {
  *index = shift_right(split_by(x, 0x00040000, exponent, mantissa), 19);
}

}  // namespace simd
}  // namespace float32
}  // namespace
}  // namespace sharray
