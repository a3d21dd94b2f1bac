#include "expression/reduce.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <vector>

#include "api.h"
#include "expression/combine.h"
#include "expression/machine.h"
#include "parallel/ranges.h"

namespace sharray {
namespace {

constexpr auto kBlockLength = static_cast<std::int64_t>(kBlock);
constexpr std::size_t kLanes = kReductionLanes;
/// Columns of a tile: 32 rows of lanes of this length fit the second-level cache with room to spare.
constexpr std::int64_t kColumns = 256;
/// Below this many reduced elements an output is not worth a block of its own.
constexpr std::int64_t kShortReduction = 256;
/// Blocks of one task at least, so that the threads of a team find enough tasks and each is worth its start.
constexpr std::int64_t kTaskBlocks = 16;

/// Combines partial results of neighbouring nodes of the tree, each `width` values wide, as they arrive in order.
class PairwiseTree {
 public:
  PairwiseTree(Reduction reduction, std::size_t width) : reduction_(reduction), width_(width), levels_(64 * width) {}

  void clear() noexcept { count_ = 0; }

  /// Adds the next node. All nodes but the last have the same number of blocks.
  void add(const double* node) {
    std::memcpy(row(depth()), node, width_ * sizeof(double));
    std::size_t top = depth();
    for (std::uint64_t c = count_; c & 1; c >>= 1, top--) merge(top - 1, top);
    count_++;
  }

  /// The root over all that was added: at least one node.
  const double* root() noexcept {
    for (std::size_t top = depth() - 1; top > 0; top--) merge(top - 1, top);
    return row(0);
  }

 private:
  std::size_t depth() const noexcept { return static_cast<std::size_t>(__builtin_popcountll(count_)); }
  double* row(std::size_t level) noexcept { return levels_.data() + level * width_; }
  void merge(std::size_t into, std::size_t from) noexcept {
    double *left = row(into), *right = row(from);
    for (std::size_t i = 0; i < width_; i++) left[i] = combine(reduction_, left[i], right[i]);
  }

  Reduction reduction_;
  std::size_t width_;
  std::uint64_t count_ = 0;
  std::vector<double> levels_;
};

/// How the work is cut: outputs into tiles, and the reduced elements into chunks whose length is a power of two of
/// blocks.
struct Split {
  std::int64_t outputs = 1, reduced = 1;
  bool by_columns = false;
  std::int64_t inner = 1;  ///< length of the innermost output dimension
  std::int64_t tile = 1;   ///< outputs of a tile, all in one run of the innermost output dimension
  std::int64_t tiles = 1;
  std::int64_t chunk = 1;  ///< reduced elements of a chunk
  std::int64_t chunks = 1;
};

std::int64_t product(const Extents& shape, std::size_t first, std::size_t last) noexcept {
  std::int64_t total = 1;
  for (std::size_t d = first; d < last; d++) total *= shape[d];
  return total;
}

/// Whether neighbours among the outputs are closer in memory than neighbours among the reduced elements.
bool outputs_are_closer(const Program& program, std::size_t split) noexcept {
  std::int64_t votes = 0;
  for (std::size_t i = 1; i < program.operands.size(); i++) {
    const Extents& strides = program.operands[i].strides;
    const std::int64_t output = std::abs(strides[split - 1]), inner = std::abs(strides[strides.size() - 1]);
    votes += output < inner ? 1 : output > inner ? -1 : 0;
  }
  return votes > 0;
}

Split split_work(const Program& program, int threads) noexcept {
  Split split;
  const std::size_t dimensions = program.shape.size(), first = dimensions - program.reduced;
  split.outputs = product(program.shape, 0, first);
  split.reduced = product(program.shape, first, dimensions);
  if (first > 0) split.inner = program.shape[first - 1];
  split.by_columns = first > 0 && program.reduced > 0 && split.inner >= 4 &&
                     (split.reduced < kShortReduction || outputs_are_closer(program, first));
  split.tile = split.by_columns ? std::min(split.inner, kColumns) : 1;
  const std::int64_t tiles_per_run = (split.inner + split.tile - 1) / split.tile;
  split.tiles = split.outputs / split.inner * tiles_per_run;
  const std::int64_t blocks = (split.reduced + kBlockLength - 1) / kBlockLength;
  std::int64_t chunk = kTaskBlocks;
  while (chunk < blocks && (split.tiles >= 4 * threads || blocks / chunk > 16 * threads)) chunk *= 2;
  split.chunk = chunk * kBlockLength;
  split.chunks = std::max<std::int64_t>(1, (blocks + chunk - 1) / chunk);
  return split;
}

/// Reduces tiles on one thread.
class Reducer {
 public:
  Reducer(const Program& program, const KernelTable& table, const Split& split)
      : program_(program),
        split_(split),
        machine_(program, table),
        outputs_(program.shape.size() - program.reduced),
        tree_(program.reduction, static_cast<std::size_t>(split.tile)),
        base_(program.operands.size()),
        stride_(program.operands.size()),
        lanes_(split.by_columns ? kLanes * static_cast<std::size_t>(split.tile) : 0) {}

  bool ready() const noexcept { return machine_.ready(); }

  /// Reduces elements [first, last) of the outputs of a tile, first on a chunk border, into `partial`.
  void reduce_tile(std::int64_t output, std::size_t columns, std::int64_t first, std::int64_t last, double* partial) {
    Cursor at(program_.shape, 0, outputs_);
    at.seek(output);
    for (std::size_t i = 0; i < base_.size(); i++) {
      base_[i] = at.offset(program_.operands[i].strides);
      stride_[i] = at.inner_stride(program_.operands[i].strides);
    }
    tree_.clear();
    Cursor cursor(program_.shape, outputs_, program_.shape.size());
    cursor.seek(first);
    for (std::int64_t block = first; block < last; block += kBlockLength) {
      const std::int64_t n = std::min(kBlockLength, last - block);
      if (split_.by_columns) {
        tree_.add(column_block(cursor, n, columns));
      } else {
        const double value = row_block(cursor, n);
        tree_.add(&value);
      }
    }
    std::memcpy(partial, tree_.root(), columns * sizeof(double));
  }

 private:
  double row_block(Cursor& cursor, std::int64_t n) noexcept {
    machine_.bind(cursor, base_.data(), static_cast<std::size_t>(n));
    const double* value = machine_.run_doubles(static_cast<std::size_t>(n));
    move(cursor, n);
    return machine_.table().reduce[kind()](value, static_cast<std::size_t>(n));
  }

  /// One block of the reduced elements for all columns at once, folded over the lanes.
  const double* column_block(Cursor& cursor, std::int64_t n, std::size_t columns) noexcept {
    std::fill(lanes_.begin(), lanes_.end(), kReductionIdentity[kind()]);
    const auto step = static_cast<std::int64_t>(std::max<std::size_t>(1, kBlock / columns));
    for (std::int64_t row = 0; row < n; row += step) {
      const auto rows = static_cast<std::size_t>(std::min(step, n - row));
      machine_.bind_tile(cursor, base_.data(), stride_.data(), rows, columns);
      const double* value = machine_.run_doubles(rows * columns);
      for (std::size_t r = 0; r < rows; r++) {
        const std::size_t lane = (static_cast<std::size_t>(row) + r) % kLanes;
        machine_.table().accumulate[kind()](lanes_.data() + lane * columns, value + r * columns, columns);
      }
      move(cursor, static_cast<std::int64_t>(rows));
    }
    for (std::size_t half = kLanes / 2; half > 0; half /= 2) {
      for (std::size_t lane = 0; lane < half; lane++) {
        machine_.table().accumulate[kind()](lanes_.data() + lane * columns, lanes_.data() + (lane + half) * columns,
                                            columns);
      }
    }
    return lanes_.data();
  }

  static void move(Cursor& cursor, std::int64_t n) noexcept {
    while (n > 0) {
      const std::int64_t part = std::min(n, cursor.run());
      cursor.advance(part);
      n -= part;
    }
  }

  std::size_t kind() const noexcept { return static_cast<std::size_t>(program_.reduction); }

  const Program& program_;
  const Split& split_;
  Machine machine_;
  std::size_t outputs_;
  PairwiseTree tree_;
  std::vector<std::ptrdiff_t> base_, stride_;
  std::vector<double> lanes_;
};

/// First output of a tile and how many it has.
std::int64_t tile_start(const Split& split, std::int64_t tile, std::size_t* columns) noexcept {
  const std::int64_t per_run = (split.inner + split.tile - 1) / split.tile;
  const std::int64_t within = tile % per_run * split.tile;
  *columns = static_cast<std::size_t>(std::min(split.tile, split.inner - within));
  return tile / per_run * split.inner + within;
}

void run_tasks(const Program& program, const KernelTable& table, const Split& split, std::int64_t first,
               std::int64_t last, double* partials) {
  Reducer reducer(program, table, split);
  if (!reducer.ready()) throw std::bad_alloc();
  for (std::int64_t task = first; task < last; task++) {
    const std::int64_t tile = task / split.chunks, chunk = task % split.chunks;
    std::size_t columns;
    const std::int64_t output = tile_start(split, tile, &columns);
    const std::int64_t from = chunk * split.chunk, to = std::min(split.reduced, from + split.chunk);
    reducer.reduce_tile(output, columns, from, to, partials + chunk * split.outputs + output);
  }
}

void store_result(const Program& program, std::int64_t output, double value, std::int64_t* result) noexcept {
  const Operand& out = program.operands[0];
  if (out.address == nullptr) {
    std::memcpy(result, &value, sizeof value);
    return;
  }
  Cursor at(program.shape, 0, program.shape.size() - program.reduced);
  at.seek(output);
  std::memcpy(out.address + at.offset(out.strides), &value, sizeof value);
}

/// Combines the chunks of each output and stores the results.
void finish(const Program& program, const Split& split, const std::vector<double>& partials, std::int64_t* result) {
  PairwiseTree tree(program.reduction, 1);
  for (std::int64_t output = 0; output < split.outputs; output++) {
    double value = program.reduction == Reduction::sum ? 0.0 : kReductionIdentity[static_cast<int>(program.reduction)];
    if (split.reduced > 0) {
      tree.clear();
      for (std::int64_t chunk = 0; chunk < split.chunks; chunk++) {
        tree.add(&partials[static_cast<std::size_t>(chunk * split.outputs + output)]);
      }
      value = *tree.root();
    }
    store_result(program, output, value, result);
  }
}

}  // namespace

std::int32_t reduce(const Program& program, const KernelTable& table, int threads, std::int64_t* result) noexcept {
  const Split split = split_work(program, threads);
  if (split.outputs == 0) return SHARRAY_OK;
  try {
    std::vector<double> partials(static_cast<std::size_t>(split.chunks * split.outputs));
    std::atomic<std::int32_t> status{SHARRAY_OK};
    const std::int64_t tasks = split.reduced == 0 ? 0 : split.tiles * split.chunks;
    parallel_ranges(tasks, threads, [&](std::int64_t first, std::int64_t last) noexcept {
      try {
        if (first < last) run_tasks(program, table, split, first, last, partials.data());
      } catch (const std::bad_alloc&) {
        status = SHARRAY_EXHAUSTED;
      }
    });
    if (status == SHARRAY_OK) finish(program, split, partials, result);
    return status;
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

}  // namespace sharray
