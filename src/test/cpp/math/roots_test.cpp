/// The special values and exact results of hypot and cbrt.
#include <cmath>

#include "math/special_values.h"

namespace {

using namespace sharray;
using namespace sharray::test;

void hypot_both_ways(double x, double y, double expected) {
  for (double a : {x, -x}) {
    for (double b : {y, -y}) {
      expect(Op::hypot, a, b, expected);
      expect(Op::hypot, b, a, expected);
    }
  }
}

/// C17, F.10.4.3, and operands whose squares overflow or underflow.
void hypotenuses() {
  for (double v : {0.0, 1.0, kTiny, kMax, kInf, kNaN}) {
    hypot_both_ways(kInf, v, kInf);
    if (v < kInf) {
      hypot_both_ways(v, 0.0, v);
      hypot_both_ways(v, kNaN, kNaN);
    }
  }
  hypot_both_ways(kNaN, kNaN, kNaN);
  for (int k = -1072; k <= 1020; ++k) hypot_both_ways(std::ldexp(3.0, k), std::ldexp(4.0, k), std::ldexp(5.0, k));
  hypot_both_ways(std::ldexp(5.0, 1020), std::ldexp(12.0, 1020), std::ldexp(13.0, 1020));
  hypot_both_ways(kMax, kMax, kInf);
  hypot_both_ways(kMax, 1e290, kMax);
  hypot_both_ways(1.0, kTiny, 1.0);
  hypot_both_ways(kTiny, kTiny, kTiny);
  hypot_both_ways(0x1p-1022, 0x1p-1070, 0x1p-1022);
}

void cube_roots() {
  for (double x : {0.0, -0.0, kInf, -kInf, kNaN}) expect(Op::cbrt, x, x);
  for (int i = 1; i < 2000; ++i) {
    const double n = i, cube = n * n * n;
    expect(Op::cbrt, cube, n);
    expect(Op::cbrt, -cube, -n);
    expect(Op::cbrt, std::ldexp(cube, 900), std::ldexp(n, 300));
    expect(Op::cbrt, std::ldexp(cube, -1074), std::ldexp(n, -358));
  }
  expect(Op::cbrt, 1e15 * 1e6, 1e7);
  expect(Op::cbrt, 0x1.fffffffffffffp1023, 0x1.428a2f98d728bp341);
}

}  // namespace

int main() {
  hypotenuses();
  cube_roots();
  return check_summary();
}
