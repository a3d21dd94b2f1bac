/// The forms of the column `kernel` of ops.def: which functions of math/ make the kernels of which dtypes. Included by
/// kernels.h.
#pragma once

#include <type_traits>

#include "expression/kernels_complex.h"
#include "expression/kernels_operands.h"
#include "math/element_types.h"

/// Loops over elements whose result may only be in the place of an operand.
#if defined(__clang__)
#define SHARRAY_ELEMENTWISE _Pragma("clang loop vectorize(assume_safety)")
#else
#define SHARRAY_ELEMENTWISE _Pragma("GCC ivdep")
#endif

namespace sharray {
namespace {

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
  } else if constexpr (gives_bool(kTypes) && kArity == 1) {
    map_bools(F, out, n, Doubles<kA>(a));
  } else if constexpr (gives_bool(kTypes)) {
    map_bools(F, out, n, Doubles<kA>(a), Doubles<kB>(b));
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
  static_assert(kArity == 1 && !gives_bool(kTypes));
  auto* to = static_cast<double*>(out);
  if constexpr (kMask == 0) {
    F(to, static_cast<const double*>(a), n);
  } else {
    double value;
    F(&value, static_cast<const double*>(a), 1);
    for (std::size_t i = 0; i < n; ++i) to[i] = value;
  }
}

/// The kernel of a function on lanes of float32.
template <auto F, int kArity>
void float_lanes_kernel(void* out, const void* a, const void* b, const void*, std::size_t n) noexcept {
  static_assert(kArity <= 2);
  if constexpr (kArity == 1) {
    map_floats(F, out, n, Floats(a));
  } else {
    map_floats(F, out, n, Floats(a), Floats(b));
  }
}

/// The kernel of a function of one operand on blocks of float32.
template <auto F, int kArity>
void float_block_kernel(void* out, const void* a, const void*, const void*, std::size_t n) noexcept {
  static_assert(kArity == 1);
  F(static_cast<float*>(out), static_cast<const float*>(a), n);
}

/// The kernel of a function of one element: T, or for the first operand of SELECT a byte.
template <auto F, class T, int kArity, Types kTypes, unsigned kMask>
void element_kernel(void* out, const void* a, const void* b, const void* c, std::size_t n) noexcept {
  using A = std::conditional_t<kTypes == Types::SELECT, std::uint8_t, T>;
  using N = std::conditional_t<kTypes == Types::PAIRS, element::Pair<T>, T>;
  using R = std::conditional_t<gives_bool(kTypes), std::uint8_t, N>;
  auto* to = static_cast<R*>(out);
  const auto* x = static_cast<const A*>(a);
  const auto* y = static_cast<const T*>(b);
  const auto* z = static_cast<const T*>(c);
  const auto at = [](const auto* p, std::size_t i, unsigned k) __attribute__((always_inline)) {
    return p[(kMask >> k & 1U) != 0 ? 0 : i];
  };
  SHARRAY_ELEMENTWISE
  for (std::size_t i = 0; i < n; ++i) {
    if constexpr (kArity == 1) to[i] = F(at(x, i, 0));
    if constexpr (kArity == 2) to[i] = F(at(x, i, 0), at(y, i, 1));
    if constexpr (kArity == 3) to[i] = F(at(x, i, 0), at(y, i, 1), at(z, i, 2));
  }
}

/// Numbers of single precision through the kernel for double precision, `kParts` of them an element. The result of a
/// sum, product, quotient or square root is that of single precision: double has more than twice its digits.
template <Kernel kWide, int kArity, std::size_t kParts, std::size_t kResultParts>
void narrow_kernel(void* out, const void* a, const void* b, const void* c, std::size_t n) noexcept {
  constexpr std::size_t kPiece = 256 / kParts;
  const float* from[] = {static_cast<const float*>(a), static_cast<const float*>(b), static_cast<const float*>(c)};
  alignas(64) double wide[kArity][kPiece * kParts];
  for (std::size_t i = 0; i < n; i += kPiece) {
    const std::size_t count = n - i < kPiece ? n - i : kPiece;
    for (std::size_t k = 0; k < kArity; ++k) {
      SHARRAY_ELEMENTWISE
      for (std::size_t j = 0; j < count * kParts; ++j) wide[k][j] = static_cast<double>(from[k][i * kParts + j]);
    }
    const double *y = kArity > 1 ? wide[kArity > 1 ? 1 : 0] : nullptr,
                 *z = kArity > 2 ? wide[kArity > 2 ? 2 : 0] : nullptr;
    if constexpr (kResultParts == 0) {
      kWide(static_cast<std::uint8_t*>(out) + i, wide[0], y, z, count);
    } else {
      kWide(wide[0], wide[0], y, z, count);
      auto* to = static_cast<float*>(out) + i * kResultParts;
      SHARRAY_ELEMENTWISE
      for (std::size_t j = 0; j < count * kResultParts; ++j) to[j] = static_cast<float>(wide[0][j]);
    }
  }
}

/// A complex number that is only moved.
struct Bytes16 {
  std::uint64_t half[2];
};

/// Nothing: the form has no such functions.
struct None {};

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

template <auto F>
struct FloatLanes {
  template <int kArity>
  static constexpr Kernel kernel = &float_lanes_kernel<F, kArity>;
};

template <auto F>
struct FloatBlock {
  template <int kArity>
  static constexpr Kernel kernel = &float_block_kernel<F, kArity>;
};

template <auto F>
struct Elements {
  template <int kArity, Types kTypes, unsigned kMask>
  static constexpr Kernel kernel = &element_kernel<F, double, kArity, kTypes, kMask>;
  template <class T, int kArity, Types kTypes>
  static constexpr Kernel of = &element_kernel<F, T, kArity, kTypes, 0>;
};

/// Elements, of integers only.
template <auto F>
struct Integers : Elements<F> {};

template <class Other>
inline constexpr bool kForIntegers = false;
template <auto F>
inline constexpr bool kForIntegers<Integers<F>> = true;

template <auto F>
struct Complexes {
  template <int kArity, std::size_t kDoubles>
  static constexpr Kernel of = &complex_kernel<F, kArity, kDoubles>;
};

/// A row: the form of its float64 kernels, that of other real dtypes, that of complex ones, and that of float32 where
/// it has functions of its own.
template <class Double, class Other = None, class Complex = None, class Single = None>
struct Form {};

template <class Double, int kArity, Types kTypes>
constexpr void fill_row(Kernel (&row)[8]) {
  row[0] = Double::template kernel<kArity, kTypes, 0>;
  row[1] = Double::template kernel<kArity, kTypes, 1>;
  if constexpr (kArity >= 2) {
    row[2] = Double::template kernel<kArity, kTypes, 2>;
    row[3] = Double::template kernel<kArity, kTypes, 3>;
  }
  if constexpr (kArity >= 3) {
    row[4] = Double::template kernel<kArity, kTypes, 4>;
    row[5] = Double::template kernel<kArity, kTypes, 5>;
    row[6] = Double::template kernel<kArity, kTypes, 6>;
    row[7] = Double::template kernel<kArity, kTypes, 7>;
  }
}

template <class Other, class T, int kArity, Types kTypes>
constexpr void fill_element(Kernel (&row)[kDTypes], DType type) {
  if constexpr (!std::is_same_v<Other, None>) {
    if (takes(kTypes, type)) row[index_of(type)] = Other::template of<T, kArity, kTypes>;
  }
}

template <class Double, class Other, int kArity, Types kTypes>
constexpr void fill_reals(Kernel (&row)[kDTypes]) {
  if constexpr (takes(kTypes, DType::int64)) {
    fill_element<Other, std::int8_t, kArity, kTypes>(row, DType::int8);
    fill_element<Other, std::int16_t, kArity, kTypes>(row, DType::int16);
    fill_element<Other, std::int32_t, kArity, kTypes>(row, DType::int32);
    fill_element<Other, std::int64_t, kArity, kTypes>(row, DType::int64);
    fill_element<Other, std::uint8_t, kArity, kTypes>(row, DType::uint8);
    fill_element<Other, std::uint16_t, kArity, kTypes>(row, DType::uint16);
    fill_element<Other, std::uint32_t, kArity, kTypes>(row, DType::uint32);
    fill_element<Other, std::uint64_t, kArity, kTypes>(row, DType::uint64);
  }
  if constexpr (takes(kTypes, DType::float32) && !std::is_same_v<Other, None> && !kForIntegers<Other>) {
    fill_element<Other, float, kArity, kTypes>(row, DType::float32);
  } else if constexpr (takes(kTypes, DType::float32) && !std::is_same_v<Double, None>) {
    constexpr Kernel wide = Double::template kernel<kArity, kTypes, 0>;
    row[index_of(DType::float32)] = &narrow_kernel < wide, kArity, 1, gives_bool(kTypes) ? 0 : 1 > ;
  }
}

template <int kArity, Types kTypes, class Double, class Other, class Complex, class Single>
constexpr void fill_types(Form<Double, Other, Complex, Single>, Kernel (&row)[kDTypes], Kernel (&masked)[8]) {
  if constexpr (!std::is_same_v<Double, None>) {
    fill_row<Double, kArity, kTypes>(masked);
    row[index_of(kTypes == Types::BOOLS ? DType::boolean : DType::float64)] = masked[0];
  }
  fill_reals<Double, Other, kArity, kTypes>(row);
  if constexpr (!std::is_same_v<Single, None>) {
    row[index_of(DType::float32)] = Single::template kernel<kArity>;
  }
  if constexpr (kTypes == Types::SELECT) {
    // Moves bytes, whatever they mean.
    row[index_of(DType::boolean)] = row[index_of(DType::uint8)];
    row[index_of(DType::complex64)] = row[index_of(DType::uint64)];
    row[index_of(DType::complex128)] = Other::template of<Bytes16, kArity, kTypes>;
  }
  if constexpr (!std::is_same_v<Complex, None>) {
    constexpr std::size_t kResult = gives_bool(kTypes) ? 0 : is_complex(result_of(kTypes, DType::complex128)) ? 2 : 1;
    constexpr Kernel wide = Complex::template of<kArity, kResult>;
    row[index_of(DType::complex128)] = wide;
    row[index_of(DType::complex64)] = &narrow_kernel<wide, kArity, 2, kResult>;
  }
}

}  // namespace
}  // namespace sharray
