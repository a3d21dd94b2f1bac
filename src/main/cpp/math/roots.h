/// Square roots in two parts.
#pragma once

#include "math/pair.h"

namespace sharray {
namespace {
namespace simd {

/// 1 / sqrt(x) to 4 % for positive normal x, something finite for 0: halving the bits of x halves its exponent, and
/// nearly does so to its mantissa.
SHARRAY_INLINE V inverse_sqrt_estimate(V x) {
  return from_bits(set_bits(0x5fe6eb50c7b537a9) - shift_right(bits(x), 1));
}

/// sqrt(x + low) for low of the order of an ulp of x. Its low part is a correction in the last place, for which an
/// estimate of the slope is enough: the error is 2^-57 of the root.
SHARRAY_INLINE Pair sqrt_parts(V x, V low) {
  const V root = sqrt(x);
  const V residual = fnma(root, root, x) + low;
  return {root, residual * (inverse_sqrt_estimate(x) * set(0.5))};
}

}  // namespace simd
}  // namespace
}  // namespace sharray
