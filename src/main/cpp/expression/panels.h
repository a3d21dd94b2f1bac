/// Panels: where the order of the elements is prescribed, as in reductions, but an operand lies closer together along
/// another dimension than the last one, some rows of it are turned into that order at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "expression/kernel_table.h"
#include "expression/program.h"

namespace sharray {

class Cursor;

/// The panel of one operand of one thread.
class Panel {
 public:
  /// None: `used()` is false.
  Panel() noexcept = default;
  /// For an operand of a space whose dimensions from `first` on are walked in order. Throws std::bad_alloc.
  Panel(const Program& program, const Operand& operand, std::size_t first);

  bool used() const noexcept { return memory_ != nullptr; }

  /// Where the elements from the cursor on lie one after the other, and how many of `*n` do, at least one. `origin` is
  /// the address of the operand with all dimensions of the cursor at 0.
  const char* find(const KernelTable& table, const Cursor& cursor, const char* origin, std::size_t* n) noexcept;

 private:
  void fill(const KernelTable& table, const char* from) noexcept;

  const Extents* shape_ = nullptr;
  const Extents* strides_ = nullptr;
  std::size_t size_ = 0;  ///< of an element
  std::size_t dimension_ = 0;
  std::int64_t length_ = 1, height_ = 0;  ///< elements of a row: those of all later dimensions; rows of a panel
  const char* plane_ = nullptr;           ///< where row 0 of the rows that are here lies
  std::int64_t row_ = 0, rows_ = 0;       ///< those that are here
  struct Free {
    void operator()(char* memory) const noexcept { std::free(memory); }
  };
  std::unique_ptr<char, Free> memory_;
};

}  // namespace sharray
