/// The kernels of all dtypes, conversions, reductions and scans: every CPU path gives the bits of the first one, for
/// any length, in place too, and writes nothing else.
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "check.h"
#include "math/rows.h"

namespace {

using namespace sharray;
using namespace sharray::test;

constexpr std::size_t kMargin = 64;
constexpr const char* kNames[kDTypes] = {"bool",   "int8",   "int16",   "int32",   "int64",     "uint8",     "uint16",
                                         "uint32", "uint64", "float32", "float64", "complex64", "complex128"};

std::mt19937_64 random_bits(20261125);

template <class T>
void put(char* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

template <class T>
T special_float() {
  constexpr double kValues[] = {0.0,  -0.0, 1.0,  -1.0,  0.5,   -2.5,         1e300, -1e-300, 255.5,
                                -129, 3e9,  1e19, -1e19, 65536, 2147483648.0, -0.75, 4.0};
  const std::uint64_t which = random_bits() % 24;
  if (which < std::size(kValues)) return static_cast<T>(kValues[which]);
  if (which == 17) return static_cast<T>(__builtin_inf());
  if (which == 18) return -static_cast<T>(__builtin_inf());
  if (which == 19) return static_cast<T>(__builtin_nan(""));
  return static_cast<T>(static_cast<double>(static_cast<std::int64_t>(random_bits())) * 0x1p-60);
}

/// One element, small and special values among them.
void fill_element(char* to, DType type) {
  const std::size_t size = element_size(type);
  if (type == DType::boolean) {
    put(to, static_cast<std::uint8_t>(random_bits() & 1U));
  } else if (is_integer(type)) {
    std::uint64_t bits = random_bits();
    const std::uint64_t kind = random_bits() % 5;
    if (kind == 0) bits = random_bits() % 9 - 4;
    if (kind == 1) bits = std::uint64_t{1} << (random_bits() % 64);
    if (kind == 2) bits = ~(std::uint64_t{1} << (8 * size - 1));
    std::memcpy(to, &bits, size);
  } else if (part_of(type) == DType::float32 || type == DType::float32) {
    for (std::size_t i = 0; i < size; i += 4) put(to + i, special_float<float>());
  } else {
    for (std::size_t i = 0; i < size; i += 8) put(to + i, special_float<double>());
  }
}

std::vector<char> elements_of(DType type, std::size_t n) {
  std::vector<char> bytes(n * element_size(type));
  for (std::size_t i = 0; i < n; i++) fill_element(&bytes[i * element_size(type)], type);
  return bytes;
}

template <class T>
bool same_floats(const char* x, const char* y, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; i += sizeof(T)) {
    T a, b;
    std::memcpy(&a, x + i, sizeof a);
    std::memcpy(&b, y + i, sizeof b);
    if (std::memcmp(&a, &b, sizeof a) != 0 && !(a != a && b != b)) return false;
  }
  return true;
}

/// The same bits; any NaN is like any other.
bool same(const char* x, const char* y, std::size_t n, DType type) {
  const std::size_t bytes = n * element_size(type);
  if (type == DType::float32 || type == DType::complex64) return same_floats<float>(x, y, bytes);
  if (type == DType::float64 || type == DType::complex128) return same_floats<double>(x, y, bytes);
  return std::memcmp(x, y, bytes) == 0;
}

struct Signature {
  std::string name;
  DType operands[3];
  std::size_t arity;
  DType result;
};

/// Runs the kernel of each path on n elements; the first path, element by element, decides.
template <class Find>
void compare(const Signature& signature, std::size_t n, const Find& find) {
  const std::size_t size = element_size(signature.result);
  std::vector<char> operands[3];
  for (std::size_t k = 0; k < signature.arity; k++) operands[k] = elements_of(signature.operands[k], n);
  std::vector<char> expected(n * size);
  for (std::size_t i = 0; i < n; i++) {
    const void* at[3] = {};
    for (std::size_t k = 0; k < signature.arity; k++) at[k] = &operands[k][i * element_size(signature.operands[k])];
    alignas(16) char one[kLargestElement];
    find (*tables().front())(one, at[0], at[1], at[2], 1);
    std::memcpy(&expected[i * size], one, size);
  }
  for (const KernelTable* table : tables()) {
    const auto pointer = [&](std::size_t k) { return k < signature.arity ? operands[k].data() : nullptr; };
    std::vector<char> out(n * size + 2 * kMargin, 0x5a);
    find (*table)(out.data() + kMargin, pointer(0), pointer(1), pointer(2), n);
    bool good = CHECK(same(out.data() + kMargin, expected.data(), n, signature.result));
    for (std::size_t i = 0; i < kMargin; i++) {
      good = good && out[i] == 0x5a && out[kMargin + n * size + i] == 0x5a;
    }
    for (std::size_t k = 0; k < signature.arity; k++) {
      if (element_size(signature.operands[k]) != size) continue;
      const std::vector<char> saved = operands[k];
      find (*table)(operands[k].data(), pointer(0), pointer(1), pointer(2), n);
      good = good && same(operands[k].data(), expected.data(), n, signature.result);
      operands[k] = saved;
    }
    if (!CHECK(good)) {
      std::fprintf(stderr, "  %s on %s, n = %zu\n", signature.name.c_str(), cpu_path_name(table->path), n);
    }
  }
}

std::vector<std::size_t> lengths() {
  std::vector<std::size_t> all;
  for (std::size_t n = 1; n <= 35; n++) all.push_back(n);
  for (std::size_t n : {200UL, 257UL, kBlock - 1, kBlock}) all.push_back(n);
  return all;
}

void operations_agree() {
  std::size_t kernels = 0;
  for (const Row& row : rows()) {
    const auto op = static_cast<std::size_t>(row.op);
    for (std::size_t t = 0; t < kDTypes; t++) {
      const auto type = static_cast<DType>(t);
      for (const KernelTable* table : tables()) CHECK_EQ(table->typed[op][t] != nullptr, takes(row.types, type));
      if (!takes(row.types, type)) continue;
      kernels++;
      Signature signature{std::string(row.name) + " of " + kNames[t],
                          {type, type, type},
                          static_cast<std::size_t>(row.arity),
                          result_of(row.types, type)};
      if (row.types == Types::SELECT) signature.operands[0] = DType::boolean;
      for (std::size_t n : lengths()) {
        compare(signature, n, [&](const KernelTable& table) { return table.typed[op][t]; });
      }
    }
  }
  std::printf("%zu kernels\n", kernels);
}

void conversions_agree() {
  for (std::size_t from = 0; from < kDTypes; from++) {
    for (std::size_t to = 0; to < kDTypes; to++) {
      const auto source = static_cast<DType>(from), target = static_cast<DType>(to);
      const bool wanted = !is_complex(source) || is_complex(target) || target == DType::boolean;
      for (const KernelTable* table : tables()) CHECK_EQ(table->cast[from][to] != nullptr, wanted);
      if (!wanted) continue;
      const Signature signature{std::string(kNames[from]) + " to " + kNames[to], {source}, 1, target};
      for (std::size_t n : lengths()) {
        compare(signature, n, [&](const KernelTable& table) { return table.cast[from][to]; });
      }
    }
  }
}

constexpr DType kAccumulated[] = {DType::int64, DType::uint64, DType::float64, DType::complex128};

bool same_cells(const Cell& x, const Cell& y, std::size_t accumulator, std::size_t reduction) {
  const bool place = reduction == 4 || reduction == 5, moment = reduction == 6;
  if (place && x.whole[1] != y.whole[1]) return false;
  if (moment && x.count != y.count) return false;
  const std::size_t words = moment || accumulator == 3 ? 2 : 1;
  const DType type = accumulator < 2 ? DType::int64 : DType::float64;
  return same(reinterpret_cast<const char*>(x.number), reinterpret_cast<const char*>(y.number), words, type);
}

void reductions_and_scans_agree() {
  for (std::size_t a = 0; a < kAccumulators; a++) {
    for (std::size_t n : lengths()) {
      const std::vector<char> x = elements_of(kAccumulated[a], n);
      for (std::size_t r = 0; r < kReductions; r++) {
        const ReductionKernel& first = tables().front()->reduce[r][a];
        if (first.block == nullptr) continue;
        Cell expected{}, both{};
        first.block(&expected, x.data(), n, 5000);
        both = expected;
        first.combine(&both, &expected);
        for (const KernelTable* table : tables()) {
          Cell cell{};
          table->reduce[r][a].block(&cell, x.data(), n, 5000);
          CHECK(same_cells(cell, expected, a, r));
          table->reduce[r][a].combine(&cell, &expected);
          CHECK(same_cells(cell, both, a, r));
        }
      }
      for (std::size_t kind = 0; kind < 2; kind++) {
        std::vector<char> expected(x.size());
        Cell before{};
        tables().front()->scan[kind][a](expected.data(), x.data(), &before, n);
        for (const KernelTable* table : tables()) {
          std::vector<char> out = x;
          Cell mine{};
          table->scan[kind][a](out.data(), out.data(), &mine, n);
          CHECK(same(out.data(), expected.data(), n, kAccumulated[a]));
          CHECK_EQ(mine.count, 1);
        }
      }
    }
  }
}

/// The place is that of the first best element, or of the first NaN.
void places_are_the_first() {
  for (const KernelTable* table : tables()) {
    const double x[] = {3, -1, 7, -1, 7}, nan = __builtin_nan("");
    const double y[] = {3, nan, 9, nan}, zeros[] = {0.0, -0.0, 0.0};
    const auto place = [&](Reduction reduction, const double* values, std::size_t n) {
      Cell cell{};
      table->reduce[static_cast<std::size_t>(reduction)][2].block(&cell, values, n, 100);
      return cell.whole[1];
    };
    CHECK_EQ(place(Reduction::argmin, x, 5), 101);
    CHECK_EQ(place(Reduction::argmax, x, 5), 102);
    CHECK_EQ(place(Reduction::argmin, y, 4), 101);
    CHECK_EQ(place(Reduction::argmax, y, 4), 101);
    CHECK_EQ(place(Reduction::argmin, zeros, 3), 100);
    CHECK_EQ(place(Reduction::argmax, zeros, 3), 100);
  }
}

}  // namespace

int main() {
  operations_agree();
  conversions_agree();
  reductions_and_scans_agree();
  places_are_the_first();
  return check_summary();
}
