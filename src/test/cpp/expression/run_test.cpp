/// Runs give the bits of their single operations: on every CPU path, for any length and place, one value or an array
/// for each operand, in place and past the caches.
#include "expression/run.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "check.h"
#include "expression/kernel_table.h"

namespace {

using namespace sharray;

std::mt19937_64 random_bits(20261125);
std::size_t below(std::size_t n) { return random_bits() % n; }

std::vector<const KernelTable*> tables() {
  std::vector<const KernelTable*> found;
  for (CpuPath path : {CpuPath::baseline, CpuPath::avx2, CpuPath::avx512, CpuPath::neon}) {
    if (cpu_has(path)) found.push_back(kernels_for(path));
  }
  return found;
}

template <class T>
constexpr DType kType = sizeof(T) == 8 ? DType::float64 : DType::float32;

/// The kernel of one operation on one element.
template <class T>
T single(const KernelTable& table, Op op, T x, T y) {
  T r;
  table.typed[static_cast<std::size_t>(op)][index_of(kType<T>)](&r, &x, &y, nullptr, 1);
  return r;
}

template <class T>
T expected_step(const KernelTable& table, RunOp op, T value, T x, T y) {
  const auto add = [&](T a, T b) { return single(table, Op::add, a, b); };
  const auto subtract = [&](T a, T b) { return single(table, Op::subtract, a, b); };
  const auto multiply = [&](T a, T b) { return single(table, Op::multiply, a, b); };
  switch (op) {
    case RunOp::add:
      return add(value, x);
    case RunOp::subtract:
      return subtract(value, x);
    case RunOp::subtract_from:
      return subtract(x, value);
    case RunOp::multiply:
      return multiply(value, x);
    case RunOp::divide:
      return single(table, Op::divide, value, x);
    case RunOp::divide_into:
      return single(table, Op::divide, x, value);
    case RunOp::square:
      return single(table, Op::square, value, value);
    case RunOp::multiply_add:
      return add(multiply(value, x), y);
    case RunOp::multiply_subtract:
      return subtract(multiply(value, x), y);
    case RunOp::multiply_subtract_from:
      return subtract(y, multiply(value, x));
    case RunOp::add_product:
      return add(value, multiply(x, y));
    case RunOp::subtract_product:
      return subtract(value, multiply(x, y));
    case RunOp::subtract_from_product:
      return subtract(multiply(x, y), value);
  }
  return value;
}

template <class T>
bool same(T x, T y) {
  return std::memcmp(&x, &y, sizeof x) == 0 || (std::isnan(x) && std::isnan(y));
}

/// Numbers whose products need rounding, some of them special.
template <class T>
T number() {
  static const T special[] = {T(0),
                              T(-0.0),
                              std::numeric_limits<T>::infinity(),
                              -std::numeric_limits<T>::infinity(),
                              std::numeric_limits<T>::quiet_NaN(),
                              std::numeric_limits<T>::denorm_min(),
                              std::numeric_limits<T>::max()};
  if (below(40) == 0) return special[below(7)];
  return std::uniform_real_distribution<T>(-3, 3)(random_bits);
}

constexpr std::size_t kMargin = 20;

/// `steps` are done on n elements, the first one `at` elements into its array.
template <class T>
void check_run(const KernelTable& table, const std::vector<RunOp>& ops, std::size_t n, std::size_t at,
               bool first_is_one, bool in_place, RunMemory memory) {
  const std::size_t length = n + 2 * kMargin;
  std::vector<std::vector<T>> arrays(2);
  for (auto& array : arrays) {
    for (std::size_t i = 0; i < length; i++) array.push_back(number<T>());
  }
  std::vector<T> ones;
  for (std::size_t i = 0; i < 2 * ops.size(); i++) ones.push_back(number<T>());
  std::vector<RunStep> steps;
  for (std::size_t k = 0; k < ops.size(); k++) {
    const auto mask = static_cast<unsigned>(run_arity(ops[k]) == 0 ? 0 : below(std::size_t{1} << run_arity(ops[k])));
    const auto operand = [&](unsigned which) -> const void* {
      return (mask >> which & 1U) != 0 ? &ones[2 * k + which] : arrays[below(2)].data() + at;
    };
    steps.push_back({operand(0), operand(1), run_kind(ops[k], mask)});
  }
  std::vector<T> out(length, T(-7));
  const std::vector<std::vector<T>> before = arrays;
  std::vector<T>& target = in_place ? arrays[0] : out;
  std::vector<T> expected = target;
  const auto at_place = [&](const void* p, bool is_one, std::size_t i) {
    return static_cast<const T*>(p)[is_one ? 0 : i];
  };
  for (std::size_t i = 0; i < n; i++) {
    T value = at_place(arrays[0].data() + at, first_is_one, i);
    for (const RunStep& step : steps) {
      const auto op = static_cast<RunOp>(step.kind / 4);
      const T x = run_arity(op) > 0 ? at_place(step.x, (step.kind & 1U) != 0, i) : T(0);
      const T y = run_arity(op) > 1 ? at_place(step.y, (step.kind & 2U) != 0, i) : T(0);
      value = expected_step(table, op, value, x, y);
    }
    expected[at + i] = value;
  }
  // In place, a first value that is one must not be overwritten before it is read.
  const T first = arrays[0][at];
  const void* places[] = {arrays[0].data() + at, arrays[1].data() + at};
  const Run run{first_is_one ? &first : places[0], first_is_one, steps.data(), steps.size(), places, 2};
  table.run[sizeof(T) == 8 ? 1 : 0](target.data() + at, run, n, memory);
  table.stream_fence();
  bool right = true;
  for (std::size_t i = 0; i < length; i++) right = right && same(target[i], expected[i]);
  for (std::size_t i = 0; i < length; i++) right = right && same(arrays[1][i], before[1][i]);
  if (!CHECK(right)) {
    std::fprintf(stderr, "  %s, %zu bytes, %zu steps from %d, n = %zu, at %zu\n", cpu_path_name(table.path), sizeof(T),
                 ops.size(), static_cast<int>(ops[0]), n, at);
  }
}

template <class T>
void every_step_at_every_length() {
  for (const KernelTable* table : tables()) {
    for (std::size_t op = 0; op < kRunOps; op++) {
      for (std::size_t n = 1; n <= 300; n += n < 70 ? 1 : 23) {
        const auto memory = static_cast<RunMemory>(below(4));
        const bool in_place = !streams(memory) && below(2) == 0;
        check_run<T>(*table, {static_cast<RunOp>(op)}, n, below(kMargin), below(4) == 0, in_place, memory);
      }
    }
  }
}

template <class T>
void random_runs() {
  for (int round = 0; round < 600; round++) {
    std::vector<RunOp> ops;
    for (std::size_t steps = 1 + below(12); steps > 0; steps--) ops.push_back(static_cast<RunOp>(below(kRunOps)));
    const std::size_t n = 1 + below(1100), at = below(kMargin);
    const bool first_is_one = below(4) == 0;
    for (const KernelTable* table : tables()) {
      for (RunMemory memory :
           {RunMemory::cached, RunMemory::large, RunMemory::streamed, RunMemory::streamed_from_cache}) {
        check_run<T>(*table, ops, n, at, first_is_one, false, memory);
        if (!streams(memory)) check_run<T>(*table, ops, n, at, first_is_one, true, memory);
      }
    }
  }
}

}  // namespace

int main() {
  every_step_at_every_length<double>();
  every_step_at_every_length<float>();
  random_runs<double>();
  random_runs<float>();
  return check_summary();
}
