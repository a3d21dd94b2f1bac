/// What the tests of math/element.h share: points, comparison of bits, and loops against single elements.
#pragma once

// As the kernels are compiled, so that the loops below become vectors.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3", "no-math-errno", "no-trapping-math")
#endif
#if defined(__aarch64__)
#define SHARRAY_PATH_NEON
#elif !defined(SHARRAY_PATH_BASELINE) && !defined(SHARRAY_PATH_AVX2) && !defined(SHARRAY_PATH_AVX512)
#define SHARRAY_PATH_BASELINE
#endif

#include <cstring>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

#include "check.h"
#include "math/element.h"

namespace sharray {
namespace {

/// The same bits, or both NaN.
template <class T>
bool same(T x, T y) {
  return std::memcmp(&x, &y, sizeof x) == 0 || (x != x && y != y);
}

template <class T>
bool check_same(T x, std::type_identity_t<T> y, const char* x_text, const char* y_text, const char* file, int line) {
  if (check::record(same(x, y), file, line, x_text)) return true;
  if (check::failed.load() <= check::kShown) {
    check::print(x_text, x);
    check::print(y_text, y);
  }
  return false;
}

/// CHECK_EQ that tells zeros of different sign apart, and not two NaN.
#define CHECK_SAME(a, b) check_same((a), (b), #a, #b, __FILE__, __LINE__)

template <class T>
std::vector<T> points(std::size_t random) {
  using L = std::numeric_limits<T>;
  std::vector<T> all;
  std::mt19937_64 bits(sizeof(T));
  if constexpr (std::is_floating_point_v<T>) {
    const T tiny = L::denorm_min(), least = L::min(), max = L::max(), inf = L::infinity();
    for (T x : {T(0),
                tiny,
                3 * tiny,
                least - tiny,
                least,
                T(1) / 3,
                T(0.5),
                T(1) - L::epsilon(),
                T(1),
                T(1) + L::epsilon(),
                T(1.5),
                T(2),
                T(2.5),
                T(3),
                T(5.25),
                1 / L::epsilon() - T(0.5),
                1 / L::epsilon(),
                2 / L::epsilon(),
                max / 2,
                max,
                inf,
                L::quiet_NaN()}) {
      all.push_back(x);
      all.push_back(-x);
    }
    for (std::size_t i = 0; i < random; ++i) {
      const auto word = bits();
      T x;
      std::memcpy(&x, &word, sizeof x);
      all.push_back(i % 2 == 0 ? x : static_cast<T>(static_cast<std::int64_t>(word % 4001) - 2000) / 8);
    }
  } else {
    for (int i = 0; i < L::digits; ++i) {
      const T power = static_cast<T>(std::uint64_t{1} << i);
      for (int near = -2; near <= 2; ++near) {
        all.push_back(static_cast<T>(power + static_cast<T>(near)));
        all.push_back(static_cast<T>(T(0) - power + static_cast<T>(near)));
      }
      if (i > 3 && i < L::digits - 2) i += L::digits / 8;
    }
    for (T x : {L::min(), L::max(), static_cast<T>(L::min() + 1), static_cast<T>(L::max() - 1)}) all.push_back(x);
    for (std::size_t i = 0; i < random; ++i) all.push_back(static_cast<T>(bits() >> (bits() % 64)));
  }
  return all;
}

inline constexpr std::size_t kLoop = 1024;

/// out[i] = f(a[i], b[i], c[i]) in a loop, as in a kernel.
template <class F, class R, class... T>
[[gnu::noinline]] void loop(F f, std::size_t n, R* __restrict out, const T* __restrict... from) {
  for (std::size_t i = 0; i < n; ++i) out[i] = f(from[i]...);
}
template <class F, class... T>
[[gnu::noinline]] auto single(F f, T... x) {
  return f(x...);
}

/// A loop over f gives what f gives for each element.
template <class T, std::size_t kArity, class F>
void check_loop(F f) {
  const std::vector<T> x = points<T>(kLoop);
  std::vector<T> a(kLoop), b(kLoop), c(kLoop);
  std::mt19937 next(7);
  for (std::size_t i = 0; i < kLoop; ++i) {
    a[i] = x[next() % x.size()];
    b[i] = x[next() % x.size()];
    c[i] = x[next() % x.size()];
  }
  if constexpr (kArity == 1) {
    std::vector<decltype(f(T(1)))> out(kLoop);
    loop(f, kLoop, out.data(), a.data());
    for (std::size_t i = 0; i < kLoop; ++i) CHECK_SAME(out[i], single(f, a[i]));
  } else if constexpr (kArity == 2) {
    std::vector<decltype(f(T(1), T(1)))> out(kLoop);
    loop(f, kLoop, out.data(), a.data(), b.data());
    for (std::size_t i = 0; i < kLoop; ++i) CHECK_SAME(out[i], single(f, a[i], b[i]));
  } else {
    std::vector<decltype(f(T(1), T(1), T(1)))> out(kLoop);
    loop(f, kLoop, out.data(), a.data(), b.data(), c.data());
    for (std::size_t i = 0; i < kLoop; ++i) CHECK_SAME(out[i], single(f, a[i], b[i], c[i]));
  }
}

/// element::name as a value.
#define ELEMENT(name) [](auto... x) { return element::name(x...); }

}  // namespace
}  // namespace sharray
