/// The normal distribution function on one vector of floats; its logarithm, its inverse and the inverse of erf on a
/// block.
#pragma once

#include "math/float32/exp.h"
#include "math/float32/log.h"
#include "math/float32/partition.h"

namespace sharray {
namespace {
namespace float32 {

/// ndtr(-a) = exp(-a^2 / 2) ratio for a >= 0, the ratio in two parts. (a + 5/4) ratio is nearly constant, and a
/// polynomial in u = (a - 5) / (a + 5), which maps the half line to [-1, 1]. One division serves both quotients.
SHARRAY_INLINE simd::Pair normal_ratio(simd::V a) {
  using namespace simd;
  namespace c = coefficients;
  const V shift = set(1.25F), one = set(1.0F);
  const V d = a + shift, far = a + set(5.0F);
  const V d_low = select(less(a, shift), a - (d - shift), shift - (d - a));
  const V both_inverse = one / (d * far);
  const V inverse = far * both_inverse;
  const V lost = fnma(inverse, d_low, fnma(inverse, d, one));
  const V u = fnma(d * both_inverse, set(10.0F), one);
  const Pair m = fast_sum(set(c::kMillsStart[0]), u * polynomial(c::kMills, u));
  const Pair ratio = product(inverse, m.high);
  return {ratio.high, fma(ratio.high, lost, fma(inverse, m.low + set(c::kMillsStart[1]), ratio.low))};
}

/// ndtr(-a) for 0 <= a <= 15; the square is kept in two parts.
SHARRAY_INLINE simd::V normal_lower(simd::V a) {
  using namespace simd;
  const Pair ratio = normal_ratio(a);
  const Pair square = product(a, a);
  const ExpParts parts = exp_parts<false, 110, -115>(square.high * set(-0.5F));
  const Pair power = parts.power();
  const V power_low = fnma(power.high, square.low * set(0.5F), power.low);
  const V low = fma(ratio.high, power_low, ratio.low * power.high);
  return times_power(fma(ratio.high, power.high, low), parts.n);
}

namespace lane {

using simd::V;

SHARRAY_INLINE V ndtr(V x) {
  using namespace simd;
  // Beyond the bound the result is 0 or 1; NaN passes.
  const V lower = normal_lower(min_second(set(15.0F), simd::abs(x)));
  return select(simd::less(set(0.0F), x), set(1.0F) - lower, lower);
}

}  // namespace lane

/// log(ndtr(x)): log(1 - ndtr(-x)) for x >= 0; else -x^2 / 2 and the logarithm of the ratio, both in two parts.
struct LogNdtr {
  using V = simd::V;
  static constexpr float kBig = 0.0F;
  static constexpr float kNegative = 0.0F;

  SHARRAY_INLINE static V big(V x) {
    using namespace simd;
    const V upper = normal_lower(min_second(set(15.0F), abs(x)));
    const Pair p = fast_sum(set(1.0F), simd::negate(upper));
    const Pair log_p = log_parts<true>(p.high, p.low);
    // What underflows keeps its sign, up to where it underflows in float64 too.
    const V sign = keep(less(x, set(0x1.33e21ep5F)), set(-0.0F));
    return bit_or(select(is_nan(x), x, log_p.high + log_p.low), sign);
  }

  SHARRAY_INLINE static V small(V x) { return big(x); }

  SHARRAY_INLINE static V negative(V x) {
    using namespace simd;
    // Beyond the bound the logarithm does not count beside the square.
    const V a = abs(x);
    const Pair ratio = normal_ratio(min_second(set(0x1p50F), a));
    const Pair half_square = product(a * set(0.5F), a);
    const Pair log_p = log_parts<true>(ratio.high, ratio.low);
    const Pair total = sum(negate(half_square.high), log_p.high);
    const V r = total.high + (total.low + (log_p.low - half_square.low));
    return select(less(half_square.high, set(kInfinity)), r, simd::negate(half_square.high));
  }
};

/// -ndtri(p), over sqrt(2) where kErfinv, from log(p) for p <= 1/8: s - D with s = sqrt(-2 log(p)), or sqrt(-log(p)).
/// What s lost by rounding comes back times the slope, which is 1.0 to 1.24.
template <bool kErfinv>
SHARRAY_INLINE simd::V normal_tail_of_log(simd::Pair log_p) {
  using namespace simd;
  namespace c = coefficients;
  constexpr auto& start = kErfinv ? c::kErfinvTailStart : c::kNdtriTailStart;
  constexpr auto& center = kErfinv ? c::kErfinvTailCenter : c::kNdtriTailCenter;
  const V factor = set(kErfinv ? -1.0F : -2.0F);
  const Pair s = sqrt_parts(log_p.high * factor, log_p.low * factor);
  const V v = (s.high - set(center[0])) / (s.high + set(center[1]));
  V curve;
  if constexpr (kErfinv) {
    curve = polynomial(c::kErfinvTail, v);
  } else {
    curve = polynomial(c::kNdtriTail, v);
  }
  const V rest = v * curve;
  const Pair main = fast_sum(s.high, set(-start[0]));
  return main.high + (fma(s.low, set(1.15F), main.low - set(start[1])) - rest);
}

/// -ndtri(p) for 0 < p <= 1/8, over sqrt(2) where kErfinv; infinity for 0, else NaN.
template <bool kErfinv>
SHARRAY_INLINE simd::V normal_tail(simd::V p) {
  using namespace simd;
  const V r = normal_tail_of_log<kErfinv>(log_parts<false>(p));
  return select(less(set(0.0F), p), r, select(equal(p, set(0.0F)), set(kInfinity), set(kNaN)));
}

/// x (start + z P(z)), with the product of x and the start rounded only at the end.
template <std::size_t N>
SHARRAY_INLINE simd::V times_series(simd::V x, simd::V z, const float (&start)[2], const float (&p)[N]) {
  using namespace simd;
  return fma(x, set(start[0]), x * fma(z, polynomial(p, z), set(start[1])));
}

/// q P(q^2) with q = p - 1/2 in the middle, 1/8 <= p < 7/8; the tails beyond.
struct Ndtri {
  using V = simd::V;
  static constexpr float kBig = 0.875F;
  static constexpr float kNegative = 0.125F;

  SHARRAY_INLINE static V big(V p) { return normal_tail<false>(simd::set(1.0F) - p); }
  SHARRAY_INLINE static V negative(V p) { return simd::negate(normal_tail<false>(p)); }

  /// What q lost by rounding, for p < 1/4, comes back times the slope, which is 3.1 to 4.9 there.
  SHARRAY_INLINE static V small(V p) {
    using namespace simd;
    namespace c = coefficients;
    const Pair q = fast_sum(set(-0.5F), p);
    return fma(q.low, set(4.0F), times_series(q.high, q.high * q.high, c::kNdtriStart, c::kNdtri));
  }
};

/// x P(x^2) for -3/4 <= x < 3/4; beyond, the tails of the normal distribution at (1 - |x|) / 2.
struct Erfinv {
  using V = simd::V;
  static constexpr float kBig = 0.75F;
  static constexpr float kNegative = -0.75F;

  SHARRAY_INLINE static V big(V x) {
    using namespace simd;
    return normal_tail<true>(fnma(x, set(0.5F), set(0.5F)));
  }
  SHARRAY_INLINE static V negative(V x) { return simd::negate(big(simd::negate(x))); }
  SHARRAY_INLINE static V small(V x) {
    using namespace simd;
    namespace c = coefficients;
    // The sum of two zeros would lose the sign.
    return bit_or(times_series(x, x * x, c::kErfinvStart, c::kErfinv), bit_and(x, set(-0.0F)));
  }
};

namespace block {

SHARRAY_INLINE void log_ndtr(float* out, const float* in, std::size_t n) { by_range<LogNdtr>(out, in, n); }
SHARRAY_INLINE void ndtri(float* out, const float* in, std::size_t n) { by_range<Ndtri>(out, in, n); }
SHARRAY_INLINE void erfinv(float* out, const float* in, std::size_t n) { by_range<Erfinv>(out, in, n); }

}  // namespace block
}  // namespace float32
}  // namespace
}  // namespace sharray
