/// The zeta functions of Hurwitz and Riemann, and polygamma, element by element.
#pragma once

#include "math/digamma.h"
#include "math/gammainc.h"

namespace sharray {
namespace {
namespace scalar {

/// zeta(s, q) q^s, the sum of (1 + k / q)^-s over k >= 0, for q > 0 and s > 0; `less_one` is s - 1, not 0. The first
/// terms one by one, the rest by Euler and Maclaurin's formula as soon as that converges.
SHARRAY_SCALAR double zeta_ratio(double s, double less_one, double q) {
  namespace c = coefficients;
  const double from = __builtin_fmax(10.0, (s + 12.0) * 0.8);
  Pair total = pair(0.0);
  double n = 0, power = 1;
  for (; q + n < from; n += 1) {
    if (n > 0) power = exp(-s * log1p(n / q));
    total = total + power;
    if (n > 0 && power * (1.0 + (q + n) / abs(less_one)) < 0x1p-60 * total.high) return total.high;
  }
  const double end = q + n;
  if (n > 0) power = exp(-s * log1p(n / q));
  const double inverse = 1.0 / end;
  // B(2 j) / (2 j)! s (s + 1) ... (s + 2 j - 2) / end^(2 j - 1)
  double rest = 0, factor = s * inverse;
  for (std::size_t j = 0; j < sizeof c::kEulerMaclaurin / sizeof(double); ++j) {
    rest = fma(c::kEulerMaclaurin[j], factor, rest);
    const auto k = static_cast<double>(2 * j);
    factor *= ((s + k + 1.0) * inverse) * ((s + k + 2.0) * inverse);
  }
  const double quotient = end / less_one;
  return value(total + power * quotient + power * (0.5 + rest));
}

SHARRAY_INLINE double zeta_positive(double s, double q) {
  // What is larger than this makes 0, 1 or infinity of any power.
  const double bounded = s > 1e25 ? 1e25 : s;
  return times_exp(log(pair(q)) * -bounded, zeta_ratio(bounded, bounded - 1.0, q));
}

/// gamma(s) zeta(s, q) for integers s, or zeta(s, q) alone, for s > 1 and q > 0.
SHARRAY_SCALAR double zeta_times(bool with_gamma, double s, double q) {
  if (q == kInfinity) return 0.0;
  if (!with_gamma) return zeta_positive(s, q);
  const double bounded = s > 1e25 ? 1e25 : s;
  const double ratio = zeta_ratio(bounded, bounded - 1.0, q);
  const Pair power = log(pair(q)) * -bounded;
  if (s > 23.0) return times_exp(power + gammaln(pair(bounded)), ratio);
  double factorial = 1;
  for (double k = 2; k < s; k += 1) factorial *= k;
  return times_exp(power, ratio * factorial);
}

/// For s > 1. Where q is negative and no integer, and s one: with f the fraction of -q, the sum of (q + k)^-s is that
/// of (1 - f + k)^-s and, up to the sign, that of (f + k)^-s for f + k <= -q.
SHARRAY_SCALAR double zeta_of_two(bool with_gamma, double s, double q) {
  if (q > 0) return zeta_times(with_gamma, s, q);
  if (q == -kInfinity) return kNaN;
  if (is_integer(q)) return kInfinity;
  if (!is_integer(s)) return kNaN;
  const double fraction = -q - floor(-q);
  const double mirrored = zeta_times(with_gamma, s, fraction) - zeta_times(with_gamma, s, 1.0 - q);
  return zeta_times(with_gamma, s, 1.0 - fraction) + (is_odd(s) ? -mirrored : mirrored);
}

SHARRAY_SCALAR double hurwitzZeta(double s, double q) {
  if (s != s || q != q) return kNaN;
  if (s == 1) return kInfinity;
  return s < 1 ? kNaN : zeta_of_two(false, s, q);
}

SHARRAY_SCALAR double polygamma(double n, double x) {
  if (!(n >= 0) || n == kInfinity || !is_integer(n) || x != x) return kNaN;
  double r;
  if (n == 0) {
    block::digamma(&r, &x, 1);
  } else if (n == 1) {
    block::trigamma(&r, &x, 1);
  } else {
    r = zeta_of_two(true, n + 1.0, x);
    if (!is_odd(n)) r = -r;
  }
  return r;
}

/// sin(pi x) for |x| < 2^51
SHARRAY_INLINE double sine_of_half_turns(double x) {
  const double nearest = rint(x), f = x - nearest;
  const simd::Pair sine = Gammaln::sine_product(simd::set(1.0), simd::set(f));
  const double r =
      value(Pair{sine.high[0], sine.low[0]} * pair({coefficients::kPiParts[0], coefficients::kPiParts[1]}));
  return is_odd(nearest) ? -r : r;
}

/// Below 1/2 by the functional equation zeta(s) = 2 (2 pi)^(s - 1) sin(pi s / 2) gamma(1 - s) zeta(1 - s).
SHARRAY_SCALAR double zeta(double s) {
  if (s != s || s == -kInfinity) return kNaN;
  if (s == 1) return kInfinity;
  if (s >= 0.5) {
    const double bounded = s > 100.0 ? 100.0 : s;
    return zeta_ratio(bounded, bounded - 1.0, 1.0);
  }
  if (abs(s) < 0x1p-56) return -0.5;
  const double half = s * 0.5;
  if (s < 0 && is_integer(half)) return 0.0;
  const Pair mirror = sum(1.0, -s);
  const double bounded = mirror.high > 100.0 ? 100.0 : mirror.high;
  const double ratio = zeta_ratio(bounded, bounded < 100.0 ? -s : 99.0, 1.0);
  const Pair log_two_pi = pair(coefficients::kHalfLog2PiParts) * 2.0;
  return times_exp(gammaln(mirror) - mirror * log_two_pi, 2.0 * sine_of_half_turns(half) * ratio);
}

}  // namespace scalar
}  // namespace
}  // namespace sharray
