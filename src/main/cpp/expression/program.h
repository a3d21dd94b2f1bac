/// A call: one pass of a flat program over the elements, as a sequence of 64-bit words that Java writes and C++ reads.
///
/// ```
/// 0            result: receives the number of a reduction whose output has address 0
/// 1            kCallVersion
/// 2            Mode
/// 3            dimensions of the iteration space
/// 4            how many of them, the last ones, are reduced or scanned
/// 5            results
/// 6 7 8 9      operands, constants, instructions, registers
/// 10           threads wanted, 0 for the team's
/// 11           kCallStream: store past the caches
/// 12...        results: the reference whose value is stored, reduced or scanned, and its Reduction
/// ...          shape, outermost dimension first
/// ...          operands: address, dtype, byte stride of each dimension; the outputs of the results come first. With
///              kCounts in the dtype it is no memory: the element is the number that its address would be
/// ...          constants: dtype, and the 16 bytes that begin with the element
/// ...          instructions: two words, opcode | target << 16 | x << 32 | y << 48, then z | key << 16
/// ```
/// A reference counts operands first, then constants, then registers. An opcode below kCast is an operation |
/// dtype << 8; one of kDraw draws, kDraw | Draw << 4 | dtype of the result: x has the counters, y and z the parameters,
/// and the constant `key` is a DrawKey (random/draw.h). One of kCast or more converts, from << 4 | to. kRun | dtype
/// begins a run (run.h) of the value x for float32 or float64, whose y steps are the next instructions: kStep |
/// operation, with the operands x and y. Strides of the output of a reduction in reduced dimensions count for nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "expression/kernel_table.h"
#include "random/draw.h"

namespace sharray {

inline constexpr std::int64_t kCallVersion = 5;
inline constexpr std::int64_t kCallStream = 1;
inline constexpr std::int64_t kMaxDimensions = 32;
inline constexpr std::int64_t kCallHeaderWords = 12;
inline constexpr std::int64_t kCounts = 0x100;
inline constexpr std::uint32_t kDraw = 0x9000;
inline constexpr std::uint32_t kCast = 0xa000;
inline constexpr std::uint32_t kRun = 0xb000;
inline constexpr std::uint32_t kStep = 0xc000;

/// What becomes of the values: each is stored, they are reduced, or the results of a reduction up to each are stored.
enum class Mode : std::uint8_t { elementwise, reduction, scan };

constexpr std::uint32_t opcode_of(Op op, DType type) noexcept {
  return static_cast<std::uint32_t>(op) | static_cast<std::uint32_t>(type) << 8;
}
constexpr std::uint32_t cast_opcode(DType from, DType to) noexcept {
  return kCast | static_cast<std::uint32_t>(from) << 4 | static_cast<std::uint32_t>(to);
}

/// Up to kMaxDimensions numbers, one for each dimension, without a heap block.
class Extents {
 public:
  std::size_t size() const noexcept { return size_; }
  void clear() noexcept { size_ = 0; }
  std::int64_t& operator[](std::size_t d) noexcept { return values_[d]; }
  std::int64_t operator[](std::size_t d) const noexcept { return values_[d]; }
  void push_back(std::int64_t value) noexcept { values_[size_++] = value; }
  void erase(std::size_t d) noexcept {
    for (size_--; d < size_; d++) values_[d] = values_[d + 1];
  }

 private:
  std::int64_t values_[kMaxDimensions];
  std::size_t size_ = 0;
};

struct Operand {
  char* address;
  DType type;
  Extents strides;      ///< bytes, as many as the dimensions of the space
  bool counts = false;  ///< no memory: elements are what their addresses would be
};

struct Instruction {
  std::uint32_t opcode;
  std::uint32_t target, x, y, z;  ///< references, 0 where the operation has none; in a run y is its length
  std::uint32_t key = 0;          ///< a reference, of a draw only
};

struct Constant {
  DType type;
  alignas(kLargestElement) std::int64_t words[2];
};

struct Result {
  std::uint32_t value;  ///< a reference
  Reduction reduction;
  DType type;  ///< of the value
};

/// A call, checked and taken apart.
struct Program {
  Mode mode = Mode::elementwise;
  Extents shape;
  std::size_t reduced = 0;  ///< how many of the last dimensions are reduced or scanned
  std::vector<Result> results;
  std::vector<Operand> operands;  ///< those of the results come first
  std::vector<Constant> constants;
  std::vector<Instruction> instructions;
  std::size_t registers = 0;
  int threads = 0;
  bool stream = false;

  /// Empties it, keeping its memory.
  void clear() noexcept;
  std::size_t references() const noexcept { return operands.size() + constants.size() + registers; }
};

constexpr bool is_draw(std::uint32_t opcode) noexcept { return opcode >= kDraw && opcode < kCast; }
constexpr std::uint32_t draw_opcode(Draw draw) noexcept {
  return kDraw | static_cast<std::uint32_t>(draw) << 4 | static_cast<std::uint32_t>(result_of(draw));
}
constexpr Draw draw_of(std::uint32_t opcode) noexcept { return static_cast<Draw>(opcode >> 4 & 0xffU); }

constexpr bool begins_run(std::uint32_t opcode) noexcept { return opcode >= kRun && opcode < kStep; }

/// The dtype of the operands of an instruction; for SELECT, that of all but the first.
DType operand_type(std::uint32_t opcode) noexcept;
/// The dtype of the result of an instruction.
DType result_type(std::uint32_t opcode) noexcept;
/// Whether the first operand is a bool whatever the others are.
bool selects(std::uint32_t opcode) noexcept;
/// The accumulator for values of a dtype; false if such values are not reduced.
bool accumulator_for(DType type, Accumulator* accumulator) noexcept;

/// Reads a call. Returns false if it is not well formed: sizes and references are checked, addresses cannot be.
bool read_program(const std::int64_t* call, std::int64_t words, Program& program);

/// Elements of the iteration space.
std::int64_t elements(const Program& program) noexcept;

/// Estimated time of one thread, from the number of elements and the instructions.
double estimated_nanoseconds(const Program& program) noexcept;

/// Exchanges two dimensions of the space, both output dimensions or both others.
void swap_dimensions(Program& program, std::size_t d, std::size_t e) noexcept;

/// Brings the dimensions into the order and number that is fastest to walk: dimensions of length 1 are dropped, output
/// dimensions sorted by the stride of the output, neighbours merged where all operands allow it. Reduced dimensions
/// keep their order, on which the bits of a reduction depend.
void simplify(Program& program);

}  // namespace sharray
