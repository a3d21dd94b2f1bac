#include "expression/tiles.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace sharray {
namespace {

/// Fewer elements stay in the caches, where it does not matter in which order lines are touched.
constexpr std::int64_t kTiledElements = 1 << 12;
constexpr std::int64_t kLine = 64;
/// Bytes of the elements that squares are made of.
constexpr std::int64_t kEight = 8;
/// Columns of a tile, and lines that its rows are high. Measured on 5000 x 5000 doubles; what is gathered stays in L1.
constexpr std::int64_t kColumns = 128, kLines = 4;
/// Columns of a strip: a transposed operand has each in a page of its own, and the processor knows some thousand pages.
constexpr std::int64_t kStrip = 512;
/// Tiles of fewer columns are as high as a block of the instructions allows.
constexpr std::int64_t kNarrow = 32;

/// Whether an operand is to be gathered by tiles of this dimension as rows.
bool suffers(const Program& program, const Operand& operand, std::size_t rows) noexcept {
  const std::int64_t across = std::llabs(operand.strides[program.shape.size() - 1]);
  const std::int64_t along = std::llabs(operand.strides[rows]);
  return !operand.counts && across >= kLine && along != 0 && along < kLine;
}

/// The dimension along which most operands that are far apart along the last one are close together, or the last.
std::size_t row_dimension(const Program& program) noexcept {
  const std::size_t last = program.shape.size() - 1;
  std::size_t most = 0, best = last;
  for (std::size_t d = 0; d < last; d++) {
    std::size_t votes = 0;
    for (std::size_t i = program.results.size(); i < program.operands.size(); i++) {
      if (suffers(program, program.operands[i], d)) votes++;
    }
    if (votes > most) {
      most = votes;
      best = d;
    }
  }
  return best;
}

class Walk {
 public:
  Walk(const Program& program, const Tiling& tiling, Machine& machine)
      : program_(program),
        tiling_(tiling),
        machine_(machine),
        large_(elements(program) > kCachedElements && program.stream),
        stream_(large_ && (program.operands[0].type == DType::float64 || machine.ends_in_run())),
        last_(program.shape.size() - 1),
        from_(program.operands.size()),
        gathered_(program.operands.size()),
        planes_(program.operands.size()),
        squares_(allow_squares()),
        aligned_(aligned_rows(program.operands[0])) {
    for (std::size_t i = program.results.size(); i < program.operands.size(); i++) {
      const Operand& operand = program.operands[i];
      if (!suffers(program, operand, last_ - 1)) continue;
      gathered_[i].resize(static_cast<std::size_t>(tiling.rows * tiling.columns) * element_size(operand.type) + kLine);
    }
  }

  void evaluate(std::int64_t tile, bool another) noexcept {
    const Place place = find(tile);
    const Place next = another ? find(tile + 1) : place;
    if (squares_) {
      const auto side = static_cast<std::int64_t>(machine_.table().square_side);
      const std::int64_t rows = place.rows / side * side, columns = place.columns / side * side;
      evaluate_squares(place, another ? &next : nullptr, rows, columns);
      if (columns < place.columns)
        evaluate_gathered(part(place, 0, columns, place.rows, place.columns - columns), nullptr);
      if (columns > 0 && rows < place.rows)
        evaluate_gathered(part(place, rows, 0, place.rows - rows, columns), nullptr);
    } else {
      evaluate_gathered(place, another ? &next : nullptr);
    }
  }

 private:
  struct Place {
    Cursor outer;
    std::int64_t row, column, rows, columns;
  };

  /// Whether all arrays and the result are such that squares can be read and written.
  bool allow_squares() const noexcept {
    if (!machine_.is_run_by_squares()) return false;
    if (program_.operands[0].strides[last_] != kEight) return false;
    for (std::size_t i = program_.results.size(); i < program_.operands.size(); i++) {
      const Extents& strides = program_.operands[i].strides;
      if (!machine_.is_scalar(i) && strides[last_] != kEight && strides[last_ - 1] != kEight) return false;
    }
    return true;
  }

  static bool aligned_rows(const Operand& out) noexcept {
    std::uintptr_t bits = reinterpret_cast<std::uintptr_t>(out.address);
    for (std::size_t d = 0; d + 1 < out.strides.size(); d++) bits |= static_cast<std::uintptr_t>(out.strides[d]);
    return bits % kLine == 0;
  }

  static Place part(const Place& of, std::int64_t row, std::int64_t column, std::int64_t rows,
                    std::int64_t columns) noexcept {
    Place place = of;
    place.row += row;
    place.column += column;
    place.rows = rows;
    place.columns = columns;
    return place;
  }

  /// The first rows and columns of a tile, as many as make squares; asks for those of the next one, unless it is null.
  void evaluate_squares(const Place& place, const Place* next, std::int64_t rows, std::int64_t columns) noexcept {
    for (std::size_t i = program_.results.size(); i < from_.size(); i++) {
      const Extents& strides = program_.operands[i].strides;
      planes_[i] = {address(place, i), strides[last_ - 1], strides[last_],
                    next == nullptr ? nullptr : address(*next, i)};
    }
    machine_.run_squares(planes_.data(), address(place, 0), program_.operands[0].strides[last_ - 1],
                         static_cast<std::size_t>(rows), static_cast<std::size_t>(columns), large_ && aligned_);
  }

  /// Gathers what suffers, and runs the instructions on some rows after the other.
  void evaluate_gathered(const Place& place, const Place* next) noexcept {
    for (std::size_t i = 0; i < from_.size(); i++) from_[i] = address(place, i);
    const auto columns = static_cast<std::size_t>(place.columns);
    for (std::size_t i = program_.results.size(); i < from_.size(); i++) {
      if (gathered_[i].empty()) continue;
      const Extents& strides = program_.operands[i].strides;
      machine_.load_tile(i, aligned(i), from_[i], strides[last_ - 1], strides[last_],
                         static_cast<std::size_t>(place.rows), columns);
    }
    // The fewer calls, the better: a copy into the caches costs less.
    const std::int64_t together = static_cast<std::int64_t>(kBlock) / place.columns;
    for (std::int64_t row = 0; row < place.rows; row += together) {
      const std::int64_t rows = std::min(together, place.rows - row);
      if (next != nullptr) prefetch(*next, row, row + rows);
      evaluate_rows(row, static_cast<std::size_t>(rows), columns);
    }
  }

  Place find(std::int64_t tile) const noexcept {
    Place place{Cursor(program_.shape, 0, last_ - 1), 0, 0, 0, 0};
    const std::int64_t plane = tiling_.row_tiles * tiling_.column_tiles;
    place.outer.seek(tile / plane);
    tile %= plane;
    const std::int64_t strip = tile / (tiling_.row_tiles * tiling_.strip) * tiling_.strip;
    const std::int64_t width = std::min(tiling_.strip, tiling_.column_tiles - strip);
    tile -= strip * tiling_.row_tiles;
    place.row = tile / width * tiling_.rows;
    place.column = (strip + tile % width) * tiling_.columns;
    place.rows = std::min(tiling_.rows, program_.shape[last_ - 1] - place.row);
    place.columns = std::min(tiling_.columns, program_.shape[last_] - place.column);
    return place;
  }

  char* address(const Place& place, std::size_t operand) const noexcept {
    const Extents& strides = program_.operands[operand].strides;
    return program_.operands[operand].address + place.outer.offset(strides) + place.row * strides[last_ - 1] +
           place.column * strides[last_];
  }

  char* aligned(std::size_t operand) noexcept {
    char* memory = gathered_[operand].data();
    return memory + (kLine - static_cast<std::ptrdiff_t>(reinterpret_cast<std::uintptr_t>(memory) % kLine)) % kLine;
  }

  /// Asks for the lines of some rows of a tile, and of as large a part of the columns where those are gathered.
  void prefetch(const Place& place, std::int64_t first, std::int64_t last) const noexcept {
    for (std::size_t i = program_.results.size(); i < from_.size(); i++) {
      if (machine_.is_scalar(i) || program_.operands[i].counts) continue;
      const std::ptrdiff_t down = program_.operands[i].strides[last_ - 1], across = program_.operands[i].strides[last_];
      if (gathered_[i].empty()) {
        prefetch(address(place, i), down, across * (place.columns - 1), first, std::min(last, place.rows));
      } else {
        prefetch(address(place, i), across, down * (place.rows - 1), place.columns * first / tiling_.rows,
                 place.columns * last / tiling_.rows);
      }
    }
  }

  static void prefetch(const char* at, std::ptrdiff_t stride, std::ptrdiff_t reach, std::int64_t first,
                       std::int64_t last) noexcept {
    at += first * stride;
    for (std::int64_t i = first; i < last; i++, at += stride) sharray::prefetch(at, reach);
  }

  void evaluate_rows(std::int64_t row, std::size_t rows, std::size_t columns) noexcept {
    for (std::size_t i = program_.results.size(); i < from_.size(); i++) {
      const Operand& operand = program_.operands[i];
      const std::ptrdiff_t row_stride = operand.strides[last_ - 1];
      if (!gathered_[i].empty()) {
        machine_.bind_elements(i, aligned(i) + static_cast<std::size_t>(row) * columns * element_size(operand.type));
      } else if (!machine_.is_scalar(i)) {
        machine_.bind_rows(i, from_[i] + row * row_stride, row_stride, operand.strides[last_], rows, columns);
      }
    }
    const Operand& out = program_.operands[0];
    const std::size_t size = element_size(out.type);
    const std::ptrdiff_t row_stride = out.strides[last_ - 1];
    const bool unit = out.strides[last_] == static_cast<std::ptrdiff_t>(size);
    const bool direct = unit && (rows == 1 || row_stride == static_cast<std::ptrdiff_t>(columns * size));
    char* to = from_[0] + row * row_stride;
    const bool stream_run = direct && stream_ && machine_.ends_in_run();
    const RunMemory memory = stream_run ? RunMemory::streamed_from_cache : RunMemory::cached;
    const void* value = machine_.run(rows * columns, direct && (!stream_ || stream_run) ? to : nullptr, memory);
    if (value != to) store_rows(to, value, rows, columns);
  }

  void store_rows(char* to, const void* value, std::size_t rows, std::size_t columns) const noexcept {
    const Operand& out = program_.operands[0];
    const std::size_t size = element_size(out.type);
    const bool scalar = machine_.value_is_scalar(0);
    const bool streams =
        stream_ && out.type == DType::float64 && !scalar && out.strides[last_] == static_cast<std::ptrdiff_t>(size);
    const KernelTable& table = machine_.table();
    for (std::size_t r = 0; r < rows; r++, to += out.strides[last_ - 1]) {
      const char* from = static_cast<const char*>(value) + (scalar ? 0 : r * columns * size);
      if (streams) {
        table.copy_stream(reinterpret_cast<double*>(to), reinterpret_cast<const double*>(from), columns);
      } else {
        store(table, out.type, to, out.strides[last_], from, scalar, columns);
      }
    }
  }

  const Program& program_;
  const Tiling& tiling_;
  Machine& machine_;
  const bool large_;   ///< whether the result should go past the caches
  const bool stream_;  ///< whether it can, row by row
  const std::size_t last_;
  std::vector<char*> from_;                  ///< where the tile begins in each operand
  std::vector<std::vector<char>> gathered_;  ///< tiles of the operands that are gathered, empty for others
  std::vector<RunPlane> planes_;
  const bool squares_;  ///< whether most of a tile is done by squares
  const bool aligned_;  ///< whether all rows of the result begin a line of the cache
};

}  // namespace

bool cut_tiles(Program& program, Tiling* tiling) noexcept {
  if (program.shape.size() < 2 || elements(program) < kTiledElements) return false;
  const std::size_t last = program.shape.size() - 1, rows = row_dimension(program);
  if (rows == last) return false;
  swap_dimensions(program, rows, last - 1);
  std::size_t least = kLargestElement;
  for (std::size_t i = program.results.size(); i < program.operands.size(); i++) {
    if (suffers(program, program.operands[i], last - 1))
      least = std::min(least, element_size(program.operands[i].type));
  }
  const std::int64_t height = program.shape[last - 1], width = program.shape[last];
  const bool narrow = width < kNarrow;
  const auto block = static_cast<std::int64_t>(kBlock);
  tiling->columns = std::min(width, kColumns);
  tiling->rows = std::min(height, narrow ? block / width : kLines * kLine / static_cast<std::int64_t>(least));
  tiling->row_tiles = (height + tiling->rows - 1) / tiling->rows;
  tiling->column_tiles = (width + tiling->columns - 1) / tiling->columns;
  tiling->strip = std::max<std::int64_t>(1, kStrip / tiling->columns);
  tiling->tiles = elements(program) / (height * width) * tiling->row_tiles * tiling->column_tiles;
  return true;
}

void evaluate_tiles(const Program& program, const Tiling& tiling, Machine& machine, std::int64_t first,
                    std::int64_t last) {
  Walk walk(program, tiling, machine);
  for (std::int64_t tile = first; tile < last; tile++) walk.evaluate(tile, tile + 1 < last);
  if (program.stream) machine.table().stream_fence();
}

}  // namespace sharray
