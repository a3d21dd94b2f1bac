/// Plans of the core's own transforms: what depends on the length alone.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "fft/passes.h"

namespace sharray {

template <class T>
struct Split {
  std::vector<T> re, im;

  void resize(std::size_t n) {
    re.resize(n);
    im.resize(n);
  }
};

/// Roots of unity of a large order n, each as the product of two that are kept.
class Roots {
 public:
  explicit Roots(std::uint64_t n);

  /// exp(-2 pi i k / n), k < n.
  void at(std::uint64_t k, double* re, double* im) const noexcept {
    const std::size_t low = k & (kStep - 1), high = k / kStep;
    *re = high_.re[high] * low_.re[low] - high_.im[high] * low_.im[low];
    *im = high_.re[high] * low_.im[low] + high_.im[high] * low_.re[low];
  }

 private:
  static constexpr std::size_t kStep = 1024;
  Split<double> low_, high_;
};

/// Lengths up to this are transformed in the caches, several sequences at once; longer ones as a matrix.
inline constexpr std::int64_t kShortFft = 1 << 13;

/// How sequences of a length are transformed: exactly one of the members is there.
template <class T>
struct FftPlan {
  /// `at_once`: as if it were short, for a length with small factors.
  explicit FftPlan(std::int64_t n, bool at_once = false);

  std::int64_t n;
  /// Short, with small factors.
  std::unique_ptr<FftPasses<T>> passes;

  /// Long, with small factors: n = rows * columns.
  struct Matrix {
    std::unique_ptr<const FftPlan> rows, columns;  ///< of those lengths, at once
    Roots roots;
  };
  std::unique_ptr<Matrix> matrix;

  /// A large factor: a convolution of another length with small factors, after Bluestein, "A linear filtering approach
  /// to the computation of discrete Fourier transform" (1970).
  struct Convolution {
    std::shared_ptr<const FftPlan> plan;
    Split<T> chirp;   ///< exp(-pi i k^2 / n)
    Split<T> filter;  ///< the transform of its conjugate, over the length
  };
  std::unique_ptr<Convolution> convolution;
};

/// The plan of a length, made or kept from before. Throws std::bad_alloc.
template <class T>
std::shared_ptr<const FftPlan<T>> fft_plan(std::int64_t n);

/// exp(-2 pi i k / n) for k < n.
void root_of_unity(std::uint64_t k, std::uint64_t n, double* re, double* im) noexcept;

}  // namespace sharray
