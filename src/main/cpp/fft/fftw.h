/// Transforms by a library that has the interface of FFTW 3: FFTW itself or MKL, opened at run time. Nothing of it is
/// linked.
#pragma once

#include <cstdint>

#include "fft/call.h"

namespace sharray {

/// From fftw_transform: there is no such library, or it has no plan for this call.
inline constexpr std::int32_t kNotByFftw = 1;

/// Runs a call on up to `threads` threads: a part of the batch on each, or all for one transform where there are few.
std::int32_t fftw_transform(const FftCall& call, int threads) noexcept;

/// Opens the libraries of double and of single precision, which may be the same file, unless that is done; `name` and
/// `reason` are for a person. Returns SHARRAY_OK, or SHARRAY_SYSTEM with the reason in `error` (SHARRAY_ERROR_BYTES).
/// A library that was opened stays.
std::int32_t open_fftw(const char* double_path, const char* single_path, const char* name, const char* reason,
                       char* error) noexcept;

/// What was opened, or null.
const char* fftw_name() noexcept;
const char* fftw_reason() noexcept;

}  // namespace sharray
