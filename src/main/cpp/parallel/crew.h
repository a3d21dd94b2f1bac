/// Calls of medium length: the caller computes, and the team's threads help if they are awake or soon will be.
///
/// The team needs tens of microseconds to wake up, so a caller that waited for it would lose more than it gains. Here
/// the caller takes parts of the work one after the other, and so does whoever comes. One caller at a time is helped;
/// others compute alone.
#pragma once

#include <cstdint>

namespace sharray {

/// While it lives, `parallel_ranges` on this thread asks for help instead of opening an OpenMP region.
class Crew {
 public:
  /// `nanoseconds`: what the work takes on one thread, as estimated.
  explicit Crew(double nanoseconds) noexcept;
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// Whether this thread has one.
  static bool called() noexcept;
  /// Whether a caller is being helped.
  static bool is_taken() noexcept;
};

/// Lets a moment pass on a thread that waits awake.
inline void spin() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  asm volatile("yield");
#endif
}

/// Does a part of some work: `body` for [first, last). Must not throw.
using Part = void (*)(const void* body, std::int64_t first, std::int64_t last);

/// Calls part(body, first, last) for neighbouring ranges that cover [0, count), on this thread and on those that help,
/// at most `threads`. Returns when all is done.
void share_ranges(std::int64_t count, int threads, Part part, const void* body) noexcept;

/// For the team's thread: whether there is work that it has not helped with.
bool crew_wanted() noexcept;
/// For the team's thread: helps, with its OpenMP team if that makes more than one thread.
void crew_help() noexcept;
/// For the team's thread, when it goes to sleep (with the lock held that `wake` takes) or is up again.
void crew_asleep(bool asleep) noexcept;
/// What wakes the team's thread, starting it if need be.
void crew_on_wake(void (*wake)() noexcept) noexcept;

}  // namespace sharray
