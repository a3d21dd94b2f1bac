#include "segment/errors.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace sharray {

std::int32_t fail(char* error, std::int32_t status, const char* format, ...) noexcept {
  if (error == nullptr) {
    return status;
  }
  va_list arguments;
  va_start(arguments, format);
  const int wanted = std::vsnprintf(error, SHARRAY_ERROR_BYTES, format, arguments);
  va_end(arguments);
  if (wanted < 0) {
    error[0] = 0;
  } else if (wanted >= SHARRAY_ERROR_BYTES) {
    int end = SHARRAY_ERROR_BYTES - 1;
    const auto byte = [error](int i) { return static_cast<unsigned char>(error[i]); };
    while (end > 0 && (byte(end - 1) & 0xC0) == 0x80) {
      --end;
    }
    if (end > 0 && byte(end - 1) >= 0xC0) {
      --end;
    }
    error[end] = 0;
  }
  return status;
}

SystemAnswer::SystemAnswer(int number) noexcept {
  char words[96];
  std::snprintf(text_, sizeof text_, "%s (errno %d)", strerror_r(number, words, sizeof words), number);
}

SegmentName::SegmentName(std::int32_t storage, std::int64_t id, const char* name) noexcept {
  const auto number = static_cast<long long>(id);
  // Of a long path the end tells more.
  const std::size_t length = std::strlen(name);
  const char* dots = length > 200 ? "..." : "";
  const char* tail = length > 200 ? name + length - 200 : name;
  switch (storage) {
    case SHARRAY_SYSTEM_V:
      std::snprintf(text_, sizeof text_, "System V segment %lld", number);
      break;
    case SHARRAY_POSIX:
      std::snprintf(text_, sizeof text_, "POSIX segment \"%s%s\"", dots, tail);
      break;
    case SHARRAY_MEMFD:
      std::snprintf(text_, sizeof text_, "memfd segment");
      break;
    case SHARRAY_RAW_SYSTEM_V_ID:
      std::snprintf(text_, sizeof text_, "foreign System V segment %lld", number);
      break;
    case SHARRAY_RAW_SYSTEM_V_KEY:
      std::snprintf(text_, sizeof text_, "foreign System V segment of key 0x%llx", number);
      break;
    case SHARRAY_RAW_POSIX:
      std::snprintf(text_, sizeof text_, "foreign POSIX memory \"%s%s\"", dots, tail);
      break;
    default:
      std::snprintf(text_, sizeof text_, "file \"%s%s\"", dots, tail);
  }
}

}  // namespace sharray
