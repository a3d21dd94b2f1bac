/// Switches that only tests touch: they inject failures that otherwise need machine-wide settings.
#pragma once

#include <atomic>

namespace sharray::testing {

/// While true, reserving the zero pages of a release fails.
inline std::atomic<bool> fail_reserve{false};
/// While true, moving them over the segment fails.
inline std::atomic<bool> fail_move{false};
/// Where POSIX segments live; null for /dev/shm. Set it before the first segment.
inline std::atomic<const char*> shm_root{nullptr};

}  // namespace sharray::testing
