/// The contract between the expression engine and the kernels: one table of functions for each CPU path.
///
/// The tables of all paths give the same bits for the same operands (the payload of a NaN excepted), and the result of
/// an element depends neither on its place in the block nor on the length of the block.
#pragma once

#include <cstddef>
#include <cstdint>

#include "expression/dtype.h"
#include "expression/run.h"

namespace sharray {

enum class CpuPath : std::uint8_t { baseline, avx2, avx512, neon };

/// The operations, numbered in the order of ops.def.
enum class Op : std::uint8_t {
#define OP(name, aliases, arity, dtypes, kernel, oracle, domain, ulp64, ulp32, absolute, meaning) name,
#include "ops.def"
#undef OP
};

inline constexpr std::size_t kOps = 0
#define OP(name, aliases, arity, dtypes, kernel, oracle, domain, ulp64, ulp32, absolute, meaning) +1
#include "ops.def"
#undef OP
    ;

/// Elements in a full block.
inline constexpr std::size_t kBlock = 1024;

/// Lanes of a block reduction: element j belongs to lane j % kReductionLanes.
inline constexpr std::size_t kReductionLanes = 32;

/// out[i] = f(a[i], b[i], c[i]) for 0 <= i < n, 1 <= n <= kBlock. Bools are bytes: 0, or anything else for true;
/// results are 0 and 1. `out` may equal an operand of the same element size, and overlaps none otherwise. Pointers are
/// aligned to their element. Operands beyond the arity are not looked at. Nothing is read or written past n.
using Kernel = void (*)(void* out, const void* a, const void* b, const void* c, std::size_t n) noexcept;

/// As many rows of one lane are accumulated at once where they lie in memory.
inline constexpr std::size_t kRowsAtOnce = 4;

/// What a reduction gives of the elements x0, x1, ... of one output. See reduce.h for the order of the combinations.
enum class Reduction : std::uint8_t {
  sum,
  prod,
  min,  ///< NaN if any element is; -0 is less than +0
  max,
  argmin,  ///< the first place of the minimum, int64; that of the first NaN if there is one
  argmax,
  moment  ///< the sum of the squares of the distances from the mean, float64 only
};
inline constexpr std::size_t kReductions = 7;

/// The dtypes that are reduced: others are converted before.
enum class Accumulator : std::uint8_t { int64, uint64, float64, complex128 };
inline constexpr std::size_t kAccumulators = 4;

/// A partial result of a reduction.
struct Cell {
  union {
    double number[2];       ///< value, or real and imaginary part, or mean and moment
    std::int64_t whole[2];  ///< value; at [1] the place of an argmin, whose value may be a `number[0]`
  };
  std::int64_t count;  ///< elements of a moment; of a scan, whether there is a value yet
};

struct ReductionKernel {
  /// Reduces a block of 1 <= n <= kBlock elements, of which the first one has this place among those of the output.
  void (*block)(Cell* out, const void* in, std::size_t n, std::int64_t place) noexcept;
  /// left = left combined with right, which comes later.
  void (*combine)(Cell* left, const Cell* right) noexcept;
  /// lanes[i] = lanes[i] combined with element i of `count` rows in turn, for 0 <= i < columns; the rows are `stride`
  /// bytes apart. Asks for what is `ahead` bytes further, if that is not 0. Null where reductions are done one by one.
  void (*accumulate)(double* lanes, const char* rows, std::ptrdiff_t stride, std::size_t count, std::size_t columns,
                     std::ptrdiff_t ahead) noexcept;
};

/// out[i] = before combined with in[0], ..., in[i], or these alone where before->count is 0; `before` becomes the last
/// one, with count 1.
using ScanKernel = void (*)(void* out, const void* in, Cell* before, std::size_t n) noexcept;

struct KernelTable {
  CpuPath path;
  /// [operation][scalar mask] for float64, or bool where that is what the operation takes. Bit k of the mask set:
  /// operand k is one value, read at [0] only. All masks below 1 << arity are there, others are null.
  Kernel op[kOps][8];
  /// [operation][dtype], without scalars; null where the operation does not take the dtype.
  Kernel typed[kOps][kDTypes];
  /// [from][to]: conversions; null from complex numbers to real ones. See element_cast.h for the rules.
  Kernel cast[kDTypes][kDTypes];
  /// Chains of cheap operations, for float32 and float64.
  RunKernel run[2];
  /// The same for float64 by squares of `square_side` rows and columns; null where vectors are too short.
  SquareKernel run_squares;
  std::size_t square_side;

  /// Copies past the caches; both pointers are aligned to 8 bytes. `stream_fence` before another thread may look.
  void (*copy_stream)(double* out, const double* in, std::size_t n) noexcept;
  void (*stream_fence)() noexcept;

  /// Gathers and scatters of elements of 1 << k bytes, at [k]; `stride` bytes apart (any sign, 0 to repeat).
  void (*load_strided[5])(void* out, const char* in, std::ptrdiff_t stride, std::size_t n) noexcept;
  void (*store_strided[5])(char* out, const void* in, std::ptrdiff_t stride, std::size_t n) noexcept;
  /// Gathers a tile of elements of 1 << k bytes, at [k], which lie closer together along its columns than along its
  /// rows: the element `row_stride` r + `column_stride` c bytes from `in` goes `pitch` r bytes and c elements from
  /// `out`.
  void (*transpose[5])(char* out, std::size_t pitch, const char* in, std::ptrdiff_t row_stride,
                       std::ptrdiff_t column_stride, std::size_t rows, std::size_t columns) noexcept;

  /// [reduction][accumulator]; `block` is null where there is none.
  ReductionKernel reduce[kReductions][kAccumulators];
  /// [sum or prod][accumulator]
  ScanKernel scan[2][kAccumulators];
};

/// The tables that this architecture has. They may be called only where cpu_has() says so.
#if defined(__x86_64__)
const KernelTable& baseline_kernels() noexcept;
const KernelTable& avx2_kernels() noexcept;
const KernelTable& avx512_kernels() noexcept;
#elif defined(__aarch64__)
const KernelTable& neon_kernels() noexcept;
#endif

/// The table of a path, or null if this build or this CPU lacks it.
const KernelTable* kernels_for(CpuPath path) noexcept;
/// Whether this build and this CPU have the path.
bool cpu_has(CpuPath path) noexcept;
/// "baseline", "avx2", "avx512" or "neon".
const char* cpu_path_name(CpuPath path) noexcept;

}  // namespace sharray
