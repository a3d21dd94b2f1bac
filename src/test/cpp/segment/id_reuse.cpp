// The kernel gives System V ids again: a handle whose segment has gone must not attach the next one under its id. Here
// the kernel is told which id comes next; with SHARRAY_ID_CYCLES=1 it also comes by itself, after millions of others.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>

#include <chrono>

#include "support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

constexpr long kMostCycles = 20'000'000;

Segment create_and_lose(std::int64_t client) {
  const Segment lost = create(client, SHARRAY_SYSTEM_V, "", 10);
  lost.data()[0] = 1;
  CHECK_EQ(drop(client, lost), 1);
  CHECK_EQ(attach(client, SHARRAY_SYSTEM_V, lost).status, SHARRAY_GONE);
  return lost;
}

void meet_another(std::int64_t client, const Segment& lost) {
  const Segment other = create(client, SHARRAY_SYSTEM_V, "", 10);
  other.data()[0] = 2;
  CHECK_EQ(other.at.id, lost.at.id);
  for (const std::int32_t access : {SHARRAY_READ_WRITE, SHARRAY_READ_ONLY}) {
    const Segment stale = attach(client, SHARRAY_SYSTEM_V, lost, access);
    CHECK_EQ(stale.status, SHARRAY_GONE);
    CHECK(stale.error.find("UUID") != std::string::npos);
  }
  CHECK_EQ(holders(other.at.id), 1L);
  const Segment right = attach(client, SHARRAY_SYSTEM_V, other);
  CHECK_EQ(right.status, SHARRAY_OK);
  CHECK_EQ(right.data()[0], 2.0);
  drop(client, right);
  CHECK_EQ(drop(client, other), 1);
}

/// Says which id comes next; false where the kernel has no such switch or this user may not use it.
bool set_next_id(std::int64_t id) {
  const int file = open("/proc/sys/kernel/shm_next_id", O_WRONLY | O_CLOEXEC);
  const std::string text = std::to_string(id);
  const bool done = file >= 0 && write(file, text.c_str(), text.size()) == static_cast<ssize_t>(text.size());
  close(file);
  return done;
}

void steered(std::int64_t client) {
  const Segment lost = create_and_lose(client);
  if (set_next_id(lost.at.id)) {
    meet_another(client, lost);
  } else {
    std::printf("steering of ids skipped: %s\n", std::strerror(errno));
  }
}

int make_and_remove() {
  const int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
  return shmctl(id, IPC_RMID, nullptr) == 0 ? id : -1;
}

/// Makes and removes segments until the id comes that came before the lost one: ids come round in the same order.
void by_itself(std::int64_t client) {
  const auto start = std::chrono::steady_clock::now();
  const int before = make_and_remove();
  const Segment lost = create_and_lose(client);
  long cycles = 1;
  while (make_and_remove() != before && cycles < kMostCycles) {
    ++cycles;
  }
  meet_another(client, lost);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("the id came back after %ld segments; %.1f s\n", cycles + 1, took.count());
}

}  // namespace

int main() {
  // Nobody else may take ids meanwhile.
  if (unshare(CLONE_NEWIPC) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWIPC) != 0) {
    std::printf("skipped: this user may not have an IPC namespace: %s\n", std::strerror(errno));
    return 0;
  }
  const std::int64_t client = open_client();
  steered(client);
  if (std::getenv("SHARRAY_ID_CYCLES") != nullptr) {
    by_itself(client);
  }
  CHECK(attach(client, SHARRAY_SYSTEM_V, create_and_lose(client)).status == SHARRAY_GONE);
  close_client(client);
  return check_summary();
}
