/// beta and betaln, element by element.
///
/// All logarithms have two parts. For arguments from 16 on, Stirling's series; smaller ones get there by gamma(x + 1) =
/// x gamma(x). With a large argument the difference of two logarithms of gamma is one formula, in which nothing cancels
/// (after Didonato and Morris, "Algorithm 708" (1992)).
#pragma once

#include "math/gammaln.h"
#include "math/scalar.h"

namespace sharray {
namespace {
namespace scalar {

inline constexpr double kStirlingFrom = 16.0;

/// log(gamma(x)) - (x - 1/2) log(x) + x - log(2 pi) / 2 for x >= 16; its relative error is about 2^-90.
SHARRAY_SCALAR Pair stirling_rest(Pair x) {
  if (x.high > 0x1p100) return {0.0, 0.0};
  const Pair inverse = pair(1.0) / x;
  const std::size_t terms = x.high > 1000.0 ? 7 : 16;
  return series(coefficients::kStirling, 5, terms, inverse * inverse) * inverse;
}

/// log(gamma(x)) for x >= 16.
SHARRAY_SCALAR Pair gammaln_large(Pair x) {
  return (x - 0.5) * log(x) - x + pair(coefficients::kHalfLog2PiParts) + stirling_rest(x);
}

/// gamma(x + steps) / gamma(x), where x + steps is at least 16; steps is 0 if x is.
SHARRAY_INLINE Pair rising(Pair x, double* steps) {
  Pair p = pair(1.0);
  double n = 0;
  for (; x.high + n < kStirlingFrom; n += 1) p = p * (x + n);
  *steps = n;
  return p;
}

/// log(gamma(x)) for positive x.
SHARRAY_SCALAR Pair gammaln(Pair x) {
  double steps;
  const Pair p = rising(x, &steps);
  return steps == 0 ? gammaln_large(x) : gammaln_large(x + steps) - log(p);
}

/// log(beta(a, b)) for 0 < a <= b.
SHARRAY_SCALAR Pair betaln_ordered(Pair a, Pair b) {
  namespace k = coefficients;
  // Sums of the largest numbers overflow; nothing but the first orders counts there.
  if (b.high > 0x1p1000 && a.high > 0x1p900) {
    const Pair scaled = betaln_ordered({a.high * 0x1p-100, a.low * 0x1p-100}, {b.high * 0x1p-100, b.low * 0x1p-100});
    return {scaled.high * 0x1p100, scaled.low * 0x1p100};
  }
  const Pair c = a + b;
  if (b.high < kStirlingFrom) {
    // 1 / a + 1 / b, where the products below would leave the range.
    if (a.high < 0x1p-900) return log1p(a / b) - log(a);
    double steps_a, steps_b, steps_c;
    const Pair pa = rising(a, &steps_a), pb = rising(b, &steps_b), pc = rising(c, &steps_c);
    const Pair large = (gammaln_large(a + steps_a) - gammaln_large(c + steps_c)) + gammaln_large(b + steps_b);
    return large + log(pc / pb / pa);
  }
  const Pair ratio = a / b;
  const Pair less = log1p(ratio);  // log(c / b)
  const Pair rest = stirling_rest(b) - stirling_rest(c);
  if (a.high < kStirlingFrom) return ((a - (c - 0.5) * less) + rest) + (gammaln(a) - a * log(b));
  // (a - 1/2) log(a / c) - b log(c / b) - log(b) / 2 + log(2 pi) / 2
  const Pair log_b = log(b);
  const Pair towards_c = log(ratio) - less;  // log(a / c)
  return ((a - 0.5) * towards_c - b * less) + ((pair(k::kHalfLog2PiParts) - log_b * 0.5) + (stirling_rest(a) + rest));
}

SHARRAY_INLINE Pair betaln_positive(Pair a, Pair b) {
  if (a.high == 1.0 && a.low == 0) return pair(0.0) - log(b);
  if (b.high == 1.0 && b.low == 0) return pair(0.0) - log(a);
  return a.high <= b.high ? betaln_ordered(a, b) : betaln_ordered(b, a);
}

SHARRAY_INLINE bool is_integer(double x) { return rint(x) == x; }
SHARRAY_INLINE bool is_odd(double x) { return !is_integer(x * 0.5); }

/// log|sin(pi x) / pi| and the sign of the sine, for x that is no integer.
SHARRAY_SCALAR Pair log_sine(Pair x, double* sign) {
  const double nearest = rint(x.high);
  const double f = (x.high - nearest) + x.low;
  *sign = (f < 0) == is_odd(nearest) ? 1.0 : -1.0;
  const simd::Pair sine = Gammaln::sine_product(simd::set(1.0), simd::set(abs(f)));
  return log(Pair{sine.high[0], sine.low[0]});
}

/// |beta(a, b)| where a is negative and no integer and b is no negative integer, by gamma(x) gamma(1 - x) = pi / sin(pi
/// x); `sign` becomes that of beta(a, b).
SHARRAY_SCALAR Pair betaln_mirrored(double a, double b, double* sign) {
  const Pair c = sum(a, b), one_less_a = sum(1.0, -a);
  double sign_a, sign_b = 1, sign_c = 1;
  const Pair sine_a = log_sine(pair(a), &sign_a);
  Pair r;
  if (c.high > 0) {
    // gamma(b) = gamma(1 + b) / b
    r = -sine_a - (log(pair(b)) + betaln_positive(one_less_a, c));
  } else if (b > 0) {
    r = log_sine(c, &sign_c) - sine_a + betaln_positive(pair(b), pair(1.0) - c);
  } else {
    const Pair sine_b = log_sine(pair(b), &sign_b);
    const Pair sines = log_sine(c, &sign_c) - sine_a - sine_b;
    r = sines - (log(pair(1.0) - c) + betaln_positive(one_less_a, sum(1.0, -b)));
  }
  *sign = sign_a * sign_b * sign_c;
  return r;
}

/// What beta and betaln are but for NaN, infinities and poles: false if that is all. Else log|beta(a, b)| and the sign.
SHARRAY_INLINE bool betaln_signed(double a, double b, Pair* log_beta, double* sign) {
  *sign = 1;
  *log_beta = {kInfinity, 0.0};
  if (a < b) {
    const double other = a;
    a = b;
    b = other;
  }
  // Now b <= a, or one is NaN.
  if (a != a || b != b || b == -kInfinity) {
    *log_beta = {kNaN, 0.0};
    return false;
  }
  if (a == 0 || b == 0) return false;
  if (a == kInfinity) {
    if (b > 0) *log_beta = {-kInfinity, 0.0};
    if (b < 0 && !is_integer(b) && is_odd(floor(b))) *sign = -1;
    return false;
  }
  if (b < 0 && is_integer(b)) {
    // The limit is finite where both gamma functions have a pole there.
    const double mirror = (1.0 - b) - a;
    if (!is_integer(a) || !(a > 0) || !(mirror > 0)) return false;
    *sign = is_odd(a) ? -1 : 1;
    *log_beta = betaln_positive(pair(mirror), pair(a));
    return true;
  }
  if (a < 0 && is_integer(a)) return false;
  if (b > 0) {
    *log_beta = betaln_positive(pair(b), pair(a));
    return true;
  }
  const Pair c = sum(a, b);
  if (c.high <= 0 && c.low == 0 && is_integer(c.high)) {
    *log_beta = {-kInfinity, 0.0};
    return false;
  }
  *log_beta = betaln_mirrored(b, a, sign);
  return true;
}

SHARRAY_SCALAR double betaln(double a, double b) {
  Pair r;
  double sign;
  return betaln_signed(a, b, &r, &sign) ? value(r) : r.high;
}

SHARRAY_SCALAR double beta(double a, double b) {
  Pair r;
  double sign;
  if (betaln_signed(a, b, &r, &sign)) return sign * exp(r);
  return r.high != r.high ? r.high : sign * (r.high < 0 ? 0.0 : kInfinity);
}

}  // namespace scalar
}  // namespace
}  // namespace sharray
