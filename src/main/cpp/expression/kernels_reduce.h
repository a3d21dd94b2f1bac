/// Reductions of one block, in a fixed order of lanes. Included by kernels.h.
///
/// float64: lane l of 32 starts from the identity and takes elements l, l + 32, ... in this order; then lane l is
/// combined with l + 16, then l + 8, l + 4, l + 2, l + 1. A complex number counts as two elements, and the last step is
/// left out. A moment is the sum of (x - m)^2 for the mean m = sum / n, both in this order. Integers wrap, so that
/// their order is of no account.
#pragma once

#include "expression/kernels_memory.h"
#include "math/arithmetic.h"

namespace sharray {
namespace {

template <Reduction kReduction>
SHARRAY_INLINE simd::V combine_lanes(simd::V x, simd::V y) {
  if constexpr (kReduction == Reduction::sum) return x + y;
  if constexpr (kReduction == Reduction::prod) return x * y;
  if constexpr (kReduction == Reduction::min) return lane::minimum(x, y);
  if constexpr (kReduction == Reduction::max) return lane::maximum(x, y);
}

/// -0 for sums, so that the sum of a lone -0 keeps its sign.
template <Reduction kReduction>
constexpr double kIdentity = kReduction == Reduction::sum    ? -0.0
                             : kReduction == Reduction::prod ? 1.0
                             : kReduction == Reduction::min  ? simd::kInfinity
                                                             : -simd::kInfinity;

/// Lane i + kBy of x, or i + kBy - kLanes, in lane i.
template <std::size_t kBy, std::size_t... kLane>
SHARRAY_INLINE simd::V turned(simd::V x, std::index_sequence<kLane...>) {
  return __builtin_shufflevector(x, x, static_cast<int>((kLane + kBy) % simd::kLanes)...);
}

/// Lane i with i + kLanes / 2, and so on, until kLast lanes are left at the start.
template <Reduction kReduction, std::size_t kLast, std::size_t kWidth = simd::kLanes / 2>
SHARRAY_INLINE simd::V combine_within(simd::V x) {
  if constexpr (kWidth < kLast) {
    return x;
  } else {
    const simd::V both = combine_lanes<kReduction>(x, turned<kWidth>(x, std::make_index_sequence<simd::kLanes>()));
    return combine_within<kReduction, kLast, kWidth / 2>(both);
  }
}

/// The lanes of f(x) for n doubles x, combined until `kLast` are left, at the start of `last`; `ask(i)` before elements
/// from i on are read.
template <Reduction kReduction, std::size_t kLast, class F, class Ask>
SHARRAY_INLINE void reduce_lanes(const double* in, std::size_t n, double* last, F f, Ask ask) {
  using simd::kLanes;
  constexpr std::size_t kVectors = kReductionLanes / kLanes;
  const simd::V identity = simd::set(kIdentity<kReduction>);
  simd::V lanes[kVectors];
#pragma GCC unroll 16
  for (std::size_t v = 0; v < kVectors; ++v) lanes[v] = identity;
  std::size_t i = 0;
  for (; i + kReductionLanes <= n; i += kReductionLanes) {
    ask(i);
#pragma GCC unroll 16
    for (std::size_t v = 0; v < kVectors; ++v) {
      lanes[v] = combine_lanes<kReduction>(lanes[v], f(simd::load(in + i + v * kLanes)));
    }
  }
  for (std::size_t v = 0; i < n; ++v, i += kLanes) {
    if (i + kLanes <= n) {
      lanes[v] = combine_lanes<kReduction>(lanes[v], f(simd::load(in + i)));
    } else {
      // What f makes of the filler is replaced by the identity.
      alignas(64) double rest[kLanes];
      simd::store(rest, f(simd::load_part(in + i, n - i, simd::set(1.0))));
      lanes[v] = combine_lanes<kReduction>(lanes[v], simd::load_part(rest, n - i, identity));
    }
  }
#pragma GCC unroll 4
  for (std::size_t width = kVectors / 2; width >= 1; width /= 2) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < width; ++v) lanes[v] = combine_lanes<kReduction>(lanes[v], lanes[v + width]);
  }
  simd::store(last, combine_within<kReduction, kLast>(lanes[0]));
}

struct Same {
  SHARRAY_INLINE simd::V operator()(simd::V x) const { return x; }
};

/// As many lines ahead as are read.
struct AskAhead {
  const double* in;
  SHARRAY_INLINE void operator()(std::size_t i) const { ask_ahead<kReductionLanes * sizeof(double)>(in + i); }
};

/// While a block is read twice, the first half of the next block, then the second one.
template <std::size_t kHalf>
struct AskNextBlock {
  const double* in;
  SHARRAY_INLINE void operator()(std::size_t i) const {
    const double* next = in + kBlock + kHalf * (kBlock / 2) + i / 2;
    __builtin_prefetch(next);
    __builtin_prefetch(next + kReductionLanes / 4);
  }
};

template <Reduction kReduction, class Ask = AskAhead>
SHARRAY_INLINE double reduce_doubles(const double* in, std::size_t n) {
  alignas(64) double last[simd::kLanes];
  reduce_lanes<kReduction, 1>(in, n, last, Same(), Ask{in});
  return last[0];
}

template <Reduction kReduction>
SHARRAY_INLINE double combine_doubles(double x, double y) {
  if constexpr (kReduction == Reduction::sum) return x + y;
  if constexpr (kReduction == Reduction::prod) return x * y;
  constexpr bool kMin = kReduction == Reduction::min;
  if (x != x || y != y) return simd::kNaN;
  if (x == y) return (__builtin_signbit(x) != 0) == kMin ? x : y;
  return (x < y) == kMin ? x : y;
}

template <Reduction kReduction, class T>
SHARRAY_INLINE T combine_whole(T x, T y) {
  using U = std::uint64_t;
  if constexpr (kReduction == Reduction::sum) return static_cast<T>(static_cast<U>(x) + static_cast<U>(y));
  if constexpr (kReduction == Reduction::prod) return static_cast<T>(static_cast<U>(x) * static_cast<U>(y));
  if constexpr (kReduction == Reduction::min) return x < y ? x : y;
  return x > y ? x : y;
}

template <class T>
SHARRAY_INLINE T value_of(const Cell& cell) {
  if constexpr (std::is_same_v<T, double>) return cell.number[0];
  return static_cast<T>(cell.whole[0]);
}

template <class T>
SHARRAY_INLINE void set_value(Cell* cell, T value) {
  if constexpr (std::is_same_v<T, double>) {
    cell->number[0] = value;
  } else {
    cell->whole[0] = static_cast<std::int64_t>(value);
  }
}

template <Reduction kReduction, class T>
SHARRAY_INLINE T reduce_values(const T* in, std::size_t n) {
  if constexpr (std::is_same_v<T, double>) {
    return reduce_doubles<kReduction>(in, n);
  } else {
    T value = in[0];
    for (std::size_t i = 1; i < n; ++i) value = combine_whole<kReduction>(value, in[i]);
    return value;
  }
}

template <Reduction kReduction, class T>
void block_values(Cell* out, const void* in, std::size_t n, std::int64_t) noexcept {
  set_value(out, reduce_values<kReduction>(static_cast<const T*>(in), n));
}

template <Reduction kReduction, class T>
void combine_values(Cell* left, const Cell* right) noexcept {
  if constexpr (std::is_same_v<T, double>) {
    left->number[0] = combine_doubles<kReduction>(left->number[0], right->number[0]);
  } else {
    set_value(left, combine_whole<kReduction>(value_of<T>(*left), value_of<T>(*right)));
  }
}

template <Reduction kReduction, bool kAsk>
SHARRAY_INLINE void accumulate_rows(double* lanes, const char* rows, std::ptrdiff_t stride, std::size_t count,
                                    std::size_t columns, std::ptrdiff_t ahead) {
  using simd::kLanes;
  std::size_t i = 0;
  for (; i + kLanes <= columns; i += kLanes) {
    simd::V x = simd::load(lanes + i);
    const char* at = rows + i * sizeof(double);
    for (std::size_t k = 0; k < count; ++k, at += stride) {
      if constexpr (kAsk) __builtin_prefetch(at + ahead);
      x = combine_lanes<kReduction>(x, simd::load(reinterpret_cast<const double*>(at)));
    }
    simd::store(lanes + i, x);
  }
  if (i == columns) return;
  const std::size_t n = columns - i;
  const simd::V zero = simd::set(0.0);
  simd::V x = simd::load_part(lanes + i, n, zero);
  const char* at = rows + i * sizeof(double);
  for (std::size_t k = 0; k < count; ++k, at += stride) {
    x = combine_lanes<kReduction>(x, simd::load_part(reinterpret_cast<const double*>(at), n, zero));
  }
  simd::store_part(lanes + i, x, n);
}

template <Reduction kReduction>
void accumulate(double* lanes, const char* rows, std::ptrdiff_t stride, std::size_t count, std::size_t columns,
                std::ptrdiff_t ahead) noexcept {
  if (ahead == 0) {
    accumulate_rows<kReduction, false>(lanes, rows, stride, count, columns, 0);
  } else if (count == kRowsAtOnce) {
    accumulate_rows<kReduction, true>(lanes, rows, stride, kRowsAtOnce, columns, ahead);
  } else {
    accumulate_rows<kReduction, true>(lanes, rows, stride, count, columns, ahead);
  }
}

void block_complex_sum(Cell* out, const void* in, std::size_t n, std::int64_t) noexcept {
  alignas(64) double last[simd::kLanes];
  reduce_lanes<Reduction::sum, 2>(static_cast<const double*>(in), 2 * n, last, Same(),
                                  AskAhead{static_cast<const double*>(in)});
  out->number[0] = last[0];
  out->number[1] = last[1];
}

void combine_complex_sum(Cell* left, const Cell* right) noexcept {
  left->number[0] += right->number[0];
  left->number[1] += right->number[1];
}

void combine_complex_product(Cell* left, const Cell* right) noexcept {
  const double a = left->number[0], b = left->number[1], c = right->number[0], d = right->number[1];
  left->number[0] = a * c - b * d;
  left->number[1] = a * d + b * c;
}

/// Eight lanes in turn, combined pairwise.
void block_complex_product(Cell* out, const void* in, std::size_t n, std::int64_t) noexcept {
  constexpr std::size_t kParts = 8;
  const auto* z = static_cast<const double*>(in);
  Cell lanes[kParts] = {};
  for (Cell& lane : lanes) lane.number[0] = 1.0;
  for (std::size_t i = 0; i < n; ++i) {
    Cell next{};
    next.number[0] = z[2 * i];
    next.number[1] = z[2 * i + 1];
    combine_complex_product(&lanes[i % kParts], &next);
  }
  for (std::size_t width = kParts / 2; width >= 1; width /= 2) {
    for (std::size_t l = 0; l < width; ++l) combine_complex_product(&lanes[l], &lanes[l + width]);
  }
  *out = lanes[0];
}

/// Whether y comes before x: smaller, or larger for a maximum, or the first NaN.
template <Reduction kReduction, class T>
SHARRAY_INLINE bool is_better(T x, T y) {
  if (x != x) return false;
  if (y != y) return true;
  return kReduction == Reduction::argmin ? y < x : y > x;
}

template <Reduction kReduction, class T>
void block_place(Cell* out, const void* in, std::size_t n, std::int64_t place) noexcept {
  constexpr Reduction kValue = kReduction == Reduction::argmin ? Reduction::min : Reduction::max;
  const T* x = static_cast<const T*>(in);
  const T best = reduce_values<kValue>(x, n);
  std::size_t i = 0;
  while (best == best ? x[i] != best : x[i] == x[i]) ++i;
  set_value(out, best);
  out->whole[1] = place + static_cast<std::int64_t>(i);
}

template <Reduction kReduction, class T>
void combine_place(Cell* left, const Cell* right) noexcept {
  if (is_better<kReduction>(value_of<T>(*left), value_of<T>(*right))) *left = *right;
}

void block_moment(Cell* out, const void* in, std::size_t n, std::int64_t) noexcept {
  const auto* x = static_cast<const double*>(in);
  const double mean = reduce_doubles<Reduction::sum, AskNextBlock<0>>(x, n) / static_cast<double>(n);
  const simd::V middle = simd::set(mean);
  alignas(64) double last[simd::kLanes];
  reduce_lanes<Reduction::sum, 1>(
      x, n, last,
      [&](simd::V v) __attribute__((always_inline)) {
        const simd::V distance = v - middle;
        return distance * distance;
      },
      AskNextBlock<1>{x});
  out->number[0] = mean;
  out->number[1] = last[0];
  out->count = static_cast<std::int64_t>(n);
}

/// Chan, Golub and LeVeque: Updating formulae and a pairwise algorithm for computing sample variances, 1979.
void combine_moment(Cell* left, const Cell* right) noexcept {
  const auto n = static_cast<double>(left->count), m = static_cast<double>(right->count);
  const double distance = right->number[0] - left->number[0];
  left->number[0] += distance * (m / (n + m));
  left->number[1] += right->number[1] + distance * distance * (n * (m / (n + m)));
  left->count += right->count;
}

template <Reduction kReduction, class T>
void scan_values(void* out, const void* in, Cell* before, std::size_t n) noexcept {
  const T* x = static_cast<const T*>(in);
  T* to = static_cast<T*>(out);
  const auto combine = [](T a, T b) __attribute__((always_inline)) {
    if constexpr (std::is_same_v<T, double>) {
      return combine_doubles<kReduction>(a, b);
    } else {
      return combine_whole<kReduction>(a, b);
    }
  };
  T running = x[0];
  to[0] = running;
  for (std::size_t i = 1; i < n; ++i) to[i] = running = combine(running, x[i]);
  if (before->count != 0) {
    const T start = value_of<T>(*before);
    for (std::size_t i = 0; i < n; ++i) to[i] = combine(start, to[i]);
  }
  set_value(before, to[n - 1]);
  before->count = 1;
}

template <void (*kCombine)(Cell*, const Cell*) noexcept>
void scan_complex(void* out, const void* in, Cell* before, std::size_t n) noexcept {
  const auto* x = static_cast<const double*>(in);
  auto* to = static_cast<double*>(out);
  Cell running{};
  for (std::size_t i = 0; i < n; ++i) {
    Cell next{};
    next.number[0] = x[2 * i];
    next.number[1] = x[2 * i + 1];
    if (i == 0) {
      running = next;
    } else {
      kCombine(&running, &next);
    }
    Cell whole = before->count == 0 ? running : *before;
    if (before->count != 0) kCombine(&whole, &running);
    to[2 * i] = whole.number[0];
    to[2 * i + 1] = whole.number[1];
  }
  before->number[0] = to[2 * n - 2];
  before->number[1] = to[2 * n - 1];
  before->count = 1;
}

template <Reduction kReduction>
constexpr void fill_reduction(ReductionKernel (&row)[kAccumulators]) {
  row[0] = {&block_values<kReduction, std::int64_t>, &combine_values<kReduction, std::int64_t>, nullptr};
  row[1] = {&block_values<kReduction, std::uint64_t>, &combine_values<kReduction, std::uint64_t>, nullptr};
  row[2] = {&block_values<kReduction, double>, &combine_values<kReduction, double>, &accumulate<kReduction>};
}

template <Reduction kReduction>
constexpr void fill_place(ReductionKernel (&row)[kAccumulators]) {
  row[0] = {&block_place<kReduction, std::int64_t>, &combine_place<kReduction, std::int64_t>, nullptr};
  row[1] = {&block_place<kReduction, std::uint64_t>, &combine_place<kReduction, std::uint64_t>, nullptr};
  row[2] = {&block_place<kReduction, double>, &combine_place<kReduction, double>, nullptr};
}

template <Reduction kReduction>
constexpr void fill_scan(ScanKernel (&row)[kAccumulators]) {
  row[0] = &scan_values<kReduction, std::int64_t>;
  row[1] = &scan_values<kReduction, std::uint64_t>;
  row[2] = &scan_values<kReduction, double>;
  row[3] = &scan_complex < kReduction == Reduction::sum ? combine_complex_sum : combine_complex_product > ;
}

constexpr void fill_reductions(KernelTable& table) {
  fill_reduction<Reduction::sum>(table.reduce[0]);
  fill_reduction<Reduction::prod>(table.reduce[1]);
  fill_reduction<Reduction::min>(table.reduce[2]);
  fill_reduction<Reduction::max>(table.reduce[3]);
  fill_place<Reduction::argmin>(table.reduce[4]);
  fill_place<Reduction::argmax>(table.reduce[5]);
  table.reduce[0][3] = {&block_complex_sum, &combine_complex_sum, nullptr};
  table.reduce[1][3] = {&block_complex_product, &combine_complex_product, nullptr};
  table.reduce[6][2] = {&block_moment, &combine_moment, nullptr};
  fill_scan<Reduction::sum>(table.scan[0]);
  fill_scan<Reduction::prod>(table.scan[1]);
}

}  // namespace
}  // namespace sharray
