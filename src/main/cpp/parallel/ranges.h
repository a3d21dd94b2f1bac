/// Splits work over threads: those of the crew that the calling thread has, or else its OpenMP team.
#pragma once

#include <omp.h>

#include <cstdint>

#include "parallel/crew.h"

namespace sharray {

/// Calls `body(first, last)` on up to `threads` threads with neighbouring ranges that cover [0, count), perhaps several
/// times on a thread. `body` must not throw. With one thread or one item it is called once, on this thread.
template <class Body>
void parallel_ranges(std::int64_t count, int threads, const Body& body) noexcept {
  if (threads > count) threads = static_cast<int>(count);
  if (threads <= 1) {
    body(std::int64_t{0}, count);
    return;
  }
  if (Crew::called()) {
    const auto part = [](const void* work, std::int64_t first, std::int64_t last) {
      (*static_cast<const Body*>(work))(first, last);
    };
    share_ranges(count, threads, part, &body);
    return;
  }
#pragma omp parallel num_threads(threads)
  {
    const std::int64_t team = omp_get_num_threads(), me = omp_get_thread_num();
    const std::int64_t share = count / team, rest = count % team;
    const std::int64_t first = me * share + (me < rest ? me : rest);
    const std::int64_t last = first + share + (me < rest ? 1 : 0);
    if (first < last) body(first, last);
  }
}

}  // namespace sharray
