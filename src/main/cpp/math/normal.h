/// The normal distribution function on one vector; its logarithm, its inverse and the inverses of erf and erfc on a
/// block.
#pragma once

#include "math/coefficients_inverse.h"
#include "math/coefficients_tail.h"
#include "math/exp.h"
#include "math/log.h"
#include "math/partition.h"
#include "math/roots.h"

namespace sharray {
namespace {

/// ndtr(-a) = exp(-a^2 / 2) ratio for a >= 0, the ratio in two parts. (a + 5/4) ratio is nearly constant, and a
/// polynomial in u = (a - 5) / (a + 5), which maps the half line to [-1, 1]. One division serves both quotients.
SHARRAY_INLINE simd::Pair normal_ratio(simd::V a) {
  using namespace simd;
  namespace c = coefficients;
  const V shift = set(1.25), one = set(1.0);
  const V d = a + shift, far = a + set(5.0);
  const V d_low = select(less(a, shift), a - (d - shift), shift - (d - a));
  const V both_inverse = one / (d * far);
  const V inverse = far * both_inverse;
  const V lost = fnma(inverse, d_low, fnma(inverse, d, one));
  const V u = fnma(d * both_inverse, set(10.0), one);
  const Pair m = fast_sum(set(c::kMillsStart[0]), u * long_polynomial(c::kMills, u));
  const Pair ratio = product(inverse, m.high);
  return {ratio.high, fma(ratio.high, lost, fma(inverse, m.low + set(c::kMillsStart[1]), ratio.low))};
}

/// ndtr(-a) for a >= 0; the square is kept in two parts.
SHARRAY_INLINE simd::V normal_lower(simd::V a) {
  using namespace simd;
  const Pair ratio = normal_ratio(a);
  const Pair square = product(a, a);
  const lane::ExpParts parts = lane::exp_parts(square.high * set(-0.5));
  const Pair leading = fast_sum(set(1.0), parts.high);
  const Pair power = fast_sum(leading.high, leading.low + parts.rest);
  const V power_low = fnma(power.high, square.low * set(0.5), power.low);
  const V low = fma(ratio.high, power_low, ratio.low * power.high);
  return times_power(fma(ratio.high, power.high, low), parts.n);
}

namespace lane {

using simd::V;

SHARRAY_INLINE V ndtr(V x) {
  using namespace simd;
  // Beyond the bound the result is 0 or 1; NaN passes.
  const V lower = normal_lower(min_second(set(40.0), size_not_tiny(x)));
  return select(simd::less(set(0.0), x), set(1.0) - lower, lower);
}

/// exp(x^2) erfc(x) for x >= 0: twice the ratio at b = sqrt(2) x, whose slope is b ratio - 1 / sqrt(2 pi); above 40 by
/// its asymptotic series.
SHARRAY_INLINE V erfcx_upper(V x) {
  using namespace simd;
  namespace c = coefficients;
  const simd::Pair b = product(x, set(c::kSqrt2Parts[0]));
  const simd::Pair ratio = normal_ratio(min_second(set(0x1p10), b.high));
  const V slope = fms(b.high, ratio.high, set(c::kInverseRootPi[0] * c::kSqrt2Parts[0] / 2));
  const V near = ratio.high + simd::fma(slope, simd::fma(x, set(c::kSqrt2Parts[1]), b.low), ratio.low);
  const V inverse = set(1.0) / x;
  const V residual = fnma(inverse, x, set(1.0)) * inverse;
  const V q = inverse * set(c::kInverseRootPi[0]);
  const V q_low = simd::fma(residual, set(c::kInverseRootPi[0]), inverse * set(c::kInverseRootPi[1])) +
                  fms(inverse, set(c::kInverseRootPi[0]), q);
  const V more = inverse * inverse * polynomial(c::kErfcxSeries, inverse * inverse);
  const V far = q + simd::fma(q, more, select(simd::less(x, set(0x1p1000)), q_low, set(0.0)));
  return select(simd::less(x, set(40.0)), near + near, far);
}

/// For x < 0 it is taken from 2 exp(x^2), of which the square has two parts.
SHARRAY_INLINE V erfcx(V x) {
  using namespace simd;
  const V a = simd::abs(x);
  const V upper = erfcx_upper(a);
  const M is_negative = simd::less(x, set(0.0));
  if (pack(is_negative) == 0) return upper;
  const V bounded = min_second(set(28.0), a);
  const simd::Pair square = product(bounded, bounded);
  const ExpParts parts = exp_parts<true>(square.high, square.low);
  const simd::Pair leading = fast_sum(set(1.0), parts.high);
  const V power = times_power(leading.high + (leading.low + parts.rest), parts.n + set(1.0));
  return select(is_negative, power - upper, upper);
}

}  // namespace lane

/// log(ndtr(x)): log(1 - ndtr(-x)) for x >= 0; else -x^2 / 2 and the logarithm of the ratio, both in two parts.
struct LogNdtr {
  using V = simd::V;
  static constexpr double kBig = 0.0;
  static constexpr double kNegative = 0.0;

  SHARRAY_INLINE static V big(V x) {
    using namespace simd;
    const V upper = normal_lower(min_second(set(40.0), size_not_tiny(x)));
    const Pair p = fast_sum(set(1.0), simd::negate(upper));
    const LogParts log_p = log_parts<false, true>(p.high, p.low);
    return select(is_nan(x), x, log_p.high + log_p.low);
  }

  SHARRAY_INLINE static V small(V x) { return big(x); }

  SHARRAY_INLINE static V negative(V x) {
    using namespace simd;
    // Beyond the bound the logarithm does not count beside the square.
    const V a = size_not_tiny(x);
    const Pair ratio = normal_ratio(min_second(set(0x1p500), a));
    const Pair square = product(a, a);
    const LogParts log_p = log_parts<false, true>(ratio.high, ratio.low);
    const V half = set(-0.5);
    const Pair total = sum(square.high * half, log_p.high);
    const V r = total.high + (total.low + fma(square.low, half, log_p.low));
    return select(less(square.high, set(kInfinity)), r, simd::negate(square.high));
  }
};

/// -ndtri(p), over sqrt(2) where kErfinv, from log(p), for p <= 2^-10 or, where kErfinv, p <= 1/8: s - D with s =
/// sqrt(-2 log(p)), or sqrt(-log(p)). What s lost by rounding comes back times the slope, which is 1.0 to 1.24.
template <bool kErfinv>
SHARRAY_INLINE simd::V normal_tail_of_log(simd::V log_high, simd::V log_low) {
  using namespace simd;
  namespace c = coefficients;
  constexpr auto& start = kErfinv ? c::kErfinvTailStart : c::kNdtriTailStart;
  const V factor = set(kErfinv ? -1.0 : -2.0);
  const Pair s = sqrt_parts(log_high * factor, log_low * factor);
  V rest;
  if constexpr (kErfinv) {
    const V v = fma(s.high, set(c::kSqrt2[1]), set(-7.4375)) / fma(s.high, set(c::kSqrt2[0]), set(7.0));
    rest = v * long_polynomial(c::kErfinvTail, v);
  } else {
    const V v = (s.high - set(9.0)) / (s.high + set(9.0));
    rest = v * long_polynomial(c::kNdtriTail, v);
  }
  const Pair main = fast_sum(s.high, set(-start[0]));
  return main.high + (fma(s.low, set(1.15), main.low - set(start[1])) - rest);
}

/// The result of a tail for p > 0, infinity for 0, else NaN.
SHARRAY_INLINE simd::V normal_tail_special(simd::V p, simd::V r) {
  using namespace simd;
  return select(less(set(0.0), p), r, select(equal(p, set(0.0)), set(kInfinity), set(kNaN)));
}

/// normal_tail_of_log of the logarithm of p, and what it is where p is not positive.
template <bool kErfinv>
SHARRAY_INLINE simd::V normal_tail(simd::V p) {
  const LogParts log_p = log_parts<false, false>(p);
  return normal_tail_special(p, normal_tail_of_log<kErfinv>(log_p.high, log_p.low));
}

/// x (start + z P(z)), with the product of x and the start rounded only at the end.
template <std::size_t N>
SHARRAY_INLINE simd::V times_series(simd::V x, simd::V z, const double (&start)[2], const double (&p)[N]) {
  using namespace simd;
  return fma(x, set(start[0]), x * fma(z, long_polynomial(p, z), set(start[1])));
}

/// A table of polynomials for p and 1 - p from 2^-10 on, beyond the tails. With s the smaller of both, in row 0, near
/// 1/2, it is 2 d + d P(d^2) with d = 1/2 - s; elsewhere the value at the middle of an interval, in two parts, and h
/// P(h) from there.
struct Ndtri {
  using V = simd::V;
  static constexpr double kLowest = 0x1p-10;
  static constexpr double kCommon = 0.25, kRare = 0x1p-20;

  SHARRAY_INLINE static simd::M is_common(V p) {
    using namespace simd;
    return both(less_equal(set(kLowest), p), less_equal(p, set(1.0 - kLowest)));
  }

  SHARRAY_INLINE static V smaller(V p) { return simd::min_second(p, simd::set(1.0) - p); }

  SHARRAY_INLINE static V common(V p) {
    using namespace simd;
    namespace c = coefficients;
    // An exponent and five bits make the number of the row; what is in row 0 or no common p is put before row 1.
    constexpr std::int64_t kRowZero = (1013 << 5) - 1;
    const V before = set(0x1.fffffffffffffp-11);
    const V size = smaller(p);
    const M central = less(set(0.4375), size);
    const V place = select(central, before, max_second(size, before));
    V row[8];
    const I index = shift_right(bits(place), 47) - set_bits(kRowZero);
    load_columns(c::kNdtriRows, 0, index, row);
    load_columns(c::kNdtriRows, 4, index, row + 4);
    const V start = bit_and(place, from_bits(set_bits(-(std::int64_t{1} << 47))));
    const V h = size - bit_or(start, from_bits(set_bits(std::int64_t{1} << 46)));
    const V d = set(0.5) - size;
    const V factor = select(central, d, h), v = select(central, d * d, h), vv = v * v;
    const V even = fma(fma(fma(row[7], vv, row[5]), vv, row[3]), vv, row[1]);
    const V odd = fma(fma(row[6], vv, row[4]), vv, row[2]);
    // The lower half of the last number is the value's second part.
    const V low = from_bits(shift_left(bits(row[7]), 32));
    return times_sign(select(central, d + d, row[0]) + fma(factor, fma(odd, v, even), low), p - set(0.5));
  }

  SHARRAY_INLINE static V rare(V p) { return simd::times_sign(normal_tail<false>(smaller(p)), p - simd::set(0.5)); }
};

/// x P(x^2) for -3/4 <= x < 3/4; beyond, the tails of the normal distribution at (1 - |x|) / 2.
struct Erfinv {
  using V = simd::V;
  static constexpr double kBig = 0.75;
  static constexpr double kNegative = -0.75;

  SHARRAY_INLINE static V big(V x) {
    using namespace simd;
    return normal_tail<true>(fnma(x, set(0.5), set(0.5)));
  }
  SHARRAY_INLINE static V negative(V x) { return simd::negate(big(simd::negate(x))); }
  SHARRAY_INLINE static V small(V x) {
    using namespace simd;
    namespace c = coefficients;
    // The lower parts of tiny ones would underflow, and hardly count.
    const V kept = drop(is_tiny(x), x), z = kept * kept;
    const V low = kept * fma(z, long_polynomial(c::kErfinv, z), set(c::kErfinvStart[1]));
    // The sum of two zeros would lose the sign.
    return bit_or(fma(x, set(c::kErfinvStart[0]), low), bit_and(x, set(-0.0)));
  }
};

/// The tail at p = x / 2 for x < 1/4, its mirror image for x >= 7/4, and erfinv(1 - x) between.
struct Erfcinv {
  using V = simd::V;
  static constexpr double kBig = 1.75;
  static constexpr double kNegative = 0.25;

  SHARRAY_INLINE static V negative(V x) {
    using namespace simd;
    namespace c = coefficients;
    // x / 2 may have fewer bits than x; its logarithm has not.
    const LogParts log_x = log_parts<false, false>(x);
    const Pair less = fast_sum(log_x.high, set(-c::kLn2[0]));
    const Pair log_p = fast_sum(less.high, less.low + (log_x.low - set(c::kLn2[1])));
    return normal_tail_special(x, normal_tail_of_log<true>(log_p.high, log_p.low));
  }
  SHARRAY_INLINE static V big(V x) {
    return simd::negate(normal_tail<true>(simd::fnma(x, simd::set(0.5), simd::set(1.0))));
  }

  /// What 1 - x lost by rounding, for x < 1/2, comes back times the slope, which is 1.1 to 1.7 there.
  SHARRAY_INLINE static V small(V x) {
    using namespace simd;
    const Pair q = sum(set(1.0), simd::negate(x));
    return fma(q.low, set(1.4), Erfinv::small(q.high));
  }
};

namespace block {

SHARRAY_INLINE void log_ndtr(double* out, const double* in, std::size_t n) { by_range<LogNdtr>(out, in, n); }
SHARRAY_INLINE void ndtri(double* out, const double* in, std::size_t n) { by_rarity<Ndtri>(out, in, n); }
SHARRAY_INLINE void erfinv(double* out, const double* in, std::size_t n) { by_range<Erfinv>(out, in, n); }
SHARRAY_INLINE void erfcinv(double* out, const double* in, std::size_t n) { by_range<Erfcinv>(out, in, n); }

}  // namespace block
}  // namespace
}  // namespace sharray
