/// POSIX segments: files in a directory of the user under /dev/shm. Each mapping keeps a shared flock alive after its
/// descriptor is closed; whoever obtains the exclusive one knows that nobody holds the segment and removes its name.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "segment/errors.h"
#include "segment/files.h"
#include "segment/provenance.h"
#include "segment/storage.h"

namespace sharray {
namespace {

constexpr int kLeaseTries = 60;
constexpr long kLongestPauseNs = 4000000;
constexpr std::int64_t kReserveStep = std::int64_t{256} << 20;
constexpr long kOverlayMagic = 0x794c7630;
constexpr long kNfsMagic = 0x6969;

bool good_name(const char* name) noexcept {
  const std::size_t length = std::strlen(name);
  if (length < 1 || length > 200 || name[0] == '.') {
    return false;
  }
  return std::all_of(name, name + length, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  });
}

std::int32_t bad_name(const char* name, char* error) noexcept {
  return fail(
      error, SHARRAY_INVALID,
      "\"%.200s\" is no name for a POSIX segment: 1 to 200 letters, digits, '_', '.' or '-', not beginning with "
      "'.'",
      name);
}

void directory_path(char* path, std::size_t capacity) noexcept {
  std::snprintf(path, capacity, "%s/sharray-%u", shm_root(), geteuid());
}

/// The user's directory, checked; invalid with errno (ENOTDIR, ELOOP or EPERM if somebody else made it).
FileDescriptor open_directory(bool make) noexcept {
  char path[256];
  directory_path(path, sizeof path);
  if (make && mkdir(path, 0700) != 0 && errno != EEXIST) {
    return {};
  }
  FileDescriptor directory(open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!directory.valid() || !file_status(directory, status)) {
    return {};
  }
  if (!S_ISDIR(status.st_mode) || status.st_uid != geteuid() || (status.st_mode & 07777) != 0700) {
    errno = EPERM;
    return {};
  }
  return directory;
}

std::int32_t directory_failed(int answer, char* error) noexcept {
  char path[256];
  directory_path(path, sizeof path);
  const SystemAnswer words(answer);
  if (answer == ENOSPC) {
    return fail(error, SHARRAY_EXHAUSTED, "cannot make %s: %s; remove files there, or use System V storage", path,
                words.text());
  }
  const bool squatted = answer == EPERM || answer == ENOTDIR || answer == ELOOP;
  return fail(error, squatted || answer == EACCES ? SHARRAY_ACCESS : SHARRAY_SYSTEM,
              "cannot use %s: %s%s; remove it, or use System V storage", path, words.text(),
              squatted ? ": it must be a directory of this user with mode 0700, no link" : "");
}

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

FileDescriptor open_segment(const FileDescriptor& directory, const char* name, bool read_only) noexcept {
  return FileDescriptor(
      openat(directory.get(), name, (read_only ? O_RDONLY : O_RDWR) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
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

/// Reads without mapping, so that a file truncated meanwhile is an answer and no signal. State first, as writers
/// change the header only while the state is 0.
std::uint32_t read_header(const FileDescriptor& file, Header& header) noexcept {
  std::uint32_t state = 0;
  header = Header{};
  if (!read_at(file, &state, sizeof state, kStateOffset) || !read_at(file, &header, sizeof header, 0)) {
    header = Header{};
  }
  return state;
}

bool private_file(const struct stat& status) noexcept {
  return S_ISREG(status.st_mode) && status.st_uid == geteuid() && (status.st_mode & 077) == 0;
}

/// Removes a name if nobody holds its segment. `expected` names the only inode that may go; without it the file's own
/// header must be sound and say that it is not persistent. Returns its bytes, or -1 if it stays.
std::int64_t reap(const FileDescriptor& directory, const char* name, const Mapped* expected) noexcept {
  const FileDescriptor file = open_segment(directory, name, true);
  struct stat status {};
  if (!file.valid() || !file_status(file, status) || !private_file(status)) {
    return -1;
  }
  if (expected != nullptr && (status.st_ino != expected->inode || status.st_dev != expected->device)) {
    return -1;
  }
  if (!lock(file, LOCK_EX)) {
    return -1;
  }
  Header header;
  read_header(file, header);
  const bool sound = header_fault(header, static_cast<std::uint64_t>(status.st_size), SHARRAY_POSIX) == nullptr;
  if (sound ? (header.compatible_flags & kPersistentFlag) != 0 : expected == nullptr) {
    return -1;
  }
  struct stat named {};
  if (!file_status(directory.get(), name, AT_SYMLINK_NOFOLLOW, named) || named.st_ino != status.st_ino ||
      named.st_dev != status.st_dev || unlinkat(directory.get(), name, 0) != 0) {
    return -1;
  }
  return status.st_size;
}

std::int32_t creation_failed(int answer, const char* step, const char* name, std::int64_t size, char* error) noexcept {
  const SystemAnswer words(answer);
  const auto bytes = static_cast<long long>(size);
  if (answer == ENOSPC || answer == EFBIG || answer == EDQUOT) {
    struct statvfs room {};
    statvfs(shm_root(), &room);
    const auto block = static_cast<unsigned long long>(room.f_frsize);
    return fail(error, SHARRAY_EXHAUSTED,
                "cannot create POSIX segment \"%.100s\" of %lld bytes: %s: %s has %llu bytes, %llu free; close arrays, "
                "give the container more (docker --shm-size, an emptyDir of medium Memory), or use System V storage",
                name, bytes, words.text(), shm_root(), room.f_blocks * block, room.f_bavail * block);
  }
  const bool memory = answer == ENOMEM || answer == EMFILE || answer == ENFILE;
  const bool access = answer == EACCES || answer == EPERM;
  return fail(error,
              memory   ? SHARRAY_EXHAUSTED
              : access ? SHARRAY_ACCESS
                       : SHARRAY_SYSTEM,
              "cannot create POSIX segment \"%.200s\" of %lld bytes: %s: %s; %s", name, bytes, step, words.text(),
              memory ? "close arrays, or look at `free`, `ulimit -v`, `ulimit -n` and `sysctl vm.max_map_count`"
                     : "use System V storage");
}

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

/// All bytes of the file, or an errno value. What cannot fit is refused before a page is taken: /dev/shm may be as
/// large as the memory, and filling that ends in the kernel killing strangers. In steps, so that a signal repeats one
/// only.
int reserve(const FileDescriptor& file, std::int64_t size) noexcept {
  struct statfs room {};
  const auto wanted = static_cast<std::uint64_t>(size);
  if (fstatfs(file.get(), &room) == 0 && room.f_blocks != 0 &&
      wanted / static_cast<std::uint64_t>(room.f_bsize) > room.f_bavail) {
    return ENOSPC;
  }
  if (size >= kReserveStep && wanted > available_memory()) {
    return ENOMEM;
  }
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

/// Gives an unnamed file its name; whoever died as its last holder before makes room. Returns 0 or an errno value.
int give_name(const FileDescriptor& directory, const FileDescriptor& file, const char* name) noexcept {
  char self[40];
  std::snprintf(self, sizeof self, "/proc/self/fd/%d", file.get());
  for (int i = 0;; ++i) {
    if (linkat(AT_FDCWD, self, directory.get(), name, AT_SYMLINK_FOLLOW) == 0) {
      return 0;
    }
    const int answer = errno;
    if (answer != EEXIST || i == 3 || reap(directory, name, nullptr) < 0) {
      return answer;
    }
  }
}

/// Leases belong to the open file; these filesystems end them with the descriptor or elsewhere.
bool keeps_leases(const FileDescriptor& directory) noexcept {
  struct statfs where {};
  return fstatfs(directory.get(), &where) != 0 || (where.f_type != kOverlayMagic && where.f_type != kNfsMagic);
}

std::int32_t attaching_failed(int answer, const char* name, char* error) noexcept {
  const SystemAnswer words(answer);
  switch (answer) {
    case ENOENT:
      return fail(error, SHARRAY_GONE,
                  "cannot attach POSIX segment \"%.200s\": %s: it is gone, or this container has another %s; keep the "
                  "array open in the sender until the receiver has attached",
                  name, words.text(), shm_root());
    case ELOOP:
    case EACCES:
    case EPERM:
    case ENXIO:
    case EISDIR:
      return fail(error, SHARRAY_ACCESS,
                  "cannot attach POSIX segment \"%.200s\": %s: not a plain file of this user; remove it", name,
                  words.text());
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return fail(error, SHARRAY_EXHAUSTED,
                  "cannot attach POSIX segment \"%.200s\": %s; close arrays, or look at `ulimit -n`, `ulimit -v` and "
                  "`sysctl vm.max_map_count`",
                  name, words.text());
    case EWOULDBLOCK:
      return fail(error, SHARRAY_SYSTEM,
                  "cannot attach POSIX segment \"%.200s\": another process has kept its lock for too long; see which "
                  "with `lslocks`, or try again",
                  name);
    default:
      return fail(error, SHARRAY_SYSTEM, "cannot attach POSIX segment \"%.200s\": %s", name, words.text());
  }
}

/// Opens and judges a segment, with or without a lease. The caller maps the file or lets it go.
std::int32_t find_segment(const FileDescriptor& directory, const Target& target, bool lease, FileDescriptor& file,
                          struct stat& status, Header& header, char* error) noexcept {
  file = open_segment(directory, target.name, target.read_only);
  if (!file.valid()) {
    return attaching_failed(errno, target.name, error);
  }
  if (!file_status(file, status)) {
    return attaching_failed(errno, target.name, error);
  }
  if (!private_file(status)) {
    return fail(
        error, SHARRAY_ACCESS,
        "cannot attach POSIX segment \"%.200s\": it must be a plain file of this user that nobody else can read "
        "(mode %o, uid %u); remove it",
        target.name, status.st_mode, status.st_uid);
  }
  if (lease && !take_lease(file)) {
    return attaching_failed(errno, target.name, error);
  }
  // Under the lease nobody removes it any more: look again.
  if (!file_status(file, status)) {
    return attaching_failed(errno, target.name, error);
  }
  if (status.st_nlink == 0) {
    return attaching_failed(ENOENT, target.name, error);
  }
  const std::uint32_t state = read_header(file, header);
  return judge_found(target, SHARRAY_POSIX, header, state, status.st_size, error);
}

void note(Mapped& out, const Header& header, const struct stat& status, const char* name) {
  out.size = status.st_size;
  out.range = page_range(status.st_size);
  out.device = status.st_dev;
  out.inode = status.st_ino;
  out.persistent = (header.compatible_flags & kPersistentFlag) != 0;
  out.name = name;
}

class Posix final : public Storage {
 public:
  std::int32_t create(const Header& header, const char* name, std::int32_t mode, Mapped& out,
                      char* error) const override {
    const auto size = static_cast<std::int64_t>(header.total_size);
    if (!good_name(name)) {
      return bad_name(name, error);
    }
    if (mode != 0600) {
      return fail(error, SHARRAY_INVALID,
                  "cannot create POSIX segment \"%.200s\" with mode %o: only 0600 is possible; "
                  "use System V storage to share with other users",
                  name, mode);
    }
    const FileDescriptor directory = open_directory(true);
    if (!directory.valid()) {
      return directory_failed(errno, error);
    }
    if (!keeps_leases(directory)) {
      return fail(
          error, SHARRAY_SYSTEM,
          "cannot create POSIX segment \"%.200s\": the filesystem of %s does not keep locks with mappings; mount "
          "a tmpfs there, or use System V storage",
          name, shm_root());
    }
    return create_in(directory, header, name, size, out, error);
  }

  std::int32_t attach(const Target& target, Header& header, Mapped& out, char* error) const override {
    if (!good_name(target.name)) {
      return bad_name(target.name, error);
    }
    const FileDescriptor directory = open_directory(false);
    if (!directory.valid()) {
      return errno == ENOENT ? attaching_failed(ENOENT, target.name, error) : directory_failed(errno, error);
    }
    FileDescriptor file;
    struct stat status {};
    std::int32_t result = find_segment(directory, target, true, file, status, header, error);
    if (result == SHARRAY_OK) {
      const int rights = target.read_only ? PROT_READ : PROT_READ | PROT_WRITE;
      note(out, header, status, target.name);
      void* base = mmap(nullptr, out.range, rights, MAP_SHARED, file.get(), 0);
      if (base != MAP_FAILED) {
        out.base = static_cast<std::uint8_t*>(base);
        return SHARRAY_OK;
      }
      result = attaching_failed(errno, target.name, error);
    }
    // Our lease may have kept the last holder from removing it.
    if (file.valid()) {
      file.reset();
      reap(directory, target.name, nullptr);
    }
    return result;
  }

  void detached(const Mapped& mapped) const noexcept override {
    if (mapped.persistent) {
      return;
    }
    const FileDescriptor directory = open_directory(false);
    if (directory.valid()) {
      reap(directory, mapped.name.c_str(), &mapped);
    }
  }

  std::int32_t peek(const Target& target, Header& header, std::int64_t& size, std::int64_t& attached,
                    char* error) const override {
    if (!good_name(target.name)) {
      return bad_name(target.name, error);
    }
    const FileDescriptor directory = open_directory(false);
    if (!directory.valid()) {
      return errno == ENOENT ? attaching_failed(ENOENT, target.name, error) : directory_failed(errno, error);
    }
    Target read_only = target;
    read_only.read_only = true;
    FileDescriptor file;
    struct stat status {};
    const std::int32_t result = find_segment(directory, read_only, false, file, status, header, error);
    size = status.st_size;
    attached = -1;
    return result;
  }

  void sweep(SweepReport& report) const noexcept override {
    const FileDescriptor directory = open_directory(false);
    if (!directory.valid()) {
      return;
    }
    DIR* list = fdopendir(fcntl(directory.get(), F_DUPFD_CLOEXEC, 0));
    if (list == nullptr) {
      return;
    }
    while (const dirent* entry = readdir(list)) {
      if (good_name(entry->d_name)) {
        const std::int64_t bytes = reap(directory, entry->d_name, nullptr);
        if (bytes >= 0) {
          report.add("posix", entry->d_name, bytes);
        }
      }
    }
    closedir(list);
  }

 private:
  static std::int32_t create_in(const FileDescriptor& directory, const Header& header, const char* name,
                                std::int64_t size, Mapped& out, char* error) {
    const FileDescriptor file(openat(directory.get(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!file.valid()) {
      return creation_failed(errno, "opening an unnamed file", name, size, error);
    }
    if (!lock(file, LOCK_SH)) {
      return creation_failed(errno, "locking it", name, size, error);
    }
    if (const int answer = reserve(file, size)) {
      return creation_failed(answer, "reserving its memory", name, size, error);
    }
    const auto ready = static_cast<std::uint32_t>(State::kReady);
    struct stat status {};
    if (!write_at(file, &header, sizeof header, 0) || !write_at(file, &ready, sizeof ready, kStateOffset) ||
        !file_status(file, status)) {
      return creation_failed(errno, "writing its header", name, size, error);
    }
    note(out, header, status, name);
    void* base = mmap(nullptr, out.range, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (base == MAP_FAILED) {
      return creation_failed(errno, "mapping it", name, size, error);
    }
    const int answer = give_name(directory, file, name);
    if (answer != 0) {
      munmap(base, out.range);
      return answer == EEXIST
                 ? fail(error, SHARRAY_EXISTS,
                        "cannot create POSIX segment \"%.200s\": the name is taken; attach it, or choose another", name)
                 : creation_failed(answer, "naming it", name, size, error);
    }
    out.base = static_cast<std::uint8_t*>(base);
    return SHARRAY_OK;
  }
};

}  // namespace

const Storage& posix_storage() noexcept {
  static constexpr Posix storage;
  return storage;
}

}  // namespace sharray
