/// Where the accuracy tests look: wide ranges, the ranges people use, and the hard places.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "math/inverse_oracle.h"
#include "math/power_oracle.h"
#include "math/tail_oracle.h"
#include "math/trigonometric_oracle.h"

namespace sharray::test {

class Points {
 public:
  explicit Points(std::uint64_t seed) : random_(seed) {}

  void uniform(double low, double high, int count) {
    std::uniform_real_distribution<double> distribution(low, high);
    for (int i = 0; i < count; ++i) add(distribution(random_));
  }

  /// sign * 2^u, u uniform.
  void log_uniform(double sign, double low, double high, int count) {
    std::uniform_real_distribution<double> distribution(low, high), mantissa(1, 2);
    for (int i = 0; i < count; ++i) add(sign * std::ldexp(mantissa(random_), static_cast<int>(distribution(random_))));
  }

  /// x and its neighbours: the next few doubles, and distances 2^-k both ways.
  void around(double x) {
    double up = x, down = x;
    for (int i = 0; i < 8; ++i) {
      add(up);
      add(down);
      up = std::nextafter(up, INFINITY);
      down = std::nextafter(down, -INFINITY);
    }
    std::uniform_real_distribution<double> mantissa(1, 2);
    for (int k = 3; k < 56; ++k) {
      const double d = std::ldexp(mantissa(random_), -k);
      add(x + d);
      add(x - d);
    }
  }

  /// Where f changes its sign between low and high.
  template <class F>
  void around_root(F f, double low, double high) {
    const bool positive = f(low) > 0;
    for (int i = 0; i < 100; ++i) {
      const double middle = low + (high - low) / 2;
      ((f(middle) > 0) == positive ? low : high) = middle;
    }
    around(low);
  }

  const std::vector<double>& all() const { return points_; }

 private:
  void add(double x) { points_.push_back(x); }
  std::mt19937_64 random_;
  std::vector<double> points_;
};

/// Points for the function of a row. `f` is the function, to find its roots.
template <class F>
std::vector<double> points_for(const std::string& oracle, std::uint64_t seed, F f) {
  Points p(seed);
  if (trigonometric_points(oracle, &p)) return p.all();
  if (inverse_points(oracle, &p)) return p.all();
  if (power_points(oracle, &p)) return p.all();
  if (tail_points(oracle, &p)) return p.all();
  if (oracle == "exp" || oracle == "expm1") {
    p.uniform(-1, 1, 6000);
    p.uniform(-30, 30, 6000);
    p.uniform(-746, 710, 8000);
    p.uniform(-746, -707, 2000);
    p.log_uniform(1, oracle == "exp" ? -70 : -1074, 3, 1000);
    p.log_uniform(-1, oracle == "exp" ? -70 : -1074, 3, 1000);
    for (int k = -1075; k <= 1024; k += 7) p.around((k + 0.5) * 0.6931471805599453);
    return p.all();
  }
  if (oracle == "log" || oracle == "xlogy") {
    p.uniform(0.5, 2, 8000);
    p.uniform(0, 100, 4000);
    p.log_uniform(1, -1074, 1023, 8000);
    for (double x : {0.75, 1.0, 1.5, 2.0, 3.0}) p.around(x);
    return p.all();
  }
  if (oracle == "log1p") {
    p.uniform(-1, 2, 8000);
    p.uniform(-0.3, 0.6, 4000);
    p.log_uniform(1, -1074, 1023, 8000);
    p.log_uniform(-1, -1074, -1, 4000);
    for (double x : {-1.0, -0.5, -0.25, 0.5, 1.0, 2.0}) p.around(x);
    return p.all();
  }
  p.uniform(0, 3.6, 6000);
  p.uniform(1.3, 1.7, 3000);
  p.uniform(3.4, 30, 3000);
  p.log_uniform(1, -1074, 1023, 2500);
  p.log_uniform(1, -8, 8, 2500);
  p.uniform(-5, 0, 5000);
  p.uniform(-30, 0, 4000);
  p.uniform(-200, 0, 1000);
  p.log_uniform(-1, -1074, 40, 1500);
  p.log_uniform(-1, -8, 8, 1500);
  for (double x = -30; x < 6; x += 0.5) p.around(x);
  p.around(-3.5);
  for (double x : {-1000.0, -12345.0, -999999.5}) p.around(x);
  for (int n = 0; n < 25; ++n) {
    const double left = -n - 1 + 1e-16 * (n + 4), right = -n - 1e-16 * (n + 4), middle = -n - 0.5;
    if (oracle == "digamma") p.around_root(f, left, right);
    if (oracle == "gammaln" && n >= 2) {
      p.around_root(f, left, middle);
      p.around_root(f, middle, right);
    }
  }
  if (oracle == "digamma") p.around_root(f, 1.0, 2.0);
  return p.all();
}

}  // namespace sharray::test
