/// Runs: chains of cheap operations on one value, done on tiles in the registers of the processor.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sharray {

/// What a step makes of the value and its operands x and y; every operation in it rounds by itself.
enum class RunOp : std::uint8_t {
  add,                     ///< value + x
  subtract,                ///< value - x
  subtract_from,           ///< x - value
  multiply,                ///< value x
  divide,                  ///< value / x
  divide_into,             ///< x / value
  square,                  ///< value value
  multiply_add,            ///< value x + y
  multiply_subtract,       ///< value x - y
  multiply_subtract_from,  ///< y - value x
  add_product,             ///< value + x y
  subtract_product,        ///< value - x y
  subtract_from_product    ///< x y - value
};
inline constexpr std::size_t kRunOps = 13;

/// How many of x and y a step reads.
constexpr int run_arity(RunOp op) noexcept { return op == RunOp::square ? 0 : op < RunOp::square ? 1 : 2; }

struct RunStep {
  const void* x;
  const void* y;
  std::uint32_t kind;  ///< run_kind
};

/// Bits 0 and 1 of the mask: x, y is one value.
constexpr std::uint32_t run_kind(RunOp op, unsigned mask) noexcept { return static_cast<std::uint32_t>(op) * 4 + mask; }

struct Run {
  const void* first;  ///< what the value is at the start
  bool first_is_one;
  const RunStep* steps;
  std::size_t count;
  /// The different arrays among the operands, for squares to ask for those to come.
  const void* const* arrays;
  std::size_t array_count;
};

/// Where operands are, and where results should go: all in the caches; all in memory; results past the caches, operands
/// in memory; results past the caches, operands in the caches or asked for already.
enum class RunMemory : std::uint8_t { cached, large, streamed, streamed_from_cache };

constexpr bool reads_memory(RunMemory memory) noexcept {
  return memory == RunMemory::large || memory == RunMemory::streamed;
}
constexpr bool streams(RunMemory memory) noexcept {
  return memory == RunMemory::streamed || memory == RunMemory::streamed_from_cache;
}

/// The same for a result that the next instruction reads.
constexpr RunMemory unstreamed(RunMemory memory) noexcept {
  return reads_memory(memory) ? RunMemory::large : RunMemory::cached;
}

/// Does the steps for n elements; any n. `out` may equal operands, unless it is streamed, and overlaps none otherwise.
/// After streaming, `stream_fence` before another thread may look.
using RunKernel = void (*)(void* out, const Run& run, std::size_t n, RunMemory memory) noexcept;

/// An array that a run reads by squares: the element of row r and column c is `down` r + `across` c bytes from `at`,
/// and one of the two strides is the size of an element. `next` is what will be read after this tile, in the same way,
/// or null.
struct RunPlane {
  const char* at;
  std::ptrdiff_t down, across;
  const char* next;
};

/// Does the steps for rows of columns, both multiples of the side of a square. The rows of `out` are `down` bytes
/// apart; it may be an operand itself unless it is streamed, when all its rows are aligned to vectors, and overlaps
/// none otherwise. What is an array among the operands of the steps, and `first`, is a RunPlane.
using SquareKernel = void (*)(char* out, std::ptrdiff_t down, const Run& run, std::size_t rows, std::size_t columns,
                              bool stream) noexcept;

}  // namespace sharray
