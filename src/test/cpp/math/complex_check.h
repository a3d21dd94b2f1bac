/// Kernels of complex128 on single numbers.
#pragma once

#include <cmath>
#include <cstdio>

#include "math/special_check.h"

namespace sharray::test {

struct Number2 {
  double re, im;
};

inline Number2 conj(Number2 z) { return {z.re, -z.im}; }
inline Number2 swapped(Number2 z) { return {z.im, z.re}; }
inline bool is_infinite(Number2 z) { return std::isinf(z.re) || std::isinf(z.im); }
inline bool is_finite(Number2 z) { return std::isfinite(z.re) && std::isfinite(z.im); }
inline bool is_zero(Number2 z) { return z.re == 0 && z.im == 0; }
inline bool same_bits(Number2 x, Number2 y) { return same_bits(x.re, y.re) && same_bits(x.im, y.im); }

inline Kernel complex_kernel(const KernelTable& table, Op op) {
  return table.typed[static_cast<std::size_t>(op)][index_of(DType::complex128)];
}

/// op(x, y) by this path, as the last of a few elements that are otherwise ordinary.
inline Number2 call(const KernelTable& table, Op op, Number2 x, Number2 y = {1, 1}) {
  constexpr std::size_t kCount = 11;
  Number2 xs[kCount], ys[kCount], out[kCount] = {};
  for (std::size_t i = 0; i < kCount; ++i) {
    xs[i] = i + 1 == kCount ? x : Number2{0.75, -0.5};
    ys[i] = i + 1 == kCount ? y : Number2{0.25, 2};
  }
  complex_kernel(table, op)(out, xs, ys, nullptr, kCount);
  return out[kCount - 1];
}

inline const char* name_of(Op op) { return rows()[static_cast<std::size_t>(op)].name; }

/// op(x, y) of the first path, which every other one agrees with.
inline Number2 agreed(Op op, Number2 x, Number2 y = {1, 1}) {
  const Number2 r = call(*tables().front(), op, x, y);
  for (const KernelTable* table : tables()) {
    const Number2 other = call(*table, op, x, y);
    if (!CHECK(same_bits(r, other))) {
      std::fprintf(stderr, "  %s on %s: (%a, %a), (%a, %a) gives %a, %a, not %a, %a\n", name_of(op),
                   cpu_path_name(table->path), x.re, x.im, y.re, y.im, other.re, other.im, r.re, r.im);
    }
  }
  return r;
}

}  // namespace sharray::test
