#include "segment/files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "segment/testing.h"

namespace sharray {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.fd_;
    other.fd_ = -1;
  }
  return *this;
}

void FileDescriptor::reset() noexcept {
  if (fd_ >= 0) {
    const int saved = errno;
    close(fd_);
    errno = saved;
    fd_ = -1;
  }
}

bool file_status(int directory, const char* name, int flags, struct stat& out) noexcept {
  return syscall(SYS_newfstatat, directory, name, &out, flags) == 0;
}

bool file_status(const FileDescriptor& fd, struct stat& out) noexcept {
  return file_status(fd.get(), "", AT_EMPTY_PATH, out);
}

const char* shm_root() noexcept {
  const char* moved = testing::shm_root.load(std::memory_order_relaxed);
  return moved != nullptr ? moved : "/dev/shm";
}

}  // namespace sharray
