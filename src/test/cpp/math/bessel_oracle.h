/// Exact values of the Bessel functions that MPFR lacks.
#pragma once

#include <mpfr.h>

#include <string>

namespace sharray::test {

/// A number of 700 bits, for sums that cancel.
class Wide {
 public:
  Wide() { mpfr_init2(value_, 700); }
  Wide(const Wide&) = delete;
  Wide& operator=(const Wide&) = delete;
  ~Wide() { mpfr_clear(value_); }
  operator mpfr_ptr() { return value_; }

 private:
  mpfr_t value_;
};

/// I(x) of this order for x > 0: the sum of z^k / (k! (k + order)!), z = (x / 2)^2, times (x / 2)^order.
inline void bessel_i_series(mpfr_ptr result, mpfr_ptr x, unsigned long order) {
  Wide z, term;
  mpfr_sqr(z, x, MPFR_RNDN);
  mpfr_div_2ui(z, z, 2, MPFR_RNDN);
  mpfr_set_ui(term, 1, MPFR_RNDN);
  mpfr_set_ui(result, 1, MPFR_RNDN);
  for (unsigned long k = 1; k < 5000; ++k) {
    mpfr_mul(term, term, z, MPFR_RNDN);
    mpfr_div_ui(term, term, k, MPFR_RNDN);
    mpfr_div_ui(term, term, k + order, MPFR_RNDN);
    mpfr_add(result, result, term, MPFR_RNDN);
    if (mpfr_get_exp(term) < mpfr_get_exp(result) - 700) break;
  }
  if (order == 1) {
    mpfr_mul(result, result, x, MPFR_RNDN);
    mpfr_div_2ui(result, result, 1, MPFR_RNDN);
  }
}

/// The asymptotic series that I (sign = -1) and K (sign = 1) have in common (DLMF 10.40).
inline void bessel_far_series(mpfr_ptr result, mpfr_ptr x, long order, int sign) {
  Wide term;
  mpfr_set_ui(term, 1, MPFR_RNDN);
  mpfr_set_ui(result, 1, MPFR_RNDN);
  for (long k = 1; k < 400; ++k) {
    mpfr_mul_si(term, term, sign * (4 * order * order - (2 * k - 1) * (2 * k - 1)), MPFR_RNDN);
    mpfr_div_ui(term, term, static_cast<unsigned long>(8 * k), MPFR_RNDN);
    mpfr_div(term, term, x, MPFR_RNDN);
    mpfr_add(result, result, term, MPFR_RNDN);
    if (mpfr_get_exp(term) < mpfr_get_exp(result) - 250) break;
  }
}

/// I(|x|) e^(-|x|) where scaled.
inline void bessel_i(mpfr_ptr result, mpfr_ptr x_in, unsigned long order, bool scaled) {
  Wide x, r, factor;
  mpfr_abs(x, x_in, MPFR_RNDN);
  const bool far = mpfr_cmp_ui(x, 200) > 0;
  if (far) {
    bessel_far_series(r, x, static_cast<long>(order), -1);
    mpfr_const_pi(factor, MPFR_RNDN);
    mpfr_mul(factor, factor, x, MPFR_RNDN);
    mpfr_mul_2ui(factor, factor, 1, MPFR_RNDN);
    mpfr_sqrt(factor, factor, MPFR_RNDN);
    mpfr_div(r, r, factor, MPFR_RNDN);
  } else {
    bessel_i_series(r, x, order);
  }
  if (far != scaled) {
    if (scaled) mpfr_neg(x, x, MPFR_RNDN);
    mpfr_exp(factor, x, MPFR_RNDN);
    mpfr_mul(r, r, factor, MPFR_RNDN);
  }
  if (order == 1 && mpfr_sgn(x_in) < 0) mpfr_neg(r, r, MPFR_RNDN);
  mpfr_set(result, r, MPFR_RNDN);
}

/// K by its series (DLMF 10.31) for x < 100.
inline void bessel_k_series(mpfr_ptr result, mpfr_ptr x, unsigned long order) {
  Wide z, term, log_half, gamma, harmonic, part;
  mpfr_div_2ui(log_half, x, 1, MPFR_RNDN);
  mpfr_sqr(z, log_half, MPFR_RNDN);
  mpfr_log(log_half, log_half, MPFR_RNDN);
  mpfr_const_euler(gamma, MPFR_RNDN);
  mpfr_set_ui(term, 1, MPFR_RNDN);
  mpfr_set_zero(result, 1);
  mpfr_set_zero(harmonic, 1);
  // The sum of z^k / (k! (k + order)!) (psi(k + 1) + psi(k + 1 + order)) / 2, psi(k + 1) = -gamma + 1 + ... + 1 / k.
  for (unsigned long k = 0; k < 5000; ++k) {
    if (k > 0) {
      mpfr_mul(term, term, z, MPFR_RNDN);
      mpfr_div_ui(term, term, k, MPFR_RNDN);
      mpfr_div_ui(term, term, k + order, MPFR_RNDN);
      mpfr_set_ui(part, 1, MPFR_RNDN);
      mpfr_div_ui(part, part, k, MPFR_RNDN);
      mpfr_add(harmonic, harmonic, part, MPFR_RNDN);
    }
    mpfr_sub(part, harmonic, gamma, MPFR_RNDN);
    if (order == 1) {
      Wide half;
      mpfr_set_ui(half, 1, MPFR_RNDN);
      mpfr_div_ui(half, half, 2 * (k + 1), MPFR_RNDN);
      mpfr_add(part, part, half, MPFR_RNDN);
    }
    mpfr_mul(part, part, term, MPFR_RNDN);
    mpfr_add(result, result, part, MPFR_RNDN);
    if (k > 2 && mpfr_get_exp(part) < mpfr_get_exp(result) - 700) break;
  }
  bessel_i_series(term, x, order);
  mpfr_mul(term, term, log_half, MPFR_RNDN);
  if (order == 0) {
    mpfr_sub(result, result, term, MPFR_RNDN);
    return;
  }
  mpfr_mul(result, result, x, MPFR_RNDN);
  mpfr_div_2ui(result, result, 1, MPFR_RNDN);
  mpfr_sub(result, term, result, MPFR_RNDN);
  mpfr_ui_div(term, 1, x, MPFR_RNDN);
  mpfr_add(result, result, term, MPFR_RNDN);
}

inline void bessel_k(mpfr_ptr result, mpfr_ptr x_in, unsigned long order) {
  Wide x, r, factor;
  mpfr_set(x, x_in, MPFR_RNDN);
  if (mpfr_cmp_ui(x, 100) < 0) {
    bessel_k_series(r, x, order);
  } else {
    bessel_far_series(r, x, static_cast<long>(order), 1);
    mpfr_const_pi(factor, MPFR_RNDN);
    mpfr_div(factor, factor, x, MPFR_RNDN);
    mpfr_div_2ui(factor, factor, 1, MPFR_RNDN);
    mpfr_sqrt(factor, factor, MPFR_RNDN);
    mpfr_mul(r, r, factor, MPFR_RNDN);
    mpfr_neg(x, x, MPFR_RNDN);
    mpfr_exp(factor, x, MPFR_RNDN);
    mpfr_mul(r, r, factor, MPFR_RNDN);
  }
  mpfr_set(result, r, MPFR_RNDN);
}

/// Sets `result` to the function that the table calls `oracle`; false if there is none of that name here.
inline bool bessel_value(const std::string& oracle, mpfr_ptr result, mpfr_ptr x) {
  if (oracle == "j0") {
    mpfr_j0(result, x, MPFR_RNDN);
  } else if (oracle == "j1") {
    mpfr_j1(result, x, MPFR_RNDN);
  } else if (oracle == "y0") {
    mpfr_y0(result, x, MPFR_RNDN);
  } else if (oracle == "y1") {
    mpfr_y1(result, x, MPFR_RNDN);
  } else if (oracle == "i0" || oracle == "i1" || oracle == "i0e" || oracle == "i1e") {
    bessel_i(result, x, oracle[1] == '1', oracle.size() == 3);
  } else if (oracle == "k0" || oracle == "k1") {
    bessel_k(result, x, oracle[1] == '1');
  } else {
    return false;
  }
  return true;
}

/// Adds points for `oracle` to p; false if it is none of these functions.
template <class Points>
bool bessel_points(const std::string& oracle, Points* p) {
  if (oracle.size() > 3 || std::string("ijyk").find(oracle[0]) == std::string::npos) return false;
  const bool both = oracle[0] == 'i' || oracle[0] == 'j', oscillates = oracle[0] == 'j' || oracle[0] == 'y';
  p->uniform(both ? -1 : 0, 1, 1000);
  p->uniform(both ? -20 : 0, 20, 3000);
  p->uniform(0, oracle[0] == 'j' || oracle[0] == 'y' ? 100 : 720, 1500);
  p->log_uniform(1, -30, 8, 1000);
  p->log_uniform(1, -1074, oracle.size() == 3 || oscillates ? 60 : 9, 400);
  for (double x : {0.5, 1.0, 2.0, 4.0, 8.0, 16.0}) p->around(x);
  if (oscillates) {
    p->log_uniform(1, 20, 1023, 100);
    for (double x : {0.8935769662791675, 2.1971413260310170, 2.4048255576957728, 3.8317059702075123, 3.9576784193148579,
                     5.4296810407941351, 5.5200781102863106, 7.0155866698156188, 7.0860510603017727, 8.6537279129110122,
                     10.173468135062722, 11.791534439014281, 13.361097473872763})
      p->around(x);
  }
  return true;
}

}  // namespace sharray::test
