/// The contract between the transforms of the core and their vector code, of which there is one for each CPU path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "expression/kernel_table.h"

namespace sharray {

/// One step of a transform: `rest` n-th parts of what is left, `done` the product of the radices before.
template <class T>
struct FftPass {
  std::size_t radix, rest, done;
  std::vector<T> re, im;              ///< [rest][radix - 1]: powers of the roots of unity that follow
  std::vector<T> roots_re, roots_im;  ///< of order `radix`, where that is not 2 to 5
};

/// Transforms of which the length has small factors only.
template <class T>
struct FftPasses {
  std::size_t n;
  std::vector<FftPass<T>> passes;
};

/// Forward transforms of `lanes` sequences: element k of sequence w is at [k lanes + w]. All four arrays have n lanes
/// elements. Returns whether the result is in the second pair.
template <class T>
using FftRun = bool (*)(const FftPasses<T>& plan, T* re, T* im, T* other_re, T* other_im, std::size_t lanes) noexcept;

struct FftTable {
  FftRun<float> singles;
  FftRun<double> doubles;
};

#if defined(__x86_64__)
const FftTable& baseline_fft() noexcept;
const FftTable& avx2_fft() noexcept;
const FftTable& avx512_fft() noexcept;
#elif defined(__aarch64__)
const FftTable& neon_fft() noexcept;
#endif

}  // namespace sharray
