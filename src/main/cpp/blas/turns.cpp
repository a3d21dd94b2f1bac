#include "blas/turns.h"

#include <sched.h>

#include <atomic>

namespace sharray {
namespace {

constexpr std::int64_t kWide = std::int64_t{1} << 40;
/// Turns of one thread, and kWide for the turn of several.
std::atomic<std::int64_t> turns{0};

bool needs_turns(const Provider& provider) noexcept { return provider.set_own_threads == nullptr; }

}  // namespace

bool Turn::try_enter(const Provider& provider) noexcept {
  if (!needs_turns(provider)) return true;
  if (turns.fetch_add(1, std::memory_order_acquire) < kWide) return true;
  turns.fetch_sub(1, std::memory_order_release);
  return false;
}

void Turn::leave(const Provider& provider) noexcept {
  if (needs_turns(provider)) turns.fetch_sub(1, std::memory_order_release);
}

Turn::Turn(const Provider& provider, int threads) noexcept : provider_(provider), threads_(threads) {
  if (threads == 1) {
    while (!try_enter(provider)) sched_yield();
  } else if (!needs_turns(provider)) {
    provider.set_own_threads(threads);
  } else {
    // From here on none begins; those that run are short.
    turns.fetch_add(kWide, std::memory_order_acquire);
    while ((turns.load(std::memory_order_acquire) & (kWide - 1)) != 0) sched_yield();
    if (provider.set_threads != nullptr) provider.set_threads(threads);
  }
}

Turn::~Turn() {
  if (threads_ == 1) {
    leave(provider_);
  } else if (!needs_turns(provider_)) {
    provider_.set_own_threads(0);
  } else {
    if (provider_.set_threads != nullptr) provider_.set_threads(1);
    turns.fetch_sub(kWide, std::memory_order_release);
  }
}

}  // namespace sharray
