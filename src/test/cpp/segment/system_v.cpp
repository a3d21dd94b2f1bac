// What only System V segments have: ids that others use too, users, the sweep by key.
#include <signal.h>

#include "support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

constexpr std::int32_t kSystemV = SHARRAY_SYSTEM_V;
constexpr int kTag = 0x5368;

void strangers(std::int64_t client) {
  const int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
  const std::uint8_t uuid[16] = {1};
  CHECK_EQ(attach(client, kSystemV, id, "", nullptr).status, SHARRAY_INCOMPATIBLE);
  CHECK_EQ(attach(client, kSystemV, id, "", uuid).status, SHARRAY_GONE);
  CHECK_EQ(holders(id), 0L);
  Header header{};
  sharray_mapping at{};
  std::int64_t attached = 0;
  CHECK_EQ(segment_peek(kSystemV, id, "", reinterpret_cast<std::uint8_t*>(&header), &at, &attached, nullptr),
           SHARRAY_INCOMPATIBLE);
  shmctl(id, IPC_RMID, nullptr);
  CHECK_EQ(attach(client, kSystemV, id, "", nullptr).status, SHARRAY_GONE);
  CHECK_EQ(attach(client, kSystemV, -5, "", nullptr).status, SHARRAY_INVALID);
  CHECK_EQ(attach(client, kSystemV, std::int64_t{1} << 40, "", nullptr).status, SHARRAY_INVALID);
  const int small = shmget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
  CHECK_EQ(attach(client, kSystemV, small, "", nullptr).status, SHARRAY_INCOMPATIBLE);
  shmctl(small, IPC_RMID, nullptr);
  CHECK_EQ(create(client, kSystemV, "", 1, 0, 0200).status, SHARRAY_INVALID);
}

void other_users(std::int64_t client) {
  if (geteuid() != 0) {
    std::puts("skipped: other users need the right to change the user");
    return;
  }
  const Segment mine = create(client, kSystemV, "", 10);
  const Segment shared = create(client, kSystemV, "", 10, 0, 0644);
  CHECK_EQ(in_child([&] {
             const std::int64_t other = open_client();
             Segment reader = shared;
             if (setgid(12345) != 0 || setuid(12345) != 0) {
               return 1;
             }
             if (attach(other, kSystemV, mine, SHARRAY_READ_ONLY).status != SHARRAY_ACCESS) {
               return 2;
             }
             reader = attach(other, kSystemV, shared, SHARRAY_READ_ONLY);
             return reader.status == SHARRAY_OK ? 0 : 3;
           }),
           0);
  drop(client, mine);
  drop(client, shared);
}

/// Leaves a segment under our key whose creator is dead.
int abandoned(const void* bytes, std::size_t length, int mode, int tag = kTag) {
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  CHECK_EQ(in_child([&] {
             int id = -1;
             for (int low = 1; id < 0 && low < 65536; ++low) {
               id = shmget(tag << 16 | low, 8192, IPC_CREAT | IPC_EXCL | mode);
             }
             if (length > 0) {
               void* at = shmat(id, nullptr, 0);
               std::memcpy(at, bytes, length);
               shmdt(at);
             }
             return write(ends[1], &id, sizeof id) == sizeof id ? 0 : 1;
           }),
           0);
  int id = -1;
  CHECK_EQ(read(ends[0], &id, sizeof id), static_cast<ssize_t>(sizeof id));
  close(ends[0]);
  close(ends[1]);
  return id;
}

void sweeps() {
  const int untouched = abandoned("", 0, 0600);
  const int ours = abandoned(kMagic, sizeof kMagic, 0660);
  const int foreign_bytes = abandoned("something", 9, 0600);
  const int wide = abandoned("", 0, 0666);
  const int foreign_key = abandoned("", 0, 0600, 0x1234);
  const int attached = abandoned("", 0, 0600);
  void* view = shmat(attached, nullptr, 0);
  int living = -1;
  for (int low = 1; living < 0; ++low) {
    living = shmget(kTag << 16 | low, 4096, IPC_CREAT | IPC_EXCL | 0600);
  }
  char report[4096];
  std::int64_t freed = 0;
  CHECK(segment_sweep(&freed, report, sizeof report) >= 2);
  CHECK(freed >= 2 * 8192);
  CHECK(std::strstr(report, ("sysv\t" + std::to_string(ours) + "\t8192\n").c_str()) != nullptr);
  CHECK_EQ(holders(untouched), -1L);
  CHECK_EQ(holders(ours), -1L);
  CHECK_EQ(holders(attached), 1L);
  for (const int id : {foreign_bytes, wide, foreign_key, living}) {
    CHECK_EQ(holders(id), 0L);
    shmctl(id, IPC_RMID, nullptr);
  }
  shmctl(attached, IPC_RMID, nullptr);
  shmdt(view);
}

}  // namespace

int main() {
  const PrivateRoot root;
  const std::int64_t client = open_client();
  strangers(client);
  other_users(client);
  sweeps();
  close_client(client);
  return check_summary();
}
