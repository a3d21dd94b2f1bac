// The header: checksum against its published value, and every field mutated must be refused.
#include "support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

const char* fault(Header h, bool seal = true) {
  if (seal) {
    h.crc = header_crc(h);
  }
  return header_fault(h, h.total_size == 0 ? 8192 : 12288, SHARRAY_SYSTEM_V);
}

template <class Change>
bool refused(const Header& good, Change change) {
  Header h = good;
  change(h);
  return fault(h) != nullptr;
}

void mutations(const Header& good) {
  CHECK(refused(good, [](Header& h) { h.magic[0] = 0; }));
  CHECK(refused(good, [](Header& h) { h.magic[7] = 0; }));
  CHECK(refused(good, [](Header& h) { h.major_version = 2; }));
  CHECK(!refused(good, [](Header& h) { h.minor_version = 9; }));
  CHECK(refused(good, [](Header& h) { h.header_size = 0; }));
  CHECK(refused(good, [](Header& h) { h.header_size = 0x80000000; }));
  CHECK(refused(good, [](Header& h) { h.endian_tag = 0x04030201; }));
  CHECK(refused(good, [](Header& h) { h.incompatible_flags = 1; }));
  CHECK(refused(good, [](Header& h) { h.storage = SHARRAY_POSIX; }));
  CHECK(refused(good, [](Header& h) { h.dimensions = 33; }));
  CHECK(refused(good, [](Header& h) { h.dimensions = 255; }));
  CHECK(refused(good, [](Header& h) { h.kind = 'c'; }));
  CHECK(refused(good, [](Header& h) { h.kind = 0; }));
  CHECK(refused(good, [](Header& h) { h.kind = 'i'; }));
  CHECK(refused(good, [](Header& h) { h.order = 'X'; }));
  CHECK(refused(good, [](Header& h) { h.item_size = 0; }));
  CHECK(refused(good, [](Header& h) { h.item_size = 4; }));
  CHECK(refused(good, [](Header& h) { h.type_string[0] = '>'; }));
  CHECK(refused(good, [](Header& h) { h.type_string[5] = 'x'; }));
  CHECK(refused(good, [](Header& h) { h.purpose = 2; }));
  CHECK(refused(good, [](Header& h) { h.purpose = kPool; }));
  CHECK(refused(good, [](Header& h) { h.zero = 1; }));
  for (const std::uint64_t bad : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1} << 63}) {
    CHECK(refused(good, [=](Header& h) { h.total_size = bad; }));
    CHECK(refused(good, [=](Header& h) { h.data_offset = bad; }));
    CHECK(refused(good, [=](Header& h) { h.data_size = bad; }));
  }
  CHECK(refused(good, [](Header& h) { h.data_offset = 4097; }));
  for (const std::uint64_t bad : {std::uint64_t{101}, std::uint64_t{1} << 31, std::uint64_t{1} << 61, ~std::uint64_t{0},
                                  std::uint64_t{1} << 63, (std::uint64_t{1} << 63) - 1}) {
    CHECK(refused(good, [=](Header& h) { h.shape[0] = bad; }));
  }
  for (const std::int64_t bad : {std::int64_t{4}, std::int64_t{16}, std::int64_t{-8}, INT64_MAX, INT64_MIN}) {
    CHECK(refused(good, [=](Header& h) { h.order = 'S', h.strides[0] = bad; }));
  }
  CHECK(refused(good, [](Header& h) { h.strides[0] = 0; }));
  for (const std::int64_t bad : {std::int64_t{-8}, std::int64_t{4}, std::int64_t{8}, INT64_MAX, INT64_MIN}) {
    CHECK(refused(good, [=](Header& h) { h.first_element = bad; }));
  }
}

void good_shapes(const Header& good) {
  CHECK(!refused(good, [](Header& h) { h.order = 'S', h.strides[0] = -8, h.first_element = 99 * 8; }));
  CHECK(!refused(good, [](Header& h) { h.order = 'S', h.strides[0] = 0; }));
  CHECK(!refused(good, [](Header& h) {
    h.dimensions = 2, h.shape[0] = 4, h.shape[1] = 25, h.strides[0] = 200, h.strides[1] = 8;
  }));
  CHECK(refused(good, [](Header& h) {
    h.dimensions = 2, h.shape[0] = 4, h.shape[1] = 26, h.strides[0] = 208, h.strides[1] = 8;
  }));
  CHECK(!refused(good, [](Header& h) {
    h.order = 'F', h.dimensions = 2, h.shape[0] = 4, h.shape[1] = 25, h.strides[0] = 8, h.strides[1] = 32;
  }));
  CHECK(!refused(good, [](Header& h) { h.dimensions = 2, h.shape[0] = 0, h.shape[1] = 25; }));
  CHECK(!refused(good, [](Header& h) { h.dimensions = 0; }));
}

void types(const Header& good) {
  const auto with = [&](char kind, std::uint16_t size, const char* type_string) {
    return !refused(good, [=](Header& h) {
      h.kind = kind;
      h.item_size = size;
      h.shape[0] = 7;
      h.strides[0] = size;
      std::memset(h.type_string, 0, sizeof h.type_string);
      std::memcpy(h.type_string, type_string, std::strlen(type_string));
    });
  };
  CHECK(with('b', 1, "|b1"));
  CHECK(with('i', 1, "|i1") && with('i', 2, "<i2") && with('i', 4, "<i4") && with('i', 8, "<i8"));
  CHECK(with('u', 1, "|u1") && with('u', 2, "<u2") && with('u', 4, "<u4") && with('u', 8, "<u8"));
  CHECK(with('f', 4, "<f4") && with('f', 8, "<f8"));
  CHECK(with('c', 8, "<c8") && with('c', 16, "<c16"));
  CHECK(!with('f', 2, "<f2") && !with('f', 16, "<f16") && !with('c', 32, "<c32") && !with('i', 16, "<i16"));
  CHECK(!with('b', 2, "<b2") && !with('i', 1, "<i1") && !with('i', 4, "|i4") && !with('i', 4, ">i4"));
  CHECK(!with('u', 4, "<i4") && !with('i', 8, "<i4") && !with('c', 16, "<c8") && !with('U', 4, "<U1"));
  CHECK(!with('S', 1, "|S1") && !with('M', 8, "<M8") && !with('O', 8, "|O8") && !with('c', 16, "<c16x"));
}

}  // namespace

int main() {
  CHECK_EQ(crc32c("123456789", 9), 0xE3069283u);
  Header h = vector_header(100);
  h.shape[1] = 7;  // beyond its dimensions: not for others to see
  CHECK(complete_header(h, SHARRAY_SYSTEM_V, 0, 4096) == nullptr);
  CHECK(fault(h, false) == nullptr);
  CHECK_EQ(h.shape[1], std::uint64_t{0});
  CHECK_EQ(h.creator_pid, static_cast<std::uint32_t>(getpid()));
  CHECK(h.total_size % 4096 == 0 && h.total_size >= 4096 + 800);
  mutations(h);
  good_shapes(h);
  types(h);
  for (std::size_t i = 0; i < sizeof h; ++i) {
    Header flipped = h;
    reinterpret_cast<std::uint8_t*>(&flipped)[i] ^= 0x40;
    CHECK(fault(flipped, false) != nullptr);
  }
  CHECK(header_fault(h, 4096, SHARRAY_SYSTEM_V) != nullptr);
  CHECK(header_fault(h, 0, SHARRAY_SYSTEM_V) != nullptr);
  Header huge = vector_header(100);
  huge.data_size = ~std::uint64_t{0} - 100;
  CHECK(complete_header(huge, SHARRAY_SYSTEM_V, 0, 4096) != nullptr);
  Header pool{};
  pool.purpose = kPool;
  pool.data_size = 4096;
  CHECK(complete_header(pool, SHARRAY_POSIX, 0, 4096) == nullptr);
  return check_summary();
}
