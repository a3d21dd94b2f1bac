#include "expression/reduce.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <vector>

#include "api.h"
#include "expression/machine.h"
#include "parallel/ranges.h"

namespace sharray {
namespace {

constexpr auto kBlockLength = static_cast<std::int64_t>(kBlock);
constexpr std::size_t kLanes = kReductionLanes;
/// Columns of a tile: 32 rows of lanes of this length fit the second-level cache with room to spare.
constexpr std::int64_t kColumns = 256;
/// Where operands are transposed too: a block then has as many rows as a line of the cache has doubles.
constexpr std::int64_t kMixedColumns = 128;
/// What is asked for ahead, since the processor does not see it coming: blocks of rows, or rows.
constexpr std::size_t kStepsAhead = 2, kRowsAhead = 8;
/// Below this many reduced elements an output is not worth a block of its own.
constexpr std::int64_t kShortReduction = 256;
/// Blocks of one task at least, so that the threads of a team find enough tasks and each is worth its start.
constexpr std::int64_t kTaskBlocks = 16;

/// A reduction of one result of the program.
struct Kind {
  ReductionKernel kernel;
  Accumulator accumulator;
  Reduction reduction;
  std::size_t element;  ///< bytes of a value
};

bool kind_of(const Program& program, const KernelTable& table, std::size_t result, Kind* kind) noexcept {
  const Result& wanted = program.results[result];
  kind->reduction = wanted.reduction;
  kind->element = element_size(wanted.type);
  if (!accumulator_for(wanted.type, &kind->accumulator)) return false;
  kind->kernel = table.reduce[static_cast<std::size_t>(wanted.reduction)][static_cast<std::size_t>(kind->accumulator)];
  return kind->kernel.block != nullptr;
}

/// Combines partial results of neighbouring nodes of the tree, each `width` cells wide, as they arrive in order.
class PairwiseTree {
 public:
  /// For at most `nodes` of them.
  PairwiseTree(const Kind& kind, std::size_t width, std::int64_t nodes)
      : combine_(kind.kernel.combine), width_(width), levels_((65 - leading_zeros(nodes)) * width) {}

  void clear() noexcept { count_ = 0; }

  /// Adds the next node. All nodes but the last have the same number of blocks.
  void add(const Cell* node) {
    std::memcpy(row(depth()), node, width_ * sizeof(Cell));
    std::size_t top = depth();
    for (std::uint64_t c = count_; c & 1; c >>= 1, top--) merge(top - 1, top);
    count_++;
  }

  /// The root over all that was added: at least one node.
  const Cell* root() noexcept {
    for (std::size_t top = depth() - 1; top > 0; top--) merge(top - 1, top);
    return row(0);
  }

 private:
  static std::size_t leading_zeros(std::int64_t x) noexcept {
    return static_cast<std::size_t>(__builtin_clzll(static_cast<unsigned long long>(x)));
  }
  std::size_t depth() const noexcept { return static_cast<std::size_t>(__builtin_popcountll(count_)); }
  Cell* row(std::size_t level) noexcept { return levels_.data() + level * width_; }
  void merge(std::size_t into, std::size_t from) noexcept {
    Cell *left = row(into), *right = row(from);
    for (std::size_t i = 0; i < width_; i++) combine_(&left[i], &right[i]);
  }

  void (*combine_)(Cell*, const Cell*) noexcept;
  std::size_t width_;
  std::uint64_t count_ = 0;
  std::vector<Cell> levels_;
};

/// How the work is cut: outputs into tiles, and the reduced elements into chunks whose length is a power of two of
/// blocks.
struct Split {
  std::int64_t outputs = 1, reduced = 1;
  bool by_columns = false;
  std::int64_t inner = 1;  ///< length of the innermost output dimension
  std::int64_t tile = 1;   ///< outputs of a tile, all in one run of the innermost output dimension
  bool one_row = false;    ///< whether the instructions run on one row of a tile: its operands need no gathering then
  std::int64_t tiles = 1;
  std::int64_t chunk = 1;  ///< reduced elements of a chunk
  std::int64_t chunks = 1;
};

std::int64_t product(const Extents& shape, std::size_t first, std::size_t last) noexcept {
  std::int64_t total = 1;
  for (std::size_t d = first; d < last; d++) total *= shape[d];
  return total;
}

/// How many operands have neighbours among the outputs closer in memory than neighbours among the reduced elements, and
/// how many the other way round, so far apart that walking along the wrong ones costs a line of the cache each.
struct Closeness {
  std::int64_t outputs = 0, reduced = 0;
  bool far = false;  ///< whether one of the former is far along the reduced elements
};

Closeness closeness(const Program& program, std::size_t split) noexcept {
  constexpr std::int64_t kLine = 64;
  Closeness result;
  for (std::size_t i = program.results.size(); i < program.operands.size(); i++) {
    if (program.operands[i].counts) continue;
    const Extents& strides = program.operands[i].strides;
    const std::int64_t output = std::abs(strides[split - 1]), inner = std::abs(strides[strides.size() - 1]);
    result.outputs += output < inner ? 1 : 0;
    result.reduced += output > inner ? 1 : 0;
    result.far |= output != 0 && output < kLine && inner >= kLine;
  }
  return result;
}

Split split_work(const Program& program, int threads) noexcept {
  Split split;
  const std::size_t dimensions = program.shape.size(), first = dimensions - program.reduced;
  split.outputs = product(program.shape, 0, first);
  split.reduced = product(program.shape, first, dimensions);
  if (split.outputs == 0) return split;
  if (first > 0) split.inner = program.shape[first - 1];
  if (first > 0 && program.reduced > 0 && split.inner >= 4) {
    const Closeness close = closeness(program, first);
    split.by_columns = split.reduced < kShortReduction || close.outputs > close.reduced || close.far;
    const std::int64_t columns = close.reduced > 0 && close.far ? kMixedColumns : kColumns;
    split.tile = split.by_columns ? std::min(split.inner, columns) : 1;
    split.one_row = split.tile >= kMixedColumns && close.reduced == 0;
  }
  const std::int64_t tiles_per_run = (split.inner + split.tile - 1) / split.tile;
  split.tiles = split.outputs / split.inner * tiles_per_run;
  const std::int64_t blocks = (split.reduced + kBlockLength - 1) / kBlockLength;
  std::int64_t chunk = kTaskBlocks;
  while (chunk < blocks && (split.tiles >= 4 * threads || blocks / chunk > 128 * threads)) chunk *= 2;
  split.chunk = chunk * kBlockLength;
  split.chunks = std::max<std::int64_t>(1, (blocks + chunk - 1) / chunk);
  return split;
}

/// The blocks of one result, for all columns of a tile.
class Folding {
 public:
  Folding(const Kind& kind, const Split& split)
      : kind_(kind),
        tree_(kind, static_cast<std::size_t>(split.tile), std::max<std::int64_t>(1, split.chunk / kBlockLength)),
        cells_(static_cast<std::size_t>(split.tile)) {
    const auto columns = static_cast<std::size_t>(split.tile);
    if (!split.by_columns) return;
    if (kind.kernel.accumulate != nullptr && kind.accumulator == Accumulator::float64) {
      lanes_.resize(kLanes * columns);
    } else {
      turned_.resize(columns * kBlock * kind.element);
    }
  }

  PairwiseTree& tree() noexcept { return tree_; }

  void row_block(const void* values, std::size_t n, std::int64_t place) {
    kind_.kernel.block(cells_.data(), values, n, place);
    tree_.add(cells_.data());
  }

  void begin_columns() noexcept {
    static constexpr double kIdentities[] = {-0.0, 1.0, __builtin_inf(), -__builtin_inf()};
    if (!lanes_.empty()) std::fill(lanes_.begin(), lanes_.end(), kIdentities[static_cast<int>(kind_.reduction)]);
  }

  /// Takes rows [first, first + rows) of the block, each `columns` values.
  void add_rows(const KernelTable& table, const char* values, std::size_t first, std::size_t rows,
                std::size_t columns) noexcept {
    if (!lanes_.empty()) {
      const auto* doubles = reinterpret_cast<const double*>(values);
      for (std::size_t r = 0; r < rows; r++) {
        double* lane = lanes_.data() + (first + r) % kLanes * columns;
        kind_.kernel.accumulate(lane, reinterpret_cast<const char*>(doubles + r * columns), 0, 1, columns, 0);
      }
      return;
    }
    const auto width = static_cast<std::size_t>(__builtin_ctzll(kind_.element));
    for (std::size_t column = 0; column < columns; column++) {
      table.load_strided[width](turned_.data() + (column * kBlock + first) * kind_.element,
                                values + column * kind_.element, static_cast<std::ptrdiff_t>(columns * kind_.element),
                                rows);
    }
  }

  bool has_lanes() const noexcept { return !lanes_.empty(); }

  /// Takes all n rows of a block where they lie in memory, `stride` bytes apart: several rows of a lane at once, so
  /// that the lanes pass through the caches less often and several places of memory are read at a time.
  void take_rows(const char* rows, std::ptrdiff_t stride, std::size_t n, std::size_t columns) noexcept {
    const auto row = [&](std::size_t r) { return rows + static_cast<std::ptrdiff_t>(r) * stride; };
    for (std::size_t first = 0; first < n; first += kRowsAtOnce * kLanes) {
      for (std::size_t lane = 0; lane < std::min(kLanes, n - first); lane++) {
        const std::size_t count = std::min(kRowsAtOnce, (n - first - lane + kLanes - 1) / kLanes);
        kind_.kernel.accumulate(lanes_.data() + lane * columns, row(first + lane),
                                static_cast<std::ptrdiff_t>(kLanes) * stride, count, columns, stride);
      }
    }
  }

  void end_columns(std::size_t n, std::size_t columns, std::int64_t place) {
    if (!lanes_.empty()) {
      for (std::size_t half = kLanes / 2; half > 0; half /= 2) {
        for (std::size_t lane = 0; lane < half; lane++) {
          const auto* other = reinterpret_cast<const char*>(lanes_.data() + (lane + half) * columns);
          kind_.kernel.accumulate(lanes_.data() + lane * columns, other, 0, 1, columns, 0);
        }
      }
      for (std::size_t i = 0; i < columns; i++) cells_[i].number[0] = lanes_[i];
    } else {
      for (std::size_t i = 0; i < columns; i++) {
        kind_.kernel.block(&cells_[i], turned_.data() + i * kBlock * kind_.element, n, place);
      }
    }
    tree_.add(cells_.data());
  }

 private:
  Kind kind_;
  PairwiseTree tree_;
  std::vector<Cell> cells_;
  std::vector<double> lanes_;  ///< of all columns, where the kernel does them together
  std::vector<char> turned_;   ///< else the block of each column, for the kernel of a block
};

/// Reduces tiles on one thread.
class Reducer {
 public:
  Reducer(const Program& program, const KernelTable& table, const Split& split, const std::vector<Kind>& kinds)
      : program_(program),
        split_(split),
        machine_(program, table),
        outputs_(program.shape.size() - program.reduced),
        base_(program.operands.size()),
        stride_(program.operands.size()),
        memory_(elements(program) > kCachedElements ? RunMemory::large : RunMemory::cached) {
    for (const Kind& kind : kinds) foldings_.emplace_back(kind, split);
  }

  bool ready() const noexcept { return machine_.ready(); }

  /// Reduces elements [first, last) of the outputs of a tile, first on a chunk border, into partials[result] + at.
  void reduce_tile(std::int64_t output, std::size_t columns, std::int64_t first, std::int64_t last,
                   std::vector<std::vector<Cell>>& partials, std::size_t at) {
    Cursor position(program_.shape, 0, outputs_);
    position.seek(output);
    for (std::size_t i = 0; i < base_.size(); i++) {
      base_[i] = position.offset(program_.operands[i].strides);
      stride_[i] = position.inner_stride(program_.operands[i].strides);
    }
    for (Folding& folding : foldings_) folding.tree().clear();
    if (blocks_lie_in_memory()) {
      take_blocks(first, last);
    } else {
      run_blocks(columns, first, last);
    }
    for (std::size_t r = 0; r < foldings_.size(); r++) {
      std::memcpy(partials[r].data() + at, foldings_[r].tree().root(), columns * sizeof(Cell));
    }
  }

 private:
  /// Whether the elements need no work but the reductions, and follow each other.
  bool blocks_lie_in_memory() const noexcept {
    if (split_.by_columns || program_.reduced != 1) return false;
    for (std::size_t r = 0; r < foldings_.size(); r++) {
      const std::size_t i = program_.results[r].value;
      if (i >= program_.operands.size() || machine_.value_is_scalar(r)) return false;
      const Operand& operand = program_.operands[i];
      if (operand.strides[outputs_] != static_cast<std::ptrdiff_t>(element_size(operand.type))) return false;
    }
    return true;
  }

  void take_blocks(std::int64_t first, std::int64_t last) {
    for (std::int64_t block = first; block < last; block += kBlockLength) {
      const auto n = static_cast<std::size_t>(std::min(kBlockLength, last - block));
      for (std::size_t r = 0; r < foldings_.size(); r++) {
        const std::size_t i = program_.results[r].value;
        const Operand& operand = program_.operands[i];
        foldings_[r].row_block(operand.address + base_[i] + block * operand.strides[outputs_], n, block);
      }
    }
  }

  void run_blocks(std::size_t columns, std::int64_t first, std::int64_t last) {
    Cursor cursor(program_.shape, outputs_, program_.shape.size());
    cursor.seek(first);
    for (std::int64_t block = first; block < last; block += kBlockLength) {
      const auto n = static_cast<std::size_t>(std::min(kBlockLength, last - block));
      if (split_.by_columns) {
        column_block(cursor, n, columns, block);
      } else {
        row_block(cursor, n, block);
      }
    }
  }

  void row_block(Cursor& cursor, std::size_t n, std::int64_t place) {
    machine_.bind(cursor, base_.data(), n);
    machine_.run(n, memory_);
    cursor.move(static_cast<std::int64_t>(n));
    for (std::size_t r = 0; r < foldings_.size(); r++) foldings_[r].row_block(machine_.full_value(r, n), n, place);
  }

  /// Whether the next n rows need no work but the reductions, and follow each other at even distances.
  bool rows_lie_in_memory(const Cursor& cursor, std::size_t n) const noexcept {
    if (cursor.run() < static_cast<std::int64_t>(n)) return false;
    for (std::size_t r = 0; r < foldings_.size(); r++) {
      const std::size_t i = program_.results[r].value;
      const bool is_array = i < program_.operands.size() && !machine_.value_is_scalar(r);
      if (!is_array || !foldings_[r].has_lanes() || stride_[i] != sizeof(double)) return false;
    }
    return true;
  }

  /// One block of the reduced elements for all columns at once.
  void column_block(Cursor& cursor, std::size_t n, std::size_t columns, std::int64_t place) {
    for (Folding& folding : foldings_) folding.begin_columns();
    if (rows_lie_in_memory(cursor, n)) {
      for (std::size_t r = 0; r < foldings_.size(); r++) {
        const std::size_t i = program_.results[r].value;
        const Extents& strides = program_.operands[i].strides;
        const char* rows = program_.operands[i].address + base_[i] + cursor.offset(strides);
        foldings_[r].take_rows(rows, cursor.inner_stride(strides), n, columns);
        foldings_[r].end_columns(n, columns, place);
      }
      cursor.move(static_cast<std::int64_t>(n));
      return;
    }
    const std::size_t step = split_.one_row ? 1 : std::max<std::size_t>(1, kBlock / columns);
    const std::size_t ahead = split_.one_row ? kRowsAhead : kStepsAhead * step;
    Cursor next = cursor;
    next.move(static_cast<std::int64_t>(std::min(ahead, n)));
    for (std::size_t row = 0; row < n; row += step) {
      const std::size_t rows = std::min(step, n - row);
      if (row + ahead < n) {
        const std::size_t asked = std::min(step, n - row - ahead);
        machine_.prefetch_rows(next, base_.data(), stride_.data(), asked, columns);
        next.move(static_cast<std::int64_t>(asked));
      }
      machine_.bind_tile(cursor, base_.data(), stride_.data(), rows, columns);
      machine_.run(rows * columns, memory_);
      for (std::size_t r = 0; r < foldings_.size(); r++) {
        const auto* values = static_cast<const char*>(machine_.full_value(r, rows * columns));
        foldings_[r].add_rows(machine_.table(), values, row, rows, columns);
      }
      cursor.move(static_cast<std::int64_t>(rows));
    }
    for (Folding& folding : foldings_) folding.end_columns(n, columns, place);
  }

  const Program& program_;
  const Split& split_;
  Machine machine_;
  std::size_t outputs_;
  std::vector<Folding> foldings_;
  std::vector<std::ptrdiff_t> base_, stride_;
  RunMemory memory_;
};

/// First output of a tile and how many it has.
std::int64_t tile_start(const Split& split, std::int64_t tile, std::size_t* columns) noexcept {
  const std::int64_t per_run = (split.inner + split.tile - 1) / split.tile;
  const std::int64_t within = tile % per_run * split.tile;
  *columns = static_cast<std::size_t>(std::min(split.tile, split.inner - within));
  return tile / per_run * split.inner + within;
}

void run_tasks(Reducer& reducer, const Split& split, std::int64_t first, std::int64_t last,
               std::vector<std::vector<Cell>>& partials) {
  if (!reducer.ready()) throw std::bad_alloc();
  for (std::int64_t task = first; task < last; task++) {
    const std::int64_t tile = task / split.chunks, chunk = task % split.chunks;
    std::size_t columns;
    const std::int64_t output = tile_start(split, tile, &columns);
    const std::int64_t from = chunk * split.chunk, to = std::min(split.reduced, from + split.chunk);
    reducer.reduce_tile(output, columns, from, to, partials, static_cast<std::size_t>(chunk * split.outputs + output));
  }
}

/// The bytes of a result: 8, or 16 for a complex number.
void store_result(const Program& program, const Kind& kind, std::size_t result, std::int64_t output, const Cell& cell,
                  std::int64_t* scalar) noexcept {
  const bool second =
      kind.reduction == Reduction::argmin || kind.reduction == Reduction::argmax || kind.reduction == Reduction::moment;
  const void* from = second ? static_cast<const void*>(&cell.whole[1]) : &cell.whole[0];
  const std::size_t bytes = kind.accumulator == Accumulator::complex128 ? 16 : 8;
  const Operand& out = program.operands[result];
  if (out.address == nullptr) {
    std::memcpy(scalar, from, sizeof *scalar);
    return;
  }
  Cursor at(program.shape, 0, program.shape.size() - program.reduced);
  at.seek(output);
  std::memcpy(out.address + at.offset(out.strides), from, bytes);
}

/// What a reduction of no elements gives: 0, or 1 for a product; others are refused before.
Cell empty_result(const Kind& kind) noexcept {
  Cell cell{};
  const bool one = kind.reduction == Reduction::prod;
  if (kind.accumulator == Accumulator::int64 || kind.accumulator == Accumulator::uint64) {
    cell.whole[0] = one ? 1 : 0;
  } else {
    cell.number[0] = one ? 1.0 : 0.0;
    cell.number[1] = 0.0;
  }
  return cell;
}

/// Combines the chunks of each output and stores the results.
void finish(const Program& program, const Kind& kind, std::size_t result, const Split& split,
            const std::vector<Cell>& partials, std::int64_t* scalar) {
  PairwiseTree tree(kind, 1, split.chunks);
  for (std::int64_t output = 0; output < split.outputs; output++) {
    Cell value = empty_result(kind);
    if (split.reduced > 0) {
      tree.clear();
      for (std::int64_t chunk = 0; chunk < split.chunks; chunk++) {
        tree.add(&partials[static_cast<std::size_t>(chunk * split.outputs + output)]);
      }
      value = *tree.root();
    }
    store_result(program, kind, result, output, value, scalar);
  }
}

/// A full reduction of one block, without what larger ones need.
std::int32_t reduce_block(const Program& program, const KernelTable& table, std::int64_t* scalar) {
  Machine machine(program, table);
  if (!machine.ready()) return SHARRAY_EXHAUSTED;
  const auto n = static_cast<std::size_t>(elements(program));
  const Cursor cursor(program.shape, 0, program.shape.size());
  machine.bind(cursor, nullptr, n);
  machine.run(n);
  for (std::size_t r = 0; r < program.results.size(); r++) {
    Kind kind;
    if (!kind_of(program, table, r, &kind)) return SHARRAY_INVALID;
    Cell cell{};
    kind.kernel.block(&cell, machine.full_value(r, n), n, 0);
    store_result(program, kind, r, 0, cell, scalar);
  }
  return SHARRAY_OK;
}

}  // namespace

std::int32_t reduce(const Program& program, const KernelTable& table, int threads, std::int64_t* result) noexcept {
  const Split split = split_work(program, threads);
  if (split.outputs == 0) return SHARRAY_OK;
  if (split.outputs == 1 && split.reduced > 0 && split.reduced <= kBlockLength) {
    return reduce_block(program, table, result);
  }
  try {
    std::vector<Kind> kinds(program.results.size());
    for (std::size_t r = 0; r < kinds.size(); r++) {
      if (!kind_of(program, table, r, &kinds[r])) return SHARRAY_INVALID;
    }
    const auto cells = static_cast<std::size_t>(split.chunks * split.outputs);
    std::vector<std::vector<Cell>> partials(kinds.size(), std::vector<Cell>(cells));
    std::atomic<std::int32_t> status{SHARRAY_OK};
    const std::int64_t tasks = split.reduced == 0 ? 0 : split.tiles * split.chunks;
    parallel_parts(tasks, threads, [&](Parts& parts) noexcept {
      try {
        Reducer reducer(program, table, split, kinds);
        for (std::int64_t first, last; parts.next(&first, &last);) run_tasks(reducer, split, first, last, partials);
      } catch (const std::bad_alloc&) {
        status = SHARRAY_EXHAUSTED;
      }
    });
    if (status != SHARRAY_OK) return status;
    for (std::size_t r = 0; r < kinds.size(); r++) finish(program, kinds[r], r, split, partials[r], result);
    return SHARRAY_OK;
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

}  // namespace sharray
