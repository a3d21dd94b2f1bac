#include "segment/provenance.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "segment/files.h"
#include "segment/segment.h"

namespace sharray {
namespace {

/// FNV-1a over 64 bits, then mixed so that neighbouring inode numbers differ everywhere.
std::int64_t hash(const std::uint8_t* boot_id, std::uint64_t place) noexcept {
  std::uint64_t value = 0xcbf29ce484222325u;
  const auto add = [&value](std::uint8_t byte) { value = (value ^ byte) * 0x100000001b3u; };
  for (int i = 0; i < 16; ++i) {
    add(boot_id[i]);
  }
  for (int i = 0; i < 8; ++i) {
    add(static_cast<std::uint8_t>(place >> (8 * i)));
  }
  value ^= value >> 32;
  value *= 0x9fb21c651e98df25u;
  value ^= value >> 29;
  return static_cast<std::int64_t>(value);
}

void read_boot_id(std::uint8_t* out) noexcept {
  char text[64];
  std::memset(out, 0, 16);
  if (read_text("/proc/sys/kernel/random/boot_id", text, sizeof text) < 36) {
    return;
  }
  int digits = 0;
  for (const char* p = text; *p != 0 && digits < 32; ++p) {
    const char c = *p;
    int value = 0;
    if (c >= '0' && c <= '9') {
      value = c - '0';
    } else if (c >= 'a' && c <= 'f') {
      value = c - 'a' + 10;
    } else {
      continue;
    }
    out[digits / 2] = static_cast<std::uint8_t>(out[digits / 2] << 4 | value);
    ++digits;
  }
}

}  // namespace

long read_text(const char* path, char* text, std::size_t capacity) noexcept {
  const FileDescriptor fd(open(path, O_RDONLY | O_CLOEXEC));
  std::size_t used = 0;
  while (fd.valid() && used + 1 < capacity) {
    const ssize_t n = read(fd.get(), text + used, capacity - 1 - used);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n <= 0) {
      break;
    }
    used += static_cast<std::size_t>(n);
  }
  text[used] = 0;
  return fd.valid() ? static_cast<long>(used) : -1;
}

bool process_stat(int pid, ProcessStat& out) noexcept {
  char path[40];
  char text[1024];
  std::snprintf(path, sizeof path, "/proc/%d/stat", pid);
  if (read_text(path, text, sizeof text) <= 0) {
    return false;
  }
  // The command name may hold blanks and parentheses: the fields begin after the last one.
  const char* p = std::strrchr(text, ')');
  if (p == nullptr || p[1] != ' ' || p[2] == 0) {
    return false;
  }
  out.state = p[2];
  p += 2;
  for (int field = 3; field < 22; ++field) {
    p = std::strchr(p, ' ');
    if (p == nullptr) {
      return false;
    }
    ++p;
    if (field + 1 == 20) {
      out.threads = std::strtol(p, nullptr, 10);
    }
  }
  out.start_ticks = std::strtoull(p, nullptr, 10);
  return true;
}

ProcessFacts process_facts() noexcept {
  static std::mutex mutex;
  static ProcessFacts facts{};
  const std::lock_guard<std::mutex> lock(mutex);
  const auto pid = static_cast<std::uint32_t>(getpid());
  if (facts.pid != pid) {
    facts.pid = pid;
    read_boot_id(facts.boot_id);
    ProcessStat stat{};
    facts.start_ticks = process_stat(getpid(), stat) ? stat.start_ticks : 0;
  }
  facts.uid = geteuid();
  return facts;
}

bool random_bytes(void* bytes, std::size_t length) noexcept {
  auto* p = static_cast<std::uint8_t*>(bytes);
  while (length > 0) {
    const long n = syscall(SYS_getrandom, p, length, 0);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n <= 0) {
      return false;
    }
    p += n;
    length -= static_cast<std::size_t>(n);
  }
  return true;
}

void provenance(std::int64_t* hashes) noexcept {
  const ProcessFacts facts = process_facts();
  struct stat found {};
  const bool ipc = file_status(AT_FDCWD, "/proc/self/ns/ipc", 0, found);
  hashes[0] = hash(facts.boot_id, ipc ? found.st_ino : 0);
  const bool shm = file_status(AT_FDCWD, shm_root(), 0, found);
  hashes[1] = hash(facts.boot_id, shm ? found.st_dev : 0);
}

}  // namespace sharray
