/// Blocks of complex numbers, whose real and imaginary parts alternate, as vectors of each. Included by kernels.h.
#pragma once

#include <utility>

#include "expression/kernels_operands.h"
#include "math/complex.h"

namespace sharray {
namespace {

template <std::size_t... i>
SHARRAY_INLINE C apart(V low, V high, std::index_sequence<i...>) {
  return {__builtin_shufflevector(low, high, (2 * static_cast<int>(i))...),
          __builtin_shufflevector(low, high, (2 * static_cast<int>(i) + 1)...)};
}

/// kLanes complex numbers from 2 kLanes doubles.
SHARRAY_INLINE C load_complex(const double* p) {
  return apart(simd::load(p), simd::load(p + kLanes), std::make_index_sequence<kLanes>());
}

template <std::size_t... i>
SHARRAY_INLINE void store_apart(double* p, C z, std::index_sequence<i...>) {
  constexpr int kHalf = static_cast<int>(kLanes) / 2, kWhole = static_cast<int>(kLanes);
  simd::store(p, __builtin_shufflevector(z.re, z.im, (static_cast<int>(i) / 2 + static_cast<int>(i) % 2 * kWhole)...));
  simd::store(p + kLanes, __builtin_shufflevector(
                              z.re, z.im, (kHalf + static_cast<int>(i) / 2 + static_cast<int>(i) % 2 * kWhole)...));
}

SHARRAY_INLINE void store_complex(double* p, C z) { store_apart(p, z, std::make_index_sequence<kLanes>()); }

/// out[i] = f(operands at i) for a function of C to C (2 doubles), V (1, a part) or M (0, a bool).
template <std::size_t kDoubles, class F, std::size_t kArity>
SHARRAY_INLINE void map_complex(F f, void* out, const double* const (&operands)[kArity], std::size_t n) {
  for (std::size_t i = 0; i < n; i += kLanes) {
    const std::size_t count = n - i < kLanes ? n - i : kLanes;
    C z[kArity];
    for (std::size_t k = 0; k < kArity; ++k) {
      if (count == kLanes) {
        z[k] = load_complex(operands[k] + 2 * i);
      } else {
        alignas(64) double part[2 * kLanes];
        for (std::size_t j = 0; j < 2 * kLanes; ++j) part[j] = j < 2 * count ? operands[k][2 * i + j] : 1.0;
        z[k] = load_complex(part);
      }
    }
    const auto r = [&]() __attribute__((always_inline)) {
      if constexpr (kArity == 1) return f(z[0]);
      if constexpr (kArity == 2) return f(z[0], z[1]);
      if constexpr (kArity == 3) return f(z[0], z[1], z[2]);
    }
    ();
    if constexpr (kDoubles == 2) {
      auto* to = static_cast<double*>(out) + 2 * i;
      if (count == kLanes) {
        store_complex(to, r);
      } else {
        alignas(64) double part[2 * kLanes];
        store_complex(part, r);
        __builtin_memcpy(to, part, 2 * count * sizeof(double));
      }
    } else if constexpr (kDoubles == 1) {
      if (count == kLanes) {
        put(out, i, r);
      } else {
        put_part(out, i, r, count);
      }
    } else {
      auto* to = static_cast<std::uint8_t*>(out) + i;
      const unsigned m = simd::pack(r);
      for (std::size_t j = 0; j < count; ++j) to[j] = static_cast<std::uint8_t>(m >> j & 1U);
    }
  }
}

/// The kernel of a function of complex128.
template <auto F, int kArity, std::size_t kDoubles>
void complex_kernel(void* out, const void* a, const void* b, const void* c, std::size_t n) noexcept {
  const auto doubles = [](const void* p) { return static_cast<const double*>(p); };
  if constexpr (kArity == 1) {
    map_complex<kDoubles, decltype(F), 1>(F, out, {doubles(a)}, n);
  } else if constexpr (kArity == 2) {
    map_complex<kDoubles, decltype(F), 2>(F, out, {doubles(a), doubles(b)}, n);
  } else {
    map_complex<kDoubles, decltype(F), 3>(F, out, {doubles(a), doubles(b), doubles(c)}, n);
  }
}

}  // namespace
}  // namespace sharray
