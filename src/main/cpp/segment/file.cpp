/// Segments in files of the user's choice: always persistent, found by their path. They begin as unnamed files in their
/// directory, so a kill while one is made leaves nothing.
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "segment/errors.h"
#include "segment/files.h"
#include "segment/leased_file.h"
#include "segment/paths.h"
#include "segment/storage.h"
#include "segment/testing.h"

namespace sharray {
namespace {

/// Locks and mappings of these end at this machine, whatever they answer.
constexpr unsigned long kRemote[] = {0x6969 /* NFS */, 0xff534d42 /* CIFS */, 0xfe534d42 /* SMB2 */,
                                     0x01021997 /* 9P */, 0x00c36400 /* Ceph */};

std::int32_t no_leases(const char* name, const char* evidence, char* error) noexcept {
  const SegmentName what(SHARRAY_FILE, -1, name);
  return fail(error, SHARRAY_SYSTEM,
              "cannot create %s: its filesystem (%s) has no unnamed files or does not keep locks with mappings, as NFS "
              "and the root of a container do not; use a local filesystem or a mounted volume, or load and save .npy "
              "files",
              what.text(), evidence);
}

unsigned long filesystem(const FileDescriptor& directory) noexcept {
  struct statfs where {};
  return fstatfs(directory.get(), &where) == 0 ? static_cast<unsigned long>(where.f_type) & 0xffffffffu : 0;
}

std::int32_t no_leases(const char* name, const FileDescriptor& directory, char* error) noexcept {
  char type[32];
  std::snprintf(type, sizeof type, "type 0x%lx", filesystem(directory));
  return no_leases(name, type, error);
}

bool remote(const FileDescriptor& directory) noexcept {
  const unsigned long type = filesystem(directory);
  for (const unsigned long known : kRemote) {
    if (type == known) {
      return true;
    }
  }
  return false;
}

std::int32_t creation_failed(int answer, const char* step, const char* name, std::int64_t size, char* error) noexcept {
  const SegmentName what(SHARRAY_FILE, -1, name);
  const SystemAnswer words(answer);
  const auto bytes = static_cast<long long>(size);
  if (answer == EOPNOTSUPP || answer == EISDIR || answer == ENOLCK) {
    return no_leases(name, words.text(), error);
  }
  if (answer == ENOSPC || answer == EFBIG || answer == EDQUOT) {
    return fail(error, SHARRAY_EXHAUSTED,
                "cannot create %s of %lld bytes: %s; remove files there (see `df`, `quota`, `ulimit -f`), or choose "
                "another filesystem",
                what.text(), bytes, words.text());
  }
  const bool memory = answer == ENOMEM || answer == EMFILE || answer == ENFILE;
  const bool access = answer == EACCES || answer == EPERM || answer == EROFS;
  return fail(error,
              memory   ? SHARRAY_EXHAUSTED
              : access ? SHARRAY_ACCESS
                       : SHARRAY_SYSTEM,
              "cannot create %s of %lld bytes: %s: %s; %s", what.text(), bytes, step, words.text(),
              memory ? "close arrays, or look at `ulimit -v`, `ulimit -n` and `sysctl vm.max_map_count`"
                     : "choose a directory that this user may write");
}

/// A stranger may have laid a file where everybody may write, for this user to fill: as the kernel's protected_regular,
/// refuse it unless its owner has the directory too.
std::int32_t admit(const struct stat& status, const FileDescriptor& directory, const char* name, char* error) noexcept {
  const SegmentName what(SHARRAY_FILE, -1, name);
  if (!S_ISREG(status.st_mode)) {
    return fail(error, SHARRAY_ACCESS, "cannot attach %s: it is no plain file (mode %o)", what.text(), status.st_mode);
  }
  struct stat around {};
  if (!file_status(directory, around)) {
    return attaching_failed(errno, SHARRAY_FILE, name, error);
  }
  const bool public_directory = (around.st_mode & S_ISVTX) != 0 && (around.st_mode & 022) != 0;
  if (public_directory && status.st_uid != geteuid() && status.st_uid != around.st_uid) {
    return fail(error, SHARRAY_ACCESS,
                "cannot attach %s: it belongs to uid %u and lies in a directory where everybody may put files; move it "
                "to a directory of its owner",
                what.text(), status.st_uid);
  }
  return SHARRAY_OK;
}

constexpr LeasedStorage kFile{SHARRAY_FILE, Backing::kDisk, admit, creation_failed};

/// Whether the lease of the mapping outlives the descriptor that it was taken with. `file` is exchanged for another.
bool keeps_lease(FileDescriptor& file) noexcept {
  char self[40];
  std::snprintf(self, sizeof self, "/proc/self/fd/%d", file.get());
  FileDescriptor other(open(self, O_RDWR | O_CLOEXEC));
  if (!other.valid()) {
    return false;
  }
  file = std::move(other);
  return !lease_alone(file) && errno == EWOULDBLOCK;
}

std::int32_t creation_fault(const Creation& how, char* error) noexcept {
  constexpr std::int32_t kPages =
      SHARRAY_FLAG_HUGE_PAGES | SHARRAY_FLAG_RESERVED_HUGE_PAGES | SHARRAY_FLAG_INTERLEAVE | SHARRAY_FLAG_UNRESERVED;
  if ((how.flags & kPages) == 0) {
    return SHARRAY_OK;
  }
  const SegmentName what(SHARRAY_FILE, -1, how.name);
  return fail(error, SHARRAY_INVALID,
              "cannot create %s with options of pages: its filesystem decides on them; use memory for such arrays",
              what.text());
}

class File final : public Storage {
 public:
  std::int32_t create(const Header& header, const Creation& how, Mapped& out, char* error) const override {
    if (const std::int32_t fault = creation_fault(how, error)) {
      return fault;
    }
    const SplitPath path(how.name);
    const FileDescriptor directory = path.open_directory();
    const auto size = static_cast<std::int64_t>(header.total_size);
    if (!directory.valid()) {
      return creation_failed(errno, "opening its directory", how.name, size, error);
    }
    if (remote(directory)) {
      return no_leases(how.name, directory, error);
    }
    FileDescriptor file;
    if (const std::int32_t failure = make_unnamed(kFile, directory, header, how, file, out, error)) {
      return failure;
    }
    std::int32_t failure = SHARRAY_OK;
    if (!keeps_lease(file)) {
      failure = no_leases(how.name, directory, error);
    } else if (const int answer = give_name(directory, file, path.name())) {
      failure = answer == EEXIST ? fail(error, SHARRAY_EXISTS,
                                        "cannot create %s: there is one of that name; open it, or choose another",
                                        SegmentName(SHARRAY_FILE, -1, how.name).text())
                                 : creation_failed(answer, "naming it", how.name, size, error);
    }
    if (failure != SHARRAY_OK) {
      munmap(out.base, out.range);
      return failure;
    }
    testing::step("named");
    return SHARRAY_OK;
  }

  std::int32_t attach(const Target& target, Header& header, Mapped& out, char* error) const override {
    FileDescriptor file;
    struct stat status {};
    const std::int32_t result = find(target, true, file, status, header, error);
    return result == SHARRAY_OK ? map_found(kFile, file, status, target, header, out, error) : result;
  }

  void detached(const Mapped&) const noexcept override {}

  std::int32_t peek(const Target& target, Header& header, std::int64_t& size, std::int64_t& attached,
                    char* error) const override {
    FileDescriptor file;
    struct stat status {};
    const std::int32_t result = find(target, false, file, status, header, error);
    size = status.st_size;
    if (file.valid() && lease_alone(file)) {
      attached = 0;
    }
    return result;
  }

  std::int32_t remove(const Target& target, std::int64_t& bytes, char* error) const override {
    const SplitPath path(target.name);
    const FileDescriptor directory = path.open_directory();
    return directory.valid() ? remove_named(kFile, directory, path.name(), target, bytes, error)
                             : removing_failed(errno, SHARRAY_FILE, target.name, error);
  }

  void sweep(SweepReport&) const noexcept override {}

 private:
  static std::int32_t find(const Target& target, bool lease, FileDescriptor& file, struct stat& status, Header& header,
                           char* error) {
    const SplitPath path(target.name);
    const FileDescriptor directory = path.open_directory();
    if (!directory.valid()) {
      return attaching_failed(errno, SHARRAY_FILE, target.name, error);
    }
    return find_segment(kFile, directory, path.name(), target, lease, file, status, header, error);
  }
};

}  // namespace

const Storage& file_storage() noexcept {
  static constexpr File storage;
  return storage;
}

}  // namespace sharray
