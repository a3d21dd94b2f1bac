#include "segment/leased_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "segment/errors.h"
#include "segment/pages.h"
#include "segment/testing.h"

namespace sharray {
namespace {

constexpr int kLeaseTries = 60;
constexpr long kLongestPauseNs = 4000000;

bool lock(const FileDescriptor& file, int operation) noexcept {
  int result = 0;
  do {
    result = flock(file.get(), operation | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

/// Takes the shared lease; a leaver or sweeper holds the exclusive one for moments only.
bool take_lease(const FileDescriptor& file) noexcept {
  timespec pause{0, 20000};
  for (int i = 0; i < kLeaseTries; ++i) {
    if (lock(file, LOCK_SH)) {
      return true;
    }
    if (errno != EWOULDBLOCK) {
      return false;
    }
    nanosleep(&pause, nullptr);
    pause.tv_nsec = std::min(pause.tv_nsec * 2, kLongestPauseNs);
  }
  errno = EWOULDBLOCK;
  return false;
}

bool read_at(const FileDescriptor& file, void* bytes, std::size_t length, off_t offset) noexcept {
  ssize_t n = 0;
  do {
    n = pread(file.get(), bytes, length, offset);
  } while (n < 0 && errno == EINTR);
  return n == static_cast<ssize_t>(length);
}

bool write_at(const FileDescriptor& file, const void* bytes, std::size_t length, off_t offset) noexcept {
  ssize_t n = 0;
  do {
    n = pwrite(file.get(), bytes, length, offset);
  } while (n < 0 && errno == EINTR);
  return n == static_cast<ssize_t>(length);
}

bool write_header(const FileDescriptor& file, const Header& header, std::int32_t flags) noexcept {
  const bool unfinished = (flags & SHARRAY_FLAG_UNFINISHED) != 0;
  const auto state = static_cast<std::uint32_t>(unfinished ? State::kBeingMade : State::kReady);
  return write_at(file, &header, sizeof header, 0) && write_at(file, &state, sizeof state, kStateOffset);
}

void note(Mapped& out, const LeasedStorage& kind, const Header& header, const struct stat& status,
          const Target& target) {
  out.size = status.st_size;
  out.range = page_range(status.st_size);
  out.device = status.st_dev;
  out.inode = status.st_ino;
  out.access = target.access;
  out.persistent = (header.compatible_flags & kPersistentFlag) != 0;
  out.on_disk = kind.backing == Backing::kDisk && target.writes();
  out.truncatable = true;
  out.name = target.name;
}

/// Takes the pages of a mapped file. Huge ones come from touching only, else the file is asked.
int reserve_pages(const LeasedStorage& kind, const FileDescriptor& file, const Mapped& out,
                  std::int32_t flags) noexcept {
  if ((flags & SHARRAY_FLAG_UNRESERVED) != 0) {
    return 0;
  }
  if ((flags & SHARRAY_FLAG_HUGE_PAGES) != 0) {
    if (const int answer = populate(out.base, out.range)) {
      return answer;
    }
  }
  return reserve(file, out.size, kind.backing);
}

class Unmapping {
 public:
  explicit Unmapping(Mapped& mapped) noexcept : mapped_(mapped) {}
  Unmapping(const Unmapping&) = delete;
  Unmapping& operator=(const Unmapping&) = delete;
  ~Unmapping() {
    if (armed_ && mapped_.base != nullptr) {
      munmap(mapped_.base, mapped_.range);
    }
  }
  void disarm() noexcept { armed_ = false; }

 private:
  Mapped& mapped_;
  bool armed_ = true;
};

}  // namespace

std::int32_t make_unnamed(const LeasedStorage& kind, const FileDescriptor& directory, const Header& header,
                          const Creation& how, FileDescriptor& file, Mapped& out, char* error) {
  const auto size = static_cast<std::int64_t>(header.total_size);
  const auto failed = [&](int answer, const char* step) {
    return kind.creation_failed(answer, step, how.name, size, error);
  };
  file = FileDescriptor(openat(directory.get(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file.valid()) {
    return failed(errno, "opening an unnamed file");
  }
  testing::step("opened");
  if (!lock(file, LOCK_SH)) {
    return failed(errno, "locking it");
  }
  testing::step("leased");
  if (how.mode != 0600 && fchmod(file.get(), static_cast<mode_t>(how.mode)) != 0) {
    return failed(errno, "setting its mode");
  }
  const bool reserved = (how.flags & SHARRAY_FLAG_UNRESERVED) == 0;
  if (const int answer = reserved ? check_room(file, size, kind.backing) : 0) {
    return failed(answer, "reserving its memory");
  }
  struct stat status {};
  if (ftruncate(file.get(), size) != 0 || !file_status(file, status)) {
    return failed(errno, "giving it its size");
  }
  Target self;
  self.name = how.name;
  note(out, kind, header, status, self);
  void* base = map_whole(file, out.range, out.access, (how.flags & SHARRAY_FLAG_HUGE_PAGES) != 0);
  if (base == MAP_FAILED) {
    return failed(errno, "mapping it");
  }
  testing::step("mapped");
  out.base = static_cast<std::uint8_t*>(base);
  Unmapping unmapping(out);
  const SegmentName what(kind.storage, -1, how.name);
  if (const std::int32_t refusal = prepare_pages(base, out.range, how.flags, what.text(), error)) {
    return refusal;
  }
  if (const int answer = reserve_pages(kind, file, out, how.flags)) {
    return failed(answer, "reserving its memory");
  }
  testing::step("reserved");
  if (!write_header(file, header, how.flags)) {
    return failed(errno, "writing its header");
  }
  testing::step("filled");
  unmapping.disarm();
  return SHARRAY_OK;
}

int give_name(const FileDescriptor& directory, const FileDescriptor& file, const char* name) noexcept {
  char self[40];
  std::snprintf(self, sizeof self, "/proc/self/fd/%d", file.get());
  return linkat(AT_FDCWD, self, directory.get(), name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

void* map_whole(const FileDescriptor& file, std::uint64_t range, Access access, bool huge) noexcept {
  const int rights = access == Access::kReadOnly ? PROT_READ : PROT_READ | PROT_WRITE;
  const int flags = access == Access::kPrivate ? MAP_PRIVATE | MAP_NORESERVE : MAP_SHARED;
  if (!huge) {
    return mmap(nullptr, range, rights, flags, file.get(), 0);
  }
  void* base = map_aligned(range, rights, flags, file.get());
  if (base != MAP_FAILED) {
    madvise(base, range, MADV_HUGEPAGE);
  }
  return base;
}

FileDescriptor open_plain(const FileDescriptor& directory, const char* name, bool write) noexcept {
  return FileDescriptor(
      openat(directory.get(), name, (write ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

bool lease_alone(const FileDescriptor& file) noexcept { return lock(file, LOCK_EX); }

std::uint32_t read_header(const FileDescriptor& file, Header& header) noexcept {
  std::uint32_t state = 0;
  header = Header{};
  // State first, as writers change the header only while the state is 0.
  if (!read_at(file, &state, sizeof state, kStateOffset) || !read_at(file, &header, sizeof header, 0)) {
    header = Header{};
  }
  return state;
}

std::int32_t find_segment(const LeasedStorage& kind, const FileDescriptor& directory, const char* name,
                          const Target& target, bool lease, FileDescriptor& file, struct stat& status, Header& header,
                          char* error) noexcept {
  const auto failed = [&](int answer) { return attaching_failed(answer, kind.storage, target.name, error); };
  file = open_plain(directory, name, target.writes());
  if (!file.valid() || !file_status(file, status)) {
    return failed(errno);
  }
  if (const std::int32_t refusal = kind.admit(status, directory, target.name, error)) {
    return refusal;
  }
  testing::step("found");
  if (lease && !take_lease(file)) {
    return failed(errno);
  }
  testing::step("leased");
  // Under the lease nobody removes it any more: look again.
  if (!file_status(file, status)) {
    return failed(errno);
  }
  if (status.st_nlink == 0) {
    return failed(ENOENT);
  }
  const std::uint32_t state = read_header(file, header);
  return judge_found(target, kind.storage, header, state, status.st_size, error);
}

std::int32_t map_found(const LeasedStorage& kind, const FileDescriptor& file, const struct stat& status,
                       const Target& target, const Header& header, Mapped& out, char* error) {
  note(out, kind, header, status, target);
  void* base = map_whole(file, out.range, out.access, (header.compatible_flags & kHugePagesFlag) != 0);
  if (base == MAP_FAILED) {
    return attaching_failed(errno, kind.storage, target.name, error);
  }
  out.base = static_cast<std::uint8_t*>(base);
  testing::step("mapped");
  return SHARRAY_OK;
}

std::int32_t attaching_failed(int answer, std::int32_t storage, const char* name, char* error) noexcept {
  const SystemAnswer words(answer);
  const SegmentName what(storage, -1, name);
  switch (answer) {
    case ENOENT:
    case ENOTDIR:
      return fail(error, SHARRAY_GONE, "cannot attach %s: %s: it is gone, or this container has another %s; %s",
                  what.text(), words.text(), storage == SHARRAY_FILE ? "filesystem there" : shm_root(),
                  storage == SHARRAY_FILE ? "create it first, or look for a spelling mistake"
                                          : "keep the array open in the sender until the receiver has attached");
    case ELOOP:
    case EACCES:
    case EPERM:
    case EROFS:
    case ENXIO:
    case EISDIR:
      return fail(error, SHARRAY_ACCESS, "cannot attach %s: %s: %s", what.text(), words.text(),
                  storage == SHARRAY_FILE
                      ? "it must be a plain file, no link, that this user may write; attach it read-only where reading "
                        "is allowed"
                      : "not a plain file of this user; remove it");
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return fail(error, SHARRAY_EXHAUSTED,
                  "cannot attach %s: %s; close arrays, or look at `ulimit -n`, `ulimit -v` and "
                  "`sysctl vm.max_map_count`",
                  what.text(), words.text());
    case EWOULDBLOCK:
      return fail(error, SHARRAY_SYSTEM,
                  "cannot attach %s: another process has kept its lock for too long; see which with `lslocks`, or try "
                  "again",
                  what.text());
    default:
      return fail(error, SHARRAY_SYSTEM, "cannot attach %s: %s", what.text(), words.text());
  }
}

}  // namespace sharray
