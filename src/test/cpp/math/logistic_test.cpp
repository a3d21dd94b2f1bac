/// The special values of logaddexp, softplus, expit, logit and xlog1py.
#include <cmath>

#include "math/special_values.h"

namespace {

using namespace sharray;
using namespace sharray::test;

constexpr double kLn2 = 0x1.62e42fefa39efp-1;

void sums_of_exponentials() {
  for (double v : {-kInf, -kMax, -745.0, -1.0, -kTiny, 0.0, 1.0, 1e300, kInf}) {
    expect(Op::logaddexp, v, -kInf, v);
    expect(Op::logaddexp, -kInf, v, v);
    expect(Op::logaddexp, v, kInf, kInf);
    expect(Op::logaddexp, kInf, v, kInf);
    expect(Op::logaddexp, v, kNaN, kNaN);
    expect(Op::logaddexp, kNaN, v, kNaN);
  }
  expect(Op::logaddexp, kNaN, kNaN, kNaN);
  expect(Op::logaddexp, 0.0, 0.0, kLn2);
  expect(Op::logaddexp, kMax, kMax, kMax);
  expect(Op::logaddexp, -kMax, -kMax, -kMax);
  expect(Op::logaddexp, kMax, -kMax, kMax);
  // Close to 0 only e^x + e^y - 1 is left, and below it nothing.
  expect(Op::logaddexp, -kLn2, -kLn2, 0x1.abc9e3b39803fp-56);
  expect(Op::logaddexp, -1e-300, -1000.0, -1e-300);

  expect(Op::softplus, 0.0, kLn2);
  expect(Op::softplus, -0.0, kLn2);
  expect(Op::softplus, kInf, kInf);
  expect(Op::softplus, -kInf, 0.0);
  expect(Op::softplus, kNaN, kNaN);
  for (double x : {40.0, 710.0, 1e300, kMax}) expect(Op::softplus, x, x);
  for (double x : {-746.0, -1e300, -kMax}) expect(Op::softplus, x, 0.0);
  expect(Op::softplus, -745.0, kTiny);
}

void logistic_functions() {
  expect(Op::expit, 0.0, 0.5);
  expect(Op::expit, -0.0, 0.5);
  for (double x : {40.0, 710.0, kMax, kInf}) expect(Op::expit, x, 1.0);
  for (double x : {-746.0, -kMax, -kInf}) expect(Op::expit, x, 0.0);
  expect(Op::expit, -745.0, kTiny);
  expect(Op::expit, kNaN, kNaN);

  expect(Op::logit, 0.0, -kInf);
  expect(Op::logit, -0.0, -kInf);
  expect(Op::logit, 1.0, kInf);
  expect(Op::logit, 0.5, 0.0);
  expect(Op::logit, kTiny, std::log(kTiny));
  for (double x : {-kTiny, 0x1.0000000000001p0, 2.0, -kInf, kInf, kNaN}) expect(Op::logit, x, kNaN);
}

void products_with_logarithms() {
  for (double y : {0.0, -1.0, -2.0, 1.0, kInf, -kInf, kTiny}) {
    expect(Op::xlog1py, 0.0, y, 0.0);
    expect(Op::xlog1py, -0.0, y, 0.0);
  }
  expect(Op::xlog1py, 0.0, kNaN, kNaN);
  expect(Op::xlog1py, kNaN, 0.0, kNaN);
  expect(Op::xlog1py, 1.0, -1.0, -kInf);
  expect(Op::xlog1py, -1.0, -1.0, kInf);
  expect(Op::xlog1py, 2.0, -1.5, kNaN);
  expect(Op::xlog1py, 2.0, kInf, kInf);
  expect(Op::xlog1py, kInf, 1.0, kInf);
  expect(Op::xlog1py, kInf, 0.0, kNaN);
  expect(Op::xlog1py, 3.0, 0.0, 0.0);
  expect(Op::xlog1py, 3.0, -0.0, -0.0);
  expect(Op::xlog1py, 2.0, kTiny, 2 * kTiny);
  expect(Op::xlog1py, kMax, kMax, kInf);
}

}  // namespace

int main() {
  sums_of_exponentials();
  logistic_functions();
  products_with_logarithms();
  return check_summary();
}
