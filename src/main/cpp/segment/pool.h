/// The memory of arrays in the default storage: small ones share *pool segments*, a large one has a segment of its own,
/// and memory that nobody else could ever name is used again while it is warm.
///
/// A *block* is one client's share in the bytes of an array. The bytes are closed with their last block, and then
///  - clean: they may be given to another array at once;
///  - spoiled: a thread of this process may still write to them. They are never given to another array, and their
///    segment is not kept, but released once it takes no new blocks and all its blocks are closed;
///  - exported: other processes may know them. As spoiled, and the segment is released as soon as all its blocks are
///    closed. A bit behind the header tells those who come later (segment/layout.h).
/// A pool segment is filled from front to back. While it is the one that is being filled, clean bytes are given to the
/// next array of the same size; once it is full it takes no new blocks. Segments with clean bytes only are kept for a
/// while, up to a bound; they are looked through whenever a block is made or freed, and by whoever `on_idle` calls.
/// All functions are thread-safe; none keeps the lock over a system call that can be slow.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "api.h"
#include "segment/blocks.h"
#include "segment/layout.h"

namespace sharray {

class Pool {
 public:
  Pool() noexcept;

  /// As the functions of the C face. `create` may throw std::bad_alloc, and has changed nothing then.
  std::int32_t create(std::int64_t client, std::int64_t bytes, bool zeroed, Header* header, sharray_block& out,
                      char* error);
  std::int32_t attach(std::int64_t client, std::int64_t id, const std::uint8_t* uuid, std::int64_t first,
                      sharray_block& out, char* error);
  std::int32_t free(std::int64_t client, std::int64_t block, std::int32_t fate) noexcept;
  void limit(std::int64_t bytes, std::int64_t idle_ms) noexcept;

  void drop_client(std::int64_t client) noexcept;
  /// Lets go of what has been kept for long enough. Returns in how many milliseconds there may be more of it, or -1 if
  /// nothing is kept.
  std::int64_t tend() noexcept;
  /// `call` is made when something begins to be kept, but not before `tend` has returned -1 since the last time. It may
  /// not call the pool.
  void on_idle(void (*call)() noexcept) noexcept;
  /// Lets go of everything that is kept; whether that was anything. For creations that find no room.
  bool release_idle() noexcept;
  PoolFacts facts() noexcept;

 private:
  struct Region;
  struct Slot;

  /// Regions that are to be released, linked, so that collecting them needs no memory.
  class Leaving;

  /// Chains of clean bytes in the segment that is being filled, by size.
  class FreeList {
   public:
    /// The beginning of bytes of this size, or -1.
    std::int64_t take(std::uint64_t room) noexcept;
    void give(std::uint64_t room, std::uint64_t offset) noexcept;
    void clear() noexcept;

   private:
    struct Node {
      std::uint64_t offset;
      std::int32_t next;
    };
    std::vector<std::int32_t> heads_;
    std::vector<Node> nodes_;
    std::int32_t spare_ = -1;
    bool used_ = false;
  };

  std::int32_t create_small(std::int64_t client, std::uint64_t bytes, bool zeroed, sharray_block& out, char* error);
  std::int32_t create_large(std::int64_t client, std::uint64_t bytes, bool zeroed, Header& header, sharray_block& out,
                            char* error);
  bool place(std::uint64_t room, std::uint64_t& offset) noexcept;
  bool refill(Leaving& leaving) noexcept;
  void retire(Leaving& leaving) noexcept;
  std::unique_ptr<Region> make(const Header& header, std::int32_t& status, char* error);
  Region* adopt(std::unique_ptr<Region> region);
  std::unique_ptr<Region> take_idle(std::uint64_t total);

  void prepare_slot();
  std::int32_t open_slot(Region& region, std::uint64_t offset, std::uint64_t bytes, std::int64_t client);
  Slot& at(std::int32_t index) noexcept;
  const Slot& at(std::int32_t index) const noexcept;
  static std::int64_t block_id(std::int32_t index, const Slot& slot) noexcept;
  Slot& fresh_slot(std::int32_t& index);
  void drop_slot(std::int32_t index) noexcept;
  std::int32_t find(const Region& region, std::uint64_t offset) const noexcept;
  void describe(std::int32_t slot, sharray_block& out) const noexcept;
  void close(std::int32_t slot, std::int32_t fate, Leaving& leaving) noexcept;
  void close_bytes(std::int32_t slot, Leaving& leaving) noexcept;
  void settle(Region& region, Leaving& leaving) noexcept;

  void keep(Region& region, Leaving& leaving) noexcept;
  void unkeep(std::size_t index) noexcept;
  void leave(Region& region, Leaving& leaving) noexcept;
  void trim(Leaving& leaving) noexcept;
  void begin_idle(Region& region) noexcept;
  std::int64_t idle_bytes() const noexcept;
  bool empty_current() const noexcept;
  void abandon_inherited() noexcept;

  std::mutex mutex_;
  std::vector<std::unique_ptr<Region>> regions_;
  std::vector<Region*> idle_;  // the one that has been idle longest first
  Region* current_ = nullptr;  // being filled
  FreeList clean_;
  std::vector<Slot> slots_;
  std::int32_t spare_slot_ = -1;
  std::int64_t open_blocks_ = 0;
  std::int64_t idle_bytes_ = 0;
  std::int64_t limit_ = 0;
  const char* reason_ = "";
  std::int64_t idle_ms_ = 0;
  void (*idle_call_)() noexcept = nullptr;
  bool tended_ = false;  // somebody will call `tend`
  int process_;
};

/// The pool of the process; never destroyed.
Pool& pool() noexcept;

}  // namespace sharray
