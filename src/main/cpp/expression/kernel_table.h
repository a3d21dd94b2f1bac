/// The contract between the expression engine and the kernels: one table of functions for each CPU path.
///
/// The tables of all paths give the same bits for the same operands (the payload of a NaN excepted), and the result of
/// an element depends neither on its place in the block nor on the length of the block.
#pragma once

#include <cstddef>
#include <cstdint>

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

/// out[i] = f(a[i], b[i], c[i]) for 0 <= i < n, 1 <= n <= kBlock. float64 operands are double, bool ones bytes 0 or 1.
/// `out` may equal an operand of the same element size, and overlaps none otherwise. Pointers are aligned to their
/// element. Operands beyond the arity are not looked at. Nothing is read or written past n.
using Kernel = void (*)(void* out, const void* a, const void* b, const void* c, std::size_t n) noexcept;

/// Row of KernelTable::chain: (x inner y) outer z at index inner * 4 + outer.
enum class Inner : std::uint8_t { add, subtract, multiply };
enum class Outer : std::uint8_t { plus, minus, minus_from, times };  ///< + z, - z, z -, * z

constexpr std::size_t chain_index(Inner inner, Outer outer) noexcept {
  return static_cast<std::size_t>(inner) * 4 + static_cast<std::size_t>(outer);
}

/// out[i] = (x[i] s inner y[i] t) outer z[i], four operations with four roundings; s and t are one value each. `out`
/// may equal x, y or z and overlaps them not otherwise.
using LinearKernel = void (*)(double* out, const double* x, const double* s, const double* y, const double* t,
                              const double* z, std::size_t n) noexcept;

/// Row of KernelTable::linear, for the inner operations add and subtract and the outer ones but times.
inline constexpr std::size_t kLinearRows = 6;

constexpr std::size_t linear_index(Inner inner, Outer outer) noexcept {
  return static_cast<std::size_t>(inner) * 3 + static_cast<std::size_t>(outer);
}

enum class Reduction : std::uint8_t { sum, min, max };

struct KernelTable {
  CpuPath path;
  /// [operation][scalar mask]: bit k of the mask set: operand k is one value, read at [0] only. All masks below
  /// 1 << arity are there, others are null.
  Kernel op[kOps][8];
  /// Two operations in one pass, with two roundings: the bits of the two single operations. [chain_index][scalar mask]
  Kernel chain[12][8];
  /// Three arrays in one pass. [linear_index][scalar mask of x, y and z]
  LinearKernel linear[kLinearRows][8];
  /// The same for operands that are all arrays, past the caches: `out` overlaps none of them. [linear_index]
  /// `stream_fence` before another thread may look.
  LinearKernel linear_stream[kLinearRows];

  /// Copies past the caches; both pointers are aligned to 8 bytes. `stream_fence` before another thread may look.
  void (*copy_stream)(double* out, const double* in, std::size_t n) noexcept;
  void (*stream_fence)() noexcept;

  /// Gathers and scatters of 8-byte and 1-byte elements, `stride` bytes apart (any sign, 0 to repeat).
  void (*load_strided)(double* out, const char* in, std::ptrdiff_t stride, std::size_t n) noexcept;
  void (*store_strided)(char* out, const double* in, std::ptrdiff_t stride, std::size_t n) noexcept;
  void (*load_strided_bytes)(std::uint8_t* out, const char* in, std::ptrdiff_t stride, std::size_t n) noexcept;
  void (*store_strided_bytes)(char* out, const std::uint8_t* in, std::ptrdiff_t stride, std::size_t n) noexcept;

  /// [Reduction] of one block, 0 <= n <= kBlock. Lane l starts from the identity and takes elements l, l + 32, ... in
  /// this order; then lane l is combined with l + 16, then l + 8, l + 4, l + 2, l + 1. See combine.h for the rules.
  double (*reduce[3])(const double* in, std::size_t n) noexcept;
  /// [Reduction]: lanes[i] = combine(lanes[i], row[i]) for 0 <= i < columns.
  void (*accumulate[3])(double* lanes, const double* row, std::size_t columns) noexcept;
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
