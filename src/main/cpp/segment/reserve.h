/// Room for a file before anybody writes into its pages.
#pragma once

#include <cstdint>

#include "segment/files.h"

namespace sharray {

enum class Backing { kMemory, kDisk };

/// Allocates the first `size` bytes of a file, which then has that length at least. Returns 0 or an errno value: what
/// cannot fit is refused before a page is taken.
int reserve(const FileDescriptor& file, std::int64_t size, Backing backing) noexcept;

/// Whether `size` more bytes can fit, without taking any: 0, or an errno value.
int check_room(const FileDescriptor& file, std::int64_t size, Backing backing) noexcept;

}  // namespace sharray
