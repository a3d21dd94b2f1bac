/// Facts about this process and this machine that go into headers and handles.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sharray {

struct ProcessFacts {
  std::uint32_t pid;
  std::uint32_t uid;
  std::uint64_t start_ticks;
  std::uint8_t boot_id[16];  ///< zeros where /proc is hidden
};

/// Of the calling process, a fork included. Thread-safe.
ProcessFacts process_facts() noexcept;

/// Fills `bytes` from the kernel's generator; false if it has none.
bool random_bytes(void* bytes, std::size_t length) noexcept;

/// Reads at most `capacity - 1` bytes of a small file and terminates them. Returns their number, -1 on failure.
long read_text(const char* path, char* text, std::size_t capacity) noexcept;

/// What /proc/<pid>/stat says; false if there is no such process (or no /proc).
struct ProcessStat {
  char state;
  long threads;
  std::uint64_t start_ticks;
};
bool process_stat(int pid, ProcessStat& out) noexcept;

}  // namespace sharray
