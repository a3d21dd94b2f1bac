/// Every segment that this process has mapped, with who holds it and who can still reach its addresses.
///
/// A mapping is *live* while somebody holds it. With the last hold its pages give way to private zero pages; with the
/// last reach its addresses are unmapped. A mapping that is no longer live is never handed out again: a later attach of
/// the same segment makes a new one. Nor is one that was poisoned, raw or copy-on-write. All functions are thread-safe;
/// none keeps the lock over a system call that can be slow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "api.h"
#include "segment/layout.h"
#include "segment/sigbus.h"
#include "segment/storage.h"

namespace sharray {

class Table {
 public:
  /// The key under which a segment is found again: same storage, id or name, rights and UUID.
  static std::string key(std::int32_t storage, std::int64_t id, const char* name, Access access,
                         const std::uint8_t* uuid);

  /// Adds a hold and a reach to the live mapping under `key`. False if there is none.
  bool find(std::int64_t client, const std::string& key, Header& header, sharray_mapping& out);

  /// Takes over a fresh mapping, or drops it in favour of a live one under the same key. On any failure, exceptions
  /// included, the mapping is gone; false if the client is closed.
  bool insert(std::int64_t client, std::int32_t storage, Mapped&& mapped, const Header& header, sharray_mapping& out);

  /// As `segment_release` and `segment_forget` of the C face.
  std::int32_t release(std::int64_t client, std::int64_t mapping) noexcept;
  std::int32_t forget(std::int64_t client, std::int64_t mapping) noexcept;
  void drop_client(std::int64_t client) noexcept;

  /// Adds a reach to a mapping that is live. SHARRAY_INVALID if it is not.
  std::int32_t reach(std::int64_t client, std::int64_t mapping);
  /// Makes a mapping known under the UUID of another header, for a segment that is used again.
  void rename(std::int64_t mapping, const Header& header);
  /// 1 if the client is the only holder, and then what is mapped; 0 if there are others.
  std::int32_t held_once(std::int64_t client, std::int64_t mapping, Mapped& mapped, Header& header) const;

  /// As `segment_flush`, `segment_finish` and `segment_verify` of the C face.
  std::int32_t flush(std::int64_t client, std::int64_t mapping, char* error);
  std::int32_t finish(std::int64_t client, std::int64_t mapping, char* error) noexcept;
  std::int32_t verify(std::int64_t client, std::int64_t mapping, char* error) const noexcept;

  /// Mappings that exist, live or not.
  std::size_t size() const noexcept;
  /// How often zero pages could not take the place of a segment, since the process began.
  std::int64_t replace_failures() const noexcept;

 private:
  enum class Stage { kLive, kReleasing, kReplaced, kStuck };

  struct Share {
    std::int64_t client;
    std::int64_t holds;
    std::int64_t reaches;
  };

  struct Entry {
    Stage stage = Stage::kLive;
    std::int64_t holds = 0;
    std::vector<Share> shares;
    std::int32_t code = 0;
    const Storage* storage = nullptr;
    GuardedRange* guard = nullptr;
    Mapped mapped;
    Header header{};
    std::string key;
  };

  using Entries = std::unordered_map<std::int64_t, Entry>;

  static Share* share_of(Entry& entry, std::int64_t client) noexcept;
  static bool shareable(const Mapped& mapped) noexcept;
  static void add(Entry& entry, std::int64_t client);
  static void drop_share(Entry& entry, std::int64_t client) noexcept;
  std::int32_t settle(std::unique_lock<std::mutex>& lock, Entries::iterator at) noexcept;

  mutable std::mutex mutex_;
  Entries entries_;
  std::unordered_map<std::string, std::int64_t> live_;
  std::int64_t last_ = 0;
  std::int64_t replace_failures_ = 0;
};

/// The table of the process; never destroyed.
Table& table() noexcept;

}  // namespace sharray
