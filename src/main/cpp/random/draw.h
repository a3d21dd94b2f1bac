/// The contract between the expression engine and the random numbers: kernels that make the numbers of elements from
/// their counters. A number depends on its counter, the key and the parameters alone, on every CPU path to the bit.
///
/// The counter of Philox 4x32-10 has four words: the low and the high half of the element's number, the low 32 bits of
/// the call's, and its high 16 bits | attempt << 16. The key has the low and the high half of the generator's. The
/// block of an attempt is four words w0 to w3.
#pragma once

#include <cstddef>
#include <cstdint>

#include "expression/kernel_table.h"

namespace sharray {

/// What is drawn; Java's Draw has the same order. Parameters x and y are arrays of the dtype given.
enum class Draw : std::uint8_t {
  bits,         ///< uint64: w1 2^32 + w0
  uniform,      ///< float64: the upper 53 of these bits, over 2^53
  uniform_24,   ///< float64: the upper 24 bits of w1, over 2^24
  normal,       ///< float64: standard normal
  exponential,  ///< float64: of rate 1
  integers,     ///< uint64: below x (uint64), or any where x is 0
  poisson,      ///< float64: of mean x (float64)
  gamma,        ///< float64: of shape x (float64) and scale 1
  binomial      ///< float64: successes among x trials of probability y (float64)
};
inline constexpr std::size_t kDraws = 9;

constexpr int parameters_of(Draw draw) noexcept { return draw < Draw::integers ? 0 : draw == Draw::binomial ? 2 : 1; }
constexpr DType parameter_type(Draw draw) noexcept { return draw == Draw::integers ? DType::uint64 : DType::float64; }
constexpr DType result_of(Draw draw) noexcept {
  return draw == Draw::bits || draw == Draw::integers ? DType::uint64 : DType::float64;
}

/// The 16 bytes of the constant that an instruction names: generator and call.
struct DrawKey {
  std::uint64_t key;
  std::uint64_t call;  ///< below 2^48
};

/// Numbers for 1 <= n <= kBlock counters. `out` may be x or y. Where a parameter is none, its number is NaN.
using DrawKernel = void (*)(void* out, const std::uint64_t* counters, const void* x, const void* y, const DrawKey& key,
                            std::size_t n) noexcept;

struct DrawTable {
  DrawKernel kernel[kDraws];
  /// Philox itself: the words of a counter become those of its block.
  void (*block)(std::uint32_t (&words)[4], std::uint64_t key) noexcept;
  /// out[i] = first + i step: the counters of elements in a row.
  void (*count)(std::uint64_t* out, std::uint64_t first, std::uint64_t step, std::size_t n) noexcept;
};

#if defined(__x86_64__)
const DrawTable& baseline_draws() noexcept;
const DrawTable& avx2_draws() noexcept;
const DrawTable& avx512_draws() noexcept;
#elif defined(__aarch64__)
const DrawTable& neon_draws() noexcept;
#endif

/// The table of a path that this build has.
const DrawTable& draws_for(CpuPath path) noexcept;

}  // namespace sharray
