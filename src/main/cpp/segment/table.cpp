#include "segment/table.h"

#include <sys/mman.h>

#include <new>
#include <utility>

#include "segment/clients.h"
#include "segment/testing.h"

namespace sharray {
namespace {

/// Puts private zero pages in the place of a segment. They are mapped elsewhere first and then moved, because older
/// kernels unmap the target of a MAP_FIXED before they find out that a limit forbids the new mapping.
bool replace_by_zeros(const Mapped& mapped) noexcept {
  if (testing::fail_reserve.load(std::memory_order_relaxed)) {
    return false;
  }
  void* zeros = mmap(nullptr, mapped.range, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (zeros == MAP_FAILED) {
    return false;
  }
  if (!testing::fail_move.load(std::memory_order_relaxed) &&
      mremap(zeros, mapped.range, mapped.range, MREMAP_MAYMOVE | MREMAP_FIXED, mapped.base) != MAP_FAILED) {
    return true;
  }
  munmap(zeros, mapped.range);
  return false;
}

/// Unmaps what the table did not take over.
class Guard {
 public:
  Guard(const Storage& storage, const Mapped& mapped) noexcept : storage_(storage), mapped_(mapped) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() {
    if (armed_) {
      munmap(mapped_.base, mapped_.range);
      storage_.detached(mapped_);
    }
  }
  void disarm() noexcept { armed_ = false; }

 private:
  const Storage& storage_;
  const Mapped& mapped_;
  bool armed_ = true;
};

sharray_mapping describe(std::int64_t id, const Mapped& mapped) noexcept {
  return {id, static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(mapped.base)), mapped.size, mapped.id};
}

}  // namespace

Table& table() noexcept {
  alignas(Table) static unsigned char memory[sizeof(Table)];
  static Table* const instance = new (memory) Table;
  return *instance;
}

std::string Table::key(std::int32_t storage, std::int64_t id, const char* name, bool read_only,
                       const std::uint8_t* uuid) {
  std::string key(reinterpret_cast<const char*>(uuid), SHARRAY_UUID_BYTES);
  key += static_cast<char>(storage);
  key += read_only ? 'r' : 'w';
  key += storage == SHARRAY_SYSTEM_V ? std::to_string(id) : name;
  return key;
}

Table::Share* Table::share_of(Entry& entry, std::int64_t client) noexcept {
  for (Share& share : entry.shares) {
    if (share.client == client) {
      return &share;
    }
  }
  return nullptr;
}

void Table::add(Entry& entry, std::int64_t client) {
  Share* share = share_of(entry, client);
  if (share == nullptr) {
    share = &entry.shares.emplace_back(Share{client, 0, 0});
  }
  ++share->holds;
  ++share->reaches;
  ++entry.holds;
}

void Table::drop_share(Entry& entry, std::int64_t client) noexcept {
  if (const Share* share = share_of(entry, client)) {
    entry.holds -= share->holds;
    entry.shares.erase(entry.shares.begin() + (share - entry.shares.data()));
  }
}

bool Table::find(std::int64_t client, const std::string& key, Header& header, sharray_mapping& out) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto live = live_.find(key);
  if (live == live_.end() || !client_is_open(client)) {
    return false;
  }
  Entry& entry = entries_.find(live->second)->second;
  add(entry, client);
  header = entry.header;
  out = describe(live->second, entry.mapped);
  return true;
}

bool Table::insert(std::int64_t client, std::int32_t storage, bool read_only, Mapped&& mapped, const Header& header,
                   sharray_mapping& out) {
  const Storage& kind = *find_storage(storage);
  Guard guard(kind, mapped);  // outlives the lock
  const std::string key = Table::key(storage, mapped.id, mapped.name.c_str(), read_only, header.uuid);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!client_is_open(client)) {
    return false;
  }
  if (const auto live = live_.find(key); live != live_.end()) {
    Entry& entry = entries_.find(live->second)->second;
    add(entry, client);
    out = describe(live->second, entry.mapped);
    return true;
  }
  Entry entry;
  entry.storage = &kind;
  entry.mapped = mapped;
  entry.header = header;
  entry.key = key;
  add(entry, client);
  const auto at = entries_.emplace(last_ + 1, std::move(entry)).first;
  try {
    live_.emplace(key, last_ + 1);
  } catch (...) {
    entries_.erase(at);
    throw;
  }
  out = describe(++last_, mapped);
  guard.disarm();
  return true;
}

/// Brings an entry to the stage that its holds and reaches ask for. May let go of the lock; the entry may be gone
/// afterwards. Returns 1 if it released the segment, 2 if that failed, else 0.
std::int32_t Table::settle(std::unique_lock<std::mutex>& lock, Entries::iterator at) noexcept {
  Entry& entry = at->second;
  std::int32_t result = 0;
  if (entry.stage == Stage::kLive && entry.holds == 0) {
    live_.erase(entry.key);
    if (!entry.shares.empty()) {
      // While it is releasing nobody else removes the entry, so it stays valid without the lock.
      entry.stage = Stage::kReleasing;
      lock.unlock();
      const bool replaced = replace_by_zeros(entry.mapped);
      if (replaced) {
        entry.storage->detached(entry.mapped);
      }
      lock.lock();
      entry.stage = replaced ? Stage::kReplaced : Stage::kStuck;
      replace_failures_ += replaced ? 0 : 1;
      result = replaced ? 1 : 2;
    }
  }
  if (entry.shares.empty() && entry.stage != Stage::kReleasing) {
    const bool attached = entry.stage != Stage::kReplaced;
    const auto node = entries_.extract(at);
    lock.unlock();
    munmap(entry.mapped.base, entry.mapped.range);
    if (attached) {
      entry.storage->detached(entry.mapped);
    }
  }
  return result;
}

std::int32_t Table::release(std::int64_t client, std::int64_t mapping) noexcept {
  std::unique_lock<std::mutex> lock(mutex_);
  const auto at = entries_.find(mapping);
  Share* share = at == entries_.end() ? nullptr : share_of(at->second, client);
  if (share == nullptr || share->holds == 0) {
    return SHARRAY_INVALID;
  }
  --share->holds;
  --at->second.holds;
  return settle(lock, at);
}

std::int32_t Table::forget(std::int64_t client, std::int64_t mapping) noexcept {
  std::unique_lock<std::mutex> lock(mutex_);
  const auto at = entries_.find(mapping);
  Share* share = at == entries_.end() ? nullptr : share_of(at->second, client);
  if (share == nullptr) {
    return SHARRAY_INVALID;
  }
  if (--share->reaches == 0) {
    drop_share(at->second, client);
    settle(lock, at);
  }
  return SHARRAY_OK;
}

void Table::drop_client(std::int64_t client) noexcept {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    auto at = entries_.begin();
    while (at != entries_.end() && share_of(at->second, client) == nullptr) {
      ++at;
    }
    if (at == entries_.end()) {
      return;
    }
    drop_share(at->second, client);
    settle(lock, at);
    if (!lock.owns_lock()) {
      lock.lock();
    }
  }
}

std::size_t Table::size() const noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  return entries_.size();
}

std::int64_t Table::replace_failures() const noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  return replace_failures_;
}

}  // namespace sharray
