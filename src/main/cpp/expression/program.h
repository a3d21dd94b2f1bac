/// A call: one evaluation of a flat program, as a sequence of 64-bit words that Java writes and C++ reads.
///
/// ```
/// 0            result: receives the bits of a scalar reduction
/// 1            kCallVersion
/// 2            reduction: -1 none, else Reduction
/// 3            dimensions of the iteration space
/// 4            how many of them, the last ones, are reduced
/// 5 6 7 8      operands, constants, instructions, registers
/// 9            value: the reference whose value is stored or reduced
/// 10           threads wanted, 0 for the team's
/// 11           kCallStream: store past the caches
/// 12...        shape, outermost dimension first
/// ...          operands: address, element type, byte stride of each dimension; operand 0 is the output
/// ...          constants: bits of a double, or 0 and 1 for a bool
/// ...          instructions: two words, opcode | target << 16 | x << 32 | y << 48, then z | s << 16 | t << 32
/// ```
/// A reference counts operands first, then constants, then registers. An opcode of kChain or more is the chain kernel
/// opcode - kChain, one of kLinear or more the linear kernel opcode - kLinear, which alone has s and t. The output of a
/// scalar reduction has address 0; strides of the output in reduced dimensions count for nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "expression/kernel_table.h"

namespace sharray {

inline constexpr std::int64_t kCallVersion = 2;
inline constexpr std::int64_t kCallStream = 1;
inline constexpr std::int64_t kNoReduction = -1;
inline constexpr std::int64_t kMaxDimensions = 32;
inline constexpr std::int64_t kCallHeaderWords = 12;
inline constexpr std::uint32_t kChain = 0x8000;
inline constexpr std::uint32_t kLinear = 0x9000;

enum class ElementType : std::int64_t { float64 = 0, boolean = 1 };

constexpr std::size_t element_size(ElementType type) noexcept { return type == ElementType::float64 ? 8 : 1; }

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
  ElementType type;
  Extents strides;  ///< bytes, as many as the dimensions of the space
};

struct Instruction {
  std::uint32_t opcode;
  std::uint32_t target, x, y, z;  ///< references, 0 where the operation has none
  std::uint32_t s = 0, t = 0;
};

/// A call, checked and taken apart.
struct Program {
  Extents shape;
  std::size_t reduced = 0;  ///< how many of the last dimensions are reduced
  bool reduces = false;
  Reduction reduction = Reduction::sum;
  std::vector<Operand> operands;
  std::vector<std::int64_t> constants;
  std::vector<Instruction> instructions;
  std::size_t registers = 0;
  std::uint32_t value = 0;
  int threads = 0;
  bool stream = false;

  /// Empties it, keeping its memory.
  void clear() noexcept;
  std::size_t references() const noexcept { return operands.size() + constants.size() + registers; }
};

/// Reads a call. Returns false if it is not well formed: sizes and references are checked, addresses cannot be.
bool read_program(const std::int64_t* call, std::int64_t words, Program& program);

/// Elements of the iteration space.
std::int64_t elements(const Program& program) noexcept;

/// Estimated time of one thread, from the number of elements and the instructions.
double estimated_nanoseconds(const Program& program) noexcept;

/// Brings the dimensions into the order and number that is fastest to walk: dimensions of length 1 are dropped, output
/// dimensions sorted by the stride of the output, neighbours merged where all operands allow it. Reduced dimensions
/// keep their order, on which the bits of a reduction depend.
void simplify(Program& program);

}  // namespace sharray
