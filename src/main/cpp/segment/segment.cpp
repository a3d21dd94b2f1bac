#include "segment/segment.h"

#include <unistd.h>

#include <cstring>
#include <new>
#include <utility>

#include "segment/clients.h"
#include "segment/errors.h"
#include "segment/layout.h"
#include "segment/pages.h"
#include "segment/pool.h"
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

constexpr std::int32_t kFlags = SHARRAY_FLAG_PERSISTENT | SHARRAY_FLAG_HUGE_PAGES | SHARRAY_FLAG_RESERVED_HUGE_PAGES |
                                SHARRAY_FLAG_INTERLEAVE | SHARRAY_FLAG_UNRESERVED | SHARRAY_FLAG_UNFINISHED;

const char* creation_fault(std::int32_t storage, const char* name, std::int32_t flags, std::int32_t mode) noexcept {
  const bool named = storage == SHARRAY_POSIX || storage == SHARRAY_FILE;
  if (raw_storage(storage) != nullptr) {
    return "memory without a header of ours is only attached";
  }
  if ((flags & ~kFlags) != 0) {
    return "a flag is unknown";
  }
  if ((mode & ~0666) != 0 || (mode & 0600) != 0600) {
    return "the mode must let its owner read and write, and nobody execute";
  }
  if (!named && name[0] != 0) {
    return "System V and memfd segments have no names; use POSIX storage";
  }
  if (!named && (flags & SHARRAY_FLAG_PERSISTENT) != 0) {
    return "System V and memfd segments cannot be persistent; use POSIX storage or a file";
  }
  if (!named && (flags & SHARRAY_FLAG_UNFINISHED) != 0) {
    return "nobody finds System V and memfd segments before their handle is handed out; leave out the flag";
  }
  if (storage == SHARRAY_SYSTEM_V && (flags & SHARRAY_FLAG_UNRESERVED) != 0) {
    return "System V segments never reserve their pages; leave out the flag";
  }
  if ((flags & SHARRAY_FLAG_UNRESERVED) != 0 && (flags & SHARRAY_FLAG_RESERVED_HUGE_PAGES) != 0) {
    return "reserved huge pages cannot be unreserved";
  }
  if (storage == SHARRAY_MEMFD && mode != 0600) {
    return "memfd segments are for their process only";
  }
  return nullptr;
}

/// What the header says of the flags.
std::uint32_t header_flags(std::int32_t storage, std::int32_t flags) noexcept {
  const bool persistent = storage == SHARRAY_FILE || (flags & SHARRAY_FLAG_PERSISTENT) != 0;
  return (persistent ? kPersistentFlag : 0) | ((flags & SHARRAY_FLAG_HUGE_PAGES) != 0 ? kHugePagesFlag : 0);
}

/// Bytes that the size of a segment is a multiple of: whoever attaches it cannot ask what pages it has.
std::uint64_t page_size(std::int32_t flags) noexcept {
  const std::uint64_t huge = (flags & SHARRAY_FLAG_RESERVED_HUGE_PAGES) != 0 ? huge_page_size() : 0;
  return huge != 0 ? huge : static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

const char* attach_fault(const Storage* kind, std::int32_t storage, const std::uint8_t* uuid,
                         std::int32_t access) noexcept {
  if (access < SHARRAY_READ_WRITE || access > SHARRAY_COPY_ON_WRITE) {
    return "the kind of access is unknown";
  }
  if (access == SHARRAY_COPY_ON_WRITE && storage != SHARRAY_FILE && storage != SHARRAY_RAW_FILE) {
    return "only files are attached copy-on-write";
  }
  return uuid != nullptr && kind == raw_storage(storage) ? "memory without a header of ours has no UUID" : nullptr;
}

constexpr Access kAccess[] = {Access::kReadWrite, Access::kReadOnly, Access::kPrivate};

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
    fault =
        complete_header(complete, static_cast<std::uint8_t>(storage), header_flags(storage, flags), page_size(flags));
  }
  if (fault != nullptr) {
    return fail(error, SHARRAY_INVALID, "cannot create a segment as described: %s", fault);
  }
  return guarded(error, [&] {
    Mapped mapped;
    std::int32_t failure = kind->create(complete, {name, mode, flags}, mapped, error);
    if (failure == SHARRAY_EXHAUSTED && pool().release_idle()) {
      failure = kind->create(complete, {name, mode, flags}, mapped, error);
    }
    if (failure != SHARRAY_OK) {
      return failure;
    }
    if (!table().insert(client, storage, std::move(mapped), complete, *out)) {
      return closed_client(client, error);
    }
    std::memcpy(header, &complete, sizeof complete);
    return std::int32_t{SHARRAY_OK};
  });
}

std::int32_t segment_attach(std::int64_t client, std::int32_t storage, std::int64_t id, const char* name,
                            const std::uint8_t* uuid, std::int32_t access, std::uint8_t* header, sharray_mapping* out,
                            char* error) noexcept {
  const Storage* kind = find_storage(storage);
  if (kind == nullptr) {
    return unknown_storage(storage, error);
  }
  if (!client_is_open(client)) {
    return closed_client(client, error);
  }
  if (const char* fault = attach_fault(kind, storage, uuid, access)) {
    return fail(error, SHARRAY_INVALID, "cannot attach as described: %s", fault);
  }
  return guarded(error, [&] {
    const Target target{id, name, uuid, kAccess[access]};
    Header found;
    const bool known =
        uuid != nullptr && table().find(client, Table::key(storage, id, name, target.access, uuid), found, *out);
    if (!known) {
      Mapped mapped;
      if (const std::int32_t failure = kind->attach(target, found, mapped, error)) {
        return failure;
      }
      if (!table().insert(client, storage, std::move(mapped), found, *out)) {
        return closed_client(client, error);
      }
    }
    std::memcpy(header, &found, sizeof found);
    return std::int32_t{SHARRAY_OK};
  });
}

std::int32_t segment_reach(std::int64_t client, std::int64_t mapping) noexcept {
  return guarded(nullptr, [&] { return table().reach(client, mapping); });
}

std::int32_t segment_release(std::int64_t client, std::int64_t mapping) noexcept {
  return table().release(client, mapping);
}

std::int32_t segment_forget(std::int64_t client, std::int64_t mapping) noexcept {
  return table().forget(client, mapping);
}

std::int32_t segment_flush(std::int64_t client, std::int64_t mapping, char* error) noexcept {
  return guarded(error, [&] { return table().flush(client, mapping, error); });
}

std::int32_t segment_finish(std::int64_t client, std::int64_t mapping, char* error) noexcept {
  return table().finish(client, mapping, error);
}

std::int32_t segment_verify(std::int64_t client, std::int64_t mapping, char* error) noexcept {
  return table().verify(client, mapping, error);
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
    target.access = Access::kReadOnly;
    Header found{};
    std::int64_t size = 0;
    *attached = -1;
    const std::int32_t result = kind->peek(target, found, size, *attached, error);
    std::memcpy(header, &found, sizeof found);
    *out = {0, 0, size, storage == SHARRAY_SYSTEM_V ? id : -1};
    return result;
  });
}

std::int32_t segment_remove(std::int32_t storage, const char* name, const std::uint8_t* uuid, std::int64_t* bytes,
                            char* error) noexcept {
  const Storage* kind = find_storage(storage);
  if (kind == nullptr) {
    return unknown_storage(storage, error);
  }
  return guarded(error, [&] {
    Target target;
    target.name = name;
    target.uuid = uuid;
    target.access = Access::kReadOnly;
    return kind->remove(target, *bytes, error);
  });
}

std::int64_t segment_replace_failures() noexcept { return table().replace_failures(); }

}  // namespace sharray
