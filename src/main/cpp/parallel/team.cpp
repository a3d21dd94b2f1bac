#include "parallel/team.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include <atomic>
#include <cstdio>
#include <deque>
#include <map>
#include <new>
#include <utility>
#include <vector>

#include "api.h"
#include "blas/call.h"
#include "expression/evaluate.h"
#include "expression/gather.h"
#include "fft/call.h"
#include "parallel/crew.h"
#include "parallel/limits.h"
#include "parallel/ranges.h"
#include "segment/pages.h"

namespace sharray {
namespace {

constexpr std::size_t kStackBytes = std::size_t{8} << 20;
/// Handing a call to the team and being woken costs about this much.
constexpr double kHandOverNanoseconds = 40'000;
/// A caller computes with the help of the team if that takes less than this, and sleeps while the team does if more.
constexpr double kLongNanoseconds = 10'000'000;
/// How long the thread stays awake after it has helped a caller.
constexpr std::int64_t kAwakeNanoseconds = 20'000;
/// How long after a linear algebra call: its caller has to be woken before it can want help.
constexpr std::int64_t kAwakeAfterLinalgNanoseconds = 150'000;
/// First touch of a page takes about this long.
constexpr double kPageNanosecondsPerByte = 0.5;

struct Finished {
  std::int64_t ticket, status, scalar;
};

/// What the words of a job are a call of.
enum class Kind : std::uint8_t { expression, gather, linalg };

struct Job {
  std::int64_t client, ticket;
  std::vector<std::int64_t> words;  ///< of a call; empty for a range whose pages are to be taken
  std::int64_t address, bytes;
  double nanoseconds;
  Kind kind = Kind::expression;
};

struct Client {
  std::deque<Finished> finished;
  bool closed = false;
};

/// Everything below is guarded by `mutex`.
struct Team {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t queued, done;
  std::deque<Job> queue;
  std::atomic<bool> waiting{false};        ///< whether there is a call in the queue; may be read by all
  bool called = false;                     ///< by a caller that wants help, or will
  std::int64_t awake = kAwakeNanoseconds;  ///< how long to wait for it
  std::map<std::int64_t, Client> clients;
  double backlog = 0;  ///< estimated time of the team for what is queued and running
  bool started = false;
  std::int64_t (*between_calls)() noexcept = nullptr;
  bool tend = false;  ///< `between_calls` is to be called

  Team() noexcept {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&queued, &attributes);
    pthread_cond_init(&done, &attributes);
    pthread_condattr_destroy(&attributes);
  }
};

/// Never destroyed: its thread runs until the process ends.
Team& team() noexcept {
  static Team* const only = new Team;
  return *only;
}

class Lock {
 public:
  explicit Lock(Team& team) noexcept : team_(team) { pthread_mutex_lock(&team.mutex); }
  ~Lock() { pthread_mutex_unlock(&team_.mutex); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Team& team_;
};

std::atomic<int> threads_asked{0};

const ThreadLimit& limit() noexcept {
  static const ThreadLimit known = thread_limit();
  return known;
}

/// Each thread takes the pages that it will compute on: elements are divided as pages are here.
std::int32_t take_pages(std::int64_t address, std::int64_t bytes) noexcept {
  const auto page = static_cast<std::int64_t>(page_range(1));
  const std::int64_t first = address / page;
  std::atomic<std::int32_t> status{SHARRAY_OK};
  parallel_ranges((address + bytes + page - 1) / page - first, team_threads(0),
                  [&](std::int64_t from, std::int64_t to) {
                    auto* begin = reinterpret_cast<char*>((first + from) * page);
                    if (populate(begin, static_cast<std::uint64_t>((to - from) * page)) != 0)
                      status = SHARRAY_EXHAUSTED;
                  });
  return status;
}

/// Whether the words of a job are a Fourier transform, by their version.
bool is_fft(const Job& job) noexcept { return job.words.size() > 1 && job.words[1] == kFftVersion; }

Finished run_transform(const Job& job) noexcept {
  Finished finished{job.ticket, SHARRAY_INVALID, 0};
  FftCall call;
  if (read_fft(job.words.data(), static_cast<std::int64_t>(job.words.size()), &call)) {
    finished.status = run_fft(call, team_threads(0));
  }
  return finished;
}

Finished run(const Job& job) noexcept {
  if (is_fft(job)) return run_transform(job);
  Finished finished{job.ticket, SHARRAY_INVALID, 0};
  if (job.words.empty()) {
    finished.status = take_pages(job.address, job.bytes);
    return finished;
  }
  if (job.kind == Kind::linalg) {
    LinalgCall call;
    if (read_linalg(job.words.data(), static_cast<std::int64_t>(job.words.size()), &call)) {
      finished.status = run_linalg_on_team(call, call.threads > 0 ? call.threads : team_threads(0), &finished.scalar);
    }
    return finished;
  }
  if (job.kind == Kind::gather) {
    Gather call;
    if (read_gather(job.words.data(), static_cast<std::int64_t>(job.words.size()), &call)) {
      const int threads = call.threads > 0 ? call.threads : team_threads(0);
      finished.status = gather(call, threads, &finished.scalar);
    }
    return finished;
  }
  try {
    Program program;
    if (read_program(job.words.data(), static_cast<std::int64_t>(job.words.size()), program)) {
      const int threads = program.threads > 0 ? program.threads : team_threads(0);
      finished.status = evaluate(program, current_table(), threads, &finished.scalar);
    }
  } catch (const std::bad_alloc&) {
    finished.status = SHARRAY_EXHAUSTED;
  }
  return finished;
}

std::int64_t clock_nanoseconds() noexcept {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

timespec deadline(std::int64_t milliseconds) noexcept {
  timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  at.tv_sec += milliseconds / 1000;
  at.tv_nsec += milliseconds % 1000 * 1'000'000L;
  if (at.tv_nsec >= 1'000'000'000L) {
    at.tv_sec++;
    at.tv_nsec -= 1'000'000'000L;
  }
  return at;
}

/// Helps callers, and stays awake a little longer than the last one needs, unless a call waits.
void help_callers(const Team& all, std::int64_t awake) noexcept {
  std::int64_t until = clock_nanoseconds() + awake;
  while (!all.waiting.load(std::memory_order_relaxed)) {
    if (crew_wanted()) {
      crew_help();
      until = clock_nanoseconds() + kAwakeNanoseconds;
    } else if (clock_nanoseconds() > until) {
      return;
    }
    spin();
  }
}

/// Sleeps until something is to be done, or for some milliseconds if that is not negative. Returns whether it was
/// woken.
bool sleep(Team& all, std::int64_t milliseconds) noexcept {
  bool woken = true;
  crew_asleep(true);
  // Who shared work before that does not know that this thread sleeps.
  if (!crew_wanted()) {
    if (milliseconds < 0) {
      pthread_cond_wait(&all.queued, &all.mutex);
    } else {
      const timespec until = deadline(milliseconds);
      woken = pthread_cond_timedwait(&all.queued, &all.mutex, &until) != ETIMEDOUT;
    }
  }
  crew_asleep(false);
  return woken;
}

/// Waits for a call, with the mutex held; helps callers and does the work between calls without it.
void await_call(Team& all) noexcept {
  std::int64_t pause = -1;
  while (all.queue.empty()) {
    if (all.called || crew_wanted()) {
      all.called = false;
      const std::int64_t awake = std::exchange(all.awake, kAwakeNanoseconds);
      pthread_mutex_unlock(&all.mutex);
      help_callers(all, awake);
      pthread_mutex_lock(&all.mutex);
    } else if (all.tend && all.between_calls != nullptr) {
      all.tend = false;
      pthread_mutex_unlock(&all.mutex);
      pause = all.between_calls();
      pthread_mutex_lock(&all.mutex);
    } else if (!sleep(all, pause)) {
      all.tend = true;
    }
  }
  if (pause >= 0) all.tend = true;
}

void* serve(void*) noexcept {
  Team& all = team();
  pthread_mutex_lock(&all.mutex);
  for (;;) {
    await_call(all);
    const Job job = std::move(all.queue.front());
    all.queue.pop_front();
    all.waiting = !all.queue.empty();
    pthread_mutex_unlock(&all.mutex);
    const Finished finished = run(job);
    pthread_mutex_lock(&all.mutex);
    all.backlog = all.queue.empty() ? 0 : all.backlog - job.nanoseconds;
    Client& client = all.clients[job.client];
    if (!client.closed) client.finished.push_back(finished);
    pthread_cond_broadcast(&all.done);
    if (job.kind == Kind::linalg) {
      all.called = true;
      all.awake = kAwakeAfterLinalgNanoseconds;
    }
  }
}

bool start(Team& all) noexcept {
  if (all.started) return true;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  all.started = pthread_create(&thread, &attributes, serve, nullptr) == 0;
  pthread_attr_destroy(&attributes);
  return all.started;
}

void enqueue(Team& all, Job&& job) {
  const double nanoseconds = job.nanoseconds;
  all.queue.push_back(std::move(job));
  all.waiting = true;
  all.backlog += nanoseconds;
  pthread_cond_signal(&all.queued);
}

/// Wakes the thread of the team, so that it helps a caller.
void wake() noexcept {
  Team& all = team();
  Lock lock(all);
  all.called = true;
  if (start(all)) pthread_cond_signal(&all.queued);
}

/// Queues a call that takes `nanoseconds` on one thread, unless the caller had better compute it; returns 1 or 0.
std::int32_t queue_call(Job&& job, int threads) {
  const double alone = job.nanoseconds;
  const double share = alone / (threads > 0 ? threads : team_threads(0));
  const double together = share + kHandOverNanoseconds;
  Team& all = team();
  Lock lock(all);
  const bool helps = all.backlog == 0 && !Crew::is_taken();
  if (all.backlog + together >= alone || (helps && share < kLongNanoseconds)) return 0;
  if (!start(all)) return 0;
  job.nanoseconds = together;
  enqueue(all, std::move(job));
  return 1;
}

}  // namespace

std::int32_t team_threads(std::int32_t n) noexcept {
  if (n > 0) threads_asked = n < limit().threads ? n : limit().threads;
  const int asked = threads_asked;
  return asked > 0 ? asked : limit().threads;
}

void describe_threads(char* text, std::size_t capacity) noexcept {
  const int asked = threads_asked;
  const bool lowered = asked > 0 && asked < limit().threads;
  std::snprintf(text, capacity, "%s", lowered ? "set by the program" : limit().reason);
}

std::int32_t team_submit(std::int64_t client, std::int64_t ticket, const std::int64_t* call,
                         std::int64_t words) noexcept {
  try {
    Program program;
    if (!read_program(call, words, program)) return SHARRAY_INVALID;
    return queue_call({client, ticket, {call, call + words}, 0, 0, estimated_nanoseconds(program)}, program.threads);
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

std::int32_t team_submit_gather(std::int64_t client, std::int64_t ticket, const std::int64_t* call,
                                std::int64_t words) noexcept {
  try {
    Gather gather;
    if (!read_gather(call, words, &gather)) return SHARRAY_INVALID;
    return queue_call({client, ticket, {call, call + words}, 0, 0, estimated_nanoseconds(gather), Kind::gather},
                      gather.threads);
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

std::int32_t team_submit_linalg(std::int64_t client, std::int64_t ticket, const std::int64_t* call,
                                std::int64_t words) noexcept {
  try {
    LinalgCall linalg;
    if (!read_linalg(call, words, &linalg)) return SHARRAY_INVALID;
    const double alone = estimated_nanoseconds(linalg) * static_cast<double>(linalg.count);
    Team& all = team();
    Lock lock(all);
    if (!start(all)) return SHARRAY_EXHAUSTED;
    enqueue(all,
            {client, ticket, {call, call + words}, 0, 0, alone / team_threads(0) + kHandOverNanoseconds, Kind::linalg});
    return 1;
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

std::int32_t team_prefault(std::int64_t client, std::int64_t ticket, std::int64_t address,
                           std::int64_t bytes) noexcept {
  if (address <= 0 || bytes <= 0) return SHARRAY_INVALID;
  try {
    Team& all = team();
    Lock lock(all);
    if (!start(all)) return SHARRAY_EXHAUSTED;
    const double estimate = static_cast<double>(bytes) * kPageNanosecondsPerByte / team_threads(0);
    enqueue(all, {client, ticket, {}, address, bytes, estimate + kHandOverNanoseconds});
    return 1;
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

std::int32_t team_submit_fft(std::int64_t client, std::int64_t ticket, const std::int64_t* call,
                             std::int64_t words) noexcept {
  try {
    FftCall fft;
    if (!read_fft(call, words, &fft)) return SHARRAY_INVALID;
    const double share = estimated_nanoseconds(fft) / team_threads(0);
    Team& all = team();
    Lock lock(all);
    if (!start(all)) return SHARRAY_EXHAUSTED;
    enqueue(all, {client, ticket, {call, call + words}, 0, 0, share + kHandOverNanoseconds});
    return 1;
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

std::int32_t team_await(std::int64_t client, std::int64_t* triples, std::int32_t capacity,
                        std::int32_t timeout_ms) noexcept {
  try {
    Team& all = team();
    const timespec until = deadline(timeout_ms);
    Lock lock(all);
    Client& mine = all.clients[client];
    while (mine.finished.empty() && !mine.closed) {
      if (pthread_cond_timedwait(&all.done, &all.mutex, &until) != 0) return 0;
    }
    if (mine.closed) return SHARRAY_GONE;
    std::int32_t count = 0;
    for (; count < capacity && !mine.finished.empty(); count++) {
      const Finished& next = mine.finished.front();
      triples[3 * count] = next.ticket;
      triples[3 * count + 1] = next.status;
      triples[3 * count + 2] = next.scalar;
      mine.finished.pop_front();
    }
    return count;
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

void team_helps() noexcept { crew_on_wake(wake); }

void team_between_calls(std::int64_t (*work)() noexcept) noexcept {
  Team& all = team();
  Lock lock(all);
  all.between_calls = work;
}

void team_tend() noexcept {
  Team& all = team();
  Lock lock(all);
  all.tend = true;
  if (start(all)) pthread_cond_signal(&all.queued);
}

void team_close_client(std::int64_t client) noexcept {
  try {
    Team& all = team();
    Lock lock(all);
    all.clients[client].closed = true;
    pthread_cond_broadcast(&all.done);
  } catch (const std::bad_alloc&) {
  }
}

}  // namespace sharray
