/// memfd segments: memory without a name, sealed against truncation, for this process and its children. No descriptor
/// stays open: the mapping alone keeps the memory.
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "segment/errors.h"
#include "segment/files.h"
#include "segment/pages.h"
#include "segment/reserve.h"
#include "segment/storage.h"
#include "segment/testing.h"

namespace sharray {
namespace {

constexpr char kWhat[] = "a memfd segment";

std::int32_t creation_failed(int answer, const char* step, std::int64_t size, char* error) noexcept {
  const SystemAnswer words(answer);
  const bool room = answer == ENOSPC || answer == ENOMEM || answer == EMFILE || answer == ENFILE || answer == EFBIG;
  return fail(error, room ? SHARRAY_EXHAUSTED : SHARRAY_SYSTEM, "cannot create %s of %lld bytes: %s: %s; %s", kWhat,
              static_cast<long long>(size), step, words.text(),
              room ? "close arrays, or look at `free`, `ulimit -v`, `ulimit -n`, `sysctl vm.max_map_count` and "
                     "vm.overcommit_memory"
                   : "use System V storage");
}

std::int32_t not_found(const char* attempt, char* error) noexcept {
  return fail(error, SHARRAY_GONE,
              "cannot %s %s: it is private to the process that made it and is found by no other; use System V storage "
              "for arrays that others attach",
              attempt, kWhat);
}

/// Memory of a fixed size. Returns 0 or an errno value.
int make_sealed(std::int64_t size, std::int32_t flags, FileDescriptor& file, const char*& step) noexcept {
  const bool huge = (flags & SHARRAY_FLAG_RESERVED_HUGE_PAGES) != 0;
  step = "memfd_create";
  const unsigned kind = MFD_CLOEXEC | MFD_ALLOW_SEALING | (huge ? MFD_HUGETLB : 0u);
  file = FileDescriptor(static_cast<int>(syscall(SYS_memfd_create, "sharray", kind)));
  if (!file.valid()) {
    return errno;
  }
  testing::step("opened");
  step = "reserving its memory";
  const bool reserved = (flags & SHARRAY_FLAG_UNRESERVED) == 0;
  if (const int answer = reserved ? check_room(file, size, Backing::kMemory) : 0) {
    return answer;
  }
  step = "giving it its size";
  if (ftruncate(file.get(), size) != 0) {
    return errno;
  }
  step = "sealing it";
  if (fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return errno;
  }
  testing::step("sealed");
  return 0;
}

/// Takes the pages, at least that of the header. Transparent huge ones come from touching only.
int take_pages(const FileDescriptor& file, const Mapped& mapped, std::int32_t flags) noexcept {
  if ((flags & SHARRAY_FLAG_UNRESERVED) != 0) {
    return populate(mapped.base, page_range(kHeaderSize));
  }
  const int answer = (flags & SHARRAY_FLAG_HUGE_PAGES) != 0 ? populate(mapped.base, mapped.range) : 0;
  return answer != 0 ? answer : reserve(file, mapped.size, Backing::kMemory);
}

class Memfd final : public Storage {
 public:
  std::int32_t create(const Header& header, const Creation& how, Mapped& out, char* error) const override {
    const bool huge = (how.flags & SHARRAY_FLAG_RESERVED_HUGE_PAGES) != 0;
    const auto failed = [&](int answer, const char* step) {
      const auto size = static_cast<std::int64_t>(header.total_size);
      return huge ? no_huge_pages(answer, kWhat, size, error) : creation_failed(answer, step, size, error);
    };
    out.size = static_cast<std::int64_t>(header.total_size);
    out.range = page_range(out.size);
    // Nobody can truncate it, but without reservation a page may be missing at its first touch.
    out.truncatable = (how.flags & SHARRAY_FLAG_UNRESERVED) != 0;
    FileDescriptor file;
    const char* step = "";
    if (const int answer = make_sealed(out.size, how.flags, file, step)) {
      return failed(answer, step);
    }
    const bool align = huge || (how.flags & SHARRAY_FLAG_HUGE_PAGES) != 0;
    const int rights = PROT_READ | PROT_WRITE;
    void* base = align ? map_aligned(out.range, rights, MAP_SHARED, file.get())
                       : mmap(nullptr, out.range, rights, MAP_SHARED, file.get(), 0);
    if (base == MAP_FAILED) {
      return failed(errno, "mapping it");
    }
    testing::step("mapped");
    out.base = static_cast<std::uint8_t*>(base);
    std::int32_t failure = prepare_pages(base, out.range, how.flags, kWhat, error);
    if (failure == SHARRAY_OK) {
      const int answer = take_pages(file, out, how.flags);
      failure = answer == 0 ? SHARRAY_OK : failed(answer, "reserving its memory");
    }
    if (failure != SHARRAY_OK) {
      munmap(base, out.range);
      return failure;
    }
    testing::step("reserved");
    publish_header(out.base, header);
    testing::step("filled");
    return SHARRAY_OK;
  }

  std::int32_t attach(const Target&, Header&, Mapped&, char* error) const override {
    return not_found("attach", error);
  }

  void detached(const Mapped&) const noexcept override {}

  std::int32_t peek(const Target&, Header&, std::int64_t&, std::int64_t&, char* error) const override {
    return not_found("read the header of", error);
  }

  void sweep(SweepReport&) const noexcept override {}
};

}  // namespace

const Storage& memfd_storage() noexcept {
  static constexpr Memfd storage;
  return storage;
}

}  // namespace sharray
