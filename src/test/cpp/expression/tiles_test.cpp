/// Transposed operands: every element size and layout against the definition, and what becomes of the dimensions.
#include "expression/tiles.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <random>

#include "api.h"
#include "call_builder.h"
#include "check.h"
#include "expression/evaluate.h"

namespace {

using namespace sharray;
using sharray::test::Array;
using sharray::test::CallBuilder;

constexpr DType kTypes[] = {DType::uint8, DType::int16, DType::float32, DType::float64, DType::complex128};

std::mt19937_64 random_bits(7);

std::int64_t below(std::int64_t limit) {
  return static_cast<std::int64_t>(random_bits() % static_cast<std::uint64_t>(limit));
}

/// Random bytes in which the dimensions lie in any order, with gaps and backwards.
struct Layout {
  std::vector<char> memory;
  std::vector<std::int64_t> strides;
  std::int64_t first = 0;

  Layout(const std::vector<std::int64_t>& shape, DType type) : strides(shape.size()) {
    std::vector<std::size_t> order(shape.size());
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random_bits);
    auto span = static_cast<std::int64_t>(element_size(type));
    for (std::size_t d : order) {
      const bool flipped = below(4) == 0;
      strides[d] = flipped ? -span : span;
      if (flipped) first += span * (shape[d] - 1);
      span *= shape[d];
      if (below(4) == 0) span += static_cast<std::int64_t>(element_size(type)) * below(9);
    }
    memory.resize(static_cast<std::size_t>(span));
    for (char& byte : memory) byte = static_cast<char>(random_bits());
  }

  template <class Value>
  void fill(const Value& value) {
    for (std::size_t at = 0; at + sizeof(double) <= memory.size(); at += sizeof(double)) {
      const double number = value();
      std::memcpy(memory.data() + at, &number, sizeof number);
    }
  }

  char* at(const std::vector<std::int64_t>& index) {
    std::int64_t offset = first;
    for (std::size_t d = 0; d < index.size(); d++) offset += index[d] * strides[d];
    return memory.data() + offset;
  }
};

bool next(std::vector<std::int64_t>& index, const std::vector<std::int64_t>& shape) {
  for (std::size_t d = shape.size(); d-- > 0;) {
    if (++index[d] < shape[d]) return true;
    index[d] = 0;
  }
  return false;
}

std::vector<const KernelTable*> tables() {
  std::vector<const KernelTable*> found;
  for (CpuPath path : {CpuPath::baseline, CpuPath::avx2, CpuPath::avx512, CpuPath::neon}) {
    if (cpu_has(path)) found.push_back(kernels_for(path));
  }
  return found;
}

bool read(const CallBuilder& call, Program& program) {
  const std::vector<std::int64_t> words = call.words();
  return read_program(words.data(), static_cast<std::int64_t>(words.size()), program);
}

std::int32_t run(const CallBuilder& call, const KernelTable& table, int threads) {
  Program program;
  std::int64_t ignored;
  return read(call, program) ? evaluate(program, table, threads, &ignored) : SHARRAY_INVALID;
}

const std::vector<std::int64_t> kShapes[] = {{300, 290},  {7, 1300},    {2900, 3},      {5, 9, 700},
                                             {700, 9, 5}, {64, 20, 40}, {3, 4, 30, 50}, {2500, 70}};

void every_layout_is_copied_to_every_other() {
  std::size_t round = 0;
  for (const auto& shape : kShapes) {
    for (DType type : kTypes) {
      for (int repeat = 0; repeat < 3; repeat++, round++) {
        Layout in(shape, type), out(shape, type);
        CallBuilder call;
        call.shape = shape;
        call.operands = {{out.memory.data() + out.first, type, out.strides},
                         {in.memory.data() + in.first, type, in.strides}};
        call.value = 1;
        call.stream = repeat != 0;
        CHECK_EQ(run(call, *tables()[round % tables().size()], 1 + static_cast<int>(round % 3)), SHARRAY_OK);
        std::vector<std::int64_t> index(shape.size());
        bool same = true;
        do {
          same = same && std::memcmp(out.at(index), in.at(index), element_size(type)) == 0;
        } while (next(index, shape));
        CHECK(same);
      }
    }
  }
}

void operands_of_several_layouts_meet() {
  for (const auto& shape : kShapes) {
    for (const KernelTable* table : tables()) {
      Layout x(shape, DType::uint32), y(shape, DType::uint32), z(shape, DType::uint32), out(shape, DType::uint32);
      CallBuilder call;
      call.shape = shape;
      for (Layout* layout : {&out, &x, &y, &z}) {
        call.operands.push_back({layout->memory.data() + layout->first, DType::uint32, layout->strides});
      }
      call.registers = 1;
      call.instructions = {{opcode_of(Op::multiply, DType::uint32), 4, 1, 2, 0},
                           {opcode_of(Op::subtract, DType::uint32), 4, 4, 3, 0}};
      call.value = 4;
      CHECK_EQ(run(call, *table, 2), SHARRAY_OK);
      std::vector<std::int64_t> index(shape.size());
      bool right = true;
      do {
        const auto value = [&](Layout& of) {
          std::uint32_t word;
          std::memcpy(&word, of.at(index), sizeof word);
          return word;
        };
        right = right && value(out) == value(x) * value(y) - value(z);
      } while (next(index, shape));
      CHECK(right);
    }
  }
}

/// x * y - z as one run, and its elements one by one; every path has the same bits.
void runs_over_several_layouts() {
  for (const auto& shape : kShapes) {
    for (const KernelTable* table : tables()) {
      for (bool stream : {false, true}) {
        Layout x(shape, DType::float64), y(shape, DType::float64), z(shape, DType::float64), out(shape, DType::float64);
        for (Layout* layout : {&x, &y, &z}) layout->fill([] { return static_cast<double>(below(1 << 20)) / 1024; });
        // One operand may be repeated along a dimension.
        const auto repeated = static_cast<std::size_t>(below(2 * static_cast<std::int64_t>(shape.size())));
        if (repeated < shape.size() && z.strides[repeated] > 0) z.strides[repeated] = 0;
        CallBuilder call;
        call.shape = shape;
        for (Layout* layout : {&out, &x, &y, &z}) {
          call.operands.push_back({layout->memory.data() + layout->first, DType::float64, layout->strides});
        }
        call.registers = 1;
        call.instructions = {{kRun + static_cast<std::uint32_t>(DType::float64), 4, 1, 1, 0},
                             {kStep + static_cast<std::uint32_t>(RunOp::multiply_subtract), 0, 2, 3, 0}};
        call.value = 4;
        call.stream = stream;
        CHECK_EQ(run(call, *table, 2), SHARRAY_OK);
        std::vector<std::int64_t> index(shape.size());
        bool right = true;
        do {
          const auto value = [&](Layout& of) {
            double number;
            std::memcpy(&number, of.at(index), sizeof number);
            return number;
          };
          right = right && value(out) == value(x) * value(y) - value(z);
        } while (next(index, shape));
        if (!CHECK(right)) std::fprintf(stderr, "  %s, stream %d\n", cpu_path_name(table->path), stream);
      }
    }
  }
}

CallBuilder copy(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& out,
                 const std::vector<std::int64_t>& in) {
  static double memory[1];
  CallBuilder call;
  call.shape = shape;
  call.operands = {{memory, DType::float64, out}, {memory, DType::float64, in}};
  call.value = 1;
  return call;
}

void contiguous_dimensions_become_one() {
  Program program;
  const std::vector<std::int64_t> c = {8 * 360, 8 * 120, 8 * 30, 8 * 6, 8};
  CHECK(read(copy({2, 3, 4, 5, 6}, c, c), program));
  simplify(program);
  CHECK_EQ(program.shape.size(), 1UL);
  CHECK_EQ(program.shape[0], 720);
  CHECK_EQ(program.operands[1].strides[0], 8);

  // Fortran order on both sides is as good, and dimensions of length 1 are nothing.
  program.clear();
  const std::vector<std::int64_t> f = {8, 16, 99, 48, 240};
  CHECK(read(copy({2, 3, 1, 5, 6}, f, f), program));
  simplify(program);
  CHECK_EQ(program.shape.size(), 1UL);
  CHECK_EQ(program.shape[0], 180);

  // What is broadcast along the first two and the last dimensions stays three.
  program.clear();
  CHECK(read(copy({2, 3, 4, 5, 6}, c, {0, 0, 40, 8, 0}), program));
  simplify(program);
  CHECK_EQ(program.shape.size(), 3UL);
}

void tiles_are_cut_for_transposed_operands_only() {
  Program program;
  Tiling tiling;
  CHECK(read(copy({500, 400}, {3200, 8}, {3200, 8}), program));
  CHECK(!cut_tiles(program, &tiling));
  program.clear();
  CHECK(read(copy({500, 400}, {3200, 8}, {8, 4000}), program));
  CHECK(cut_tiles(program, &tiling));
  CHECK(tiling.tiles >= 500 * 400 / (tiling.rows * tiling.columns));
  program.clear();
  CHECK(read(copy({5, 4}, {32, 8}, {8, 80}), program));
  CHECK(!cut_tiles(program, &tiling));
}

}  // namespace

int main() {
  every_layout_is_copied_to_every_other();
  operands_of_several_layouts_meet();
  runs_over_several_layouts();
  contiguous_dimensions_become_one();
  tiles_are_cut_for_transposed_operands_only();
  return check_summary();
}
