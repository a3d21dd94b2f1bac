// The gang: jobs that wait for each other run at the same time, each once, also after long pauses, in jobs of jobs, and
// where no gang was formed.
#include "blas/gang.h"

#include <sched.h>
#include <unistd.h>

#include <atomic>

#include "check.h"

using namespace sharray;

namespace {

constexpr int kThreads = 4;

struct Meeting {
  std::atomic<int> here{0};
  std::atomic<int> wrong{0};
};

struct Data {
  Meeting* meeting;
  int expected;
};

/// Ends only when all are there.
void meet(int thread, void* data, int count) {
  auto& mine = *static_cast<Data*>(data);
  if (mine.expected != thread) mine.meeting->wrong++;
  mine.meeting->here++;
  while (mine.meeting->here < count) sched_yield();
}

void test_meeting(int count) {
  Meeting meeting;
  Data data[kThreads];
  for (int i = 0; i < count; i++) data[i] = {&meeting, i};
  run_jobs(1, meet, count, sizeof(Data), data, count);
  CHECK_EQ(meeting.here.load(), count);
  CHECK_EQ(meeting.wrong.load(), 0);
}

void meet_inside(int, void*, int) { test_meeting(2); }

void test_gang(const void*, int threads) {
  CHECK_EQ(gang_threads(), threads);
  for (int i = 0; i < 2000; i++) test_meeting(1 + i % threads);
  // Until the others sleep.
  usleep(20'000);
  test_meeting(threads);
  char nothing;
  run_jobs(1, meet_inside, threads, 0, &nothing, 0);
  std::atomic<std::int64_t> sum{0};
  gang_ranges(1000, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; i++) sum += i;
  });
  CHECK_EQ(sum.load(), 499'500);
}

}  // namespace

int main() {
  test_meeting(3);
  for (int i = 0; i < 20; i++) with_gang(kThreads, test_gang, nullptr);
  with_gang(1, test_gang, nullptr);
  CHECK_EQ(gang_threads(), 1);
  return check_summary();
}
