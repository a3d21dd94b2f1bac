/// Special values of the functions of complex numbers: those of C, Annex G, and where it has none those that the
/// headers in math/ state.
#include <vector>

#include "math/complex_check.h"

namespace {

using namespace sharray;
using namespace sharray::test;

constexpr double kHalfPi = kPi / 2;

/// What C leaves open.
enum Open { none, re_sign, im_sign, signs };

bool matches(double x, double y, bool any_sign) {
  return any_sign ? same_bits(std::fabs(x), std::fabs(y)) : same_bits(x, y);
}

void expect_once(Op op, Number2 z, Number2 expected, Open open) {
  const Number2 r = agreed(op, z);
  const bool good =
      matches(r.re, expected.re, (open & re_sign) != 0) && matches(r.im, expected.im, (open & im_sign) != 0);
  if (!CHECK(good)) {
    std::fprintf(stderr, "  %s of %g, %g gives %a, %a, not %a, %a\n", name_of(op), z.re, z.im, r.re, r.im, expected.re,
                 expected.im);
  }
}

/// Of the conjugate, the conjugate.
void expect(Op op, Number2 z, Number2 expected, Open open = none) {
  expect_once(op, z, expected, open);
  expect_once(op, conj(z), conj(expected), open);
}

void expect_odd(Op op, Number2 z, Number2 expected, Open open = none) {
  expect(op, z, expected, open);
  expect(op, {-z.re, -z.im}, {-expected.re, -expected.im}, open);
}

void expect_even(Op op, Number2 z, Number2 expected, Open open = none) {
  expect(op, z, expected, open);
  expect(op, {-z.re, -z.im}, expected, open);
}

void exponential() {  // G.6.3.1
  for (double zero : {0.0, -0.0}) expect(Op::exp, {zero, 0}, {1, 0});
  for (double x : {0.0, 1.0, -3.0, kNaN}) expect(Op::exp, {x, kInf}, {kNaN, kNaN});
  for (double x : {0.0, 1.0, -3.0, kNaN}) expect(Op::exp, {x, kNaN}, {kNaN, kNaN});
  expect(Op::exp, {kInf, 0}, {kInf, 0});
  expect(Op::exp, {-kInf, 1}, {0, 0});
  expect(Op::exp, {-kInf, 2}, {-0.0, 0});
  expect(Op::exp, {kInf, 2}, {-kInf, kInf});
  expect(Op::exp, {kInf, 1e-310}, {kInf, kInf});
  expect(Op::exp, {-kInf, kInf}, {0, 0}, signs);
  expect(Op::exp, {kInf, kInf}, {kInf, kNaN}, re_sign);
  expect(Op::exp, {-kInf, kNaN}, {0, 0}, signs);
  expect(Op::exp, {kInf, kNaN}, {kInf, kNaN}, re_sign);
  expect(Op::exp, {kNaN, 0}, {kNaN, 0});
  expect(Op::exp, {kNaN, 3}, {kNaN, kNaN});
  // Beyond the exponential itself.
  expect(Op::exp, {1454, kTiny}, {kInf, 0x1.99bf3916a0bf4p+1023});

  expect(Op::expm1, {0, 0}, {0, 0});
  expect(Op::expm1, {-0.0, 0}, {-0.0, 0});
  expect(Op::expm1, {kInf, 0}, {kInf, 0});
  expect(Op::expm1, {-kInf, 1}, {-1, 0});
  expect(Op::expm1, {-kInf, kInf}, {-1, 0}, im_sign);
  expect(Op::expm1, {-kInf, kNaN}, {-1, 0}, im_sign);
  expect(Op::expm1, {kInf, kInf}, {kInf, kNaN}, re_sign);
  expect(Op::expm1, {kNaN, 0}, {kNaN, 0});
  for (double x : {1.0, kNaN}) {
    for (double y : {kInf, kNaN}) expect(Op::expm1, {x, y}, {kNaN, kNaN});
  }
}

void logarithms() {  // G.6.3.2
  struct Scale {
    Op op;
    double quarter;  ///< of the angle pi / 4
    double three;    ///< of 3 pi / 4
  };
  for (const Scale& s :
       {Scale{Op::log, kPi / 4, 3 * (kPi / 4)}, Scale{Op::log2, 0x1.22123045b5decp+0, 0x1.b31b486890ce1p+1},
        Scale{Op::log10, 0x1.5d47c4cb2fba1p-2, 3 * 0x1.5d47c4cb2fba1p-2}}) {
    expect(s.op, {-0.0, 0}, {-kInf, 4 * s.quarter});
    expect(s.op, {0, 0}, {-kInf, 0});
    expect(s.op, {1, 0}, {0, 0});
    for (double x : {0.0, -0.0, 3.0, -3.0}) expect(s.op, {x, kInf}, {kInf, 2 * s.quarter});
    for (double x : {0.0, -3.0, kNaN}) expect(s.op, {x, kNaN}, {kNaN, kNaN});
    for (double y : {0.0, 3.0, kMax}) expect(s.op, {-kInf, y}, {kInf, 4 * s.quarter});
    for (double y : {0.0, 3.0, kMax}) expect(s.op, {kInf, y}, {kInf, 0});
    expect(s.op, {-kInf, kInf}, {kInf, s.three});
    expect(s.op, {kInf, kInf}, {kInf, s.quarter});
    for (double x : {kInf, -kInf}) expect(s.op, {x, kNaN}, {kInf, kNaN});
    for (double y : {0.0, 3.0}) expect(s.op, {kNaN, y}, {kNaN, kNaN});
    expect(s.op, {kNaN, kInf}, {kInf, kNaN});
  }
  expect(Op::log2, {8, 0}, {3, 0});
  expect(Op::log2, {0, 0x1p-1070}, {-1070, 0x1.22123045b5decp+1});
  expect(Op::log10, {1000, 0}, {3, 0});
  expect(Op::log, {kMax, kMax}, {0x1.63108c75a1936p+9, kPi / 4});

  expect(Op::log1p, {0, 0}, {0, 0});
  expect(Op::log1p, {-0.0, 0}, {-0.0, 0});
  expect(Op::log1p, {-1, 0}, {-kInf, 0});
  for (double x : {0.0, -3.0}) expect(Op::log1p, {x, kInf}, {kInf, kHalfPi});
  expect(Op::log1p, {-kInf, 3}, {kInf, kPi});
  expect(Op::log1p, {kInf, 3}, {kInf, 0});
  expect(Op::log1p, {-kInf, kInf}, {kInf, 3 * kPi / 4});
  expect(Op::log1p, {kInf, kInf}, {kInf, kPi / 4});
  for (double x : {kInf, -kInf}) expect(Op::log1p, {x, kNaN}, {kInf, kNaN});
  expect(Op::log1p, {kNaN, kInf}, {kInf, kNaN});
  expect(Op::log1p, {kNaN, 1}, {kNaN, kNaN});
  expect(Op::log1p, {1, kNaN}, {kNaN, kNaN});
}

void roots() {  // G.6.4.2
  for (double zero : {0.0, -0.0}) expect(Op::sqrt, {zero, 0}, {0, 0});
  for (double x : {0.0, -2.0, kInf, -kInf, kNaN}) expect(Op::sqrt, {x, kInf}, {kInf, kInf});
  for (double x : {0.0, -2.0, kNaN}) expect(Op::sqrt, {x, kNaN}, {kNaN, kNaN});
  for (double y : {0.0, 2.0, kMax}) {
    expect(Op::sqrt, {-kInf, y}, {0, kInf});
    expect(Op::sqrt, {kInf, y}, {kInf, 0});
  }
  expect(Op::sqrt, {-kInf, kNaN}, {kNaN, kInf}, im_sign);
  expect(Op::sqrt, {kInf, kNaN}, {kInf, kNaN});
  expect(Op::sqrt, {kNaN, 2}, {kNaN, kNaN});
  expect(Op::sqrt, {9, 0}, {3, 0});
  expect(Op::sqrt, {-9, 0}, {0, 3});
  expect(Op::sqrt, {0, 8}, {2, 2});
  expect(Op::sqrt, {kTiny, 0}, {0x1p-537, 0});
  expect(Op::sqrt, {-kTiny, 0}, {0, 0x1p-537});
  expect(Op::sqrt, {-kMax, 0}, {0, std::sqrt(kMax)});
  expect(Op::sqrt, {0x1p1000, 0x1p-500}, {0x1p500, 0x1p-1001});
}

void hyperbolic() {  // G.6.2.4 to G.6.2.6
  expect_odd(Op::sinh, {0, 0}, {0, 0});
  expect_odd(Op::sinh, {0, kInf}, {0, kNaN}, re_sign);
  expect_odd(Op::sinh, {0, kNaN}, {0, kNaN}, re_sign);
  for (double x : {2.0, kNaN}) {
    for (double y : {kInf, kNaN}) expect_odd(Op::sinh, {x, y}, {kNaN, kNaN});
  }
  expect_odd(Op::sinh, {kInf, 0}, {kInf, 0});
  expect_odd(Op::sinh, {kInf, 2}, {-kInf, kInf});
  expect_odd(Op::sinh, {kInf, kInf}, {kInf, kNaN}, re_sign);
  expect_odd(Op::sinh, {kInf, kNaN}, {kInf, kNaN}, re_sign);
  expect_odd(Op::sinh, {kNaN, 0}, {kNaN, 0});
  expect_odd(Op::sinh, {kNaN, 2}, {kNaN, kNaN});

  expect_even(Op::cosh, {0, 0}, {1, 0});
  expect_even(Op::cosh, {0, kInf}, {kNaN, 0}, im_sign);
  expect_even(Op::cosh, {0, kNaN}, {kNaN, 0}, im_sign);
  for (double x : {2.0, kNaN}) {
    for (double y : {kInf, kNaN}) expect_even(Op::cosh, {x, y}, {kNaN, kNaN});
  }
  expect_even(Op::cosh, {kInf, 0}, {kInf, 0});
  expect_even(Op::cosh, {kInf, 2}, {-kInf, kInf});
  expect_even(Op::cosh, {kInf, kInf}, {kInf, kNaN}, re_sign);
  expect_even(Op::cosh, {kInf, kNaN}, {kInf, kNaN});
  expect_even(Op::cosh, {kNaN, 0}, {kNaN, 0}, im_sign);
  expect_even(Op::cosh, {kNaN, 2}, {kNaN, kNaN});

  expect_odd(Op::tanh, {0, 0}, {0, 0});
  // As corrected by defect report 471.
  expect_odd(Op::tanh, {0, kInf}, {0, kNaN});
  expect_odd(Op::tanh, {0, kNaN}, {0, kNaN});
  for (double x : {2.0, kNaN}) {
    for (double y : {kInf, kNaN}) expect_odd(Op::tanh, {x, y}, {kNaN, kNaN});
  }
  expect_odd(Op::tanh, {kInf, 1}, {1, 0});
  expect_odd(Op::tanh, {kInf, 2}, {1, -0.0});
  expect_odd(Op::tanh, {kInf, kInf}, {1, 0}, im_sign);
  expect_odd(Op::tanh, {kInf, kNaN}, {1, 0}, im_sign);
  expect_odd(Op::tanh, {kNaN, 0}, {kNaN, 0});
  expect_odd(Op::tanh, {kNaN, 2}, {kNaN, kNaN});
}

void inverse() {  // G.6.1.1, G.6.2.1 to G.6.2.3
  for (double zero : {0.0, -0.0}) expect(Op::acos, {zero, 0}, {kHalfPi, -0.0});
  for (double zero : {0.0, -0.0}) expect(Op::acos, {zero, kNaN}, {kHalfPi, kNaN});
  for (double x : {0.0, -2.0, kMax}) expect(Op::acos, {x, kInf}, {kHalfPi, -kInf});
  for (double x : {2.0, kNaN}) expect(Op::acos, {x, kNaN}, {kNaN, kNaN});
  for (double y : {0.0, 2.0, kMax}) expect(Op::acos, {-kInf, y}, {kPi, -kInf});
  for (double y : {0.0, 2.0, kMax}) expect(Op::acos, {kInf, y}, {0, -kInf});
  expect(Op::acos, {-kInf, kInf}, {3 * kPi / 4, -kInf});
  expect(Op::acos, {kInf, kInf}, {kPi / 4, -kInf});
  for (double x : {kInf, -kInf}) expect(Op::acos, {x, kNaN}, {kNaN, kInf}, im_sign);
  expect(Op::acos, {kNaN, 2}, {kNaN, kNaN});
  expect(Op::acos, {kNaN, kInf}, {kNaN, -kInf});
  expect(Op::acos, {1, 0}, {0, -0.0});
  expect(Op::acos, {-1, 0}, {kPi, -0.0});

  for (double zero : {0.0, -0.0}) expect(Op::acosh, {zero, 0}, {0, kHalfPi});
  for (double x : {0.0, -2.0, kMax}) expect(Op::acosh, {x, kInf}, {kInf, kHalfPi});
  expect(Op::acosh, {0, kNaN}, {kNaN, kHalfPi}, im_sign);
  for (double x : {2.0, kNaN}) expect(Op::acosh, {x, kNaN}, {kNaN, kNaN});
  for (double y : {0.0, 2.0, kMax}) expect(Op::acosh, {-kInf, y}, {kInf, kPi});
  for (double y : {0.0, 2.0, kMax}) expect(Op::acosh, {kInf, y}, {kInf, 0});
  expect(Op::acosh, {-kInf, kInf}, {kInf, 3 * kPi / 4});
  expect(Op::acosh, {kInf, kInf}, {kInf, kPi / 4});
  for (double x : {kInf, -kInf}) expect(Op::acosh, {x, kNaN}, {kInf, kNaN});
  expect(Op::acosh, {kNaN, 2}, {kNaN, kNaN});
  expect(Op::acosh, {kNaN, kInf}, {kInf, kNaN});

  expect_odd(Op::asinh, {0, 0}, {0, 0});
  for (double x : {0.0, 2.0, kMax}) expect_odd(Op::asinh, {x, kInf}, {kInf, kHalfPi});
  for (double x : {2.0, kNaN}) expect_odd(Op::asinh, {x, kNaN}, {kNaN, kNaN});
  for (double y : {0.0, 2.0, kMax}) expect_odd(Op::asinh, {kInf, y}, {kInf, 0});
  expect_odd(Op::asinh, {kInf, kInf}, {kInf, kPi / 4});
  expect_odd(Op::asinh, {kInf, kNaN}, {kInf, kNaN});
  expect_odd(Op::asinh, {kNaN, 0}, {kNaN, 0});
  expect_odd(Op::asinh, {kNaN, 2}, {kNaN, kNaN});
  expect_odd(Op::asinh, {kNaN, kInf}, {kInf, kNaN}, re_sign);

  expect_odd(Op::atanh, {0, 0}, {0, 0});
  expect_odd(Op::atanh, {0, kNaN}, {0, kNaN});
  expect_odd(Op::atanh, {1, 0}, {kInf, 0});
  for (double x : {0.0, 2.0, kMax}) expect_odd(Op::atanh, {x, kInf}, {0, kHalfPi});
  for (double x : {2.0, kNaN}) expect_odd(Op::atanh, {x, kNaN}, {kNaN, kNaN});
  for (double y : {0.0, 2.0, kMax}) expect_odd(Op::atanh, {kInf, y}, {0, kHalfPi});
  expect_odd(Op::atanh, {kInf, kInf}, {0, kHalfPi});
  expect_odd(Op::atanh, {kInf, kNaN}, {0, kNaN});
  for (double y : {0.0, 2.0, 0x1p70}) expect_odd(Op::atanh, {kNaN, y}, {kNaN, kNaN});
  expect_odd(Op::atanh, {kNaN, kInf}, {0, kHalfPi}, re_sign);
}

const std::vector<double> kParts = {0.0,  -0.0,  0.5,  -0.5,  1.0,  -1.0,  3.0,   -3.0,   1e-300, -1e-300,
                                    1e30, -1e30, kMax, -kMax, kInf, -kInf, kTiny, -kTiny, kNaN};

/// sin z = -i sinh(i z), and the like: C defines the functions of angles by those.
void of_angles() {
  struct Pair {
    Op angle, hyperbolic;
  };
  for (double x : kParts) {
    for (double y : kParts) {
      for (const Pair& p :
           {Pair{Op::sin, Op::sinh}, Pair{Op::tan, Op::tanh}, Pair{Op::asin, Op::asinh}, Pair{Op::atan, Op::atanh}}) {
        CHECK(same_bits(agreed(p.angle, {x, y}), swapped(agreed(p.hyperbolic, {y, x}))));
      }
      const Number2 cosine = agreed(Op::cos, {x, y}), expected = agreed(Op::cosh, {-y, x});
      CHECK(same_bits(cosine.re, expected.re));
      CHECK(same_bits(cosine.im, expected.im) || (cosine.im == 0 && expected.im == 0));
    }
  }
}

void magnitudes_and_directions() {
  for (const KernelTable* table : tables()) {
    const auto abs = [&](double x, double y) {
      const Number2 z = {x, y};
      double r;
      complex_kernel(*table, Op::abs)(&r, &z, nullptr, nullptr, 1);
      return r;
    };
    for (double y : kParts) {
      CHECK_EQ(abs(kInf, y), kInf);
      CHECK_EQ(abs(y, -kInf), kInf);
      if (!std::isinf(y)) CHECK(std::isnan(abs(kNaN, y)) && std::isnan(abs(y, kNaN)));
      if (y == y) CHECK_EQ(abs(0, y), std::fabs(y));
    }
    CHECK_EQ(abs(3, -4), 5);
    CHECK_EQ(abs(3 * kTiny, 4 * kTiny), 5 * kTiny);
    CHECK_EQ(abs(0x1.8p1020, 0x1p1021), 0x1.4p1021);
    CHECK_EQ(abs(kMax, kMax), kInf);
  }
  expect_odd(Op::sign, {0, 0}, {0, 0});
  expect_odd(Op::sign, {3, 4}, {0.6, 0.8});
  expect_odd(Op::sign, {-kTiny, 0}, {-1, 0});
  expect_odd(Op::sign, {kMax, kMax}, {0x1.6a09e667f3bccp-1, 0x1.6a09e667f3bccp-1});
  expect_odd(Op::sign, {kInf, 7}, {1, 0});
  expect_odd(Op::sign, {7, kInf}, {0, 1});
  expect_odd(Op::sign, {kInf, kInf}, {0x1.6a09e667f3bccp-1, 0x1.6a09e667f3bccp-1});
  for (double x : {1.0, kInf, kNaN}) expect_odd(Op::sign, {x, kNaN}, {kNaN, kNaN});
  expect(Op::round, {2.5, -3.5}, {2, -4});
  expect(Op::rint, {-0.3, kInf}, {-0.0, kInf});
}

/// What G.5.1 says of infinities; else, where nothing is infinite or NaN, the plain formulas.
void products_and_quotients() {
  for (double a : kParts) {
    for (double b : kParts) {
      for (double c : kParts) {
        for (double d : kParts) {
          const Number2 x = {a, b}, y = {c, d};
          const Number2 product = call(*tables().back(), Op::multiply, x, y);
          const Number2 quotient = call(*tables().back(), Op::divide, x, y);
          const bool x_number = is_finite(x) && !is_zero(x), y_number = is_finite(y) && !is_zero(y);
          if (is_infinite(x) && (is_infinite(y) || y_number)) CHECK(is_infinite(product));
          if (is_infinite(y) && x_number) CHECK(is_infinite(product));
          if (is_infinite(x) && is_finite(y)) CHECK(is_infinite(quotient));
          if (is_finite(x) && is_infinite(y)) CHECK(is_zero(quotient));
          if (is_zero(y) && (is_infinite(x) || x_number)) CHECK(is_infinite(quotient));
          if (is_zero(x) && is_zero(y)) CHECK(std::isnan(quotient.re) && std::isnan(quotient.im));
          const Number2 plain = {a * c - b * d, a * d + b * c};
          if (is_finite(plain)) CHECK(same_bits(product, plain));
        }
      }
    }
  }
  // A real or imaginary divisor divides each part with one rounding.
  for (double a : {1.0, -0.1, 1e300, 3e-310}) {
    for (double c : {3.0, -7e-5, 1e-300, 4e307}) {
      CHECK(same_bits(agreed(Op::divide, {a, 5}, {c, 0}), {a / c, 5 / c}));
      CHECK(same_bits(agreed(Op::divide, {a, 5}, {0, c}), {5 / c, -a / c}));
    }
  }
  expect(Op::reciprocal, {2, 0}, {0.5, -0.0});
  expect(Op::reciprocal, {0x1p1023, 0x1p1023}, {0x1p-1024, -0x1p-1024});
  expect(Op::reciprocal, {0x1p-1023, 0x1p-1023}, {0x1p1022, -0x1p1022});
  expect(Op::square, {3, 4}, {-7, 24});
  expect(Op::square, {1e200, 1e200}, {0, kInf});
  expect(Op::square, {kInf, 1}, {kInf, kInf});
  CHECK(is_infinite(agreed(Op::square, {kInf, kNaN})));
}

void powers() {
  for (double a : kParts) {
    for (double b : kParts) CHECK(same_bits(agreed(Op::pow, {a, b}, {0, 0}), {1, 0}));
  }
  const auto expect_power = [](Number2 x, Number2 y, Number2 expected) {
    if (!CHECK(same_bits(agreed(Op::pow, x, y), expected))) {
      const Number2 r = agreed(Op::pow, x, y);
      std::fprintf(stderr, "  (%g, %g)^(%g, %g) is %a, %a\n", x.re, x.im, y.re, y.im, r.re, r.im);
    }
  };
  expect_power({1, 2}, {1, 0}, {1, 2});
  expect_power({1, 2}, {2, 0}, {-3, 4});
  expect_power({1, 1}, {20, 0}, {-1024, 0});
  expect_power({2, -1}, {9, 0}, {-718, 1199});
  expect_power({0, 2}, {-3, 0}, {0, 0.125});
  expect_power({4, 0}, {0.5, 0}, {2, 0});
  CHECK(is_zero(agreed(Op::pow, {0, 0}, {2, 5})));
  expect_power({0, 0}, {0, 1}, {kNaN, kNaN});
  CHECK(is_infinite(agreed(Op::pow, {0, 0}, {-1, 0})));
  CHECK(is_infinite(agreed(Op::pow, {kInf, 3}, {2, 0})));
  CHECK(is_zero(agreed(Op::pow, {kInf, 3}, {-2, 0})));
  CHECK(is_zero(agreed(Op::pow, {0.5, 0.5}, {kInf, 0})));
  const Number2 undefined = agreed(Op::pow, {kNaN, 1}, {2, 0});
  CHECK(std::isnan(undefined.re) && std::isnan(undefined.im));
}

}  // namespace

int main() {
  exponential();
  logarithms();
  roots();
  hyperbolic();
  inverse();
  of_angles();
  magnitudes_and_directions();
  products_and_quotients();
  powers();
  return check_summary();
}
