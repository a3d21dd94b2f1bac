/// The regularised incomplete beta function, element by element.
#pragma once

#include "math/digamma.h"
#include "math/gammainc.h"

namespace sharray {
namespace {
namespace scalar {

/// The operands of the beta distribution, with y = 1 - x: both have two parts, since either may be tiny.
struct BetaPoint {
  double a, b;
  Pair x, y;

  BetaPoint mirrored() const { return {b, a, y, x}; }
  /// a y - b x: how far x is below the mean a / (a + b).
  Pair below_mean() const { return y * a - x * b; }
};

/// x^a y^b / beta(a, b) times a number; nothing overflows on the way.
SHARRAY_SCALAR double times_beta_density(const BetaPoint& p, double factor) {
  if (p.a < 20.0 || p.b < 20.0) {
    const Pair log_beta = betaln_positive(pair(p.a), pair(p.b));
    return times_exp(log(p.x) * p.a + log(p.y) * p.b - log_beta, factor);
  }
  // By Stirling's formula; the terms of first order in the distance from the mean cancel.
  const Pair total = sum(p.a, p.b), d = p.below_mean();
  const Pair first = log_less(p.x * total / pair(p.a), -d / pair(p.a)) * p.a;
  const Pair second = log_less(p.y * total / pair(p.b), d / pair(p.b)) * p.b;
  const double rest = (stirling_rest(p.a) - stirling_rest(total.high)) + stirling_rest(p.b);
  const double root =
      sqrt(p.a) * sqrt(p.b / total.high) * (coefficients::kInverseRootPi[0] * coefficients::kSqrt2Parts[0] / 2);
  return times_exp(first + second - rest, factor * root);
}

/// log(x^a / (a beta(a, b))) for a < 1; for tiny a the first orders in a.
SHARRAY_INLINE Pair log_power_over_beta(double a, double b, Pair x) {
  namespace c = coefficients;
  if (a >= 0x1p-30) return log(x) * a - betaln_positive(pair(a), pair(b)) - log(pair(a));
  const double shifted = b < 1.0 ? 1.0 + b : b;
  double psi, slope;
  block::digamma(&psi, &shifted, 1);
  block::trigamma(&slope, &shifted, 1);
  const double more = a * a * 0.5 * (slope - c::kPiParts[0] * c::kPiParts[0] / 6);
  const double less = b < 1.0 ? log1p(a / b) : 0.0;
  return pair(a * (value(log(x)) + (c::kEuler[0] + psi)) + (more - less));
}

/// The lower tail x^a / (a beta(a, b)) (1 + a S) and its distance from 1, for a < 1, x <= 1/2 and b x <= 0.7, with S
/// the sum of (1 - b) ... (n - b) x^n / (n! (a + n)).
SHARRAY_INLINE Tails beta_tails_small(const BetaPoint& p) {
  double s = 0, power = 1;
  for (double n = 1; n < 100; n += 1) {
    power *= (n - p.b) * p.x.high / n;
    const double term = power / (p.a + n);
    s += term;
    if (abs(term) <= 0x1p-56 * abs(s)) break;
  }
  const Pair l = log_power_over_beta(p.a, p.b, p.x);
  const double less = expm1(value(l)), more = (1.0 + less) * (p.a * s);
  return {times_exp(l, fma(p.a, s, 1.0)), -(less + more)};
}

/// The sum of (a + b) ... (a + b + n - 1) / ((a + 1) ... (a + n)) x^n; its terms are positive.
SHARRAY_INLINE double beta_series(double a, double b, double x) {
  double total = 1, term = 1;
  for (double n = 0; n < 300; n += 1) {
    term *= (a + b + n) * x / (a + 1.0 + n);
    total += term;
    if (term < 0x1p-56 * total) break;
  }
  return total;
}

/// beta_series as a continued fraction (DLMF 8.17.22) for a and b up to 40: 1 / (1 + c[0] / (1 + c[1] / (1 + ...))).
/// Lentz's method finds where it may end; from there back to front errors do not add up.
SHARRAY_INLINE double beta_fraction(double a, double b, double x) {
  constexpr std::size_t kMost = 400;
  double c[kMost];
  c[0] = -(a + b) * x / (a + 1.0);
  double upper = 1.0, lower = 1.0 / (1.0 + c[0]);
  std::size_t count = 1;
  for (double m = 1; count + 1 < kMost; m += 1) {
    const double twice = a + 2.0 * m;
    const double even = m * (b - m) * x / ((twice - 1.0) * twice);
    const double odd = -(a + m) * (a + b + m) * x / (twice * (twice + 1.0));
    c[count++] = even;
    c[count++] = odd;
    lower = 1.0 / fma(even, lower, 1.0);
    upper = 1.0 + even / upper;
    lower = 1.0 / fma(odd, lower, 1.0);
    upper = 1.0 + odd / upper;
    if (abs(lower * upper - 1.0) < 0x1p-52) break;
  }
  double r = 1.0;
  while (count-- > 0) r = 1.0 + c[count] / r;
  return 1.0 / r;
}

/// The lower tail, where x is below the mean or b < 1.
SHARRAY_INLINE double beta_lower(const BetaPoint& p) {
  const double a = p.a, b = p.b, x = p.x.high, y = p.y.high;
  if (a < 40.0 && b < 40.0) return times_beta_density(p, beta_fraction(a, b, x) / a);
  if (a < 20.0) return times_beta_density(p, beta_series(a, b, x) / a);
  const Pair d = p.below_mean();
  if (a < b) {
    const double ratio = x / y;
    const TailIntegral integral{(d + p.x).high / y, (b - 1.0) * ratio, ratio, false};
    return times_beta_density(p, integral.value() / y);
  }
  const double ratio = y / x;
  const TailIntegral integral{(d - p.y).high / x, (a - 1.0) * ratio, ratio, true};
  return times_beta_density(p, integral.value() / x);
}

SHARRAY_INLINE Tails beta_tails(const BetaPoint& p) {
  const auto is_small = [](const BetaPoint& q) { return q.a < 1.0 && q.x.high <= 0.5 && q.b * q.x.high <= 0.7; };
  if (is_small(p)) return beta_tails_small(p);
  const BetaPoint mirrored = p.mirrored();
  if (is_small(mirrored)) {
    const Tails r = beta_tails_small(mirrored);
    return {r.upper, r.lower};
  }
  if (p.b < 1.0 || (p.a >= 1.0 && p.below_mean().high >= 0)) {
    const double lower = beta_lower(p);
    return {lower, 1.0 - lower};
  }
  const double upper = beta_lower(mirrored);
  return {1.0 - upper, upper};
}

/// Where a or b is beyond 2^900. With the other one below 2^400 the gamma distribution is left next to x = 0, and
/// nothing next to x = 1, which has no neighbour so close. Else the distribution is a step, also for smaller a and b.
SHARRAY_INLINE double beta_huge(double a, double b, double x) {
  if (b < 0x1p400) return 0.0;
  if (a < 0x1p400) return x > 0x1p-400 ? 1.0 : gammainc(a, b * x);
  return beta_tails({a * 0x1p-130, b * 0x1p-130, pair(x), sum(1.0, -x)}).lower;
}

/// NaN for negative a or b, x outside of [0, 1], and where a and b are both 0 or both infinite; a step at x = 0 for a =
/// 0 or infinite b, at x = 1 for b = 0 or infinite a.
SHARRAY_SCALAR double betainc(double a, double b, double x) {
  if (!(a >= 0) || !(b >= 0) || !(x >= 0) || !(x <= 1)) return kNaN;
  if ((a == 0 && b == 0) || (a == kInfinity && b == kInfinity)) return kNaN;
  if (a == 0 || b == kInfinity) return x > 0 || a == 0 ? 1.0 : 0.0;
  if (b == 0 || a == kInfinity) return x < 1 || b == 0 ? 0.0 : 1.0;
  if (x == 0 || x == 1) return x;
  if (a > 0x1p900 || b > 0x1p900) return beta_huge(a, b, x);
  return beta_tails({a, b, pair(x), sum(1.0, -x)}).lower;
}

}  // namespace scalar
}  // namespace
}  // namespace sharray
