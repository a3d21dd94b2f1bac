#include "parallel/limits.h"

#include <sched.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace sharray {
namespace {

int affinity() noexcept {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  // More processors than a fixed mask holds.
  for (int cpus = 4096; cpus <= 1 << 20; cpus *= 4) {
    cpu_set_t* large = CPU_ALLOC(static_cast<std::size_t>(cpus));
    if (large == nullptr) return 1;
    const std::size_t size = CPU_ALLOC_SIZE(static_cast<std::size_t>(cpus));
    const bool known = sched_getaffinity(0, size, large) == 0;
    const int count = known ? CPU_COUNT_S(size, large) : 0;
    CPU_FREE(large);
    if (known) return count;
  }
  return 1;
}

/// Reads "quota period" or two files; the processors that a quota is worth, rounded up, or 0 where there is none.
int quota_of(long long quota, long long period) noexcept {
  if (quota <= 0 || period <= 0) return 0;
  const long long cpus = (quota + period - 1) / period;
  return cpus > 1 << 20 ? 0 : static_cast<int>(cpus);
}

long long read_number(const char* path) noexcept {
  long long number = -1;
  if (FILE* file = std::fopen(path, "re")) {
    if (std::fscanf(file, "%lld", &number) != 1) number = -1;
    std::fclose(file);
  }
  return number;
}

int quota_v2(const char* group) noexcept {
  char path[4200];
  std::snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", group);
  long long quota = -1, period = -1;
  if (FILE* file = std::fopen(path, "re")) {
    if (std::fscanf(file, "%lld %lld", &quota, &period) != 2) quota = -1;
    std::fclose(file);
  }
  return quota_of(quota, period);
}

int quota_v1(const char* group) noexcept {
  char quota[4200], period[4200];
  std::snprintf(quota, sizeof quota, "/sys/fs/cgroup/cpu%s/cpu.cfs_quota_us", group);
  std::snprintf(period, sizeof period, "/sys/fs/cgroup/cpu%s/cpu.cfs_period_us", group);
  return quota_of(read_number(quota), read_number(period));
}

/// The smallest quota of the group and those above it; a container may see its own group as the root.
int smallest_quota(char* group, int (*quota)(const char*)) noexcept {
  int smallest = quota("");
  for (;;) {
    const int here = *group == '\0' ? 0 : quota(group);
    if (here > 0 && (smallest == 0 || here < smallest)) smallest = here;
    char* last = std::strrchr(group, '/');
    if (last == nullptr) return smallest;
    *last = '\0';
  }
}

int quota() noexcept {
  FILE* file = std::fopen("/proc/self/cgroup", "re");
  if (file == nullptr) return 0;
  int smallest = 0;
  char line[4096];
  while (std::fgets(line, sizeof line, file) != nullptr) {
    line[std::strcspn(line, "\n")] = '\0';
    char* controllers = std::strchr(line, ':');
    char* group = controllers == nullptr ? nullptr : std::strchr(controllers + 1, ':');
    if (group == nullptr) continue;
    *group++ = '\0';
    controllers++;
    int here = 0;
    if (*controllers == '\0') {
      here = smallest_quota(group, quota_v2);
    } else if (std::strcmp(controllers, "cpu") == 0 || std::strncmp(controllers, "cpu,", 4) == 0) {
      here = smallest_quota(group, quota_v1);
    }
    if (here > 0 && (smallest == 0 || here < smallest)) smallest = here;
  }
  std::fclose(file);
  return smallest;
}

}  // namespace

ThreadLimit thread_limit() noexcept {
  ThreadLimit limit{affinity(), "CPU affinity of the process"};
  const int group = quota();
  if (group > 0 && group < limit.threads) limit = {group, "CPU quota of the control group"};
  const char* text = std::getenv("OMP_NUM_THREADS");
  const int asked = text == nullptr ? 0 : std::atoi(text);
  if (asked > 0 && asked < limit.threads) limit = {asked, "OMP_NUM_THREADS"};
  if (limit.threads < 1) limit.threads = 1;
  return limit;
}

}  // namespace sharray
