/// Special values of ndtr, logNdtr, ndtri and erfinv, the ends of their ranges, and places where the formulas change.
#include "math/special_check.h"

namespace {

using namespace sharray;
using namespace sharray::test;

void ndtr_values() {
  expect_even(Op::ndtr, 0.0, 0.5);
  expect_value(Op::ndtr, -kInf, 0.0);
  expect_value(Op::ndtr, kInf, 1.0);
  expect_value(Op::ndtr, kNaN, kNaN);
  for (double x : {kTiny, kNormal, 1e-310, 1e-17}) expect_even(Op::ndtr, x, 0.5);
  for (double x : {-38.6, -40.0, -41.0, -1e300, -kMax}) expect_value(Op::ndtr, x, 0.0);
  for (double x : {8.3, 39.0, 40.0, 41.0, 1e300, kMax}) expect_value(Op::ndtr, x, 1.0);
  // The last results that are not 0.
  expect_value(Op::ndtr, -38.45, 2 * kTiny);
  expect_value(Op::ndtr, -38.48, kTiny);
}

void log_ndtr_values() {
  expect_even(Op::logNdtr, 0.0, -0x1.62e42fefa39efp-1);
  expect_value(Op::logNdtr, -kInf, -kInf);
  expect_value(Op::logNdtr, kInf, 0.0);
  expect_value(Op::logNdtr, kNaN, kNaN);
  for (double x : {-1e155, -1e300, -kMax}) expect_value(Op::logNdtr, x, -kInf);
  expect_value(Op::logNdtr, -0x1p499, -0x1p997);
  expect_value(Op::logNdtr, -0x1p501, -0x1p1001);
  expect_value(Op::logNdtr, -0x1.8p511, -0x1.2p1022);
  expect_value(Op::logNdtr, 38.48, -kTiny);
}

void ndtri_values() {
  expect_even(Op::ndtri, 0.0, -kInf);
  expect_value(Op::ndtri, 1.0, kInf);
  expect_value(Op::ndtri, 0.5, 0.0);
  for (double x : {-kTiny, -0.5, -1.0, -kMax, -kInf, 1 + 0x1p-52, 2.0, kMax, kInf, kNaN}) {
    expect_value(Op::ndtri, x, kNaN);
  }
  expect_value(Op::ndtri, kTiny, -0x1.33bd3f27fcd03p+5);
}

void erfinv_values() {
  expect_odd(Op::erfinv, 0.0, 0.0);
  expect_odd(Op::erfinv, 1.0, kInf);
  for (double x : {1 + 0x1p-52, 2.0, kMax, kInf, kNaN}) expect_even(Op::erfinv, x, kNaN);
  expect_odd(Op::erfinv, 1 - 0x1p-53, 0x1.7744f8f74e94ap+2);
}

}  // namespace

int main() {
  ndtr_values();
  log_ndtr_values();
  ndtri_values();
  erfinv_values();
  return check_summary();
}
