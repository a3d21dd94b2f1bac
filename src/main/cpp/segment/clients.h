/// The users of the core library: one per Java class loader.
#pragma once

#include <cstdint>

namespace sharray {

/// Under this number the pool holds its segments in the table. It is no client, and never closed.
inline constexpr std::int64_t kPoolClient = -1;

/// Registers a client and returns its id, > 0. Thread-safe.
std::int64_t open_client() noexcept;

/// Calls the hooks, then frees every block and releases every mapping that the client still holds or reaches. Unknown
/// ids are ignored.
void close_client(std::int64_t client) noexcept;

bool client_is_open(std::int64_t client) noexcept;

/// `hook(client)` runs at the start of each `close_client`, on its thread, once the client counts as closed. At most 8
/// hooks; returns false if there is no room. Hooks are never removed.
bool on_client_close(void (*hook)(std::int64_t)) noexcept;

}  // namespace sharray
