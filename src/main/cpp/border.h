/// The thin library: one per Java class loader, between the glue that JavaCPP generates and the one core of the
/// process.
#pragma once

#include <cstdint>

#include "api.h"

/// The core's table; null until `sharray_bind` succeeded. The glue calls through it.
extern const sharray_api* sharray_core;

/// Finds the core that this process has loaded under `soname`, or loads it from the file `core`, then registers this
/// thin library with it. Callers hold one lock for the whole process: two that bind at once could load two libgomps.
/// Before the core comes libgomp.so.1, which reads its waiting policy as it is loaded: the node's, else the file `gomp`
/// if that is not empty. Returns 0 or a negative `sharray_status` with the reason in `error` (SHARRAY_ERROR_BYTES).
std::int32_t sharray_bind(const char* core, const char* soname, const char* gomp, char* error) noexcept;

std::uint32_t sharray_ops_checksum() noexcept;
const char* sharray_version() noexcept;
std::int64_t sharray_client() noexcept;

/// The address of the count of poisoned mappings.
std::int64_t sharray_poisonings() noexcept;

/// How this thin library's bind left the waiting policy, in words; empty where another bind had loaded the core.
const char* sharray_wait_policy() noexcept;

/// A range of native memory, in the shape that JavaCPP makes a buffer of that capacity of.
struct sharray_range {
  std::int64_t address;
  std::int64_t size;
};

sharray_range sharray_memory(std::int64_t address, std::int64_t size) noexcept;

/// JavaCPP's adapter protocol, for results only: nothing to assign from Java, nothing to free.
struct sharray_range_adapter {
  explicit sharray_range_adapter(const sharray_range& range)
      : address(reinterpret_cast<signed char*>(range.address)), size(range.size) {}
  operator signed char*() { return address; }
  signed char* address;
  std::int64_t size;
  void* owner = nullptr;
};
