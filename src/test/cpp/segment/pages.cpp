// Options of pages: huge ones, none before the first touch, round the NUMA nodes.
#include "segment/pages.h"

#include <linux/mempolicy.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

constexpr std::uint64_t kElements = 1 << 20;  // 8 MiB
constexpr std::uint64_t kHuge = 2 << 20;
constexpr std::int32_t kInMemory[] = {SHARRAY_SYSTEM_V, SHARRAY_POSIX, SHARRAY_MEMFD};

/// A field of the mapping that holds an address, in KiB; -1 if there is none.
long smaps(std::int64_t address, const char* field) {
  std::FILE* list = std::fopen("/proc/self/smaps", "r");
  char line[512];
  bool inside = false;
  long found = -1;
  while (found < 0 && std::fgets(line, sizeof line, list) != nullptr) {
    unsigned long long from = 0;
    unsigned long long to = 0;
    if (std::sscanf(line, "%llx-%llx ", &from, &to) == 2) {
      inside = from <= static_cast<unsigned long long>(address) && static_cast<unsigned long long>(address) < to;
    } else if (inside && std::strncmp(line, field, std::strlen(field)) == 0) {
      found = std::strtol(line + std::strlen(field), nullptr, 10);
    }
  }
  std::fclose(list);
  return found;
}

void huge_pages_begin_at_their_borders(std::int64_t client) {
  for (const std::int32_t storage : kInMemory) {
    const Segment made = create(client, storage, "huge", kElements, SHARRAY_FLAG_HUGE_PAGES);
    CHECK_EQ(made.status, SHARRAY_OK);
    CHECK_EQ(static_cast<std::uint64_t>(made.at.address) % kHuge, std::uint64_t{0});
    made.data()[kElements - 1] = 1;
    if (findable(storage)) {
      const Segment other = attach(client, storage, made, SHARRAY_READ_ONLY);
      CHECK_EQ(static_cast<std::uint64_t>(other.at.address) % kHuge, std::uint64_t{0});
      CHECK_EQ(other.data()[kElements - 1], 1.0);
      drop(client, other);
    }
    const Segment small = create(client, storage, "small", 1, SHARRAY_FLAG_HUGE_PAGES);
    CHECK_EQ(small.status, SHARRAY_OK);
    drop(client, small);
    drop(client, made);
    CHECK_EQ(holders(made.at.id), -1L);
  }
}

void huge_pages_come_where_the_filesystem_has_them(const PrivateRoot& root) {
  const int result = in_child([&] {
    if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", root.path().c_str(), "tmpfs", 0, "size=64m,huge=advise") != 0) {
      return 77;
    }
    const std::int64_t client = open_client();
    const Segment plain = create(client, SHARRAY_POSIX, "plain", kElements);
    plain.data()[0] = 1;
    const Segment made = create(client, SHARRAY_POSIX, "huge", kElements, SHARRAY_FLAG_HUGE_PAGES);
    if (made.status != SHARRAY_OK || smaps(plain.at.address, "ShmemPmdMapped:") != 0) {
      return 1;
    }
    const long mapped = smaps(made.at.address, "ShmemPmdMapped:");
    drop(client, plain);
    drop(client, made);
    return mapped >= 8192 ? 0 : mapped == 0 ? 78 : 2;
  });
  CHECK(result == 0 || result == 77 || result == 78);
  if (result != 0) {
    std::puts(
        "skipped: huge pages of shared memory need a kernel with them, memory in one piece and the right to mount");
  }
}

void reserved_huge_pages_or_a_clear_refusal(std::int64_t client) {
  for (const std::int32_t storage : {SHARRAY_SYSTEM_V, SHARRAY_MEMFD}) {
    // More than anybody reserves for tests.
    const Segment refused = create(client, storage, "", std::uint64_t{1} << 36, SHARRAY_FLAG_RESERVED_HUGE_PAGES);
    CHECK(refused.status == SHARRAY_EXHAUSTED || refused.status == SHARRAY_ACCESS);
    CHECK(refused.error.find("vm.nr_hugepages") != std::string::npos ||
          refused.error.find("vm.hugetlb_shm_group") != std::string::npos);
    const Segment made = create(client, storage, "", 1000, SHARRAY_FLAG_RESERVED_HUGE_PAGES);
    if (made.status != SHARRAY_OK) {
      std::printf("skipped: %s\n", made.error.c_str());
      continue;
    }
    CHECK_EQ(static_cast<std::uint64_t>(made.at.size), huge_page_size());
    CHECK_EQ(smaps(made.at.address, "KernelPageSize:"), static_cast<long>(huge_page_size() / 1024));
    made.data()[999] = 1;
    const Segment again = attach(client, storage, made);
    CHECK_EQ(again.data()[999], 1.0);
    CHECK_EQ(drop(client, again), 0);
    CHECK_EQ(drop(client, made), 1);
    CHECK_EQ(holders(made.at.id), -1L);
  }
  CHECK_EQ(create(client, SHARRAY_POSIX, "no", 1, SHARRAY_FLAG_RESERVED_HUGE_PAGES).status, SHARRAY_INVALID);
}

void huge_pages_of_a_stranger_are_released_whole(std::int64_t client) {
  const int id = shmget(IPC_PRIVATE, 5000, IPC_CREAT | SHM_HUGETLB | 0600);
  if (id < 0) {
    std::puts("skipped: no huge pages are reserved");
    return;
  }
  const Segment raw = attach(client, SHARRAY_RAW_SYSTEM_V_ID, id, "", nullptr);
  CHECK_EQ(raw.at.size, std::int64_t{5000});
  reinterpret_cast<char*>(raw.at.address)[4999] = 'x';
  CHECK_EQ(drop(client, raw), 1);
  CHECK_EQ(holders(id), 0L);
  shmctl(id, IPC_RMID, nullptr);
}

void reserved_huge_pages_need_the_right(std::int64_t) {
  if (geteuid() != 0) {
    std::puts("skipped: other users need the right to change the user");
    return;
  }
  CHECK_EQ(in_child([] {
             const rlimit none{0, 0};
             if (setrlimit(RLIMIT_MEMLOCK, &none) != 0 || setgid(12345) != 0 || setuid(12345) != 0) {
               return 1;
             }
             const Segment s = create(open_client(), SHARRAY_SYSTEM_V, "", 1000, SHARRAY_FLAG_RESERVED_HUGE_PAGES);
             return s.status == SHARRAY_ACCESS && s.error.find("ulimit -l") != std::string::npos ? 0 : 2;
           }),
           0);
}

void unreserved_memory_has_no_pages(std::int64_t client) {
  for (const std::int32_t storage : {SHARRAY_POSIX, SHARRAY_MEMFD}) {
    const Segment made = create(client, storage, "thin", kElements, SHARRAY_FLAG_UNRESERVED);
    unsigned char resident[kElements * 8 / 4096 + 1];
    CHECK_EQ(mincore(reinterpret_cast<void*>(made.at.address), kElements * 8 + 4096, resident), 0);
    CHECK_EQ(resident[0] & 1, 1);
    CHECK_EQ(resident[100] & 1, 0);
    made.data()[kElements - 1] = 4;
    CHECK_EQ(segment_verify(client, made.at.mapping, nullptr), SHARRAY_OK);
    drop(client, made);
  }
  CHECK_EQ(create(client, SHARRAY_SYSTEM_V, "", 1, SHARRAY_FLAG_UNRESERVED).status, SHARRAY_INVALID);
  CHECK_EQ(create(client, SHARRAY_MEMFD, "", 1, SHARRAY_FLAG_UNRESERVED | SHARRAY_FLAG_RESERVED_HUGE_PAGES).status,
           SHARRAY_INVALID);
}

int policy_of(std::int64_t address) {
  int mode = -1;
  unsigned long nodes[16];
  const bool known = syscall(SYS_get_mempolicy, &mode, nodes, 1024, address, MPOL_F_ADDR) == 0;
  return known ? mode : -1;
}

void pages_go_round_the_nodes(std::int64_t client) {
  const Segment plain = create(client, SHARRAY_MEMFD, "", 1000, SHARRAY_FLAG_INTERLEAVE);
  CHECK_EQ(plain.status, SHARRAY_OK);
  CHECK(numa_nodes() > 1 || policy_of(plain.at.address) != MPOL_INTERLEAVE);
  drop(client, plain);
  if (policy_of(plain.at.address) == -1 && errno == EPERM) {
    std::puts("skipped: this container forbids NUMA calls");
    return;
  }
  testing::numa_nodes = "0-1";
  CHECK_EQ(numa_nodes(), 2);
  for (const std::int32_t storage : kInMemory) {
    const Segment made = create(client, storage, "round", kElements, SHARRAY_FLAG_INTERLEAVE);
    CHECK_EQ(made.status, SHARRAY_OK);
    CHECK_EQ(policy_of(made.at.address), MPOL_INTERLEAVE);
    drop(client, made);
  }
  testing::numa_nodes = "900";
  CHECK_EQ(numa_nodes(), 1);
  testing::numa_nodes = "900,902-903";
  CHECK_EQ(numa_nodes(), 3);
  const Segment refused = create(client, SHARRAY_POSIX, "round", kElements, SHARRAY_FLAG_INTERLEAVE);
  CHECK_EQ(refused.status, SHARRAY_SYSTEM);
  CHECK(refused.error.find("interleave()") != std::string::npos);
  testing::numa_nodes = nullptr;
}

}  // namespace

int main() {
  const PrivateRoot root;
  huge_pages_come_where_the_filesystem_has_them(root);
  const std::int64_t client = open_client();
  huge_pages_begin_at_their_borders(client);
  reserved_huge_pages_or_a_clear_refusal(client);
  huge_pages_of_a_stranger_are_released_whole(client);
  reserved_huge_pages_need_the_right(client);
  unreserved_memory_has_no_pages(client);
  pages_go_round_the_nodes(client);
  close_client(client);
  CHECK_EQ(root.files(), 0);
  return check_summary();
}
