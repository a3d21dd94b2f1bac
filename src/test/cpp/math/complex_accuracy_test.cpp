/// Functions of complex numbers keep their bounds, on every CPU path: each part in units in the last place of itself,
/// or of the larger part where it says so. Held against quadruple precision, at random points of many magnitudes.
/// complex64 is complex128 rounded. Prints the largest errors found.
#include <quadmath.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <vector>

#include "math/complex_check.h"

namespace {

using namespace sharray;
using namespace sharray::test;

using Real = __float128;

struct Exact2 {
  Real re, im;
};

Exact2 of_quad(__complex128 z) { return {crealq(z), cimagq(z)}; }

__complex128 to_quad(Exact2 z) {
  __complex128 r;
  __real__ r = z.re;
  __imag__ r = z.im;
  return r;
}

Exact2 swapped_quad(Exact2 z) { return {z.im, z.re}; }

Exact2 quotient(Exact2 x, Exact2 y) {
  // A sum of two products with as many digits as if it were done with one rounding.
  const auto products = [](Real a, Real b, Real c, Real d) { return fmaq(a, b, c * d) - fmaq(-c, d, c * d); };
  const Real size = y.re * y.re + y.im * y.im;
  return {products(x.re, y.re, x.im, y.im) / size, products(x.im, y.re, -x.re, y.im) / size};
}

Exact2 direction(Exact2 z) {
  const Real size = hypotq(z.re, z.im);
  return size == 0 ? z : Exact2{z.re / size, z.im / size};
}

Exact2 square(Exact2 z) { return {(z.re - z.im) * (z.re + z.im), 2 * z.re * z.im}; }

Exact2 sinh(Exact2 z) { return {sinhq(z.re) * cosq(z.im), coshq(z.re) * sinq(z.im)}; }
Exact2 cosh(Exact2 z) { return {coshq(z.re) * cosq(z.im), sinhq(z.re) * sinq(z.im)}; }
Exact2 tanh(Exact2 z) {
  const Real s = sinhq(z.re), c = coshq(z.re), sine = sinq(z.im), cosine = cosq(z.im);
  if (fabsq(z.re) > 200) return {copysignq(1, z.re), 4 * sine * cosine * expq(-2 * fabsq(z.re))};
  const Real size = s * s + cosine * cosine;
  return {s * c / size, sine * cosine / size};
}

Exact2 logarithm(Exact2 z, Real factor) {
  const Exact2 r = of_quad(clogq(to_quad(z)));
  return {r.re * factor, r.im * factor};
}

Exact2 log1p(Exact2 z) {
  const Real excess = 2 * z.re + z.re * z.re + z.im * z.im;
  const Exact2 r = of_quad(clogq(to_quad({1 + z.re, z.im})));
  return {fabsq(excess) < 0.5 ? log1pq(excess) / 2 : r.re, r.im};
}

Exact2 expm1(Exact2 z) {
  const Real half = sinq(z.im / 2);
  return {expm1q(z.re) * cosq(z.im) - 2 * half * half, expq(z.re) * sinq(z.im)};
}

Exact2 power(Exact2 x, Exact2 y) {
  const Exact2 r = logarithm(x, 1);
  return of_quad(cexpq(to_quad({y.re * r.re - y.im * r.im, y.re * r.im + y.im * r.re})));
}

#define QUAD(f) [](Exact2 x, Exact2) { return of_quad(f(to_quad(x))); }
#define OWN(f) [](Exact2 x, Exact2) { return f(x); }

struct Claim {
  Op op;
  int arity;
  double ulp;
  bool of_larger;  ///< the bound counts units of the larger part
  Exact2 (*exact)(Exact2, Exact2);
};

const Claim kClaims[] = {
    {Op::divide, 2, 3.5, false, quotient},
    {Op::reciprocal, 1, 3, false,
     [](Exact2 x, Exact2) {
       return quotient({1, 0}, x);
     }},
    {Op::sign, 1, 2, false, OWN(direction)},
    {Op::square, 1, 2, false, OWN(square)},
    {Op::sqrt, 1, 2.5, false, QUAD(csqrtq)},
    {Op::exp, 1, 2.5, false, QUAD(cexpq)},
    {Op::expm1, 1, 3, true, OWN(expm1)},
    {Op::log, 1, 1.5, false, [](Exact2 x, Exact2) { return logarithm(x, 1); }},
    {Op::log2, 1, 2.5, false, [](Exact2 x, Exact2) { return logarithm(x, 1 / logq(2)); }},
    {Op::log10, 1, 2, false, [](Exact2 x, Exact2) { return logarithm(x, 1 / logq(10)); }},
    {Op::log1p, 1, 2.5, true, OWN(log1p)},
    {Op::sinh, 1, 2.5, false, OWN(sinh)},
    {Op::cosh, 1, 2.5, false, OWN(cosh)},
    {Op::tanh, 1, 8, false, OWN(tanh)},
    {Op::sin, 1, 2.5, false, [](Exact2 x, Exact2) { return swapped_quad(sinh(swapped_quad(x))); }},
    {Op::cos, 1, 2.5, false,
     [](Exact2 x, Exact2) {
       return cosh({-x.im, x.re});
     }},
    {Op::tan, 1, 8, false, [](Exact2 x, Exact2) { return swapped_quad(tanh(swapped_quad(x))); }},
    {Op::asin, 1, 5, false, QUAD(casinq)},
    {Op::acos, 1, 5, false, QUAD(cacosq)},
    {Op::atan, 1, 4, false, QUAD(catanq)},
    {Op::asinh, 1, 5, false, QUAD(casinhq)},
    {Op::acosh, 1, 5, false, QUAD(cacoshq)},
    {Op::atanh, 1, 4, false, QUAD(catanhq)},
};

class Parts {
 public:
  static constexpr int kKinds = 10;

  explicit Parts(std::uint64_t seed) : random_(seed) {}

  double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }

  double next(int kind) {
    switch (kind) {
      case 0:
        return uniform(-2, 2);
      case 1:
        return uniform(-30, 30);
      case 2:
        return power_of_two(-1074, 1023);
      case 3:
        return power_of_two(-60, 60);
      case 4:  // next to 1 and -1
        return std::copysign(1 + std::ldexp(uniform(-1, 1), static_cast<int>(uniform(-52, 0))), uniform(-1, 1));
      case 5:
        return uniform(-760, 760);
      case 6:
        return std::rint(uniform(-4.5, 4.5)) / 2;
      case 7:
        return uniform(-1e9, 1e9);
      case 8:
        return power_of_two(1000, 1023);
      default:
        return power_of_two(-1074, -1000);
    }
  }

 private:
  double power_of_two(double low, double high) {
    return std::copysign(std::ldexp(uniform(1, 2), static_cast<int>(uniform(low, high))), uniform(-1, 1));
  }
  std::mt19937_64 random_;
};

/// The error in units in the last place of `scale`, of which four decide whether a result had to overflow.
double error_of_part(double r, Real exact, Real scale) {
  const double largest = std::numeric_limits<double>::max();
  const Real size = fabsq(exact), margin = static_cast<Real>(0x1p973);
  if (std::isinf(r)) return (r > 0) == (exact > 0) && size > largest - margin ? 0 : 1e30;
  if (std::isnan(r) || size > largest + margin) return 1e30;
  const double unit = std::clamp(static_cast<double>(fabsq(scale)), 0x1p-1022, largest);
  return static_cast<double>(fabsq(r - exact)) / std::ldexp(1.0, std::ilogb(unit) - 52);
}

struct Worst {
  double ulp = 0;
  Number2 x{}, y{};
};

void judge(const Claim& claim, Number2 x, Number2 y, Exact2 exact, Number2 r, Worst* worst, const char* path) {
  // Where quadruple precision itself overflows.
  if (isnanq(exact.re) || isnanq(exact.im)) return;
  const Real larger = fmaxq(fabsq(exact.re), fabsq(exact.im));
  const double ulp = std::max(error_of_part(r.re, exact.re, claim.of_larger ? larger : exact.re),
                              error_of_part(r.im, exact.im, claim.of_larger ? larger : exact.im));
  if (ulp > worst->ulp) *worst = {ulp, x, y};
  if (!CHECK(ulp <= claim.ulp)) {
    std::fprintf(stderr, "  %s on %s: (%a, %a), (%a, %a) gives %a, %a, not %a, %a: %g ULP\n", name_of(claim.op), path,
                 x.re, x.im, y.re, y.im, r.re, r.im, static_cast<double>(exact.re), static_cast<double>(exact.im), ulp);
  }
}

void judge_all(const Claim& claim, const std::vector<Number2>& x, const std::vector<Number2>& y) {
  std::vector<Exact2> exact;
  for (std::size_t i = 0; i < x.size(); ++i) exact.push_back(claim.exact({x[i].re, x[i].im}, {y[i].re, y[i].im}));
  for (const KernelTable* table : tables()) {
    Worst worst;
    std::vector<Number2> out(x.size());
    for (std::size_t i = 0; i < x.size(); i += kBlock) {
      complex_kernel(*table, claim.op)(&out[i], &x[i], &y[i], nullptr, std::min(kBlock, x.size() - i));
    }
    const char* path = cpu_path_name(table->path);
    for (std::size_t i = 0; i < x.size(); ++i) judge(claim, x[i], y[i], exact[i], out[i], &worst, path);
    std::printf("%-10s %-8s %zu points, %.3f ULP of the %s, at (%.17g, %.17g)", name_of(claim.op), path, x.size(),
                worst.ulp, claim.of_larger ? "larger part" : "part", worst.x.re, worst.x.im);
    if (claim.arity == 2) std::printf(", (%.17g, %.17g)", worst.y.re, worst.y.im);
    std::printf("\n");
  }
}

void functions_keep_their_bounds(std::uint64_t seed) {
  for (const Claim& claim : kClaims) {
    Parts parts(seed);
    std::vector<Number2> x, y;
    for (int kind = 0; kind < Parts::kKinds * Parts::kKinds; ++kind) {
      for (int i = 0; i < 100; ++i) {
        const int first = kind / Parts::kKinds, second = kind % Parts::kKinds;
        x.push_back({parts.next(first), parts.next(second)});
        // Divisors of the same magnitudes, or others.
        y.push_back({parts.next(i % 2 == 0 ? first : second), parts.next(i % 3 == 0 ? 2 : second)});
        if (is_zero(y.back())) y.back().re = 1;
        if (claim.op == Op::reciprocal && is_zero(x.back())) x.back().im = 1;
        // Poles have their own test.
        if ((claim.op == Op::atanh || claim.op == Op::log1p) && x.back().im == 0) x.back().im = 0.5;
        if ((claim.op == Op::atan) && x.back().re == 0) x.back().re = 0.5;
        const bool logarithm = claim.op == Op::log || claim.op == Op::log2 || claim.op == Op::log10;
        if (logarithm && is_zero(x.back())) x.back().re = 1;
      }
    }
    judge_all(claim, x, y);
  }
}

/// The error of a power grows with its exponent y log x, but for whole powers of moderate numbers.
void powers_keep_their_bounds(std::uint64_t seed) {
  Parts parts(seed);
  std::vector<Number2> x, y, whole, n;
  for (int i = 0; i < 10000; ++i) {
    x.push_back({parts.uniform(-4, 4), parts.uniform(-4, 4)});
    y.push_back({parts.uniform(-5, 5), parts.uniform(-5, 5)});
    whole.push_back({std::rint(parts.uniform(-9, 9)), std::rint(parts.uniform(-9, 9)) + 0.5});
    n.push_back({std::rint(parts.uniform(-40, 40)), 0});
  }
  judge_all({Op::pow, 2, 4, true, power}, x, y);
  judge_all({Op::pow, 2, 3, true, power}, whole, n);
}

void magnitudes_keep_their_bound() {
  Parts parts(4);
  for (int i = 0; i < 5000; ++i) {
    const Number2 z = {parts.next(i % Parts::kKinds), parts.next(i / 10 % Parts::kKinds)};
    const Real exact = hypotq(z.re, z.im);
    for (const KernelTable* table : tables()) {
      double r;
      complex_kernel(*table, Op::abs)(&r, &z, nullptr, nullptr, 1);
      CHECK(error_of_part(r, exact, exact) <= 1);
    }
  }
}

void complex64_is_complex128_rounded() {
  constexpr std::size_t kCount = 600;
  Parts parts(5);
  for (const Row& row : rows()) {
    const auto op = static_cast<std::size_t>(row.op);
    const KernelTable& first = *tables().front();
    const bool complex =
        takes(row.types, DType::complex64) && result_of(row.types, DType::complex64) == DType::complex64;
    if (!complex || row.types == Types::SELECT || row.arity == 3) continue;
    float x[2 * kCount], y[2 * kCount], out[2 * kCount];
    double wide_x[2 * kCount], wide_y[2 * kCount], wide[2 * kCount];
    for (std::size_t i = 0; i < 2 * kCount; ++i) {
      wide_x[i] = x[i] = static_cast<float>(parts.next(i % 3 == 0 ? 3 : static_cast<int>(i % 5)));
      wide_y[i] = y[i] = static_cast<float>(parts.next(i % 2 == 0 ? 0 : 6));
    }
    first.typed[op][index_of(DType::complex128)](wide, wide_x, wide_y, nullptr, kCount);
    for (const KernelTable* table : tables()) {
      table->typed[op][index_of(DType::complex64)](out, x, y, nullptr, kCount);
      for (std::size_t i = 0; i < 2 * kCount; ++i) {
        if (!CHECK(same_bits(static_cast<double>(out[i]), static_cast<double>(static_cast<float>(wide[i]))))) {
          std::fprintf(stderr, "  %s on %s\n", row.name, cpu_path_name(table->path));
        }
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20251125;
  functions_keep_their_bounds(seed);
  powers_keep_their_bounds(seed);
  magnitudes_keep_their_bound();
  complex64_is_complex128_rounded();
  return check_summary();
}
