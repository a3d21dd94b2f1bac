// Callers that compute with the team's help: each item is done once, by whoever comes, and several callers do not meet.
#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "api.h"
#include "check.h"
#include "parallel/ranges.h"
#include "parallel/team.h"

using namespace sharray;

namespace {

constexpr double kLong = 1e9;  // worth waking the team for
constexpr std::int64_t kItems = 1000;
constexpr int kWorks = 2000;
constexpr int kPatience = 10'000;
constexpr int kSlow = 100;  // spins of an item, so that there is time to come

/// Shares items among threads; returns whether each was done once, and sets `helped` if another thread did some.
bool does_each_once(std::int64_t items, int threads, double nanoseconds, int spins, std::atomic<bool>& helped) {
  std::vector<std::uint8_t> times(static_cast<std::size_t>(items));
  const pthread_t caller = pthread_self();
  {
    const Crew crew(nanoseconds);
    parallel_ranges(items, threads, [&](std::int64_t first, std::int64_t last) noexcept {
      for (std::int64_t i = first; i < last; i++) {
        times[static_cast<std::size_t>(i)]++;
        for (int k = 0; k < spins; k++) spin();
      }
      if (pthread_equal(caller, pthread_self()) == 0) helped = true;
    });
  }
  for (const std::uint8_t each : times) {
    if (each != 1) return false;
  }
  return true;
}

void help_comes(int threads) {
  std::atomic<bool> helped{false};
  for (int i = 0; i < kPatience && !helped; i++) CHECK(does_each_once(kItems, threads, kLong, kSlow, helped));
  CHECK(helped);
}

void all_sizes_are_done() {
  std::atomic<bool> helped{false};
  for (std::int64_t items = 0; items < 300; items++) {
    for (int threads = 1; threads < 5; threads++) CHECK(does_each_once(items, threads, 0, 0, helped));
  }
}

/// As one that finds no memory: it must not be waited for.
void workers_may_give_up() {
  const Crew crew(kLong);
  for (int i = 0; i < kWorks; i++) {
    std::atomic<std::int64_t> done{0};
    parallel_parts(kItems, 2, [&](Parts& parts) noexcept {
      std::int64_t first, last;
      if (parts.next(&first, &last)) done += last - first;
    });
    CHECK(done > 0 && done <= kItems);
    parallel_parts(kItems, 2, [](Parts&) noexcept {});
  }
}

void callers_do_not_meet() {
  std::atomic<bool> right{true}, helped{false};
  std::vector<std::thread> callers;
  for (int c = 0; c < 4; c++) {
    callers.emplace_back([&] {
      for (int i = 0; i < kWorks; i++) {
        if (!does_each_once(kItems, 2, i % 2 == 0 ? 0 : kLong, 0, helped)) right = false;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(right);
}

}  // namespace

int main() {
  // The API connects callers with the team.
  CHECK(sharray_core_api() != nullptr);
  CHECK(!Crew::called());
  help_comes(2);
  help_comes(3);
  all_sizes_are_done();
  workers_may_give_up();
  callers_do_not_meet();
  CHECK(!Crew::called());
  return check_summary();
}
