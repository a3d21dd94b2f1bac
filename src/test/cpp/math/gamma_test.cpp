/// The special values and exact results of gamma.
#include <cmath>

#include "math/special_values.h"

namespace {

using namespace sharray;
using namespace sharray::test;

void exact_values() {
  double factorial = 1;
  for (int n = 0; n <= 22; ++n) {
    if (n > 0) factorial *= n;
    expect(Op::gamma, n + 1.0, factorial);
  }
}

void ends() {
  expect(Op::gamma, 0.0, kInf);
  expect(Op::gamma, -0.0, -kInf);
  expect(Op::gamma, kTiny, kInf);
  expect(Op::gamma, -kTiny, -kInf);
  expect(Op::gamma, 0x1p-1000, 0x1p1000);
  expect(Op::gamma, -0x1p-1022, -0x1p1022);
  for (double x : {171.63, 1e10, 0x1p53, kMax, kInf}) expect(Op::gamma, x, kInf);
  for (double x : {-1.0, -2.0, -171.0, -200.0, -0x1p52, -0x1p53, -kMax, -kInf, kNaN}) expect(Op::gamma, x, kNaN);
  // Between the integers the signs alternate, and the results end in zeros of their sign.
  for (int n = 1; n < 400; ++n) {
    for (const KernelTable* table : tables()) {
      const double x = 0.5 - n;
      double r = kNaN;
      table->op[static_cast<std::size_t>(Op::gamma)][0](&r, &x, nullptr, nullptr, 1);
      CHECK_EQ(std::signbit(r), n % 2 == 1);
      CHECK_EQ(r == 0, n > 178);
    }
  }
}

}  // namespace

int main() {
  exact_values();
  ends();
  return check_summary();
}
