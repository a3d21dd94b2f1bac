/// Memory that others made, without a header of ours: attached whole, never created, leased, swept or removed.
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "segment/errors.h"
#include "segment/files.h"
#include "segment/leased_file.h"
#include "segment/pages.h"
#include "segment/paths.h"
#include "segment/storage.h"

namespace sharray {
namespace {

std::int32_t failed(int answer, const char* what, char* error) noexcept {
  const SystemAnswer words(answer);
  switch (answer) {
    case ENOENT:
    case ENOTDIR:
    case EIDRM:
    case EINVAL:
      return fail(error, SHARRAY_GONE,
                  "cannot attach %s: %s: there is none, here or in this container's namespace; see `ipcs -m` and "
                  "`ls /dev/shm`",
                  what, words.text());
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP:
    case ENXIO:
    case EISDIR:
      return fail(error, SHARRAY_ACCESS,
                  "cannot attach %s: %s: this user must be allowed to read and write it, and it must be no link; try "
                  "readOnly() where reading is allowed",
                  what, words.text());
    case ENOMEM:
    case EMFILE:
    case ENFILE:
      return fail(error, SHARRAY_EXHAUSTED,
                  "cannot attach %s: %s; close arrays, or look at `ulimit -v`, `ulimit -n` and "
                  "`sysctl vm.max_map_count`",
                  what, words.text());
    default:
      return fail(error, SHARRAY_SYSTEM, "cannot attach %s: %s", what, words.text());
  }
}

class Raw : public Storage {
 public:
  explicit constexpr Raw(std::int32_t storage) noexcept : storage_(storage) {}

  std::int32_t create(const Header&, const Creation&, Mapped&, char* error) const override {
    return fail(error, SHARRAY_INVALID, "storage %d is for attaching only", storage_);
  }

  std::int32_t attach(const Target& target, Header& header, Mapped& out, char* error) const override {
    header = Header{};
    out.access = target.access;
    out.foreign = true;
    out.name = target.name;
    return map(target, SegmentName(storage_, target.id, target.name).text(), out, error);
  }

  void detached(const Mapped&) const noexcept override {}

  std::int32_t peek(const Target& target, Header&, std::int64_t&, std::int64_t&, char* error) const override {
    return fail(error, SHARRAY_INVALID, "cannot read the header of %s: it has none of ours",
                SegmentName(storage_, target.id, target.name).text());
  }

  void sweep(SweepReport&) const noexcept override {}

 protected:
  ~Raw() = default;
  /// Attaches it; `what` names it.
  virtual std::int32_t map(const Target& target, const char* what, Mapped& out, char* error) const = 0;

 private:
  std::int32_t storage_;
};

class RawSystemV final : public Raw {
 public:
  explicit constexpr RawSystemV(std::int32_t storage, bool by_key) noexcept : Raw(storage), by_key_(by_key) {}

 private:
  std::int32_t map(const Target& target, const char* what, Mapped& out, char* error) const override {
    const auto number = static_cast<int>(target.id);
    if (by_key_ && number == IPC_PRIVATE) {
      return fail(error, SHARRAY_INVALID, "cannot attach %s: key 0 is IPC_PRIVATE and finds nothing", what);
    }
    const int id = by_key_ ? shmget(number, 0, 0) : number;
    void* base = id < 0 ? reinterpret_cast<void*>(-1) : shmat(id, nullptr, target.writes() ? 0 : SHM_RDONLY);
    if (base == reinterpret_cast<void*>(-1)) {
      return failed(id < 0 && !by_key_ ? EINVAL : errno, what, error);
    }
    shmid_ds status{};
    if (shmctl(id, IPC_STAT, &status) != 0) {
      const int answer = errno;
      shmdt(base);
      return failed(answer, what, error);
    }
    out.base = static_cast<std::uint8_t*>(base);
    out.size = static_cast<std::int64_t>(status.shm_segsz);
    out.range = mapped_range(base, out.size);
    out.id = id;
    return SHARRAY_OK;
  }

  bool by_key_;
};

class RawFile final : public Raw {
 public:
  explicit constexpr RawFile(std::int32_t storage, bool in_memory) noexcept : Raw(storage), in_memory_(in_memory) {}

 private:
  std::int32_t map(const Target& target, const char* what, Mapped& out, char* error) const override {
    std::string path = target.name;
    if (in_memory_) {
      path.erase(0, path[0] == '/' ? 1 : 0);
      if (path.empty() || path.find('/') != std::string::npos) {
        return fail(error, SHARRAY_INVALID, "cannot attach %s: a name has no slash but one before it", what);
      }
      path.insert(0, std::string(shm_root()) + "/");
    }
    const SplitPath split(path.c_str());
    const FileDescriptor directory = split.open_directory();
    if (!directory.valid()) {
      return failed(errno, what, error);
    }
    const FileDescriptor file = open_plain(directory, split.name(), target.writes());
    struct stat status {};
    if (!file.valid() || !file_status(file, status)) {
      return failed(errno, what, error);
    }
    if (!S_ISREG(status.st_mode) || status.st_size <= 0) {
      return fail(error, SHARRAY_INCOMPATIBLE, "cannot attach %s: %s (mode %o, %lld bytes)", what,
                  S_ISREG(status.st_mode) ? "it is empty" : "it is no plain file", status.st_mode,
                  static_cast<long long>(status.st_size));
    }
    return map_file(target, file, status, what, out, error);
  }

  std::int32_t map_file(const Target& target, const FileDescriptor& file, const struct stat& status, const char* what,
                        Mapped& out, char* error) const noexcept {
    out.size = status.st_size;
    out.range = page_range(status.st_size);
    out.device = status.st_dev;
    out.inode = status.st_ino;
    out.on_disk = !in_memory_ && target.writes();
    out.truncatable = true;
    void* base = map_whole(file, out.range, target.access, false);
    if (base == MAP_FAILED) {
      return failed(errno, what, error);
    }
    out.base = static_cast<std::uint8_t*>(base);
    out.range = mapped_range(base, out.size);
    return SHARRAY_OK;
  }

  bool in_memory_;
};

}  // namespace

const Storage* raw_storage(std::int32_t storage) noexcept {
  static constexpr RawSystemV by_id(SHARRAY_RAW_SYSTEM_V_ID, false);
  static constexpr RawSystemV by_key(SHARRAY_RAW_SYSTEM_V_KEY, true);
  static constexpr RawFile posix(SHARRAY_RAW_POSIX, true);
  static constexpr RawFile file(SHARRAY_RAW_FILE, false);
  switch (storage) {
    case SHARRAY_RAW_SYSTEM_V_ID:
      return &by_id;
    case SHARRAY_RAW_SYSTEM_V_KEY:
      return &by_key;
    case SHARRAY_RAW_POSIX:
      return &posix;
    case SHARRAY_RAW_FILE:
      return &file;
    default:
      return nullptr;
  }
}

}  // namespace sharray
