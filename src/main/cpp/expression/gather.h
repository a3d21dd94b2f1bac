/// Selection of elements by indices and by masks, into an array whose elements lie in C order.
///
/// A call is a sequence of 64-bit words that Java writes:
/// ```
/// 0            result, see gather()
/// 1            kGatherVersion
/// 2            Selection
/// 3            dimensions of the space, of which each point is an element of the output, or of the mask
/// 4 5 6        bytes of an element; threads wanted, 0 for the team's; elements of the output
/// 7 8 9        addresses: output, source, indices or mask
/// 10 11 12     of `take`: dtype of the indices, length of the axis, byte stride of the source along it
/// 13...        shape, outermost dimension first; byte strides of the source, without the axis; those of the indices
/// ```
/// Indices and masks may be changed by others while they are read: each is read once, checked, and then used.
#pragma once

#include <cstdint>

#include "expression/program.h"

namespace sharray {

inline constexpr std::int64_t kGatherVersion = 0x1001;
inline constexpr std::int64_t kGatherHeaderWords = 13;

enum class Selection : std::uint8_t {
  take,     ///< the element at the place of an axis that an index says
  count,    ///< how many elements of a mask are true
  compress  ///< the elements for which a mask is true
};

/// A call, checked and taken apart.
struct Gather {
  Selection selection = Selection::count;
  std::size_t size = 1;
  int threads = 0;
  std::int64_t capacity = 0;
  char* out = nullptr;
  const char* source = nullptr;
  const char* chosen = nullptr;
  DType index_type = DType::int64;
  std::int64_t length = 0;
  std::int64_t axis_stride = 0;
  std::int64_t elements = 1;
  Extents shape, strides, chosen_strides;
};

/// Reads a call. False if it is not well formed: sizes are checked, addresses cannot be.
bool read_gather(const std::int64_t* call, std::int64_t words, Gather* gather) noexcept;

/// Estimated time of one thread.
double estimated_nanoseconds(const Gather& gather) noexcept;

/// Does it on up to `threads` threads, see parallel/ranges.h.
/// `*result`: of `count` how many are true; else 0, or 1 if an index was out of range or the mask has not `capacity`
/// true elements: then the output has any contents. Returns SHARRAY_OK or SHARRAY_EXHAUSTED.
std::int32_t gather(const Gather& gather, int threads, std::int64_t* result) noexcept;

}  // namespace sharray
