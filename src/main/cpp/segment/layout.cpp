#include "segment/layout.h"

#include <time.h>

#include <array>
#include <cstring>

#include "segment/provenance.h"

namespace sharray {
namespace {

struct ElementType {
  char kind;
  std::uint16_t size;
  const char* type_string;
};

constexpr ElementType kElementTypes[] = {
    {'b', 1, "|b1"}, {'i', 1, "|i1"}, {'i', 2, "<i2"},   {'i', 4, "<i4"}, {'i', 8, "<i8"},
    {'u', 1, "|u1"}, {'u', 2, "<u2"}, {'u', 4, "<u4"},   {'u', 8, "<u8"}, {'f', 4, "<f4"},
    {'f', 8, "<f8"}, {'c', 8, "<c8"}, {'c', 16, "<c16"},
};

using CrcTables = std::array<std::array<std::uint32_t, 256>, 8>;

/// Table k: what a byte makes of the remainder k bytes later.
constexpr CrcTables make_crc_tables() {
  CrcTables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value >> 1) ^ ((value & 1) != 0 ? 0x82F63B78u : 0u);
    }
    tables[0][byte] = value;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}

constexpr CrcTables kCrcTables = make_crc_tables();

bool known_type(const Header& h) noexcept {
  for (const ElementType& type : kElementTypes) {
    if (type.kind == h.kind && type.size == h.item_size) {
      char padded[sizeof h.type_string] = {};
      std::memcpy(padded, type.type_string, std::strlen(type.type_string));
      return std::memcmp(padded, h.type_string, sizeof padded) == 0;
    }
  }
  return false;
}

bool in_order(const Header& h) noexcept {
  if (h.order == 'S') {
    return true;
  }
  for (int d = 0; d < h.dimensions; ++d) {
    if (h.shape[d] == 0) {
      return true;  // no element, so no order: writers disagree on the strides of empty arrays
    }
  }
  std::int64_t expected = h.item_size;
  for (int i = 0; i < h.dimensions; ++i) {
    const int d = h.order == 'C' ? h.dimensions - 1 - i : i;
    const auto length = static_cast<std::int64_t>(h.shape[d]);
    if (length > 1 && h.strides[d] != expected) {
      return false;
    }
    if (length > 1 && __builtin_mul_overflow(expected, length, &expected)) {
      return false;
    }
  }
  return true;
}

/// The lowest and highest byte that the elements touch must lie inside the data.
const char* extent_fault(const Header& h) noexcept {
  std::int64_t low = h.first_element;
  std::int64_t high = h.first_element;
  std::int64_t bytes = h.item_size;
  bool empty = false;
  for (int d = 0; d < h.dimensions; ++d) {
    if (h.shape[d] > static_cast<std::uint64_t>(INT64_MAX)) {
      return "a length of its shape is negative";
    }
    const auto length = static_cast<std::int64_t>(h.shape[d]);
    if (length == 0) {
      empty = true;
      continue;
    }
    std::int64_t reach = 0;
    if (__builtin_mul_overflow(bytes, length, &bytes)) {
      return "its shape has more elements than a 64-bit size can count";
    }
    if (length > 1 && h.strides[d] % h.item_size != 0) {
      return "a stride is no multiple of its item size";
    }
    if (__builtin_mul_overflow(length - 1, h.strides[d], &reach)) {
      return "its strides leave the 64-bit range";
    }
    std::int64_t& end = reach < 0 ? low : high;
    if (__builtin_add_overflow(end, reach, &end)) {
      return "its strides leave the 64-bit range";
    }
  }
  if (h.first_element < 0 || h.first_element % h.item_size != 0 ||
      static_cast<std::uint64_t>(h.first_element) > h.data_size) {
    return "its first element lies outside the data";
  }
  if (empty) {
    return nullptr;
  }
  if (low < 0 || high < 0 || __builtin_add_overflow(high, std::int64_t{h.item_size}, &high) ||
      static_cast<std::uint64_t>(high) > h.data_size) {
    return "its elements reach outside the data";
  }
  return nullptr;
}

const char* array_fault(const Header& h) noexcept {
  if (h.dimensions > kMaxDimensions) {
    return "it has more than 32 dimensions";
  }
  if (h.purpose == kPool) {
    const bool bare = h.dimensions == 0 && h.kind == 0 && h.order == 0 && h.item_size == 0 && h.first_element == 0;
    if (!bare) {
      return "it is a pool but describes an array";
    }
    const bool mapped =
        h.data_offset >= kHeaderSize + kClosedMapBytes && h.data_size / kPoolUnit <= 8 * kClosedMapBytes;
    return mapped ? nullptr : "it is a pool without room for its map of closed arrays";
  }
  if (h.purpose != kDedicated) {
    return "its purpose is neither an array nor a pool";
  }
  if (!known_type(h)) {
    return "its element type is unknown";
  }
  if (h.order != 'C' && h.order != 'F' && h.order != 'S') {
    return "its order is none of C, F and S";
  }
  if (const char* fault = extent_fault(h)) {
    return fault;
  }
  return in_order(h) ? nullptr : "its strides contradict its order";
}

const char* size_fault(const Header& h, std::uint64_t real_size) noexcept {
  std::uint64_t end = 0;
  if (h.header_size != kHeaderSize || real_size < kHeaderSize) {
    return "its header size is not 4096 bytes";
  }
  if (h.data_offset < kHeaderSize || h.data_offset % kDataAlignment != 0) {
    return "its data offset overlaps the header or is not aligned";
  }
  if (__builtin_add_overflow(h.data_offset, h.data_size, &end) || end > h.total_size) {
    return "its data reach beyond its total size";
  }
  if (h.total_size > real_size || real_size > static_cast<std::uint64_t>(INT64_MAX)) {
    return "it claims more bytes than the segment has";
  }
  return nullptr;
}

}  // namespace

std::uint32_t crc32c(const void* bytes, std::size_t length) noexcept {
  const auto* p = static_cast<const std::uint8_t*>(bytes);
  std::uint32_t value = ~0u;
  const auto later = [](std::size_t k, std::uint64_t byte) { return kCrcTables[k][byte & 0xFF]; };
  for (; length >= 8; length -= 8, p += 8) {
    std::uint64_t word;
    std::memcpy(&word, p, sizeof word);
    word ^= value;
    value = later(7, word) ^ later(6, word >> 8) ^ later(5, word >> 16) ^ later(4, word >> 24) ^ later(3, word >> 32) ^
            later(2, word >> 40) ^ later(1, word >> 48) ^ later(0, word >> 56);
  }
  for (; length > 0; --length, ++p) {
    value = (value >> 8) ^ later(0, value ^ *p);
  }
  return ~value;
}

std::uint32_t header_crc(const Header& header) noexcept {
  Header copy = header;
  copy.crc = 0;
  return crc32c(&copy, sizeof copy);
}

const char* header_fault(const Header& h, std::uint64_t real_size, std::uint8_t storage) noexcept {
  if (std::memcmp(h.magic, kMagic, sizeof kMagic) != 0) {
    return "it does not begin with the Sharray magic";
  }
  if (h.endian_tag != kEndianTag) {
    return "its byte order is not little-endian";
  }
  if (h.major_version != kMajor) {
    return "its layout version is not 1";
  }
  if (h.crc != header_crc(h)) {
    return "the checksum of its header is wrong";
  }
  if (h.incompatible_flags != 0) {
    return "it needs features that this version does not have";
  }
  if (h.storage != storage) {
    return "its header names another storage";
  }
  if (h.zero != 0) {
    return "a reserved byte of its header is not zero";
  }
  if (const char* fault = size_fault(h, real_size)) {
    return fault;
  }
  return array_fault(h);
}

const char* complete_header(Header& h, std::uint8_t storage, std::uint32_t compatible_flags,
                            std::uint64_t page) noexcept {
  if (h.dimensions > kMaxDimensions) {
    return "it has more than 32 dimensions";
  }
  const std::uint64_t offset = kHeaderSize + (h.purpose == kPool ? kClosedMapBytes : 0);
  std::uint64_t end = 0;
  if (__builtin_add_overflow(h.data_size, offset + page - 1, &end) || end > static_cast<std::uint64_t>(INT64_MAX)) {
    return "its size leaves the 64-bit range";
  }
  std::memcpy(h.magic, kMagic, sizeof kMagic);
  h.major_version = kMajor;
  h.minor_version = kMinor;
  h.header_size = kHeaderSize;
  h.endian_tag = kEndianTag;
  h.incompatible_flags = 0;
  h.compatible_flags = compatible_flags;
  h.total_size = end / page * page;
  h.data_offset = offset;
  h.storage = storage;
  h.zero = 0;
  std::memset(h.shape + h.dimensions, 0, sizeof h.shape - h.dimensions * sizeof h.shape[0]);
  std::memset(h.strides + h.dimensions, 0, sizeof h.strides - h.dimensions * sizeof h.strides[0]);
  std::memset(h.reserved, 0, sizeof h.reserved);
  const ProcessFacts facts = process_facts();
  h.creator_pid = facts.pid;
  h.creator_uid = facts.uid;
  h.creator_start_ticks = facts.start_ticks;
  std::memcpy(h.boot_id, facts.boot_id, sizeof h.boot_id);
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  h.created_ns = static_cast<std::uint64_t>(now.tv_sec) * 1000000000u + static_cast<std::uint64_t>(now.tv_nsec);
  if (!random_bytes(h.uuid, sizeof h.uuid)) {
    return "the system gave no random bytes for its UUID";
  }
  h.crc = header_crc(h);
  return header_fault(h, h.total_size, storage);
}

}  // namespace sharray
