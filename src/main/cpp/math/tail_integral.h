/// The integral that tails of the gamma and beta distributions come down to.
#pragma once

#include "math/scalar.h"

namespace sharray {
namespace {
namespace scalar {

/// log(1 + w) - w for w > -1 to a few ULP: with s = w / (2 + w), w is 2 s + s w, and log(1 + w) is 2 s + s^3 P(s^2).
SHARRAY_INLINE simd::V log1p_less(simd::V w) {
  using namespace simd;
  const V s = w / (w + set(2.0));
  const V z = s * s;
  const V near = s * fms(z, simd::polynomial(coefficients::kLog, z), w);
  const M is_near = less_equal(simd::abs(s), set(0.2));
  if (pack(is_near) + 1 == 1U << kLanes) return near;
  return select(is_near, near, lane::log1p(w) - w);
}

/// exp(g(u)) from u = 0 to infinity, where
///
///   g(u) = -slope u + factor (l(w) + l(-ratio w) / ratio), w = e^u - 1 or e^-u - 1, l(w) = log(1 + w) - w,
///
/// without the second l where the ratio is 0. It is what becomes of t^(a - 1) e^-t or t^(a - 1) (1 - t)^(b - 1) with t
/// = x e^u or x e^-u, divided by its value at x: l takes the terms of first order out, which nearly cancel where a and
/// b are large.
struct TailIntegral {
  double slope, factor, ratio;
  bool up;

  SHARRAY_INLINE simd::V exponent(simd::V u) const {
    using namespace simd;
    const V w = lane::expm1(up ? u : simd::negate(u));
    // log(1 + w) is u.
    const M far = less(set(0.3), simd::abs(w));
    V l = scalar::log1p_less(select(far, set(0.0), w));
    l = select(far, (up ? u : simd::negate(u)) - w, l);
    if (ratio != 0) {
      const V v = max_second(set(-1.0), w * set(-ratio));
      l = l + scalar::log1p_less(v) / set(ratio);
    }
    return simd::fma(set(-slope), u, set(factor) * l);
  }

  /// Where g is between -46 and -38, what comes later does not count.
  SHARRAY_INLINE double end() const {
    constexpr double kEnough = 38.0, kTooMuch = 46.0;
    const double curvature = factor * (1.0 + ratio);
    const double root = scalar::sqrt(scalar::fma(slope, slope, 2 * kEnough * curvature));
    double low = 0.0, high = 2 * kEnough / (slope + root), u = high;
    bool bounded = false;
    for (int i = 0; i < 60; ++i) {
      const double g = exponent(simd::set(u))[0];
      if (g > -kEnough) {
        low = u;
        u = bounded ? (low + high) * 0.5 : u * 1.4;
      } else if (g < -kTooMuch || g != g) {
        bounded = true;
        high = u;
        u = (low + high) * 0.5;
      } else {
        break;
      }
    }
    return u;
  }

  SHARRAY_INLINE double value() const {
    namespace c = coefficients;
    constexpr std::size_t kNodes = sizeof c::kNodes / sizeof(double);
    const double length = end();
    double terms[kNodes];
    for (std::size_t i = 0; i < kNodes; i += simd::kLanes) {
      const simd::V g = exponent(simd::load(c::kNodes + i) * simd::set(length));
      simd::store(terms + i, lane::exp(g) * simd::load(c::kWeights + i));
    }
    double total = 0;
    for (double term : terms) total += term;
    return total * length;
  }
};

}  // namespace scalar
}  // namespace
}  // namespace sharray
