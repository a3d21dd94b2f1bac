#include "expression/scan.h"

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

/// The scan of one program: how many rows there are, of how many elements.
struct Plan {
  ScanKernel scan;
  void (*combine)(Cell*, const Cell*) noexcept;
  std::int64_t rows = 1, length = 1;
};

bool plan_of(const Program& program, const KernelTable& table, Plan* plan) noexcept {
  const Result& result = program.results[0];
  Accumulator accumulator;
  if (result.reduction > Reduction::prod || program.reduced > 1) return false;
  if (program.operands[0].type != result.type || !accumulator_for(result.type, &accumulator)) return false;
  const auto kind = static_cast<std::size_t>(result.reduction), column = static_cast<std::size_t>(accumulator);
  plan->scan = table.scan[kind][column];
  plan->combine = table.reduce[kind][column].combine;
  const std::size_t outer = program.shape.size() - program.reduced;
  for (std::size_t d = 0; d < outer; d++) plan->rows *= program.shape[d];
  if (program.reduced == 1) plan->length = program.shape[outer];
  return true;
}

/// Scans parts of rows on one thread.
class Scanner {
 public:
  Scanner(const Program& program, const KernelTable& table, const Plan& plan)
      : program_(program),
        plan_(plan),
        machine_(program, table),
        outer_(program.shape.size() - program.reduced),
        base_(program.operands.size()),
        block_(kBlock * element_size(program.results[0].type)) {}

  bool ready() const noexcept { return machine_.ready(); }

  /// Scans elements [first, last) of a row, `first` on a block border, after what went before; stores them if `keep`.
  void scan(std::int64_t row, std::int64_t first, std::int64_t last, Cell* before, bool keep) noexcept {
    Cursor outer(program_.shape, 0, outer_);
    outer.seek(row);
    for (std::size_t i = 0; i < base_.size(); i++) base_[i] = outer.offset(program_.operands[i].strides);
    Cursor cursor(program_.shape, outer_, program_.shape.size());
    cursor.seek(first);
    const Operand& out = program_.operands[0];
    for (std::int64_t at = first; at < last; at += kBlockLength) {
      const auto n = static_cast<std::size_t>(std::min(kBlockLength, last - at));
      machine_.bind(cursor, base_.data(), n);
      machine_.run(n, plan_.rows * plan_.length > kCachedElements ? RunMemory::large : RunMemory::cached);
      plan_.scan(block_.data(), machine_.full_value(0, n), before, n);
      if (keep) {
        store(machine_.table(), out.type, out.address + base_[0] + cursor.offset(out.strides),
              cursor.inner_stride(out.strides), block_.data(), false, n);
      }
      cursor.move(static_cast<std::int64_t>(n));
    }
  }

 private:
  const Program& program_;
  const Plan& plan_;
  Machine machine_;
  std::size_t outer_;
  std::vector<std::ptrdiff_t> base_;
  std::vector<char> block_;
};

/// Calls body(scanner, first, last) on the threads. Returns a status.
template <class Body>
std::int32_t on_threads(const Program& program, const KernelTable& table, const Plan& plan, std::int64_t count,
                        int threads, const Body& body) noexcept {
  std::atomic<std::int32_t> status{SHARRAY_OK};
  parallel_parts(count, threads, [&](Parts& parts) noexcept {
    try {
      Scanner scanner(program, table, plan);
      if (!scanner.ready()) throw std::bad_alloc();
      for (std::int64_t first, last; parts.next(&first, &last);) body(scanner, first, last);
    } catch (const std::bad_alloc&) {
      status = SHARRAY_EXHAUSTED;
    }
  });
  return status;
}

/// Long rows, block by block: first what each adds, then, with what went before, the elements.
std::int32_t scan_blocks(const Program& program, const KernelTable& table, const Plan& plan, int threads) {
  const std::int64_t blocks = (plan.length + kBlockLength - 1) / kBlockLength;
  std::vector<Cell> cells(static_cast<std::size_t>(blocks));
  for (std::int64_t row = 0; row < plan.rows; row++) {
    std::fill(cells.begin(), cells.end(), Cell{});
    const auto run = [&](bool keep) {
      return on_threads(program, table, plan, blocks, threads,
                        [&](Scanner& scanner, std::int64_t first, std::int64_t last) noexcept {
                          for (std::int64_t block = first; block < last; block++) {
                            const std::int64_t at = block * kBlockLength;
                            Cell cell = cells[static_cast<std::size_t>(block)];
                            scanner.scan(row, at, std::min(plan.length, at + kBlockLength), &cell, keep);
                            if (!keep) cells[static_cast<std::size_t>(block)] = cell;
                          }
                        });
    };
    if (const std::int32_t status = run(false); status != SHARRAY_OK) return status;
    Cell before{};
    for (Cell& cell : cells) {
      Cell after = before.count == 0 ? cell : before;
      if (before.count != 0) plan.combine(&after, &cell);
      cell = before;
      before = after;
    }
    if (const std::int32_t status = run(true); status != SHARRAY_OK) return status;
  }
  return SHARRAY_OK;
}

}  // namespace

std::int32_t scan(const Program& program, const KernelTable& table, int threads) noexcept {
  Plan plan;
  if (!plan_of(program, table, &plan)) return SHARRAY_INVALID;
  if (plan.rows == 0 || plan.length == 0) return SHARRAY_OK;
  try {
    if (threads > 2 && plan.rows < threads && plan.length > 4 * threads * kBlockLength) {
      return scan_blocks(program, table, plan, threads);
    }
    return on_threads(program, table, plan, plan.rows, threads,
                      [&](Scanner& scanner, std::int64_t first, std::int64_t last) noexcept {
                        for (std::int64_t row = first; row < last; row++) {
                          Cell before{};
                          scanner.scan(row, 0, plan.length, &before, true);
                        }
                      });
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

}  // namespace sharray
