/// File descriptors and file status by calls that exist in glibc 2.28.
#pragma once

#include <sys/stat.h>

namespace sharray {

/// Owns a descriptor; closes it without touching errno.
class FileDescriptor {
 public:
  FileDescriptor() noexcept = default;
  explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { reset(); }

  void reset() noexcept;
  int get() const noexcept { return fd_; }
  bool valid() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// fstatat by system call: the library's own symbol needs glibc 2.33. False with errno set.
bool file_status(int directory, const char* name, int flags, struct stat& out) noexcept;

/// Status of an open descriptor.
bool file_status(const FileDescriptor& fd, struct stat& out) noexcept;

/// "/dev/shm", unless a test moved it.
const char* shm_root() noexcept;

}  // namespace sharray
