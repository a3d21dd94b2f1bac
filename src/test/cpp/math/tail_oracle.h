/// Exact values and test points of entropies, the family of erfc, beta, incomplete gamma and beta, and zeta functions.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "math/bessel_oracle.h"
#include "math/inverse_oracle.h"

namespace sharray::test {

using Operands = std::array<double, 3>;

/// x log(x / y), and - x + y where `divergence`.
inline void relative_entropy(mpfr_ptr result, mpfr_ptr x, mpfr_ptr y, bool divergence) {
  Wide ratio, rest;
  mpfr_div(ratio, x, y, MPFR_RNDN);
  mpfr_log(ratio, ratio, MPFR_RNDN);
  mpfr_mul(ratio, ratio, x, MPFR_RNDN);
  if (divergence) {
    mpfr_sub(rest, y, x, MPFR_RNDN);
    mpfr_add(ratio, ratio, rest, MPFR_RNDN);
  }
  mpfr_set(result, ratio, MPFR_RNDN);
}

/// exp(x^2) erfc(x); far out 1 / (sqrt(pi) x) (1 - 1 / (2 x^2) + 1 3 / (2 x^2)^2 - ...).
inline void scaled_erfc(mpfr_ptr result, mpfr_ptr x) {
  Wide square, r;
  mpfr_sqr(square, x, MPFR_RNDN);
  if (mpfr_cmp_ui(x, 1UL << 12) > 0) {
    Wide term;
    mpfr_set_ui(r, 1, MPFR_RNDN);
    mpfr_set_ui(term, 1, MPFR_RNDN);
    for (long k = 1; k < 12; ++k) {
      mpfr_mul_si(term, term, 1 - 2 * k, MPFR_RNDN);
      mpfr_div(term, term, square, MPFR_RNDN);
      mpfr_div_2ui(term, term, 1, MPFR_RNDN);
      mpfr_add(r, r, term, MPFR_RNDN);
    }
    mpfr_div(r, r, x, MPFR_RNDN);
    mpfr_const_pi(square, MPFR_RNDN);
    mpfr_sqrt(square, square, MPFR_RNDN);
    mpfr_div(result, r, square, MPFR_RNDN);
    return;
  }
  mpfr_exp(square, square, MPFR_RNDN);
  mpfr_erfc(r, x, MPFR_RNDN);
  mpfr_mul(result, r, square, MPFR_RNDN);
}

/// erfcinv(x) for 0 < x < 2. May spoil x.
inline void inverse_erfc(mpfr_ptr result, mpfr_ptr x) {
  if (mpfr_cmp_d(x, 0.5) <= 0) {
    mpfr_div_2ui(x, x, 1, MPFR_RNDN);
    return erfc_half_inverse(result, x);
  }
  mpfr_ui_sub(x, 1, x, MPFR_RNDN);
  inverse_error_function(result, x);
}

/// log(beta(x, y))
inline void log_beta(mpfr_ptr result, mpfr_ptr x, mpfr_ptr y) {
  Wide c, r;
  int sign;
  mpfr_lgamma(r, &sign, x, MPFR_RNDN);
  mpfr_lgamma(c, &sign, y, MPFR_RNDN);
  mpfr_add(r, r, c, MPFR_RNDN);
  mpfr_add(c, x, y, MPFR_RNDN);
  mpfr_lgamma(c, &sign, c, MPFR_RNDN);
  mpfr_sub(result, r, c, MPFR_RNDN);
}

/// The lower incomplete gamma function by its series of positive terms.
inline void incomplete_gamma(mpfr_ptr result, mpfr_ptr a, mpfr_ptr x) {
  Wide term, next, factor;
  int sign;
  mpfr_set_ui(term, 1, MPFR_RNDN);
  mpfr_set_ui(result, 1, MPFR_RNDN);
  mpfr_set(next, a, MPFR_RNDN);
  for (int n = 1; n < 100000; ++n) {
    mpfr_add_ui(next, next, 1, MPFR_RNDN);
    mpfr_mul(term, term, x, MPFR_RNDN);
    mpfr_div(term, term, next, MPFR_RNDN);
    mpfr_add(result, result, term, MPFR_RNDN);
    if (mpfr_get_exp(term) < mpfr_get_exp(result) - 690) break;
  }
  mpfr_log(factor, x, MPFR_RNDN);
  mpfr_mul(factor, factor, a, MPFR_RNDN);
  mpfr_sub(factor, factor, x, MPFR_RNDN);
  mpfr_add_ui(next, a, 1, MPFR_RNDN);
  mpfr_lgamma(next, &sign, next, MPFR_RNDN);
  mpfr_sub(factor, factor, next, MPFR_RNDN);
  mpfr_exp(factor, factor, MPFR_RNDN);
  mpfr_mul(result, result, factor, MPFR_RNDN);
}

/// The incomplete beta function by its series of positive terms.
inline void incomplete_beta(mpfr_ptr result, mpfr_ptr a, mpfr_ptr b, mpfr_ptr x) {
  Wide term, top, bottom, factor;
  mpfr_set_ui(term, 1, MPFR_RNDN);
  mpfr_set_ui(result, 1, MPFR_RNDN);
  mpfr_add(top, a, b, MPFR_RNDN);
  mpfr_set(bottom, a, MPFR_RNDN);
  for (int n = 1; n < 100000; ++n) {
    mpfr_add_ui(bottom, bottom, 1, MPFR_RNDN);
    mpfr_mul(term, term, top, MPFR_RNDN);
    mpfr_mul(term, term, x, MPFR_RNDN);
    mpfr_div(term, term, bottom, MPFR_RNDN);
    mpfr_add(result, result, term, MPFR_RNDN);
    mpfr_add_ui(top, top, 1, MPFR_RNDN);
    if (mpfr_get_exp(term) < mpfr_get_exp(result) - 690) break;
  }
  mpfr_log(factor, x, MPFR_RNDN);
  mpfr_mul(factor, factor, a, MPFR_RNDN);
  mpfr_ui_sub(top, 1, x, MPFR_RNDN);
  mpfr_log(top, top, MPFR_RNDN);
  mpfr_mul(top, top, b, MPFR_RNDN);
  mpfr_add(factor, factor, top, MPFR_RNDN);
  log_beta(top, a, b);
  mpfr_sub(factor, factor, top, MPFR_RNDN);
  mpfr_exp(factor, factor, MPFR_RNDN);
  mpfr_mul(result, result, factor, MPFR_RNDN);
  mpfr_div(result, result, a, MPFR_RNDN);
}

/// The sum of (q + k)^-s: the first terms one by one, then Euler and Maclaurin's formula.
inline void hurwitz_zeta(mpfr_ptr result, mpfr_ptr s, mpfr_ptr q_in) {
  mpfr_t q, minus_s, term, factor, two_pi, zeta;
  mpfr_inits2(320, q, minus_s, term, factor, two_pi, zeta, static_cast<mpfr_ptr>(nullptr));
  mpfr_set(q, q_in, MPFR_RNDN);
  mpfr_neg(minus_s, s, MPFR_RNDN);
  mpfr_set_zero(result, 1);
  const double from = mpfr_get_d(s, MPFR_RNDN) + 60;
  while (mpfr_cmp_d(q, from) < 0) {
    mpfr_pow(term, q, minus_s, MPFR_RNDN);
    mpfr_add(result, result, term, MPFR_RNDN);
    mpfr_add_ui(q, q, 1, MPFR_RNDN);
  }
  // q^-s (q / (s - 1) + 1 / 2 + ...), of which the terms are B(2 k) / (2 k)! s (s + 1) ... / q^(2 k - 1), and
  // B(2 k) / (2 k)! = -2 (-1)^k zeta(2 k) / (2 pi)^(2 k).
  Wide sum, r;
  mpfr_sub_ui(sum, s, 1, MPFR_RNDN);
  mpfr_div(sum, q, sum, MPFR_RNDN);
  mpfr_add_d(sum, sum, 0.5, MPFR_RNDN);
  mpfr_const_pi(two_pi, MPFR_RNDN);
  mpfr_mul_2ui(two_pi, two_pi, 1, MPFR_RNDN);
  mpfr_mul(two_pi, two_pi, q, MPFR_RNDN);
  mpfr_mul_2ui(factor, q, 1, MPFR_RNDN);
  mpfr_neg(factor, factor, MPFR_RNDN);
  for (unsigned long k = 1; k < 60; ++k) {
    // -2 (-1)^k q s (s + 1) ... (s + 2 k - 2) / (2 pi q)^(2 k)
    for (unsigned long j = k == 1 ? 0 : 2 * k - 3; j <= 2 * k - 2; ++j) {
      mpfr_add_ui(term, s, j, MPFR_RNDN);
      mpfr_mul(factor, factor, term, MPFR_RNDN);
    }
    mpfr_div(factor, factor, two_pi, MPFR_RNDN);
    mpfr_div(factor, factor, two_pi, MPFR_RNDN);
    mpfr_neg(factor, factor, MPFR_RNDN);
    mpfr_zeta_ui(zeta, 2 * k, MPFR_RNDN);
    mpfr_mul(term, factor, zeta, MPFR_RNDN);
    mpfr_add(sum, sum, term, MPFR_RNDN);
    if (mpfr_get_exp(term) < mpfr_get_exp(sum) - 200) break;
  }
  mpfr_pow(term, q, minus_s, MPFR_RNDN);
  mpfr_mul(r, sum, term, MPFR_RNDN);
  mpfr_add(result, result, r, MPFR_RNDN);
  mpfr_clears(q, minus_s, term, factor, two_pi, zeta, static_cast<mpfr_ptr>(nullptr));
}

/// (-1)^(n + 1) n! zeta(n + 1, x)
inline void polygamma(mpfr_ptr result, mpfr_ptr n, mpfr_ptr x) {
  const auto order = static_cast<unsigned long>(mpfr_get_ui(n, MPFR_RNDN));
  Wide factorial;
  mpfr_fac_ui(factorial, order, MPFR_RNDN);
  if (order % 2 == 0) mpfr_neg(factorial, factorial, MPFR_RNDN);
  mpfr_add_ui(n, n, 1, MPFR_RNDN);
  hurwitz_zeta(result, n, x);
  mpfr_mul(result, result, factorial, MPFR_RNDN);
}

/// Sets `result` to the function that the table calls `oracle`; false if there is none of that name here. May spoil the
/// operands.
inline bool tail_value(const std::string& oracle, mpfr_ptr result, mpfr_ptr x, mpfr_ptr y, mpfr_ptr z) {
  if (bessel_value(oracle, result, x)) return true;
  Wide wide;
  if (oracle == "entr") {
    mpfr_log(wide, x, MPFR_RNDN);
    mpfr_mul(result, wide, x, MPFR_RNDN);
    mpfr_neg(result, result, MPFR_RNDN);
  } else if (oracle == "relEntr" || oracle == "klDiv") {
    relative_entropy(result, x, y, oracle == "klDiv");
  } else if (oracle == "erfcx") {
    scaled_erfc(result, x);
  } else if (oracle == "erfcinv") {
    inverse_erfc(result, x);
  } else if (oracle == "beta" || oracle == "betaln") {
    log_beta(wide, x, y);
    if (oracle == "beta") mpfr_exp(wide, wide, MPFR_RNDN);
    mpfr_set(result, wide, MPFR_RNDN);
  } else if (oracle == "gammainc" || oracle == "gammaincc") {
    incomplete_gamma(wide, x, y);
    if (oracle == "gammaincc") mpfr_ui_sub(wide, 1, wide, MPFR_RNDN);
    mpfr_set(result, wide, MPFR_RNDN);
  } else if (oracle == "betainc") {
    const bool upper = mpfr_cmp_d(z, 0.5) > 0;
    if (upper) {
      mpfr_ui_sub(z, 1, z, MPFR_RNDN);
      incomplete_beta(wide, y, x, z);
      mpfr_ui_sub(wide, 1, wide, MPFR_RNDN);
    } else {
      incomplete_beta(wide, x, y, z);
    }
    mpfr_set(result, wide, MPFR_RNDN);
  } else if (oracle == "zeta") {
    mpfr_zeta(result, x, MPFR_RNDN);
  } else if (oracle == "hurwitzZeta") {
    hurwitz_zeta(result, x, y);
  } else if (oracle == "polygamma") {
    polygamma(result, x, y);
  } else {
    return false;
  }
  return true;
}

/// Adds points for `oracle` to p; false if it is none of these functions of one operand.
template <class Points>
bool tail_points(const std::string& oracle, Points* p) {
  if (bessel_points(oracle, p)) return true;
  if (oracle == "entr") {
    p->uniform(0, 2, 6000);
    p->log_uniform(1, -1074, 1013, 4000);
    p->around(1);
  } else if (oracle == "erfcx") {
    p->uniform(-26.6, 60, 6000);
    p->uniform(-2, 2, 4000);
    p->log_uniform(1, -60, 1022, 1500);
    p->log_uniform(-1, -60, 4, 1000);
    p->around(40);
  } else if (oracle == "erfcinv") {
    p->uniform(0, 2, 4000);
    p->log_uniform(1, -1074, -1, 1500);
    for (double x : {0.25, 0.5, 1.0, 1.5, 1.75}) p->around(x);
    for (int k = 1; k < 53; ++k) p->uniform(2 - std::ldexp(1.0, -k), 2 - std::ldexp(0.5, -k), 20);
  } else if (oracle == "zeta") {
    p->uniform(-30, 30, 2500);
    p->uniform(-1, 2, 1500);
    p->uniform(-200, 0, 300);
    p->log_uniform(1, -60, 6, 500);
    p->log_uniform(-1, -60, 6, 500);
    for (double x = -12; x < 4; x += 1) p->around(x);
  } else {
    return false;
  }
  return true;
}

/// Operands for a function of two or three; none if it is none of these.
inline std::vector<Operands> tail_operands(const std::string& oracle, std::uint64_t seed) {
  std::vector<Operands> points;
  std::mt19937_64 random(seed + 4);
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  const auto wide = [&](double low, double high) { return std::exp2(uniform(low, high)); };
  if (oracle == "relEntr" || oracle == "klDiv") {
    for (int i = 0; i < 4000; ++i) {
      const double x = wide(-20, 20);
      points.push_back({x, wide(-20, 20), 0});
      points.push_back({x, x * (1 + wide(-40, 1)), 0});
      points.push_back({x, x * (1 - wide(-40, 0)), 0});
      if (i % 4 == 0) points.push_back({wide(-500, 500), wide(-500, 500), 0});
    }
  } else if (oracle == "beta" || oracle == "betaln") {
    for (int i = 0; i < 700; ++i) {
      points.push_back({uniform(0, 3), uniform(0, 3), 0});
      points.push_back({uniform(0, 60), uniform(0, 60), 0});
      points.push_back({wide(-10, 10), wide(-10, 10), 0});
      points.push_back({wide(-60, 40), wide(-60, 40), 0});
      points.push_back({wide(-900, 4), wide(-5, 60), 0});
      points.push_back({1 + wide(-20, 0), 1 + wide(-20, 0), 0});
    }
  } else if (oracle == "gammainc" || oracle == "gammaincc") {
    for (int i = 0; i < 120; ++i) {
      const double a = wide(-6, 9);
      points.push_back({a, a * wide(-1, 1), 0});
      points.push_back({a, a + std::sqrt(a) * uniform(0, 7), 0});
      points.push_back({a, std::fabs(a - std::sqrt(a) * uniform(0, 7)) + 1e-9, 0});
      points.push_back({wide(-60, 0), wide(-30, 4), 0});
      points.push_back({uniform(0, 2), uniform(0, 3), 0});
      points.push_back({uniform(19, 21), uniform(5, 40), 0});
    }
  } else if (oracle == "betainc") {
    for (int i = 0; i < 100; ++i) {
      points.push_back({wide(-6, 7), wide(-6, 7), uniform(0, 1)});
      points.push_back({wide(-50, 0), wide(-50, 0), uniform(0, 1)});
      points.push_back({wide(-50, 0), wide(0, 9), wide(-12, -1)});
      points.push_back({wide(0, 9), wide(-50, 0), 1 - wide(-12, -1)});
      points.push_back({wide(-3, 5), wide(6.5, 10), wide(-12, -2)});
      const double a = wide(4, 10), b = wide(4, 10), p = a / (a + b);
      const double x = p + std::sqrt(p * (1 - p) / (a + b)) * uniform(-6, 6);
      if (x > 0 && x < 1) points.push_back({a, b, x});
    }
  } else if (oracle == "hurwitzZeta") {
    for (int i = 0; i < 150; ++i) {
      points.push_back({1 + wide(-50, 6), wide(-4, 8), 0});
      points.push_back({1 + wide(-3, 5), wide(-40, 40), 0});
      points.push_back({1 + wide(0, 7), wide(-1, 7), 0});
    }
  } else if (oracle == "polygamma") {
    for (int i = 0; i < 150; ++i) {
      points.push_back({std::floor(uniform(1, 9)), wide(-4, 8), 0});
      points.push_back({std::floor(uniform(1, 30)), wide(-10, 20), 0});
      points.push_back({std::floor(uniform(1, 160)), wide(-1, 9), 0});
    }
  }
  return points;
}

}  // namespace sharray::test
