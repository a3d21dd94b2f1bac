/// Matrices with any byte strides, and their copies to and from LAPACK's column-major order.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "blas/gang.h"
#include "blas/lapack.h"
#include "parallel/ranges.h"

namespace sharray {

/// Element (i, j) is at `at` + i `row` + j `column`.
struct Matrix {
  char* at = nullptr;
  std::ptrdiff_t row = 0, column = 0;

  Matrix transposed() const noexcept { return {at, column, row}; }

  template <class T>
  T& element(Int i, Int j) const noexcept {
    return *reinterpret_cast<T*>(at + i * row + j * column);
  }
};

/// A matrix as BLAS takes it: column-major with a leading dimension, the matrix itself or its transpose.
template <class T>
struct Plain {
  const T* at;
  Int ld;
  bool transposed;
};

/// Elements along an edge of the tiles in which matrices are transposed.
inline constexpr Int kTile = 32;
/// Elements of a copy from which on it is worth more than one thread.
inline constexpr Int kShared = 1 << 16;

/// Divides work on m times n elements: among the gang if there is one, else among `threads` threads.
template <class Body>
void divide(Int count, Int m, Int n, int threads, const Body& body) noexcept {
  if (m * n < kShared) return body(0, count);
  if (threads > 1) return parallel_ranges(count, threads, body);
  gang_ranges(count, body);
}

/// Calls body(i, j) for all elements, tile by tile; columns are divided among the threads.
template <class Body>
void each_element(Int m, Int n, int threads, const Body& body) noexcept {
  if (m <= 0 || n <= 0) return;
  const Int strips = (n + kTile - 1) / kTile;
  divide(strips, m, n, threads, [&](Int first, Int last) {
    for (Int strip = first; strip < last; strip++) {
      const Int left = strip * kTile, right = std::min(n, left + kTile);
      for (Int top = 0; top < m; top += kTile) {
        const Int bottom = std::min(m, top + kTile);
        for (Int j = left; j < right; j++) {
          for (Int i = top; i < bottom; i++) body(i, j);
        }
      }
    }
  });
}

/// Copies a matrix of m rows and n columns into column-major order.
template <class T>
void load(const Matrix& from, Int m, Int n, T* to, Int ld, int threads) noexcept {
  if (from.row == sizeof(T)) {
    divide(n, m, n, threads, [&](Int first, Int last) {
      for (Int j = first; j < last; j++) {
        std::memcpy(to + j * ld, from.at + j * from.column, static_cast<std::size_t>(m) * sizeof(T));
      }
    });
    return;
  }
  each_element(m, n, threads, [&](Int i, Int j) noexcept { to[i + j * ld] = from.element<T>(i, j); });
}

/// Copies a column-major matrix out.
template <class T>
void store(const T* from, Int ld, Int m, Int n, const Matrix& to, int threads) noexcept {
  if (to.row == sizeof(T)) {
    divide(n, m, n, threads, [&](Int first, Int last) {
      for (Int j = first; j < last; j++) {
        std::memcpy(to.at + j * to.column, from + j * ld, static_cast<std::size_t>(m) * sizeof(T));
      }
    });
    return;
  }
  each_element(m, n, threads, [&](Int i, Int j) noexcept { to.element<T>(i, j) = from[i + j * ld]; });
}

/// The leading dimension of a matrix that lies column-major, or 0 if it does not, or it is too large for `lapack`.
template <class T>
Int leading(const Matrix& of, Int m, Int n, const Lapack<T>& lapack) noexcept {
  constexpr Int kSize = sizeof(T);
  if (m > 1 && of.row != kSize) return 0;
  if (n <= 1) return std::max<Int>(m, 1);
  const Int ld = of.column / kSize;
  return of.column % kSize == 0 && ld >= std::max<Int>(m, 1) && lapack.takes(ld) ? ld : 0;
}

/// A matrix as BLAS takes it, copied only where it lies in neither order.
template <class T>
Plain<T> plain(const Matrix& of, Int m, Int n, const Lapack<T>& lapack, Workspace& work, int threads) {
  const auto* at = reinterpret_cast<const T*>(of.at);
  if (const Int ld = leading(of, m, n, lapack); ld != 0) return {at, ld, false};
  if (const Int ld = leading(of.transposed(), n, m, lapack); ld != 0) return {at, ld, true};
  T* copy = work.take<T>(m * n);
  load(of, m, n, copy, std::max<Int>(m, 1), threads);
  return {copy, std::max<Int>(m, 1), false};
}

/// Whether all elements of a column-major matrix are finite.
template <class T>
bool is_finite(const T* a, Int m, Int n, Int ld) noexcept {
  // By their exponents, and in lanes: a sum would have to wait for each addition.
  using Bits = std::conditional_t<sizeof(Real<T>) == 4, std::uint32_t, std::uint64_t>;
  constexpr Bits kExponent = sizeof(Bits) == 4 ? Bits{0x7f80'0000} : static_cast<Bits>(0x7ff0'0000'0000'0000);
  const Int count = m * static_cast<Int>(sizeof(T) / sizeof(Bits));
  std::atomic<bool> finite{true};
  divide(n, m, n, 1, [&](Int first, Int last) {
    Bits found = 0;
    for (Int j = first; j < last; j++) {
      const auto* column = reinterpret_cast<const char*>(a + j * ld);
      for (Int i = 0; i < count; i++) {
        Bits bits;
        std::memcpy(&bits, column + i * static_cast<Int>(sizeof bits), sizeof bits);
        found |= (bits & kExponent) == kExponent ? Bits{1} : Bits{0};
      }
    }
    if (found != 0) finite = false;
  });
  return finite;
}

/// The larger part.
template <class T>
Real<T> magnitude(T x) noexcept {
  if constexpr (kIsComplex<T>) {
    return std::max(std::abs(x.real()), std::abs(x.imag()));
  } else {
    return std::abs(x);
  }
}

template <class T>
T conjugate(T x) noexcept {
  if constexpr (kIsComplex<T>) {
    return {x.real(), -x.imag()};
  } else {
    return x;
  }
}

/// Raises a maximum that several threads raise.
template <class R>
void raise(std::atomic<R>& maximum, R value) noexcept {
  R seen = maximum.load(std::memory_order_relaxed);
  while (seen < value && !maximum.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
  }
}

/// Whether a square column-major matrix is its own adjoint but for errors of half its digits.
template <class T>
bool is_hermitian(const T* a, Int n, Int ld) noexcept {
  using R = Real<T>;
  const Int strips = (n + kTile - 1) / kTile;
  std::atomic<R> largest{0}, difference{0};
  divide(strips, n, n, 1, [&](Int first, Int last) {
    // A lane for each row of a tile.
    R size[kTile] = {}, apart[kTile] = {};
    for (Int left = first * kTile; left < std::min(n, last * kTile); left += kTile) {
      for (Int top = left; top < n; top += kTile) {
        const Int rows = std::min(n - top, kTile);
        for (Int j = left; j < std::min(n, left + kTile); j++) {
          const T* below = a + top + j * ld;
          const T* above = a + j + top * ld;
          for (Int i = 0; i < rows; i++) {
            const T rest = below[i] - conjugate(above[i * ld]);
            size[i] = std::max(size[i], magnitude(below[i]));
            apart[i] = std::max(apart[i], magnitude(rest));
          }
        }
      }
    }
    raise(largest, *std::max_element(size, size + kTile));
    raise(difference, *std::max_element(apart, apart + kTile));
  });
  constexpr R kHalf = sizeof(R) == 4 ? R(3.5e-4) : R(1.5e-8);
  return !(difference > kHalf * largest);
}

}  // namespace sharray
