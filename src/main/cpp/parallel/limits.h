/// How many threads this process may use, and why.
#pragma once

namespace sharray {

struct ThreadLimit {
  int threads;
  const char* reason;
};

/// The least of the CPU affinity mask, the quota of the control group (version 1 or 2) and OMP_NUM_THREADS.
ThreadLimit thread_limit() noexcept;

}  // namespace sharray
