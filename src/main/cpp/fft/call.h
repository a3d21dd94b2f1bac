/// A call of a Fourier transform: many transforms of one length, along one axis of some space.
///
/// A call is a sequence of 64-bit words that Java writes:
/// ```
/// 0            unused
/// 1            kFftVersion
/// 2 3          Transform, 1 for double precision, 0 for single
/// 4            the sign of the exponent, -1 or 1
/// 5            bits of a double: what the results are multiplied by
/// 6 7          addresses of the first element that is read and written
/// 8            dimensions of the batch
/// 9 10 11      n, and the strides between elements that are read and written
/// ...          the same three words for each dimension of the batch, outermost first
/// ```
/// Strides count elements: complex numbers, or real ones where the transform reads or writes those. The arrays are the
/// same, with the same strides, or do not overlap. n is the length of the real side; the complex side of a real
/// transform has n / 2 + 1 elements. What is only read is never written.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sharray {

inline constexpr std::int64_t kFftVersion = 0x3001;
inline constexpr std::int64_t kFftHeaderWords = 12;
inline constexpr int kMostBatchAxes = 32;

enum class Transform : std::uint8_t {
  complex,  ///< complex to complex
  forward,  ///< real to half of the complex numbers, the others being conjugate to them; the sign is -1
  backward  ///< half of the complex numbers to real; the sign is 1
};

struct FftAxis {
  std::int64_t n, in, out;
};

/// A call, checked and taken apart.
struct FftCall {
  Transform transform = Transform::complex;
  bool is_double = false;
  int sign = -1;
  double scale = 1;
  char* in = nullptr;
  char* out = nullptr;
  FftAxis axis = {};
  int batch_axes = 0;
  FftAxis batch[kMostBatchAxes] = {};

  std::int64_t part_bytes() const noexcept { return is_double ? 8 : 4; }
  std::int64_t in_bytes() const noexcept { return part_bytes() * (transform == Transform::forward ? 1 : 2); }
  std::int64_t out_bytes() const noexcept { return part_bytes() * (transform == Transform::backward ? 1 : 2); }
  /// Elements of a transform that are written.
  std::int64_t written() const noexcept { return transform == Transform::forward ? axis.n / 2 + 1 : axis.n; }
  /// Transforms.
  std::int64_t count() const noexcept {
    std::int64_t total = 1;
    for (int d = 0; d < batch_axes; d++) total *= batch[d].n;
    return total;
  }
  /// Offsets in elements of a transform.
  std::int64_t in_offset(std::int64_t line) const noexcept { return offset(line, &FftAxis::in); }
  std::int64_t out_offset(std::int64_t line) const noexcept { return offset(line, &FftAxis::out); }

 private:
  std::int64_t offset(std::int64_t line, std::int64_t FftAxis::*stride) const noexcept {
    std::int64_t at = 0;
    for (int d = batch_axes; d-- > 0; line /= batch[d].n) at += line % batch[d].n * (batch[d].*stride);
    return at;
  }
};

/// Reads a call, and joins what it can of the batch to one dimension. False if it is not well formed: sizes are
/// checked, addresses cannot be.
bool read_fft(const std::int64_t* call, std::int64_t words, FftCall* fft) noexcept;

/// Estimated time of one thread.
double estimated_nanoseconds(const FftCall& call) noexcept;

/// Runs a call on up to `threads` threads, with the provider that there is. Returns SHARRAY_OK or SHARRAY_EXHAUSTED.
std::int32_t run_fft(const FftCall& call, int threads) noexcept;

}  // namespace sharray
