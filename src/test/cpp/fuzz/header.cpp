// libFuzzer over headers: what the validator accepts must be sound by another computation, and whatever lies in a
// segment, looking at it, attaching it and reading what it describes touches no byte outside.
//
// An input is bytes 0-1023 of a segment, u32 state, u64 real size, u8 storage. Missing bytes are 0.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "segment/clients.h"
#include "segment/layout.h"
#include "segment/segment.h"
#include "segment/storage.h"
#include "segment/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments);
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t room);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t room, unsigned seed);

namespace {

using namespace sharray;
using Wide = __int128;

constexpr std::uint64_t kLargestFile = 1 << 20;

struct Input {
  Header header{};
  std::uint32_t state = 0;
  std::uint64_t real_size = 0;
  std::uint8_t storage = 0;
};

constexpr std::size_t kInputBytes = sizeof(Header) + 4 + 8 + 1;

Input parse(const std::uint8_t* data, std::size_t size) {
  std::uint8_t whole[kInputBytes] = {};
  std::memcpy(whole, data, std::min(size, sizeof whole));
  Input in;
  std::memcpy(&in.header, whole, sizeof in.header);
  std::memcpy(&in.state, whole + sizeof in.header, 4);
  std::memcpy(&in.real_size, whole + sizeof in.header + 4, 8);
  in.storage = whole[kInputBytes - 1];
  return in;
}

void require(bool good, const char* what) {
  if (!good) {
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
  }
}

struct Extent {
  Wide low = 0;
  Wide high = 0;
  bool empty = false;
};

/// First byte of the lowest element and first byte after the highest, from the data offset.
Extent extent(const Header& h) {
  Extent e{h.first_element, Wide{h.first_element} + h.item_size, false};
  for (int d = 0; d < h.dimensions; ++d) {
    e.empty = e.empty || h.shape[d] == 0;
    const Wide reach = (static_cast<Wide>(h.shape[d]) - 1) * h.strides[d];
    (reach < 0 ? e.low : e.high) += h.shape[d] == 0 ? 0 : reach;
  }
  return e;
}

void check_sound(const Header& h, std::uint64_t real_size) {
  const Wide end = static_cast<Wide>(h.data_offset) + h.data_size;
  require(h.data_offset >= kHeaderSize && h.data_offset % kDataAlignment == 0, "data behind the header");
  require(end <= h.total_size && h.total_size <= real_size, "data inside the segment");
  require(h.dimensions <= kMaxDimensions, "dimensions");
  if (h.purpose == kPool) {
    return;
  }
  const char* sizes = h.kind == 'b'                    ? "1"
                      : h.kind == 'i' || h.kind == 'u' ? "1248"
                      : h.kind == 'f'                  ? "48"
                      : h.kind == 'c'                  ? "8g"
                                                       : "";
  require(h.item_size > 0 && std::strchr(sizes, "0123456789abcdefg"[std::min<int>(h.item_size, 16)]) != nullptr &&
              h.item_size <= 16,
          "a known type");
  const Extent e = extent(h);
  require(e.empty || (e.low >= 0 && e.high <= h.data_size), "elements inside the data");
  require(h.first_element >= 0 && static_cast<std::uint64_t>(h.first_element) <= h.data_size, "first element inside");
}

void check_sentence(const char* error) {
  const std::size_t length = strnlen(error, SHARRAY_ERROR_BYTES);
  require(length > 10 && length < SHARRAY_ERROR_BYTES, "a failure has a sentence that ends");
}

/// Whether it would be attached.
bool validate(const Input& in) {
  if (header_fault(in.header, in.real_size, in.storage) == nullptr) {
    check_sound(in.header, in.real_size);
  }
  for (const std::uint64_t page : {std::uint64_t{4096}, std::uint64_t{1} << 21}) {
    Header completed = in.header;
    if (complete_header(completed, in.storage, 0, page) == nullptr) {
      check_sound(completed, completed.total_size);
      require(completed.total_size % page == 0, "whole pages");
    }
  }
  Target target;
  target.id = 7;
  target.name = "x";
  target.uuid = in.state % 2 == 0 ? in.header.uuid : nullptr;
  char error[SHARRAY_ERROR_BYTES] = "";
  const auto real_size = static_cast<std::int64_t>(in.real_size);
  const std::int32_t verdict = judge_found(target, in.storage, in.header, in.state, real_size, error);
  if (verdict == SHARRAY_OK) {
    check_sound(in.header, in.real_size);
    require(in.state == 1, "only what is ready is attached");
  } else {
    check_sentence(error);
  }
  return verdict == SHARRAY_OK;
}

std::int64_t client;
std::string posix_file;
std::string plain_file;

void lay(const std::string& path, const Input& in) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const auto present = std::min<std::uint64_t>(in.real_size, sizeof in.header);
  require(file >= 0 && ftruncate(file, static_cast<off_t>(in.real_size)) == 0, "a file for the input");
  require(pwrite(file, &in.header, present, 0) == static_cast<ssize_t>(present), "a file with the header");
  if (in.real_size >= kStateOffset + sizeof in.state) {
    require(pwrite(file, &in.state, sizeof in.state, kStateOffset) == sizeof in.state, "a file with the state");
  }
  close(file);
}

/// AddressSanitizer does not know shared mappings, but bytes outside of one are not mapped.
void touch(const Header& h, const sharray_mapping& at) {
  const Extent e = extent(h);
  if (h.purpose != kPool && !e.empty) {
    const auto* base =
        reinterpret_cast<const volatile std::uint8_t*>(at.address + static_cast<std::int64_t>(h.data_offset));
    static_cast<void>(base[static_cast<std::int64_t>(e.low)]);
    static_cast<void>(base[static_cast<std::int64_t>(e.high) - 1]);
  }
}

void attach(std::int32_t storage, const char* name, const std::string& path, const Input& in) {
  lay(path, in);
  Header seen{};
  sharray_mapping at{};
  std::int64_t attached = 0;
  char error[SHARRAY_ERROR_BYTES] = "";
  auto* bytes = reinterpret_cast<std::uint8_t*>(&seen);
  const std::int32_t peeked = segment_peek(storage, -1, name, bytes, &at, &attached, error);
  const std::uint8_t* uuid = in.state % 4 == 1 ? in.header.uuid : nullptr;
  const std::int32_t status = segment_attach(
      client, storage, -1, name, uuid, in.state % 3 == 0 ? SHARRAY_READ_WRITE : SHARRAY_READ_ONLY, bytes, &at, error);
  require((peeked == SHARRAY_OK) == (status == SHARRAY_OK), "looking and attaching agree");
  if (status == SHARRAY_OK) {
    check_sound(seen, static_cast<std::uint64_t>(at.size));
    touch(seen, at);
    require(segment_release(client, at.mapping) == 1 && segment_forget(client, at.mapping) == SHARRAY_OK, "release");
  } else {
    check_sentence(error);
  }
  std::int64_t freed = 0;
  const std::int32_t removed = segment_remove(storage, name, uuid, &freed, error);
  require(removed != 1, "nobody holds it");
  require(removed != SHARRAY_OK || std::memcmp(in.header.magic, kMagic, sizeof kMagic) == 0, "only ours is removed");
  unlink(path.c_str());
}

/// The header as text: a name or path that nobody has, however it is made.
void look_for(const Input& in) {
  const auto* text = reinterpret_cast<const char*>(&in.header);
  const std::string name(text, strnlen(text, sizeof in.header));
  Header seen{};
  sharray_mapping at{};
  std::int64_t attached = 0;
  char error[SHARRAY_ERROR_BYTES] = "";
  for (const std::int32_t storage : {SHARRAY_POSIX, SHARRAY_FILE}) {
    const std::int32_t status =
        segment_peek(storage, -1, name.c_str(), reinterpret_cast<std::uint8_t*>(&seen), &at, &attached, error);
    require(status != SHARRAY_OK, "there is nothing of that name");
    check_sentence(error);
  }
}

}  // namespace

int LLVMFuzzerInitialize(int*, char***) {
  static char root[] = "/dev/shm/fuzz-XXXXXX";
  require(mkdtemp(root) != nullptr, "a directory under /dev/shm");
  testing::shm_root = root;
  const std::string ours = std::string(root) + "/sharray-" + std::to_string(geteuid());
  require(mkdir(ours.c_str(), 0700) == 0, "a directory of the user");
  posix_file = ours + "/x";
  plain_file = std::string(root) + "/plain";
  client = open_client();
  std::atexit([] {
    rmdir((std::string(root) + "/sharray-" + std::to_string(geteuid())).c_str());
    rmdir(root);
  });
  return 0;
}

/// Mutates, then mostly makes checksum and magic right again: few inputs would come further otherwise.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t room, unsigned seed) {
  size = LLVMFuzzerMutate(data, size, std::min(room, kInputBytes));
  if (seed % 8 == 0 || room < kInputBytes) {
    return size;
  }
  Input in = parse(data, size);
  std::memset(data + size, 0, kInputBytes - size);
  std::memcpy(in.header.magic, kMagic, sizeof kMagic);
  if (seed % 8 < 5) {
    in.header.endian_tag = kEndianTag;
    in.header.major_version = kMajor;
    in.header.header_size = kHeaderSize;
    in.header.incompatible_flags = 0;
    data[kInputBytes - 1] = in.header.storage;
  }
  in.header.crc = header_crc(in.header);
  std::memcpy(data, &in.header, sizeof in.header);
  return kInputBytes;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Input in = parse(data, size);
  // Files cost a hundred times the validator: all that is accepted, and samples of the rest.
  const bool accepted = validate(in);
  if (in.real_size <= kLargestFile && (accepted || in.state % 64 == 3)) {
    attach(SHARRAY_POSIX, "x", posix_file, in);
    attach(SHARRAY_FILE, plain_file.c_str(), plain_file, in);
  }
  if (in.state % 64 == 5) {
    look_for(in);
  }
  return 0;
}
