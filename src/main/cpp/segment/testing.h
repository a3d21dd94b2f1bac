/// Switches that only tests touch: they inject failures that otherwise need machine-wide settings, and stop or kill a
/// process between two steps.
#pragma once

#include <atomic>

namespace sharray::testing {

/// While true, reserving the zero pages of a release fails.
inline std::atomic<bool> fail_reserve{false};
/// While true, moving them over the segment fails.
inline std::atomic<bool> fail_move{false};
/// Where POSIX segments live; null for /dev/shm. Set it before the first segment.
inline std::atomic<const char*> shm_root{nullptr};
/// The memory nodes of the machine, such as "0-1"; null for what the kernel says.
inline std::atomic<const char*> numa_nodes{nullptr};
/// Called with the name of each step of creating, attaching and releasing, after it was done.
inline std::atomic<void (*)(const char*)> at_step{nullptr};

inline void step(const char* name) noexcept {
  if (auto* hook = at_step.load(std::memory_order_relaxed)) {
    hook(name);
  }
}

}  // namespace sharray::testing
