/// The block interpreter: runs a program over one block of at most kBlock elements, on one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "expression/kernel_table.h"
#include "expression/panels.h"
#include "expression/program.h"

namespace sharray {

/// Up to here elements are in the caches, and a result is better left there.
inline constexpr std::int64_t kCachedElements = 1 << 16;

/// A position in some consecutive dimensions of the space, counted in row-major order.
class Cursor {
 public:
  /// Walks dimensions [first, last) of the shape.
  Cursor(const Extents& shape, std::size_t first, std::size_t last) noexcept
      : shape_(&shape), first_(first), last_(last) {}

  void seek(std::int64_t position) noexcept;
  /// Moves n elements on, n at most `run()`.
  void advance(std::int64_t n) noexcept;
  /// Moves any number of elements on, to the end at most.
  void move(std::int64_t n) noexcept {
    while (n > 0) {
      const std::int64_t part = n < run() ? n : run();
      advance(part);
      n -= part;
    }
  }
  /// Elements from here to the end of the innermost dimension.
  std::int64_t run() const noexcept { return first_ == last_ ? 1 : (*shape_)[last_ - 1] - index_[last_ - 1]; }
  /// Byte offset of an operand here.
  std::ptrdiff_t offset(const Extents& strides) const noexcept;
  std::int64_t index(std::size_t dimension) const noexcept { return index_[dimension]; }
  std::size_t first() const noexcept { return first_; }
  std::ptrdiff_t inner_stride(const Extents& strides) const noexcept {
    return first_ == last_ ? 0 : strides[last_ - 1];
  }

 private:
  const Extents* shape_;
  std::size_t first_, last_;
  std::int64_t index_[kMaxDimensions] = {};
};

/// Asks for the lines of the cache from here to `reach` bytes further.
inline void prefetch(const char* at, std::ptrdiff_t reach) noexcept {
  // Without this GCC takes the function for one without effect and drops its calls.
  asm volatile("");
  constexpr std::ptrdiff_t kLine = 64;
  if (reach < 0) at += reach;
  const std::ptrdiff_t length = reach < 0 ? -reach : reach;
  for (std::ptrdiff_t b = 0; b < length; b += kLine) __builtin_prefetch(at + b);
  __builtin_prefetch(at + length);
}

/// Registers and operand pointers of one thread. Its memory belongs to the thread and is used again by the next
/// machine, so a thread has one machine at a time.
class Machine {
 public:
  /// False from `ready` if there is no memory for the registers.
  Machine(const Program& program, const KernelTable& table) noexcept;
  bool ready() const noexcept { return memory_ != nullptr; }

  /// Points operands at n elements from `cursor`, the dimensions before it standing at byte offset `base[operand]`;
  /// null for none.
  void bind(const Cursor& cursor, const std::ptrdiff_t* base, std::size_t n) noexcept;
  /// Points operands at a tile: `rows` steps of `cursor`, and in each `columns` elements `stride[operand]` bytes apart.
  void bind_tile(const Cursor& cursor, const std::ptrdiff_t* base, const std::ptrdiff_t* stride, std::size_t rows,
                 std::size_t columns) noexcept;
  /// Points one operand, which is no scalar, at rows of columns in memory. At most kBlock elements.
  void bind_rows(std::size_t operand, const char* from, std::ptrdiff_t row_stride, std::ptrdiff_t column_stride,
                 std::size_t rows, std::size_t columns) noexcept;
  /// Points one operand at elements that lie one after the other.
  void bind_elements(std::size_t operand, void* elements) noexcept { slots_[operand] = elements; }
  bool is_scalar(std::size_t operand) const noexcept { return scalar_[operand] != 0; }
  /// Gathers rows of columns of an operand, along the dimension in which its elements are closer.
  void load_tile(std::size_t operand, void* to, const char* from, std::ptrdiff_t row_stride,
                 std::ptrdiff_t column_stride, std::size_t rows, std::size_t columns) noexcept;

  /// Asks for rows of columns of all operands: those that `bind_tile` will be given soon.
  void prefetch_rows(const Cursor& cursor, const std::ptrdiff_t* base, const std::ptrdiff_t* stride, std::size_t rows,
                     std::size_t columns) const noexcept;

  /// Runs the instructions on n elements.
  void run(std::size_t n, RunMemory memory = RunMemory::cached) noexcept;
  /// The same for a program of one result, into `target` if its value is a register; `target` may be the memory of an
  /// operand. Returns where the value is. `streamed` only if the program `ends_in_run`.
  const void* run(std::size_t n, void* target, RunMemory memory) noexcept;
  /// Whether the last instruction is a run that makes the first result.
  bool ends_in_run() const noexcept;
  /// Whether the program is nothing but a run over contiguous operands, so that it needs no blocks.
  bool is_run() const noexcept;
  /// Does it for elements [first, last) of the space, of which there is one dimension.
  void run_range(std::int64_t first, std::int64_t last, RunMemory memory) noexcept;
  /// Whether the program is nothing but a run, or a copy, of elements of 8 bytes that squares can do, if its operands'
  /// strides allow it.
  bool is_run_by_squares() const noexcept;
  /// Does it for a tile; planes at the places of the operands that are no scalars.
  void run_squares(const RunPlane* planes, char* out, std::ptrdiff_t down, std::size_t rows, std::size_t columns,
                   bool stream) noexcept;
  /// Where the value of a result is: n elements, or one if it is a scalar.
  const void* value(std::size_t result) const noexcept { return slots_[program_.results[result].value]; }
  bool value_is_scalar(std::size_t result) const noexcept { return scalar_[program_.results[result].value] != 0; }
  /// n elements of the value for a kernel that takes no scalar: repeats one where needed.
  const void* full_value(std::size_t result, std::size_t n) noexcept;

  const KernelTable& table() const noexcept { return table_; }

 private:
  /// An instruction with its kernel; a run has `chain` instead, a draw `draw`.
  struct Step {
    Kernel kernel;
    RunKernel chain;
    DrawKernel draw;
    std::uint32_t target, x, y, z, key;
    std::uint32_t first, count;         ///< of a run: its instructions
    std::uint32_t arrays, array_count;  ///< of a run: among the workspace's
  };
  struct Workspace;

  static Workspace& workspace() noexcept;
  void prepare(std::size_t instruction);
  void prepare_run(std::size_t instruction);
  void prepare_draw(const Instruction& draw) noexcept;
  void prepare_panels();
  Kernel kernel_for(const Instruction& instruction) noexcept;
  /// Makes a scalar a block of equal elements, for kernels that take no scalars.
  void repeat(std::uint32_t reference, DType type) noexcept;
  unsigned scalars(const Instruction& step) const noexcept;
  /// The run with its operands; place(reference) tells where each is.
  template <class Place>
  Run bind_run(const Step& step, const Place& place) noexcept;
  void do_run(const Step& step, std::size_t n, RunMemory memory) noexcept;
  void bind_panel(std::size_t operand, Cursor cursor, const char* origin, std::size_t n) noexcept;
  void load(std::size_t operand, void* to, const char* from, std::ptrdiff_t stride, std::size_t n) noexcept;

  const Program& program_;
  const KernelTable& table_;
  Workspace& space_;
  char* memory_ = nullptr;
  std::vector<void*>& slots_;
  std::vector<char>& scalar_;
  std::size_t slot_bytes_;
  std::size_t largest_block_;
  std::vector<Panel> panels_;  ///< of the operands, or empty
  char* buffers_ = nullptr;
  char* repeated_ = nullptr;
};

/// Writes n elements of type `type` from `from` to `to`, `stride` bytes apart; `scalar`: from holds one element.
void store(const KernelTable& table, DType type, char* to, std::ptrdiff_t stride, const void* from, bool scalar,
           std::size_t n) noexcept;

}  // namespace sharray
