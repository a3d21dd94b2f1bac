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

/// The work that is shared now. A thread that has taken a part may read all of it, and what `body` refers to, until it
/// says that its parts are done.
/// What helpers read, what they write and what they do not need are in different lines of the cache.
struct Work {
  alignas(64) std::atomic<std::uint64_t> state{0};  ///< a State
  std::atomic<int> threads{0};
  Worker worker = nullptr;
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

/// Takes a part from a side of a work. False if nothing is left.
bool take_part(std::uint64_t number, Side side, std::int64_t* first, std::int64_t* last) noexcept {
  for (State seen(work.state.load(std::memory_order_acquire)); seen.number() == number && seen.rest() > 0;) {
    const std::int64_t taken = part_of(seen.rest(), std::max(work.threads.load(std::memory_order_relaxed), 1));
    *first = side == Side::front ? seen.first() : seen.last() - taken;
    *last = *first + taken;
    const State left = side == Side::front ? State(number, *last, seen.last()) : State(number, seen.first(), *first);
    std::uint64_t expected = seen.word();
    if (work.state.compare_exchange_weak(expected, left.word(), std::memory_order_acq_rel, std::memory_order_acquire)) {
      return true;
    }
    seen = State(expected);
  }
  return false;
}

/// Those that a thread takes from a side of a work.
class SharedParts final : public Parts {
 public:
  SharedParts(std::uint64_t number, Side side, std::int64_t first, std::int64_t last) noexcept
      : Parts(first, last), number_(number), side_(side), items_(last - first) {}

  /// Items of all that were taken.
  std::int64_t items() const noexcept { return items_; }

  bool take(std::int64_t* first, std::int64_t* last) noexcept override {
    if (!take_part(number_, side_, first, last)) return false;
    items_ += *last - *first;
    return true;
  }

 private:
  const std::uint64_t number_;
  const Side side_;
  std::int64_t items_;
};

/// Helps with the work that is shared now, if anything of it is left.
void help() noexcept {
  const std::uint64_t number = State(work.state.load(std::memory_order_acquire)).number();
  std::int64_t first, last;
  if (!take_part(number, Side::back, &first, &last)) return;
  SharedParts parts(number, Side::back, first, last);
  work.worker(work.body, parts);
  work.done.fetch_add(parts.items(), std::memory_order_release);
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

void share(std::int64_t count, int threads, Worker worker, const void* body) noexcept {
  if (count > State::kMost || work.taken.exchange(true, std::memory_order_acquire)) {
    Parts all(0, count);
    worker(body, all);
    return;
  }
  work.worker = worker;
  work.body = body;
  work.done.store(0, std::memory_order_relaxed);
  work.threads.store(threads, std::memory_order_relaxed);
  const std::uint64_t number = (State(work.state.load(std::memory_order_relaxed)).number() + 1) & 0xffff;
  const std::int64_t first = part_of(count, threads);
  work.state.store(State(number, first, count).word(), std::memory_order_seq_cst);
  const bool woken = wake_team();
  SharedParts parts(number, Side::front, 0, first);
  worker(body, parts);
  // A worker that failed leaves parts, which are given up.
  for (std::int64_t from, to; parts.take(&from, &to);) {
  }
  const std::int64_t others = count - parts.items();
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
  helped = State(work.state.load(std::memory_order_acquire)).number();
  const int helpers = work.threads.load(std::memory_order_relaxed) - 1;
  if (helpers <= 1) {
    help();
    return;
  }
#pragma omp parallel num_threads(helpers)
  help();
}

void crew_asleep(bool asleep) noexcept { work.asleep.store(asleep, std::memory_order_seq_cst); }

void crew_on_wake(void (*wake)() noexcept) noexcept { work.wake.store(wake, std::memory_order_relaxed); }

}  // namespace sharray
