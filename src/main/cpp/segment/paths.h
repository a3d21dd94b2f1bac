/// An absolute path, taken apart so that its last component can be opened without following a link.
#pragma once

#include <string>

#include "segment/files.h"

namespace sharray {

class SplitPath {
 public:
  explicit SplitPath(const char* path);

  /// Invalid with errno: EINVAL for a path that is not absolute or names no file.
  FileDescriptor open_directory() const noexcept;
  /// The last component.
  const char* name() const noexcept { return name_.c_str(); }

 private:
  std::string directory_;  ///< empty for a path that is not absolute
  std::string name_;
};

}  // namespace sharray
