#include "fft/builtin.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <utility>

#include "api.h"
#include "fft/sequences.h"
#include "parallel/ranges.h"

namespace sharray {
namespace {

/// The elements of one transform of a call in memory. A backward transform is a forward one with the real and imaginary
/// parts exchanged, of what is read and of what is written.
template <class T>
class Line {
 public:
  Line(const FftCall& call, std::int64_t line) noexcept
      : call_(call),
        in_(reinterpret_cast<const T*>(call.in + call.in_offset(line) * call.in_bytes())),
        out_(reinterpret_cast<T*>(call.out + call.out_offset(line) * call.out_bytes())),
        scale_(static_cast<T>(call.scale)) {}

  /// To [k step] of two arrays.
  void load(T* re, T* im, std::int64_t step) const noexcept {
    if (call_.sign > 0) std::swap(re, im);
    const std::int64_t n = call_.axis.n, stride = call_.axis.in;
    if (call_.transform == Transform::forward) {
      for (std::int64_t k = 0; k < n; k++) {
        re[k * step] = in_[k * stride];
        im[k * step] = 0;
      }
      return;
    }
    const std::int64_t there = call_.transform == Transform::backward ? n / 2 + 1 : n;
    for (std::int64_t k = 0; k < there; k++) {
      re[k * step] = in_[2 * k * stride];
      im[k * step] = in_[2 * k * stride + 1];
    }
    for (std::int64_t k = there; k < n; k++) {
      re[k * step] = in_[2 * (n - k) * stride];
      im[k * step] = -in_[2 * (n - k) * stride + 1];
    }
  }

  void store(const T* re, const T* im, std::int64_t step) const noexcept {
    if (call_.sign > 0) std::swap(re, im);
    const std::int64_t count = call_.written(), stride = call_.axis.out;
    if (call_.transform == Transform::backward) {
      for (std::int64_t k = 0; k < count; k++) out_[k * stride] = re[k * step] * scale_;
      return;
    }
    for (std::int64_t k = 0; k < count; k++) {
      out_[2 * k * stride] = re[k * step] * scale_;
      out_[2 * k * stride + 1] = im[k * step] * scale_;
    }
  }

 private:
  const FftCall& call_;
  const T* in_;
  T* out_;
  T scale_;
};

template <class T>
void short_lines(const FftCall& call, const FftPlan<T>& plan, Parts& parts) {
  constexpr auto kWidth = static_cast<std::int64_t>(kFftLanes<T>);
  Lanes<T> lanes(plan);
  for (std::int64_t first, last; parts.next(&first, &last);) {
    for (std::int64_t at = first * kWidth; at < std::min(last * kWidth, call.count()); at += kWidth) {
      const std::int64_t count = std::min(kWidth, call.count() - at);
      for (std::int64_t w = 0; w < count; w++) Line<T>(call, at + w).load(lanes.re() + w, lanes.im() + w, kWidth);
      lanes.run();
      for (std::int64_t w = 0; w < count; w++) Line<T>(call, at + w).store(lanes.re() + w, lanes.im() + w, kWidth);
    }
  }
}

/// `inside`: the threads of each transform.
template <class T>
void long_lines(const FftCall& call, const FftPlan<T>& plan, int inside, Parts& parts) {
  Split<T> memory;
  memory.resize(static_cast<std::size_t>(plan.n));
  for (std::int64_t first, last; parts.next(&first, &last);) {
    for (std::int64_t at = first; at < last; at++) {
      Line<T> line(call, at);
      line.load(memory.re.data(), memory.im.data(), 1);
      transform_sequence(plan, memory.re.data(), memory.im.data(), inside);
      line.store(memory.re.data(), memory.im.data(), 1);
    }
  }
}

template <class T>
std::int32_t transform(const FftCall& call, int threads) {
  const std::shared_ptr<const FftPlan<T>> plan = fft_plan<T>(call.axis.n);
  const bool is_short = Lanes<T>::is_short(*plan);
  const bool inside = !is_short && call.count() < threads;
  constexpr auto kWidth = static_cast<std::int64_t>(kFftLanes<T>);
  std::atomic<std::int32_t> status{SHARRAY_OK};
  parallel_parts(is_short ? (call.count() + kWidth - 1) / kWidth : call.count(), inside ? 1 : threads,
                 [&](Parts& parts) noexcept {
                   try {
                     if (is_short) {
                       short_lines(call, *plan, parts);
                     } else {
                       long_lines(call, *plan, inside ? threads : 1, parts);
                     }
                   } catch (const std::bad_alloc&) {
                     status = SHARRAY_EXHAUSTED;
                   }
                 });
  return status;
}

}  // namespace

std::int32_t builtin_transform(const FftCall& call, int threads) noexcept {
  try {
    return call.is_double ? transform<double>(call, threads) : transform<float>(call, threads);
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

}  // namespace sharray
