#include "fft/call.h"

#include <cmath>
#include <cstring>

#include "api.h"
#include "fft/builtin.h"
#include "fft/fftw.h"

namespace sharray {
namespace {

constexpr double kNanosecondsEach = 0.5;

/// Axes that follow each other at even distances become one.
void join_axes(FftCall* fft) noexcept {
  int kept = 0;
  for (int d = 0; d < fft->batch_axes; d++) {
    const FftAxis axis = fft->batch[d];
    if (axis.n == 1) continue;
    FftAxis* before = kept > 0 ? &fft->batch[kept - 1] : nullptr;
    if (before != nullptr && before->in == axis.in * axis.n && before->out == axis.out * axis.n) {
      *before = {before->n * axis.n, axis.in, axis.out};
    } else {
      fft->batch[kept++] = axis;
    }
  }
  fft->batch_axes = kept;
}

}  // namespace

bool read_fft(const std::int64_t* call, std::int64_t words, FftCall* fft) noexcept {
  if (words < kFftHeaderWords || call[1] != kFftVersion) return false;
  if (call[2] < 0 || call[2] > 2 || call[3] < 0 || call[3] > 1 || (call[4] != 1 && call[4] != -1)) return false;
  if (call[8] < 0 || call[8] > kMostBatchAxes || words != kFftHeaderWords + 3 * call[8] || call[9] <= 0) return false;
  fft->transform = static_cast<Transform>(call[2]);
  fft->is_double = call[3] == 1;
  fft->sign = static_cast<int>(call[4]);
  std::memcpy(&fft->scale, &call[5], sizeof fft->scale);
  fft->in = reinterpret_cast<char*>(call[6]);
  fft->out = reinterpret_cast<char*>(call[7]);
  fft->axis = {call[9], call[10], call[11]};
  fft->batch_axes = static_cast<int>(call[8]);
  std::int64_t total = call[9];
  for (int d = 0; d < fft->batch_axes; d++) {
    const std::int64_t* at = call + kFftHeaderWords + 3 * d;
    fft->batch[d] = {at[0], at[1], at[2]};
    if (at[0] < 0 || __builtin_mul_overflow(total, at[0], &total)) return false;
  }
  if (total > INT64_MAX / 32) return false;
  join_axes(fft);
  return true;
}

double estimated_nanoseconds(const FftCall& call) noexcept {
  const double n = static_cast<double>(call.axis.n);
  return kNanosecondsEach * n * (1 + std::log2(n)) * static_cast<double>(call.count());
}

std::int32_t run_fft(const FftCall& call, int threads) noexcept {
  if (call.count() == 0) return SHARRAY_OK;
  const std::int32_t status = fftw_transform(call, threads);
  return status == kNotByFftw ? builtin_transform(call, threads) : status;
}

}  // namespace sharray
