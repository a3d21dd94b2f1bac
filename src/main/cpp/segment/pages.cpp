#include "segment/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "api.h"
#include "segment/errors.h"
#include "segment/provenance.h"
#include "segment/testing.h"

namespace sharray {
namespace {

constexpr std::uint64_t kPmd = std::uint64_t{2} << 20;  ///< what transparent huge pages are aligned to
constexpr int kPopulateWrite = 23;                      ///< MADV_POPULATE_WRITE, younger than our glibc
constexpr int kMaxNodes = 1024;
constexpr int kWordBits = 8 * static_cast<int>(sizeof(unsigned long));

/// A number from /proc/meminfo, -1 where it has none.
std::int64_t meminfo(const char* field) noexcept {
  char text[8192];
  if (read_text("/proc/meminfo", text, sizeof text) <= 0) {
    return -1;
  }
  const char* at = std::strstr(text, field);
  return at == nullptr ? -1 : std::strtoll(at + std::strlen(field), nullptr, 10);
}

/// The memory nodes, as a bit mask; returns how many. A machine that does not tell has one.
int nodes(unsigned long (&mask)[kMaxNodes / kWordBits]) noexcept {
  char text[512];
  std::memset(mask, 0, sizeof mask);
  const char* list = testing::numa_nodes.load(std::memory_order_relaxed);
  if (list == nullptr && read_text("/sys/devices/system/node/has_memory", text, sizeof text) > 0) {
    list = text;
  }
  int count = 0;
  for (const char* at = list == nullptr ? "0" : list; *at >= '0' && *at <= '9';) {
    char* end = nullptr;
    const long first = std::strtol(at, &end, 10);
    const long last = *end == '-' ? std::strtol(end + 1, &end, 10) : first;
    for (long node = first; node <= last && node < kMaxNodes; ++node, ++count) {
      mask[node / kWordBits] |= 1ul << node % kWordBits;
    }
    at = *end == ',' ? end + 1 : end;
  }
  return count > 0 ? count : 1;
}

std::int32_t interleave(void* base, std::uint64_t range, const char* what, char* error) noexcept {
  unsigned long mask[kMaxNodes / kWordBits];
  if (nodes(mask) == 1 || syscall(SYS_mbind, base, range, MPOL_INTERLEAVE, mask, kMaxNodes + 1, 0) == 0) {
    return SHARRAY_OK;
  }
  const int answer = errno;
  const SystemAnswer words(answer);
  return fail(error, answer == EPERM || answer == ENOSYS ? SHARRAY_ACCESS : SHARRAY_SYSTEM,
              "cannot spread the pages of %s over the NUMA nodes: mbind: %s; allow it (docker --cap-add SYS_NICE), or "
              "leave out interleave()",
              what, words.text());
}

}  // namespace

std::uint64_t page_range(std::int64_t size) noexcept {
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return (static_cast<std::uint64_t>(size) + page - 1) / page * page;
}

std::uint64_t mapped_range(const void* base, std::int64_t size) noexcept {
  const std::uint64_t range = page_range(size);
  const auto begin = reinterpret_cast<std::uintptr_t>(base);
  if (begin % kPmd != 0 || range % kPmd == 0) {
    return range;  // no huge pages, or only whole ones
  }
  std::FILE* list = std::fopen("/proc/self/maps", "re");
  unsigned long long from = 0;
  unsigned long long to = 0;
  while (list != nullptr && std::fscanf(list, "%llx-%llx%*[^\n]", &from, &to) == 2 && from != begin) {
  }
  if (list != nullptr) {
    std::fclose(list);
  }
  return from == begin && to - from > range ? to - from : range;
}

std::uint64_t huge_page_size() noexcept {
  const std::int64_t kib = meminfo("\nHugepagesize:");
  return kib > 0 ? static_cast<std::uint64_t>(kib) * 1024 : 0;
}

void* aligned_space(std::uint64_t range) noexcept {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  const std::uint64_t slack = range >= kPmd ? kPmd : 0;
  void* whole = mmap(nullptr, range + slack, PROT_NONE, flags, -1, 0);
  if (whole == MAP_FAILED || slack == 0) {
    return whole == MAP_FAILED ? nullptr : whole;
  }
  auto* first = static_cast<char*>(whole);
  const std::uint64_t before = (kPmd - reinterpret_cast<std::uintptr_t>(whole) % kPmd) % kPmd;
  if (before > 0) {
    munmap(first, before);
  }
  if (before < slack) {
    munmap(first + before + range, slack - before);
  }
  return first + before;
}

void* map_aligned(std::uint64_t range, int rights, int flags, int file) noexcept {
  void* space = aligned_space(range);
  if (space == nullptr) {
    return MAP_FAILED;
  }
  void* base = mmap(space, range, rights, flags | MAP_FIXED, file, 0);
  if (base == MAP_FAILED) {
    const int answer = errno;
    munmap(space, range);
    errno = answer;
  }
  return base;
}

std::int32_t prepare_pages(void* base, std::uint64_t range, std::int32_t flags, const char* what,
                           char* error) noexcept {
  if ((flags & SHARRAY_FLAG_HUGE_PAGES) != 0) {
    madvise(base, range, MADV_HUGEPAGE);
  }
  return (flags & SHARRAY_FLAG_INTERLEAVE) != 0 ? interleave(base, range, what, error) : SHARRAY_OK;
}

int populate(void* base, std::uint64_t range) noexcept {
  while (madvise(base, range, kPopulateWrite) != 0) {
    if (errno == EFAULT || errno == ENOMEM) {
      return errno == EFAULT ? ENOSPC : ENOMEM;
    }
    if (errno != EINTR && errno != EAGAIN) {
      // A kernel before 5.14. Others may be writing already, so a page is touched without changing it.
      const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
      for (std::uint64_t at = 0; at < range; at += page) {
        __atomic_fetch_or(static_cast<char*>(base) + at, 0, __ATOMIC_RELAXED);
      }
      return 0;
    }
  }
  return 0;
}

std::int32_t no_huge_pages(int answer, const char* what, std::int64_t size, char* error) noexcept {
  const SystemAnswer words(answer);
  const auto bytes = static_cast<long long>(size);
  if (answer == EPERM || answer == EACCES) {
    return fail(error, SHARRAY_ACCESS,
                "cannot create %s of %lld bytes in reserved huge pages: %s; add a group of this user to `sysctl "
                "vm.hugetlb_shm_group`, raise `ulimit -l`, use Storage.memfd(), or hugePages() for transparent ones",
                what, bytes, words.text());
  }
  const auto pages = static_cast<long long>(huge_page_size());
  return fail(error, SHARRAY_EXHAUSTED,
              "cannot create %s of %lld bytes in reserved huge pages: %s: the kernel has reserved %lld huge pages of "
              "%lld bytes, %lld of them free; reserve more with `sysctl vm.nr_hugepages=...`, or use hugePages() for "
              "transparent ones",
              what, bytes, words.text(), static_cast<long long>(meminfo("\nHugePages_Total:")), pages,
              static_cast<long long>(meminfo("\nHugePages_Free:")));
}

int numa_nodes() noexcept {
  unsigned long mask[kMaxNodes / kWordBits];
  return nodes(mask);
}

}  // namespace sharray
