#include "fft/sequences.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <utility>

#include "expression/evaluate.h"
#include "parallel/ranges.h"

namespace sharray {
namespace {

const FftTable& fft_table() noexcept {
#if defined(__x86_64__)
  switch (current_table().path) {
    case CpuPath::avx512:
      return avx512_fft();
    case CpuPath::avx2:
      return avx2_fft();
    default:
      return baseline_fft();
  }
#else
  return neon_fft();
#endif
}

template <class T>
FftRun<T> runner() noexcept {
  if constexpr (sizeof(T) == sizeof(double)) {
    return fft_table().doubles;
  } else {
    return fft_table().singles;
  }
}

/// (re, im) *= (c, s)
template <class T>
inline void multiply(T* re, T* im, T c, T s) noexcept {
  const T r = *re * c - *im * s;
  *im = *re * s + *im * c;
  *re = r;
}

/// Calls body(lanes, first, count) for groups of up to kFftLanes of `total` sequences. Throws std::bad_alloc.
template <class T, class Body>
void for_groups(const FftPlan<T>& plan, std::int64_t total, int threads, const Body& body) {
  constexpr auto kGroup = static_cast<std::int64_t>(kFftLanes<T>);
  std::atomic<bool> good{true};
  parallel_parts((total + kGroup - 1) / kGroup, threads, [&](Parts& parts) noexcept {
    try {
      Lanes<T> lanes(plan);
      for (std::int64_t first, last; parts.next(&first, &last);) {
        for (std::int64_t group = first; group < last; group++) {
          body(lanes, group * kGroup, std::min(kGroup, total - group * kGroup));
        }
      }
    } catch (const std::bad_alloc&) {
      good = false;
    }
  });
  if (!good) throw std::bad_alloc();
}

/// As a matrix of rows and columns: the transforms of its columns, times roots of unity, then those of its rows, which
/// become the columns of the result. After Bailey, "FFTs in external or hierarchical memory" (1990).
template <class T>
void transform_matrix(const FftPlan<T>& plan, T* re, T* im, int threads) {
  const auto& matrix = *plan.matrix;
  const std::int64_t rows = matrix.rows->n, columns = matrix.columns->n;
  constexpr auto kWidth = static_cast<std::int64_t>(kFftLanes<T>);
  Split<T> between;
  between.resize(static_cast<std::size_t>(plan.n));
  T *to_re = between.re.data(), *to_im = between.im.data();
  for_groups(*matrix.rows, columns, threads, [&](Lanes<T>& lanes, std::int64_t first, std::int64_t count) noexcept {
    for (std::int64_t row = 0; row < rows; row++) {
      std::copy_n(re + row * columns + first, count, lanes.re() + row * kWidth);
      std::copy_n(im + row * columns + first, count, lanes.im() + row * kWidth);
    }
    lanes.run();
    for (std::int64_t row = 0; row < rows; row++) {
      T *at_re = lanes.re() + row * kWidth, *at_im = lanes.im() + row * kWidth;
      for (std::int64_t w = 0; w < count; w++) {
        double c, s;
        matrix.roots.at(static_cast<std::uint64_t>(row) * static_cast<std::uint64_t>(first + w), &c, &s);
        multiply(at_re + w, at_im + w, static_cast<T>(c), static_cast<T>(s));
      }
      std::copy_n(at_re, count, to_re + row * columns + first);
      std::copy_n(at_im, count, to_im + row * columns + first);
    }
  });
  for_groups(*matrix.columns, rows, threads, [&](Lanes<T>& lanes, std::int64_t first, std::int64_t count) noexcept {
    for (std::int64_t w = 0; w < count; w++) {
      const std::int64_t from = (first + w) * columns;
      for (std::int64_t k = 0; k < columns; k++) {
        lanes.re()[k * kWidth + w] = to_re[from + k];
        lanes.im()[k * kWidth + w] = to_im[from + k];
      }
    }
    lanes.run();
    for (std::int64_t k = 0; k < columns; k++) {
      std::copy_n(lanes.re() + k * kWidth, count, re + k * rows + first);
      std::copy_n(lanes.im() + k * kWidth, count, im + k * rows + first);
    }
  });
}

/// The convolution of one long sequence.
template <class T>
void convolve_sequence(const FftPlan<T>& plan, T* re, T* im, int threads) {
  const auto& convolution = *plan.convolution;
  const auto n = static_cast<std::size_t>(plan.n), length = static_cast<std::size_t>(convolution.plan->n);
  Split<T> work;
  work.resize(length);
  const T *chirp_re = convolution.chirp.re.data(), *chirp_im = convolution.chirp.im.data();
  for (std::size_t k = 0; k < n; k++) {
    work.re[k] = re[k];
    work.im[k] = im[k];
    multiply(&work.re[k], &work.im[k], chirp_re[k], chirp_im[k]);
  }
  transform_sequence(*convolution.plan, work.re.data(), work.im.data(), threads);
  for (std::size_t k = 0; k < length; k++) {
    multiply(&work.re[k], &work.im[k], convolution.filter.re[k], convolution.filter.im[k]);
  }
  // With the parts exchanged a forward transform is a backward one.
  transform_sequence(*convolution.plan, work.im.data(), work.re.data(), threads);
  for (std::size_t k = 0; k < n; k++) {
    re[k] = work.re[k];
    im[k] = work.im[k];
    multiply(&re[k], &im[k], chirp_re[k], chirp_im[k]);
  }
}

}  // namespace

template <class T>
Lanes<T>::Lanes(const FftPlan<T>& plan) : plan_(plan) {
  const std::int64_t length = plan.convolution != nullptr ? plan.convolution->plan->n : plan.n;
  first_.resize(static_cast<std::size_t>(length) * kFftLanes<T>);
  second_.resize(first_.re.size());
  re_ = first_.re.data();
  im_ = first_.im.data();
  other_re_ = second_.re.data();
  other_im_ = second_.im.data();
}

template <class T>
void Lanes<T>::run_passes(const FftPasses<T>& passes) noexcept {
  if (runner<T>()(passes, re_, im_, other_re_, other_im_, kFftLanes<T>)) {
    std::swap(re_, other_re_);
    std::swap(im_, other_im_);
  }
}

template <class T>
void Lanes<T>::run() noexcept {
  if (plan_.passes != nullptr) {
    run_passes(*plan_.passes);
  } else {
    convolve();
  }
}

template <class T>
void Lanes<T>::convolve() noexcept {
  const auto& convolution = *plan_.convolution;
  const auto n = static_cast<std::size_t>(plan_.n), length = static_cast<std::size_t>(convolution.plan->n);
  const auto multiply_all = [this](std::size_t count, const Split<T>& factors) {
    for (std::size_t k = 0; k < count; k++) {
      for (std::size_t w = 0; w < kFftLanes<T>; w++) {
        multiply(&re_[k * kFftLanes<T> + w], &im_[k * kFftLanes<T> + w], factors.re[k], factors.im[k]);
      }
    }
  };
  multiply_all(n, convolution.chirp);
  std::fill(re_ + n * kFftLanes<T>, re_ + length * kFftLanes<T>, T(0));
  std::fill(im_ + n * kFftLanes<T>, im_ + length * kFftLanes<T>, T(0));
  run_passes(*convolution.plan->passes);
  multiply_all(length, convolution.filter);
  std::swap(re_, im_);
  std::swap(other_re_, other_im_);
  run_passes(*convolution.plan->passes);
  std::swap(re_, im_);
  std::swap(other_re_, other_im_);
  multiply_all(n, convolution.chirp);
}

template <class T>
void transform_sequence(const FftPlan<T>& plan, T* re, T* im, int threads) {
  if (plan.matrix != nullptr) return transform_matrix(plan, re, im, threads);
  if (!Lanes<T>::is_short(plan) && plan.convolution != nullptr) return convolve_sequence(plan, re, im, threads);
  for_groups(plan, 1, 1, [&](Lanes<T>& lanes, std::int64_t, std::int64_t) noexcept {
    for (std::int64_t k = 0; k < plan.n; k++) {
      lanes.re()[k * static_cast<std::int64_t>(kFftLanes<T>)] = re[k];
      lanes.im()[k * static_cast<std::int64_t>(kFftLanes<T>)] = im[k];
    }
    lanes.run();
    for (std::int64_t k = 0; k < plan.n; k++) {
      re[k] = lanes.re()[k * static_cast<std::int64_t>(kFftLanes<T>)];
      im[k] = lanes.im()[k * static_cast<std::int64_t>(kFftLanes<T>)];
    }
  });
}

template class Lanes<float>;
template class Lanes<double>;
template void transform_sequence<float>(const FftPlan<float>&, float*, float*, int);
template void transform_sequence<double>(const FftPlan<double>&, double*, double*, int);

}  // namespace sharray
