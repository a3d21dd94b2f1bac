/// Special values of atan, atan2, asin and acos: each case of C Annex F, and the ends of the ranges.
#include "math/special_check.h"

namespace {

using namespace sharray;
using namespace sharray::test;

constexpr double kPiOver2 = kPi / 2;
constexpr double kPiOver4 = kPi / 4;
constexpr double k3PiOver4 = 0x1.2d97c7f3321d2p+1;

void atan_values() {
  expect_odd(Op::atan, 0.0, 0.0);
  expect_odd(Op::atan, kInf, kPiOver2);
  expect_value(Op::atan, kNaN, kNaN);
  for (double x : {kTiny, 3 * kTiny, kNormal - kTiny, kNormal, 1e-310, 1e-300, 1e-9}) expect_odd(Op::atan, x, x);
  for (double x : {1e17, 0x1p63, 0x1p64, 0x1p65, 1e300, kMax}) expect_odd(Op::atan, x, kPiOver2);
  expect_odd(Op::atan, 1.0, kPiOver4);
}

/// atan2(y, x) and atan2(-y, x) = -atan2(y, x).
void expect_angle(double y, double x, double expected) {
  expect_of_two(Op::atan2, y, x, expected);
  expect_of_two(Op::atan2, -y, x, -expected);
}

/// The cases of C Annex F in its order.
void atan2_of_zeros_and_infinities() {
  expect_angle(0.0, -0.0, kPi);
  expect_angle(0.0, 0.0, 0.0);
  for (double x : {kTiny, kNormal, 1e-300, 0.5, 1.0, 3.0, 1e300, kMax}) {
    expect_angle(0.0, -x, kPi);
    expect_angle(0.0, x, 0.0);
  }
  for (double y : {kTiny, kNormal, 1e-300, 0.5, 1.0, 3.0, 1e300, kMax}) {
    expect_angle(y, 0.0, kPiOver2);
    expect_angle(y, -0.0, kPiOver2);
    expect_angle(y, -kInf, kPi);
    expect_angle(y, kInf, 0.0);
  }
  for (double x : {0.0, kTiny, kNormal, 1e-300, 0.5, 1.0, 3.0, 1e300, kMax}) {
    expect_angle(kInf, x, kPiOver2);
    expect_angle(kInf, -x, kPiOver2);
  }
  expect_angle(kInf, -kInf, k3PiOver4);
  expect_angle(kInf, kInf, kPiOver4);
  expect_angle(0.0, kInf, 0.0);
  expect_angle(0.0, -kInf, kPi);
}

void atan2_of_nan() {
  for (double v : {0.0, kTiny, 1.0, kMax, kInf, kNaN}) {
    expect_angle(kNaN, v, kNaN);
    expect_angle(kNaN, -v, kNaN);
    expect_angle(v, kNaN, kNaN);
  }
}

void atan2_of_extremes() {
  for (double v : {kTiny, 3 * kTiny, kNormal, 1e-300, 0x1p-574, 1.0, 3.0, 0x1p499, 0x1p500, 0x1p501, 1e300, kMax}) {
    expect_angle(v, v, kPiOver4);
    expect_angle(v, -v, k3PiOver4);
  }
  expect_angle(kTiny, kMax, 0.0);
  expect_angle(kTiny, -kMax, kPi);
  expect_angle(kMax, kTiny, kPiOver2);
  expect_angle(kMax, -kTiny, kPiOver2);
  // Quotients that are subnormal, that underflow, and that are normal though both operands are not.
  expect_angle(kTiny, 1.0, kTiny);
  expect_angle(3 * kTiny, 2.0, 2 * kTiny);
  expect_angle(kNormal, 2.0, kNormal / 2);
  expect_angle(kTiny, 2.0, 0.0);
  expect_angle(kTiny, 1.5, kTiny);
  expect_angle(0x1p-60, 0x1p1010, 0x1p-1070);
  expect_angle(kTiny, 0x1p-1030, 0x1p-44);
  expect_angle(kTiny, -1.0, kPi);
  expect_angle(1.0, -1e300, kPi);
  expect_angle(1e300, 1.0, kPiOver2);
}

void asin_values() {
  expect_odd(Op::asin, 0.0, 0.0);
  expect_odd(Op::asin, 1.0, kPiOver2);
  for (double x : {kTiny, 3 * kTiny, kNormal - kTiny, kNormal, 1e-310, 1e-300, 1e-9}) expect_odd(Op::asin, x, x);
  for (double x : {1 + 0x1p-52, 1.5, 2.0, 1e300, kMax, kInf, kNaN}) expect_even(Op::asin, x, kNaN);
  expect_odd(Op::asin, 0.5, 0x1.0c152382d7366p-1);
}

void acos_values() {
  expect_value(Op::acos, 1.0, 0.0);
  expect_value(Op::acos, -1.0, kPi);
  for (double x : {0.0, kTiny, kNormal, 1e-310, 1e-300, 1e-17}) expect_even(Op::acos, x, kPiOver2);
  for (double x : {1 + 0x1p-52, 1.5, 2.0, 1e300, kMax, kInf, kNaN}) expect_even(Op::acos, x, kNaN);
  // The nearest to 1: sqrt(2^-52).
  expect_value(Op::acos, 1 - 0x1p-53, 0x1p-26);
}

}  // namespace

int main() {
  atan_values();
  atan2_of_zeros_and_infinities();
  atan2_of_nan();
  atan2_of_extremes();
  asin_values();
  acos_values();
  return check_summary();
}
