/// Splits work over threads: those of the crew that the calling thread has, or else its OpenMP team.
#pragma once

#include <omp.h>

#include <cstdint>

#include "parallel/crew.h"

namespace sharray {

/// Calls `worker(parts)` on up to `threads` threads; the parts of all cover [0, count). `worker` must not throw. With
/// one thread or one item it is called once, on this thread.
template <class Body>
void parallel_parts(std::int64_t count, int threads, const Body& worker) noexcept {
  if (threads > count) threads = static_cast<int>(count);
  if (threads <= 1) {
    Parts all(0, count);
    worker(all);
    return;
  }
  if (Crew::called()) {
    const Worker call = [](const void* body, Parts& parts) { (*static_cast<const Body*>(body))(parts); };
    share(count, threads, call, &worker);
    return;
  }
#pragma omp parallel num_threads(threads)
  {
    const std::int64_t team = omp_get_num_threads(), me = omp_get_thread_num();
    const std::int64_t size = count / team, rest = count % team;
    const std::int64_t first = me * size + (me < rest ? me : rest);
    Parts mine(first, first + size + (me < rest ? 1 : 0));
    worker(mine);
  }
}

/// The same for what needs nothing but its range: calls `body(first, last)`.
template <class Body>
void parallel_ranges(std::int64_t count, int threads, const Body& body) noexcept {
  parallel_parts(count, threads, [&body](Parts& parts) noexcept {
    for (std::int64_t first, last; parts.next(&first, &last);) body(first, last);
  });
}

}  // namespace sharray
