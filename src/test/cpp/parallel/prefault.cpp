// The team takes the pages of new memory before anybody computes on it.
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "../segment/support.h"
#include "parallel/team.h"

using namespace sharray;
using namespace sharray::test;

namespace {

constexpr std::uint64_t kElements = 1 << 20;  // 8 MiB

void the_team_takes_the_pages(std::int64_t client) {
  for (const std::int32_t storage : {SHARRAY_SYSTEM_V, SHARRAY_POSIX, SHARRAY_MEMFD}) {
    const Segment made = create(client, storage, "warm", kElements);
    made.data()[5] = 6;
    CHECK_EQ(team_prefault(client, 7, made.at.address, made.at.size), 1);
    std::int64_t triple[3] = {};
    CHECK_EQ(team_await(client, triple, 1, 60000), 1);
    CHECK_EQ(triple[0], std::int64_t{7});
    CHECK_EQ(triple[1], std::int64_t{SHARRAY_OK});
    rusage before{};
    rusage after{};
    getrusage(RUSAGE_SELF, &before);
    for (std::uint64_t i = 0; i < kElements; i += 512) {
      made.data()[i] += 1;
    }
    getrusage(RUSAGE_SELF, &after);
    // A sanitizer's shadow pages may fault, one for eight of ours.
    CHECK(after.ru_minflt - before.ru_minflt < static_cast<long>(kElements / 512 / 2));
    CHECK_EQ(made.data()[5], 6.0);
    drop(client, made);
  }
  CHECK_EQ(team_prefault(client, 1, 0, 4096), SHARRAY_INVALID);
  CHECK_EQ(team_prefault(client, 1, 4096, 0), SHARRAY_INVALID);
}

void where_there_is_no_room_the_team_says_so(const PrivateRoot& root) {
  const int result = in_child([&] {
    if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", root.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
      return 77;
    }
    const std::int64_t client = open_client();
    const Segment made = create(client, SHARRAY_POSIX, "thin", kElements, SHARRAY_FLAG_UNRESERVED);
    std::int64_t triple[3] = {};
    const bool answered = team_prefault(client, 7, made.at.address, made.at.size) == 1 &&
                          team_await(client, triple, 1, 60000) == 1 && triple[1] == SHARRAY_EXHAUSTED;
    drop(client, made);
    return answered ? 0 : 1;
  });
  CHECK(result == 0 || result == 77);
}

}  // namespace

int main() {
  const PrivateRoot root;
  // Children do not inherit the team, so they come before it.
  where_there_is_no_room_the_team_says_so(root);
  const std::int64_t client = open_client();
  the_team_takes_the_pages(client);
  close_client(client);
  CHECK_EQ(root.files(), 0);
  return check_summary();
}
