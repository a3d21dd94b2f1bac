#include "segment/paths.h"

#include <errno.h>
#include <fcntl.h>

namespace sharray {

SplitPath::SplitPath(const char* path) : name_(path) {
  const std::size_t slash = name_.rfind('/');
  if (name_.empty() || name_[0] != '/') {
    return;
  }
  directory_ = name_.substr(0, slash == 0 ? 1 : slash);
  name_.erase(0, slash + 1);
}

FileDescriptor SplitPath::open_directory() const noexcept {
  if (directory_.empty() || name_.empty() || name_ == "." || name_ == "..") {
    errno = EINVAL;
    return {};
  }
  return FileDescriptor(open(directory_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

}  // namespace sharray
