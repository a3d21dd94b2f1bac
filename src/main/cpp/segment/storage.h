/// What a kind of shared memory must be able to do; the table and the sweep know nothing else of it.
///
/// All functions are thread-safe and return a `sharray_status`; with a failure they write a sentence into `error`.
#pragma once

#include <cstdint>
#include <string>

#include "api.h"
#include "segment/layout.h"

namespace sharray {

enum class Access : char { kReadWrite = 'w', kReadOnly = 'r', kPrivate = 'p' };

/// One attached segment. Whoever holds it unmaps it and then tells the storage by `detached`.
struct Mapped {
  std::uint8_t* base = nullptr;
  std::int64_t size = 0;    ///< real bytes of the segment
  std::uint64_t range = 0;  ///< bytes of address space: `size` rounded up to pages
  std::int64_t id = -1;     ///< System V id
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  Access access = Access::kReadWrite;
  bool persistent = false;
  bool foreign = false;      ///< attached raw: it has no header of ours, and is never removed
  bool on_disk = false;      ///< changes reach a file, so that flushing means something
  bool truncatable = false;  ///< others can take pages away: using them is a SIGBUS then
  std::string name;
};

/// How a segment is to be made: `flags` and `mode` as `segment_create` of the C face has them.
struct Creation {
  const char* name;
  std::int32_t mode;
  std::int32_t flags;
};

struct Target {
  std::int64_t id = -1;
  const char* name = "";
  const std::uint8_t* uuid = nullptr;  ///< null: whatever is there, if it is ours
  Access access = Access::kReadWrite;

  bool writes() const noexcept { return access == Access::kReadWrite; }
};

/// Collects what a sweep removed.
class SweepReport {
 public:
  SweepReport(char* text, std::int64_t capacity) noexcept;
  /// Adds a line; what does not fit is left out whole, but counted.
  void add(const char* storage, const char* which, std::int64_t bytes) noexcept;
  std::int32_t count() const noexcept { return count_; }
  std::int64_t bytes() const noexcept { return bytes_; }

 private:
  char* text_;
  std::int64_t room_;
  std::int32_t count_ = 0;
  std::int64_t bytes_ = 0;
};

class Storage {
 public:
  /// `header` is complete; the segment appears to others only once its state is ready.
  virtual std::int32_t create(const Header& header, const Creation& how, Mapped& out, char* error) const = 0;
  /// Copies the header and checks it before anything else of the segment is used.
  virtual std::int32_t attach(const Target& target, Header& header, Mapped& out, char* error) const = 0;
  /// Called after the last mapping of this process has gone: removes the segment if nobody else holds it.
  virtual void detached(const Mapped& mapped) const noexcept = 0;
  /// What is there is read into `header` even if it is refused; `attached` stays as it is if it is unknown.
  virtual std::int32_t peek(const Target& target, Header& header, std::int64_t& size, std::int64_t& attached,
                            char* error) const = 0;
  /// Removes the name of a segment of ours, held or not: 1 if somebody holds it, else 0.
  virtual std::int32_t remove(const Target& target, std::int64_t& bytes, char* error) const;
  /// Removes what is certainly ours and certainly dead.
  virtual void sweep(SweepReport& report) const noexcept = 0;

 protected:
  ~Storage() = default;
};

/// Null for a storage that this build does not have.
const Storage* find_storage(std::int32_t storage) noexcept;
const Storage& system_v_storage() noexcept;
const Storage& posix_storage() noexcept;
const Storage& memfd_storage() noexcept;
const Storage& file_storage() noexcept;
/// Null for numbers that are not SHARRAY_RAW_...
const Storage* raw_storage(std::int32_t storage) noexcept;

/// Judges what an attach found: `state` was read before the header was copied. The UUID decides first: with another
/// one, whatever lies there is not the segment that was asked for.
std::int32_t judge_found(const Target& target, std::int32_t storage, const Header& header, std::uint32_t state,
                         std::int64_t size, char* error) noexcept;

/// Writes header and ready state into fresh, zeroed shared memory, in the order that readers rely on.
void publish_header(std::uint8_t* base, const Header& header) noexcept;

/// The state of shared memory, then a copy of its header.
std::uint32_t copy_header(const std::uint8_t* base, Header& header) noexcept;

}  // namespace sharray
