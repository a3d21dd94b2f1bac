// Memory of others, attached raw: it is mapped as it is, and never removed.
#include "support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

Segment attach_raw(std::int64_t client, std::int32_t place, std::int64_t id, const std::string& name,
                   std::int32_t access = SHARRAY_READ_WRITE) {
  return attach(client, place, id, name, nullptr, access);
}

char* bytes(const Segment& s) { return reinterpret_cast<char*>(s.at.address); }

void system_v(std::int64_t client) {
  const key_t key = 0x12ab34cd;
  const int id = shmget(key, 10000, IPC_CREAT | IPC_EXCL | 0600);
  auto* theirs = static_cast<char*>(shmat(id, nullptr, 0));
  theirs[9999] = 'x';
  const Segment by_id = attach_raw(client, SHARRAY_RAW_SYSTEM_V_ID, id, "");
  const Segment by_key = attach_raw(client, SHARRAY_RAW_SYSTEM_V_KEY, key, "", SHARRAY_READ_ONLY);
  CHECK_EQ(by_id.at.size, std::int64_t{10000});
  CHECK_EQ(by_key.at.id, std::int64_t{id});
  CHECK_EQ(bytes(by_id)[9999], 'x');
  bytes(by_id)[1] = 'y';
  CHECK_EQ(theirs[1], 'y');
  CHECK_EQ(bytes(by_key)[1], 'y');
  CHECK(by_id.at.mapping != attach_raw(client, SHARRAY_RAW_SYSTEM_V_ID, id, "").at.mapping);
  CHECK_EQ(holders(id), 4L);
  CHECK_EQ(drop(client, by_id), 1);
  CHECK_EQ(drop(client, by_key), 1);
  CHECK_EQ(holders(id), 2L);
  CHECK_EQ(theirs[1], 'y');
  shmdt(theirs);
  shmctl(id, IPC_RMID, nullptr);
  CHECK_EQ(attach_raw(client, SHARRAY_RAW_SYSTEM_V_KEY, key, "").status, SHARRAY_GONE);
  CHECK_EQ(attach_raw(client, SHARRAY_RAW_SYSTEM_V_KEY, 0, "").status, SHARRAY_INVALID);
  CHECK_EQ(attach_raw(client, SHARRAY_RAW_SYSTEM_V_ID, -1, "").status, SHARRAY_GONE);
}

void put(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY, 0600);
  CHECK_EQ(write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  close(fd);
}

void posix(std::int64_t client, const PrivateRoot& root) {
  put(root.path() + "/psm_1a2b", std::string(5000, 'p'));
  for (const char* name : {"psm_1a2b", "/psm_1a2b"}) {
    const Segment found = attach_raw(client, SHARRAY_RAW_POSIX, -1, name);
    CHECK_EQ(found.at.size, std::int64_t{5000});
    CHECK_EQ(bytes(found)[4999], 'p');
    CHECK_EQ(segment_flush(client, found.at.mapping, nullptr), SHARRAY_OK);
    drop(client, found);
  }
  segment_sweep(nullptr, nullptr, 0);
  CHECK(exists(root.path() + "/psm_1a2b"));
  for (const char* bad : {"", "/", "//psm_1a2b", "a/b", "../x", "..", "."}) {
    CHECK(attach_raw(client, SHARRAY_RAW_POSIX, -1, bad).status < 0);
  }
  CHECK_EQ(attach_raw(client, SHARRAY_RAW_POSIX, -1, "psm_none").status, SHARRAY_GONE);
  CHECK_EQ(symlink("psm_1a2b", (root.path() + "/psm_link").c_str()), 0);
  CHECK_EQ(attach_raw(client, SHARRAY_RAW_POSIX, -1, "psm_link").status, SHARRAY_ACCESS);
  put(root.path() + "/psm_empty", "");
  CHECK_EQ(attach_raw(client, SHARRAY_RAW_POSIX, -1, "psm_empty").status, SHARRAY_INCOMPATIBLE);
  CHECK_EQ(attach_raw(client, SHARRAY_RAW_POSIX, -1, "psm_1a2b", SHARRAY_COPY_ON_WRITE).status, SHARRAY_INVALID);
  for (const char* name : {"psm_1a2b", "psm_link", "psm_empty"}) {
    unlink((root.path() + "/" + name).c_str());
  }
}

void file(std::int64_t client) {
  const std::string path = FileRoot::file("numbers");
  put(path, "0123456789");
  const Segment shared = attach_raw(client, SHARRAY_RAW_FILE, -1, path);
  const Segment reader = attach_raw(client, SHARRAY_RAW_FILE, -1, path, SHARRAY_READ_ONLY);
  const Segment copy = attach_raw(client, SHARRAY_RAW_FILE, -1, path, SHARRAY_COPY_ON_WRITE);
  bytes(copy)[0] = 'c';
  bytes(shared)[1] = 's';
  CHECK_EQ(std::memcmp(bytes(reader), "0s23456789", 10), 0);
  CHECK_EQ(std::memcmp(bytes(copy), "c123456789", 10), 0);
  CHECK_EQ(segment_flush(client, shared.at.mapping, nullptr), SHARRAY_OK);
  CHECK_EQ(attach(client, SHARRAY_RAW_FILE, -1, path, shared.header.uuid).status, SHARRAY_INVALID);
  // The same path later may be something else: nothing is shared between attaches.
  unlink(path.c_str());
  put(path, "other");
  const Segment later = attach_raw(client, SHARRAY_RAW_FILE, -1, path);
  CHECK_EQ(later.at.size, std::int64_t{5});
  for (const Segment& each : {shared, reader, copy, later}) {
    CHECK_EQ(drop(client, each), 1);
  }
  CHECK(exists(path));
  CHECK_EQ(attach_raw(client, SHARRAY_RAW_FILE, -1, "/dev/zero").status, SHARRAY_INCOMPATIBLE);
  CHECK_EQ(attach_raw(client, SHARRAY_RAW_FILE, -1, "/tmp", SHARRAY_READ_ONLY).status, SHARRAY_INCOMPATIBLE);
  unlink(path.c_str());
  CHECK_EQ(attach_raw(client, SHARRAY_RAW_FILE, -1, path).status, SHARRAY_GONE);
}

}  // namespace

int main() {
  const PrivateRoot root;
  const FileRoot files;
  const std::int64_t client = open_client();
  system_v(client);
  posix(client, root);
  file(client);
  close_client(client);
  CHECK_EQ(table().size(), std::size_t{0});
  return check_summary();
}
