/// Conversions between dtypes. Included by kernels.h.
#pragma once

#include <type_traits>

#include "expression/kernels_forms.h"
#include "math/element.h"

namespace sharray {
namespace {

/// A bool in memory: 0, or anything else for true.
struct Truth {
  std::uint8_t byte;
};

template <class Part>
struct Parts {
  Part re, im;
};

template <class T>
inline constexpr bool kIsComplex = false;
template <class Part>
inline constexpr bool kIsComplex<Parts<Part>> = true;

template <class To, class From>
SHARRAY_INLINE To convert(From x) {
  if constexpr (std::is_same_v<To, From>) {
    return x;
  } else if constexpr (std::is_same_v<From, Truth>) {
    return convert<To>(static_cast<std::uint8_t>(x.byte != 0 ? 1 : 0));
  } else if constexpr (kIsComplex<From> && std::is_same_v<To, Truth>) {
    return Truth{static_cast<std::uint8_t>(x.re != 0 || x.im != 0 ? 1 : 0)};
  } else if constexpr (kIsComplex<From>) {
    using Part = decltype(To::re);
    return {static_cast<Part>(x.re), static_cast<Part>(x.im)};
  } else if constexpr (std::is_same_v<To, Truth>) {
    return Truth{element::truth(x)};
  } else if constexpr (kIsComplex<To>) {
    return {element::cast<decltype(To::re)>(x), 0};
  } else {
    return element::cast<To>(x);
  }
}

template <class From, class To>
void cast_kernel(void* out, const void* a, const void*, const void*, std::size_t n) noexcept {
  const auto* x = static_cast<const From*>(a);
  auto* to = static_cast<To*>(out);
  SHARRAY_ELEMENTWISE
  for (std::size_t i = 0; i < n; ++i) to[i] = convert<To>(x[i]);
}

template <class From, class... Tos>
constexpr void fill_casts_from(Kernel (&row)[kDTypes]) {
  std::size_t to = 0;
  const auto fill = [&]<class To>(std::type_identity<To>) {
    if constexpr (!kIsComplex<From> || kIsComplex<To> || std::is_same_v<To, Truth>) row[to] = &cast_kernel<From, To>;
    ++to;
  };
  (fill(std::type_identity<Tos>()), ...);
}

template <class... All>
constexpr void fill_casts(Kernel (&casts)[kDTypes][kDTypes]) {
  std::size_t from = 0;
  (fill_casts_from<All, All...>(casts[from++]), ...);
}

constexpr void fill_all_casts(KernelTable& table) {
  fill_casts<Truth, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t,
             std::uint64_t, float, double, Parts<float>, Parts<double>>(table.cast);
}

}  // namespace
}  // namespace sharray
