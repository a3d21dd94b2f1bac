/// Special values of the trigonometric and error functions (C Annex F where it says something), one by one on every CPU
/// path, and blocks that mix ordinary elements with huge ones.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "check.h"
#include "math/rows.h"

namespace {

using namespace sharray;
using namespace sharray::test;

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kTiny = 0x1p-1074;
constexpr double kNormal = 0x1p-1022;
constexpr double kMax = std::numeric_limits<double>::max();
constexpr double kPi = 0x1.921fb54442d18p+1;

bool same(double x, double y) { return (x != x && y != y) || std::memcmp(&x, &y, sizeof x) == 0; }

double value(const KernelTable& table, Op op, double x) {
  double r = 42;
  table.op[static_cast<std::size_t>(op)][0](&r, &x, nullptr, nullptr, 1);
  return r;
}

/// op(x) on every path.
void expect(Op op, double x, double expected) {
  for (const KernelTable* table : tables()) {
    const double r = value(*table, op, x);
    if (!CHECK(same(r, expected))) {
      std::fprintf(stderr, "  %s on %s: %a gives %a, not %a\n", rows()[static_cast<std::size_t>(op)].name,
                   cpu_path_name(table->path), x, r, expected);
    }
  }
}

void expect_odd(Op op, double x, double expected) {
  expect(op, x, expected);
  expect(op, -x, -expected);
}

void expect_even(Op op, double x, double expected) {
  expect(op, x, expected);
  expect(op, -x, expected);
}

void sine_and_tangent_keep_the_sign_of_zero_and_tiny_values() {
  for (Op op : {Op::sin, Op::tan}) {
    for (double x : {0.0, kTiny, 3 * kTiny, kNormal - kTiny, kNormal, 1e-300, 1e-10}) expect_odd(op, x, x);
    for (double x : {kInf, -kInf, kNaN}) expect(op, x, kNaN);
  }
}

void cosine_is_one_at_zero() {
  for (double x : {0.0, kTiny, kNormal, 1e-300, 1e-9}) expect_even(Op::cos, x, 1.0);
  for (double x : {kInf, -kInf, kNaN}) expect(Op::cos, x, kNaN);
}

void angles_next_to_multiples_of_a_quarter_turn() {
  // The value of the sine is what pi's double lacks to pi.
  expect_odd(Op::sin, kPi, 0x1.1a62633145c07p-53);
  expect_even(Op::cos, kPi, -1.0);
  expect_odd(Op::tan, kPi, -0x1.1a62633145c07p-53);
  expect_odd(Op::sin, kPi / 2, 1.0);
  expect_even(Op::cos, kPi / 2, 0x1.1a62633145c07p-54);
  expect_odd(Op::tan, kPi / 2, 0x1.d02967c31cdb5p+53);
  // The double nearest to a multiple of pi / 2.
  expect_even(Op::cos, 0x1.6ac5b262ca1ffp+849, -0x1.14ae72e6ba22fp-61);
}

void huge_angles() {
  expect_odd(Op::sin, kMax, 0x1.452fc98b34e97p-8);
  expect_even(Op::cos, kMax, -0x1.fffe62ecfab75p-1);
  expect_odd(Op::tan, kMax, -0x1.4530cfe729484p-8);
  expect_odd(Op::sin, 0x1p1023, 0x1.205248cbdb760p-1);
}

void sinc_at_integers_and_ends() {
  for (double x : {0.0, kTiny, kNormal, 1e-300, 1e-10}) expect_even(Op::sinc, x, 1.0);
  for (double x : {1.0, 2.0, 3.0, 4.0, 1e9, 0x1p52 + 1, 0x1p53, 0x1p54, 1e300, kMax}) expect_even(Op::sinc, x, 0.0);
  expect_even(Op::sinc, 0.5, 0x1.45f306dc9c883p-1);
  for (double x : {kInf, -kInf, kNaN}) expect(Op::sinc, x, kNaN);
}

void degrees_and_radians() {
  for (Op op : {Op::deg2rad, Op::rad2deg}) {
    expect_odd(op, 0.0, 0.0);
    expect_odd(op, kInf, kInf);
    expect(op, kNaN, kNaN);
  }
  expect_odd(Op::deg2rad, 180.0, kPi);
  expect_odd(Op::deg2rad, 90.0, kPi / 2);
  expect_odd(Op::deg2rad, kMax, 0x1.1df46a2529d39p+1018);
  expect_odd(Op::deg2rad, kTiny, 0.0);
  expect_odd(Op::deg2rad, 57 * kTiny, kTiny);
  expect_odd(Op::rad2deg, kPi, 180.0);
  expect_odd(Op::rad2deg, kPi / 2, 90.0);
  expect_odd(Op::rad2deg, kTiny, 57 * kTiny);
  expect_odd(Op::rad2deg, kMax, kInf);
  expect_odd(Op::rad2deg, 0x1.1df46a2529d3ap+1018, kInf);
  expect_odd(Op::rad2deg, 0x1.1df46a2529d38p+1018, 0x1.ffffffffffffep+1023);
}

void error_functions() {
  expect_odd(Op::erf, 0.0, 0.0);
  expect_odd(Op::erf, kTiny, kTiny);
  expect_odd(Op::erf, 1e-310, 1.12837916709551e-310);
  for (double x : {6.0, 27.0, 1e300, kMax, kInf}) expect_odd(Op::erf, x, 1.0);
  expect(Op::erf, kNaN, kNaN);

  for (double x : {0.0, kTiny, 1e-300, 1e-17}) expect_even(Op::erfc, x, 1.0);
  for (double x : {27.3, 28.0, 1e300, kMax, kInf}) {
    expect(Op::erfc, x, 0.0);
    expect(Op::erfc, -x, 2.0);
  }
  expect(Op::erfc, -6.0, 2.0);
  expect(Op::erfc, 27.226, kTiny);
  expect(Op::erfc, kNaN, kNaN);
}

/// Of each share of huge elements, also NaN and infinite ones, in a block: every element is what it is alone.
void huge_elements_may_be_anywhere_in_a_block() {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> unit(0, 1);
  for (double share : {0.001, 0.1, 0.3, 0.5, 0.9, 1.0}) {
    for (std::size_t n : {std::size_t{1}, std::size_t{7}, std::size_t{61}, kBlock - 3, kBlock}) {
      std::vector<double> x(n), out(n);
      for (double& v : x) {
        const double u = 2 * unit(random) - 1;
        v = unit(random) >= share ? 30 * u : std::ldexp(u, 25 + static_cast<int>(random() % 1000));
        if (random() % 64 == 0) v = random() % 2 == 0 ? kInf : kNaN;
      }
      for (Op op : {Op::sin, Op::cos, Op::tan}) {
        for (const KernelTable* table : tables()) {
          table->op[static_cast<std::size_t>(op)][0](out.data(), x.data(), nullptr, nullptr, n);
          for (std::size_t i = 0; i < n; ++i) CHECK(same(out[i], value(*table, op, x[i])));
        }
      }
    }
  }
}

}  // namespace

int main() {
  sine_and_tangent_keep_the_sign_of_zero_and_tiny_values();
  cosine_is_one_at_zero();
  angles_next_to_multiples_of_a_quarter_turn();
  huge_angles();
  sinc_at_integers_and_ends();
  degrees_and_radians();
  error_functions();
  huge_elements_may_be_anywhere_in_a_block();
  return check_summary();
}
