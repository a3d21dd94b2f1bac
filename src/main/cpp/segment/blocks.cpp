#include "segment/blocks.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "segment/errors.h"
#include "segment/pool.h"
#include "segment/pool_region.h"
#include "segment/table.h"

namespace sharray {
namespace {

/// Nothing but lack of memory can be thrown here.
template <class Body>
std::int32_t guarded(char* error, Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return fail(error, SHARRAY_EXHAUSTED, "no memory for the table of blocks; close arrays");
  }
}

}  // namespace

std::int32_t block_create(std::int64_t client, std::int64_t bytes, std::int32_t zeroed, std::uint8_t* header,
                          sharray_block* out, char* error) noexcept {
  return guarded(error, [&] {
    if (header == nullptr) {
      return pool().create(client, bytes, zeroed != 0, nullptr, *out, error);
    }
    Header complete;
    std::memcpy(&complete, header, sizeof complete);
    const std::int32_t status = pool().create(client, bytes, zeroed != 0, &complete, *out, error);
    std::memcpy(header, &complete, sizeof complete);
    return status;
  });
}

std::int32_t block_attach(std::int64_t client, std::int64_t id, const std::uint8_t* uuid, std::int64_t first,
                          sharray_block* out, char* error) noexcept {
  return guarded(error, [&] { return pool().attach(client, id, uuid, first, *out, error); });
}

std::int32_t block_free(std::int64_t client, std::int64_t block, std::int32_t fate) noexcept {
  return pool().free(client, block, fate);
}

std::int32_t block_verify(std::int64_t client, std::int64_t mapping, std::int64_t first, char* error) noexcept {
  return guarded(error, [&] {
    Mapped mapped;
    Header header;
    const std::int32_t alone = table().held_once(client, mapping, mapped, header);
    const auto closed = [&] { return closed_by_maker(mapped.base, header, first); };
    // Asked again after counting: a maker clears the mark before it lets go, so it was among those counted.
    if (alone <= 0 || !closed() || holders(mapped.id) > 2 || !closed()) {
      return std::min<std::int32_t>(alone, SHARRAY_OK);
    }
    return fail(error, SHARRAY_GONE,
                "cannot attach an array in System V segment %lld: its maker has closed it, and nobody else holds it; "
                "keep the array open in the sender until the receiver has attached",
                static_cast<long long>(mapped.id));
  });
}

PoolFacts pool_facts() noexcept { return pool().facts(); }

void pool_limit(std::int64_t bytes, std::int64_t idle_ms) noexcept { pool().limit(bytes, idle_ms); }

std::int32_t pool_release() noexcept { return pool().release_idle() ? 1 : 0; }

std::int64_t pool_tend() noexcept { return pool().tend(); }

void pool_on_idle(void (*call)() noexcept) noexcept { pool().on_idle(call); }

}  // namespace sharray
