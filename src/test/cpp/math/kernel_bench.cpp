/// Reports ns per element of every operation on every CPU path of this machine: in blocks that stay in the first-level
/// cache, and over arrays that stay in the second. Judges nothing.
///
/// usage: kernel_bench [substring of an operation's name]
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <random>
#include <vector>

#include "expression/kernel_table.h"

namespace {

using namespace sharray;

struct Row {
  const char* name;
  int arity;
  Types types;
  const char* kernel;
};

constexpr Row kRows[] = {
#define OP(name, aliases, arity, dtypes, kernel, ...) {#name, arity, Types::dtypes, #kernel},
#include "ops.def"
#undef OP
};

constexpr std::size_t kElements = 32 * kBlock;

double now() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Best time per element over `size` elements taken block by block.
double time(Kernel kernel, char* out, const char* a, const char* b, const char* c, std::size_t size,
            std::size_t width_a, std::size_t width_b, std::size_t width_out) {
  double best = 1e300;
  const std::size_t repeats = kElements / size;
  for (int round = 0; round < 7; ++round) {
    const double start = now();
    for (std::size_t r = 0; r < repeats; ++r) {
      for (std::size_t i = 0; i < size; i += kBlock) {
        kernel(out + i * width_out, a + i * width_a, b + i * width_b, c + i * 8, kBlock);
      }
    }
    best = std::fmin(best, (now() - start) / static_cast<double>(repeats * size));
  }
  return best;
}

/// Vectors must not straddle cache lines, or the loads are what is measured.
struct alignas(64) Line {
  double value[8];
};

/// Doubles aligned to a cache line.
class Array {
 public:
  Array() : lines_(kElements / 8) {}
  double* data() { return lines_[0].value; }
  const double* data() const { return lines_[0].value; }

 private:
  std::vector<Line> lines_;
};

Array uniform(double low, double high) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> distribution(low, high);
  Array values;
  for (std::size_t i = 0; i < kElements; ++i) values.data()[i] = distribution(random);
  return values;
}

void report(const char* name, std::size_t op, const KernelTable& table, const Array& x, bool compare, bool bytes,
            bool select) {
  static Array y = uniform(0.5, 3.0), out;
  static std::vector<unsigned char> truths(kElements);
  std::mt19937 random(3);
  for (unsigned char& t : truths) t = static_cast<unsigned char>(random() & 1);
  const char* b = bytes ? reinterpret_cast<const char*>(truths.data()) : reinterpret_cast<const char*>(y.data());
  const char* a =
      bytes || select ? reinterpret_cast<const char*>(truths.data()) : reinterpret_cast<const char*>(x.data());
  char* to = reinterpret_cast<char*>(out.data());
  const char* c = reinterpret_cast<const char*>(y.data());
  const std::size_t width_a = bytes || select ? 1 : 8, width_out = bytes || compare ? 1 : 8;
  double t[2];
  int k = 0;
  for (std::size_t size : {kBlock, kElements}) {
    t[k++] = time(table.op[op][0], to, a, b, c, size, width_a, bytes ? 1 : 8, width_out);
  }
  std::printf("  %-9s L1 %7.3f  L2 %7.3f  %s\n", cpu_path_name(table.path), t[0], t[1], name);
}

}  // namespace

int main(int argc, char** argv) {
  struct {
    const char* op;
    const char* label;
    double low, high;
  } const ranges[] = {
      {"exp", "[-10, 10]", -10, 10},
      {"exp", "[-745, 709]", -745, 709},
      {"log", "[0, 1000]", 0, 1000},
      {"gammaln", "[3.5, 30]", 3.5, 30},
      {"gammaln", "(0, 3.5)", 0, 3.5},
      {"gammaln", "(0, 30)", 0, 30},
      {"gammaln", "(0, 7)", 0, 7},
      {"gammaln", "(-10, 0)", -10, 0},
      {"gammaln", "(-30, 30)", -30, 30},
      {"digamma", "[3.5, 30]", 3.5, 30},
      {"digamma", "(0, 3.5)", 0, 3.5},
      {"digamma", "(0, 30)", 0, 30},
      {"digamma", "(-10, 0)", -10, 0},
      {"trigamma", "[3.5, 30]", 3.5, 30},
      {"trigamma", "(0, 3.5)", 0, 3.5},
      {"trigamma", "(0, 30)", 0, 30},
      {"trigamma", "(-10, 0)", -10, 0},
      {"sin", "[-10, 10]", -10, 10},
      {"sin", "[-1e5, 1e5]", -1e5, 1e5},
      {"sin", "[1e7, 1e15]", 1e7, 1e15},
      {"sin", "[-6.3e6, 7.7e6] 9 % huge", -6.3e6, 7.7e6},
      {"sin", "[-1.2e7, 1.2e7] half huge", -1.2e7, 1.2e7},
      {"sin", "[0, 1e-310]", 0, 1e-310},
      {"sin", "[1e307, 1.7e308]", 1e307, 1.7e308},
      {"erf", "[-0.2, 0.2]", -0.2, 0.2},
      {"erf", "[-3, 3]", -3, 3},
      {"erfc", "[-3, 5]", -3, 5},
      {"erfc", "[26, 28]", 26, 28},
      {"cos", "[-10, 10]", -10, 10},
      {"cos", "[-1.2e7, 1.2e7] half huge", -1.2e7, 1.2e7},
      {"tan", "[-10, 10]", -10, 10},
      {"tan", "[1e7, 1e15]", 1e7, 1e15},
      {"tan", "[-1.2e7, 1.2e7] half huge", -1.2e7, 1.2e7},
      {"sinc", "[-10, 10]", -10, 10},
      {"sinh", "[-0.3, 0.3]", -0.3, 0.3},
      {"sinh", "[-10, 10]", -10, 10},
      {"cosh", "[-10, 10]", -10, 10},
      {"tanh", "[-0.1, 0.1]", -0.1, 0.1},
      {"tanh", "[-3, 3]", -3, 3},
      {"tanh", "[-30, 30]", -30, 30},
      {"atan", "[-0.4, 0.4]", -0.4, 0.4},
      {"atan", "[-5, 5]", -5, 5},
      {"atan2", "[-5, 5]", -5, 5},
      {"asin", "[-0.5, 0.5]", -0.5, 0.5},
      {"asin", "[-1, 1]", -1, 1},
      {"acos", "[-1, 1]", -1, 1},
      {"asinh", "[-0.5, 0.5]", -0.5, 0.5},
      {"asinh", "[-10, 10]", -10, 10},
      {"acosh", "[1, 10]", 1, 10},
      {"acosh", "[1, 1e300]", 1, 1e300},
      {"atanh", "[-1, 1]", -1, 1},
      {"ndtr", "[-5, 5]", -5, 5},
      {"logNdtr", "[-5, 0]", -5, 0},
      {"logNdtr", "[0, 5]", 0, 5},
      {"logNdtr", "[-5, 5]", -5, 5},
      {"ndtri", "[1/8, 7/8]", 0.125, 0.875},
      {"ndtri", "[0, 1/8]", 0, 0.125},
      {"ndtri", "[0, 1]", 0, 1},
      {"erfinv", "[-3/4, 3/4]", -0.75, 0.75},
      {"erfinv", "[3/4, 1]", 0.75, 1},
      {"erfinv", "[-1, 1]", -1, 1},
      {"pow", "[0.1, 10] to [0.5, 3]", 0.1, 10},
      {"pow", "[-10, 10] to [0.5, 3]", -10, 10},
      {"pow", "[0, 1e-310] to [0.5, 3]", 0, 1e-310},
      {"exp2", "[-10, 10]", -10, 10},
      {"exp2", "[-1074, 1023]", -1074, 1023},
      {"log2", "[0, 1000]", 0, 1000},
      {"log2", "[0, 1e-310]", 0, 1e-310},
      {"log10", "[0, 1000]", 0, 1000},
      {"hypot", "[-1, 1]", -1, 1},
      {"cbrt", "[-1000, 1000]", -1000, 1000},
      {"cbrt", "[0, 1e-310]", 0, 1e-310},
      {"logaddexp", "[0.5, 3]", 0.5, 3},
      {"logaddexp", "[-5, 2], some cancel", -5, 2},
      {"expit", "[-10, 10]", -10, 10},
      {"expit", "[-1000, 1000]", -1000, 1000},
      {"logit", "[0, 1]", 0, 1},
      {"softplus", "[-10, 10]", -10, 10},
      {"softplus", "[-1000, 1000]", -1000, 1000},
  };
  for (std::size_t op = 0; op < kOps; ++op) {
    const Row& row = kRows[op];
    if (argc > 1 && std::strstr(row.name, argv[1]) == nullptr) continue;
    std::printf("%s\n", row.name);
    bool ranged = false;
    for (const CpuPath path : {CpuPath::baseline, CpuPath::avx2, CpuPath::avx512, CpuPath::neon}) {
      const KernelTable* table = kernels_for(path);
      if (table == nullptr) continue;
      for (const auto& range : ranges) {
        if (std::strcmp(range.op, row.name) != 0) continue;
        report(range.label, op, *table, uniform(range.low, range.high), false, false, false);
        ranged = true;
      }
      if (ranged) continue;
      if (table->op[op][0] == nullptr || row.types == Types::PAIRS) continue;
      const bool bytes = row.types == Types::BOOLS, compare = gives_bool(row.types) && !bytes;
      report("[0.5, 3]", op, *table, uniform(0.5, 3.0), compare, bytes, row.types == Types::SELECT);
    }
  }
  std::printf("reductions of a block\n");
  const Array x = uniform(-1, 1);
  for (const CpuPath path : {CpuPath::baseline, CpuPath::avx2, CpuPath::avx512, CpuPath::neon}) {
    const KernelTable* table = kernels_for(path);
    if (table == nullptr) continue;
    for (int reduction = 0; reduction < 3; ++reduction) {
      double best = 1e300, total = 0;
      for (int round = 0; round < 7; ++round) {
        const double start = now();
        for (std::size_t i = 0; i < kElements; i += kBlock) {
          Cell cell;
          table->reduce[reduction][static_cast<int>(Accumulator::float64)].block(&cell, x.data() + i, kBlock, 0);
          total += cell.number[0];
        }
        best = std::fmin(best, (now() - start) / static_cast<double>(kElements));
      }
      std::printf("  %-9s L2 %7.3f  %s%s\n", cpu_path_name(path), best,
                  reduction == 0   ? "sum"
                  : reduction == 1 ? "min"
                                   : "max",
                  std::isnan(total) ? " (NaN)" : "");
    }
  }
}
