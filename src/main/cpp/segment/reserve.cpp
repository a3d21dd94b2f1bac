#include "segment/reserve.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statfs.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "segment/provenance.h"

namespace sharray {
namespace {

constexpr std::int64_t kReserveStep = std::int64_t{256} << 20;

/// Bytes that the machine can still give without killing a process; the largest number where /proc does not tell.
std::uint64_t available_memory() noexcept {
  char text[4096];
  std::uint64_t kib = 0;
  if (read_text("/proc/meminfo", text, sizeof text) <= 0) {
    return UINT64_MAX;
  }
  for (const char* field : {"\nMemAvailable:", "\nSwapFree:"}) {
    const char* at = std::strstr(text, field);
    if (at == nullptr) {
      return UINT64_MAX;
    }
    kib += std::strtoull(at + std::strlen(field), nullptr, 10);
  }
  return kib * 1024;
}

}  // namespace

// /dev/shm may be as large as the memory, and filling that ends in the kernel killing strangers.
int check_room(const FileDescriptor& file, std::int64_t size, Backing backing) noexcept {
  struct statfs room {};
  const auto wanted = static_cast<std::uint64_t>(size);
  if (fstatfs(file.get(), &room) == 0 && room.f_blocks != 0 &&
      wanted / static_cast<std::uint64_t>(room.f_bsize) > room.f_bavail) {
    return ENOSPC;
  }
  return backing == Backing::kMemory && size >= kReserveStep && wanted > available_memory() ? ENOMEM : 0;
}

int reserve(const FileDescriptor& file, std::int64_t size, Backing backing) noexcept {
  if (const int answer = check_room(file, size, backing)) {
    return answer;
  }
  // In steps, so that a signal repeats one only.
  for (std::int64_t done = 0; done < size;) {
    const std::int64_t step = std::min(size - done, kReserveStep);
    const int answer = posix_fallocate(file.get(), done, step);
    if (answer != 0 && answer != EINTR) {
      return answer;
    }
    done += answer == 0 ? step : 0;
  }
  return 0;
}

}  // namespace sharray
