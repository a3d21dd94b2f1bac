/// Calls of medium length: the caller computes, and the team's threads help if they are awake or soon will be.
///
/// The team needs tens of microseconds to wake up, so a caller that waited for it would lose more than it gains. Here
/// the caller takes parts of the work one after the other, and so does whoever comes. One caller at a time is helped;
/// others compute alone.
#pragma once

#include <cstdint>

namespace sharray {

/// While it lives, `parallel_parts` on this thread asks for help instead of opening an OpenMP region.
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

/// The ranges of some work that one thread does, one after the other.
class Parts {
 public:
  /// A single one, [first, last).
  Parts(std::int64_t first, std::int64_t last) noexcept : first_(first), last_(last) {}
  virtual ~Parts() = default;
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  /// Sets the next range; false if there is none. A worker asks until then, unless it fails.
  bool next(std::int64_t* first, std::int64_t* last) noexcept {
    if (first_ == last_ && !take(&first_, &last_)) return false;
    *first = first_;
    *last = last_;
    first_ = last_;
    return true;
  }

 private:
  /// Takes a further one for this thread.
  virtual bool take(std::int64_t*, std::int64_t*) noexcept { return false; }

  std::int64_t first_, last_;
};

/// Does parts of some work: what it needs for all of them is made once. Must not throw.
using Worker = void (*)(const void* body, Parts& parts);

/// Calls worker(body, parts) on this thread and on those that help, at most `threads`; the parts cover [0, count).
/// Returns when all is done, or given up by a worker.
void share(std::int64_t count, int threads, Worker worker, const void* body) noexcept;

/// For the team's thread: whether there is work that it has not helped with.
bool crew_wanted() noexcept;
/// For the team's thread: helps, with its OpenMP team if that makes more than one thread.
void crew_help() noexcept;
/// For the team's thread, when it goes to sleep (with the lock held that `wake` takes) or is up again.
void crew_asleep(bool asleep) noexcept;
/// What wakes the team's thread, starting it if need be.
void crew_on_wake(void (*wake)() noexcept) noexcept;

}  // namespace sharray
