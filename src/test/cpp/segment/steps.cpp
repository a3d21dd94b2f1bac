// A process is killed, or stopped for a while, after each step of creating, attaching and closing, in every storage:
// nobody else is harmed or kept waiting for ever, and nothing stays behind.
#include <signal.h>

#include <functional>
#include <vector>

#include "support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

const PrivateRoot* root = nullptr;

enum class Task { kCreate, kAttach, kClose };
constexpr Task kTasks[] = {Task::kCreate, Task::kAttach, Task::kClose};
constexpr std::int32_t kStorages[] = {SHARRAY_SYSTEM_V, SHARRAY_POSIX, SHARRAY_MEMFD, SHARRAY_FILE};

/// What the peer and this process share.
struct Board {
  std::int64_t id;
  char name[256];
  std::uint8_t uuid[16];
  int steps;  ///< reached so far
  int fatal;  ///< the step to end or pause after; 0 for none
  int signal;
  char last[32];
};
Board* board = nullptr;

void count_step(const char* name) {
  if (++board->steps == board->fatal) {
    std::snprintf(board->last, sizeof board->last, "%s", name);
    raise(board->signal);
  }
}

/// The peer's part; returns 0, or the status of a failure without its sign.
int perform(Task task, std::int32_t storage, int wait_for) {
  const std::int64_t client = open_client();
  char byte = 0;
  if (task == Task::kAttach && read(wait_for, &byte, 1) != 1) {
    return 99;
  }
  Segment held;
  if (task != Task::kClose) {
    testing::at_step = count_step;
  }
  if (task == Task::kAttach) {
    held = attach(client, storage, board->id, board->name, board->uuid);
  } else {
    held = create(client, storage, "step", 100);
  }
  if (held.status != SHARRAY_OK) {
    return -held.status;
  }
  if (task == Task::kAttach && held.data()[3] != 33) {
    return 98;
  }
  if (task == Task::kClose) {
    testing::at_step = count_step;
    drop(client, held);
  }
  testing::at_step = nullptr;
  return 0;
}

class Peer {
 public:
  Peer(Task task, std::int32_t storage, int fatal, int signal) {
    board->steps = 0;
    board->fatal = fatal;
    board->signal = signal;
    CHECK_EQ(pipe(ends_), 0);
    // Forked before there is anything to attach: it inherits no mapping.
    pid_ = fork();
    if (pid_ == 0) {
      _exit(perform(task, storage, ends_[0]));
    }
    if (pid_ < 0) {
      std::abort();
    }
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer() {
    close(ends_[0]);
    close(ends_[1]);
  }
  void go() const { CHECK_EQ(write(ends_[1], "x", 1), ssize_t{1}); }
  void resume() const { kill(pid_, SIGCONT); }
  /// The wait status once it ended or stopped.
  int await() const {
    int status = 0;
    waitpid(pid_, &status, WUNTRACED);
    return status;
  }

 private:
  pid_t pid_ = -1;
  int ends_[2] = {-1, -1};
};

/// System V segments that processes of this user left under our key, without a holder.
int abandoned() {
  int count = 0;
  shm_info info{};
  const int last = shmctl(0, SHM_INFO, reinterpret_cast<shmid_ds*>(&info));
  for (int i = 0; i <= last; ++i) {
    shmid_ds status{};
    if (shmctl(i, SHM_STAT, &status) >= 0) {
      const bool ours = static_cast<std::uint32_t>(status.shm_perm.__key) >> 16 == 0x5368;
      count += status.shm_nattch == 0 && ours ? 1 : 0;
    }
  }
  return count;
}

bool nothing_is_left(std::int64_t client, std::int32_t storage) {
  segment_sweep(nullptr, nullptr, 0);
  const std::string file = FileRoot::file("step");
  if (storage == SHARRAY_FILE && exists(file)) {
    // A file has its name only once it is whole.
    const Segment found = attach(client, storage, -1, file, nullptr);
    CHECK_EQ(found.status, SHARRAY_OK);
    drop(client, found);
    unlink(file.c_str());
  }
  return abandoned() == 0 && root->files() == 0 && table().size() == 0;
}

Segment offer(std::int64_t client, std::int32_t storage) {
  const Segment made = create(client, storage, "step", 100);
  made.data()[3] = 33;
  board->id = made.at.id;
  std::snprintf(board->name, sizeof board->name, "%s", made.name.c_str());
  std::memcpy(board->uuid, made.header.uuid, sizeof board->uuid);
  return made;
}

bool is_one_of(std::int32_t status, std::initializer_list<std::int32_t> allowed) {
  for (const std::int32_t each : allowed) {
    if (status == each) {
      return true;
    }
  }
  std::fprintf(stderr, "status %d after step %s\n", status, board->last);
  return false;
}

/// Uses the same name while the peer is dead or stands still.
void go_on_beside_it(std::int64_t client, std::int32_t storage) {
  segment_sweep(nullptr, nullptr, 0);
  const Segment other = create(client, storage, "step", 100);
  CHECK(is_one_of(other.status, {SHARRAY_OK, SHARRAY_EXISTS}));
  if (other.status == SHARRAY_OK) {
    other.data()[1] = 2;
    drop(client, other);
    if (storage == SHARRAY_FILE) {
      unlink(other.name.c_str());
    }
  }
}

/// One run; returns whether the peer got as far as the step.
bool run(std::int64_t client, std::int32_t storage, Task task, int step, int signal) {
  const Peer peer(task, storage, step, signal);
  Segment offered;
  if (task == Task::kAttach) {
    offered = offer(client, storage);
    peer.go();
  }
  const int status = peer.await();
  const bool reached = WIFSIGNALED(status) || WIFSTOPPED(status);
  if (reached) {
    if (task == Task::kAttach) {
      CHECK_EQ(offered.data()[3], 33.0);
      CHECK_EQ(drop(client, offered), 1);
    }
    go_on_beside_it(client, storage);
  }
  if (WIFSTOPPED(status)) {
    peer.resume();
    const int end = peer.await();
    CHECK(WIFEXITED(end));
    CHECK(is_one_of(-WEXITSTATUS(end), {SHARRAY_OK, SHARRAY_GONE, SHARRAY_EXISTS}));
  }
  if (!reached) {
    CHECK_EQ(status, 0);
    if (task == Task::kAttach) {
      drop(client, offered);
    }
  }
  CHECK(nothing_is_left(client, storage));
  return reached;
}

int run_all(std::int64_t client, std::int32_t storage, Task task, int signal) {
  int step = 1;
  while (run(client, storage, task, step, signal)) {
    ++step;
  }
  return step - 1;
}

}  // namespace

int main() {
  const PrivateRoot here;
  const FileRoot files;
  root = &here;
  board = static_cast<Board*>(mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  const std::int64_t client = open_client();
  for (const std::int32_t storage : kStorages) {
    for (const Task task : kTasks) {
      if (task == Task::kAttach && !findable(storage)) {
        continue;
      }
      const int killed = run_all(client, storage, task, SIGKILL);
      const int stopped = run_all(client, storage, task, SIGSTOP);
      CHECK(killed > 0);
      CHECK_EQ(stopped, killed);
      std::printf("storage %d, task %d: %d steps\n", storage, static_cast<int>(task), killed);
    }
  }
  close_client(client);
  return check_summary();
}
