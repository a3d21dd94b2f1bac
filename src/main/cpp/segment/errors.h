/// Sentences for the `error` argument of the C face.
#pragma once

#include <cstdint>

#include "api.h"

namespace sharray {

/// Writes a sentence (printf format) into `error`, `SHARRAY_ERROR_BYTES` long or null, and returns `status`. A sentence
/// that is too long ends at a whole UTF-8 character.
std::int32_t fail(char* error, std::int32_t status, const char* format, ...) noexcept
    __attribute__((format(printf, 3, 4)));

/// The system's words for an errno value, e.g. "Permission denied (errno 13)". Lives as long as the full expression.
class SystemAnswer {
 public:
  explicit SystemAnswer(int number) noexcept;
  const char* text() const noexcept { return text_; }

 private:
  char text_[128];
};

/// "System V segment 17", "POSIX segment \"name\"", "file \"/path\"" and so on.
class SegmentName {
 public:
  SegmentName(std::int32_t storage, std::int64_t id, const char* name) noexcept;
  const char* text() const noexcept { return text_; }

 private:
  char text_[260];
};

}  // namespace sharray
