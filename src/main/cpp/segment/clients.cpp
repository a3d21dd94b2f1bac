#include "segment/clients.h"

#include <cstddef>
#include <mutex>
#include <new>
#include <vector>

#include "api.h"
#include "segment/pool.h"
#include "segment/table.h"

namespace sharray {
namespace {

constexpr std::size_t kHooks = 8;

struct Clients {
  std::mutex mutex;
  std::int64_t last = 0;
  std::vector<std::int64_t> open;
  void (*hooks[kHooks])(std::int64_t) = {};
};

/// Never destroyed: threads may still run while the process exits.
Clients& clients() noexcept {
  alignas(Clients) static unsigned char memory[sizeof(Clients)];
  static Clients* const instance = new (memory) Clients;
  return *instance;
}

}  // namespace

std::int64_t open_client() noexcept {
  Clients& all = clients();
  const std::lock_guard<std::mutex> lock(all.mutex);
  try {
    all.open.push_back(all.last + 1);
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
  return ++all.last;
}

bool client_is_open(std::int64_t client) noexcept {
  Clients& all = clients();
  const std::lock_guard<std::mutex> lock(all.mutex);
  for (const std::int64_t id : all.open) {
    if (id == client) {
      return true;
    }
  }
  return false;
}

void close_client(std::int64_t client) noexcept {
  Clients& all = clients();
  void (*hooks[kHooks])(std::int64_t) = {};
  {
    const std::lock_guard<std::mutex> lock(all.mutex);
    if (std::erase(all.open, client) == 0) {
      return;
    }
    for (std::size_t i = 0; i < kHooks; ++i) {
      hooks[i] = all.hooks[i];
    }
  }
  for (auto* hook : hooks) {
    if (hook != nullptr) {
      hook(client);
    }
  }
  pool().drop_client(client);
  table().drop_client(client);
}

bool on_client_close(void (*hook)(std::int64_t)) noexcept {
  Clients& all = clients();
  const std::lock_guard<std::mutex> lock(all.mutex);
  for (auto*& place : all.hooks) {
    if (place == nullptr) {
      place = hook;
      return true;
    }
  }
  return false;
}

}  // namespace sharray
