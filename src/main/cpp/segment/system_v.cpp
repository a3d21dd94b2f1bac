/// System V segments: marked for destruction as soon as they are attached, so that the kernel frees them with their
/// last holder. Between shmget and that mark a tagged key makes them recognisable to the sweep.
#include <errno.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "segment/errors.h"
#include "segment/pages.h"
#include "segment/provenance.h"
#include "segment/storage.h"
#include "segment/testing.h"

namespace sharray {
namespace {

constexpr std::uint32_t kKeyTag = 0x5368;  // "Sh"
constexpr int kCreateTries = 64;
constexpr char kWhat[] = "a System V segment";

bool tagged(key_t key) noexcept { return static_cast<std::uint32_t>(key) >> 16 == kKeyTag; }

/// Owns an attachment until it is handed over.
class Attachment {
 public:
  explicit Attachment(void* base) noexcept : base_(base) {}
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;
  ~Attachment() {
    if (valid()) {
      const int saved = errno;
      shmdt(base_);
      errno = saved;
    }
  }
  bool valid() const noexcept { return base_ != reinterpret_cast<void*>(-1); }
  std::uint8_t* get() const noexcept { return static_cast<std::uint8_t*>(base_); }
  std::uint8_t* hand_over() noexcept {
    std::uint8_t* base = get();
    base_ = reinterpret_cast<void*>(-1);
    return base;
  }

 private:
  void* base_;
};

std::int32_t creation_failed(int answer, std::int64_t size, char* error) noexcept {
  const SystemAnswer words(answer);
  const auto bytes = static_cast<long long>(size);
  switch (answer) {
    case EINVAL:
      return fail(error, SHARRAY_EXHAUSTED,
                  "cannot create a System V segment of %lld bytes: %s: larger than SHMMAX allows; see `ipcs -l`, raise "
                  "it with `sysctl kernel.shmmax=...`, or use POSIX storage",
                  bytes, words.text());
    case ENOSPC:
      return fail(error, SHARRAY_EXHAUSTED,
                  "cannot create a System V segment of %lld bytes: %s: all ids (SHMMNI) or all pages (SHMALL) of this "
                  "IPC namespace are taken; see `ipcs -lm` and `ipcs -um`, close arrays, raise `sysctl kernel.shmmni` "
                  "or `kernel.shmall`, or use POSIX storage",
                  bytes, words.text());
    case ENOMEM:
    case ENFILE:
      return fail(
          error, SHARRAY_EXHAUSTED,
          "cannot create a System V segment of %lld bytes: %s: no memory or address space for it; close arrays, "
          "or look at `ulimit -v`, `sysctl vm.max_map_count` and vm.overcommit_memory",
          bytes, words.text());
    case EACCES:
    case EPERM:
      return fail(error, SHARRAY_ACCESS,
                  "cannot create a System V segment of %lld bytes: %s; use POSIX storage if this container forbids "
                  "System V",
                  bytes, words.text());
    default:
      return fail(error, SHARRAY_SYSTEM, "cannot create a System V segment of %lld bytes: %s", bytes, words.text());
  }
}

std::int32_t attaching_failed(int answer, std::int64_t id, char* error) noexcept {
  const SystemAnswer words(answer);
  const auto number = static_cast<long long>(id);
  switch (answer) {
    case EINVAL:
    case EIDRM:
      return fail(error, SHARRAY_GONE,
                  "cannot attach System V segment %lld: %s: it is gone or belongs to another IPC namespace; keep the "
                  "array open in the sender until the receiver has attached",
                  number, words.text());
    case EACCES:
    case EPERM:
      return fail(error, SHARRAY_ACCESS,
                  "cannot attach System V segment %lld: %s; its owner must allow this user, or attach it read-only",
                  number, words.text());
    case ENOMEM:
    case EMFILE:
      return fail(error, SHARRAY_EXHAUSTED,
                  "cannot attach System V segment %lld: %s: no address space; close arrays, or look at `ulimit -v` and "
                  "`sysctl vm.max_map_count`",
                  number, words.text());
    default:
      return fail(error, SHARRAY_SYSTEM, "cannot attach System V segment %lld: %s", number, words.text());
  }
}

/// A fresh id under a random tagged key; -1 with errno.
int get_fresh(std::size_t size, int mode_and_flags) noexcept {
  for (int i = 0; i < kCreateTries; ++i) {
    std::uint16_t low = 0;
    if (!random_bytes(&low, sizeof low)) {
      return -1;
    }
    const auto key = static_cast<key_t>(kKeyTag << 16 | low);
    const int id = shmget(key, size, IPC_CREAT | IPC_EXCL | mode_and_flags);
    if (id >= 0 || errno != EEXIST) {
      return id;
    }
  }
  return shmget(IPC_PRIVATE, size, IPC_CREAT | IPC_EXCL | mode_and_flags);
}

/// One line of /proc/sysvipc/shm.
struct Listed {
  int key;
  int id;
  unsigned mode;
  unsigned long long size;
  int creator;
  unsigned long long attached;
  unsigned uid;
  unsigned creator_uid;
  unsigned long long changed;
  unsigned long long resident;
  unsigned long long swapped;
};

bool parse_line(const char* line, Listed& out) noexcept {
  int last = 0;
  unsigned gid = 0;
  unsigned creator_gid = 0;
  unsigned long long attach_time = 0;
  unsigned long long detach_time = 0;
  return std::sscanf(line, "%d %d %o %llu %d %d %llu %u %u %u %u %llu %llu %llu %llu %llu", &out.key, &out.id,
                     &out.mode, &out.size, &out.creator, &last, &out.attached, &out.uid, &gid, &out.creator_uid,
                     &creator_gid, &attach_time, &detach_time, &out.changed, &out.resident, &out.swapped) == 16;
}

/// True if the process that created something at `changed` (seconds since 1970) exists no more: no such pid, only its
/// unreaped remains, or a later process under the same number.
bool creator_dead(int pid, std::int64_t changed) noexcept {
  if (pid <= 0) {
    return false;
  }
  if (kill(pid, 0) != 0 && errno == ESRCH) {
    return true;
  }
  ProcessStat stat{};
  if (!process_stat(pid, stat)) {
    return false;
  }
  if ((stat.state == 'Z' || stat.state == 'X') && stat.threads <= 1) {
    return true;
  }
  timespec now{};
  timespec since_boot{};
  clock_gettime(CLOCK_REALTIME, &now);
  clock_gettime(CLOCK_BOOTTIME, &since_boot);
  const std::int64_t age = since_boot.tv_sec - static_cast<std::int64_t>(stat.start_ticks) / sysconf(_SC_CLK_TCK);
  constexpr std::int64_t kRounding = 3;  // three clocks in whole seconds
  return now.tv_sec - age > changed + kRounding;
}

/// Attaches read-only to look for our magic. The segment has no other holder, so ours must then be the only one.
bool has_our_magic(int id, std::size_t size) noexcept {
  if (size < kHeaderSize) {
    return false;
  }
  const Attachment view(shmat(id, nullptr, SHM_RDONLY));
  shmid_ds status{};
  return view.valid() && std::memcmp(view.get(), kMagic, sizeof kMagic) == 0 && shmctl(id, IPC_STAT, &status) == 0 &&
         status.shm_nattch == 1;
}

bool sweepable(const Listed& listed) noexcept {
  const uid_t me = geteuid();
  if (!tagged(listed.key) || listed.uid != me || listed.creator_uid != me || listed.attached != 0 ||
      (listed.mode != 0600 && listed.mode != 0660) ||
      !creator_dead(listed.creator, static_cast<std::int64_t>(listed.changed))) {
    return false;
  }
  // The list was read a while ago and ids are used again: ask again, and judge only what is still the same.
  shmid_ds now{};
  if (shmctl(listed.id, IPC_STAT, &now) != 0 || now.shm_perm.__key != listed.key || now.shm_nattch != 0 ||
      now.shm_cpid != listed.creator || now.shm_perm.uid != me || now.shm_segsz != listed.size) {
    return false;
  }
  return (listed.resident == 0 && listed.swapped == 0) || has_our_magic(listed.id, listed.size);
}

/// Attaches, where wanted at an address where huge pages fit. Not valid with errno.
void* attach_at(int id, std::uint64_t range, int flags, bool align) noexcept {
  if (!align) {
    return shmat(id, nullptr, flags);
  }
  void* space = aligned_space(range);
  if (space == nullptr) {
    return reinterpret_cast<void*>(-1);
  }
  void* base = shmat(id, space, flags | SHM_REMAP);
  if (base == reinterpret_cast<void*>(-1)) {
    const int answer = errno;
    munmap(space, range);
    errno = answer;
  }
  return base;
}

void note(Mapped& out, Attachment& attachment, std::int64_t size, int id, Access access) noexcept {
  out.base = attachment.hand_over();
  out.size = size;
  out.range = page_range(size);
  out.id = id;
  out.access = access;
}

class SystemV final : public Storage {
 public:
  std::int32_t create(const Header& header, const Creation& how, Mapped& out, char* error) const override {
    const auto size = static_cast<std::int64_t>(header.total_size);
    const bool huge = (how.flags & SHARRAY_FLAG_RESERVED_HUGE_PAGES) != 0;
    const auto failed = [&](int answer) {
      return huge ? no_huge_pages(answer, kWhat, size, error) : creation_failed(answer, size, error);
    };
    int answer = 0;
    for (int i = 0; i < kCreateTries; ++i) {
      const int id = get_fresh(header.total_size, how.mode | (huge ? SHM_HUGETLB : 0));
      if (id < 0) {
        return failed(errno);
      }
      testing::step("made");
      Attachment fresh(attach_at(id, page_range(size), 0, huge || (how.flags & SHARRAY_FLAG_HUGE_PAGES) != 0));
      answer = errno;
      testing::step("attached");
      shmctl(id, IPC_RMID, nullptr);
      testing::step("marked");
      if (fresh.valid()) {
        if (const std::int32_t refusal = prepare_pages(fresh.get(), page_range(size), how.flags, kWhat, error)) {
          return refusal;
        }
        publish_header(fresh.get(), header);
        testing::step("filled");
        note(out, fresh, size, id, Access::kReadWrite);
        return SHARRAY_OK;
      }
      if (answer != EINVAL && answer != EIDRM) {
        break;  // else: swept before it was attached
      }
    }
    return failed(answer);
  }

  std::int32_t attach(const Target& target, Header& header, Mapped& out, char* error) const override {
    const auto id = static_cast<int>(target.id);
    if (target.id != id || id < 0) {
      return fail(error, SHARRAY_INVALID, "cannot attach System V segment %lld: ids are 0 to 2147483647",
                  static_cast<long long>(target.id));
    }
    const int flags = target.writes() ? 0 : SHM_RDONLY;
    Attachment found(shmat(id, nullptr, flags));
    if (!found.valid()) {
      return attaching_failed(errno, id, error);
    }
    testing::step("attached");
    shmid_ds status{};
    if (shmctl(id, IPC_STAT, &status) != 0) {
      return attaching_failed(errno, id, error);
    }
    const auto size = static_cast<std::int64_t>(status.shm_segsz);
    std::uint32_t state = 0;
    header = Header{};
    if (size >= kHeaderSize) {
      state = copy_header(found.get(), header);
    }
    if (const std::int32_t verdict = judge_found(target, SHARRAY_SYSTEM_V, header, state, size, error)) {
      return verdict;
    }
    if ((header.compatible_flags & kHugePagesFlag) != 0) {
      // The first attachment is kept meanwhile, so it is the same segment.
      Attachment aligned(attach_at(id, page_range(size), flags, true));
      if (!aligned.valid()) {
        return attaching_failed(errno, id, error);
      }
      madvise(aligned.get(), page_range(size), MADV_HUGEPAGE);
      note(out, aligned, size, id, target.access);
      return SHARRAY_OK;
    }
    note(out, found, size, id, target.access);
    return SHARRAY_OK;
  }

  void detached(const Mapped&) const noexcept override {}

  std::int32_t peek(const Target& target, Header& header, std::int64_t& size, std::int64_t& attached,
                    char* error) const override {
    shmid_ds status{};
    const auto id = static_cast<int>(target.id);
    if (target.id != id || id < 0) {
      return fail(error, SHARRAY_INVALID, "cannot read System V segment %lld: ids are 0 to 2147483647",
                  static_cast<long long>(target.id));
    }
    if (shmctl(id, IPC_STAT, &status) != 0) {
      return attaching_failed(errno, id, error);
    }
    if (status.shm_perm.uid != geteuid()) {
      return fail(error, SHARRAY_ACCESS, "cannot read the header of System V segment %d: it belongs to uid %u", id,
                  status.shm_perm.uid);
    }
    if ((status.shm_perm.mode & SHM_DEST) == 0) {
      return fail(error, SHARRAY_INCOMPATIBLE,
                  "cannot read the header of System V segment %d: it outlives its holders, so Sharray did not make it",
                  id);
    }
    Mapped view;
    Target read_only = target;
    read_only.access = Access::kReadOnly;
    size = static_cast<std::int64_t>(status.shm_segsz);
    attached = static_cast<std::int64_t>(status.shm_nattch);
    const std::int32_t result = attach(read_only, header, view, error);
    if (result == SHARRAY_OK) {
      shmdt(view.base);
    }
    return result;
  }

  void sweep(SweepReport& report) const noexcept override {
    std::FILE* list = std::fopen("/proc/sysvipc/shm", "re");
    if (list == nullptr) {
      return;
    }
    char line[512];
    while (std::fgets(line, sizeof line, list) != nullptr) {
      Listed listed{};
      if (parse_line(line, listed) && sweepable(listed) && shmctl(listed.id, IPC_RMID, nullptr) == 0) {
        char id[16];
        std::snprintf(id, sizeof id, "%d", listed.id);
        report.add("sysv", id, static_cast<std::int64_t>(listed.size));
      }
    }
    std::fclose(list);
  }
};

}  // namespace

const Storage& system_v_storage() noexcept {
  static constexpr SystemV storage;
  return storage;
}

}  // namespace sharray
