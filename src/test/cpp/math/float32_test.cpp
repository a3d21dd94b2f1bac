/// The float32 kernels over all of float32, against those of float64, whose errors are nothing in units of float32: one
/// in `step` of all 2^32 patterns of bits for functions of one operand, and as many random pairs for those of two. The
/// bounds of ops.def hold, special values are those of float64, and the bits are the same on each CPU path.
///
/// usage: float32_test [step [name of a function]]      step 1: all of them, which takes long
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "check.h"
#include "math/rows.h"

namespace {

using namespace sharray;
using namespace sharray::test;

constexpr std::uint64_t kPatterns = std::uint64_t{1} << 32;
/// The software fma of the baseline is slow: it takes part in one block of so many.
constexpr std::size_t kBaselineStep = 32;

float of_bits(std::uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// Infinities, NaN, zeros, the ends of the normal and subnormal numbers, integers and halves, and neighbours of them.
std::vector<float> special_values() {
  std::vector<float> sizes = {0.0F,     0x1p-149F, 0x1p-126F,       0x1.fffffcp-127F,
                              0x1p-64F, 0x1p-24F,  0x1.fffffep127F, HUGE_VALF};
  for (int k = 1; k <= 12; ++k) sizes.push_back(static_cast<float>(k) / 2);
  for (float x : {1.0F, 2.0F, 3.0F, 0.5F}) {
    sizes.push_back(std::nextafter(x, 0.0F));
    sizes.push_back(std::nextafter(x, 9.0F));
  }
  std::vector<float> values = {__builtin_nanf("")};
  for (float x : sizes) {
    values.push_back(x);
    values.push_back(-x);
  }
  return values;
}

/// The operands of a block, in both precisions.
struct Operands {
  alignas(64) float x[kBlock], y[kBlock];
  alignas(64) double wide_x[kBlock], wide_y[kBlock];

  void widen() {
    for (std::size_t i = 0; i < kBlock; ++i) {
      wide_x[i] = static_cast<double>(x[i]);
      wide_y[i] = static_cast<double>(y[i]);
    }
  }

  void patterns(std::uint64_t from, std::uint64_t step) {
    for (std::size_t i = 0; i < kBlock; ++i) {
      x[i] = of_bits(static_cast<std::uint32_t>(from + i * step));
      y[i] = 1.0F;
    }
    widen();
  }

  /// All pairs of special values, from number `at` on; false where there are no more of them.
  bool specials(std::size_t at) {
    static const std::vector<float> values = special_values();
    const std::size_t all = values.size() * values.size();
    for (std::size_t i = 0; i < kBlock; ++i) {
      const std::size_t k = std::min(at + i, all - 1);
      x[i] = values[k % values.size()];
      y[i] = values[k / values.size()];
    }
    widen();
    return at < all;
  }

  /// Of any size, of everyday size, and close to each other in turns.
  void random(std::mt19937_64& source, std::size_t round) {
    std::uniform_real_distribution<float> everyday(-8, 8), factor(0.9F, 1.1F);
    for (std::size_t i = 0; i < kBlock; ++i) {
      const std::uint64_t bits = source();
      x[i] = round % 3 == 0 ? of_bits(static_cast<std::uint32_t>(bits)) : everyday(source);
      y[i] = round % 3 == 0 ? of_bits(static_cast<std::uint32_t>(bits >> 32)) : everyday(source);
      if (round % 3 == 1) x[i] = std::fabs(x[i]);
      if (round % 6 == 2) y[i] = x[i] * factor(source);
    }
    widen();
  }
};

struct Worst {
  double ulps = 0, x = 0, y = 0;
};

class Sweep {
 public:
  explicit Sweep(const Row& row) : row_(row), bounds_(bounds(row, true)) {}

  void block(const Operands& in, bool baseline) {
    const auto op = static_cast<std::size_t>(row_.op);
    alignas(64) static double exact[kBlock];
    alignas(64) static float results[kBlock], others[kBlock];
    tables().back()->op[op][0](exact, in.wide_x, in.wide_y, nullptr, kBlock);
    bool first = true;
    for (const KernelTable* table : tables()) {
      if (table->path == CpuPath::baseline && !baseline && tables().size() > 1) continue;
      table->typed[op][index_of(DType::float32)](first ? results : others, in.x, in.y, nullptr, kBlock);
      if (!first) compare(in, results, others, cpu_path_name(table->path));
      first = false;
    }
    for (std::size_t i = 0; i < kBlock; ++i) {
      // Most results are the nearest ones.
      const auto nearest = static_cast<float>(exact[i]);
      if (std::memcmp(&nearest, &results[i], sizeof nearest) == 0) continue;
      judge(in.wide_x[i], in.wide_y[i], results[i], exact[i]);
    }
  }

  void report() const {
    CHECK(failures_ == 0);
    std::printf("%-10s %.4f ULP at %.9g (%a), %.9g\n", row_.name, worst_.ulps, worst_.x, worst_.x, worst_.y);
    std::fflush(stdout);
  }

 private:
  void compare(const Operands& in, const float* a, const float* b, const char* path) {
    for (std::size_t i = 0; i < kBlock; ++i) {
      if (std::memcmp(&a[i], &b[i], sizeof a[i]) == 0 || (a[i] != a[i] && b[i] != b[i])) continue;
      if (!CHECK(!"the same bits")) {
        std::fprintf(stderr, "  %s on %s: (%a, %a): %a, not %a\n", row_.name, path, in.wide_x[i], in.wide_y[i],
                     static_cast<double>(b[i]), static_cast<double>(a[i]));
      }
      return;
    }
  }

  void judge(double x, double y, float r, double exact) {
    const double ulps = float32_ulps(r, exact), error = std::fabs(static_cast<double>(r) - exact);
    // Outside of the domain are special values only, whose bounds are those of the rest.
    const Bound* bound = &bounds_[0];
    for (const Bound& b : bounds_) {
      if (b.x.holds(x)) bound = &b;
    }
    // A zero next to a root may have either sign.
    const bool sign = std::signbit(r) == std::signbit(exact) || r != r || error <= bound->absolute;
    const bool small = error <= bound->absolute;
    if (!small && ulps > worst_.ulps) worst_ = {ulps, x, y};
    if ((ulps <= bound->ulp || small) && sign && (!std::isinf(exact) || std::isinf(r))) return;
    if (failures_++ < 10) {
      std::fprintf(stderr, "  %s: (%a, %a): %a is not %a (%.3f ULP)\n", row_.name, x, y, static_cast<double>(r), exact,
                   ulps);
    }
  }

  const Row& row_;
  std::vector<Bound> bounds_;
  Worst worst_;
  int failures_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t step = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1021;
  static Operands in;
  for (const Row& row : rows()) {
    if (!row.has_float32() || (argc > 2 && std::string(argv[2]) != row.name)) continue;
    Sweep sweep(row);
    for (std::size_t at = 0; in.specials(at); at += kBlock) sweep.block(in, true);
    std::mt19937_64 random(23);
    std::size_t round = 0;
    for (std::uint64_t at = 0; at < kPatterns; at += kBlock * step, ++round) {
      if (row.arity == 1) {
        in.patterns(at, step);
      } else {
        in.random(random, round);
      }
      sweep.block(in, round % kBaselineStep == 0);
    }
    sweep.report();
  }
  return check_summary();
}
