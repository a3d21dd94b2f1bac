#include "parallel/crew.h"

#include <omp.h>
#include <sched.h>
#include <time.h>

#include <algorithm>
#include <atomic>

namespace sharray {
namespace {

/// Work of at least this length is worth waking the team for.
constexpr double kWakeNanoseconds = 30'000;
/// So is shorter work that comes within this time after other work: there may be more.
constexpr std::int64_t kSoonNanoseconds = 50'000;
/// After so many times in vain the team is woken for one call in two to the power of them.
constexpr int kMostVain = 8;
/// The largest part that is taken at once, so that all are done at nearly the same time.
constexpr std::int64_t kLargestPart = 64;
/// How long the caller waits for the last parts of others before it lets other threads run.
constexpr int kSpins = 1000;

/// Whether work is shared from its front or its end. The caller takes the front, so that the next call on the same
/// arrays finds both halves in the caches where they were.
enum class Side { front, back };

/// The number of a work, and the items [first, last) that nobody has taken yet, in one word.
class State {
 public:
  static constexpr std::int64_t kMost = 0xff'ffff;

  explicit constexpr State(std::uint64_t word) noexcept : word_(word) {}
  constexpr State(std::uint64_t number, std::int64_t first, std::int64_t last) noexcept
      : word_(number << 48 | static_cast<std::uint64_t>(first) << 24 | static_cast<std::uint64_t>(last)) {}

  constexpr std::uint64_t word() const noexcept { return word_; }
  /// Counts up to 65535 and from 0 again.
  constexpr std::uint64_t number() const noexcept { return word_ >> 48; }
  constexpr std::int64_t first() const noexcept { return static_cast<std::int64_t>(word_ >> 24 & kMost); }
  constexpr std::int64_t last() const noexcept { return static_cast<std::int64_t>(word_ & kMost); }
  constexpr std::int64_t rest() const noexcept { return last() - first(); }

 private:
  std::uint64_t word_;
};

/// The work that is shared now. A thread that has taken a part may read all of it until it says that the part is done.
/// What helpers read, what they write and what they do not need are in different lines of the cache.
struct Work {
  alignas(64) std::atomic<std::uint64_t> state{0};  ///< a State
  std::atomic<int> threads{0};
  Part part = nullptr;
  const void* body = nullptr;
  alignas(64) std::atomic<std::int64_t> done{0};  ///< items that others did
  alignas(64) std::atomic<bool> taken{false};     ///< whether there is an owner
  std::int64_t missed = 0;  ///< when the team's thread last slept and there was work; this and the next of the owner
  int vain = 0;             ///< how many times in a row it was woken and came too late
  int skips = 0;            ///< how many times it is not to be woken for that
  std::atomic<void (*)() noexcept> wake{nullptr};
  alignas(64) std::atomic<bool> asleep{true};  ///< whether the team's thread is
};
Work work;
/// The last work that the team's thread helped with.
std::uint64_t helped = 0;
thread_local const Crew* mine = nullptr;
thread_local double estimate = 0;

std::int64_t now() noexcept {
  timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return std::int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec;
}

constexpr std::int64_t part_of(std::int64_t rest, int threads) noexcept {
  return std::min((rest + threads - 1) / threads, kLargestPart);
}

/// Takes and does parts of a work until none is left. Returns the number of items.
std::int64_t take_parts(std::uint64_t number, Side side) noexcept {
  std::int64_t items = 0;
  for (State seen(work.state.load(std::memory_order_acquire)); seen.number() == number && seen.rest() > 0;) {
    const std::int64_t taken = part_of(seen.rest(), std::max(work.threads.load(std::memory_order_relaxed), 1));
    const std::int64_t first = side == Side::front ? seen.first() : seen.last() - taken;
    const State left =
        side == Side::front ? State(number, first + taken, seen.last()) : State(number, seen.first(), first);
    std::uint64_t expected = seen.word();
    if (work.state.compare_exchange_weak(expected, left.word(), std::memory_order_acq_rel, std::memory_order_acquire)) {
      work.part(work.body, first, first + taken);
      items += taken;
      if (side == Side::back) work.done.fetch_add(taken, std::memory_order_release);
      expected = work.state.load(std::memory_order_acquire);
    }
    seen = State(expected);
  }
  return items;
}

/// Wakes the team's thread if that is worth it; returns whether it did.
bool wake_team() noexcept {
  if (!work.asleep.load(std::memory_order_seq_cst)) return false;
  if (estimate < kWakeNanoseconds) {
    const std::int64_t time = now();
    const std::int64_t pause = time - work.missed;
    work.missed = time;
    if (pause > kSoonNanoseconds) return false;
  }
  if (work.skips > 0) {
    work.skips--;
    return false;
  }
  const auto wake = work.wake.load(std::memory_order_relaxed);
  if (wake == nullptr) return false;
  wake();
  return true;
}

/// Where others keep the processors busy, waking costs more than it brings, and is tried again after a while only.
void learn(bool woken, bool helped) noexcept {
  if (helped) {
    work.vain = work.skips = 0;
  } else if (woken) {
    if (work.vain < kMostVain) work.vain++;
    work.skips = 1 << work.vain;
  }
}

}  // namespace

Crew::Crew(double nanoseconds) noexcept {
  mine = this;
  estimate = nanoseconds;
}

Crew::~Crew() { mine = nullptr; }

bool Crew::called() noexcept { return mine != nullptr; }

bool Crew::is_taken() noexcept { return work.taken.load(std::memory_order_relaxed); }

void share_ranges(std::int64_t count, int threads, Part part, const void* body) noexcept {
  if (count > State::kMost || work.taken.exchange(true, std::memory_order_acquire)) {
    part(body, 0, count);
    return;
  }
  work.part = part;
  work.body = body;
  work.done.store(0, std::memory_order_relaxed);
  work.threads.store(threads, std::memory_order_relaxed);
  const std::uint64_t number = (State(work.state.load(std::memory_order_relaxed)).number() + 1) & 0xffff;
  const std::int64_t first = part_of(count, threads);
  work.state.store(State(number, first, count).word(), std::memory_order_seq_cst);
  const bool woken = wake_team();
  part(body, 0, first);
  const std::int64_t others = count - first - take_parts(number, Side::front);
  for (int spins = 0; work.done.load(std::memory_order_acquire) != others; spins++) {
    if (spins < kSpins) {
      spin();
    } else {
      sched_yield();
    }
  }
  learn(woken, others > 0);
  work.taken.store(false, std::memory_order_release);
}

bool crew_wanted() noexcept {
  const State seen(work.state.load(std::memory_order_seq_cst));
  return seen.rest() > 0 && seen.number() != helped;
}

void crew_help() noexcept {
  const std::uint64_t number = State(work.state.load(std::memory_order_acquire)).number();
  helped = number;
  const int helpers = work.threads.load(std::memory_order_relaxed) - 1;
  if (helpers <= 1) {
    take_parts(number, Side::back);
    return;
  }
#pragma omp parallel num_threads(helpers)
  take_parts(number, Side::back);
}

void crew_asleep(bool asleep) noexcept { work.asleep.store(asleep, std::memory_order_seq_cst); }

void crew_on_wake(void (*wake)() noexcept) noexcept { work.wake.store(wake, std::memory_order_relaxed); }

}  // namespace sharray
