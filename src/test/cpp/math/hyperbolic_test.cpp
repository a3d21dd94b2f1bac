/// Special values of sinh, cosh and tanh: each case of C Annex F, and the ends of the ranges.
#include "math/special_check.h"

namespace {

using namespace sharray;
using namespace sharray::test;

void sinh_values() {
  expect_odd(Op::sinh, 0.0, 0.0);
  expect_odd(Op::sinh, kInf, kInf);
  expect_value(Op::sinh, kNaN, kNaN);
  // x itself where the cube does not count.
  for (double x : {kTiny, 3 * kTiny, kNormal - kTiny, kNormal, 1e-310, 1e-300, 1e-9}) expect_odd(Op::sinh, x, x);
  // The last finite value and the first infinity.
  expect_odd(Op::sinh, 0x1.633ce8fb9f87dp+9, 0x1.ffffffffffd3bp+1023);
  for (double x : {0x1.633ce8fb9f87ep+9, 711.0, 720.0, 721.0, 1500.0, 1e300, kMax}) expect_odd(Op::sinh, x, kInf);
}

void cosh_values() {
  expect_even(Op::cosh, 0.0, 1.0);
  expect_even(Op::cosh, kInf, kInf);
  expect_value(Op::cosh, kNaN, kNaN);
  for (double x : {kTiny, kNormal, 1e-310, 1e-9, 0x1p-27}) expect_even(Op::cosh, x, 1.0);
  expect_even(Op::cosh, 0x1.633ce8fb9f87dp+9, 0x1.ffffffffffd3bp+1023);
  for (double x : {0x1.633ce8fb9f87ep+9, 711.0, 720.0, 721.0, 1500.0, 1e300, kMax}) expect_even(Op::cosh, x, kInf);
}

void tanh_values() {
  expect_odd(Op::tanh, 0.0, 0.0);
  expect_odd(Op::tanh, kInf, 1.0);
  expect_value(Op::tanh, kNaN, kNaN);
  for (double x : {kTiny, 3 * kTiny, kNormal - kTiny, kNormal, 1e-310, 1e-300, 1e-9}) expect_odd(Op::tanh, x, x);
  // Within half an ulp of 1 from 19.0615 on.
  for (double x : {19.0616, 20.0, 21.9, 22.0, 22.1, 1e3, 1e300, kMax}) expect_odd(Op::tanh, x, 1.0);
  expect_odd(Op::tanh, 18.9, 1 - 0x1p-53);
}

}  // namespace

int main() {
  sinh_values();
  cosh_values();
  tanh_values();
  return check_summary();
}
