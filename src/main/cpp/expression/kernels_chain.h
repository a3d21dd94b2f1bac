/// Two or four cheap float64 operations in one pass. Included by kernels.h.
#pragma once

#include <utility>

#include "expression/kernels_forms.h"
#include "expression/kernels_memory.h"

namespace sharray {
namespace {

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
