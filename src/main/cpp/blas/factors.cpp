/// Triangular factors, and what follows from them.
#include <cmath>

#include "blas/operations.h"

namespace sharray {
namespace {

/// Up to this order a call costs more than transposing a matrix.
constexpr Int kOneCall = 64;

/// A square matrix to be overwritten, or its transpose if that takes no transposing.
template <class T>
struct Square {
  T* at;
  bool transposed;
};

template <class T>
Square<T> copy_of(const Item<T>& item, Int n) {
  T* at = item.work.template take<T>(n * n);
  const Matrix& a = item.operands[0];
  const bool transposed = a.row != sizeof(T);
  load(transposed ? a.transposed() : a, n, n, at, n, item.threads);
  return {at, transposed};
}

/// The places that rows 0, 1, ... of the factored matrix come from.
template <class T>
void permutation(const Item<T>& item, const Int* pivots, Int m, Int least, const Matrix& to) {
  for (Int i = 0; i < m; i++) to.element<Int>(i, 0) = i;
  for (Int i = 0; i < least; i++) {
    std::swap(to.element<Int>(i, 0), to.element<Int>(item.lapack.pivot(pivots, i) - 1, 0));
  }
}

/// A determinant as sign * fraction * 2^exponent, so that no product of diagonal elements overflows on the way.
template <class T>
struct Determinant {
  T fraction{1};
  Int exponent = 0;

  void times(T factor) noexcept {
    fraction *= factor;
    const Real<T> size = magnitude(fraction);
    if (size == 0 || !std::isfinite(size)) return;
    const int shift = std::ilogb(size);
    fraction = scaled(fraction, -shift);
    exponent += shift;
  }

  static T scaled(T x, int shift) noexcept {
    if constexpr (kIsComplex<T>) {
      return {std::scalbn(x.real(), shift), std::scalbn(x.imag(), shift)};
    } else {
      return std::scalbn(x, shift);
    }
  }
};

template <class T>
T row_of(const T* a, Int n, Int i) noexcept {
  return a[i + i * n];
}

}  // namespace

template <class T>
Int solve(const Item<T>& item) {
  const Int n = item.call.n, k = item.call.k;
  if (n == 0 || k == 0) return 0;
  Int* pivots = item.work.template take<Int>(n);
  if (n <= kOneCall) {
    T* a = item.work.template take<T>(n * n);
    T* x = item.work.template take<T>(n * k);
    load(item.operands[0], n, n, a, n, 1);
    load(item.operands[1], n, k, x, n, 1);
    const Int info = item.lapack.gesv(n, k, a, n, pivots, x, n);
    if (info == 0) store(x, n, n, k, item.operands[2], 1);
    return info;
  }
  const Square<T> a = copy_of(item, n);
  if (const Int info = item.lapack.getrf(n, n, a.at, n, pivots); info != 0) return info;
  T* x = item.work.template take<T>(n * k);
  load(item.operands[1], n, k, x, n, item.threads);
  const Int info = item.lapack.getrs(a.transposed ? 'T' : 'N', n, k, a.at, n, pivots, x, n);
  if (info == 0) store(x, n, n, k, item.operands[2], item.threads);
  return info;
}

template <class T>
Int inv(const Item<T>& item) {
  const Int n = item.call.n;
  if (n == 0) return 0;
  // The inverse of the transpose, column-major, is the inverse, row-major.
  auto* to = reinterpret_cast<T*>(item.operands[1].at);
  load(item.operands[0].transposed(), n, n, to, n, item.threads);
  Int* pivots = item.work.template take<Int>(n);
  if (const Int info = item.lapack.getrf(n, n, to, n, pivots); info != 0) return info;
  return item.lapack.getri(n, to, n, pivots);
}

template <class T>
Int det(const Item<T>& item) {
  const Int n = item.call.n;
  Determinant<T> product;
  Real<T> logarithm = 0;
  T sign(1);
  if (n > 0) {
    const Square<T> a = copy_of(item, n);
    Int* pivots = item.work.template take<Int>(n);
    if (const Int info = item.lapack.getrf(n, n, a.at, n, pivots); info < 0) return info;
    for (Int i = 0; i < n; i++) {
      const T factor = row_of(a.at, n, i);
      const T signed_factor = item.lapack.pivot(pivots, i) != i + 1 ? -factor : factor;
      product.times(signed_factor);
      const Real<T> size = std::abs(signed_factor);
      logarithm += std::log(size);
      sign *= size == 0 ? T(0) : signed_factor / size;
    }
  }
  if (item.call.option == 0) {
    const Int shift = std::clamp<Int>(product.exponent, -100'000, 100'000);
    item.operands[1].template element<T>(0, 0) = Determinant<T>::scaled(product.fraction, static_cast<int>(shift));
  } else {
    item.operands[1].template element<T>(0, 0) = sign;
    item.operands[2].template element<Real<T>>(0, 0) = logarithm;
  }
  return 0;
}

template <class T>
Int cholesky(const Item<T>& item) {
  const Int n = item.call.n;
  if (n == 0) return 0;
  // Row-major L is column-major L^T, and A^T = conj(A) = conj(L) L^T.
  auto* to = reinterpret_cast<T*>(item.operands[1].at);
  load(item.operands[0].transposed(), n, n, to, n, item.threads);
  if (!is_hermitian(to, n, n)) return kNotHermitian;
  const bool upper = item.call.option == 1;
  if (const Int info = item.lapack.potrf(upper ? 'L' : 'U', n, to, n); info != 0) return info;
  for (Int j = 0; j < n; j++) {
    if (upper) {
      std::fill(to + j * n, to + j * n + j, T(0));
    } else {
      std::fill(to + j * n + j + 1, to + (j + 1) * n, T(0));
    }
  }
  return 0;
}

template <class T>
Int lu(const Item<T>& item) {
  const Int m = item.call.m, n = item.call.n, least = std::min(m, n);
  T* a = item.work.template take<T>(m * n);
  Int* pivots = item.work.template take<Int>(least);
  load(item.operands[0], m, n, a, std::max<Int>(m, 1), item.threads);
  if (least > 0) {
    // Singular matrices have factors too.
    if (const Int info = item.lapack.getrf(m, n, a, m, pivots); info < 0) return info;
  }
  permutation(item, pivots, m, least, item.operands[1]);
  const Matrix &l = item.operands[2], &u = item.operands[3];
  each_element(m, least, item.threads,
               [&](Int i, Int j) noexcept { l.element<T>(i, j) = i > j ? a[i + j * m] : T(i == j ? 1 : 0); });
  each_element(least, n, item.threads,
               [&](Int i, Int j) noexcept { u.element<T>(i, j) = i <= j ? a[i + j * m] : T(0); });
  return 0;
}

template <class T>
Int qr(const Item<T>& item) {
  const Int m = item.call.m, n = item.call.n, k = item.call.k, least = std::min(m, n);
  const bool only_r = item.call.option == 1;
  const Int columns = std::max(n, only_r ? 0 : k), ld = std::max<Int>(m, 1);
  T* a = item.work.template take<T>(m * columns);
  T* tau = item.work.template take<T>(least);
  load(item.operands[0], m, n, a, ld, item.threads);
  if (least > 0) {
    if (const Int info = item.lapack.geqrf(m, n, a, ld, tau); info != 0) return info;
  }
  const Matrix& r = item.operands[only_r ? 1 : 2];
  each_element(k, n, item.threads,
               [&](Int i, Int j) noexcept { r.element<T>(i, j) = i <= j && i < m ? a[i + j * ld] : T(0); });
  if (only_r || m == 0 || k == 0) return 0;
  if (least == 0) {
    each_element(m, k, item.threads, [&](Int i, Int j) noexcept { a[i + j * ld] = T(i == j ? 1 : 0); });
  } else if (const Int info = item.lapack.orgqr(m, k, least, a, ld, tau); info != 0) {
    return info;
  }
  store(a, ld, m, k, item.operands[1], item.threads);
  return 0;
}

#define SHARRAY_INSTANCES(T)             \
  template Int solve(const Item<T>&);    \
  template Int inv(const Item<T>&);      \
  template Int det(const Item<T>&);      \
  template Int cholesky(const Item<T>&); \
  template Int lu(const Item<T>&);       \
  template Int qr(const Item<T>&);
SHARRAY_INSTANCES(float)
SHARRAY_INSTANCES(double)
SHARRAY_INSTANCES(std::complex<float>)
SHARRAY_INSTANCES(std::complex<double>)
#undef SHARRAY_INSTANCES

}  // namespace sharray
