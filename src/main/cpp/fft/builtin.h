/// The core's own transforms, for where there is no other library: of any length, without a limit of size, on the
/// core's threads.
#pragma once

#include <cstdint>

#include "fft/call.h"

namespace sharray {

/// Runs a call on up to `threads` threads. Returns SHARRAY_OK, or SHARRAY_EXHAUSTED where there is no memory.
std::int32_t builtin_transform(const FftCall& call, int threads) noexcept;

}  // namespace sharray
