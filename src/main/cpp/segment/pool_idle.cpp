/// What is kept without a block in it: how much, and for how long.
#include <algorithm>

#include "segment/memory_limit.h"
#include "segment/pool.h"
#include "segment/pool_region.h"

namespace sharray {
namespace {

constexpr std::int64_t kMostIdle = std::int64_t{256} << 20;
constexpr std::int64_t kShareOfMemory = 16;
constexpr std::int64_t kIdleMs = 10000;

struct IdleLimit {
  std::int64_t bytes;
  const char* reason;
};

IdleLimit default_limit() noexcept {
  const MemoryLimit memory = memory_limit();
  if (memory.bytes / kShareOfMemory >= kMostIdle) {
    return {kMostIdle, "a quarter of a GiB, the default"};
  }
  return {memory.bytes / kShareOfMemory, memory.of_group ? "a sixteenth of the memory limit of the control group"
                                                         : "a sixteenth of the memory of the machine"};
}

}  // namespace

void Pool::keep(Region& region, Leaving& leaving) noexcept {
  // A segment of one array can be attached by its id alone, which `sharray ls` shows.
  if (region.at.size > limit_ || (region.dedicated && holders(region.at.id) > 1)) {
    leave(region, leaving);
    return;
  }
  while (!idle_.empty() && idle_bytes() + region.at.size > limit_) {
    leave(*idle_.front(), leaving);
  }
  if (idle_bytes() + region.at.size > limit_) {
    leave(*current_, leaving);
  }
  region.used = 0;
  begin_idle(region);
  region.hide();
  idle_.push_back(&region);  // there is room: see adopt
  idle_bytes_ += region.at.size;
}

void Pool::unkeep(std::size_t index) noexcept {
  idle_bytes_ -= idle_[index]->at.size;
  idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(index));
}

void Pool::begin_idle(Region& region) noexcept {
  region.idle_since = now_ms();
  if (!tended_ && idle_call_ != nullptr) {
    tended_ = true;
    idle_call_();
  }
}

void Pool::on_idle(void (*call)() noexcept) noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  idle_call_ = call;
}

std::int64_t Pool::tend() noexcept {
  Leaving leaving;
  const std::lock_guard<std::mutex> lock(mutex_);
  abandon_inherited();
  trim(leaving);
  const bool current_too = empty_current();
  tended_ = current_too || !idle_.empty();
  if (!tended_) {
    return -1;
  }
  std::int64_t since = current_too ? current_->idle_since : INT64_MAX;
  if (!idle_.empty()) {
    since = std::min(since, idle_.front()->idle_since);
  }
  return std::max<std::int64_t>(since + idle_ms_ - now_ms() + 1, 1);
}

void Pool::trim(Leaving& leaving) noexcept {
  if (idle_.empty() && !empty_current()) {
    return;
  }
  const std::int64_t before = now_ms() - idle_ms_;
  while (!idle_.empty() && idle_.front()->idle_since < before) {
    leave(*idle_.front(), leaving);
  }
  if (empty_current() && current_->idle_since < before) {
    leave(*current_, leaving);
  }
}

std::int64_t Pool::idle_bytes() const noexcept { return idle_bytes_ + (empty_current() ? current_->at.size : 0); }

bool Pool::empty_current() const noexcept { return current_ != nullptr && current_->live == 0; }

/// A kept segment for one array of `total` bytes, header included, that wastes at most a quarter.
std::unique_ptr<Pool::Region> Pool::take_idle(std::uint64_t total) {
  std::size_t best = idle_.size();
  for (std::size_t i = 0; i < idle_.size(); ++i) {
    const auto size = static_cast<std::uint64_t>(idle_[i]->at.size);
    const bool fits = idle_[i]->dedicated && size >= total && size - total <= total / 4;
    if (fits && (best == idle_.size() || size <= static_cast<std::uint64_t>(idle_[best]->at.size))) {
      best = i;
    }
  }
  if (best == idle_.size()) {
    return nullptr;
  }
  Region& region = *idle_[best];
  Leaving taken;
  leave(region, taken);
  return taken.take();
}

void Pool::limit(std::int64_t bytes, std::int64_t idle_ms) noexcept {
  Leaving leaving;
  const std::lock_guard<std::mutex> lock(mutex_);
  const IdleLimit wanted = bytes < 0 ? default_limit() : IdleLimit{bytes, "setting sharray.pool"};
  limit_ = wanted.bytes;
  reason_ = wanted.reason;
  idle_ms_ = idle_ms < 0 ? kIdleMs : idle_ms;
  while (!idle_.empty() && idle_bytes() > limit_) {
    leave(*idle_.front(), leaving);
  }
  if (idle_bytes() > limit_) {
    leave(*current_, leaving);
  }
}

bool Pool::release_idle() noexcept {
  Leaving leaving;
  const std::lock_guard<std::mutex> lock(mutex_);
  abandon_inherited();
  while (!idle_.empty()) {
    leave(*idle_.front(), leaving);
  }
  if (empty_current()) {
    leave(*current_, leaving);
  }
  return !leaving.empty();
}

PoolFacts Pool::facts() noexcept {
  Leaving leaving;
  const std::lock_guard<std::mutex> lock(mutex_);
  abandon_inherited();
  trim(leaving);
  PoolFacts facts;
  facts.blocks = open_blocks_;
  facts.idle = idle_bytes();
  facts.limit = limit_;
  facts.reason = reason_;
  for (const auto& region : regions_) {
    facts.segments += region->dedicated ? 0 : 1;
  }
  return facts;
}

}  // namespace sharray
