/// Special values of asinh, acosh and atanh: each case of C Annex F, and the ends of the ranges.
#include "math/special_check.h"

namespace {

using namespace sharray;
using namespace sharray::test;

/// log(2 kMax), the largest result of asinh and acosh.
constexpr double kLargest = 0x1.633ce8fb9f87ep+9;

void asinh_values() {
  expect_odd(Op::asinh, 0.0, 0.0);
  expect_odd(Op::asinh, kInf, kInf);
  expect_value(Op::asinh, kNaN, kNaN);
  for (double x : {kTiny, 3 * kTiny, kNormal - kTiny, kNormal, 1e-310, 1e-300, 1e-9}) expect_odd(Op::asinh, x, x);
  expect_odd(Op::asinh, kMax, kLargest);
}

void acosh_values() {
  expect_value(Op::acosh, 1.0, 0.0);
  expect_value(Op::acosh, kInf, kInf);
  for (double x : {1 - 0x1p-53, 0.5, kTiny, 0.0, -0.0, -1.0, -1.375, -2.0, -1e300, -kMax, -kInf, kNaN}) {
    expect_value(Op::acosh, x, kNaN);
  }
  expect_value(Op::acosh, kMax, kLargest);
  // The nearest to 1: sqrt(2^-51).
  expect_value(Op::acosh, 1 + 0x1p-52, 0x1.6a09e667f3bccp-26);
}

void atanh_values() {
  expect_odd(Op::atanh, 0.0, 0.0);
  expect_odd(Op::atanh, 1.0, kInf);
  for (double x : {1 + 0x1p-52, 1.5, 2.0, 1e300, kMax, kInf, kNaN}) expect_even(Op::atanh, x, kNaN);
  for (double x : {kTiny, 3 * kTiny, kNormal - kTiny, kNormal, 1e-310, 1e-300, 1e-9}) expect_odd(Op::atanh, x, x);
  // The nearest to 1: log(2^54 - 1) / 2.
  expect_odd(Op::atanh, 1 - 0x1p-53, 0x1.2b708872320e2p+4);
}

}  // namespace

int main() {
  asinh_values();
  acosh_values();
  atanh_values();
  return check_summary();
}
