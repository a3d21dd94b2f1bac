/// How much memory this process may have.
#pragma once

#include <cstdint>

namespace sharray {

struct MemoryLimit {
  std::int64_t bytes;
  bool of_group;  ///< a control group has less than the machine
};

/// The least of the machine's memory and the limits of the control groups. Looks at files.
MemoryLimit memory_limit() noexcept;

}  // namespace sharray
