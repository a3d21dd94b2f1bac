// What only POSIX segments have: names, persistence, strangers in the directory, hostile files, a full tmpfs.
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>

#include "support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

constexpr std::int32_t kPosix = SHARRAY_POSIX;

void names(std::int64_t client, const PrivateRoot& root) {
  for (const char* bad : {"", ".", "..", ".hidden", "a/b", "/a", "a b", "a:b", "a\n", "\xc3\xa9"}) {
    CHECK_EQ(create(client, kPosix, bad, 1).status, SHARRAY_INVALID);
    CHECK_EQ(attach(client, kPosix, -1, bad, nullptr).status, SHARRAY_INVALID);
  }
  CHECK_EQ(create(client, kPosix, std::string(201, 'x'), 1).status, SHARRAY_INVALID);
  const Segment longest = create(client, kPosix, std::string(200, 'x'), 1);
  CHECK_EQ(longest.status, SHARRAY_OK);
  CHECK_EQ(create(client, kPosix, longest.name, 1).status, SHARRAY_EXISTS);
  CHECK(exists(root.file(longest.name)));
  drop(client, longest);
  CHECK(!exists(root.file(longest.name)));
  CHECK_EQ(create(client, kPosix, "wide", 1, 0, 0660).status, SHARRAY_INVALID);
}

void persistence(std::int64_t client, const PrivateRoot& root) {
  const Segment made = create(client, kPosix, "kept", 10, SHARRAY_FLAG_PERSISTENT);
  made.data()[3] = 8;
  CHECK_EQ(drop(client, made), 1);
  segment_sweep(nullptr, nullptr, 0);
  CHECK(exists(root.file("kept")));
  const Segment again = attach(client, kPosix, made);
  CHECK_EQ(again.data()[3], 8.0);
  drop(client, again);
  CHECK_EQ(create(client, kPosix, "kept", 10).status, SHARRAY_EXISTS);
  unlink(root.file("kept").c_str());
  CHECK_EQ(create(client, SHARRAY_SYSTEM_V, "", 10, SHARRAY_FLAG_PERSISTENT).status, SHARRAY_INVALID);
}

/// A segment whose only holder died without a word.
void orphan(const char* name, std::uint64_t n) {
  CHECK_EQ(in_child([&] { return create(open_client(), kPosix, name, n).status == SHARRAY_OK ? 0 : 1; }), 0);
}

void orphans(std::int64_t client, const PrivateRoot& root) {
  orphan("dead", 1000);
  const Segment held = create(client, kPosix, "held", 10);
  CHECK(exists(root.file("dead")));
  char report[256];
  std::int64_t freed = 0;
  CHECK(segment_sweep(&freed, report, sizeof report) >= 1);
  CHECK(std::strstr(report, "posix\tdead\t12288\n") != nullptr);
  CHECK(std::strstr(report, "held") == nullptr);
  CHECK(freed >= 12288);
  CHECK(!exists(root.file("dead")) && exists(root.file("held")));
  orphan("dead", 1);
  const Segment successor = create(client, kPosix, "dead", 20);
  CHECK_EQ(successor.status, SHARRAY_OK);
  drop(client, successor);
  orphan("dead", 1);
  char tiny[8];
  CHECK(segment_sweep(nullptr, tiny, sizeof tiny) >= 1);
  CHECK_EQ(tiny[0], '\0');
  // A name that was removed and given again belongs to the new segment.
  unlink(root.file("held").c_str());
  const Segment heir = create(client, kPosix, "held", 10);
  CHECK_EQ(heir.status, SHARRAY_OK);
  drop(client, held);
  CHECK(exists(root.file("held")));
  drop(client, heir);
  CHECK_EQ(root.files(), 0);
}

void put_file(const std::string& path, const void* bytes, std::size_t length, mode_t mode = 0600) {
  const int fd = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY, mode);
  CHECK(fd >= 0);
  CHECK_EQ(write(fd, bytes, length), static_cast<ssize_t>(length));
  close(fd);
  chmod(path.c_str(), mode);
}

void squatters(std::int64_t client, const PrivateRoot& root) {
  const Segment victim = create(client, kPosix, "victim", 10);
  CHECK_EQ(symlink(root.file("victim").c_str(), root.file("link").c_str()), 0);
  CHECK_EQ(mkfifo(root.file("fifo").c_str(), 0600), 0);
  CHECK_EQ(mkdir(root.file("folder").c_str(), 0700), 0);
  put_file(root.file("open"), &victim.header, sizeof victim.header, 0644);
  for (const char* name : {"link", "fifo", "folder", "open"}) {
    for (const bool read_only : {false, true}) {
      CHECK_EQ(attach(client, kPosix, -1, name, nullptr, read_only ? SHARRAY_READ_ONLY : SHARRAY_READ_WRITE).status,
               SHARRAY_ACCESS);
    }
    CHECK_EQ(create(client, kPosix, name, 1).status, SHARRAY_EXISTS);
  }
  put_file(root.file("text"), "hello", 5);
  CHECK_EQ(attach(client, kPosix, -1, "text", nullptr).status, SHARRAY_INCOMPATIBLE);
  CHECK_EQ(attach(client, kPosix, -1, "text", victim.header.uuid).status, SHARRAY_GONE);
  segment_sweep(nullptr, nullptr, 0);
  CHECK_EQ(root.files(), 6);
  for (const char* name : {"link", "fifo", "open", "text"}) {
    unlink(root.file(name).c_str());
  }
  rmdir(root.file("folder").c_str());
  drop(client, victim);
}

void foreign_directory(std::int64_t client, const PrivateRoot& root) {
  const std::string directory = root.directory();
  chmod(directory.c_str(), 0755);
  CHECK_EQ(create(client, kPosix, "x", 1).status, SHARRAY_ACCESS);
  rmdir(directory.c_str());
  CHECK_EQ(attach(client, kPosix, -1, "x", nullptr).status, SHARRAY_GONE);
  const std::string aside = root.path() + "/aside";
  mkdir(aside.c_str(), 0700);
  CHECK_EQ(symlink(aside.c_str(), directory.c_str()), 0);
  CHECK_EQ(create(client, kPosix, "x", 1).status, SHARRAY_ACCESS);
  unlink(directory.c_str());
  put_file(directory, "", 0);
  CHECK_EQ(create(client, kPosix, "x", 1).status, SHARRAY_ACCESS);
  unlink(directory.c_str());
  rmdir(aside.c_str());
  if (geteuid() == 0) {
    mkdir(directory.c_str(), 0700);
    CHECK_EQ(chown(directory.c_str(), 12345, 12345), 0);
    CHECK_EQ(create(client, kPosix, "x", 1).status, SHARRAY_ACCESS);
    rmdir(directory.c_str());
  }
}

void hostile_files(std::int64_t client, const PrivateRoot& root) {
  const Segment good = create(client, kPosix, "good", 100);
  const std::string path = root.file("bad");
  for (std::size_t i = 0; i < sizeof(Header); i += i < 160 ? 1 : 61) {
    std::uint8_t bytes[8192] = {};
    std::memcpy(bytes, &good.header, sizeof good.header);
    bytes[kStateOffset] = 1;
    bytes[i] ^= 0x81;
    put_file(path, bytes, sizeof bytes);
    CHECK_EQ(attach(client, kPosix, -1, "bad", nullptr).status, SHARRAY_INCOMPATIBLE);
    unlink(path.c_str());
  }
  const std::int32_t expected[] = {SHARRAY_GONE, SHARRAY_OK, SHARRAY_POISONED, SHARRAY_GONE, SHARRAY_INCOMPATIBLE};
  for (std::uint8_t state = 0; state < 5; ++state) {
    std::uint8_t bytes[8192] = {};
    std::memcpy(bytes, &good.header, sizeof good.header);
    bytes[kStateOffset] = state;
    put_file(path, bytes, sizeof bytes);
    const Segment found = attach(client, kPosix, -1, "bad", nullptr);
    CHECK_EQ(found.status, expected[state]);
    if (found.status == SHARRAY_OK) {
      drop(client, found);
    }
    unlink(path.c_str());
  }
  // Shorter than its header says.
  CHECK_EQ(truncate(root.file("good").c_str(), 4096), 0);
  CHECK_EQ(attach(client, kPosix, -1, "good", nullptr, SHARRAY_READ_ONLY).status, SHARRAY_INCOMPATIBLE);
  drop(client, good);
}

void busy_lock(std::int64_t client, const PrivateRoot& root) {
  const Segment made = create(client, kPosix, "busy", 10, SHARRAY_FLAG_PERSISTENT);
  drop(client, made);
  const int fd = open(root.file("busy").c_str(), O_RDWR);
  CHECK_EQ(flock(fd, LOCK_EX), 0);
  CHECK_EQ(attach(client, kPosix, made).status, SHARRAY_SYSTEM);
  close(fd);
  const Segment again = attach(client, kPosix, made);
  CHECK_EQ(again.status, SHARRAY_OK);
  drop(client, again);
  unlink(root.file("busy").c_str());
}

void full_tmpfs(const PrivateRoot& root) {
  const int result = in_child([&] {
    if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", root.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
      return 77;
    }
    const Segment made = create(open_client(), kPosix, "full", 1000000);
    if (made.status != SHARRAY_EXHAUSTED || made.error.find("1048576 bytes") == std::string::npos) {
      return 1;
    }
    return root.files() == 0 ? 0 : 2;
  });
  CHECK(result == 0 || result == 77);
  if (result == 77) {
    std::puts("skipped: a full tmpfs needs the right to mount one");
  }
}

}  // namespace

int main() {
  const PrivateRoot root;
  const std::int64_t client = open_client();
  names(client, root);
  persistence(client, root);
  orphans(client, root);
  squatters(client, root);
  hostile_files(client, root);
  busy_lock(client, root);
  foreign_directory(client, root);
  full_tmpfs(root);
  CHECK_EQ(root.files(), 0);
  close_client(client);
  return check_summary();
}
