#include "expression/panels.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "expression/machine.h"

namespace sharray {
namespace {

constexpr std::int64_t kLine = 64;
/// Bytes of a panel: what is preferred, and what is still better than a line for each element.
constexpr std::int64_t kPreferred = std::int64_t{2} << 20, kMost = std::int64_t{4} << 20;
/// Columns that are turned at once, and how many before that they are asked for.
constexpr std::int64_t kColumns = 8, kAhead = 32;

}  // namespace

Panel::Panel(const Program& program, const Operand& operand, std::size_t first)
    : shape_(&program.shape), strides_(&operand.strides), size_(element_size(operand.type)) {
  const std::size_t last = program.shape.size() - 1;
  if (operand.counts || last <= first || std::abs(operand.strides[last]) < kLine) return;
  for (dimension_ = first; dimension_ < last; dimension_++) {
    const std::int64_t along = std::abs(operand.strides[dimension_]);
    if (along != 0 && along < kLine) break;
  }
  if (dimension_ == last) return;
  const auto size = static_cast<std::int64_t>(size_);
  for (std::size_t d = dimension_ + 1; d <= last; d++) length_ *= program.shape[d];
  if (length_ > kMost / size) return;
  height_ = std::max(kLine / size, kPreferred / (length_ * size) / (kLine / size) * (kLine / size));
  height_ = std::min(height_, program.shape[dimension_]);
  if (height_ * length_ * size > kMost) return;
  const std::size_t bytes = static_cast<std::size_t>(height_ * length_) * size_;
  memory_.reset(static_cast<char*>(std::aligned_alloc(kLine, (bytes + kLine - 1) / kLine * kLine)));
  if (memory_ == nullptr) throw std::bad_alloc();
}

const char* Panel::find(const KernelTable& table, const Cursor& cursor, const char* origin, std::size_t* n) noexcept {
  std::int64_t position = 0;
  for (std::size_t d = dimension_ + 1; d < shape_->size(); d++) position = position * (*shape_)[d] + cursor.index(d);
  const char* plane = origin;
  for (std::size_t d = cursor.first(); d < dimension_; d++) plane += cursor.index(d) * (*strides_)[d];
  const std::int64_t row = cursor.index(dimension_);
  if (plane != plane_ || row < row_ || row >= row_ + rows_) {
    plane_ = plane;
    row_ = row / height_ * height_;
    rows_ = std::min(height_, (*shape_)[dimension_] - row_);
    fill(table, plane + row_ * (*strides_)[dimension_]);
  }
  const std::int64_t at = (row - row_) * length_ + position;
  *n = std::min(*n, static_cast<std::size_t>(rows_ * length_ - at));
  return memory_.get() + static_cast<std::size_t>(at) * size_;
}

void Panel::fill(const KernelTable& table, const char* from) noexcept {
  const std::size_t last = shape_->size() - 1;
  const std::ptrdiff_t down = (*strides_)[dimension_], across = (*strides_)[last];
  const auto transpose = table.transpose[static_cast<std::size_t>(__builtin_ctzll(size_))];
  const std::int64_t width = (*shape_)[last];
  Cursor line(*shape_, dimension_ + 1, last);
  char* to = memory_.get();
  for (std::int64_t done = 0; done < length_; done += width) {
    const char* at = from + line.offset(*strides_);
    for (std::int64_t column = 0; column < width; column += kColumns) {
      const std::int64_t columns = std::min(kColumns, width - column);
      const std::int64_t last = std::min(kAhead + columns, width - column);
      for (std::int64_t c = column == 0 ? columns : kAhead; c < last; c++)
        prefetch(at + c * across, down * (rows_ - 1));
      transpose(to, static_cast<std::size_t>(length_) * size_, at, down, across, static_cast<std::size_t>(rows_),
                static_cast<std::size_t>(columns));
      to += static_cast<std::size_t>(columns) * size_;
      at += columns * across;
    }
    line.move(1);
  }
}

}  // namespace sharray
