/// log2 and log10 on one vector.
#pragma once

#include "math/coefficients_powers.h"
#include "math/log.h"

namespace sharray {
namespace {
namespace lane {

using simd::V;

/// The exponent k of x = m 2^k, m in [0.75, 1.5), and log(m) without renormalisation.
struct SplitLog {
  V k, high, low;
};

/// log(m) = 2 s + s^3 P(s^2), as in log_parts.
SHARRAY_INLINE SplitLog split_log(V x) {
  using namespace simd;
  V k, m;
  split(x, &k, &m);
  const V one = set(1.0);
  const V f = m - one, d = m + one;
  const V d_low = m - (d - one);
  const V inverse = one / d;
  const V s = f * inverse;
  const V s_low = fnma(s, d_low, fnma(s, d, f)) * inverse;
  const V z = s * s;
  return {k, s + s, simd::fma(s * z, polynomial(coefficients::kLog, z), s_low + s_low)};
}

/// log2(x) = k + log(m) log2(e); the product comes in two parts, and is 0 for powers of two.
SHARRAY_INLINE V log2(V x) {
  using namespace simd;
  namespace c = coefficients;
  const SplitLog parts = split_log(x);
  const Pair main = product(parts.high, set(c::kBinary[0]));
  const V low = simd::fma(parts.high, set(c::kBinary[1]), simd::fma(parts.low, set(c::kBinary[0]), main.low));
  const Pair total = fast_sum(parts.k, main.high);
  return log_special(x, total.high + (total.low + low));
}

/// log10(x) = k log10(2) + log(m) log10(e). The error before the last rounding is too small to miss a whole result.
SHARRAY_INLINE V log10(V x) {
  using namespace simd;
  namespace c = coefficients;
  const SplitLog parts = split_log(x);
  const Pair main = product(parts.high, set(c::kDecimal[0]));
  const V low = simd::fma(parts.high, set(c::kDecimal[1]), simd::fma(parts.low, set(c::kDecimal[0]), main.low));
  const Pair total = fast_sum(parts.k * set(c::kLog10Two[0]), main.high);
  const V rest = simd::fma(parts.k, set(c::kLog10Two[1]), total.low + low);
  return log_special(x, total.high + rest);
}

}  // namespace lane
}  // namespace
}  // namespace sharray
