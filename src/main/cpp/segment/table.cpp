#include "segment/table.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <new>
#include <utility>

#include "segment/clients.h"
#include "segment/errors.h"
#include "segment/paths.h"
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
class Unmapping {
 public:
  Unmapping(const Storage& storage, const Mapped& mapped) noexcept : storage_(storage), mapped_(mapped) {}
  Unmapping(const Unmapping&) = delete;
  Unmapping& operator=(const Unmapping&) = delete;
  ~Unmapping() {
    if (armed_) {
      unguard(guard_);
      munmap(mapped_.base, mapped_.range);
      storage_.detached(mapped_);
    }
  }
  void guarded(GuardedRange* guard) noexcept { guard_ = guard; }
  void disarm() noexcept { armed_ = false; }

 private:
  const Storage& storage_;
  const Mapped& mapped_;
  GuardedRange* guard_ = nullptr;
  bool armed_ = true;
};

/// Makes the name of a file as durable as its contents: 0 or an errno value.
int flush_name(const char* path) {
  const FileDescriptor directory = SplitPath(path).open_directory();
  // What was opened as a mere place cannot be flushed.
  const FileDescriptor readable(directory.valid() ? openat(directory.get(), ".", O_RDONLY | O_CLOEXEC) : -1);
  // A directory that may be entered but not read stays with what its filesystem promises.
  return !readable.valid() || fsync(readable.get()) == 0 || errno == EINVAL ? 0 : errno;
}

sharray_mapping describe(std::int64_t id, const Mapped& mapped) noexcept {
  return {id, static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(mapped.base)), mapped.size, mapped.id};
}

}  // namespace

Table& table() noexcept {
  alignas(Table) static unsigned char memory[sizeof(Table)];
  static Table* const instance = new (memory) Table;
  return *instance;
}

std::string Table::key(std::int32_t storage, std::int64_t id, const char* name, Access access,
                       const std::uint8_t* uuid) {
  std::string key(reinterpret_cast<const char*>(uuid), SHARRAY_UUID_BYTES);
  key += static_cast<char>(storage);
  key += static_cast<char>(access);
  key += storage == SHARRAY_SYSTEM_V ? std::to_string(id) : name;
  return key;
}

bool Table::shareable(const Mapped& mapped) noexcept { return !mapped.foreign && mapped.access != Access::kPrivate; }

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
  if (is_poisoned(entry.guard)) {
    return false;
  }
  add(entry, client);
  header = entry.header;
  out = describe(live->second, entry.mapped);
  return true;
}

bool Table::insert(std::int64_t client, std::int32_t storage, Mapped&& mapped, const Header& header,
                   sharray_mapping& out) {
  const Storage& kind = *find_storage(storage);
  Unmapping unmapping(kind, mapped);  // outlives the lock
  const std::string key = Table::key(storage, mapped.id, mapped.name.c_str(), mapped.access, header.uuid);
  const bool shared = shareable(mapped);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (client != kPoolClient && !client_is_open(client)) {
    return false;
  }
  if (const auto live = live_.find(key); shared && live != live_.end()) {
    Entry& entry = entries_.find(live->second)->second;
    if (!is_poisoned(entry.guard)) {
      add(entry, client);
      out = describe(live->second, entry.mapped);
      return true;
    }
  }
  Entry entry;
  entry.code = storage;
  entry.storage = &kind;
  entry.mapped = mapped;
  entry.header = header;
  entry.key = key;
  add(entry, client);
  if (mapped.truncatable) {
    entry.guard = guard(mapped.base, mapped.range, !mapped.foreign);
    unmapping.guarded(entry.guard);
  }
  const auto at = entries_.emplace(last_ + 1, std::move(entry)).first;
  try {
    if (shared) {
      live_[key] = last_ + 1;
    }
  } catch (...) {
    entries_.erase(at);
    throw;
  }
  out = describe(++last_, mapped);
  unmapping.disarm();
  return true;
}

/// Brings an entry to the stage that its holds and reaches ask for. May let go of the lock; the entry may be gone
/// afterwards. Returns 1 if it released the segment, 2 if that failed, else 0.
std::int32_t Table::settle(std::unique_lock<std::mutex>& lock, Entries::iterator at) noexcept {
  Entry& entry = at->second;
  std::int32_t result = 0;
  if (entry.stage == Stage::kLive && entry.holds == 0) {
    if (const auto live = live_.find(entry.key); live != live_.end() && live->second == at->first) {
      live_.erase(live);
    }
    if (!entry.shares.empty()) {
      // While it is releasing nobody else removes the entry, so it stays valid without the lock.
      entry.stage = Stage::kReleasing;
      lock.unlock();
      const bool replaced = replace_by_zeros(entry.mapped);
      testing::step("replaced");
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
    unguard(entry.guard);
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

std::int32_t Table::reach(std::int64_t client, std::int64_t mapping) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto at = entries_.find(mapping);
  if (at == entries_.end() || at->second.stage != Stage::kLive || !client_is_open(client)) {
    return SHARRAY_INVALID;
  }
  Share* share = share_of(at->second, client);
  if (share == nullptr) {
    share = &at->second.shares.emplace_back(Share{client, 0, 0});
  }
  ++share->reaches;
  return SHARRAY_OK;
}

void Table::rename(std::int64_t mapping, const Header& header) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Entry& entry = entries_.find(mapping)->second;
  const Mapped& mapped = entry.mapped;
  std::string key = Table::key(entry.code, mapped.id, mapped.name.c_str(), mapped.access, header.uuid);
  live_[key] = mapping;
  live_.erase(entry.key);
  entry.key.swap(key);
  entry.header = header;
}

std::int32_t Table::held_once(std::int64_t client, std::int64_t mapping, Mapped& mapped, Header& header) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto at = entries_.find(mapping);
  if (at == entries_.end() || !client_is_open(client)) {
    return SHARRAY_INVALID;
  }
  mapped = at->second.mapped;
  header = at->second.header;
  return at->second.holds == 1 ? 1 : 0;
}

std::int32_t Table::flush(std::int64_t client, std::int64_t mapping, char* error) {
  Mapped mapped;
  std::int32_t code = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto at = entries_.find(mapping);
    if (at == entries_.end() || share_of(at->second, client) == nullptr || at->second.stage != Stage::kLive) {
      return fail(error, SHARRAY_INVALID, "mapping %lld is not held", static_cast<long long>(mapping));
    }
    mapped = at->second.mapped;
    code = at->second.code;
  }
  // The caller's hold keeps it mapped.
  if (!mapped.on_disk) {
    return SHARRAY_OK;
  }
  int answer = msync(mapped.base, mapped.range, MS_SYNC) == 0 ? 0 : errno;
  if (answer == 0 && !mapped.foreign) {
    answer = flush_name(mapped.name.c_str());
  }
  if (answer == 0) {
    return SHARRAY_OK;
  }
  const SystemAnswer words(answer);
  return fail(
      error, SHARRAY_SYSTEM,
      "cannot write %s to its disk: %s; its last changes may be lost with the machine: see the kernel's log, or "
      "save a copy elsewhere",
      SegmentName(code, mapped.id, mapped.name.c_str()).text(), words.text());
}

std::int32_t Table::finish(std::int64_t client, std::int64_t mapping, char* error) noexcept {
  std::uint8_t* base = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto at = entries_.find(mapping);
    if (at == entries_.end() || share_of(at->second, client) == nullptr || at->second.stage != Stage::kLive ||
        at->second.mapped.foreign || at->second.mapped.access != Access::kReadWrite) {
      return fail(error, SHARRAY_INVALID, "mapping %lld is not held for writing, or has no header of ours",
                  static_cast<long long>(mapping));
    }
    base = at->second.mapped.base;
  }
  // The caller's hold keeps it mapped. Only from being made: whoever poisoned it meanwhile has the last word.
  auto* state = reinterpret_cast<std::uint32_t*>(base + kStateOffset);
  auto expected = static_cast<std::uint32_t>(State::kBeingMade);
  __atomic_compare_exchange_n(state, &expected, static_cast<std::uint32_t>(State::kReady), false, __ATOMIC_RELEASE,
                              __ATOMIC_RELAXED);
  return SHARRAY_OK;
}

std::int32_t Table::verify(std::int64_t client, std::int64_t mapping, char* error) const noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto at = entries_.find(mapping);
  if (at == entries_.end()) {
    return fail(error, SHARRAY_INVALID, "client %lld has no mapping %lld", static_cast<long long>(client),
                static_cast<long long>(mapping));
  }
  const Entry& entry = at->second;
  if (!is_poisoned(entry.guard)) {
    return SHARRAY_OK;
  }
  const SegmentName what(entry.code, entry.mapped.id, entry.mapped.name.c_str());
  return fail(error, SHARRAY_POISONED,
              "%s lost pages while it was used: somebody truncated it, or there was no room for pages that were not "
              "reserved; what was lost reads as zeros here. Close the array; its writer must make it anew",
              what.text());
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
