/// The header of a segment, byte by byte. Everything is little-endian; the struct has no padding.
///
/// | offset | type     | field                                                                                       |
/// |--------|----------|---------------------------------------------------------------------------------------------|
/// | 0      | u8[8]    | magic 89 53 48 52 41 59 0D 0A                                                               |
/// | 8, 10  | u16, u16 | version: major (a reader refuses any other), minor                                          |
/// | 12     | u32      | header size, 4096                                                                           |
/// | 16     | u32      | 0x01020304, tells the byte order                                                            |
/// | 20     | u32      | incompatible flags: a reader refuses any it does not know                                   |
/// | 24     | u32      | compatible flags: bit 0 = persistent, bit 1 = transparent huge pages wanted                 |
/// | 28     | u32      | CRC-32C of bytes 0-1023 with this field 0                                                   |
/// | 32     | u8[16]   | UUID, random                                                                                |
/// | 48     | u64      | total size, header included, at most the real size of the segment                           |
/// | 56     | u64      | offset of the data, a multiple of 4096                                                      |
/// | 64     | u64      | bytes of data                                                                               |
/// | 72     | u8       | storage: 1 System V, 2 POSIX, 3 memfd, 4 file                                               |
/// | 73     | u8       | number of dimensions, 0-32                                                                  |
/// | 74     | u8       | NumPy kind character: b, i, u, f or c                                                       |
/// | 75     | u8       | order: 'C', 'F' or 'S' (strided)                                                            |
/// | 76     | u16      | item size in bytes                                                                          |
/// | 78     | u8       | 0 dedicated to one array, 1 pool: no dimensions, kind character, order and item size 0      |
/// | 79     | u8       | 0                                                                                           |
/// | 80     | i64      | first element, in bytes from the data offset                                                |
/// | 88, 92 | u32, u32 | pid and uid of the creator; information only                                                |
/// | 96     | u64      | time of creation, nanoseconds since 1970                                                    |
/// | 104    | u64      | start time of the creator in clock ticks since boot                                         |
/// | 112    | u8[16]   | boot id of the kernel                                                                       |
/// | 128    | u64[32]  | shape                                                                                       |
/// | 384    | i64[32]  | strides in bytes                                                                            |
/// | 640    | char[32] | NumPy type string, NUL-padded ASCII, e.g. "<f8"                                             |
/// | 672    | char[64] | label, UTF-8, untrusted                                                                     |
/// | 736    |          | 0 up to 1023                                                                                |
/// | 1024   | u32      | state, atomic: 0 being made, 1 ready, 2 poisoned, 3 destroyed; written last, with release   |
/// | 1088   | u64      | generation counter for users, atomic, on its own cache line                                 |
/// | 4096   | u8[4096] | of a pool only: one bit for each 128 bytes of data, low bits first: 1 once its maker has    |
/// |        |          | closed the array there, which a handle still names; all 0 once the maker lets go of the     |
/// |        |          | segment. The data begin at 8192                                                             |
///
/// Bytes 0-1023 change only while state is 0. The rest up to 4095 is 0.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sharray {

inline constexpr std::uint8_t kMagic[8] = {0x89, 'S', 'H', 'R', 'A', 'Y', 0x0D, 0x0A};
inline constexpr std::uint16_t kMajor = 1;
inline constexpr std::uint16_t kMinor = 0;
inline constexpr std::uint32_t kEndianTag = 0x01020304;
inline constexpr std::uint32_t kHeaderSize = 4096;
inline constexpr std::uint64_t kDataAlignment = 4096;
inline constexpr int kMaxDimensions = 32;
inline constexpr std::uint32_t kPersistentFlag = 1;
inline constexpr std::uint32_t kHugePagesFlag = 2;
inline constexpr std::uint8_t kDedicated = 0;
inline constexpr std::uint8_t kPool = 1;
inline constexpr std::size_t kStateOffset = 1024;
inline constexpr std::uint32_t kClosedMapBytes = 4096;
/// Bytes of data for one bit of the map: the prefetcher takes cache lines in pairs.
inline constexpr std::uint64_t kPoolUnit = 128;

enum class State : std::uint32_t { kBeingMade = 0, kReady = 1, kPoisoned = 2, kDestroyed = 3 };

/// Bytes 0-1023. Always a private copy: the shared bytes are copied once and never believed again.
struct Header {
  std::uint8_t magic[8];
  std::uint16_t major_version;
  std::uint16_t minor_version;
  std::uint32_t header_size;
  std::uint32_t endian_tag;
  std::uint32_t incompatible_flags;
  std::uint32_t compatible_flags;
  std::uint32_t crc;
  std::uint8_t uuid[16];
  std::uint64_t total_size;
  std::uint64_t data_offset;
  std::uint64_t data_size;
  std::uint8_t storage;
  std::uint8_t dimensions;
  char kind;
  char order;
  std::uint16_t item_size;
  std::uint8_t purpose;
  std::uint8_t zero;
  std::int64_t first_element;
  std::uint32_t creator_pid;
  std::uint32_t creator_uid;
  std::uint64_t created_ns;
  std::uint64_t creator_start_ticks;
  std::uint8_t boot_id[16];
  std::uint64_t shape[kMaxDimensions];
  std::int64_t strides[kMaxDimensions];
  char type_string[32];
  char label[64];
  std::uint8_t reserved[288];
};

static_assert(sizeof(Header) == 1024);
static_assert(offsetof(Header, major_version) == 8 && offsetof(Header, minor_version) == 10);
static_assert(offsetof(Header, header_size) == 12 && offsetof(Header, endian_tag) == 16);
static_assert(offsetof(Header, incompatible_flags) == 20 && offsetof(Header, compatible_flags) == 24);
static_assert(offsetof(Header, crc) == 28 && offsetof(Header, uuid) == 32);
static_assert(offsetof(Header, total_size) == 48 && offsetof(Header, data_offset) == 56);
static_assert(offsetof(Header, data_size) == 64 && offsetof(Header, storage) == 72);
static_assert(offsetof(Header, dimensions) == 73 && offsetof(Header, kind) == 74 && offsetof(Header, order) == 75);
static_assert(offsetof(Header, item_size) == 76 && offsetof(Header, purpose) == 78 && offsetof(Header, zero) == 79);
static_assert(offsetof(Header, first_element) == 80 && offsetof(Header, creator_pid) == 88);
static_assert(offsetof(Header, creator_uid) == 92 && offsetof(Header, created_ns) == 96);
static_assert(offsetof(Header, creator_start_ticks) == 104 && offsetof(Header, boot_id) == 112);
static_assert(offsetof(Header, shape) == 128 && offsetof(Header, strides) == 384);
static_assert(offsetof(Header, type_string) == 640 && offsetof(Header, label) == 672);
static_assert(offsetof(Header, reserved) == 736);
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the layout is little-endian and read in place");

/// CRC-32C (Castagnoli, reflected 0x82F63B78) of `length` bytes, as in RFC 3720 appendix B.4.
std::uint32_t crc32c(const void* bytes, std::size_t length) noexcept;

/// The checksum that belongs into `header.crc`.
std::uint32_t header_crc(const Header& header) noexcept;

/// Checks a private copy of a header against the real size of its segment and the storage it was found in. Returns
/// null if every later access by the header's fields stays inside the segment, else what is wrong with it.
const char* header_fault(const Header& header, std::uint64_t real_size, std::uint8_t storage) noexcept;

/// Completes the header that a caller of `create` began (dimensions, type, order, purpose, first element, shape,
/// strides, label, data size): everything else is overwritten. The total size becomes a multiple of `page`. Returns
/// null, or what is wrong with the caller's part.
const char* complete_header(Header& header, std::uint8_t storage, std::uint32_t compatible_flags,
                            std::uint64_t page) noexcept;

}  // namespace sharray
