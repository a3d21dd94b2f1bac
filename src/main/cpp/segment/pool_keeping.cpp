/// Which blocks there are, and what becomes of their segments.
#include <algorithm>
#include <cstring>
#include <utility>

#include "segment/pool.h"
#include "segment/pool_region.h"

namespace sharray {

// ---- Slots

/// Makes sure that the next slot needs no memory.
void Pool::prepare_slot() {
  if (spare_slot_ < 0) {
    slots_.emplace_back();
    spare_slot_ = static_cast<std::int32_t>(slots_.size()) - 1;
  }
}

Pool::Slot& Pool::fresh_slot(std::int32_t& index) {
  prepare_slot();
  index = spare_slot_;
  spare_slot_ = at(index).next;
  return at(index);
}

void Pool::drop_slot(std::int32_t index) noexcept {
  Slot& slot = at(index);
  if (slot.primary == index) {
    Region& region = *slot.region;
    (slot.previous < 0 ? region.first_slot : at(slot.previous).next) = slot.next;
    if (slot.next >= 0) {
      at(slot.next).previous = slot.previous;
    }
  }
  slot.region = nullptr;
  ++slot.generation;
  slot.next = spare_slot_;
  spare_slot_ = index;
}

/// A first block over bytes that are free.
std::int32_t Pool::open_slot(Region& region, std::uint64_t offset, std::uint64_t bytes, std::int64_t client) {
  std::int32_t index = -1;
  Slot& slot = fresh_slot(index);
  slot.region = &region;
  slot.fate = SHARRAY_FATE_CLEAN;
  slot.offset = offset;
  slot.bytes = bytes;
  slot.client = client;
  slot.primary = index;
  slot.leases = 1;
  slot.open = true;
  slot.next = region.first_slot;
  slot.previous = -1;
  if (slot.next >= 0) {
    at(slot.next).previous = index;
  }
  region.first_slot = index;
  ++region.live;
  ++open_blocks_;
  return index;
}

/// The bytes that an offset lies in, open or exported; -1 if there are none.
std::int32_t Pool::find(const Region& region, std::uint64_t offset) const noexcept {
  for (std::int32_t i = region.first_slot; i >= 0; i = at(i).next) {
    const Slot& slot = at(i);
    if (offset >= slot.offset && offset - slot.offset < std::max<std::uint64_t>(slot.bytes, 1)) {
      return i;
    }
  }
  return -1;
}

void Pool::describe(std::int32_t index, sharray_block& out) const noexcept {
  const Slot& slot = at(index);
  const Slot& bytes = at(slot.primary);
  const Region& region = *bytes.region;
  out.block = block_id(index, slot);
  out.mapping = region.at.mapping;
  out.segment = region.at.address;
  out.size = region.at.size;
  out.id = region.at.id;
  out.offset = static_cast<std::int64_t>(region.data_offset + bytes.offset);
  out.bytes = static_cast<std::int64_t>(bytes.bytes);
  std::uint64_t halves[2];
  std::memcpy(halves, region.uuid, sizeof halves);
  out.uuid_high = static_cast<std::int64_t>(__builtin_bswap64(halves[0]));
  out.uuid_low = static_cast<std::int64_t>(__builtin_bswap64(halves[1]));
}

/// Closes one block; the last one over its bytes closes those.
void Pool::close(std::int32_t index, std::int32_t fate, Leaving& leaving) noexcept {
  Slot& slot = at(index);
  const std::int32_t primary = slot.primary;
  slot.open = false;
  --open_blocks_;
  at(primary).fate |= fate;
  if (primary != index) {
    drop_slot(index);
  }
  if (--at(primary).leases == 0) {
    close_bytes(primary, leaving);
  }
}

void Pool::close_bytes(std::int32_t index, Leaving& leaving) noexcept {
  const Slot& slot = at(index);
  Region& region = *slot.region;
  --region.live;
  region.fate |= slot.fate;
  if ((slot.fate & SHARRAY_FATE_EXPORTED) != 0) {
    // The slot stays: somebody else may hold the bytes, and attach them here again.
    region.mark(slot.offset, slot.bytes, true);
  } else {
    if (slot.fate == SHARRAY_FATE_CLEAN && &region == current_) {
      const std::uint64_t room = rounded(slot.bytes);
      if (slot.offset + room == region.used) {
        region.used = slot.offset;
      } else {
        clean_.give(room, slot.offset);
      }
    }
    drop_slot(index);
  }
  if (region.live == 0) {
    settle(region, leaving);
  }
}

// ---- Regions

/// Decides what becomes of a region without open blocks.
void Pool::settle(Region& region, Leaving& leaving) noexcept {
  const bool clean = region.fate == SHARRAY_FATE_CLEAN;
  if (&region != current_) {
    clean ? keep(region, leaving) : leave(region, leaving);
  } else if ((region.fate & SHARRAY_FATE_EXPORTED) != 0 || region.at.size > limit_) {
    leave(region, leaving);
  } else {
    if (clean) {
      region.used = 0;
      clean_.clear();
    }
    begin_idle(region);
    while (idle_bytes() > limit_) {
      leave(*idle_.front(), leaving);
    }
  }
}

/// Takes a region out of the pool, to be released by the destructor of `leaving`.
void Pool::leave(Region& region, Leaving& leaving) noexcept {
  if (const auto kept = std::find(idle_.begin(), idle_.end(), &region); kept != idle_.end()) {
    unkeep(static_cast<std::size_t>(kept - idle_.begin()));
  }
  if (&region == current_) {
    current_ = nullptr;
    clean_.clear();
  }
  while (region.first_slot >= 0) {
    drop_slot(region.first_slot);
  }
  const std::size_t place = region.place;
  regions_[place].swap(regions_.back());
  regions_[place]->place = place;
  leaving.add(std::move(regions_.back()));
  regions_.pop_back();
}

/// A forked child shares the pages with its parent, so it must not give any of them to arrays of its own.
void Pool::abandon_inherited() noexcept {
  const int process = process_number();
  if (process == process_) {
    return;
  }
  process_ = process;
  Leaving leaving;
  while (!idle_.empty()) {
    leave(*idle_.front(), leaving);
  }
  current_ = nullptr;
  clean_.clear();
  for (std::size_t i = 0; i < regions_.size();) {
    Region& region = *regions_[i];
    region.fate |= SHARRAY_FATE_SPOILED;
    region.inherited = true;
    if (region.live == 0) {
      leave(region, leaving);
    } else {
      ++i;
    }
  }
}

/// Takes over a new region, which then needs no memory any more to be kept or released.
Pool::Region* Pool::adopt(std::unique_ptr<Region> region) {
  if (idle_.capacity() <= regions_.size()) {
    idle_.reserve(2 * regions_.size() + 8);
  }
  region->place = regions_.size();
  regions_.push_back(std::move(region));
  return regions_.back().get();
}

}  // namespace sharray
