/// The Bessel functions of order 0 and 1.
///
/// J and Y: below 1/2 by their power series; up to 8 by a polynomial around the middle of an interval or the zero in
/// it, so that the relative error stays small next to the zeros; beyond as modulus and phase, sqrt(2 / (pi x)) M cos(x
/// - (2 n + 1) pi / 4 + p / x), with M and p polynomials in 1 / x^2 (DLMF 10.18). I and K: by power series, and beyond
/// by polynomials in 1 / x times e^x / sqrt(x) or its inverse.
#pragma once

#include "math/coefficients_bessel.h"
#include "math/scalar.h"
#include "math/trigonometric.h"

namespace sharray {
namespace {

/// The angle, less pi / 4 and with p added; both are exact or in two parts.
SHARRAY_INLINE Angle turned_back(const Angle& angle, double p) {
  using namespace simd;
  const Pair less_eighth = sum(angle.high, set(-coefficients::kPiParts[0] / 4));
  const Pair more = sum(less_eighth.high, set(p));
  const V low = (more.low + less_eighth.low) + (angle.low - set(coefficients::kPiParts[1] / 4));
  const Pair whole = fast_sum(more.high, low);
  // Back to |high| <= pi / 4.
  if (whole.high[0] >= -coefficients::kPiParts[0] / 4) return {angle.quarters, whole.high, whole.low};
  const Pair up = sum(whole.high, set(coefficients::kPiParts[0] / 2));
  const V up_low = up.low + (whole.low + set(coefficients::kPiParts[1] / 2));
  return {angle.quarters - set_bits(1), up.high, up_low};
}

namespace scalar {

/// centre and value in two parts each, then the slope: value + t slope(t) with t = x - centre.
template <std::size_t kRows, std::size_t N>
SHARRAY_INLINE double oscillating_row(const double (&rows)[kRows][N], double x) {
  std::uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  const double(&row)[N] = rows[(bits >> 50) - (std::uint64_t{0x3fe0000000000000} >> 50)];
  const double t = (x - row[0]) - row[1];
  const double square = t * t;
  double even = row[N - 2], odd = row[N - 1];
  static_assert(N % 2 == 0);
  for (std::size_t i = N - 2; i > 4; i -= 2) {
    even = fma(even, square, row[i - 2]);
    odd = fma(odd, square, row[i - 1]);
  }
  return row[2] + fma(t, fma(odd, t, even), row[3]);
}

/// centre, value in two parts, slope
template <std::size_t N>
SHARRAY_INLINE double row_value(const double (&row)[N], double w) {
  const double t = w - row[0];
  double slope = row[N - 1];
  for (std::size_t i = N - 1; i > 3; --i) slope = fma(slope, t, row[i - 1]);
  return row[1] + fma(t, slope, row[2]);
}

/// sqrt(2 / (pi x)) M sin(x - pi / 4 + p / x + (kAhead quarters)), for x >= 8.
template <int kAhead, std::size_t M, std::size_t P>
SHARRAY_INLINE double wave(const double (&modulus)[M], const double (&phase)[P], double x) {
  if (x == kInfinity) return 0.0;
  const double w = 1.0 / x, z = w * w;
  const double p = w * polynomial(phase, z);
  const simd::V v = simd::set(x);
  const Angle angle = turned_back(x <= kLargestPlainAngle ? plain_angle<kAhead>(v) : huge_angle<kAhead>(v), p);
  return coefficients::kRootTwoOverPi[0] * polynomial(modulus, z) * (sine_of(angle)[0] / sqrt(x));
}

/// log(x / 2) + gamma, in two parts
SHARRAY_INLINE Pair log_half(double x) {
  const LogParts parts = log_parts<false, false>(simd::set(x));
  return Pair{parts.high[0], parts.low[0]} + pair(coefficients::kEulerLn2);
}

SHARRAY_SCALAR double j0(double x) {
  namespace c = coefficients;
  const double a = abs(x);
  if (a < 0.5) {
    const double z = a * a * 0.25;
    return fma(z, polynomial(c::kJ0Start, z), 1.0);
  }
  if (a < 8.0) return oscillating_row(c::kJ0Rows, a);
  return x != x ? x : wave<1>(c::kModulus0, c::kPhase0, a);
}

SHARRAY_SCALAR double j1(double x) {
  namespace c = coefficients;
  const double a = abs(x);
  if (a < 0.5) {
    const double half = x * 0.5, z = half * half;
    return copy_sign(fma(half * z, polynomial(c::kJ1Start, z), half), x);
  }
  if (x != x) return x;
  const double r = a < 8.0 ? oscillating_row(c::kJ1Rows, a) : wave<0>(c::kModulus1, c::kPhase1, a);
  return x < 0 ? -r : r;
}

/// What Y and K are where x is not positive; false elsewhere.
SHARRAY_INLINE bool not_positive(double x, double at_zero, double* r) {
  if (x > 0) return false;
  *r = x == 0 ? at_zero : kNaN;
  return true;
}

SHARRAY_SCALAR double y0(double x) {
  namespace c = coefficients;
  double r;
  if (not_positive(x, -kInfinity, &r)) return r;
  if (x < 0.5) {
    const double z = x * x * 0.25;
    const Pair main = log_half(x) * pair(c::kTwoOverPi2);
    const double less = z * polynomial(c::kJ0Start, z);
    return main.high + (main.low + fma(main.high, less, z * polynomial(c::kY0Start, z)));
  }
  if (x < 8.0) return oscillating_row(c::kY0Rows, x);
  return x != x ? x : wave<0>(c::kModulus0, c::kPhase0, x);
}

SHARRAY_SCALAR double y1(double x) {
  namespace c = coefficients;
  double r;
  if (not_positive(x, -kInfinity, &r)) return r;
  if (x < 0.5) {
    const double half = x * 0.5, z = half * half;
    const double inner = value(log_half(x)) * fma(z, polynomial(c::kJ1Start, z), 1.0);
    // 2 / (pi x) in two parts, but for what overflows.
    const double pole = c::kTwoOverPi2[0] / x;
    if (pole == kInfinity) return -pole;
    const double pole_low = (fma(-pole, x, c::kTwoOverPi2[0]) + c::kTwoOverPi2[1]) / x;
    return fma(half, fma(inner, c::kTwoOverPi2[0], polynomial(c::kY1Start, z)), -pole_low) - pole;
  }
  if (x < 8.0) return oscillating_row(c::kY1Rows, x);
  return x != x ? x : 0.0 - wave<1>(c::kModulus1, c::kPhase1, x);
}

/// e^x / sqrt(x) g, where e^x may overflow and the result not; x <= 1500.
SHARRAY_INLINE double times_exponential(double x, double g) {
  const lane::ExpParts parts = lane::exp_parts<false, 1500>(simd::set(x > 1500.0 ? 1500.0 : x));
  const double high = parts.high[0], rest = parts.rest[0], q = g / sqrt(x);
  const double r = fma(q, high + rest, q);
  return times_power(r, parts.n[0]);
}

/// sqrt(x) e^-x I(x) for x >= 8
template <std::size_t N>
SHARRAY_INLINE double growing(const double (&rows)[2][N], double x) {
  return row_value(rows[x < 16.0 ? 0 : 1], 1.0 / x);
}

SHARRAY_SCALAR double i0(double x) {
  namespace c = coefficients;
  const double a = abs(x);
  if (a < 8.0) return fma(a * a * 0.25, polynomial(c::kI0Start, a * a * 0.25), 1.0);
  if (!(a < 1000.0)) return a + kInfinity;
  return times_exponential(a, growing(c::kI0Rows, a));
}

SHARRAY_SCALAR double i1(double x) {
  namespace c = coefficients;
  const double a = abs(x);
  if (a < 8.0) {
    const double half = x * 0.5, z = half * half;
    return fma(half * z, polynomial(c::kI1Start, z), half);
  }
  if (!(a < 1000.0)) return x + x * kInfinity;
  return copy_sign(times_exponential(a, growing(c::kI1Rows, a)), x);
}

SHARRAY_SCALAR double i0e(double x) {
  namespace c = coefficients;
  const double a = abs(x);
  if (a < 8.0) return fma(a * a * 0.25, polynomial(c::kI0Start, a * a * 0.25), 1.0) * exp(-a);
  if (a == kInfinity) return 0.0;
  return growing(c::kI0Rows, a) / sqrt(a);
}

SHARRAY_SCALAR double i1e(double x) {
  namespace c = coefficients;
  const double a = abs(x);
  if (a < 8.0) {
    const double half = x * 0.5, z = half * half;
    return fma(half * z, polynomial(c::kI1Start, z), half) * exp(-a);
  }
  if (a == kInfinity) return copy_sign(0.0, x);
  return copy_sign(growing(c::kI1Rows, a) / sqrt(a), x);
}

/// sqrt(x) e^x K(x) for x >= 1
template <std::size_t N>
SHARRAY_INLINE double decaying(const double (&rows)[4][N], double x) {
  return row_value(rows[x < 2.0 ? 0 : x < 4.0 ? 1 : x < 8.0 ? 2 : 3], 1.0 / x);
}

SHARRAY_SCALAR double k0(double x) {
  namespace c = coefficients;
  double r;
  if (not_positive(x, kInfinity, &r)) return r;
  if (x < 1.0) {
    const double z = x * x * 0.25;
    const Pair main = -log_half(x);
    const double more = z * polynomial(c::kI0Start, z);
    return main.high + (main.low + fma(main.high, more, z * polynomial(c::kK0Start, z)));
  }
  if (!(x < 800.0)) return x != x ? x : 0.0;
  // e^-x x^(-1/2)
  const lane::ExpParts parts = lane::exp_parts(simd::set(-x));
  const double q = decaying(c::kK0Rows, x) / sqrt(x);
  return times_power(fma(q, parts.high[0] + parts.rest[0], q), parts.n[0]);
}

SHARRAY_SCALAR double k1(double x) {
  namespace c = coefficients;
  double r;
  if (not_positive(x, kInfinity, &r)) return r;
  if (x < 1.0) {
    const double half = x * 0.5, z = half * half;
    const double inverse = 1.0 / x;
    if (inverse == kInfinity) return inverse;
    const double inverse_low = fma(-inverse, x, 1.0) * inverse;
    const double inner = value(log_half(x)) * fma(z, polynomial(c::kI1Start, z), 1.0);
    return inverse + fma(half, inner + polynomial(c::kK1Start, z), inverse_low);
  }
  if (!(x < 800.0)) return x != x ? x : 0.0;
  const lane::ExpParts parts = lane::exp_parts(simd::set(-x));
  const double q = decaying(c::kK1Rows, x) / sqrt(x);
  return times_power(fma(q, parts.high[0] + parts.rest[0], q), parts.n[0]);
}

}  // namespace scalar
}  // namespace
}  // namespace sharray
