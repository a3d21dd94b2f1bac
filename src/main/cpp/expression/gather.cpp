#include "expression/gather.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <vector>

#include "api.h"
#include "expression/machine.h"
#include "parallel/ranges.h"

namespace sharray {
namespace {

/// Elements of a part of the space: of a mask as many are counted together.
constexpr std::int64_t kPart = 1 << 14;
/// An element from anywhere in memory.
constexpr double kNanosecondsEach = 3;

/// Reads a word that others may write, once.
template <class T>
T read_once(const char* at) noexcept {
  return __atomic_load_n(reinterpret_cast<const T*>(at), __ATOMIC_RELAXED);
}

/// The place that an index means; false if there is none.
template <class T>
bool place_of(const char* at, std::int64_t length, std::int64_t* place) noexcept {
  const T index = read_once<T>(at);
  if constexpr (static_cast<T>(-1) < T{0}) {
    *place = static_cast<std::int64_t>(index) + (index < 0 ? length : 0);
    return *place >= 0 && *place < length;
  } else {
    *place = static_cast<std::int64_t>(index);
    return static_cast<std::uint64_t>(index) < static_cast<std::uint64_t>(length);
  }
}

template <std::size_t kBytes>
struct Element {
  /// Copies n elements that are `stride` bytes apart.
  static void copy(char* to, const char* from, std::ptrdiff_t stride, std::int64_t n) noexcept {
    if (stride == static_cast<std::ptrdiff_t>(kBytes)) {
      std::memcpy(to, from, static_cast<std::size_t>(n) * kBytes);
      return;
    }
    for (std::int64_t i = 0; i < n; i++, to += kBytes, from += stride) std::memcpy(to, from, kBytes);
  }
};

/// Takes elements [first, last) of the space. False if an index is out of range.
template <std::size_t kBytes, class T>
bool take(const Gather& call, std::int64_t first, std::int64_t last) noexcept {
  Cursor cursor(call.shape, 0, call.shape.size());
  cursor.seek(first);
  const std::ptrdiff_t stride = cursor.inner_stride(call.strides), step = cursor.inner_stride(call.chosen_strides);
  char* to = call.out + static_cast<std::size_t>(first) * kBytes;
  while (first < last) {
    const std::int64_t n = std::min(cursor.run(), last - first);
    const char* from = call.source + cursor.offset(call.strides);
    const char* index = call.chosen + cursor.offset(call.chosen_strides);
    std::int64_t place;
    if (step == 0) {
      if (!place_of<T>(index, call.length, &place)) return false;
      Element<kBytes>::copy(to, from + place * call.axis_stride, stride, n);
    } else {
      for (std::int64_t i = 0; i < n; i++, index += step, from += stride) {
        if (!place_of<T>(index, call.length, &place)) return false;
        std::memcpy(to + static_cast<std::size_t>(i) * kBytes, from + place * call.axis_stride, kBytes);
      }
    }
    to += static_cast<std::size_t>(n) * kBytes;
    first += n;
    cursor.advance(n);
  }
  return true;
}

std::int64_t count(const Gather& call, std::int64_t first, std::int64_t last) noexcept {
  Cursor cursor(call.shape, 0, call.shape.size());
  cursor.seek(first);
  const std::ptrdiff_t step = cursor.inner_stride(call.chosen_strides);
  std::int64_t found = 0;
  while (first < last) {
    const std::int64_t n = std::min(cursor.run(), last - first);
    const char* mask = call.chosen + cursor.offset(call.chosen_strides);
    for (std::int64_t i = 0; i < n; i++) found += mask[i * step] != 0 ? 1 : 0;
    first += n;
    cursor.advance(n);
  }
  return found;
}

/// Copies the chosen elements of [first, last) to places [place, end) of the output. Returns the place after them, or
/// `end` + 1 if there are more.
template <std::size_t kBytes>
std::int64_t compress(const Gather& call, std::int64_t first, std::int64_t last, std::int64_t place,
                      std::int64_t end) noexcept {
  Cursor cursor(call.shape, 0, call.shape.size());
  cursor.seek(first);
  const std::ptrdiff_t stride = cursor.inner_stride(call.strides), step = cursor.inner_stride(call.chosen_strides);
  while (first < last) {
    const std::int64_t n = std::min(cursor.run(), last - first);
    const char* from = call.source + cursor.offset(call.strides);
    const char* mask = call.chosen + cursor.offset(call.chosen_strides);
    for (std::int64_t i = 0; i < n; i++) {
      if (mask[i * step] == 0) continue;
      if (place == end) return end + 1;
      std::memcpy(call.out + static_cast<std::size_t>(place) * kBytes, from + i * stride, kBytes);
      place++;
    }
    first += n;
    cursor.advance(n);
  }
  return place;
}

using Take = bool (*)(const Gather&, std::int64_t, std::int64_t) noexcept;
using Compress = std::int64_t (*)(const Gather&, std::int64_t, std::int64_t, std::int64_t, std::int64_t) noexcept;

template <std::size_t kBytes>
Take take_by_index(DType type) noexcept {
  switch (type) {
    case DType::int8:
      return take<kBytes, std::int8_t>;
    case DType::int16:
      return take<kBytes, std::int16_t>;
    case DType::int32:
      return take<kBytes, std::int32_t>;
    case DType::int64:
      return take<kBytes, std::int64_t>;
    case DType::uint8:
      return take<kBytes, std::uint8_t>;
    case DType::uint16:
      return take<kBytes, std::uint16_t>;
    case DType::uint32:
      return take<kBytes, std::uint32_t>;
    default:
      return take<kBytes, std::uint64_t>;
  }
}

Take take_of(const Gather& call) noexcept {
  switch (call.size) {
    case 1:
      return take_by_index<1>(call.index_type);
    case 2:
      return take_by_index<2>(call.index_type);
    case 4:
      return take_by_index<4>(call.index_type);
    case 8:
      return take_by_index<8>(call.index_type);
    default:
      return take_by_index<16>(call.index_type);
  }
}

Compress compress_of(const Gather& call) noexcept {
  switch (call.size) {
    case 1:
      return compress<1>;
    case 2:
      return compress<2>;
    case 4:
      return compress<4>;
    case 8:
      return compress<8>;
    default:
      return compress<16>;
  }
}

/// Calls body(part, first, last) for each part of the space on the threads.
template <class Body>
void each_part(const Gather& call, int threads, const Body& body) noexcept {
  const std::int64_t parts = (call.elements + kPart - 1) / kPart;
  parallel_ranges(parts, threads, [&](std::int64_t first, std::int64_t last) noexcept {
    for (std::int64_t part = first; part < last; part++) {
      body(part, part * kPart, std::min(call.elements, (part + 1) * kPart));
    }
  });
}

/// Whether the compressed elements were as many as there is room for.
bool compress_all(const Gather& call, int threads, std::vector<std::int64_t>& ends) noexcept {
  each_part(call, threads, [&](std::int64_t part, std::int64_t first, std::int64_t last) noexcept {
    ends[static_cast<std::size_t>(part)] = count(call, first, last);
  });
  std::int64_t total = 0;
  for (std::int64_t& end : ends) end = total += end;
  if (total != call.capacity) return false;
  const Compress run = compress_of(call);
  std::atomic<bool> good{true};
  each_part(call, threads, [&](std::int64_t part, std::int64_t first, std::int64_t last) noexcept {
    const std::int64_t start = part == 0 ? 0 : ends[static_cast<std::size_t>(part - 1)];
    const std::int64_t end = ends[static_cast<std::size_t>(part)];
    if (run(call, first, last, start, end) != end) good = false;
  });
  return good;
}

/// Drops dimensions of length 1, and merges those that all operands walk as one.
void merge(Gather& call) noexcept {
  for (std::size_t d = call.shape.size(); d-- > 0;) {
    const bool single = call.shape[d] == 1;
    std::int64_t span, chosen_span;
    const bool merges = !single && d + 1 < call.shape.size() &&
                        !__builtin_mul_overflow(call.strides[d + 1], call.shape[d + 1], &span) &&
                        !__builtin_mul_overflow(call.chosen_strides[d + 1], call.shape[d + 1], &chosen_span) &&
                        call.strides[d] == span && call.chosen_strides[d] == chosen_span;
    if (merges) call.shape[d + 1] *= call.shape[d];
    if (single || merges) {
      call.shape.erase(d);
      call.strides.erase(d);
      call.chosen_strides.erase(d);
    }
  }
}

}  // namespace

bool read_gather(const std::int64_t* call, std::int64_t words, Gather* gather) noexcept {
  if (words < kGatherHeaderWords || call[1] != kGatherVersion) return false;
  const std::int64_t selection = call[2], dimensions = call[3], size = call[4];
  if (selection < 0 || selection > static_cast<std::int64_t>(Selection::compress)) return false;
  if (dimensions < 0 || dimensions > kMaxDimensions || words != kGatherHeaderWords + 3 * dimensions) return false;
  if (size < 1 || size > static_cast<std::int64_t>(kLargestElement) || (size & (size - 1)) != 0) return false;
  if (call[5] < 0 || call[5] > 4096 || call[6] < 0 || call[10] < 0 || call[10] >= static_cast<std::int64_t>(kDTypes) ||
      call[11] < 0)
    return false;
  gather->selection = static_cast<Selection>(selection);
  gather->size = static_cast<std::size_t>(size);
  gather->threads = static_cast<int>(call[5]);
  gather->capacity = call[6];
  gather->out = reinterpret_cast<char*>(call[7]);
  gather->source = reinterpret_cast<const char*>(call[8]);
  gather->chosen = reinterpret_cast<const char*>(call[9]);
  gather->index_type = static_cast<DType>(call[10]);
  gather->length = call[11];
  gather->axis_stride = call[12];
  if (gather->selection == Selection::take && !is_integer(gather->index_type)) return false;
  const std::int64_t* extents = call + kGatherHeaderWords;
  for (std::int64_t d = 0; d < dimensions; d++) {
    if (extents[d] < 0 || __builtin_mul_overflow(gather->elements, extents[d], &gather->elements)) return false;
    gather->shape.push_back(extents[d]);
    gather->strides.push_back(extents[dimensions + d]);
    gather->chosen_strides.push_back(extents[2 * dimensions + d]);
  }
  if (gather->selection == Selection::take && gather->capacity != gather->elements) return false;
  merge(*gather);
  return true;
}

double estimated_nanoseconds(const Gather& gather) noexcept {
  return kNanosecondsEach * static_cast<double>(gather.elements);
}

std::int32_t gather(const Gather& call, int threads, std::int64_t* result) noexcept {
  *result = 0;
  if (call.elements == 0) {
    if (call.selection == Selection::compress) *result = call.capacity == 0 ? 0 : 1;
    return SHARRAY_OK;
  }
  if (call.selection == Selection::take) {
    const Take run = take_of(call);
    std::atomic<bool> good{true};
    each_part(call, threads, [&](std::int64_t, std::int64_t first, std::int64_t last) noexcept {
      if (good && !run(call, first, last)) good = false;
    });
    *result = good ? 0 : 1;
    return SHARRAY_OK;
  }
  try {
    std::vector<std::int64_t> counts(static_cast<std::size_t>((call.elements + kPart - 1) / kPart));
    if (call.selection == Selection::compress) {
      *result = compress_all(call, threads, counts) ? 0 : 1;
      return SHARRAY_OK;
    }
    each_part(call, threads, [&](std::int64_t part, std::int64_t first, std::int64_t last) noexcept {
      counts[static_cast<std::size_t>(part)] = count(call, first, last);
    });
    for (std::int64_t found : counts) *result += found;
    return SHARRAY_OK;
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

}  // namespace sharray
