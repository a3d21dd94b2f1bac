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

/// What a job is: a call of words, or a range whose pages are to be taken.
enum class Kind : std::uint8_t { expression, gather, linalg, fft, pages };

struct Job {
  Kind kind;
  std::int64_t client, ticket;
  double nanoseconds;
  std::vector<std::int64_t> words = {};
  std::int64_t address = 0, bytes = 0;  ///< of pages

  std::int64_t size() const noexcept { return static_cast<std::int64_t>(words.size()); }
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

/// The threads of a call: as many as it asks for, or the team's.
int threads_of(int asked) noexcept { return asked > 0 ? asked : team_threads(0); }

std::int32_t run_expression(const Job& job, std::int64_t* scalar) noexcept {
  try {
    Program program;
    if (!read_program(job.words.data(), job.size(), program)) return SHARRAY_INVALID;
    return evaluate(program, current_table(), threads_of(program.threads), scalar);
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

std::int32_t run_gather(const Job& job, std::int64_t* scalar) noexcept {
  Gather call;
  if (!read_gather(job.words.data(), job.size(), &call)) return SHARRAY_INVALID;
  return gather(call, threads_of(call.threads), scalar);
}

std::int32_t run_linalg(const Job& job, std::int64_t* scalar) noexcept {
  LinalgCall call;
  if (!read_linalg(job.words.data(), job.size(), &call)) return SHARRAY_INVALID;
  return run_linalg_on_team(call, threads_of(call.threads), scalar);
}

std::int32_t run_transform(const Job& job) noexcept {
  FftCall call;
  if (!read_fft(job.words.data(), job.size(), &call)) return SHARRAY_INVALID;
  return run_fft(call, team_threads(0));
}

std::int32_t run(const Job& job, std::int64_t* scalar) noexcept {
  switch (job.kind) {
    case Kind::expression:
      return run_expression(job, scalar);
    case Kind::gather:
      return run_gather(job, scalar);
    case Kind::linalg:
      return run_linalg(job, scalar);
    case Kind::fft:
      return run_transform(job);
    case Kind::pages:
      return take_pages(job.address, job.bytes);
  }
  return SHARRAY_INVALID;
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
    Finished finished{job.ticket, SHARRAY_INVALID, 0};
    finished.status = run(job, &finished.scalar);
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

/// Queues a job that is for the team in any case; `alone` is its time on one thread.
std::int32_t queue_for_team(Job&& job, double alone) {
  Team& all = team();
  Lock lock(all);
  if (!start(all)) return SHARRAY_EXHAUSTED;
  job.nanoseconds = alone / team_threads(0) + kHandOverNanoseconds;
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
    return queue_call({Kind::expression, client, ticket, estimated_nanoseconds(program), {call, call + words}},
                      program.threads);
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

std::int32_t team_submit_gather(std::int64_t client, std::int64_t ticket, const std::int64_t* call,
                                std::int64_t words) noexcept {
  try {
    Gather gather;
    if (!read_gather(call, words, &gather)) return SHARRAY_INVALID;
    return queue_call({Kind::gather, client, ticket, estimated_nanoseconds(gather), {call, call + words}},
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
    return queue_for_team({Kind::linalg, client, ticket, 0, {call, call + words}}, alone);
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

std::int32_t team_prefault(std::int64_t client, std::int64_t ticket, std::int64_t address,
                           std::int64_t bytes) noexcept {
  if (address <= 0 || bytes <= 0) return SHARRAY_INVALID;
  try {
    return queue_for_team({Kind::pages, client, ticket, 0, {}, address, bytes},
                          static_cast<double>(bytes) * kPageNanosecondsPerByte);
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

std::int32_t team_submit_fft(std::int64_t client, std::int64_t ticket, const std::int64_t* call,
                             std::int64_t words) noexcept {
  try {
    FftCall fft;
    if (!read_fft(call, words, &fft)) return SHARRAY_INVALID;
    return queue_for_team({Kind::fft, client, ticket, 0, {call, call + words}}, estimated_nanoseconds(fft));
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
