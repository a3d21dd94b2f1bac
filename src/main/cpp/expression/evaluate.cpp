#include "expression/evaluate.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>

#include "api.h"
#include "expression/machine.h"
#include "expression/reduce.h"
#include "expression/scan.h"
#include "expression/tiles.h"
#include "parallel/ranges.h"

namespace sharray {
namespace {

/// Elements of a sweep when operands come from memory: with short sweeps all operands stream at once, which keeps the
/// prefetchers of the processor busy, and the temporaries leave the first-level cache to them.
constexpr std::int64_t kStreamingSweep = 128;

/// Stores a block of the value from `cursor` on, run by run.
void store_block(const Machine& machine, const Operand& out, Cursor at, const void* value, std::size_t n) noexcept {
  const std::ptrdiff_t stride = at.inner_stride(out.strides);
  const std::size_t size = element_size(out.type);
  const bool scalar = machine.value_is_scalar(0);
  for (std::size_t done = 0; done < n;) {
    const auto part = std::min(static_cast<std::size_t>(at.run()), n - done);
    const char* from = static_cast<const char*>(value) + (scalar ? 0 : done * size);
    store(machine.table(), out.type, out.address + at.offset(out.strides), stride, from, scalar, part);
    at.advance(static_cast<std::int64_t>(part));
    done += part;
  }
}

/// Evaluates elements [first, last) of the space in row-major order.
void evaluate_range(const Program& program, Machine& machine, std::int64_t first, std::int64_t last) noexcept {
  const Operand& out = program.operands[0];
  const KernelTable& table = machine.table();
  Cursor cursor(program.shape, 0, program.shape.size());
  cursor.seek(first);
  const auto unit = static_cast<std::ptrdiff_t>(element_size(out.type));
  const bool large = elements(program) > kCachedElements;
  const bool stream_out = large && program.stream && (out.type == DType::float64 || machine.ends_in_run());
  if (machine.is_run()) {
    const RunMemory memory = stream_out ? RunMemory::streamed : large ? RunMemory::large : RunMemory::cached;
    machine.run_range(first, last, memory);
    if (stream_out) table.stream_fence();
    return;
  }
  const std::int64_t sweep = large ? kStreamingSweep : std::int64_t{kBlock};
  for (std::int64_t at = first; at < last;) {
    const std::int64_t wanted = std::min(last - at, sweep);
    const auto n = static_cast<std::size_t>(wanted);
    machine.bind(cursor, nullptr, n);
    const bool direct = cursor.run() >= wanted && (n == 1 || cursor.inner_stride(out.strides) == unit);
    char* to = direct ? out.address + cursor.offset(out.strides) : nullptr;
    const bool stream = direct && stream_out;
    const bool stream_run = stream && machine.ends_in_run();
    const RunMemory memory = stream_run ? RunMemory::streamed : large ? RunMemory::large : RunMemory::cached;
    const void* value = machine.run(n, stream && !stream_run ? nullptr : to, memory);
    const bool stored = value == to;
    if (!stored && stream && !machine.value_is_scalar(0)) {
      table.copy_stream(reinterpret_cast<double*>(to), static_cast<const double*>(value), n);
    } else if (!stored) {
      store_block(machine, out, cursor, value, n);
    }
    at += wanted;
    cursor.move(wanted);
  }
  if (stream_out) table.stream_fence();
}

/// Calls body(machine, first, last) on the threads, for parts of `count` blocks or tiles. Returns a status.
template <class Body>
std::int32_t on_threads(const Program& program, const KernelTable& table, std::int64_t count, int threads,
                        const Body& body) noexcept {
  std::atomic<std::int32_t> status{SHARRAY_OK};
  parallel_parts(count, threads, [&](Parts& parts) noexcept {
    try {
      Machine machine(program, table);
      if (!machine.ready()) throw std::bad_alloc();
      for (std::int64_t first, last; parts.next(&first, &last);) body(machine, first, last);
    } catch (const std::bad_alloc&) {
      status = SHARRAY_EXHAUSTED;
    }
  });
  return status;
}

std::int32_t elementwise(Program& program, const KernelTable& table, int threads) noexcept {
  Tiling tiling;
  if (cut_tiles(program, &tiling)) {
    return on_threads(program, table, tiling.tiles, threads,
                      [&](Machine& machine, std::int64_t first, std::int64_t last) {
                        evaluate_tiles(program, tiling, machine, first, last);
                      });
  }
  const auto block = static_cast<std::int64_t>(kBlock);
  const std::int64_t total = elements(program);
  return on_threads(program, table, (total + block - 1) / block, threads,
                    [&](Machine& machine, std::int64_t first, std::int64_t last) {
                      evaluate_range(program, machine, first * block, std::min(last * block, total));
                    });
}

std::atomic<const KernelTable*> table_in_use{nullptr};

const KernelTable* best_table() noexcept {
  for (CpuPath path : {CpuPath::avx512, CpuPath::avx2, CpuPath::neon}) {
    if (cpu_has(path)) return kernels_for(path);
  }
  return kernels_for(CpuPath::baseline);
}

}  // namespace

std::int32_t evaluate(Program& program, const KernelTable& table, int threads, std::int64_t* result) noexcept {
  simplify(program);
  if (program.mode == Mode::reduction) return reduce(program, table, threads, result);
  if (program.mode == Mode::scan) return scan(program, table, threads);
  return elements(program) == 0 ? SHARRAY_OK : elementwise(program, table, threads);
}

const KernelTable& current_table() noexcept {
  const KernelTable* table = table_in_use.load(std::memory_order_acquire);
  if (table == nullptr) {
    table = best_table();
    table_in_use.store(table, std::memory_order_release);
  }
  return *table;
}

bool select_table(const char* path) noexcept {
  const KernelTable* table = std::strcmp(path, "auto") == 0 ? best_table() : nullptr;
  for (CpuPath candidate : {CpuPath::baseline, CpuPath::avx2, CpuPath::avx512, CpuPath::neon}) {
    if (std::strcmp(path, cpu_path_name(candidate)) == 0 && cpu_has(candidate)) table = kernels_for(candidate);
  }
  if (table == nullptr) return false;
  table_in_use.store(table, std::memory_order_release);
  return true;
}

}  // namespace sharray
