/// What the segment tests share: a private directory for POSIX segments, short forms of the calls.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "check.h"
#include "segment/clients.h"
#include "segment/layout.h"
#include "segment/segment.h"
#include "segment/storage.h"
#include "segment/table.h"
#include "segment/testing.h"

namespace sharray::test {

/// Moves the POSIX segments of this process and its children away from those of the user.
class PrivateRoot {
 public:
  PrivateRoot() {
    std::snprintf(path_, sizeof path_, "/dev/shm/test-XXXXXX");
    if (mkdtemp(path_) == nullptr) {
      std::abort();
    }
    testing::shm_root = path_;
  }
  PrivateRoot(const PrivateRoot&) = delete;
  PrivateRoot& operator=(const PrivateRoot&) = delete;
  ~PrivateRoot() {
    rmdir(directory().c_str());
    CHECK_EQ(rmdir(path_), 0);
  }
  std::string path() const { return path_; }
  std::string directory() const { return std::string(path_) + "/sharray-" + std::to_string(geteuid()); }
  std::string file(const std::string& name) const { return directory() + "/" + name; }
  int files() const {
    int count = 0;
    if (DIR* list = opendir(directory().c_str())) {
      while (const dirent* entry = readdir(list)) {
        count += entry->d_name[0] != '.' ? 1 : 0;
      }
      closedir(list);
    }
    return count;
  }

 private:
  char path_[40];
};

/// A private directory for segments in files: under /tmp, or where leases hold if /tmp is of a container's root.
class FileRoot {
 public:
  FileRoot() {
    constexpr long kOverlay = 0x794c7630;
    struct statfs where {};
    const bool container = statfs("/tmp", &where) == 0 && where.f_type == kOverlay;
    std::snprintf(path_, sizeof path_, "%s/sharray-test-XXXXXX", container ? "/dev/shm" : "/tmp");
    if (mkdtemp(path_) == nullptr) {
      std::abort();
    }
    path_of_all() = path_;
  }
  FileRoot(const FileRoot&) = delete;
  FileRoot& operator=(const FileRoot&) = delete;
  ~FileRoot() { CHECK_EQ(rmdir(path_), 0); }
  static std::string file(const std::string& name) { return path_of_all() + "/" + name; }

 private:
  static std::string& path_of_all() {
    static std::string path;
    return path;
  }
  char path_[40];
};

/// Whether others than its maker can attach a segment of a storage.
inline bool findable(std::int32_t storage) { return storage != SHARRAY_MEMFD; }
/// Whether a segment stays after its last holder.
inline bool stays(std::int32_t storage) { return storage == SHARRAY_FILE; }

/// The caller's part of the header of a vector of `n` doubles.
inline Header vector_header(std::uint64_t n) {
  Header h{};
  h.dimensions = 1;
  h.kind = 'f';
  h.order = 'C';
  h.item_size = 8;
  h.shape[0] = n;
  h.strides[0] = 8;
  h.data_size = n * 8;
  std::memcpy(h.type_string, "<f8", 3);
  return h;
}

/// One created or attached segment with what the call answered.
struct Segment {
  std::int32_t status = SHARRAY_OK;
  Header header{};
  sharray_mapping at{};
  std::string name;
  std::string error;
  double* data() const { return reinterpret_cast<double*>(at.address + kHeaderSize); }
};

inline Segment create(std::int64_t client, std::int32_t storage, const std::string& name, std::uint64_t n,
                      std::int32_t flags = 0, std::int32_t mode = 0600) {
  Segment s;
  char error[SHARRAY_ERROR_BYTES] = "";
  s.header = vector_header(n);
  s.name = storage == SHARRAY_POSIX ? name : storage == SHARRAY_FILE ? FileRoot::file(name) : "";
  s.status = segment_create(client, storage, s.name.c_str(), flags, mode, reinterpret_cast<std::uint8_t*>(&s.header),
                            &s.at, error);
  s.error = error;
  return s;
}

inline Segment attach(std::int64_t client, std::int32_t storage, std::int64_t id, const std::string& name,
                      const std::uint8_t* uuid, std::int32_t access = SHARRAY_READ_WRITE) {
  Segment s;
  char error[SHARRAY_ERROR_BYTES] = "";
  s.name = name;
  s.status = segment_attach(client, storage, id, name.c_str(), uuid, access, reinterpret_cast<std::uint8_t*>(&s.header),
                            &s.at, error);
  s.error = error;
  return s;
}

inline Segment attach(std::int64_t client, std::int32_t storage, const Segment& to,
                      std::int32_t access = SHARRAY_READ_WRITE) {
  return attach(client, storage, to.at.id, to.name, to.header.uuid, access);
}

/// Releases and forgets; returns what the release answered.
inline std::int32_t drop(std::int64_t client, const Segment& s) {
  const std::int32_t result = segment_release(client, s.at.mapping);
  CHECK_EQ(segment_forget(client, s.at.mapping), SHARRAY_OK);
  return result;
}

/// Whether nobody finds a segment any more after its last holder let it go. A file stays until it is removed.
inline bool is_gone(std::int64_t client, std::int32_t storage, const Segment& s) {
  if (stays(storage)) {
    const Segment again = attach(client, storage, s);
    if (again.status != SHARRAY_OK || drop(client, again) != 1 || unlink(s.name.c_str()) != 0) {
      return false;
    }
  }
  return attach(client, storage, s).status == SHARRAY_GONE;
}

/// Runs `body` in a child that inherits no clients' work; returns its exit code, or 1000 + signal.
template <class Body>
int in_child(Body body) {
  const pid_t pid = fork();
  if (pid == 0) {
    _exit(body());
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

inline bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

/// Holders of a System V segment, -1 if it is gone.
inline long holders(std::int64_t id) {
  shmid_ds status{};
  return shmctl(static_cast<int>(id), IPC_STAT, &status) == 0 ? static_cast<long>(status.shm_nattch) : -1;
}

}  // namespace sharray::test
