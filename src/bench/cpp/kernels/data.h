/// Operands and timing for the benchmark of kernels.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <memory>
#include <new>
#include <random>
#include <vector>

#include "limits.h"

namespace sharray::bench {

/// Elements of an operand: three arrays of them stay in the second-level cache.
constexpr std::size_t kElements = 16384;

/// Numbers aligned to a line of the cache.
template <class T>
class Array {
 public:
  Array() : values_(new (std::align_val_t{64}) T[kElements]()) {}
  T* data() { return values_.get(); }
  const T* data() const { return values_.get(); }
  T& operator[](std::size_t i) { return values_[i]; }

 private:
  struct Free {
    void operator()(T* p) const { ::operator delete[](p, std::align_val_t{64}); }
  };
  std::unique_ptr<T[], Free> values_;
};

inline double draw(const Range& range, std::mt19937_64& random) {
  const double u = std::uniform_real_distribution<double>(range.low, range.high)(random);
  if (range.kind == Range::uniform) return u;
  const double size = std::exp2(u);
  return range.kind == Range::both_signs && (random() & 1U) != 0 ? -size : size;
}

/// Numbers from the ranges, mixed at random, each range as often as the others.
inline Array<double> numbers(const std::vector<Range>& ranges, unsigned seed) {
  std::mt19937_64 random(seed);
  Array<double> values;
  for (std::size_t i = 0; i < kElements; ++i) values[i] = draw(ranges[random() % ranges.size()], random);
  return values;
}

inline double nanoseconds() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

inline double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

/// Times of several ways to do the same, taken in turns, so that all of them see the machine in the same moods.
class Contest {
 public:
  /// `run` goes over all elements once. The number is that of its times.
  template <class Run>
  std::size_t add(Run run) {
    const double start = nanoseconds();
    run();
    const double once = nanoseconds() - start;
    repeats_.push_back(std::max(1, static_cast<int>(kSample / std::max(once, 1.0))));
    runs_.emplace_back(new Holder<Run>(run));
    times_.emplace_back();
    return times_.size() - 1;
  }

  void rounds(int count) {
    for (int round = 0; round < count; ++round) {
      for (std::size_t i = 0; i < runs_.size(); ++i) {
        const double start = nanoseconds();
        for (int r = 0; r < repeats_[i]; ++r) runs_[i]->go();
        times_[i].push_back((nanoseconds() - start) / (static_cast<double>(repeats_[i]) * kElements));
      }
    }
  }

  /// ns per element.
  double middle(std::size_t i) const { return median(times_[i]); }
  double best(std::size_t i) const { return *std::min_element(times_[i].begin(), times_[i].end()); }

 private:
  static constexpr double kSample = 250e3;
  struct Base {
    virtual ~Base() = default;
    virtual void go() = 0;
  };
  template <class Run>
  struct Holder : Base {
    explicit Holder(Run r) : run(r) {}
    void go() override { run(); }
    Run run;
  };
  std::vector<std::unique_ptr<Base>> runs_;
  std::vector<int> repeats_;
  std::vector<std::vector<double>> times_;
};

}  // namespace sharray::bench
