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

/// An operand that is one value, for all vectors of a tile.
template <class P>
struct OneValue {
  P one;
  SHARRAY_INLINE P operator[](std::size_t) const { return one; }
};

/// How a tile of vectors that follow each other reads its operands.
template <class T, class P>
struct InRow {
  struct Array {
    const T* from;
    SHARRAY_INLINE P operator[](std::size_t v) const { return Lane<T, P>::load(from + v * Lane<T, P>::kWidth); }
  };
  std::size_t first;
  SHARRAY_INLINE Array array(const void* operand) const { return {static_cast<const T*>(operand) + first}; }
  SHARRAY_INLINE static OneValue<P> one(const void* operand) {
    return {Lane<T, P>::repeat(*static_cast<const T*>(operand))};
  }
};

template <bool kOne, class In>
SHARRAY_INLINE auto operand_of(const void* operand, In in) {
  if constexpr (kOne) {
    return In::one(operand);
  } else {
    return in.array(operand);
  }
}

template <RunOp kOp, unsigned kMask, class In, class P, std::size_t kVectors>
SHARRAY_INLINE void do_step(P (&value)[kVectors], const RunStep& step, In in) {
  if constexpr (run_arity(kOp) == 0) {
#pragma GCC unroll 16
    for (std::size_t v = 0; v < kVectors; ++v) value[v] = step_value<kOp>(value[v], P{}, P{});
  } else if constexpr (run_arity(kOp) == 1) {
    const auto x = operand_of<(kMask & 1U) != 0>(step.x, in);
#pragma GCC unroll 16
    for (std::size_t v = 0; v < kVectors; ++v) value[v] = step_value<kOp>(value[v], x[v], P{});
  } else {
    const auto x = operand_of<(kMask & 1U) != 0>(step.x, in);
    const auto y = operand_of<(kMask & 2U) != 0>(step.y, in);
#pragma GCC unroll 16
    for (std::size_t v = 0; v < kVectors; ++v) value[v] = step_value<kOp>(value[v], x[v], y[v]);
  }
}

template <class Operand, class P, std::size_t kVectors>
SHARRAY_INLINE void set_all(P (&value)[kVectors], const Operand& operand) {
#pragma GCC unroll 16
  for (std::size_t v = 0; v < kVectors; ++v) value[v] = operand[v];
}

/// All steps on a tile of kVectors P.
template <class In, class P, std::size_t kVectors>
SHARRAY_INLINE void do_steps(P (&value)[kVectors], const Run& run, In in) {
  if (run.first_is_one) {
    set_all(value, In::one(run.first));
  } else {
    set_all(value, in.array(run.first));
  }
  const RunStep* const end = run.steps + run.count;
  for (const RunStep* step = run.steps; step != end; ++step) {
    switch (step->kind) {
#define STEP(op, mask)                          \
  case run_kind(RunOp::op, mask):               \
    do_step<RunOp::op, mask>(value, *step, in); \
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
}

template <class T, class P, std::size_t kVectors>
SHARRAY_INLINE void do_tile(T* out, const Run& run, std::size_t i, bool stream) {
  using L = Lane<T, P>;
  P value[kVectors];
  do_steps(value, run, InRow<T, P>{i});
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
/// Up to so many steps a run waits for memory alone, and small tiles keep it busier than bursts of large ones. To ask
/// for lines ahead makes bursts too: the processor sees these streams by itself.
inline constexpr std::size_t kShortRun = 4;

template <class T, std::size_t kVectors>
SHARRAY_INLINE void do_tiles(T* out, const Run& run, std::size_t* at, std::size_t n, bool stream) {
  constexpr std::size_t kTile = kVectors * Lane<T, Pack<T>>::kWidth;
  std::size_t i = *at;
  for (; i + kTile <= n; i += kTile) do_tile<T, Pack<T>, kVectors>(out, run, i, stream);
  *at = i;
}

template <class T>
void run_kernel(void* to, const Run& run, std::size_t n, RunMemory memory) noexcept {
  T* out = static_cast<T*>(to);
  std::size_t i = 0;
  if (streams(memory)) {
    const std::size_t misaligned = reinterpret_cast<std::uintptr_t>(out) % sizeof(simd::V);
    const std::size_t head = misaligned == 0 ? 0 : (sizeof(simd::V) - misaligned) / sizeof(T);
    for (; i < head && i < n; ++i) do_tile<T, T, 1>(out, run, i, false);
  }
  if (!reads_memory(memory) || run.count > kShortRun) do_tiles<T, kTileVectors>(out, run, &i, n, streams(memory));
  do_tiles<T, kSmallTile>(out, run, &i, n, streams(memory));
  do_tiles<T, 1>(out, run, &i, n, false);
  for (; i < n; ++i) do_tile<T, T, 1>(out, run, i, false);
}

constexpr void fill_runs(KernelTable& table) {
  table.run[0] = &run_kernel<float>;
  table.run[1] = &run_kernel<double>;
}

}  // namespace
}  // namespace sharray
