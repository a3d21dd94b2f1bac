/// Exact values for the accuracy tests: MPFR to 192 bits, rounded to two doubles.
#pragma once

#include <mpfr.h>

#include <cmath>
#include <cstring>

#include "math/inverse_oracle.h"
#include "math/power_oracle.h"
#include "math/tail_oracle.h"
#include "math/trigonometric_oracle.h"

namespace sharray::test {

/// The value is high + low.
struct Exact {
  double high, low;
};

class Number {
 public:
  Number() { mpfr_init2(value_, kBits); }
  explicit Number(double x) : Number() { mpfr_set_d(value_, x, MPFR_RNDN); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  ~Number() { mpfr_clear(value_); }
  operator mpfr_ptr() { return value_; }

  Exact rounded() {
    const double high = mpfr_get_d(value_, MPFR_RNDN);
    if (!std::isfinite(high)) return {high, 0};
    Number rest;
    mpfr_sub_d(rest, value_, high, MPFR_RNDN);
    return {high, mpfr_get_d(rest, MPFR_RNDN)};
  }

 private:
  static constexpr mpfr_prec_t kBits = 192;
  mpfr_t value_;
};

/// trigamma(x) for x > 0: steps up to x >= 40, and 1/x + 1/(2 x^2) + sum of B(2k) / x^(2k + 1) there.
inline void trigamma_positive(mpfr_ptr result, mpfr_ptr x_in) {
  Number x, square, term, power, bernoulli;
  mpfr_set(x, x_in, MPFR_RNDN);
  mpfr_set_zero(result, 1);
  while (mpfr_cmp_ui(x, 40) < 0) {
    mpfr_sqr(square, x, MPFR_RNDN);
    mpfr_ui_div(term, 1, square, MPFR_RNDN);
    mpfr_add(result, result, term, MPFR_RNDN);
    mpfr_add_ui(x, x, 1, MPFR_RNDN);
  }
  mpfr_ui_div(power, 1, x, MPFR_RNDN);
  mpfr_add(result, result, power, MPFR_RNDN);
  mpfr_sqr(square, power, MPFR_RNDN);
  mpfr_div_ui(term, square, 2, MPFR_RNDN);
  mpfr_add(result, result, term, MPFR_RNDN);
  Number factor, two_pi, zeta;
  mpfr_const_pi(two_pi, MPFR_RNDN);
  mpfr_mul_ui(two_pi, two_pi, 2, MPFR_RNDN);
  mpfr_sqr(two_pi, two_pi, MPFR_RNDN);
  mpfr_set_si(factor, -2, MPFR_RNDN);
  for (unsigned long k = 1; k <= 60; ++k) {
    // B(2k) = -(-1)^k 2 (2k)! zeta(2k) / (2 pi)^(2k)
    mpfr_mul_ui(factor, factor, (2 * k - 1) * (2 * k), MPFR_RNDN);
    mpfr_div(factor, factor, two_pi, MPFR_RNDN);
    mpfr_neg(factor, factor, MPFR_RNDN);
    mpfr_zeta_ui(zeta, 2 * k, MPFR_RNDN);
    mpfr_mul(bernoulli, factor, zeta, MPFR_RNDN);
    mpfr_mul(power, power, square, MPFR_RNDN);
    mpfr_mul(term, bernoulli, power, MPFR_RNDN);
    mpfr_add(result, result, term, MPFR_RNDN);
    if (mpfr_zero_p(term) || mpfr_get_exp(term) < mpfr_get_exp(result) - 200) break;
  }
}

/// trigamma(x) = (pi / sin(pi x))^2 - trigamma(1 - x) for x < 0.
inline void trigamma(mpfr_ptr result, mpfr_ptr x) {
  if (mpfr_sgn(x) > 0) return trigamma_positive(result, x);
  Number pi, sine, mirror;
  mpfr_const_pi(pi, MPFR_RNDN);
  mpfr_mul(sine, pi, x, MPFR_RNDN);
  mpfr_sin(sine, sine, MPFR_RNDN);
  mpfr_div(sine, pi, sine, MPFR_RNDN);
  mpfr_sqr(sine, sine, MPFR_RNDN);
  mpfr_ui_sub(mirror, 1, x, MPFR_RNDN);
  trigamma_positive(result, mirror);
  mpfr_sub(result, sine, result, MPFR_RNDN);
}

/// The function that the table calls `oracle`, at x (and y and z); false if there is none of that name.
inline bool exact_value(const char* oracle, double x_in, double y_in, double z_in, Exact* value) {
  Number x(x_in), y(y_in), z(z_in), result;
  if (std::strcmp(oracle, "exp") == 0) {
    mpfr_exp(result, x, MPFR_RNDN);
  } else if (std::strcmp(oracle, "expm1") == 0) {
    mpfr_expm1(result, x, MPFR_RNDN);
  } else if (std::strcmp(oracle, "log1p") == 0) {
    mpfr_log1p(result, x, MPFR_RNDN);
  } else if (std::strcmp(oracle, "log") == 0) {
    mpfr_log(result, x, MPFR_RNDN);
  } else if (std::strcmp(oracle, "gammaln") == 0) {
    int sign;
    mpfr_lgamma(result, &sign, x, MPFR_RNDN);
  } else if (std::strcmp(oracle, "digamma") == 0) {
    mpfr_digamma(result, x, MPFR_RNDN);
  } else if (std::strcmp(oracle, "trigamma") == 0) {
    trigamma(result, x);
  } else if (std::strcmp(oracle, "xlogy") == 0) {
    mpfr_log(y, y, MPFR_RNDN);
    mpfr_mul(result, x, y, MPFR_RNDN);
  } else if (!power_value(oracle, result, x, y) && !trigonometric_value(oracle, result, x, y) &&
             !inverse_value(oracle, result, x, y) && !tail_value(oracle, result, x, y, z)) {
    return false;
  }
  *value = result.rounded();
  return true;
}

}  // namespace sharray::test
