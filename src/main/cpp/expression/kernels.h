/// The loops around the functions of math/, and the table of them. Included once for each CPU path, by a file that
/// defines SHARRAY_PATH_*.
#pragma once

#include <utility>

#include "expression/kernel_table.h"
#include "expression/kernels_memory.h"
#include "math/arithmetic.h"
#include "math/digamma.h"
#include "math/exp.h"
#include "math/gammaln.h"
#include "math/log.h"

namespace sharray {
namespace {

using simd::I;
using simd::kLanes;
using simd::M;
using simd::V;

/// How a kernel reads operand k: float64 or bool, an array or one value (bit k of the scalar mask).
template <bool kScalar>
struct Doubles {
  const double* p;
  V one;
  SHARRAY_INLINE explicit Doubles(const void* from) : p(static_cast<const double*>(from)), one() {
    if constexpr (kScalar) one = simd::set(*p);
  }
  SHARRAY_INLINE V full(std::size_t i) const { return kScalar ? one : simd::load(p + i); }
  SHARRAY_INLINE V part(std::size_t i, std::size_t n) const {
    return kScalar ? one : simd::load_part(p + i, n, simd::set(1.0));
  }
};

template <bool kScalar>
struct Bools {
  const std::uint8_t* p;
  SHARRAY_INLINE explicit Bools(const void* from) : p(static_cast<const std::uint8_t*>(from)) {}
  SHARRAY_INLINE M full(std::size_t i) const {
    if constexpr (kScalar) return simd::unpack(*p != 0 ? (1U << kLanes) - 1 : 0U);
    return simd::load_bools(p + i);
  }
  SHARRAY_INLINE M part(std::size_t i, std::size_t n) const {
    if constexpr (kScalar) return full(i);
    unsigned m = 0;
    for (std::size_t j = 0; j < n; ++j) m |= (p[i + j] != 0 ? 1U : 0U) << j;
    return simd::unpack(m);
  }
};

SHARRAY_INLINE void put(void* out, std::size_t i, V x) { simd::store(static_cast<double*>(out) + i, x); }
SHARRAY_INLINE void put_part(void* out, std::size_t i, V x, std::size_t n) {
  simd::store_part(static_cast<double*>(out) + i, x, n);
}

/// out[i] = f(operands at i), with float64 results.
template <class F, class... Operands>
SHARRAY_INLINE void map_doubles(F f, void* out, std::size_t n, Operands... operands) {
  std::size_t i = 0;
#pragma GCC unroll 2
  for (; i + kLanes <= n; i += kLanes) put(out, i, f(operands.full(i)...));
  if (i < n) put_part(out, i, f(operands.part(i, n - i)...), n - i);
}

/// out[i] = f(operands at i), with bool results.
template <class F, class... Operands>
SHARRAY_INLINE void map_bools(F f, void* out, std::size_t n, Operands... operands) {
  auto* to = static_cast<std::uint8_t*>(out);
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) simd::store_bools(to + i, f(operands.full(i)...));
  if (i < n) {
    const unsigned m = simd::pack(f(operands.part(i, n - i)...));
    for (std::size_t j = 0; i + j < n; ++j) to[i + j] = static_cast<std::uint8_t>(m >> j & 1U);
  }
}

/// Bytes 0 and 1, eight at a time.
template <class F, bool... kScalar>
SHARRAY_INLINE void map_bytes(F f, void* out, std::size_t n, const void* const (&operands)[sizeof...(kScalar)]) {
  constexpr bool scalar[] = {kScalar...};
  constexpr std::size_t kArity = sizeof...(kScalar);
  auto* to = static_cast<std::uint8_t*>(out);
  for (std::size_t i = 0; i < n; i += 8) {
    const std::size_t count = n - i < 8 ? n - i : 8;
    std::uint64_t words[kArity] = {};
    for (std::size_t k = 0; k < kArity; ++k) {
      const auto* from = static_cast<const std::uint8_t*>(operands[k]);
      if (scalar[k]) {
        words[k] = *from * std::uint64_t{0x0101010101010101};
      } else if (count == 8) {
        __builtin_memcpy(&words[k], from + i, 8);
      } else {
        __builtin_memcpy(&words[k], from + i, count);
      }
    }
    std::uint64_t result;
    if constexpr (kArity == 1) {
      result = f(words[0]);
    } else {
      result = f(words[0], words[1]);
    }
    if (count == 8) {
      __builtin_memcpy(to + i, &result, 8);
    } else {
      __builtin_memcpy(to + i, &result, count);
    }
  }
}

enum class Types { FLOATS, COMPARE, TEST, BOOLS, SELECT };

/// The kernel of a function on lanes.
template <auto F, int kArity, Types kTypes, unsigned kMask>
void lanes_kernel(void* out, const void* a, const void* b, const void* c, std::size_t n) noexcept {
  constexpr bool kA = (kMask & 1U) != 0, kB = (kMask & 2U) != 0, kC = (kMask & 4U) != 0;
  if constexpr (kTypes == Types::BOOLS) {
    if constexpr (kArity == 1) {
      map_bytes<decltype(F), kA>(F, out, n, {a});
    } else {
      map_bytes<decltype(F), kA, kB>(F, out, n, {a, b});
    }
  } else if constexpr (kTypes == Types::SELECT) {
    map_doubles(F, out, n, Bools<kA>(a), Doubles<kB>(b), Doubles<kC>(c));
  } else if constexpr (kTypes == Types::COMPARE) {
    map_bools(F, out, n, Doubles<kA>(a), Doubles<kB>(b));
  } else if constexpr (kTypes == Types::TEST) {
    map_bools(F, out, n, Doubles<kA>(a));
  } else if constexpr (kArity == 1) {
    map_doubles(F, out, n, Doubles<kA>(a));
  } else if constexpr (kArity == 2) {
    map_doubles(F, out, n, Doubles<kA>(a), Doubles<kB>(b));
  } else {
    map_doubles(F, out, n, Doubles<kA>(a), Doubles<kB>(b), Doubles<kC>(c));
  }
}

/// The kernel of a function of one operand on blocks.
template <auto F, int kArity, Types kTypes, unsigned kMask>
void block_kernel(void* out, const void* a, const void*, const void*, std::size_t n) noexcept {
  static_assert(kArity == 1 && kTypes == Types::FLOATS);
  auto* to = static_cast<double*>(out);
  if constexpr (kMask == 0) {
    F(to, static_cast<const double*>(a), n);
  } else {
    double value;
    F(&value, static_cast<const double*>(a), 1);
    for (std::size_t i = 0; i < n; ++i) to[i] = value;
  }
}

template <auto F>
struct Lanes {
  template <int kArity, Types kTypes, unsigned kMask>
  static constexpr Kernel kernel = &lanes_kernel<F, kArity, kTypes, kMask>;
};

template <auto F>
struct Block {
  template <int kArity, Types kTypes, unsigned kMask>
  static constexpr Kernel kernel = &block_kernel<F, kArity, kTypes, kMask>;
};

template <class Form, int kArity, Types kTypes>
constexpr void fill_row(Kernel (&row)[8]) {
  row[0] = Form::template kernel<kArity, kTypes, 0>;
  row[1] = Form::template kernel<kArity, kTypes, 1>;
  if constexpr (kArity >= 2) {
    row[2] = Form::template kernel<kArity, kTypes, 2>;
    row[3] = Form::template kernel<kArity, kTypes, 3>;
  }
  if constexpr (kArity >= 3) {
    row[4] = Form::template kernel<kArity, kTypes, 4>;
    row[5] = Form::template kernel<kArity, kTypes, 5>;
    row[6] = Form::template kernel<kArity, kTypes, 6>;
    row[7] = Form::template kernel<kArity, kTypes, 7>;
  }
}

template <Inner kInner, Outer kOuter>
SHARRAY_INLINE V chain(V x, V y, V z) {
  const V r = kInner == Inner::add ? x + y : kInner == Inner::subtract ? x - y : x * y;
  return kOuter == Outer::plus ? r + z : kOuter == Outer::minus ? r - z : kOuter == Outer::minus_from ? z - r : r * z;
}

template <Inner kInner, Outer kOuter>
constexpr void fill_chain(KernelTable& table) {
  constexpr auto f = [](V x, V y, V z) __attribute__((always_inline)) { return chain<kInner, kOuter>(x, y, z); };
  fill_row<Lanes<f>, 3, Types::FLOATS>(table.chain[chain_index(kInner, kOuter)]);
}

template <Inner kInner>
constexpr void fill_chains(KernelTable& table) {
  fill_chain<kInner, Outer::plus>(table);
  fill_chain<kInner, Outer::minus>(table);
  fill_chain<kInner, Outer::minus_from>(table);
  fill_chain<kInner, Outer::times>(table);
}

template <Inner kInner, Outer kOuter, unsigned kMask>
void linear_kernel(double* out, const double* x, const double* s, const double* y, const double* t, const double* z,
                   std::size_t n) noexcept {
  const V scale_x = simd::set(*s), scale_y = simd::set(*t);
  const auto f = [&](V a, V b, V c) __attribute__((always_inline)) {
    return chain<kInner, kOuter>(a * scale_x, b * scale_y, c);
  };
  map_doubles(f, out, n, Doubles<(kMask & 1U) != 0>(x), Doubles<(kMask & 2U) != 0>(y), Doubles<(kMask & 4U) != 0>(z));
}

/// How far before their use operands from memory are asked for, in elements: a few pages' worth is too far, a few lines
/// too near.
inline constexpr std::size_t kAhead = 256;

template <Inner kInner, Outer kOuter>
void linear_stream(double* out, const double* x, const double* s, const double* y, const double* t, const double* z,
                   std::size_t n) noexcept {
  const V scale_x = simd::set(*s), scale_y = simd::set(*t);
  std::size_t i = before_stream(out, n);
  linear_kernel<kInner, kOuter, 0>(out, x, s, y, t, z, i);
  for (; i + kLanes <= n; i += kLanes) {
    __builtin_prefetch(x + i + kAhead);
    __builtin_prefetch(y + i + kAhead);
    __builtin_prefetch(z + i + kAhead);
    simd::stream(out + i,
                 chain<kInner, kOuter>(simd::load(x + i) * scale_x, simd::load(y + i) * scale_y, simd::load(z + i)));
  }
  linear_kernel<kInner, kOuter, 0>(out + i, x + i, s, y + i, t, z + i, n - i);
}

template <Inner kInner, Outer kOuter, unsigned... kMasks>
constexpr void fill_linear(KernelTable& table, std::integer_sequence<unsigned, kMasks...>) {
  table.linear_stream[linear_index(kInner, kOuter)] = &linear_stream<kInner, kOuter>;
  ((table.linear[linear_index(kInner, kOuter)][kMasks] = &linear_kernel<kInner, kOuter, kMasks>), ...);
}

template <Inner kInner>
constexpr void fill_linears(KernelTable& table) {
  constexpr auto masks = std::make_integer_sequence<unsigned, 8>();
  fill_linear<kInner, Outer::plus>(table, masks);
  fill_linear<kInner, Outer::minus>(table, masks);
  fill_linear<kInner, Outer::minus_from>(table, masks);
}

}  // namespace
}  // namespace sharray

#include "expression/kernels_reduce.h"

namespace sharray {
namespace {

#define lanes(f)                                                                 \
  Lanes < [](auto... x) __attribute__((always_inline)) { return lane::f(x...); } \
  >
#define block(f)                                                                                                    \
  Block < [](double* out, const double* in, std::size_t n) __attribute__((always_inline)) { block::f(out, in, n); } \
  >

constexpr KernelTable make_table() {
  KernelTable table{};
  table.path = simd::kPath;
#define OP(name, aliases, arity, dtypes, kernel, ...) \
  fill_row<kernel, arity, Types::dtypes>(table.op[static_cast<std::size_t>(Op::name)]);
#include "ops.def"
#undef OP
  fill_chains<Inner::add>(table);
  fill_chains<Inner::subtract>(table);
  fill_chains<Inner::multiply>(table);
  fill_linears<Inner::add>(table);
  fill_linears<Inner::subtract>(table);
  table.copy_stream = copy_stream;
  table.stream_fence = stream_fence;
  table.load_strided = load_strided<double>;
  table.store_strided = store_strided<double>;
  table.load_strided_bytes = load_strided<std::uint8_t>;
  table.store_strided_bytes = store_strided<std::uint8_t>;
  table.reduce[0] = reduce<Reduction::sum>;
  table.reduce[1] = reduce<Reduction::min>;
  table.reduce[2] = reduce<Reduction::max>;
  table.accumulate[0] = accumulate<Reduction::sum>;
  table.accumulate[1] = accumulate<Reduction::min>;
  table.accumulate[2] = accumulate<Reduction::max>;
  return table;
}

#undef lanes
#undef block

constexpr KernelTable kTable = make_table();

}  // namespace
}  // namespace sharray
