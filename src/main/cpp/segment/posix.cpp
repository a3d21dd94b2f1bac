/// POSIX segments: leased files in a directory of the user under /dev/shm. Whoever obtains the exclusive lease removes
/// the name.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "segment/errors.h"
#include "segment/files.h"
#include "segment/leased_file.h"
#include "segment/storage.h"
#include "segment/testing.h"

namespace sharray {
namespace {

constexpr int kNameTries = 4;
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

bool private_file(const struct stat& status) noexcept {
  return S_ISREG(status.st_mode) && status.st_uid == geteuid() && (status.st_mode & 077) == 0;
}

std::int32_t admit(const struct stat& status, const FileDescriptor&, const char* name, char* error) noexcept {
  if (private_file(status)) {
    return SHARRAY_OK;
  }
  return fail(error, SHARRAY_ACCESS,
              "cannot attach POSIX segment \"%.200s\": it must be a plain file of this user that nobody else can read "
              "(mode %o, uid %u); remove it",
              name, status.st_mode, status.st_uid);
}

/// Removes a name if nobody holds its segment. `expected` names the only inode that may go; without it the file's own
/// header must be sound and say that it is not persistent, or its maker has died before it was finished. Returns its
/// bytes, or -1 if it stays.
std::int64_t reap(const FileDescriptor& directory, const char* name, const Mapped* expected) noexcept {
  const FileDescriptor file = open_plain(directory, name, false);
  struct stat status {};
  if (!file.valid() || !file_status(file, status) || !private_file(status)) {
    return -1;
  }
  if (expected != nullptr && (status.st_ino != expected->inode || status.st_dev != expected->device)) {
    return -1;
  }
  if (!lease_alone(file)) {
    return -1;
  }
  testing::step("alone");
  Header header;
  const bool unfinished = read_header(file, header) == static_cast<std::uint32_t>(State::kBeingMade);
  const bool sound = header_fault(header, static_cast<std::uint64_t>(status.st_size), SHARRAY_POSIX) == nullptr;
  const bool persistent = (header.compatible_flags & kPersistentFlag) != 0 && !unfinished;
  if (sound ? persistent : expected == nullptr) {
    return -1;
  }
  struct stat named {};
  if (!file_status(directory.get(), name, AT_SYMLINK_NOFOLLOW, named) || named.st_ino != status.st_ino ||
      named.st_dev != status.st_dev || unlinkat(directory.get(), name, 0) != 0) {
    return -1;
  }
  testing::step("removed");
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

constexpr LeasedStorage kPosix{SHARRAY_POSIX, Backing::kMemory, admit, creation_failed};

/// Leases belong to the open file; these filesystems end them with the descriptor or elsewhere.
bool keeps_leases(const FileDescriptor& directory) noexcept {
  struct statfs where {};
  return fstatfs(directory.get(), &where) != 0 || (where.f_type != kOverlayMagic && where.f_type != kNfsMagic);
}

/// Names a segment; whoever died as the last holder of that name before makes room. Returns 0 or an errno value.
int claim_name(const FileDescriptor& directory, const FileDescriptor& file, const char* name) noexcept {
  int answer = EEXIST;
  for (int i = 0; i < kNameTries && answer == EEXIST; ++i) {
    if (i > 0 && reap(directory, name, nullptr) < 0) {
      break;
    }
    answer = give_name(directory, file, name);
  }
  return answer;
}

std::int32_t creation_fault(const Creation& how, char* error) noexcept {
  if (!good_name(how.name)) {
    return bad_name(how.name, error);
  }
  if (how.mode != 0600) {
    return fail(error, SHARRAY_INVALID,
                "cannot create POSIX segment \"%.200s\" with mode %o: only 0600 is possible; use System V storage or a "
                "file to share with other users",
                how.name, how.mode);
  }
  if ((how.flags & SHARRAY_FLAG_RESERVED_HUGE_PAGES) != 0) {
    return fail(error, SHARRAY_INVALID,
                "cannot create POSIX segment \"%.200s\" in reserved huge pages; use System V or memfd storage, or "
                "transparent huge pages",
                how.name);
  }
  return SHARRAY_OK;
}

/// The user's directory for reading; an errno that `attaching_failed` or `directory_failed` words.
std::int32_t existing_directory(const Target& target, FileDescriptor& directory, char* error) noexcept {
  if (!good_name(target.name)) {
    return bad_name(target.name, error);
  }
  directory = open_directory(false);
  if (directory.valid()) {
    return SHARRAY_OK;
  }
  return errno == ENOENT ? attaching_failed(ENOENT, SHARRAY_POSIX, target.name, error) : directory_failed(errno, error);
}

class Posix final : public Storage {
 public:
  std::int32_t create(const Header& header, const Creation& how, Mapped& out, char* error) const override {
    if (const std::int32_t fault = creation_fault(how, error)) {
      return fault;
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
          how.name, shm_root());
    }
    FileDescriptor file;
    if (const std::int32_t failure = make_unnamed(kPosix, directory, header, how, file, out, error)) {
      return failure;
    }
    if (const int answer = claim_name(directory, file, how.name)) {
      munmap(out.base, out.range);
      return answer == EEXIST ? fail(error, SHARRAY_EXISTS,
                                     "cannot create POSIX segment \"%.200s\": the name is taken; attach it, or choose "
                                     "another",
                                     how.name)
                              : creation_failed(answer, "naming it", how.name, out.size, error);
    }
    testing::step("named");
    return SHARRAY_OK;
  }

  std::int32_t attach(const Target& target, Header& header, Mapped& out, char* error) const override {
    FileDescriptor directory;
    if (const std::int32_t failure = existing_directory(target, directory, error)) {
      return failure;
    }
    FileDescriptor file;
    struct stat status {};
    std::int32_t result = find_segment(kPosix, directory, target.name, target, true, file, status, header, error);
    if (result == SHARRAY_OK) {
      result = map_found(kPosix, file, status, target, header, out, error);
    }
    // Our lease may have kept the last holder from removing it.
    if (result != SHARRAY_OK && file.valid()) {
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
    FileDescriptor directory;
    if (const std::int32_t failure = existing_directory(target, directory, error)) {
      return failure;
    }
    FileDescriptor file;
    struct stat status {};
    const std::int32_t result =
        find_segment(kPosix, directory, target.name, target, false, file, status, header, error);
    size = status.st_size;
    if (file.valid() && lease_alone(file)) {
      attached = 0;
    }
    return result;
  }

  std::int32_t remove(const Target& target, std::int64_t& bytes, char* error) const override {
    FileDescriptor directory;
    if (const std::int32_t failure = existing_directory(target, directory, error)) {
      return failure == SHARRAY_GONE ? removing_failed(ENOENT, SHARRAY_POSIX, target.name, error) : failure;
    }
    return remove_named(kPosix, directory, target.name, target, bytes, error);
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
};

}  // namespace

const Storage& posix_storage() noexcept {
  static constexpr Posix storage;
  return storage;
}

}  // namespace sharray
