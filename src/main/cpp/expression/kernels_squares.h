/// Runs over arrays of which some are transposed against the result: squares of elements are turned in registers on
/// their way, so that reading, turning and storing never wait for each other. Included by kernels.h.
#pragma once

#include "expression/kernels_run.h"

namespace sharray {
namespace {

/// How the rows of a square read their operands.
template <std::size_t kSide>
struct InSquare {
  using P = Pack<double>;
  struct Array {
    P rows[kSide];
    SHARRAY_INLINE P operator[](std::size_t row) const { return rows[row]; }
  };
  std::ptrdiff_t row, column;

  SHARRAY_INLINE static OneValue<P> one(const void* operand) {
    return {Lane<double, P>::repeat(*static_cast<const double*>(operand))};
  }
  SHARRAY_INLINE Array array(const void* operand) const {
    const RunPlane& plane = *static_cast<const RunPlane*>(operand);
    const char* from = plane.at + row * plane.down + column * plane.across;
    const std::ptrdiff_t stride = is_turned(plane) ? plane.across : plane.down;
    typename Words<kSide>::V lines[kSide];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kSide; i++, from += stride) __builtin_memcpy(&lines[i], from, sizeof lines[i]);
    if (is_turned(plane)) Words<kSide>::transpose(lines);
    Array read;
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kSide; i++) read.rows[i] = (P)lines[i];
    return read;
  }
  SHARRAY_INLINE void ask_for_next(const RunPlane& plane) const {
    if (plane.next == nullptr) return;
    const char* next = plane.next + row * plane.down + column * plane.across;
    const std::ptrdiff_t stride = is_turned(plane) ? plane.across : plane.down;
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kSide; i++, next += stride) __builtin_prefetch(next);
  }
  SHARRAY_INLINE static bool is_turned(const RunPlane& plane) {
    return plane.across != static_cast<std::ptrdiff_t>(sizeof(double));
  }
};

template <std::size_t kSide>
void run_squares(char* out, std::ptrdiff_t down, const Run& run, std::size_t rows, std::size_t columns,
                 bool stream) noexcept {
  using P = Pack<double>;
  using L = Lane<double, P>;
  // Down the rows first: what is turned is read along its lines.
  for (std::size_t column = 0; column < columns; column += kSide) {
    for (std::size_t row = 0; row < rows; row += kSide) {
      const InSquare<kSide> in{static_cast<std::ptrdiff_t>(row), static_cast<std::ptrdiff_t>(column)};
      for (std::size_t k = 0; k < run.array_count; k++) in.ask_for_next(*static_cast<const RunPlane*>(run.arrays[k]));
      P value[kSide];
      do_steps(value, run, in);
      char* to = out + in.row * down + in.column * static_cast<std::ptrdiff_t>(sizeof(double));
#pragma GCC unroll 8
      for (std::size_t i = 0; i < kSide; i++, to += down) {
        if (stream) {
          L::stream(reinterpret_cast<double*>(to), value[i]);
        } else {
          L::store(reinterpret_cast<double*>(to), value[i]);
        }
      }
    }
  }
}

template <std::size_t kSide>
constexpr void fill_squares(KernelTable& table) {
  if constexpr (kSide >= 4) {
    table.run_squares = &run_squares<kSide>;
    table.square_side = kSide;
  }
}

}  // namespace
}  // namespace sharray
