/// Exact values and test points of the hyperbolic functions and of the inverse functions.
#pragma once

#include <mpfr.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sharray::test {

/// Whether a step is 0 or below 2^-bits of a result that is not, or there is nothing to refine: one of them is no
/// number or infinite, whose exponents mean nothing.
inline bool is_smaller(mpfr_srcptr step, mpfr_srcptr result, int bits) {
  if (!mpfr_number_p(step) || !mpfr_number_p(result)) return true;
  if (mpfr_zero_p(step) || mpfr_zero_p(result)) return mpfr_zero_p(step) != 0;
  return mpfr_get_exp(step) < mpfr_get_exp(result) - bits;
}

/// ndtr(x) = erfc(-x / sqrt(2)) / 2. May spoil x.
inline void normal_distribution(mpfr_ptr result, mpfr_ptr x) {
  mpfr_t root;
  mpfr_init2(root, mpfr_get_prec(result) + 64);
  mpfr_sqrt_ui(root, 2, MPFR_RNDN);
  mpfr_div(root, x, root, MPFR_RNDN);
  mpfr_neg(root, root, MPFR_RNDN);
  mpfr_erfc(result, root, MPFR_RNDN);
  mpfr_div_2ui(result, result, 1, MPFR_RNDN);
  mpfr_clear(root);
}

/// log(ndtr(x)), through 1 - ndtr(-x) for x > 0.
inline void log_normal_distribution(mpfr_ptr result, mpfr_ptr x) {
  if (mpfr_sgn(x) > 0) {
    mpfr_neg(x, x, MPFR_RNDN);
    normal_distribution(result, x);
    mpfr_neg(result, result, MPFR_RNDN);
    mpfr_log1p(result, result, MPFR_RNDN);
  } else {
    normal_distribution(result, x);
    mpfr_log(result, result, MPFR_RNDN);
  }
}

/// erfinv(x) for |x| <= 1/2, by Newton's method.
inline void erfinv_small(mpfr_ptr result, mpfr_ptr x) {
  mpfr_t half_root_pi, step, scratch;
  mpfr_inits2(mpfr_get_prec(result), half_root_pi, step, scratch, static_cast<mpfr_ptr>(nullptr));
  mpfr_const_pi(half_root_pi, MPFR_RNDN);
  mpfr_sqrt(half_root_pi, half_root_pi, MPFR_RNDN);
  mpfr_div_2ui(half_root_pi, half_root_pi, 1, MPFR_RNDN);
  mpfr_mul(result, x, half_root_pi, MPFR_RNDN);
  for (int i = 0; i < 20; ++i) {
    mpfr_erf(step, result, MPFR_RNDN);
    mpfr_sub(step, x, step, MPFR_RNDN);
    mpfr_sqr(scratch, result, MPFR_RNDN);
    mpfr_exp(scratch, scratch, MPFR_RNDN);
    mpfr_mul(step, step, scratch, MPFR_RNDN);
    mpfr_mul(step, step, half_root_pi, MPFR_RNDN);
    mpfr_add(result, result, step, MPFR_RNDN);
    if (is_smaller(step, result, 100)) break;
  }
  mpfr_clears(half_root_pi, step, scratch, static_cast<mpfr_ptr>(nullptr));
}

/// y with erfc(y) / 2 = p for 0 < p <= 1/4, by Newton's method on the logarithm, which is concave: from the right of
/// the root it does not overshoot.
inline void erfc_half_inverse(mpfr_ptr result, mpfr_ptr p) {
  mpfr_t log_p, root_pi, value, step, scratch;
  mpfr_inits2(mpfr_get_prec(result), log_p, root_pi, value, step, scratch, static_cast<mpfr_ptr>(nullptr));
  mpfr_const_pi(root_pi, MPFR_RNDN);
  mpfr_sqrt(root_pi, root_pi, MPFR_RNDN);
  mpfr_log(log_p, p, MPFR_RNDN);
  mpfr_neg(result, log_p, MPFR_RNDN);
  mpfr_sqrt(result, result, MPFR_RNDN);
  for (int i = 0; i < 40; ++i) {
    // (log(value) - log_p) value sqrt(pi) exp(y^2)
    mpfr_erfc(value, result, MPFR_RNDN);
    mpfr_div_2ui(value, value, 1, MPFR_RNDN);
    mpfr_log(step, value, MPFR_RNDN);
    mpfr_sub(step, step, log_p, MPFR_RNDN);
    mpfr_mul(step, step, value, MPFR_RNDN);
    mpfr_mul(step, step, root_pi, MPFR_RNDN);
    mpfr_sqr(scratch, result, MPFR_RNDN);
    mpfr_exp(scratch, scratch, MPFR_RNDN);
    mpfr_mul(step, step, scratch, MPFR_RNDN);
    mpfr_add(result, result, step, MPFR_RNDN);
    if (is_smaller(step, result, 90)) break;
  }
  mpfr_clears(log_p, root_pi, value, step, scratch, static_cast<mpfr_ptr>(nullptr));
}

/// erfinv(x) for |x| < 1. May spoil x.
inline void inverse_error_function(mpfr_ptr result, mpfr_ptr x) {
  if (std::fabs(mpfr_get_d(x, MPFR_RNDZ)) < 0.5) return erfinv_small(result, x);
  const int sign = mpfr_sgn(x);
  mpfr_abs(x, x, MPFR_RNDN);
  mpfr_ui_sub(x, 1, x, MPFR_RNDN);
  mpfr_div_2ui(x, x, 1, MPFR_RNDN);
  erfc_half_inverse(result, x);
  if (sign < 0) mpfr_neg(result, result, MPFR_RNDN);
}

/// ndtri(p) for 0 < p < 1. May spoil p.
inline void normal_quantile(mpfr_ptr result, mpfr_ptr p) {
  const bool lower = mpfr_cmp_d(p, 0.25) < 0;
  if (lower) {
    erfc_half_inverse(result, p);
    mpfr_neg(result, result, MPFR_RNDN);
  } else {
    mpfr_mul_2ui(p, p, 1, MPFR_RNDN);
    mpfr_sub_ui(p, p, 1, MPFR_RNDN);
    inverse_error_function(result, p);
  }
  mpfr_t root;
  mpfr_init2(root, mpfr_get_prec(result));
  mpfr_sqrt_ui(root, 2, MPFR_RNDN);
  mpfr_mul(result, result, root, MPFR_RNDN);
  mpfr_clear(root);
}

/// Sets `result` to the function that the table calls `oracle`; false if there is none of that name here.
inline bool inverse_value(const std::string& oracle, mpfr_ptr result, mpfr_ptr x, mpfr_ptr y) {
  if (oracle == "sinh") {
    mpfr_sinh(result, x, MPFR_RNDN);
  } else if (oracle == "cosh") {
    mpfr_cosh(result, x, MPFR_RNDN);
  } else if (oracle == "tanh") {
    mpfr_tanh(result, x, MPFR_RNDN);
  } else if (oracle == "atan") {
    mpfr_atan(result, x, MPFR_RNDN);
  } else if (oracle == "atan2") {
    mpfr_atan2(result, x, y, MPFR_RNDN);
  } else if (oracle == "asin") {
    mpfr_asin(result, x, MPFR_RNDN);
  } else if (oracle == "acos") {
    mpfr_acos(result, x, MPFR_RNDN);
  } else if (oracle == "asinh") {
    mpfr_asinh(result, x, MPFR_RNDN);
  } else if (oracle == "acosh") {
    mpfr_acosh(result, x, MPFR_RNDN);
  } else if (oracle == "atanh") {
    mpfr_atanh(result, x, MPFR_RNDN);
  } else if (oracle == "ndtr") {
    normal_distribution(result, x);
  } else if (oracle == "logNdtr") {
    log_normal_distribution(result, x);
  } else if (oracle == "ndtri") {
    normal_quantile(result, x);
  } else if (oracle == "erfinv") {
    inverse_error_function(result, x);
  } else {
    return false;
  }
  return true;
}

/// Adds points for `oracle` to p; false if it is none of these functions.
template <class Points>
bool inverse_points(const std::string& oracle, Points* p) {
  if (oracle == "ndtri" || oracle == "erfinv") {
    const bool is_ndtri = oracle == "ndtri";
    p->uniform(is_ndtri ? 0 : -1, 1, 4000);
    if (is_ndtri) p->log_uniform(1, -1074, -2, 2000);
    for (double sign : {-1.0, 1.0}) {
      if (!is_ndtri) p->log_uniform(sign, -1074, -1, 1000);
      for (int k = 1; k < 53; ++k) {
        const double far = std::ldexp(1.0, -k), near = std::ldexp(0.5, -k);
        if (is_ndtri) {
          p->uniform(0.5 + sign * (0.5 - far), 0.5 + sign * (0.5 - near), 20);
          p->uniform(0.5 + sign * near * 0.5, 0.5 + sign * far * 0.5, 20);
        } else {
          p->uniform(sign * (1 - far), sign * (1 - near), 20);
        }
      }
    }
    for (double x : {0.25, 0.5, 0.75}) p->around(x);
    if (!is_ndtri) p->around(-0.5);
    return true;
  }
  if (oracle == "ndtr" || oracle == "logNdtr") {
    p->uniform(-1, 1, 5000);
    p->uniform(-9, 9, 6000);
    p->uniform(-38.6, 38.6, 5000);
    p->uniform(-38.6, -37, 1000);
    p->uniform(37, 38.6, 1000);
    for (double sign : {-1.0, 1.0}) {
      p->log_uniform(sign, -1074, oracle == "ndtr" ? 1023 : 10, 1000);
      p->log_uniform(sign, -8, 6, 2000);
    }
    if (oracle == "logNdtr") p->log_uniform(-1, 5, 14, 500);
    for (double x : {-5.0, -1.0, 0.0, 1.0, 5.0, 8.3}) p->around(x);
    return true;
  }
  const bool on_unit = oracle == "asin" || oracle == "acos" || oracle == "atanh";
  if (on_unit) {
    p->uniform(-1, 1, 10000);
    for (double sign : {-1.0, 1.0}) {
      p->log_uniform(sign, -1074, -1, 3000);
      p->log_uniform(sign, -12, -1, 3000);
      for (int k = 0; k <= 16; ++k) p->around(sign * k / 16);
      // The distance to 1 is of any size.
      for (int k = 1; k < 53; ++k) p->uniform(sign * (1 - std::ldexp(1.0, -k)), sign * (1 - std::ldexp(0.5, -k)), 60);
    }
    return true;
  }
  if (oracle == "acosh") {
    p->uniform(1, 3, 12000);
    p->uniform(1, 100, 4000);
    p->log_uniform(1, 0, 1023, 6000);
    p->log_uniform(1, 0, 40, 4000);
    for (int k = 1; k < 53; ++k) p->uniform(1 + std::ldexp(0.5, -k), 1 + std::ldexp(1.0, -k), 60);
    for (double x : {1.0, 1.25, 1.375, 1.5, 2.0, 3.0, 0x1p27, 0x1p28, 0x1p29}) p->around(x);
    return true;
  }
  if (oracle == "atan" || oracle == "asinh" || oracle == "sinh" || oracle == "cosh" || oracle == "tanh") {
    p->uniform(-1, 1, 6000);
    p->uniform(-4, 4, 6000);
    p->uniform(-30, 30, 4000);
    for (double sign : {-1.0, 1.0}) {
      p->log_uniform(sign, -1074, 1023, 1500);
      p->log_uniform(sign, -12, 12, 3000);
      for (int k = 0; k < 32; ++k) p->around(sign * k / 8);
      for (double x : {19.0, 22.0, 36.7, 710.4758600739439, 0x1p27, 0x1p28, 0x1p29, 0x1p53, 0x1p54})
        p->around(sign * x);
    }
    if (oracle == "sinh" || oracle == "cosh") p->uniform(-711, 711, 6000);
    if (oracle == "sinh" || oracle == "cosh" || oracle == "tanh") {
      for (int n = -9; n < 9; ++n) p->around((n + 0.5) * 0.6931471805599453);
      for (int n = 26; n < 1026; n += 111) p->around((n + 0.5) * 0.6931471805599453);
    }
    return true;
  }
  return false;
}

/// Pairs of operands for a function of two; none if it is none of these.
inline std::vector<std::pair<double, double>> inverse_pairs(const std::string& oracle, std::uint64_t seed) {
  std::vector<std::pair<double, double>> pairs;
  if (oracle != "atan2") return pairs;
  std::mt19937_64 random(seed + 2);
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  const auto wide = [&](int low, int high) {
    const double size = std::ldexp(uniform(1, 2), static_cast<int>(uniform(low, high)));
    return random() % 2 == 0 ? size : -size;
  };
  for (int i = 0; i < 7000; ++i) {
    pairs.emplace_back(uniform(-1, 1), uniform(-1, 1));
    const double x = wide(-20, 20);
    pairs.emplace_back(x * uniform(-2.2, 2.2), x);
    pairs.emplace_back(x, x * uniform(-2.2, 2.2));
  }
  for (int i = 0; i < 2500; ++i) {
    const int e = static_cast<int>(uniform(-1074, 1022));
    pairs.emplace_back(wide(e, e + 1), wide(e, e + 1));
    pairs.emplace_back(wide(-1074, 1024), wide(-1074, 1024));
    pairs.emplace_back(wide(-1074, -1020), wide(-1074, -1020));
    // The result is subnormal, or nearly so.
    pairs.emplace_back(wide(-1074, -1000), wide(-10, 60));
    pairs.emplace_back(wide(-80, 0), wide(980, 1024));
    // Near the ends of the ranges of the quotient: 1/2, 1 and 2.
    const double y = wide(-4, 4);
    pairs.emplace_back(y, y * std::ldexp(1 + wide(-53, -2) / 2, static_cast<int>(random() % 3) - 1));
  }
  return pairs;
}

}  // namespace sharray::test
