#include "segment/pool.h"

#include <pthread.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "segment/clients.h"
#include "segment/errors.h"
#include "segment/pool_region.h"
#include "segment/table.h"

namespace sharray {
namespace {

constexpr std::int32_t kFates = SHARRAY_FATE_SPOILED | SHARRAY_FATE_EXPORTED;
constexpr std::uint64_t kFirstPool = std::uint64_t{1} << 20;
constexpr std::uint64_t kNextPool = kMostPoolBytes;

}  // namespace

Pool::Pool() noexcept : process_(process_number()) {
  limit(-1, -1);
  pthread_atfork(nullptr, nullptr, count_process);
}

Pool& pool() noexcept {
  alignas(Pool) static unsigned char memory[sizeof(Pool)];
  static Pool* const instance = new (memory) Pool;
  return *instance;
}

std::int32_t Pool::create(std::int64_t client, std::int64_t bytes, bool zeroed, Header* header, sharray_block& out,
                          char* error) {
  if (bytes < 0 || (header == nullptr && bytes >= SHARRAY_POOLED_BYTES)) {
    return fail(error, SHARRAY_INVALID, "a block of %lld bytes does not fit in a pool segment",
                static_cast<long long>(bytes));
  }
  const auto wanted = static_cast<std::uint64_t>(bytes);
  return header == nullptr ? create_small(client, wanted, zeroed, out, error)
                           : create_large(client, wanted, zeroed, *header, out, error);
}

/// Finds room in the segment that is being filled.
bool Pool::place(std::uint64_t room, std::uint64_t& offset) noexcept {
  const std::int64_t found = clean_.take(room);
  if (found >= 0) {
    offset = static_cast<std::uint64_t>(found);
    return true;
  }
  if (current_ == nullptr || current_->capacity - current_->used < room) {
    return false;
  }
  offset = current_->used;
  current_->used += room;
  return true;
}

/// Ends the filling of the current segment.
void Pool::retire(Leaving& leaving) noexcept {
  Region* full = std::exchange(current_, nullptr);
  clean_.clear();
  if (full != nullptr && full->live == 0) {
    settle(*full, leaving);
  }
}

/// Begins to fill a kept pool segment, if there is one.
bool Pool::refill(Leaving& leaving) noexcept {
  retire(leaving);
  for (std::size_t i = idle_.size(); i-- > 0;) {
    if (!idle_[i]->dedicated) {
      current_ = idle_[i];
      unkeep(i);
      return true;
    }
  }
  return false;
}

std::int32_t Pool::create_small(std::int64_t client, std::uint64_t bytes, bool zeroed, sharray_block& out,
                                char* error) {
  const std::uint64_t room = rounded(bytes);
  std::uint8_t* dirty = nullptr;
  std::uint64_t to_clear = 0;
  // Both are released after the lock; another thread may have made room faster.
  Leaving leaving;
  std::unique_ptr<Region> fresh;
  for (;;) {
    std::unique_lock<std::mutex> lock(mutex_);
    abandon_inherited();
    trim(leaving);
    if (!client_is_open(client)) {
      return fail(error, SHARRAY_INVALID, "client %lld is not open", static_cast<long long>(client));
    }
    prepare_slot();
    std::uint64_t offset = 0;
    bool placed = place(room, offset);
    while (!placed && refill(leaving)) {
      placed = place(room, offset);
    }
    if (!placed && fresh != nullptr) {
      current_ = adopt(std::move(fresh));
      placed = place(room, offset);
    }
    if (placed) {
      Region& region = *current_;
      const std::int32_t slot = open_slot(region, offset, bytes, client);
      const std::uint64_t end = std::min(region.touched, offset + bytes);
      to_clear = zeroed && end > offset ? end - offset : 0;
      dirty = region.data() + offset;
      region.touched = std::max(region.touched, offset + room);
      describe(slot, out);
      break;
    }
    const bool first = regions_.empty();
    lock.unlock();
    std::int32_t status = SHARRAY_OK;
    Header header;
    if (const char* fault = pool_header(first ? kFirstPool : kNextPool, header)) {
      return fail(error, SHARRAY_SYSTEM, "cannot make a pool segment: %s", fault);
    }
    fresh = make(header, status, error);
    if (fresh == nullptr) {
      return status;
    }
  }
  if (to_clear > 0) {
    std::memset(dirty, 0, to_clear);
  }
  return SHARRAY_OK;
}

std::int32_t Pool::create_large(std::int64_t client, std::uint64_t bytes, bool zeroed, Header& header,
                                sharray_block& out, char* error) {
  Leaving leaving;
  std::unique_ptr<Region> region;
  if (const char* fault = complete(header); fault != nullptr || header.data_size != bytes) {
    return fail(error, SHARRAY_INVALID, "cannot create a block as described: %s",
                fault != nullptr ? fault : "its sizes differ");
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    abandon_inherited();
    trim(leaving);
    region = take_idle(header.total_size);
  }
  if (region != nullptr && !region->renew(header)) {
    leaving.add(std::move(region));
  }
  std::uint64_t to_clear = 0;
  if (region != nullptr) {
    to_clear = zeroed ? std::min(bytes, region->touched) : 0;
  } else {
    std::int32_t status = SHARRAY_OK;
    region = make(header, status, error);
    if (region == nullptr) {
      return status;
    }
  }
  region->touched = std::max(region->touched, bytes);
  if (to_clear > 0) {
    std::memset(region->data(), 0, to_clear);
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!client_is_open(client)) {
    leaving.add(std::move(region));
    return fail(error, SHARRAY_INVALID, "client %lld is not open", static_cast<long long>(client));
  }
  prepare_slot();
  Region& adopted = *adopt(std::move(region));
  describe(open_slot(adopted, 0, bytes, client), out);
  return SHARRAY_OK;
}

std::unique_ptr<Pool::Region> Pool::make(const Header& header, std::int32_t& status, char* error) {
  auto region = std::make_unique<Region>();
  Mapped mapped;
  status = system_v_storage().create(header, {"", 0600, 0}, mapped, error);
  if (status == SHARRAY_EXHAUSTED && release_idle()) {
    status = system_v_storage().create(header, {"", 0600, 0}, mapped, error);
  }
  if (status != SHARRAY_OK) {
    return nullptr;
  }
  table().insert(kPoolClient, SHARRAY_SYSTEM_V, std::move(mapped), header, region->at);
  region->begin(header);
  return region;
}

std::int32_t Pool::attach(std::int64_t client, std::int64_t id, const std::uint8_t* uuid, std::int64_t first,
                          sharray_block& out, char* error) {
  const std::lock_guard<std::mutex> lock(mutex_);
  abandon_inherited();
  Region* region = nullptr;
  for (const auto& candidate : regions_) {
    if (candidate->at.id == id && std::memcmp(candidate->uuid, uuid, sizeof candidate->uuid) == 0) {
      region = candidate.get();
    }
  }
  if (region == nullptr) {
    return 1;
  }
  if (!client_is_open(client)) {
    return fail(error, SHARRAY_INVALID, "client %lld is not open", static_cast<long long>(client));
  }
  const auto number = static_cast<long long>(id);
  const auto start = static_cast<std::int64_t>(region->data_offset);
  const auto end = start + static_cast<std::int64_t>(std::max<std::uint64_t>(region->capacity, 1));
  if (first < start || first >= end) {
    return fail(error, SHARRAY_INCOMPATIBLE,
                "cannot attach an array in System V segment %lld: its elements lie outside of the segment's data",
                number);
  }
  const std::int32_t found = find(*region, static_cast<std::uint64_t>(first - start));
  if (found < 0 || (at(found).leases == 0 && holders(id) <= 1)) {
    return fail(error, SHARRAY_GONE,
                "cannot attach an array in System V segment %lld: it is closed, and nobody else holds it; keep the "
                "array open in the sender until the receiver has attached",
                number);
  }
  std::int32_t alias = -1;
  Slot& slot = fresh_slot(alias);
  slot.region = region;
  slot.client = client;
  slot.primary = found;
  slot.open = true;
  Slot& bytes = at(found);
  bytes.fate |= SHARRAY_FATE_EXPORTED;
  ++open_blocks_;
  if (bytes.leases++ == 0) {
    ++region->live;
    region->mark(bytes.offset, bytes.bytes, false);
  }
  describe(alias, out);
  return SHARRAY_OK;
}

std::int32_t Pool::free(std::int64_t client, std::int64_t block, std::int32_t fate) noexcept {
  Leaving leaving;
  const std::lock_guard<std::mutex> lock(mutex_);
  abandon_inherited();
  const std::int64_t index = (block & INT32_MAX) - 1;
  if (index < 0 || index >= static_cast<std::int64_t>(slots_.size())) {
    return SHARRAY_INVALID;
  }
  const Slot& slot = slots_[static_cast<std::size_t>(index)];
  if (slot.region == nullptr || !slot.open || slot.client != client ||
      block_id(static_cast<std::int32_t>(index), slot) != block) {
    return SHARRAY_INVALID;
  }
  close(static_cast<std::int32_t>(index), fate & kFates, leaving);
  trim(leaving);
  return SHARRAY_OK;
}

void Pool::drop_client(std::int64_t client) noexcept {
  Leaving leaving;
  const std::lock_guard<std::mutex> lock(mutex_);
  abandon_inherited();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].region != nullptr && slots_[i].open && slots_[i].client == client) {
      // Nobody told what had become of it.
      close(static_cast<std::int32_t>(i), SHARRAY_FATE_EXPORTED, leaving);
    }
  }
}

}  // namespace sharray
