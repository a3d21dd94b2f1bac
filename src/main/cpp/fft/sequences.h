/// Transforms of sequences by a plan, in memory that has real and imaginary parts apart.
#pragma once

#include "fft/plans.h"

namespace sharray {

/// Sequences that are done together: a vector of them.
template <class T>
inline constexpr std::size_t kFftLanes = 64 / sizeof(T);

/// Forward transform of one sequence in place, on up to `threads` threads. Throws std::bad_alloc.
template <class T>
void transform_sequence(const FftPlan<T>& plan, T* re, T* im, int threads);

/// Memory of one thread for transforms of kFftLanes sequences at once, of plans that are `is_short`.
template <class T>
class Lanes {
 public:
  /// Throws std::bad_alloc.
  explicit Lanes(const FftPlan<T>& plan);

  static bool is_short(const FftPlan<T>& plan) noexcept {
    return plan.passes != nullptr || (plan.convolution != nullptr && plan.convolution->plan->passes != nullptr);
  }

  /// Element k of sequence w at [k kFftLanes + w], before and after `run`.
  T* re() noexcept { return re_; }
  T* im() noexcept { return im_; }

  /// Forward transforms.
  void run() noexcept;

 private:
  void run_passes(const FftPasses<T>& passes) noexcept;
  void convolve() noexcept;

  const FftPlan<T>& plan_;
  Split<T> first_, second_;
  T *re_, *im_, *other_re_, *other_im_;
};

}  // namespace sharray
