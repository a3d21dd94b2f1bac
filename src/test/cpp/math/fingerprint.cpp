/// Prints a hash of what every operation and every reduction gives on fixed operands, once it is the same on each CPU
/// path. Two architectures agree on every bit if their programs print the same lines.
#include <array>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "check.h"
#include "math/rows.h"

namespace {

using namespace sharray;
using namespace sharray::test;

constexpr std::size_t kRounds = 400;
constexpr std::size_t kComplexRounds = 40;
constexpr std::size_t kDearRounds = 10;

/// Any pattern of bits in one of two rounds, else numbers of everyday size. NaNs differ in their payload: none goes in.
void fill(std::mt19937_64& random, std::vector<double>& x, bool everyday) {
  for (double& v : x) {
    const std::uint64_t bits = random();
    std::memcpy(&v, &bits, sizeof v);
    if (everyday) v = static_cast<double>(static_cast<std::int64_t>(bits)) * 0x1p-58;
    if (v != v) v = 1.5;
  }
}

class Hash {
 public:
  void add(std::uint64_t bits) { value_ = (value_ ^ bits) * 0x100000001b3U; }
  void add(double x) {
    std::uint64_t bits = 0x7ff8000000000000U;
    if (x == x) std::memcpy(&bits, &x, sizeof bits);
    add(bits);
  }
  unsigned long long value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325U;
};

/// The functions that are computed element by element.
bool is_dear(Op op) { return op >= Op::beta; }

unsigned long long of_operation(const KernelTable& table, const Row& row) {
  const bool bools = row.types == Types::BOOLS, select = row.types == Types::SELECT;
  const bool truth = gives_bool(row.types);
  std::mt19937_64 random(20);
  std::array<std::vector<double>, 3> x;
  std::array<std::vector<std::uint8_t>, 3> b;
  std::vector<double> out(row.types == Types::PAIRS ? 2 * kBlock : kBlock);
  std::vector<std::uint8_t> answers(kBlock);
  Hash hash;
  for (std::size_t round = 0; round < (is_dear(row.op) ? kDearRounds : kRounds); ++round) {
    std::array<const void*, 3> operands{};
    for (std::size_t k = 0; k < 3; ++k) {
      x[k].resize(kBlock);
      fill(random, x[k], round % 2 == 0);
      b[k].resize(kBlock);
      for (std::uint8_t& v : b[k]) v = static_cast<std::uint8_t>(random() & 1U);
      const bool bytes = bools || (select && k == 0);
      operands[k] = bytes ? static_cast<const void*>(b[k].data()) : x[k].data();
    }
    void* to = truth ? static_cast<void*>(answers.data()) : out.data();
    table.op[static_cast<std::size_t>(row.op)][0](to, operands[0], operands[1], operands[2], kBlock);
    if (truth) {
      for (const std::uint8_t answer : answers) hash.add(std::uint64_t{answer});
    } else {
      for (const double number : out) hash.add(number);
    }
  }
  return hash.value();
}

unsigned long long of_float32(const KernelTable& table, const Row& row) {
  std::mt19937_64 random(24);
  std::array<std::vector<float>, 2> x;
  std::vector<float> out(kBlock);
  Hash hash;
  for (std::size_t round = 0; round < kRounds; ++round) {
    for (std::vector<float>& operand : x) {
      operand.resize(kBlock);
      for (float& v : operand) {
        const auto bits = static_cast<std::uint32_t>(random());
        std::memcpy(&v, &bits, sizeof v);
        if (round % 2 == 0) v = static_cast<float>(static_cast<std::int32_t>(bits)) * 0x1p-26F;
        if (v != v) v = 1.5F;
      }
    }
    table.typed[static_cast<std::size_t>(row.op)][index_of(DType::float32)](out.data(), x[0].data(), x[1].data(),
                                                                            nullptr, kBlock);
    for (const float number : out) {
      std::uint32_t bits = 0x7fc00000U;
      if (number == number) std::memcpy(&bits, &number, sizeof bits);
      hash.add(std::uint64_t{bits});
    }
  }
  return hash.value();
}

unsigned long long of_complex(const KernelTable& table, const Row& row) {
  std::mt19937_64 random(22);
  std::array<std::vector<double>, 3> x;
  std::vector<std::uint64_t> out(2 * kBlock);
  const DType result = result_of(row.types, DType::complex128);
  Hash hash;
  for (std::size_t round = 0; round < kComplexRounds; ++round) {
    for (std::vector<double>& operand : x) {
      operand.resize(2 * kBlock);
      fill(random, operand, round % 2 == 0);
    }
    table.typed[static_cast<std::size_t>(row.op)][index_of(DType::complex128)](out.data(), x[0].data(), x[1].data(),
                                                                               x[2].data(), kBlock);
    const std::size_t words = kBlock * element_size(result) / sizeof(double);
    for (std::size_t i = 0; i < words; ++i) {
      double part;
      std::memcpy(&part, &out[i], sizeof part);
      if (result == DType::boolean) {
        hash.add(out[i]);
      } else {
        hash.add(part);
      }
    }
  }
  return hash.value();
}

unsigned long long of_reduction(const KernelTable& table, std::size_t which) {
  std::mt19937_64 random(21);
  std::vector<double> x(kBlock);
  Hash hash;
  for (std::size_t round = 0; round < kRounds; ++round) {
    fill(random, x, true);
    Cell cell;
    table.reduce[which][static_cast<int>(Accumulator::float64)].block(&cell, x.data(), kBlock - round, 0);
    hash.add(cell.number[which == static_cast<std::size_t>(Reduction::moment) ? 1 : 0]);
  }
  return hash.value();
}

template <typename Of>
void print(const char* name, Of&& of) {
  const unsigned long long hash = of(*tables().front());
  for (const KernelTable* table : tables()) {
    if (!CHECK(of(*table) == hash)) std::fprintf(stderr, "  %s on %s\n", name, cpu_path_name(table->path));
  }
  std::printf("%s %016llx\n", name, hash);
}

}  // namespace

int main() {
  for (const Row& row : rows()) {
    if (tables().front()->op[static_cast<std::size_t>(row.op)][0] == nullptr) continue;
    print(row.name, [&](const KernelTable& table) { return of_operation(table, row); });
  }
  for (const Row& row : rows()) {
    if (!row.has_float32()) continue;
    const std::string name = std::string(row.name) + "-float32";
    print(name.c_str(), [&](const KernelTable& table) { return of_float32(table, row); });
  }
  for (const Row& row : rows()) {
    if (row.types == Types::SELECT || !takes(row.types, DType::complex128)) continue;
    const std::string name = std::string(row.name) + "-complex";
    print(name.c_str(), [&](const KernelTable& table) { return of_complex(table, row); });
  }
  constexpr const char* kNames[] = {"sum", "prod", "min", "max", "argmin", "argmax", "moment"};
  for (std::size_t i = 0; i < kReductions; ++i) {
    print(kNames[i], [&](const KernelTable& table) { return of_reduction(table, i); });
  }
  return check_summary();
}
