// Limits of the system that are reached: an answer that says what to do, nothing left behind, and the process lives.
#include <sched.h>
#include <sys/resource.h>

#include <fstream>

#include "support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

constexpr int kSkipped = 77;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // their own descriptors and shadow memory need more than the limits allow
#else
constexpr bool kSanitized = false;
#endif
constexpr std::int32_t kStorages[] = {SHARRAY_SYSTEM_V, SHARRAY_POSIX, SHARRAY_MEMFD, SHARRAY_FILE};

/// Runs `body` in a child with the storage; it returns 0 if all is well.
template <class Body>
void for_each_storage(const char* what, Body body) {
  for (const std::int32_t storage : kStorages) {
    const int result = in_child([&] { return body(storage); });
    if (result == kSkipped) {
      std::printf("skipped: %s\n", what);
    } else if (!CHECK_EQ(result, 0)) {
      std::fprintf(stderr, "%s, storage %d\n", what, storage);
    }
  }
}

bool refused(const Segment& s, std::int32_t status, const char* remedy) {
  const bool good = s.status == status && s.error.find(remedy) != std::string::npos;
  if (!good) {
    std::fprintf(stderr, "%d %s\n", s.status, s.error.c_str());
  }
  return good;
}

bool set_kernel(const char* name, const char* value) {
  std::ofstream file(std::string("/proc/sys/kernel/") + name);
  file << value << std::flush;
  return file.good();
}

void system_v_limits() {
  const auto with = [](const char* name, const char* value, auto body) {
    const int result = in_child([&] {
      if (unshare(CLONE_NEWIPC) != 0 || !set_kernel(name, value)) {
        return kSkipped;
      }
      return body(open_client()) ? 0 : 1;
    });
    CHECK(result == 0 || result == kSkipped);
    if (result == kSkipped) {
      std::printf("skipped: %s needs an IPC namespace of its own\n", name);
    }
  };
  with("shmmax", "1048576", [](std::int64_t client) {
    const Segment large = create(client, SHARRAY_SYSTEM_V, "", 1 << 20);
    return create(client, SHARRAY_SYSTEM_V, "", 1000).status == SHARRAY_OK &&
           refused(large, SHARRAY_EXHAUSTED, "kernel.shmmax") && table().size() == 1;
  });
  with("shmall", "100", [](std::int64_t client) {
    const Segment first = create(client, SHARRAY_SYSTEM_V, "", 40000);
    const Segment second = create(client, SHARRAY_SYSTEM_V, "", 40000);
    return first.status == SHARRAY_OK && refused(second, SHARRAY_EXHAUSTED, "kernel.shmall") &&
           drop(client, first) == 1 && create(client, SHARRAY_SYSTEM_V, "", 40000).status == SHARRAY_OK;
  });
  with("shmmni", "3", [](std::int64_t client) {
    Segment all[3];
    for (Segment& each : all) {
      each = create(client, SHARRAY_SYSTEM_V, "", 1);
    }
    return all[2].status == SHARRAY_OK &&
           refused(create(client, SHARRAY_SYSTEM_V, "", 1), SHARRAY_EXHAUSTED, "kernel.shmmni") &&
           drop(client, all[0]) == 1 && create(client, SHARRAY_SYSTEM_V, "", 1).status == SHARRAY_OK;
  });
}

void address_space(const PrivateRoot& root) {
  for_each_storage("RLIMIT_AS", [&](std::int32_t storage) {
    const std::int64_t client = open_client();
    const rlimit small{200 << 20, 200 << 20};
    setrlimit(RLIMIT_AS, &small);
    const Segment made = create(client, storage, "space", 40 << 20);
    const bool good = refused(made, SHARRAY_EXHAUSTED, "ulimit -v") && root.files() == 0 && !exists(made.name);
    const Segment fits = create(client, storage, "space", 1000);
    if (!good || fits.status != SHARRAY_OK) {
      return 1;
    }
    drop(client, fits);
    unlink(fits.name.c_str());
    return 0;
  });
}

void descriptors(const PrivateRoot& root) {
  for_each_storage("RLIMIT_NOFILE", [&](std::int32_t storage) {
    const std::int64_t client = open_client();
    const rlimit none{3, 3};
    setrlimit(RLIMIT_NOFILE, &none);
    const Segment made = create(client, storage, "files", 1000);
    if (storage == SHARRAY_SYSTEM_V) {
      return made.status == SHARRAY_OK ? 0 : 1;
    }
    return made.status != SHARRAY_OK && root.files() == 0 && !made.error.empty() ? 0 : 2;
  });
}

void forbidden_places(const PrivateRoot& root) {
  if (geteuid() != 0) {
    std::puts("skipped: other users need the right to change the user");
    return;
  }
  CHECK_EQ(in_child([&] {
             const std::int64_t client = open_client();
             chmod(root.path().c_str(), 0755);
             if (setgid(12345) != 0 || setuid(12345) != 0) {
               return 1;
             }
             const Segment posix = create(client, SHARRAY_POSIX, "denied", 10);
             const Segment file = create(client, SHARRAY_FILE, "denied", 10);
             return refused(posix, SHARRAY_ACCESS, "use System V storage") &&
                            refused(file, SHARRAY_ACCESS, "choose a directory")
                        ? 0
                        : 2;
           }),
           0);
}

/// Uses up all mappings that a process may have; returns the last one, or null if there are too many.
void* fill_mappings() {
  long limit = 0;
  std::ifstream("/proc/sys/vm/max_map_count") >> limit;
  if (limit <= 0 || limit > 200000) {
    return nullptr;
  }
  const std::size_t pages = static_cast<std::size_t>(limit) * 2;
  auto* base =
      static_cast<char*>(mmap(nullptr, pages * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  std::size_t i = 0;
  while (i < pages && mprotect(base + i * 4096, 4096, PROT_READ) == 0) {
    i += 2;
  }
  // Splitting takes two at once: single ones fill the rest.
  void* last = nullptr;
  for (void* next = base; next != MAP_FAILED;
       next = mmap(nullptr, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    last = next;
  }
  return last;
}

void mappings(const PrivateRoot& root) {
  for_each_storage("vm.max_map_count is too large to reach", [&](std::int32_t storage) {
    const std::int64_t client = open_client();
    const Segment before = create(client, storage, "before", 1 << 16);
    const Segment cut = create(client, SHARRAY_FILE, "cut", 1 << 16);
    before.data()[7] = 1;
    void* last = fill_mappings();
    if (last == nullptr) {
      return kSkipped;
    }
    const Segment none = create(client, storage, "none", 1000);
    if (!refused(none, SHARRAY_EXHAUSTED, "max_map_count") || exists(root.file("none")) || exists(none.name)) {
      return 1;
    }
    munmap(last, 4096);
    // There is no room to split the mapping of a truncated file, so all of it is replaced, or nothing could be.
    if (truncate(cut.name.c_str(), 8192) != 0 || cut.data()[60000] != 0 ||
        segment_verify(client, cut.at.mapping, nullptr) != SHARRAY_POISONED) {
      return 2;
    }
    // The release waits for the collector: late readers see what was there, and nothing is lost.
    const std::int32_t released = segment_release(client, before.at.mapping);
    if (released != 2 || before.data()[7] != 1 || segment_forget(client, before.at.mapping) != SHARRAY_OK) {
      return 3;
    }
    unlink(cut.name.c_str());
    unlink(before.name.c_str());
    return root.files() == 0 ? 0 : 4;
  });
}

}  // namespace

int main() {
  const PrivateRoot root;
  const FileRoot files;
  system_v_limits();
  forbidden_places(root);
  if (!kSanitized) {
    descriptors(root);
    address_space(root);
    mappings(root);
  }
  CHECK_EQ(root.files(), 0);
  return check_summary();
}
