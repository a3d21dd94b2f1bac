/// Exact values and test points of the trigonometric and error functions.
#pragma once

#include <mpfr.h>

#include <cmath>
#include <string>

namespace sharray::test {

/// Sets `result` to the function that the table calls `oracle`; false if there is none of that name here.
inline bool trigonometric_value(const std::string& oracle, mpfr_ptr result, mpfr_ptr x, mpfr_ptr scratch) {
  if (oracle == "sin") {
    mpfr_sin(result, x, MPFR_RNDN);
  } else if (oracle == "cos") {
    mpfr_cos(result, x, MPFR_RNDN);
  } else if (oracle == "tan") {
    mpfr_tan(result, x, MPFR_RNDN);
  } else if (oracle == "sinc") {
    if (mpfr_zero_p(x)) return mpfr_set_ui(result, 1, MPFR_RNDN), true;
    // At an integer the sine would be nearly 0; the remainder after an even number is exact.
    mpfr_set_ui(scratch, 2, MPFR_RNDN);
    mpfr_remainder(result, x, scratch, MPFR_RNDN);
    if (mpfr_integer_p(result)) return mpfr_set_zero(result, 1), true;
    mpfr_const_pi(scratch, MPFR_RNDN);
    mpfr_mul(result, result, scratch, MPFR_RNDN);
    mpfr_sin(result, result, MPFR_RNDN);
    mpfr_div(result, result, scratch, MPFR_RNDN);
    mpfr_div(result, result, x, MPFR_RNDN);
  } else if (oracle == "deg2rad" || oracle == "rad2deg") {
    mpfr_const_pi(scratch, MPFR_RNDN);
    mpfr_div_ui(scratch, scratch, 180, MPFR_RNDN);
    if (oracle == "deg2rad") {
      mpfr_mul(result, x, scratch, MPFR_RNDN);
    } else {
      mpfr_div(result, x, scratch, MPFR_RNDN);
    }
  } else if (oracle == "erf") {
    mpfr_erf(result, x, MPFR_RNDN);
  } else if (oracle == "erfc") {
    mpfr_erfc(result, x, MPFR_RNDN);
  } else {
    return false;
  }
  return true;
}

/// Adds points for `oracle` to p; false if it is none of these functions.
template <class Points>
bool trigonometric_points(const std::string& oracle, Points* p) {
  if (oracle == "sin" || oracle == "cos" || oracle == "tan") {
    p->uniform(-0.8, 0.8, 6000);
    p->uniform(-10, 10, 12000);
    p->uniform(-1e5, 1e5, 6000);
    for (double sign : {-1.0, 1.0}) {
      p->log_uniform(sign, -1074, 1023, 6000);
      p->log_uniform(sign, -10, 60, 8000);
      p->around(sign * 0x1.8p22);
      // The double that is nearest to a multiple of pi / 2.
      p->around(sign * 0x1.6ac5b262ca1ffp+849);
    }
    // Doubles close to multiples of pi / 2, up to where the method changes and beyond.
    for (int n = 1; n < 16; ++n) p->around(n * 0x1.921fb54442d18p-1);
    for (double n = 16; n < 1e16; n = std::floor(n * 1.37) + 1) p->around(n * 0x1.921fb54442d18p+0);
    return true;
  }
  if (oracle == "sinc") {
    p->uniform(-1, 1, 6000);
    p->uniform(-10, 10, 12000);
    for (double sign : {-1.0, 1.0}) {
      p->log_uniform(sign, -1074, 1023, 3000);
      p->log_uniform(sign, -10, 54, 6000);
      for (int n = 0; n < 50; ++n) p->around(sign * n * 0.25);
      for (int k = 4; k < 54; ++k) p->around(sign * std::ldexp(1, k));
    }
    return true;
  }
  if (oracle == "deg2rad" || oracle == "rad2deg") {
    p->uniform(-720, 720, 6000);
    for (double sign : {-1.0, 1.0}) p->log_uniform(sign, -1074, 1023, 6000);
    p->around(0x1.1df46a2529d39p+1018);
    return true;
  }
  if (oracle == "erf" || oracle == "erfc") {
    p->uniform(-1, 1, 10000);
    p->uniform(-6.1, 6.1, 20000);
    p->uniform(0, 28, 12000);
    for (double sign : {-1.0, 1.0}) {
      p->log_uniform(sign, -1074, 1023, 2000);
      p->log_uniform(sign, -10, 5, 6000);
      for (int k = 0; k < 64; ++k) p->around(sign * k * 0.09375);
      // Where the formulas of erf meet.
      p->around(sign * 0.2578125);
      p->around(sign * 0.25);
    }
    p->uniform(26.5, 27.3, 4000);
    return true;
  }
  return false;
}

}  // namespace sharray::test
