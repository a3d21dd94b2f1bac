#include "segment/segment.h"
#include "segment/storage.h"

namespace sharray {

std::int32_t segment_sweep(std::int64_t* freed, char* report, std::int64_t capacity) noexcept {
  SweepReport found(report, capacity);
  for (const std::int32_t storage : {SHARRAY_SYSTEM_V, SHARRAY_POSIX, SHARRAY_MEMFD, SHARRAY_FILE}) {
    if (const Storage* kind = find_storage(storage)) {
      kind->sweep(found);
    }
  }
  if (freed != nullptr) {
    *freed = found.bytes();
  }
  return found.count();
}

}  // namespace sharray
