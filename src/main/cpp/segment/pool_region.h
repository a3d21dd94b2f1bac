/// What the pool knows of a segment and of a block in it. For the pool's own files.
#pragma once

#include <time.h>

#include <cstdint>
#include <memory>
#include <utility>

#include "segment/pool.h"

namespace sharray {

inline constexpr std::uint64_t kMostPoolBytes = std::uint64_t{4} << 20;

/// A segment of the pool. Whoever owns one holds it: it is released with it.
struct Pool::Region {
  Region() noexcept = default;
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;
  ~Region();

  std::uint8_t* data() const noexcept { return reinterpret_cast<std::uint8_t*>(at.address) + data_offset; }
  /// Takes over a fresh segment, whose `at` is known.
  void begin(const Header& header) noexcept;
  /// Makes a hidden segment ready for another array: a new UUID, and only then the ready state. False without memory.
  bool renew(const Header& header) noexcept;
  /// Nobody finds a segment of one array in it while it is hidden; a pool segment stays what it is.
  void hide() noexcept;
  /// Tells other processes whether bytes of a pool segment are closed.
  void mark(std::uint64_t offset, std::uint64_t bytes, bool closed) noexcept;

  sharray_mapping at{};
  std::uint8_t uuid[SHARRAY_UUID_BYTES] = {};
  std::uint64_t data_offset = 0;
  std::uint64_t capacity = 0;  ///< bytes of data
  std::uint64_t used = 0;      ///< where the next block goes
  std::uint64_t touched = 0;   ///< from here on it is zeros as the kernel gave it
  std::int64_t live = 0;       ///< arrays with open blocks
  std::int64_t idle_since = 0;
  std::size_t place = 0;  ///< in the list of regions
  Region* next = nullptr;
  std::int32_t fate = SHARRAY_FATE_CLEAN;  ///< of all bytes that were closed
  std::int32_t first_slot = -1;
  bool dedicated = false;
  bool inherited = false;  ///< this process is a forked child, and its parent goes on with the segment
};

/// A block. The first one over its bytes is *primary* and stands for them.
struct Pool::Slot {
  Region* region = nullptr;  ///< null: this slot is free
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::int64_t client = 0;
  std::uint32_t generation = 0;
  std::int32_t primary = -1;
  std::int32_t leases = 0;  ///< of a primary: open blocks over its bytes
  std::int32_t fate = SHARRAY_FATE_CLEAN;
  std::int32_t next = -1;      ///< of a primary: in its region; of a free one: the next free one
  std::int32_t previous = -1;  ///< of a primary
  bool open = false;
};

class Pool::Leaving {
 public:
  Leaving() noexcept = default;
  Leaving(const Leaving&) = delete;
  Leaving& operator=(const Leaving&) = delete;
  ~Leaving() {
    while (first_ != nullptr) {
      take();
    }
  }
  void add(std::unique_ptr<Region> region) noexcept {
    region->next = first_;
    first_ = region.release();
  }
  std::unique_ptr<Region> take() noexcept {
    std::unique_ptr<Region> region(first_);
    first_ = region->next;
    return region;
  }
  bool empty() const noexcept { return first_ == nullptr; }

 private:
  Region* first_ = nullptr;
};

inline Pool::Slot& Pool::at(std::int32_t index) noexcept { return slots_[static_cast<std::size_t>(index)]; }
inline const Pool::Slot& Pool::at(std::int32_t index) const noexcept { return slots_[static_cast<std::size_t>(index)]; }

inline std::int64_t Pool::block_id(std::int32_t index, const Slot& slot) noexcept {
  return static_cast<std::int64_t>(slot.generation & INT32_MAX) << 32 | (index + 1);
}

inline std::int64_t now_ms() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec * std::int64_t{1000} + now.tv_nsec / 1000000;
}

/// Bytes that a block takes.
constexpr std::uint64_t rounded(std::uint64_t bytes) noexcept {
  return bytes == 0 ? kPoolUnit : (bytes + kPoolUnit - 1) / kPoolUnit * kPoolUnit;
}

/// Grows in each forked child: what it inherited is its parent's.
int process_number() noexcept;
void count_process() noexcept;

/// The header of a pool segment with so many bytes of data; of an array, from what `block_create` was told. A null text
/// means that it is good.
const char* pool_header(std::uint64_t bytes, Header& header) noexcept;
const char* complete(Header& header) noexcept;

/// Attachments of a System V segment in all processes; 0 if it is gone.
std::int64_t holders(std::int64_t id) noexcept;

/// Whether the maker of a pool segment lives and has closed the bytes at `first`.
bool closed_by_maker(const std::uint8_t* base, const Header& header, std::int64_t first) noexcept;

}  // namespace sharray
