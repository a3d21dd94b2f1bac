/// The special values and exact results of pow, exp2, log2 and log10.
#include <cmath>
#include <string>

#include "math/special_values.h"

namespace {

using namespace sharray;
using namespace sharray::test;

constexpr double kOddIntegers[] = {1, 3, 5, 1023, 0x1.fffffffffffffp52};
constexpr double kOtherNumbers[] = {kTiny, 0.5, 2, 2.5, 4, 1e10, 0x1p53, 0x1.8p53, 1e300, kMax};
constexpr double kBroken[] = {kTiny, 0.5, 1.5, 2.5, 1e10 + 0.5, 0x1p51 + 0.5};

/// C17, F.10.4.4, case by case.
void pow_zero() {
  for (double y : kOddIntegers) {
    expect(Op::pow, 0.0, -y, kInf);
    expect(Op::pow, -0.0, -y, -kInf);
    expect(Op::pow, 0.0, y, 0.0);
    expect(Op::pow, -0.0, y, -0.0);
  }
  for (double y : kOtherNumbers) {
    expect(Op::pow, 0.0, -y, kInf);
    expect(Op::pow, -0.0, -y, kInf);
    expect(Op::pow, 0.0, y, 0.0);
    expect(Op::pow, -0.0, y, 0.0);
  }
  expect(Op::pow, 0.0, -kInf, kInf);
  expect(Op::pow, -0.0, -kInf, kInf);
  expect(Op::pow, 0.0, kInf, 0.0);
  expect(Op::pow, -0.0, kInf, 0.0);
}

void pow_one() {
  expect(Op::pow, -1.0, kInf, 1.0);
  expect(Op::pow, -1.0, -kInf, 1.0);
  for (double y : {0.0, -0.0, 1.0, -2.5, kTiny, kMax, -kMax, kInf, -kInf, kNaN}) expect(Op::pow, 1.0, y, 1.0);
  for (double x : {0.0, -0.0, 1.0, -1.0, 2.5, -2.5, kTiny, -kTiny, kMax, -kMax, kInf, -kInf, kNaN}) {
    expect(Op::pow, x, 0.0, 1.0);
    expect(Op::pow, x, -0.0, 1.0);
  }
}

void pow_undefined() {
  for (double y : kBroken) {
    for (double x : {kTiny, 0.5, 1.0, 2.0, kMax}) {
      expect(Op::pow, -x, y, kNaN);
      expect(Op::pow, -x, -y, kNaN);
    }
  }
  for (double v : {-kInf, -2.0, -0.0, 0.5, 2.0, kInf, kNaN}) {
    if (v != 0) expect(Op::pow, kNaN, v, kNaN);
    expect(Op::pow, v, kNaN, kNaN);
  }
}

void pow_infinite() {
  for (double x : {0.0, kTiny, 0.5, 0x1.fffffffffffffp-1}) {
    expect(Op::pow, x, -kInf, kInf);
    expect(Op::pow, -x, -kInf, kInf);
    expect(Op::pow, x, kInf, 0.0);
    expect(Op::pow, -x, kInf, 0.0);
  }
  for (double x : {0x1.0000000000001p0, 2.0, kMax, kInf}) {
    expect(Op::pow, x, -kInf, 0.0);
    expect(Op::pow, -x, -kInf, 0.0);
    expect(Op::pow, x, kInf, kInf);
    expect(Op::pow, -x, kInf, kInf);
  }
  for (double y : kOddIntegers) {
    expect(Op::pow, -kInf, -y, -0.0);
    expect(Op::pow, -kInf, y, -kInf);
  }
  for (double y : kOtherNumbers) {
    expect(Op::pow, -kInf, -y, 0.0);
    expect(Op::pow, -kInf, y, kInf);
    expect(Op::pow, kInf, -y, 0.0);
    expect(Op::pow, kInf, y, kInf);
  }
}

void pow_finite() {
  for (double x : {2.0, 3.0, 0.1, 1e-310, kTiny, 1.7e308}) {
    expect(Op::pow, x, 1.0, x);
    expect(Op::pow, -x, 1.0, -x);
  }
  expect(Op::pow, -2.0, 3.0, -8.0);
  expect(Op::pow, -2.0, 4.0, 16.0);
  expect(Op::pow, -2.0, -3.0, -0.125);
  expect(Op::pow, 2.0, 1023.0, 0x1p1023);
  expect(Op::pow, -2.0, 1024.0, kInf);
  expect(Op::pow, -2.0, 1025.0, -kInf);
  expect(Op::pow, 2.0, -1074.0, kTiny);
  expect(Op::pow, -2.0, -1073.0, -0x1p-1073);
  expect(Op::pow, -2.0, -1077.0, -0.0);
  expect(Op::pow, kTiny, -1.0, kInf);
  expect(Op::pow, kTiny, 0.5, 0x1p-537);
  expect(Op::pow, 10.0, 22.0, 1e22);
  expect(Op::pow, 1.0 + 0x1p-52, 0x1p62, kInf);
  expect(Op::pow, 1.0 + 0x1p-52, -0x1p62, 0.0);
  expect(Op::pow, -1.0, 0x1p53, 1.0);
  expect(Op::pow, -1.0, 0x1.fffffffffffffp52, -1.0);
  expect(Op::pow, 2.0, kTiny, 1.0);
}

void logarithms() {
  for (int k = -1074; k <= 1023; ++k) {
    expect(Op::exp2, k, std::ldexp(1.0, k));
    expect(Op::log2, std::ldexp(1.0, k), k);
  }
  for (double x : {1024.0, 1e10, kMax, kInf}) expect(Op::exp2, x, kInf);
  for (double x : {-1075.0, -1e10, -kMax, -kInf}) expect(Op::exp2, x, 0.0);
  for (double x : {0.0, -0.0, kTiny, -kTiny}) expect(Op::exp2, x, 1.0);
  expect(Op::exp2, -0x1.0cbffffffffffp10, kTiny);
  expect(Op::exp2, kNaN, kNaN);
  // Beyond 1e22 the nearest double to the power still has the whole logarithm.
  for (int k = -307; k <= 308; ++k) expect(Op::log10, std::stod("1e" + std::to_string(k)), k);
  for (Op op : {Op::log2, Op::log10}) {
    for (double x : {0.0, -0.0}) expect(op, x, -kInf);
    for (double x : {-kTiny, -1.0, -kMax, -kInf, kNaN}) expect(op, x, kNaN);
    expect(op, kInf, kInf);
    expect(op, 1.0, 0.0);
  }
  expect(Op::log2, kMax, 1024.0);
}

}  // namespace

int main() {
  pow_zero();
  pow_one();
  pow_undefined();
  pow_infinite();
  pow_finite();
  logarithms();
  return check_summary();
}
