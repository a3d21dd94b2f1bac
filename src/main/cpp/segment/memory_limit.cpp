#include "segment/memory_limit.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "segment/provenance.h"

namespace sharray {
namespace {

/// The number in a file, 0 where there is none: "max" means no limit.
std::int64_t number_in(const char* path) noexcept {
  char text[64];
  return read_text(path, text, sizeof text) > 0 ? std::strtoll(text, nullptr, 10) : 0;
}

/// The smallest limit of a group and those above it; a container may see its own group as the root. Changes `group`.
std::int64_t smallest(char* group, const char* mount, const char* file) noexcept {
  std::int64_t least = 0;
  for (;;) {
    char path[1400];
    std::snprintf(path, sizeof path, "/sys/fs/cgroup%s%s/%s", mount, group, file);
    const std::int64_t here = number_in(path);
    if (here > 0 && (least == 0 || here < least)) {
      least = here;
    }
    if (*group == 0) {
      return least;
    }
    char* last = std::strrchr(group, '/');
    *(last == nullptr ? group : last) = 0;
  }
}

std::int64_t group_limit() noexcept {
  char text[8192];
  if (read_text("/proc/self/cgroup", text, sizeof text) <= 0) {
    return 0;
  }
  std::int64_t least = 0;
  char* rest = nullptr;
  for (char* line = strtok_r(text, "\n", &rest); line != nullptr; line = strtok_r(nullptr, "\n", &rest)) {
    // Number, controllers, group.
    char* controllers = std::strchr(line, ':');
    char* group = controllers == nullptr ? nullptr : std::strchr(controllers + 1, ':');
    if (group == nullptr || std::strlen(group) > 1000) {
      continue;
    }
    *group++ = 0;
    ++controllers;
    std::int64_t here = 0;
    if (*controllers == 0) {
      here = smallest(group, "", "memory.max");
    } else if (std::strcmp(controllers, "memory") == 0) {
      here = smallest(group, "/memory", "memory.limit_in_bytes");
    }
    if (here > 0 && (least == 0 || here < least)) {
      least = here;
    }
  }
  return least;
}

}  // namespace

MemoryLimit memory_limit() noexcept {
  MemoryLimit limit{static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE), false};
  const std::int64_t group = group_limit();
  if (group > 0 && group < limit.bytes) {
    limit = {group, true};
  }
  return limit;
}

}  // namespace sharray
