/// The kernels of runs. Included by kernels.h.
#pragma once

#include <type_traits>

#include "expression/kernels_memory.h"
#include "expression/run.h"

namespace sharray {
namespace {

/// As many T as a vector has room for.
template <class T>
struct Packed {
  typedef T Type __attribute__((vector_size(sizeof(simd::V))));
  typedef T Unaligned __attribute__((vector_size(sizeof(simd::V)), aligned(alignof(T)), may_alias));
};
template <class T>
using Pack = typename Packed<T>::Type;

/// How a tile reads and writes P: a vector, or one element where no vector is left.
template <class T, class P>
struct Lane {
  static constexpr std::size_t kWidth = sizeof(P) / sizeof(T);
  SHARRAY_INLINE static P load(const T* p) {
    if constexpr (kWidth == 1) {
      return *p;
    } else {
      return *reinterpret_cast<const typename Packed<T>::Unaligned*>(p);
    }
  }
  SHARRAY_INLINE static P repeat(T x) {
    if constexpr (kWidth == 1) {
      return x;
    } else {
      // Taking away 0 changes nothing, not even the sign of -0.
      return x - P{};
    }
  }
  SHARRAY_INLINE static void store(T* p, P x) {
    if constexpr (kWidth == 1) {
      *p = x;
    } else {
      *reinterpret_cast<typename Packed<T>::Unaligned*>(p) = x;
    }
  }
  SHARRAY_INLINE static void stream(T* p, P x) {
    if constexpr (kWidth == 1) {
      *p = x;
    } else {
      simd::stream(reinterpret_cast<double*>(p), (simd::V)x);
    }
  }
};

template <RunOp kOp, class P>
SHARRAY_INLINE P step_value(P value, P x, P y) {
  switch (kOp) {
    case RunOp::add:
      return value + x;
    case RunOp::subtract:
      return value - x;
    case RunOp::subtract_from:
      return x - value;
    case RunOp::multiply:
      return value * x;
    case RunOp::divide:
      return value / x;
    case RunOp::divide_into:
      return x / value;
    case RunOp::square:
      return value * value;
    case RunOp::multiply_add:
      return value * x + y;
    case RunOp::multiply_subtract:
      return value * x - y;
    case RunOp::multiply_subtract_from:
      return y - value * x;
    case RunOp::add_product:
      return value + x * y;
    case RunOp::subtract_product:
      return value - x * y;
    case RunOp::subtract_from_product:
      return x * y - value;
  }
}

template <RunOp kOp, unsigned kMask, class T, class P, std::size_t kVectors>
SHARRAY_INLINE void do_step(P (&value)[kVectors], const RunStep& step, std::size_t i) {
  using L = Lane<T, P>;
  constexpr bool kX = run_arity(kOp) > 0, kY = run_arity(kOp) > 1;
  constexpr bool kOneX = (kMask & 1U) != 0, kOneY = (kMask & 2U) != 0;
  const T *px = static_cast<const T*>(step.x), *py = static_cast<const T*>(step.y);
  P one_x{}, one_y{};
  if constexpr (kX && kOneX) one_x = L::repeat(*px);
  if constexpr (kY && kOneY) one_y = L::repeat(*py);
#pragma GCC unroll 16
  for (std::size_t v = 0; v < kVectors; ++v) {
    P x = one_x, y = one_y;
    if constexpr (kX && !kOneX) x = L::load(px + i + v * L::kWidth);
    if constexpr (kY && !kOneY) y = L::load(py + i + v * L::kWidth);
    value[v] = step_value<kOp>(value[v], x, y);
  }
}

/// All steps on kVectors P from element i on.
template <class T, class P, std::size_t kVectors>
SHARRAY_INLINE void do_tile(T* out, const Run& run, std::size_t i, bool stream) {
  using L = Lane<T, P>;
  P value[kVectors];
  const T* first = static_cast<const T*>(run.first);
  if (run.first_is_one) {
    const P one = L::repeat(*first);
#pragma GCC unroll 16
    for (std::size_t v = 0; v < kVectors; ++v) value[v] = one;
  } else {
#pragma GCC unroll 16
    for (std::size_t v = 0; v < kVectors; ++v) value[v] = L::load(first + i + v * L::kWidth);
  }
  const RunStep* const end = run.steps + run.count;
  for (const RunStep* step = run.steps; step != end; ++step) {
    switch (step->kind) {
#define STEP(op, mask)                                         \
  case run_kind(RunOp::op, mask):                              \
    do_step<RunOp::op, mask, T, P, kVectors>(value, *step, i); \
    break;
#define STEP_1(op) STEP(op, 0) STEP(op, 1)
#define STEP_2(op) STEP(op, 0) STEP(op, 1) STEP(op, 2) STEP(op, 3)
      STEP_1(add)
      STEP_1(subtract)
      STEP_1(subtract_from)
      STEP_1(multiply)
      STEP_1(divide)
      STEP_1(divide_into)
      STEP(square, 0)
      STEP_2(multiply_add)
      STEP_2(multiply_subtract)
      STEP_2(multiply_subtract_from)
      STEP_2(add_product)
      STEP_2(subtract_product)
      STEP_2(subtract_from_product)
#undef STEP_2
#undef STEP_1
#undef STEP
      default:
        __builtin_unreachable();
    }
  }
  if (stream) {
#pragma GCC unroll 16
    for (std::size_t v = 0; v < kVectors; ++v) L::stream(out + i + v * L::kWidth, value[v]);
  } else {
#pragma GCC unroll 16
    for (std::size_t v = 0; v < kVectors; ++v) L::store(out + i + v * L::kWidth, value[v]);
  }
}

/// Vectors of a tile: half the registers. The more, the less a dispatch costs.
inline constexpr std::size_t kTileVectors = simd::kPath == CpuPath::avx512 || simd::kPath == CpuPath::neon ? 16 : 8;
/// What is left is done in tiles of so many vectors, then of one, then by elements.
inline constexpr std::size_t kSmallTile = 4;
/// Up to so many steps a run waits for memory alone, and small tiles keep it busier than bursts of large ones.
inline constexpr std::size_t kShortRun = 4;

template <class T, std::size_t kVectors>
SHARRAY_INLINE void do_tiles(T* out, const Run& run, std::size_t* at, std::size_t n, RunMemory memory) {
  constexpr std::size_t kTile = kVectors * Lane<T, Pack<T>>::kWidth;
  std::size_t i = *at;
  for (; i + kTile <= n; i += kTile) {
    if (memory != RunMemory::cached) {
      for (std::size_t k = 0; k < run.array_count; ++k) {
        ask_ahead<kTile * sizeof(T)>(static_cast<const T*>(run.arrays[k]) + i);
      }
    }
    do_tile<T, Pack<T>, kVectors>(out, run, i, memory == RunMemory::streamed);
  }
  *at = i;
}

template <class T>
void run_kernel(void* to, const Run& run, std::size_t n, RunMemory memory) noexcept {
  T* out = static_cast<T*>(to);
  std::size_t i = 0;
  if (memory == RunMemory::streamed) {
    const std::size_t misaligned = reinterpret_cast<std::uintptr_t>(out) % sizeof(simd::V);
    const std::size_t head = misaligned == 0 ? 0 : (sizeof(simd::V) - misaligned) / sizeof(T);
    for (; i < head && i < n; ++i) do_tile<T, T, 1>(out, run, i, false);
  }
  if (memory == RunMemory::cached || run.count > kShortRun) do_tiles<T, kTileVectors>(out, run, &i, n, memory);
  do_tiles<T, kSmallTile>(out, run, &i, n, memory);
  do_tiles<T, 1>(out, run, &i, n, RunMemory::cached);
  for (; i < n; ++i) do_tile<T, T, 1>(out, run, i, false);
}

constexpr void fill_runs(KernelTable& table) {
  table.run[0] = &run_kernel<float>;
  table.run[1] = &run_kernel<double>;
}

}  // namespace
}  // namespace sharray
