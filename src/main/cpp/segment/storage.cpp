#include "segment/storage.h"

#include <cstdio>
#include <cstring>

#include "segment/errors.h"

namespace sharray {

SweepReport::SweepReport(char* text, std::int64_t capacity) noexcept
    : text_(capacity > 0 ? text : nullptr), room_(capacity) {
  if (text_ != nullptr) {
    text_[0] = 0;
  }
}

void SweepReport::add(const char* storage, const char* which, std::int64_t bytes) noexcept {
  ++count_;
  bytes_ += bytes;
  if (text_ == nullptr) {
    return;
  }
  char line[300];
  const int length = std::snprintf(line, sizeof line, "%s\t%s\t%lld\n", storage, which, static_cast<long long>(bytes));
  if (length > 0 && length < room_) {
    std::memcpy(text_, line, static_cast<std::size_t>(length) + 1);
    text_ += length;
    room_ -= length;
  }
}

const Storage* find_storage(std::int32_t storage) noexcept {
  switch (storage) {
    case SHARRAY_SYSTEM_V:
      return &system_v_storage();
    case SHARRAY_POSIX:
      return &posix_storage();
    case SHARRAY_MEMFD:
      return &memfd_storage();
    case SHARRAY_FILE:
      return &file_storage();
    default:
      return raw_storage(storage);
  }
}

std::int32_t Storage::remove(const Target& target, std::int64_t&, char* error) const {
  return fail(error, SHARRAY_INVALID, "cannot remove \"%.200s\": segments of this storage go with their last holder",
              target.name);
}

std::int32_t judge_found(const Target& target, std::int32_t storage, const Header& header, std::uint32_t state,
                         std::int64_t size, char* error) noexcept {
  const SegmentName what(storage, target.id, target.name);
  if (target.uuid != nullptr && std::memcmp(target.uuid, header.uuid, sizeof header.uuid) != 0) {
    return fail(error, SHARRAY_GONE,
                "cannot attach %s: it is gone, another one has its place (the UUID differs); keep the array open in "
                "the sender until the receiver has attached",
                what.text());
  }
  if (const char* fault = header_fault(header, static_cast<std::uint64_t>(size), static_cast<std::uint8_t>(storage))) {
    return fail(error, SHARRAY_INCOMPATIBLE,
                "cannot attach %s (%lld bytes): %s; attach it raw, or let its writer make it anew", what.text(),
                static_cast<long long>(size), fault);
  }
  switch (static_cast<State>(state)) {
    case State::kReady:
      return SHARRAY_OK;
    case State::kPoisoned:
      return fail(error, SHARRAY_POISONED, "cannot attach %s: its memory was truncated; its writer must make it anew",
                  what.text());
    case State::kBeingMade:
      if (storage == SHARRAY_POSIX || storage == SHARRAY_FILE) {
        return fail(error, SHARRAY_GONE,
                    "cannot attach %s: its maker has not finished it; try again in a moment, or remove it with "
                    "`sharray rm` if its maker was killed",
                    what.text());
      }
      [[fallthrough]];
    case State::kDestroyed:
      return fail(error, SHARRAY_GONE, "cannot attach %s: it is gone, its memory serves another purpose (state %u)",
                  what.text(), state);
  }
  return fail(error, SHARRAY_INCOMPATIBLE, "cannot attach %s: its state is %u, which this version does not know",
              what.text(), state);
}

void publish_header(std::uint8_t* base, const Header& header) noexcept {
  std::memcpy(base, &header, sizeof header);
  auto* state = reinterpret_cast<std::uint32_t*>(base + kStateOffset);
  __atomic_store_n(state, static_cast<std::uint32_t>(State::kReady), __ATOMIC_RELEASE);
}

std::uint32_t copy_header(const std::uint8_t* base, Header& header) noexcept {
  const auto* state = reinterpret_cast<const std::uint32_t*>(base + kStateOffset);
  const std::uint32_t seen = __atomic_load_n(state, __ATOMIC_ACQUIRE);
  std::memcpy(&header, base, sizeof header);
  return seen;
}

}  // namespace sharray
