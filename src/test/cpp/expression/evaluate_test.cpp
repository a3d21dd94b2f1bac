/// The engine against loops over the definition: layouts, broadcasting, reductions, threads, CPU paths, broken calls.
#include "expression/evaluate.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "api.h"
#include "call_builder.h"
#include "check.h"
#include "combine.h"

namespace {

using namespace sharray;
using sharray::test::Array;
using sharray::test::CallBuilder;
using sharray::test::combine;
using sharray::test::kReductionIdentity;

constexpr auto kFloat = DType::float64;
constexpr auto code(Op op) { return opcode_of(op, kFloat); }

std::mt19937_64 random_bits(20261123);

std::vector<double> uniform(std::size_t n, double low, double high) {
  std::uniform_real_distribution<double> in(low, high);
  std::vector<double> values(n);
  for (double& value : values) value = in(random_bits);
  return values;
}

std::uint64_t bits(double value) {
  std::uint64_t word;
  std::memcpy(&word, &value, sizeof word);
  return word;
}

bool same(const std::vector<double>& x, const std::vector<double>& y) {
  return x.size() == y.size() && std::equal(x.begin(), x.end(), y.begin(), [](double a, double b) {
           return bits(a) == bits(b) || (std::isnan(a) && std::isnan(b));
         });
}

std::int32_t run_call(const CallBuilder& builder, const KernelTable& table, int threads, double* scalar = nullptr) {
  const std::vector<std::int64_t> words = builder.words();
  Program program;
  if (!read_program(words.data(), static_cast<std::int64_t>(words.size()), program)) return SHARRAY_INVALID;
  std::int64_t result = 0;
  const std::int32_t status = evaluate(program, table, threads, &result);
  if (scalar != nullptr) std::memcpy(scalar, &result, sizeof result);
  return status;
}

std::vector<const KernelTable*> tables() {
  std::vector<const KernelTable*> found;
  for (CpuPath path : {CpuPath::baseline, CpuPath::avx2, CpuPath::avx512, CpuPath::neon}) {
    if (cpu_has(path)) found.push_back(kernels_for(path));
  }
  return found;
}

/// exp(gammaln(1.5 a) - b) with the value in the last register.
CallBuilder headline(std::vector<double>& out, std::vector<double>& a, std::vector<double>& b) {
  CallBuilder call;
  call.shape = {static_cast<std::int64_t>(a.size())};
  call.operands = {{out.data(), kFloat, {8}}, {a.data(), kFloat, {8}}, {b.data(), kFloat, {8}}};
  call.constants = {1.5};
  call.registers = 2;
  call.instructions = {{code(Op::multiply), 4, 1, 3, 0},
                       {code(Op::gammaln), 4, 4, 0, 0},
                       {code(Op::subtract), 4, 4, 2, 0},
                       {code(Op::exp), 5, 4, 0, 0}};
  call.value = 5;
  return call;
}

void elementwise_bits_do_not_depend_on_threads_paths_and_slices() {
  for (std::size_t n : {1UL, 7UL, 1023UL, 1024UL, 1025UL, 100'003UL}) {
    std::vector<double> a = uniform(n, 0.05, 20), b = uniform(n, 0.1, 20), expected(n), out(n);
    CHECK_EQ(run_call(headline(expected, a, b), *tables()[0], 1), SHARRAY_OK);
    for (const KernelTable* table : tables()) {
      for (int threads : {1, 2, 7}) {
        std::fill(out.begin(), out.end(), -1.0);
        CallBuilder call = headline(out, a, b);
        call.stream = threads == 2;
        CHECK_EQ(run_call(call, *table, threads), SHARRAY_OK);
        CHECK(same(out, expected));
      }
    }
    std::fill(out.begin(), out.end(), -1.0);
    for (std::size_t first = 0; first < n;) {
      const std::size_t length = std::min(n - first, 1 + random_bits() % 3000);
      CallBuilder call = headline(out, a, b);
      call.shape = {static_cast<std::int64_t>(length)};
      for (Array& operand : call.operands) operand.address = static_cast<double*>(operand.address) + first;
      CHECK_EQ(run_call(call, *tables().back(), 2), SHARRAY_OK);
      first += length;
    }
    CHECK(same(out, expected));
    CHECK_EQ(run_call(headline(a, a, b), *tables().back(), 2), SHARRAY_OK);
    CHECK(same(a, expected));
  }
}

/// A random strided layout of `shape` inside a buffer of doubles.
struct Layout {
  std::vector<double> memory;
  std::vector<std::int64_t> strides;  // elements
  std::size_t first = 0;

  Layout(const std::vector<std::int64_t>& shape, bool may_broadcast) : strides(shape.size()) {
    std::vector<std::size_t> order(shape.size());
    for (std::size_t d = 0; d < order.size(); d++) order[d] = d;
    std::shuffle(order.begin(), order.end(), random_bits);
    std::int64_t span = 1;
    std::int64_t lowest = 0;
    for (std::size_t d : order) {
      if (may_broadcast && random_bits() % 4 == 0) continue;
      const std::int64_t step = span * static_cast<std::int64_t>(1 + random_bits() % 2);
      const bool flipped = random_bits() % 3 == 0;
      strides[d] = flipped ? -step : step;
      if (flipped) lowest -= step * (shape[d] - 1);
      span = step * std::max<std::int64_t>(1, shape[d]);
    }
    memory = uniform(static_cast<std::size_t>(span) + 1, -5, 5);
    first = static_cast<std::size_t>(-lowest);
  }

  Array array() {
    Array result{memory.data() + first, kFloat, {}};
    for (std::int64_t stride : strides) result.strides.push_back(stride * 8);
    return result;
  }

  double& at(const std::vector<std::int64_t>& index) {
    std::int64_t offset = static_cast<std::int64_t>(first);
    for (std::size_t d = 0; d < index.size(); d++) offset += index[d] * strides[d];
    return memory[static_cast<std::size_t>(offset)];
  }
};

/// The next index tuple in row-major order; false after the last.
bool next(std::vector<std::int64_t>& index, const std::vector<std::int64_t>& shape) {
  for (std::size_t d = shape.size(); d-- > 0;) {
    if (++index[d] < shape[d]) return true;
    index[d] = 0;
  }
  return false;
}

std::vector<std::int64_t> random_shape(std::int64_t largest) {
  std::vector<std::int64_t> shape(random_bits() % 5);
  for (std::int64_t& length : shape)
    length = 1 + static_cast<std::int64_t>(random_bits() % static_cast<std::uint64_t>(largest));
  return shape;
}

void any_layout_is_walked() {
  for (int round = 0; round < 300; round++) {
    const std::vector<std::int64_t> shape = random_shape(14);
    Layout out(shape, false), x(shape, true), y(shape, true);
    CallBuilder call;
    call.shape = shape;
    call.operands = {out.array(), x.array(), y.array()};
    call.registers = 1;
    call.instructions = {{code(Op::subtract), 3, 1, 2, 0}};
    call.value = 3;
    CHECK_EQ(run_call(call, *tables()[round % tables().size()], 1 + round % 3), SHARRAY_OK);
    std::vector<std::int64_t> index(shape.size());
    bool right = true;
    do {
      right = right && bits(out.at(index)) == bits(x.at(index) - y.at(index));
    } while (next(index, shape));
    CHECK(right);
  }
}

Instruction step(RunOp op, std::uint32_t x = 0, std::uint32_t y = 0) {
  return {kStep + static_cast<std::uint32_t>(op), 0, x, y, 0};
}

/// Small and large, past the caches and not, alone and after another instruction, from places that no vector is aligned
/// to.
void runs_are_evaluated_with_the_same_bits() {
  for (const std::size_t size : {5UL, 3000UL, 200003UL}) {
    const std::vector<double> x = uniform(size, -2, 2), y = uniform(size, -2, 2), z = uniform(size, -2, 2);
    for (const KernelTable* table : tables()) {
      for (std::size_t first : {0UL, 1UL, 3UL}) {
        for (int kind = 0; kind < 8; kind++) {
          std::vector<double> out(size, -7);
          const bool streams = (kind & 1) != 0, negates = (kind & 2) != 0, in_place = (kind & 4) != 0 && !streams;
          if (in_place) out = x;
          const auto array = [&](const std::vector<double>& v) {
            return Array{const_cast<double*>(v.data()) + first, kFloat, {8}};
          };
          CallBuilder call;
          call.shape = {static_cast<std::int64_t>(size - first - 1)};
          call.operands = {array(out), array(in_place ? out : x), array(y), array(z)};
          call.constants = {2, 3};
          call.registers = 2;
          if (negates) call.instructions.push_back({code(Op::negative), 6, 1, 0, 0});
          const std::vector<Instruction> run = {{kRun + static_cast<std::uint32_t>(kFloat), 7, negates ? 6U : 1U, 3, 0},
                                                step(RunOp::multiply, 4),
                                                step(RunOp::add_product, 2, 5),
                                                step(RunOp::subtract, 3)};
          call.instructions.insert(call.instructions.end(), run.begin(), run.end());
          call.value = 7;
          call.stream = streams;
          CHECK_EQ(run_call(call, *table, 1 + kind % 3), SHARRAY_OK);
          bool right = true;
          for (std::size_t i = 0; i < size; i++) {
            const double inside = (negates ? -x[i] : x[i]) * 2 + y[i] * 3 - z[i];
            const double outside = in_place ? x[i] : -7.0;
            right = right && bits(out[i]) == bits(i < first || i >= size - 1 ? outside : inside);
          }
          CHECK(right);
        }
      }
    }
  }
}

void broken_runs_are_refused() {
  std::vector<double> a = uniform(10, 1, 2), out(10);
  const auto refused = [&](std::vector<Instruction> instructions) {
    CallBuilder call;
    call.shape = {10};
    call.operands = {{out.data(), kFloat, {8}}, {a.data(), kFloat, {8}}};
    call.registers = 1;
    call.instructions = std::move(instructions);
    call.value = 2;
    return run_call(call, *tables()[0], 1) == SHARRAY_INVALID;
  };
  const auto header = [](DType type, std::uint32_t steps) {
    return Instruction{kRun + static_cast<std::uint32_t>(type), 2, 1, steps, 0};
  };
  CHECK(!refused({header(kFloat, 2), step(RunOp::add, 1), step(RunOp::square)}));
  CHECK(refused({header(kFloat, 2), step(RunOp::add, 1)}));
  CHECK(refused({header(kFloat, 1), step(RunOp::add, 1), step(RunOp::square)}));
  CHECK(refused({header(kFloat, 0)}));
  CHECK(refused({step(RunOp::add, 1)}));
  CHECK(refused({header(kFloat, 1), header(kFloat, 1), step(RunOp::add, 1)}));
  CHECK(refused({header(DType::int32, 1), step(RunOp::add, 1)}));
  CHECK(refused({header(kFloat, 1), step(RunOp::add, 3)}));
  CHECK(refused({header(kFloat, 1), step(static_cast<RunOp>(kRunOps), 1)}));
}

/// The tree of reduce.h by its definition.
double reduce_by_definition(Reduction reduction, const std::vector<double>& values) {
  const double identity = kReductionIdentity[static_cast<int>(reduction)];
  std::vector<double> nodes;
  for (std::size_t block = 0; block < values.size(); block += kBlock) {
    std::vector<double> lanes(kReductionLanes, identity);
    for (std::size_t j = block; j < std::min(values.size(), block + kBlock); j++) {
      double& lane = lanes[(j - block) % kReductionLanes];
      lane = combine(reduction, lane, values[j]);
    }
    for (std::size_t half = kReductionLanes / 2; half > 0; half /= 2) {
      for (std::size_t l = 0; l < half; l++) lanes[l] = combine(reduction, lanes[l], lanes[l + half]);
    }
    nodes.push_back(lanes[0]);
  }
  while (nodes.size() > 1) {
    std::vector<double> parents;
    for (std::size_t i = 0; i < nodes.size(); i += 2) {
      parents.push_back(i + 1 < nodes.size() ? combine(reduction, nodes[i], nodes[i + 1]) : nodes[i]);
    }
    nodes = parents;
  }
  return nodes[0];
}

void full_reductions_follow_the_tree() {
  for (std::size_t n : {1UL, 31UL, 1024UL, 1025UL, 7000UL, 600'000UL}) {
    std::vector<double> x = uniform(n, -3, 5);
    for (int kind = 0; kind < test::kCombining; kind++) {
      const double expected = reduce_by_definition(static_cast<Reduction>(kind), x);
      for (const KernelTable* table : tables()) {
        for (int threads : {1, 2, 7}) {
          CallBuilder call;
          call.shape = {static_cast<std::int64_t>(n)};
          call.reduced = 1;
          call.mode = Mode::reduction;
          call.reduction = static_cast<Reduction>(kind);
          call.operands = {{nullptr, kFloat, {0}}, {x.data(), kFloat, {8}}};
          call.value = 1;
          double result = 0;
          CHECK_EQ(run_call(call, *table, threads, &result), SHARRAY_OK);
          CHECK_EQ(bits(result), bits(expected));
        }
      }
    }
  }
}

void reductions_over_axes_follow_the_tree() {
  for (int round = 0; round < 200; round++) {
    std::vector<std::int64_t> shape = random_shape(12);
    if (round % 4 == 0) shape = {1 + static_cast<std::int64_t>(random_bits() % 6), 2500};
    if (round % 4 == 1) shape = {1 + static_cast<std::int64_t>(random_bits() % 700), 3000};
    if (round % 16 == 2) shape = {2 + static_cast<std::int64_t>(random_bits() % 30), 50, 70};
    const std::size_t reduced = shape.empty() ? 0 : 1 + random_bits() % shape.size();
    const auto outputs = shape.size() - reduced;
    Layout x(shape, true), out({shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(outputs)}, false);
    CallBuilder call;
    call.shape = shape;
    call.reduced = static_cast<std::int64_t>(reduced);
    call.mode = Mode::reduction;
    call.reduction = static_cast<Reduction>(round % 3);
    call.operands = {out.array(), x.array()};
    call.operands[0].strides.resize(shape.size());
    call.registers = 1;
    call.instructions = {{code(Op::square), 2, 1, 0, 0}};
    call.value = 2;
    CHECK_EQ(run_call(call, *tables()[round % tables().size()], 1 + round % 7), SHARRAY_OK);
    std::vector<std::int64_t> index(shape.size());
    bool right = true, more = true;
    while (more) {
      const std::vector<std::int64_t> output(index.begin(), index.begin() + static_cast<std::ptrdiff_t>(outputs));
      std::vector<double> values;
      do {
        values.push_back(x.at(index) * x.at(index));
        more = next(index, shape);
      } while (more && std::equal(output.begin(), output.end(), index.begin()));
      right = right && bits(out.at(output)) == bits(reduce_by_definition(static_cast<Reduction>(round % 3), values));
    }
    CHECK(right);
  }
}

void no_elements_are_no_trouble() {
  CallBuilder call;
  double out = 7;
  call.shape = {3, 0};
  call.operands = {{&out, kFloat, {0, 8}}, {nullptr, kFloat, {0, 8}}};
  call.value = 1;
  CHECK_EQ(run_call(call, *tables()[0], 2), SHARRAY_OK);
  CHECK_EQ(out, 7.0);
  call.mode = Mode::reduction;
  call.reduced = 2;
  call.operands[0].address = nullptr;
  CHECK_EQ(run_call(call, *tables()[0], 2, &out), SHARRAY_OK);
  CHECK_EQ(bits(out), bits(0.0));
}

void broken_calls_are_refused() {
  std::vector<double> a = uniform(10, 1, 2), b = a, out(10);
  const std::vector<std::int64_t> good = headline(out, a, b).words();
  Program program;
  for (std::size_t words = 0; words < good.size(); words++) {
    program.clear();
    CHECK(!read_program(good.data(), static_cast<std::int64_t>(words), program));
  }
  for (std::size_t at = 1; at < good.size(); at++) {
    for (std::int64_t wrong : {INT64_MIN, INT64_MAX, std::int64_t{-1}, std::int64_t{0}, std::int64_t{0xffff}}) {
      std::vector<std::int64_t> call = good;
      call[at] = wrong;
      program.clear();
      read_program(call.data(), static_cast<std::int64_t>(call.size()), program);
    }
  }
  for (std::size_t at : {1UL, 2UL, 3UL, 4UL, 5UL, 6UL, 7UL, 8UL, 12UL, 13UL}) {
    std::vector<std::int64_t> call = good;
    call[at] = at == 4 ? 2 : 0xfffe;
    program.clear();
    CHECK(!read_program(call.data(), static_cast<std::int64_t>(call.size()), program));
  }
}

}  // namespace

int main() {
  elementwise_bits_do_not_depend_on_threads_paths_and_slices();
  any_layout_is_walked();
  runs_are_evaluated_with_the_same_bits();
  broken_runs_are_refused();
  full_reductions_follow_the_tree();
  reductions_over_axes_follow_the_tree();
  no_elements_are_no_trouble();
  broken_calls_are_refused();
  return check_summary();
}
