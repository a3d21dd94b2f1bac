/// The regularised incomplete gamma functions, element by element.
#pragma once

#include "math/beta.h"
#include "math/gamma.h"
#include "math/tail_integral.h"

namespace sharray {
namespace {
namespace scalar {

/// A probability and 1 - probability, each precise however small it is.
struct Tails {
  double lower, upper;
};

SHARRAY_SCALAR double gamma(double x) {
  double r;
  block::gamma(&r, &x, 1);
  return r;
}

/// stirling_rest in double precision.
SHARRAY_INLINE double stirling_rest(double x) {
  const double inverse = 1.0 / x, z = inverse * inverse;
  double r = 0;
  for (std::size_t i = 12; i-- > 0;) r = fma(r, z, coefficients::kStirling[i][0]);
  return r * inverse;
}

/// log(x) - (x - 1), of which x - 1 is given too.
SHARRAY_INLINE Pair log_less(Pair x, Pair less_one) {
  return abs(less_one.high) < 0.09 ? log1p_less_small(less_one) : log(x) - less_one;
}

/// e^x times a number
SHARRAY_INLINE double times_exp(Pair x, double factor) {
  if (!(abs(x.high) < 1500.0)) return x.high < 0 ? factor * 0.0 : factor * kInfinity;
  const Scaled e = exp_scaled(x);
  return times_power(value(e.value) * factor, e.power);
}

/// x^a e^-x / gamma(a) times a number; nothing overflows on the way.
SHARRAY_INLINE double times_gamma_density(double a, double x, double factor) {
  if (a < 20.0) {
    const double divisor = a < 1.0 ? gamma(1.0 + a) / a : gamma(a);
    return times_exp(log(pair(x)) * a - x, factor / divisor);
  }
  // By Stirling's formula: sqrt(a / (2 pi)) (x / a)^a e^(a - x) less the rest.
  const Pair ratio = pair(x) / pair(a), less_one = sum(x, -a) / pair(a);
  const double root = sqrt(a) * (coefficients::kInverseRootPi[0] * coefficients::kSqrt2Parts[0] / 2);
  return times_exp(log_less(ratio, less_one) * a - stirling_rest(a), factor * root);
}

/// x^a / gamma(1 + a) (1 + a S) for a < 1 and x < 1.1, with S the sum of (-x)^n / (n! (a + n)), and its distance
/// from 1.
SHARRAY_INLINE Tails gamma_tails_small(double a, double x) {
  namespace c = coefficients;
  double s = 0, power = 1;
  for (double n = 1; n < 30; n += 1) {
    power *= -x / n;
    const double term = power / (a + n);
    s += term;
    if (abs(term) < 0x1p-56 * abs(s)) break;
  }
  // log(gamma(1 + a)), which is -gamma a for small a
  const Pair log_gamma =
      a < 0x1p-30 ? pair(c::kEuler) * -a + a * a * 0x1.a51a6625307d3p-1 : gammaln(Pair{1.0, 0.0} + a);
  const double l = value(log(pair(x)) * a - log_gamma);
  const double less = expm1(l), more = (1.0 + less) * (a * s);
  return {times_exp(log(pair(x)) * a - log_gamma, fma(a, s, 1.0)), -(less + more)};
}

/// The sum of x^n / ((a + 1) ... (a + n)), for x <= a < 20.
SHARRAY_INLINE double gamma_series(double a, double x) {
  double total = 1, term = 1;
  for (double n = 1; n < 200; n += 1) {
    term *= x / (a + n);
    total += term;
    if (term < 0x1p-56 * total) break;
  }
  return total;
}

/// For positive a and x.
SHARRAY_SCALAR Tails gamma_tails(double a, double x) {
  if (a < 1.0 && x < 1.1) return gamma_tails_small(a, x);
  if (x < a) {
    if (x < 0x1p-100 * a && a >= 20.0) return {0.0, 1.0};
    const double lower = a < 20.0 ? times_gamma_density(a, x, gamma_series(a, x) / a)
                                  : times_gamma_density(a, x, TailIntegral{a - x, x, 0.0, false}.value());
    return {lower, 1.0 - lower};
  }
  if (x > 0x1p100 * a && x > 800.0) return {1.0, 0.0};
  const double upper = times_gamma_density(a, x, TailIntegral{x - a, x, 0.0, true}.value());
  return {1.0 - upper, upper};
}

/// As SciPy: NaN for negative operands, 0 and 0, and two infinities; else a step at 0 for a = 0, and none for infinite
/// a.
SHARRAY_INLINE bool gamma_tails_special(double a, double x, Tails* r) {
  if (!(a >= 0) || !(x >= 0) || (a == 0 && x == 0) || (a == kInfinity && x == kInfinity)) {
    *r = {kNaN, kNaN};
  } else if (a == 0 || x == kInfinity) {
    *r = {1.0, 0.0};
  } else if (x == 0 || a == kInfinity) {
    *r = {0.0, 1.0};
  } else {
    return false;
  }
  return true;
}

SHARRAY_SCALAR double gammainc(double a, double x) {
  Tails r;
  if (!gamma_tails_special(a, x, &r)) r = gamma_tails(a, x);
  return r.lower;
}

SHARRAY_SCALAR double gammaincc(double a, double x) {
  Tails r;
  if (!gamma_tails_special(a, x, &r)) r = gamma_tails(a, x);
  return r.upper;
}

}  // namespace scalar
}  // namespace
}  // namespace sharray
