#include "segment/pool_region.h"

#include <sys/shm.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>

#include "segment/clients.h"
#include "segment/provenance.h"
#include "segment/table.h"

namespace sharray {
namespace {

static_assert(kMostPoolBytes / kPoolUnit <= 8 * kClosedMapBytes);

std::atomic<int> forks{0};

std::uint32_t* state_of(std::int64_t address) noexcept {
  return reinterpret_cast<std::uint32_t*>(address + static_cast<std::int64_t>(kStateOffset));
}

}  // namespace

int process_number() noexcept { return forks.load(std::memory_order_relaxed); }
void count_process() noexcept { forks.fetch_add(1, std::memory_order_relaxed); }

const char* pool_header(std::uint64_t bytes, Header& header) noexcept {
  header = Header{};
  header.purpose = kPool;
  header.data_size = bytes;
  return complete(header);
}

const char* complete(Header& header) noexcept {
  return complete_header(header, SHARRAY_SYSTEM_V, 0, static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
}

std::int64_t holders(std::int64_t id) noexcept {
  shmid_ds status{};
  return shmctl(static_cast<int>(id), IPC_STAT, &status) == 0 ? static_cast<std::int64_t>(status.shm_nattch) : 0;
}

bool closed_by_maker(const std::uint8_t* base, const Header& header, std::int64_t first) noexcept {
  const auto start = static_cast<std::int64_t>(header.data_offset);
  if (header.purpose != kPool || first < start || first - start >= static_cast<std::int64_t>(header.data_size)) {
    return false;
  }
  const std::uint64_t unit = static_cast<std::uint64_t>(first - start) / kPoolUnit;
  const std::uint8_t bits = __atomic_load_n(base + kHeaderSize + unit / 8, __ATOMIC_ACQUIRE);
  ProcessStat maker{};
  return (bits >> unit % 8 & 1) != 0 && process_stat(static_cast<int>(header.creator_pid), maker) &&
         maker.start_ticks == header.creator_start_ticks;
}

Pool::Region::~Region() {
  if (at.mapping > 0) {
    if (!dedicated && !inherited && (fate & SHARRAY_FATE_EXPORTED) != 0) {
      // Whoever still holds arrays in it is no longer to be told from the maker by counting.
      std::memset(reinterpret_cast<std::uint8_t*>(at.address) + kHeaderSize, 0, kClosedMapBytes);
    }
    // Others may have attached it in this process: then their holds keep it.
    table().forget(kPoolClient, at.mapping);
  }
}

void Pool::Region::begin(const Header& header) noexcept {
  std::memcpy(uuid, header.uuid, sizeof uuid);
  data_offset = header.data_offset;
  capacity = header.data_size;
  dedicated = header.purpose == kDedicated;
}

bool Pool::Region::renew(const Header& header) noexcept {
  try {
    table().rename(at.mapping, header);
  } catch (const std::bad_alloc&) {
    return false;
  }
  begin(header);
  live = 0;
  publish_header(reinterpret_cast<std::uint8_t*>(at.address), header);
  return true;
}

void Pool::Region::hide() noexcept {
  if (dedicated) {
    __atomic_store_n(state_of(at.address), static_cast<std::uint32_t>(State::kBeingMade), __ATOMIC_SEQ_CST);
    std::memset(reinterpret_cast<void*>(at.address), 0, sizeof(Header));
  }
}

void Pool::Region::mark(std::uint64_t offset, std::uint64_t bytes, bool closed) noexcept {
  if (dedicated || inherited) {
    return;
  }
  std::uint8_t* map = reinterpret_cast<std::uint8_t*>(at.address) + kHeaderSize;
  const std::uint64_t end = (offset + rounded(bytes)) / kPoolUnit;
  for (std::uint64_t unit = offset / kPoolUnit; unit < end; ++unit) {
    const auto bit = static_cast<std::uint8_t>(1 << unit % 8);
    if (closed) {
      __atomic_fetch_or(map + unit / 8, bit, __ATOMIC_RELEASE);
    } else {
      __atomic_fetch_and(map + unit / 8, static_cast<std::uint8_t>(~bit), __ATOMIC_RELEASE);
    }
  }
}

// ---- Clean bytes by size

std::int64_t Pool::FreeList::take(std::uint64_t room) noexcept {
  const std::size_t size = room / kPoolUnit;
  if (size >= heads_.size() || heads_[size] < 0) {
    return -1;
  }
  const std::int32_t index = heads_[size];
  Node& node = nodes_[static_cast<std::size_t>(index)];
  heads_[size] = node.next;
  node.next = spare_;
  spare_ = index;
  return static_cast<std::int64_t>(node.offset);
}

/// Without memory the bytes wait until their segment is empty.
void Pool::FreeList::give(std::uint64_t room, std::uint64_t offset) noexcept {
  const std::size_t size = room / kPoolUnit;
  try {
    if (heads_.empty()) {
      heads_.assign(static_cast<std::size_t>(SHARRAY_POOLED_BYTES) / kPoolUnit + 1, -1);
    }
    if (spare_ < 0) {
      nodes_.push_back({0, -1});
      spare_ = static_cast<std::int32_t>(nodes_.size()) - 1;
    }
  } catch (const std::bad_alloc&) {
    return;
  }
  const std::int32_t index = spare_;
  Node& node = nodes_[static_cast<std::size_t>(index)];
  spare_ = node.next;
  node = {offset, heads_[size]};
  heads_[size] = index;
  used_ = true;
}

void Pool::FreeList::clear() noexcept {
  if (used_) {
    std::fill(heads_.begin(), heads_.end(), -1);
    nodes_.clear();
    spare_ = -1;
    used_ = false;
  }
}

}  // namespace sharray
