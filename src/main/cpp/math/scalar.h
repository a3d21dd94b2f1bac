/// Single doubles and numbers in two parts, for the functions that are computed element by element.
///
/// Everything is made of operations that IEEE 754 prescribes to the bit and of the vector kernels, so results are the
/// same on all CPU paths and do not depend on the C library.
#pragma once

#include "math/coefficients_tail.h"
#include "math/exp.h"
#include "math/log.h"
#include "math/simd.h"

/// Not inlined: these are called from many places, and none of them is short.
#define SHARRAY_SCALAR [[maybe_unused]] [[gnu::noinline]] static

namespace sharray {
namespace {
namespace scalar {

inline constexpr double kInfinity = __builtin_inf();
inline constexpr double kNaN = __builtin_nan("");

/// high + low, |low| <= ulp(high) / 2 or hardly more: about 106 bits.
struct Pair {
  double high, low;
};

SHARRAY_INLINE double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
SHARRAY_INLINE double abs(double x) { return __builtin_fabs(x); }
SHARRAY_INLINE double sqrt(double x) { return simd::sqrt(simd::set(x))[0]; }
/// To the nearest integer, for |x| < 2^51.
SHARRAY_INLINE double round_small(double x) { return (x + 0x1.8p52) - 0x1.8p52; }
SHARRAY_INLINE double rint(double x) { return simd::rint(simd::set(x))[0]; }
SHARRAY_INLINE double floor(double x) {
  const double nearest = rint(x);
  return nearest > x ? nearest - 1 : nearest;
}
SHARRAY_INLINE double copy_sign(double x, double y) { return __builtin_copysign(x, y); }
SHARRAY_INLINE bool is_finite(double x) { return abs(x) < kInfinity; }

/// x 2^n with one rounding, for integers n; x is normal or 0.
SHARRAY_INLINE double times_power(double x, double n) {
  const double bounded = n > 1100.0 ? 1100.0 : n < -1100.0 ? -1100.0 : n;
  return simd::times_power(simd::set(x), simd::set(bounded))[0];
}

SHARRAY_SCALAR double exp(double x) { return lane::exp(simd::set(x))[0]; }
SHARRAY_SCALAR double expm1(double x) { return lane::expm1(simd::set(x))[0]; }
SHARRAY_SCALAR double log(double x) { return lane::log(simd::set(x))[0]; }
SHARRAY_SCALAR double log1p(double x) { return lane::log1p(simd::set(x))[0]; }

// Numbers in two parts. After Dekker, "A floating-point technique for extending the available precision" (1971), and
// Joldes, Muller and Popescu, "Tight and rigorous error bounds for basic building blocks of double-word arithmetic"
// (2017).

/// a + b exactly, if |a| >= |b| or a is 0.
SHARRAY_INLINE Pair fast_sum(double a, double b) {
  const double high = a + b;
  return {high, (a - high) + b};
}
SHARRAY_INLINE Pair sum(double a, double b) {
  const double high = a + b;
  const double other = high - a;
  return {high, (a - (high - other)) + (b - other)};
}
/// a b exactly, but for underflow.
SHARRAY_INLINE Pair product(double a, double b) {
  const double high = a * b;
  return {high, fma(a, b, -high)};
}
SHARRAY_INLINE Pair operator-(Pair x) { return {-x.high, -x.low}; }
SHARRAY_INLINE Pair operator+(Pair x, Pair y) {
  const Pair s = sum(x.high, y.high), t = sum(x.low, y.low);
  const Pair v = fast_sum(s.high, s.low + t.high);
  return fast_sum(v.high, v.low + t.low);
}
SHARRAY_INLINE Pair operator+(Pair x, double y) {
  const Pair s = sum(x.high, y);
  return fast_sum(s.high, s.low + x.low);
}
SHARRAY_INLINE Pair operator-(Pair x, Pair y) { return x + -y; }
SHARRAY_INLINE Pair operator-(Pair x, double y) { return x + -y; }
SHARRAY_INLINE Pair operator*(Pair x, Pair y) {
  const Pair p = product(x.high, y.high);
  return fast_sum(p.high, p.low + fma(x.high, y.low, x.low * y.high));
}
SHARRAY_INLINE Pair operator*(Pair x, double y) {
  const Pair p = product(x.high, y);
  return fast_sum(p.high, fma(x.low, y, p.low));
}
SHARRAY_INLINE Pair operator/(Pair x, Pair y) {
  const double first = x.high / y.high;
  const Pair rest = x - y * first;
  const double second = rest.high / y.high;
  const Pair left = rest - y * second;
  return fast_sum(first, second) + left.high / y.high;
}
SHARRAY_INLINE Pair pair(double x) { return {x, 0.0}; }
SHARRAY_INLINE Pair pair(const double (&x)[2]) { return {x[0], x[1]}; }
SHARRAY_INLINE double value(Pair x) { return x.high + x.low; }

/// The polynomial of N coefficients, lowest power first.
template <std::size_t N>
SHARRAY_INLINE double polynomial(const double (&c)[N], double x) {
  const double square = x * x;
  constexpr std::size_t kEven = (N - 1) & ~std::size_t{1};
  constexpr std::size_t kOdd = (N - 1) % 2 == 1 ? N - 1 : N - 2;
  double even = c[kEven], odd = c[kOdd];
  for (std::size_t i = kEven; i >= 2; i -= 2) even = fma(even, square, c[i - 2]);
  for (std::size_t i = kOdd; i >= 3; i -= 2) odd = fma(odd, square, c[i - 2]);
  return fma(odd, x, even);
}

/// The first `count` terms of a series with coefficients in two parts; those from `precise` on matter little.
template <std::size_t N>
SHARRAY_INLINE Pair series(const double (&c)[N][2], std::size_t precise, std::size_t count, Pair x) {
  double tail = 0;
  for (std::size_t i = count; i-- > precise;) tail = fma(tail, x.high, c[i][0]);
  Pair r = pair(tail);
  for (std::size_t i = precise; i-- > 0;) r = r * x + Pair{c[i][0], c[i][1]};
  return r;
}

/// value 2^power
struct Scaled {
  Pair value;
  double power;

  /// Rounded once, also where subnormal, but for the sum of the parts.
  double rounded() const { return times_power(value.high + value.low, power); }
};

/// e^x with an error of about 2^-100, for |x| < 2^40. e^x = 2^n 2^(i / 32) e^r, |r| <= ln(2) / 64.
SHARRAY_SCALAR Scaled exp_scaled(Pair x) {
  namespace c = coefficients;
  const double steps = round_small(x.high * 0x1.71547652b82fep+5);
  const Pair first = product(steps, c::kThirtySecondLn2[0]), second = product(steps, c::kThirtySecondLn2[1]);
  const Pair near = sum(x.high, -first.high);
  const Pair r = (near + Pair{x.low, 0.0} - Pair{first.low, 0.0}) - (second + steps * c::kThirtySecondLn2[2]);
  const auto whole = static_cast<std::int64_t>(steps);
  const auto index = static_cast<std::size_t>(whole & 31);
  const Pair table = {c::kExpPairs[index][0], c::kExpPairs[index][1]};
  const Pair less_one = series(c::kInverseFactorials, 6, 11, r) * r;
  return {table + table * less_one, static_cast<double>((whole - static_cast<std::int64_t>(index)) / 32)};
}

/// e^x with one rounding but for what was lost in x.
SHARRAY_SCALAR double exp(Pair x) {
  if (abs(x.high) <= 800.0) return exp_scaled(x).rounded();
  return x.high < 0 ? 0.0 : x.high * kInfinity;
}

/// atanh(s) / s for |s| <= 0.06.
SHARRAY_INLINE Pair atanh_series(Pair s) {
  const Pair z = s * s;
  return series(coefficients::kInverseOdd, 6, 13, z) * z + 1.0;
}

/// log(1 + x) for |x| <= 0.1: 2 atanh(x / (2 + x)).
SHARRAY_SCALAR Pair log1p_small(Pair x) {
  const Pair s = x / (x + 2.0);
  return s * 2.0 * atanh_series(s);
}

/// log(1 + x) - x for |x| <= 0.1. With s = x / (2 + x), x is 2 s + s x.
SHARRAY_SCALAR Pair log1p_less_small(Pair x) {
  const Pair s = x / (x + 2.0), z = s * s;
  return s * (series(coefficients::kInverseOdd, 7, 14, z) * z * 2.0 - x);
}

/// log(x) for positive x; the error is about 2^-100 of it, and next to x = 1 of 1 - x. x = m 2^k; log(m) = y + log(m
/// e^-y) with y near it.
SHARRAY_SCALAR Pair log(Pair x) {
  namespace c = coefficients;
  simd::V exponent, mantissa;
  simd::split(simd::set(x.high), &exponent, &mantissa);
  const double k = exponent[0], m = mantissa[0];
  const Pair scaled = {m, times_power(x.low, -k)};
  if (abs(m - 1.0) < 0.09) {
    const Pair near = log1p_small(scaled - 1.0);
    if (k == 0) return near;
    return product(k, c::kLn2Parts[0]) + (product(k, c::kLn2Parts[1]) + k * c::kLn2Parts[2]) + near;
  }
  const double y = log(m);
  const Scaled inverse = exp_scaled(pair(-y));
  const Pair p = scaled * inverse.value;
  const double power = times_power(1.0, inverse.power);
  const Pair d = Pair{p.high * power, p.low * power} - 1.0;
  const Pair log_m = (d - d.high * d.high * 0.5) + y;
  return (product(k, c::kLn2Parts[0]) + (product(k, c::kLn2Parts[1]) + k * c::kLn2Parts[2])) + log_m;
}

/// log(1 + x) for x > -1.
SHARRAY_INLINE Pair log1p(Pair x) { return abs(x.high) < 0.09 ? log1p_small(x) : log(x + 1.0); }
/// log(1 + x) - x for x > -1.
SHARRAY_INLINE Pair log1p_less(Pair x) { return abs(x.high) < 0.09 ? log1p_less_small(x) : log(x + 1.0) - x; }

}  // namespace scalar
}  // namespace
}  // namespace sharray
