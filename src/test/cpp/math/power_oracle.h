/// Exact values and test points of the functions around powers, logarithms and roots.
#pragma once

#include <mpfr.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sharray::test {

/// log(1 + e^x), to the precision of the result.
inline void softplus(mpfr_ptr result, mpfr_ptr x) {
  if (mpfr_cmp_ui(x, 10000) > 0) {
    mpfr_set(result, x, MPFR_RNDN);
    return;
  }
  mpfr_exp(result, x, MPFR_RNDN);
  mpfr_log1p(result, result, MPFR_RNDN);
}

/// Sets `result` to the function that the table calls `oracle`; false if there is none of that name here. May spoil x
/// and y.
inline bool power_value(const std::string& oracle, mpfr_ptr result, mpfr_ptr x, mpfr_ptr y) {
  if (oracle == "pow") {
    mpfr_pow(result, x, y, MPFR_RNDN);
  } else if (oracle == "exp2") {
    mpfr_exp2(result, x, MPFR_RNDN);
  } else if (oracle == "log2") {
    mpfr_log2(result, x, MPFR_RNDN);
  } else if (oracle == "log10") {
    mpfr_log10(result, x, MPFR_RNDN);
  } else if (oracle == "hypot") {
    mpfr_hypot(result, x, y, MPFR_RNDN);
  } else if (oracle == "cbrt") {
    mpfr_cbrt(result, x, MPFR_RNDN);
  } else if (oracle == "softplus") {
    softplus(result, x);
  } else if (oracle == "logaddexp") {
    // Near its zeros the result has few bits of those of its terms.
    mpfr_t total, term;
    mpfr_inits2(400, total, term, static_cast<mpfr_ptr>(nullptr));
    mpfr_max(total, x, y, MPFR_RNDN);
    mpfr_min(term, x, y, MPFR_RNDN);
    mpfr_sub(term, term, total, MPFR_RNDN);
    softplus(term, term);
    mpfr_add(result, total, term, MPFR_RNDN);
    mpfr_clears(total, term, static_cast<mpfr_ptr>(nullptr));
  } else if (oracle == "xlog1py") {
    mpfr_log1p(y, y, MPFR_RNDN);
    mpfr_mul(result, x, y, MPFR_RNDN);
  } else if (oracle == "expit") {
    mpfr_neg(x, x, MPFR_RNDN);
    mpfr_exp(result, x, MPFR_RNDN);
    mpfr_add_ui(result, result, 1, MPFR_RNDN);
    mpfr_ui_div(result, 1, result, MPFR_RNDN);
  } else if (oracle == "logit") {
    // 2 atanh(2 x - 1), and log(x) - log1p(-x) where 2 x - 1 would be rounded.
    if (mpfr_get_exp(x) < -100) {
      mpfr_log(result, x, MPFR_RNDN);
      mpfr_add(result, result, x, MPFR_RNDN);
      return true;
    }
    mpfr_mul_2ui(x, x, 1, MPFR_RNDN);
    mpfr_sub_ui(x, x, 1, MPFR_RNDN);
    mpfr_atanh(result, x, MPFR_RNDN);
    mpfr_mul_2ui(result, result, 1, MPFR_RNDN);
  } else if (oracle == "gamma") {
    mpfr_gamma(result, x, MPFR_RNDN);
  } else {
    return false;
  }
  return true;
}

/// Adds the points for a function of one operand to `p`, which is a Points; false if it is none of these.
template <class P>
bool power_points(const std::string& oracle, P* p) {
  if (oracle == "exp2") {
    p->uniform(-1, 1, 8000);
    p->uniform(-30, 30, 4000);
    p->uniform(-1075, 1024, 8000);
    p->uniform(-1075, -1020, 3000);
    p->log_uniform(1, -70, 3, 1000);
    p->log_uniform(-1, -70, 3, 1000);
    for (int k = -1075; k <= 1023; k += 31) p->around(k + 0.5);
  } else if (oracle == "log2" || oracle == "log10") {
    p->uniform(0.5, 2, 12000);
    p->uniform(0, 100, 4000);
    p->log_uniform(1, -1074, 1023, 8000);
    for (double x : {0.75, 1.0, 1.5, 2.0, 3.0, 10.0, 1000.0}) p->around(x);
  } else if (oracle == "cbrt") {
    p->uniform(0.3, 8.5, 16000);
    p->uniform(-1000, 1000, 4000);
    p->log_uniform(1, -1074, 1023, 8000);
    p->log_uniform(-1, -1074, 1023, 2000);
    for (double x : {0.75, 1.0, 1.5, 2.0, 3.0, 6.0, 8.0, -27.0}) p->around(x);
  } else if (oracle == "softplus" || oracle == "expit") {
    p->uniform(-1, 1, 6000);
    p->uniform(-40, 40, 12000);
    p->uniform(-746, 710, 6000);
    p->uniform(-746, -700, 2000);
    p->log_uniform(1, -1074, 1023, 1000);
    p->log_uniform(-1, -1074, 8, 1000);
    for (double x : {0.0, -36.0, -37.0, 36.0, 37.0, -100.0, -69.3, -708.4}) p->around(x);
  } else if (oracle == "logit") {
    p->uniform(0, 1, 12000);
    p->uniform(0.4, 0.6, 6000);
    p->log_uniform(1, -1074, -2, 6000);
    for (double x : {0.5, 0.25, 0.75, 0.4, 0.6, 0x1p-100}) p->around(x);
    for (int k = 3; k < 53; ++k) p->uniform(1 - std::ldexp(1.0, -k), 1 - std::ldexp(1.0, -k - 1), 60);
  } else if (oracle == "gamma") {
    p->uniform(0, 4, 6000);
    p->uniform(3.4, 30, 4000);
    p->uniform(30, 171.6, 4000);
    p->uniform(-5, 0, 5000);
    p->uniform(-30, 0, 3000);
    p->uniform(-184, -30, 4000);
    p->log_uniform(1, -1022, 7, 2000);
    p->log_uniform(-1, -1022, 7, 2000);
    for (double x = -30; x < 6; x += 0.5) p->around(x);
  } else {
    return false;
  }
  return true;
}

/// Pairs of operands, made where a function has its hard places: large results, cancellation, overflow.
class Pairs {
 public:
  explicit Pairs(std::uint64_t seed) : random_(seed) {}

  double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }
  double wide(int low, int high) { return std::ldexp(uniform(1, 2), static_cast<int>(uniform(low, high))); }
  double either(double x) { return random_() % 2 == 0 ? x : -x; }
  void add(double x, double y) { pairs_.emplace_back(x, y); }
  const std::vector<std::pair<double, double>>& all() const { return pairs_; }

  void for_pow() {
    for (int i = 0; i < 8000; ++i) {
      add(wide(-4, 4), uniform(-10, 10));
      add(1 + either(wide(-52, -1)) * 0.5, either(wide(-2, 60)));
      // Any result, those that are huge or tiny more often than not.
      const double x = i % 2 == 0 ? wide(-1074, 1023) : wide(-3, 3), y = uniform(-745.2, 709.8) / std::log(x);
      if (std::isfinite(y)) add(x, y);
    }
    for (int i = 0; i < 3000; ++i) {
      add(-wide(-20, 20), std::rint(uniform(-60, 60)));
      add(wide(-1074, 1023), either(wide(-80, 3)));
      add(uniform(0.7, 1.42), uniform(-2000, 2000));
      add(std::rint(uniform(1, 100)), std::rint(uniform(-20, 20)));
    }
  }

  void for_hypot() {
    for (int i = 0; i < 12000; ++i) {
      const double x = either(uniform(0.5, 4)), scale = wide(-30, 30);
      add(x * scale, uniform(-1, 1) * x * scale);
      add(either(wide(-4, 4)), either(wide(-32, 1)));
    }
    for (int i = 0; i < 4000; ++i) {
      const int e = static_cast<int>(uniform(-1074, 1022));
      add(wide(e, e + 1), wide(e, e + 1));
      add(wide(-1074, 1023), wide(-1074, 1023));
      add(uniform(0.9, 1.4) * 0x1p1023, uniform(0, 1.4) * 0x1p1023);
      add(wide(-1074, -1000), wide(-1074, -1000));
    }
  }

  void for_logaddexp() {
    for (int i = 0; i < 8000; ++i) {
      add(uniform(-40, 40), uniform(-40, 40));
      add(uniform(-1, 1), uniform(-1, 1));
    }
    for (int i = 0; i < 3000; ++i) {
      const double x = either(wide(-60, 1023));
      add(x, x + either(wide(-60, 6)));
      add(either(wide(-1074, 1023)), either(wide(-1074, 1023)));
      // Near the zeros of the function, e^x + e^y = 1.
      const double y = -wide(-6, 3), other = std::log(-std::expm1(y));
      add(other * (1 + either(wide(-53, -1))), y);
      add(other, y);
      add(other * uniform(0.5, 1.5), y);
    }
  }

  void for_xlog1py() {
    for (int i = 0; i < 8000; ++i) {
      add(either(wide(-40, 40)), uniform(-1, 2));
      add(either(wide(-40, 40)), either(wide(-60, -1)) * 0.5);
      add(either(wide(-1000, 1000)), wide(-1074, 1023));
    }
  }

 private:
  std::mt19937_64 random_;
  std::vector<std::pair<double, double>> pairs_;
};

/// The pairs for a function of two operands; none if it is not one of these.
inline std::vector<std::pair<double, double>> power_pairs(const std::string& oracle, std::uint64_t seed) {
  Pairs pairs(seed);
  if (oracle == "pow") pairs.for_pow();
  if (oracle == "hypot") pairs.for_hypot();
  if (oracle == "logaddexp") pairs.for_logaddexp();
  if (oracle == "xlog1py") pairs.for_xlog1py();
  return pairs.all();
}

}  // namespace sharray::test
