// kill -9 at random instants, many processes: nobody ever sees another segment's bytes, and one sweep leaves nothing.
#include <signal.h>
#include <time.h>

#include <cstdlib>
#include <vector>

#include "support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

constexpr int kWorkers = 6;
constexpr int kSlots = 32;
constexpr double kSeconds = 2;  // for each storage

/// Handles that the workers pass to each other, torn ones included: a torn handle must give an error only.
struct Slot {
  std::int64_t id;
  char name[80];
  std::uint8_t uuid[16];
};

struct Board {
  Slot slots[kSlots];
  long created;
  long attached;
  long gone;
  long wrong;
  long errors;
};

void count(long& counter) { __atomic_add_fetch(&counter, 1, __ATOMIC_RELAXED); }

[[noreturn]] void work(Board& board, std::int32_t storage, unsigned seed) {
  const std::int64_t client = open_client();
  for (unsigned turn = 0;; ++turn) {
    seed = seed * 1664525u + 1013904223u;
    Slot& slot = board.slots[seed >> 16 & (kSlots - 1)];
    if ((seed >> 28) % 3 == 0) {
      char unique[48];
      std::snprintf(unique, sizeof unique, "a-%d-%u", getpid(), turn);
      const Segment made = create(client, storage, unique, 64);
      count(made.status == SHARRAY_OK ? board.created : board.errors);
      if (made.status == SHARRAY_OK) {
        std::memcpy(made.data(), made.header.uuid, 16);
        slot.id = made.at.id;
        std::snprintf(slot.name, sizeof slot.name, "%s", made.name.c_str());
        std::memcpy(slot.uuid, made.header.uuid, 16);
        usleep(seed & 255);
        drop(client, made);
        if (stays(storage)) {
          unlink(made.name.c_str());
        }
      }
    } else {
      Slot seen = slot;
      seen.name[sizeof seen.name - 1] = 0;
      const bool named = storage == SHARRAY_SYSTEM_V || std::strstr(seen.name, "a-") != nullptr;
      if (!named) {
        continue;
      }
      const Segment found = attach(client, storage, seen.id, seen.name, seen.uuid);
      if (found.status == SHARRAY_OK) {
        count(board.attached);
        // Its creator may not have filled it yet.
        static constexpr std::uint8_t kZeros[16] = {};
        const bool good = std::memcmp(found.data(), seen.uuid, 16) == 0 || std::memcmp(found.data(), kZeros, 16) == 0;
        const bool same = std::memcmp(found.header.uuid, seen.uuid, 16) == 0;
        board.wrong += good && same ? 0 : 1;
        drop(client, found);
      } else {
        count(found.status == SHARRAY_GONE ? board.gone : board.errors);
      }
    }
  }
}

double now() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

/// Segments under our key that one of `pids` created.
int left_behind(const std::vector<pid_t>& pids) {
  int left = 0;
  shm_info info{};
  const int last = shmctl(0, SHM_INFO, reinterpret_cast<shmid_ds*>(&info));
  for (int i = 0; i <= last; ++i) {
    shmid_ds status{};
    if (shmctl(i, SHM_STAT, &status) >= 0 && (status.shm_nattch == 0 || status.shm_perm.__key >> 16 == 0x5368)) {
      for (const pid_t pid : pids) {
        left += status.shm_cpid == pid ? 1 : 0;
      }
    }
  }
  return left;
}

/// Files stay, but never half made. Returns how many there were.
int remove_whole_files() {
  const std::int64_t client = open_client();
  int count = 0;
  DIR* list = opendir(FileRoot::file("").c_str());
  while (const dirent* entry = readdir(list)) {
    if (entry->d_name[0] != '.') {
      const Segment found = attach(client, SHARRAY_FILE, -1, FileRoot::file(entry->d_name), nullptr);
      CHECK_EQ(found.status, SHARRAY_OK);
      drop(client, found);
      unlink(found.name.c_str());
      ++count;
    }
  }
  closedir(list);
  close_client(client);
  return count;
}

void storm(const PrivateRoot& root, std::int32_t storage) {
  void* shared = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto& board = *static_cast<Board*>(shared);
  std::vector<pid_t> all;
  std::vector<pid_t> running;
  const auto start = [&] {
    const pid_t pid = fork();
    if (pid == 0) {
      work(board, storage, static_cast<unsigned>(getpid()) * 2654435761u);
    }
    if (pid < 0) {
      std::perror("fork");  // and never kill(-1)
      std::abort();
    }
    all.push_back(pid);
    running.push_back(pid);
  };
  for (int i = 0; i < kWorkers; ++i) {
    start();
  }
  unsigned seed = static_cast<unsigned>(getpid());
  const double end = now() + kSeconds;
  for (long round = 0; now() < end; ++round) {
    seed = seed * 1664525u + 1013904223u;
    usleep(500 + (seed >> 20));
    const std::size_t victim = (seed >> 8) % running.size();
    kill(running[victim], SIGKILL);
    int status = 0;
    waitpid(running[victim], &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(victim));
    if (round % 7 == 0) {
      segment_sweep(nullptr, nullptr, 0);
    }
    start();
  }
  for (const pid_t pid : running) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
  const std::int32_t swept = segment_sweep(nullptr, nullptr, 0);
  std::printf("storage %d: %zu kills, %ld creations, %ld attaches, %ld gone, %d left to the last sweep, %d files\n",
              storage, all.size(), board.created, board.attached, board.gone, swept, remove_whole_files());
  CHECK(board.created > 100);
  CHECK(board.attached > 10);
  CHECK_EQ(board.wrong, 0L);
  CHECK_EQ(board.errors, 0L);
  CHECK_EQ(root.files(), 0);
  CHECK_EQ(left_behind(all), 0);
  munmap(shared, sizeof(Board));
}

}  // namespace

int main() {
  const PrivateRoot root;
  const FileRoot files;
  storm(root, SHARRAY_SYSTEM_V);
  storm(root, SHARRAY_POSIX);
  storm(root, SHARRAY_FILE);
  return check_summary();
}
