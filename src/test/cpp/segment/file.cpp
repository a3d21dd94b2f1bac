// What only segments in files have: paths, modes, strangers, private copies, filesystems without leases.
#include <sched.h>
#include <sys/mount.h>

#include "support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

constexpr std::int32_t kFile = SHARRAY_FILE;

void stays_until_it_is_removed(std::int64_t client) {
  const Segment made = create(client, kFile, "kept", 10);
  CHECK((made.header.compatible_flags & kPersistentFlag) != 0);
  made.data()[3] = 8;
  CHECK_EQ(segment_flush(client, made.at.mapping, nullptr), SHARRAY_OK);
  drop(client, made);
  CHECK_EQ(segment_flush(client, made.at.mapping, nullptr), SHARRAY_INVALID);
  segment_sweep(nullptr, nullptr, 0);
  const Segment by_path = attach(client, kFile, -1, made.name, nullptr);
  CHECK_EQ(by_path.data()[3], 8.0);
  drop(client, by_path);
  CHECK_EQ(create(client, kFile, "kept", 10).status, SHARRAY_EXISTS);
  // Another file under the same path is another array.
  unlink(made.name.c_str());
  const Segment heir = create(client, kFile, "kept", 10);
  CHECK_EQ(attach(client, kFile, made).status, SHARRAY_GONE);
  drop(client, heir);
  unlink(made.name.c_str());
}

void copies_on_write(std::int64_t client) {
  const Segment made = create(client, kFile, "cow", 2000);
  made.data()[5] = 1;
  const Segment copy = attach(client, kFile, made, SHARRAY_COPY_ON_WRITE);
  const Segment other = attach(client, kFile, made, SHARRAY_COPY_ON_WRITE);
  CHECK(copy.at.mapping != other.at.mapping);
  copy.data()[5] = 2;
  copy.data()[1999] = 3;
  CHECK_EQ(segment_flush(client, copy.at.mapping, nullptr), SHARRAY_OK);
  CHECK_EQ(made.data()[5], 1.0);
  CHECK_EQ(other.data()[5], 1.0);
  CHECK_EQ(copy.data()[5], 2.0);
  CHECK_EQ(made.data()[1999], 0.0);
  for (const Segment& each : {made, copy, other}) {
    CHECK_EQ(drop(client, each), 1);
  }
  CHECK(is_gone(client, kFile, made));
  const Segment posix = create(client, SHARRAY_POSIX, "cow", 1);
  CHECK_EQ(attach(client, SHARRAY_POSIX, posix, SHARRAY_COPY_ON_WRITE).status, SHARRAY_INVALID);
  drop(client, posix);
}

void modes(std::int64_t client) {
  for (const int mode : {0600, 0660, 0644, 0666}) {
    const mode_t mask = umask(077);
    const Segment made = create(client, kFile, "mode", 10, 0, mode);
    umask(mask);
    struct stat status {};
    CHECK_EQ(stat(made.name.c_str(), &status), 0);
    CHECK_EQ(status.st_mode & 07777, static_cast<mode_t>(mode));
    drop(client, made);
    CHECK(is_gone(client, kFile, made));
  }
}

void read_only_rights(std::int64_t client) {
  if (geteuid() != 0) {
    std::puts("skipped: other users need the right to change the user");
    return;
  }
  chmod(FileRoot::file("").c_str(), 0755);
  const Segment made = create(client, kFile, "rights", 10, 0, 0644);
  const Segment closed = create(client, kFile, "closed", 10);
  drop(client, made);  // a child inherits what its parent has attached
  drop(client, closed);
  CHECK_EQ(in_child([&] {
             const std::int64_t other = open_client();
             if (setgid(12345) != 0 || setuid(12345) != 0) {
               return 1;
             }
             const Segment writer = attach(other, kFile, made);
             const Segment reader = attach(other, kFile, made, SHARRAY_READ_ONLY);
             const Segment copy = attach(other, kFile, made, SHARRAY_COPY_ON_WRITE);
             const Segment refused = attach(other, kFile, closed, SHARRAY_READ_ONLY);
             if (reader.status != SHARRAY_OK || copy.status != SHARRAY_OK) {
               return 2;
             }
             return writer.status == SHARRAY_ACCESS && refused.status == SHARRAY_ACCESS ? 0 : 3;
           }),
           0);
  // A stranger's file where everybody may put files.
  chmod(FileRoot::file("").c_str(), 01777);
  CHECK_EQ(chown(made.name.c_str(), 12345, 12345), 0);
  CHECK_EQ(attach(client, kFile, made).status, SHARRAY_ACCESS);
  chmod(FileRoot::file("").c_str(), 0700);
  const Segment trusted = attach(client, kFile, made);
  CHECK_EQ(trusted.status, SHARRAY_OK);
  drop(client, trusted);
  unlink(made.name.c_str());
  unlink(closed.name.c_str());
}

void squatters(std::int64_t client) {
  const Segment victim = create(client, kFile, "victim", 10);
  CHECK_EQ(symlink(victim.name.c_str(), FileRoot::file("link").c_str()), 0);
  CHECK_EQ(mkfifo(FileRoot::file("fifo").c_str(), 0600), 0);
  CHECK_EQ(mkdir(FileRoot::file("folder").c_str(), 0700), 0);
  for (const char* name : {"link", "fifo", "folder"}) {
    for (const std::int32_t access : {SHARRAY_READ_WRITE, SHARRAY_READ_ONLY, SHARRAY_COPY_ON_WRITE}) {
      CHECK_EQ(attach(client, kFile, -1, FileRoot::file(name), nullptr, access).status, SHARRAY_ACCESS);
    }
    CHECK_EQ(create(client, kFile, name, 1).status, SHARRAY_EXISTS);
  }
  CHECK_EQ(link(victim.name.c_str(), FileRoot::file("hard").c_str()), 0);
  const Segment same = attach(client, kFile, -1, FileRoot::file("hard"), victim.header.uuid);
  CHECK_EQ(same.status, SHARRAY_OK);
  CHECK_EQ(attach(client, SHARRAY_POSIX, -1, FileRoot::file("hard"), nullptr).status, SHARRAY_INVALID);
  drop(client, same);
  drop(client, victim);
  for (const char* name : {"victim", "link", "fifo", "hard"}) {
    unlink(FileRoot::file(name).c_str());
  }
  rmdir(FileRoot::file("folder").c_str());
}

void paths(std::int64_t client) {
  Segment s;
  for (const char* bad : {"", "relative", "/", "/tmp/", "/tmp/.", "/tmp/.."}) {
    s.header = vector_header(1);
    CHECK_EQ(segment_create(client, kFile, bad, 0, 0600, reinterpret_cast<std::uint8_t*>(&s.header), &s.at, nullptr),
             SHARRAY_SYSTEM);
    CHECK_EQ(attach(client, kFile, -1, bad, nullptr).status, SHARRAY_SYSTEM);
  }
  CHECK_EQ(create(client, kFile, "none/x", 1).status, SHARRAY_SYSTEM);
  CHECK_EQ(attach(client, kFile, -1, FileRoot::file("none/x"), nullptr).status, SHARRAY_GONE);
  for (const std::int32_t flag : {SHARRAY_FLAG_HUGE_PAGES, SHARRAY_FLAG_INTERLEAVE, SHARRAY_FLAG_UNRESERVED}) {
    CHECK_EQ(create(client, kFile, "pages", 1, flag).status, SHARRAY_INVALID);
  }
  const std::string longest(255, 'n');
  const Segment named = create(client, kFile, longest, 1);
  CHECK_EQ(named.status, SHARRAY_OK);
  drop(client, named);
  CHECK(is_gone(client, kFile, named));
  CHECK_EQ(create(client, kFile, longest + "n", 1).status, SHARRAY_SYSTEM);
}

/// In a namespace where the directory is another filesystem.
int on_filesystem(const char* type, const char* options, std::uint64_t n, const char* expected, bool overlaid) {
  const std::string at = FileRoot::file("mounted");
  if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mkdir(at.c_str(), 0700) != 0) {
    return 77;
  }
  std::string all = options;
  if (overlaid) {
    for (const char* part : {"low", "up", "work"}) {
      mkdir(FileRoot::file(part).c_str(), 0700);
    }
    all = "lowerdir=" + FileRoot::file("low") + ",upperdir=" + FileRoot::file("up") +
          ",workdir=" + FileRoot::file("work");
  }
  if (mount(type, at.c_str(), type, 0, all.c_str()) != 0) {
    return 77;
  }
  const Segment made = create(open_client(), kFile, "mounted/x", n);
  const bool good = made.status != SHARRAY_OK && made.error.find(expected) != std::string::npos;
  if (!good) {
    std::fprintf(stderr, "%d %s\n", made.status, made.error.c_str());
  }
  return good && !exists(made.name) ? 0 : 1;
}

void filesystems() {
  const auto run = [](const char* type, const char* options, std::uint64_t n, const char* expected, bool overlaid) {
    const int result = in_child([&] { return on_filesystem(type, options, n, expected, overlaid); });
    CHECK(result == 0 || result == 77);
    if (result == 77) {
      std::printf("skipped: %s cannot be mounted here\n", type);
    }
    std::system(("rm -rf " + FileRoot::file("*")).c_str());
  };
  run("tmpfs", "size=1m", 1000000, "choose another filesystem", false);
  run("overlay", "", 10, "does not keep locks", true);
}

}  // namespace

int main() {
  const PrivateRoot root;
  const FileRoot files;
  const std::int64_t client = open_client();
  stays_until_it_is_removed(client);
  copies_on_write(client);
  modes(client);
  read_only_rights(client);
  squatters(client);
  paths(client);
  filesystems();
  close_client(client);
  return check_summary();
}
