#include "segment/segment.h"

#include <cstring>
#include <new>
#include <utility>

#include "segment/clients.h"
#include "segment/errors.h"
#include "segment/layout.h"
#include "segment/storage.h"
#include "segment/table.h"

namespace sharray {
namespace {

static_assert(sizeof(Header) == SHARRAY_HEADER_BYTES);
static_assert(sizeof(Header::uuid) == SHARRAY_UUID_BYTES);

/// Nothing but lack of memory can be thrown in this room.
template <class Body>
std::int32_t guarded(char* error, Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return fail(error, SHARRAY_EXHAUSTED, "no memory for the table of segments; close arrays");
  }
}

std::int32_t unknown_storage(std::int32_t storage, char* error) noexcept {
  return fail(error, SHARRAY_INVALID, "storage %d is none that this version has", storage);
}

std::int32_t closed_client(std::int64_t client, char* error) noexcept {
  return fail(error, SHARRAY_INVALID, "client %lld is not open", static_cast<long long>(client));
}

const char* creation_fault(std::int32_t storage, const char* name, std::int32_t flags, std::int32_t mode) noexcept {
  if ((flags & ~SHARRAY_FLAG_PERSISTENT) != 0) {
    return "a flag is unknown";
  }
  if ((mode & ~0666) != 0 || (mode & 0600) != 0600) {
    return "the mode must let its owner read and write, and nobody execute";
  }
  if (storage == SHARRAY_SYSTEM_V && name[0] != 0) {
    return "System V segments have no names; use POSIX storage";
  }
  if (storage == SHARRAY_SYSTEM_V && flags != 0) {
    return "System V segments cannot be persistent; use POSIX storage or a file";
  }
  return nullptr;
}

}  // namespace

std::int32_t segment_create(std::int64_t client, std::int32_t storage, const char* name, std::int32_t flags,
                            std::int32_t mode, std::uint8_t* header, sharray_mapping* out, char* error) noexcept {
  const Storage* kind = find_storage(storage);
  if (kind == nullptr) {
    return unknown_storage(storage, error);
  }
  if (!client_is_open(client)) {
    return closed_client(client, error);
  }
  Header complete;
  std::memcpy(&complete, header, sizeof complete);
  const char* fault = creation_fault(storage, name, flags, mode);
  if (fault == nullptr) {
    fault = complete_header(complete, static_cast<std::uint8_t>(storage), static_cast<std::uint32_t>(flags));
  }
  if (fault != nullptr) {
    return fail(error, SHARRAY_INVALID, "cannot create a segment as described: %s", fault);
  }
  return guarded(error, [&] {
    Mapped mapped;
    if (const std::int32_t failure = kind->create(complete, name, mode, mapped, error)) {
      return failure;
    }
    if (!table().insert(client, storage, false, std::move(mapped), complete, *out)) {
      return closed_client(client, error);
    }
    std::memcpy(header, &complete, sizeof complete);
    return std::int32_t{SHARRAY_OK};
  });
}

std::int32_t segment_attach(std::int64_t client, std::int32_t storage, std::int64_t id, const char* name,
                            const std::uint8_t* uuid, std::int32_t read_only, std::uint8_t* header,
                            sharray_mapping* out, char* error) noexcept {
  const Storage* kind = find_storage(storage);
  if (kind == nullptr) {
    return unknown_storage(storage, error);
  }
  if (!client_is_open(client)) {
    return closed_client(client, error);
  }
  return guarded(error, [&] {
    const bool reading = read_only != 0;
    const Target target{id, name, uuid, reading};
    Header found;
    const bool known =
        uuid != nullptr && table().find(client, Table::key(storage, id, name, reading, uuid), found, *out);
    if (!known) {
      Mapped mapped;
      if (const std::int32_t failure = kind->attach(target, found, mapped, error)) {
        return failure;
      }
      if (!table().insert(client, storage, reading, std::move(mapped), found, *out)) {
        return closed_client(client, error);
      }
    }
    std::memcpy(header, &found, sizeof found);
    return std::int32_t{SHARRAY_OK};
  });
}

std::int32_t segment_release(std::int64_t client, std::int64_t mapping) noexcept {
  return table().release(client, mapping);
}

std::int32_t segment_forget(std::int64_t client, std::int64_t mapping) noexcept {
  return table().forget(client, mapping);
}

std::int32_t segment_peek(std::int32_t storage, std::int64_t id, const char* name, std::uint8_t* header,
                          sharray_mapping* out, std::int64_t* attached, char* error) noexcept {
  const Storage* kind = find_storage(storage);
  if (kind == nullptr) {
    return unknown_storage(storage, error);
  }
  return guarded(error, [&] {
    Target target;
    target.id = id;
    target.name = name;
    target.read_only = true;
    Header found;
    std::int64_t size = 0;
    const std::int32_t result = kind->peek(target, found, size, *attached, error);
    if (result == SHARRAY_OK) {
      std::memcpy(header, &found, sizeof found);
      *out = {0, 0, size, storage == SHARRAY_SYSTEM_V ? id : -1};
    }
    return result;
  });
}

std::int64_t segment_replace_failures() noexcept { return table().replace_failures(); }

}  // namespace sharray
