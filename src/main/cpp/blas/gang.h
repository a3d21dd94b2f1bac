/// The threads of the team at the service of one call of the provider, which hands its parallel pieces to them.
///
/// A factorisation has thousands of pieces of some microseconds. To wake sleeping threads for each would take longer
/// than they do, so for the time of the call these threads stay together, and wait awake for a while.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sharray {

/// A piece, as OpenBLAS has them: its thread, where its data are, and a number that is passed on.
using Job = void (*)(int thread, void* data, int number);

/// Calls body(threads) on this thread, which owns the OpenMP team, with up to `threads` threads for `run_jobs`.
void with_gang(int threads, void (*body)(const void* context, int threads), const void* context) noexcept;

/// Runs `count` jobs, `size` bytes apart, at the same time, and returns when they are done. Jobs may wait for each
/// other. On the threads of the gang if this thread leads one that is large enough and idle, else on new ones.
void run_jobs(int sync, Job job, int count, std::size_t size, void* jobs, int number);

/// Threads of the gang that this thread leads, 1 where there is none or it is busy.
int gang_threads() noexcept;

/// Calls body(first, last) for parts of [0, count) on the gang, or on this thread. `body` must not throw.
template <class Body>
void gang_ranges(std::int64_t count, const Body& body) noexcept {
  struct Share {
    const Body* body;
    std::int64_t count;
    int threads;
  };
  const int threads = gang_threads();
  if (threads == 1) return body(0, count);
  const Share share{&body, count, threads};
  const Job job = [](int thread, void* data, int) {
    const auto& mine = *static_cast<const Share*>(data);
    (*mine.body)(mine.count * thread / mine.threads, mine.count * (thread + 1) / mine.threads);
  };
  // All have the same data.
  run_jobs(1, job, threads, 0, const_cast<Share*>(&share), 0);
}

}  // namespace sharray
