/// What every kernel table promises besides accuracy: the same bits on every CPU path, for every length and scalar
/// mask; no access past the end; special values; the order of reductions.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "check.h"
#include "expression/combine.h"
#include "math/rows.h"

namespace {

using namespace sharray;
using namespace sharray::test;

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kTiny = 0x1p-1074;
constexpr double kMax = std::numeric_limits<double>::max();

std::uint64_t bits(double x) {
  std::uint64_t b;
  std::memcpy(&b, &x, sizeof b);
  return b;
}

/// The same bits, or both NaN.
bool same(double x, double y) { return bits(x) == bits(y) || (x != x && y != y); }

/// Memory that ends where a page that nobody may touch begins.
class Guarded {
 public:
  explicit Guarded(std::size_t bytes) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    size_ = (bytes + page - 1) / page * page + page;
    base_ = static_cast<char*>(mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(base_ + size_ - page, page, PROT_NONE);
    end_ = base_ + size_ - page;
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  ~Guarded() { munmap(base_, size_); }

  /// The last `bytes` bytes.
  char* last(std::size_t bytes) { return end_ - bytes; }

 private:
  std::size_t size_;
  char* base_;
  char* end_;
};

const std::vector<double> kSpecial = {0.0,    -0.0,   1.0,     -1.0,  2.0,    0.5,       -0.5,       kInf,    -kInf,
                                      kNaN,   kTiny,  -kTiny,  kMax,  -kMax,  0x1p-1022, -0x1p-1022, 709.79,  -745.2,
                                      -708.5, 3.5,    1.5,     2.5,   -1.5,   -2.0,      -2.5,       171.62,  1e-300,
                                      -1e-9,  0x1p52, -0x1p52, 1e300, -1e300, 0x1p53,    -0x1p53,    1.4616,  -10.25,
                                      3.0,    -3.0,   1e17,    -1e17, 0.75,   -0.75,     -20.000001, -1e-310, 1e-310};

/// Values that send lanes of one vector to different formulas.
std::vector<double> mixture(std::size_t n, unsigned seed, int kind) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> unit(0, 1);
  std::vector<double> x(n);
  for (double& v : x) {
    const double u = unit(random);
    switch (kind % 5) {
      case 0:
        v = 30 * u;
        break;
      case 1:
        v = 60 * u - 30;
        break;
      case 2:
        v = kSpecial[random() % kSpecial.size()];
        break;
      case 3:
        v = std::ldexp(u - 0.5, static_cast<int>(random() % 2098) - 1074);
        break;
      default:
        v = unit(random) < 0.05 ? 3 * u : 100 * u;
    }
  }
  return x;
}

struct Shape {
  std::size_t width[3], out;
};

Shape shape_of(const Row& row) {
  const std::size_t w = row.types == Types::BOOLS ? 1 : 8;
  const std::size_t number = row.types == Types::PAIRS ? 16 : 8;
  return {{row.types == Types::SELECT ? 1 : w, w, w}, gives_bool(row.types) ? std::size_t{1} : number};
}

bool same_results(const char* x, const char* y, std::size_t n, std::size_t width) {
  if (width == 1) return std::memcmp(x, y, n) == 0;
  for (std::size_t i = 0; i < n * width / 8; ++i) {
    double a, b;
    std::memcpy(&a, x + 8 * i, 8);
    std::memcpy(&b, y + 8 * i, 8);
    if (!same(a, b)) {
      std::fprintf(stderr, "  element %zu: %a, %a\n", i, a, b);
      return false;
    }
  }
  return true;
}

class Comparison {
 public:
  /// Runs a kernel of each path on n elements with this scalar mask; the first path, element by element, decides.
  void run(const char* name, Kernel (*find)(const KernelTable&, std::size_t, unsigned), std::size_t which, int arity,
           const Shape& shape, unsigned mask, std::size_t n, int kind) {
    for (std::size_t k = 0; k < 3; ++k) {
      const std::size_t count = (mask >> k & 1U) != 0 ? 1 : n;
      operand_[k] = memory_[k].last(count * shape.width[k]);
      const std::vector<double> x = mixture(count, static_cast<unsigned>(1 + k + 3 * n), kind + static_cast<int>(k));
      for (std::size_t i = 0; i < count; ++i) {
        const char truth = bits(x[i]) % 7 > 2 ? 1 : 0;
        std::memcpy(operand_[k] + i * shape.width[k],
                    shape.width[k] == 1 ? &truth : reinterpret_cast<const char*>(&x[i]), shape.width[k]);
      }
    }
    std::vector<char> expected(n * shape.out);
    const KernelTable& first = *tables().front();
    for (std::size_t i = 0; i < n; ++i) {
      const char* at[3];
      for (std::size_t k = 0; k < 3; ++k) at[k] = operand_[k] + ((mask >> k & 1U) != 0 ? 0 : i * shape.width[k]);
      find(first, which, 0)(&expected[i * shape.out], at[0], at[1], at[2], 1);
    }
    for (const KernelTable* table : tables()) {
      char* out = memory_[3].last(n * shape.out);
      std::memset(out - 64, 0x5a, 64 + n * shape.out);
      find(*table, which, mask)(out, operand_[0], arity > 1 ? operand_[1] : nullptr, arity > 2 ? operand_[2] : nullptr,
                                n);
      bool good = CHECK(same_results(out, expected.data(), n, shape.out));
      good &= CHECK(std::all_of(out - 64, out, [](char c) { return c == 0x5a; }));
      for (std::size_t k = 0; k < static_cast<std::size_t>(arity); ++k) {
        // In place, over an operand of the same width.
        if (shape.width[k] != shape.out || (mask >> k & 1U) != 0) continue;
        const std::vector<char> saved(operand_[k], operand_[k] + n * shape.out);
        find(*table, which, mask)(operand_[k], operand_[0], operand_[1], operand_[2], n);
        good &= CHECK(same_results(operand_[k], expected.data(), n, shape.out));
        std::memcpy(operand_[k], saved.data(), saved.size());
      }
      if (!good) {
        std::fprintf(stderr, "  %s on %s, mask %u, n = %zu, kind %d\n", name, cpu_path_name(table->path), mask, n,
                     kind);
      }
    }
  }

 private:
  /// With room for the bytes before a result, which must stay.
  static constexpr std::size_t kBytes = 16 * kBlock + 64;
  Guarded memory_[4] = {Guarded(kBytes), Guarded(kBytes), Guarded(kBytes), Guarded(kBytes)};
  char* operand_[3] = {};
};

Kernel find_op(const KernelTable& table, std::size_t op, unsigned mask) { return table.op[op][mask]; }

void paths_agree() {
  Comparison comparison;
  for (const Row& row : rows()) {
    const auto op = static_cast<std::size_t>(row.op);
    for (unsigned mask = 0; mask < 8; ++mask) {
      const bool wanted = mask < 1U << row.arity && (takes(row.types, DType::float64) || row.types == Types::BOOLS);
      for (const KernelTable* table : tables()) CHECK_EQ(table->op[op][mask] != nullptr, wanted);
      if (!wanted) continue;
      for (std::size_t n = 1; n <= 40; ++n) {
        comparison.run(row.name, find_op, op, row.arity, shape_of(row), mask, n, static_cast<int>(n));
      }
      for (int kind = 0; kind < 5; ++kind) {
        for (std::size_t n : {std::size_t{200}, kBlock - 1, kBlock}) {
          if (mask == 0 || kind == 0) {
            comparison.run(row.name, find_op, op, row.arity, shape_of(row), mask, n, kind);
          }
        }
      }
    }
  }
}

/// op(x) or op(x, y) on every path.
void expect(Op op, double x, double y, double expected) {
  for (const KernelTable* table : tables()) {
    double r = 42;
    table->op[static_cast<std::size_t>(op)][0](&r, &x, &y, nullptr, 1);
    if (!CHECK(same(r, expected))) {
      std::fprintf(stderr, "  %s on %s: (%a, %a) gives %a, not %a\n", rows()[static_cast<std::size_t>(op)].name,
                   cpu_path_name(table->path), x, y, r, expected);
    }
  }
}
void expect(Op op, double x, double expected) { expect(op, x, 1.0, expected); }

void special_values() {
  for (double x : kSpecial) {
    expect(Op::sqrt, x, std::sqrt(x));
    expect(Op::abs, x, std::fabs(x));
    expect(Op::negative, x, -x);
    for (double y : kSpecial) {
      expect(Op::fmod, x, y, std::fmod(x, y));
      expect(Op::divide, x, y, x / y);
      expect(Op::maximum, x, y, combine_max(x, y));
      expect(Op::minimum, x, y, combine_min(x, y));
    }
  }
  expect(Op::negative, 0.0, -0.0);
  expect(Op::maximum, -0.0, 0.0, 0.0);
  expect(Op::minimum, 0.0, -0.0, -0.0);
  expect(Op::maximum, 1.0, kNaN, kNaN);

  expect(Op::exp, 0.0, 1.0);
  expect(Op::exp, -0.0, 1.0);
  expect(Op::exp, kInf, kInf);
  expect(Op::exp, -kInf, 0.0);
  expect(Op::exp, kNaN, kNaN);
  expect(Op::exp, 709.782712893384, std::exp(709.782712893384));
  expect(Op::exp, 709.7827128933841, kInf);
  expect(Op::exp, -745.1332191019411, kTiny);
  expect(Op::exp, -745.1332191019412, 0.0);
  expect(Op::exp, kMax, kInf);
  expect(Op::exp, -kMax, 0.0);
  expect(Op::exp, kTiny, 1.0);

  for (double x : {0.0, -0.0, kTiny, -kTiny, 1e-310, kInf, kNaN}) {
    expect(Op::expm1, x, x);
    expect(Op::log1p, x, x);
  }
  for (double x : {-kInf, -kMax, -50.0, -745.2}) expect(Op::expm1, x, -1.0);
  for (double x : {709.7827128933841, kMax}) expect(Op::expm1, x, kInf);
  expect(Op::expm1, 709.782712893384, std::exp(709.782712893384));
  expect(Op::log1p, -1.0, -kInf);
  for (double x : {-1.0000000000000002, -kMax, -kInf}) expect(Op::log1p, x, kNaN);
  expect(Op::log1p, kMax, 709.782712893384);

  expect(Op::log, 0.0, -kInf);
  expect(Op::log, -0.0, -kInf);
  expect(Op::log, 1.0, 0.0);
  expect(Op::log, kInf, kInf);
  for (double x : {-1.0, -kTiny, -kInf, kNaN}) expect(Op::log, x, kNaN);
  expect(Op::log, kTiny, -744.4400719213812);

  expect(Op::gammaln, 1.0, 0.0);
  expect(Op::gammaln, 2.0, 0.0);
  for (double x : {0.0, -0.0, -1.0, -2.0, -171.0, -0x1p52, -0x1p53, -kMax, kInf, -kInf}) expect(Op::gammaln, x, kInf);
  expect(Op::gammaln, kNaN, kNaN);
  expect(Op::gammaln, kTiny, 744.4400719213812);
  expect(Op::gammaln, -kTiny, 744.4400719213812);
  expect(Op::gammaln, kMax, kInf);
  expect(Op::gammaln, 2.556e305, 0x1.ff33c317d7941p+1023);

  expect(Op::digamma, 0.0, -kInf);
  expect(Op::digamma, -0.0, kInf);
  expect(Op::digamma, kTiny, -kInf);
  expect(Op::digamma, -kTiny, kInf);
  expect(Op::digamma, kInf, kInf);
  for (double x : {-1.0, -2.0, -0x1p52, -kMax, -kInf, kNaN}) expect(Op::digamma, x, kNaN);

  for (double x : {0.0, -0.0, kTiny, -kTiny, -1.0, -2.0, -0x1p52, -kMax}) expect(Op::trigamma, x, kInf);
  expect(Op::trigamma, kInf, 0.0);
  for (double x : {-kInf, kNaN}) expect(Op::trigamma, x, kNaN);

  for (double y : {0.0, -0.0, 1.0, -1.0, kInf, -kInf, kTiny}) {
    expect(Op::xlogy, 0.0, y, 0.0);
    expect(Op::xlogy, -0.0, y, 0.0);
  }
  expect(Op::xlogy, 0.0, kNaN, kNaN);
  expect(Op::xlogy, kNaN, 1.0, kNaN);
  expect(Op::xlogy, 1.0, 0.0, -kInf);
  expect(Op::xlogy, -1.0, 0.0, kInf);
  expect(Op::xlogy, 2.0, kInf, kInf);
  expect(Op::xlogy, 2.0, -1.0, kNaN);
  expect(Op::xlogy, kInf, 2.0, kInf);
  expect(Op::xlogy, kInf, 0.5, -kInf);
  expect(Op::xlogy, kInf, 1.0, kNaN);
  expect(Op::xlogy, 3.0, 1.0, 0.0);
  expect(Op::xlogy, kMax, 10.0, kInf);
}

double reduce_by_hand(Reduction reduction, const double* x, std::size_t n) {
  double lanes[kReductionLanes];
  std::fill_n(lanes, kReductionLanes, kReductionIdentity[static_cast<int>(reduction)]);
  for (std::size_t j = 0; j < n; ++j) {
    lanes[j % kReductionLanes] = combine(reduction, lanes[j % kReductionLanes], x[j]);
  }
  for (std::size_t width = kReductionLanes / 2; width >= 1; width /= 2) {
    for (std::size_t l = 0; l < width; ++l) lanes[l] = combine(reduction, lanes[l], lanes[l + width]);
  }
  return lanes[0];
}

void reductions() {
  Guarded memory(8 * kBlock), other(8 * kBlock);
  for (const KernelTable* table : tables()) {
    for (int r = 0; r < kCombining; ++r) {
      const auto reduction = static_cast<Reduction>(r);
      const ReductionKernel& kernel = table->reduce[r][static_cast<int>(Accumulator::float64)];
      for (std::size_t n = 1; n <= kBlock; n = n < 130 ? n + 1 : n + 149) {
        for (int kind : {0, 1, 2, 3}) {
          std::vector<double> x = mixture(n, static_cast<unsigned>(n + 1), kind);
          if (kind == 2 && n % 2 == 0)
            std::replace_if(
                x.begin(), x.end(), [](double v) { return v != v; }, -0.0);
          char* in = memory.last(8 * n);
          if (n > 0) std::memcpy(in, x.data(), 8 * n);
          Cell cell;
          kernel.block(&cell, in, n, 0);
          CHECK(same(cell.number[0], reduce_by_hand(reduction, x.data(), n)));

          const std::vector<double> lanes = mixture(n, static_cast<unsigned>(n + 5), kind);
          char* to = other.last(8 * n);
          if (n > 0) std::memcpy(to, lanes.data(), 8 * n);
          // Rows that begin an element after each other.
          const std::size_t rows = std::min<std::size_t>(1 + n % 6, n), columns = n + 1 - rows;
          kernel.accumulate(reinterpret_cast<double*>(to), in, 8, rows, columns, kind % 2 * 8);
          for (std::size_t i = 0; i < n; ++i) {
            double expected = lanes[i];
            for (std::size_t k = 0; i < columns && k < rows; ++k) expected = combine(reduction, expected, x[i + k]);
            CHECK(same(reinterpret_cast<double*>(to)[i], expected));
          }
        }
      }
    }
    const double zero = -0.0;
    Cell cell;
    table->reduce[0][static_cast<int>(Accumulator::float64)].block(&cell, &zero, 1, 0);
    CHECK(same(cell.number[0], -0.0));
  }
}

void copies() {
  for (const KernelTable* table : tables()) {
    const std::vector<double> x = mixture(400, 1, 0);
    for (std::size_t offset = 0; offset < 9; ++offset) {
      for (std::size_t n : {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 63, 64, 100, 250}) {
        alignas(64) double out[320];
        std::fill_n(out, 320, 5.0);
        table->copy_stream(out + offset, x.data() + 3, n);
        table->stream_fence();
        CHECK(std::equal(out + offset, out + offset + n, x.data() + 3));
        CHECK(std::all_of(out, out + offset, [](double v) { return v == 5.0; }));
        CHECK(std::all_of(out + offset + n, out + 320, [](double v) { return v == 5.0; }));
      }
    }
    for (std::ptrdiff_t stride : {-3, -1, 0, 1, 2, 5}) {
      for (std::size_t n : {1, 2, 9, 40}) {
        std::vector<double> out(40, 5.0), back(400, 6.0);
        const char* from = reinterpret_cast<const char*>(&x[150]);
        table->load_strided[3](out.data(), from, 8 * stride, n);
        table->store_strided[3](reinterpret_cast<char*>(&back[150]), out.data(), 8 * stride, n);
        std::vector<std::uint8_t> bytes(n);
        table->load_strided[0](bytes.data(), from, stride, n);
        std::uint8_t scattered[384] = {};
        table->store_strided[0](reinterpret_cast<char*>(scattered + 128), bytes.data(), stride, n);
        for (std::size_t i = 0; i < n; ++i) {
          const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(i) * stride;
          CHECK(out[i] == x[static_cast<std::size_t>(150 + at)]);
          CHECK(bytes[i] == static_cast<std::uint8_t>(from[at]));
          if (stride == 0) continue;
          CHECK(back[static_cast<std::size_t>(150 + at)] == out[i]);
          CHECK(scattered[128 + at] == bytes[i]);
        }
      }
    }
  }
}

void names() {
  CHECK_EQ(std::string(cpu_path_name(CpuPath::avx512)), "avx512");
  for (const KernelTable* table : tables()) CHECK(cpu_has(table->path) && kernels_for(table->path) == table);
  CHECK(!tables().empty());
}

}  // namespace

int main() {
  names();
  special_values();
  reductions();
  copies();
  paths_agree();
  return check_summary();
}
