#include "blas/gang.h"

#include <linux/futex.h>
#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <new>
#include <vector>

#include "parallel/crew.h"

namespace sharray {
namespace {

/// How long a thread waits awake.
constexpr std::int64_t kAwakeNanoseconds = 2'000'000;
/// Times that it looks before it looks at the clock.
constexpr int kLooks = 256;
constexpr std::size_t kStackBytes = std::size_t{8} << 20;

enum State : std::uint32_t { kIdle, kAsleep, kPosted, kOver };

/// What one thread of the gang is to do next.
struct alignas(128) Slot {
  std::atomic<std::uint32_t> state{kIdle};
  Job job = nullptr;
  void* data = nullptr;
  int thread = 0;
  int number = 0;

  void post(State next) noexcept {
    if (state.exchange(next, std::memory_order_acq_rel) == kAsleep) {
      syscall(SYS_futex, &state, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    }
  }
};

struct Gang {
  std::vector<Slot> slots;
  int threads = 1;    ///< that came, with the leader
  int processor = 0;  ///< of the leader, as it began
  bool busy = false;

  explicit Gang(std::size_t threads) : slots(threads) {}
};

/// The one that this thread leads.
thread_local Gang* mine = nullptr;

std::int64_t now() noexcept {
  timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return std::int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec;
}

/// Waits awake for something, for a while; returns whether it came.
template <class Condition>
bool await_awake(const Condition& came) noexcept {
  const std::int64_t until = now() + kAwakeNanoseconds;
  do {
    for (int look = 0; look < kLooks; look++) {
      if (came()) return true;
      spin();
    }
    // Where there are more threads than processors, the one that is waited for needs this one.
    sched_yield();
  } while (now() < until);
  return came();
}

/// Leaves a processor to the thread that leads: the kernel tends to wake threads where the one that wakes them runs,
/// and where it does not know which processors share a cache, it leaves both there for a while.
void move_from(int processor, int thread) noexcept {
  cpu_set_t allowed, other;
  if (sched_getcpu() != processor || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  const int count = CPU_COUNT(&allowed);
  // The first threads go to the first of the processors after that one.
  int wanted = thread % count, place = processor;
  while (wanted > 0) {
    place = (place + 1) % CPU_SETSIZE;
    if (CPU_ISSET(place, &allowed)) wanted--;
  }
  if (place == processor) return;
  CPU_ZERO(&other);
  CPU_SET(place, &other);
  if (sched_setaffinity(0, sizeof other, &other) == 0) sched_setaffinity(0, sizeof allowed, &allowed);
}

void serve(Slot& slot) noexcept {
  for (;;) {
    const auto posted = [&slot] { return slot.state.load(std::memory_order_acquire) >= kPosted; };
    while (!await_awake(posted)) {
      std::uint32_t idle = kIdle;
      if (!slot.state.compare_exchange_strong(idle, kAsleep)) continue;
      while (slot.state.load(std::memory_order_acquire) == kAsleep) {
        syscall(SYS_futex, &slot.state, FUTEX_WAIT_PRIVATE, kAsleep, nullptr, nullptr, 0);
      }
    }
    if (slot.state.load(std::memory_order_acquire) == kOver) return;
    slot.job(slot.thread, slot.data, slot.number);
    slot.state.store(kIdle, std::memory_order_release);
  }
}

void run_on_gang(Gang& gang, Job job, int count, std::size_t size, char* jobs, int number) noexcept {
  gang.busy = true;
  for (int i = 1; i < count; i++) {
    Slot& slot = gang.slots[static_cast<std::size_t>(i)];
    slot.job = job;
    slot.data = jobs + static_cast<std::size_t>(i) * size;
    slot.thread = i;
    slot.number = number;
    slot.post(kPosted);
  }
  job(0, jobs, number);
  for (int i = 1; i < count; i++) {
    const Slot& slot = gang.slots[static_cast<std::size_t>(i)];
    while (!await_awake([&slot] { return slot.state.load(std::memory_order_acquire) != kPosted; })) {
    }
  }
  gang.busy = false;
}

void* run_slot(void* at) noexcept {
  const Slot& slot = *static_cast<Slot*>(at);
  slot.job(slot.thread, slot.data, slot.number);
  return nullptr;
}

/// Jobs of a call that no gang was formed for, or of another job.
void run_on_new_threads(Job job, int count, std::size_t size, char* jobs, int number) {
  std::vector<Slot> slots(static_cast<std::size_t>(count));
  std::vector<pthread_t> threads(slots.size());
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  for (std::size_t i = 1; i < slots.size(); i++) {
    slots[i].job = job;
    slots[i].data = jobs + i * size;
    slots[i].thread = static_cast<int>(i);
    slots[i].number = number;
    // Jobs wait for each other, so there is no going on without a thread.
    while (pthread_create(&threads[i], &attributes, run_slot, &slots[i]) != 0) sched_yield();
  }
  pthread_attr_destroy(&attributes);
  job(0, jobs, number);
  for (std::size_t i = 1; i < threads.size(); i++) pthread_join(threads[i], nullptr);
}

}  // namespace

void with_gang(int threads, void (*body)(const void* context, int threads), const void* context) noexcept {
  Gang* gang = nullptr;
  try {
    gang = new Gang(static_cast<std::size_t>(threads));
  } catch (const std::bad_alloc&) {
    body(context, 1);
    return;
  }
  gang->processor = sched_getcpu();
#pragma omp parallel num_threads(threads)
  {
    const int me = omp_get_thread_num(), all = omp_get_num_threads();
    if (me == 0) {
      gang->threads = all;
      mine = gang;
      body(context, all);
      mine = nullptr;
      for (int i = 1; i < all; i++) gang->slots[static_cast<std::size_t>(i)].post(kOver);
    } else {
      move_from(gang->processor, me);
      serve(gang->slots[static_cast<std::size_t>(me)]);
    }
  }
  delete gang;
}

int gang_threads() noexcept { return mine == nullptr || mine->busy ? 1 : mine->threads; }

void run_jobs(int, Job job, int count, std::size_t size, void* jobs, int number) {
  auto* first = static_cast<char*>(jobs);
  if (mine != nullptr && !mine->busy && count <= mine->threads) {
    run_on_gang(*mine, job, count, size, first, number);
  } else {
    run_on_new_threads(job, count, size, first, number);
  }
}

}  // namespace sharray
