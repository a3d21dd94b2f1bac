/// Singular values, eigenvalues, and least squares by them.
#include "blas/operations.h"

namespace sharray {
namespace {

/// Copies a vector out.
template <class V>
void store_vector(const V* from, Int n, const Matrix& to) noexcept {
  for (Int i = 0; i < n; i++) to.element<V>(i, 0) = from[i];
}

template <class T>
void set_identity(const Matrix& to, Int n) noexcept {
  each_element(n, n, 1, [&](Int i, Int j) noexcept { to.element<T>(i, j) = T(i == j ? 1 : 0); });
}

/// LAPACK's real eigenvectors: a pair of columns for a pair of conjugate values.
template <class R>
void store_packed(const R* w, const R* v, Int n, const Matrix& to) noexcept {
  using C = std::complex<R>;
  for (Int j = 0; j < n; j++) {
    const R imaginary = w[n + j];
    const R* re = v + j * n;
    if (imaginary == 0) {
      for (Int i = 0; i < n; i++) to.element<C>(i, j) = C(re[i], 0);
    } else if (j + 1 < n) {
      const R* im = re + n;
      for (Int i = 0; i < n; i++) {
        to.element<C>(i, j) = C(re[i], im[i]);
        to.element<C>(i, j + 1) = C(re[i], -im[i]);
      }
      j++;
    }
  }
}

}  // namespace

template <class T>
Int svd(const Item<T>& item) {
  const Int m = item.call.m, n = item.call.n, least = std::min(m, n);
  const int option = item.call.option;
  const Matrix &u = item.operands[2], &vh = item.operands[3];
  if (least == 0) {
    if (option == 2) {
      set_identity<T>(u, m);
      set_identity<T>(vh, n);
    }
    return 0;
  }
  // Row-major A is column-major A^T = conj(V) S U^T, whose factors, column-major, are V^H and U, row-major.
  T* a = item.work.template take<T>(m * n);
  load(item.operands[0].transposed(), n, m, a, n, item.threads);
  if (!is_finite(a, n, m, n)) return kNotFinite;
  auto* s = item.work.template take<Real<T>>(least);
  const char job = option == 0 ? 'N' : option == 1 ? 'S' : 'A';
  const Int columns = option == 1 ? least : m;
  T unused{};
  const Int info = option == 0 ? item.lapack.gesdd(job, n, m, a, n, s, &unused, n, &unused, m)
                               : item.lapack.gesdd(job, n, m, a, n, s, reinterpret_cast<T*>(vh.at), n,
                                                   reinterpret_cast<T*>(u.at), columns);
  if (info == 0) store_vector(s, least, item.operands[1]);
  return info;
}

template <class T>
Int eig(const Item<T>& item) {
  using C = std::complex<Real<T>>;
  const Int n = item.call.n;
  if (n == 0) return 0;
  const bool vectors = item.call.option == 1;
  T* a = item.work.template take<T>(n * n);
  T* v = item.work.template take<T>(vectors ? n * n : 1);
  T* w = item.work.template take<T>(2 * n);
  load(item.operands[0], n, n, a, n, item.threads);
  if (!is_finite(a, n, n, n)) return kNotFinite;
  if (const Int info = item.lapack.geev(vectors ? 'V' : 'N', n, a, n, w, v, n); info != 0) return info;
  if constexpr (kIsComplex<T>) {
    store_vector(w, n, item.operands[1]);
    if (vectors) store(v, n, n, n, item.operands[2], item.threads);
  } else {
    for (Int i = 0; i < n; i++) item.operands[1].template element<C>(i, 0) = C(w[i], w[n + i]);
    if (vectors) store_packed(w, v, n, item.operands[2]);
  }
  return 0;
}

template <class T>
Int eigh(const Item<T>& item) {
  const Int n = item.call.n;
  if (n == 0) return 0;
  const bool vectors = item.call.option == 1;
  T* a = item.work.template take<T>(n * n);
  auto* w = item.work.template take<Real<T>>(n);
  // A real symmetric matrix is its own transpose, which may be faster to copy.
  const Matrix& given = item.operands[0];
  const bool turns = !kIsComplex<T> && given.row != sizeof(T);
  load(turns ? given.transposed() : given, n, n, a, n, item.threads);
  if (!is_finite(a, n, n, n)) return kNotFinite;
  if (!is_hermitian(a, n, n)) return kNotHermitian;
  if (const Int info = item.lapack.evd(vectors ? 'V' : 'N', turns ? 'U' : 'L', n, a, n, w); info != 0) return info;
  store_vector(w, n, item.operands[1]);
  if (vectors) store(a, n, n, n, item.operands[2], item.threads);
  return 0;
}

template <class T>
Int lstsq(const Item<T>& item) {
  const Int m = item.call.m, n = item.call.n, k = item.call.k, least = std::min(m, n),
            most = std::max<Int>(1, std::max(m, n));
  const Matrix &x = item.operands[2], &residuals = item.operands[3];
  const Int ld = std::max<Int>(m, 1);
  T* a = item.work.template take<T>(m * n);
  T* b = item.work.template take<T>(most * k);
  auto* s = item.work.template take<Real<T>>(least);
  Int* rank = item.work.template take<Int>(1);
  *rank = 0;
  load(item.operands[0], m, n, a, ld, item.threads);
  load(item.operands[1], m, k, b, most, item.threads);
  if (!is_finite(a, m, n, ld) || !is_finite(b, m, k, most)) return kNotFinite;
  if (least > 0 && k > 0) {
    const auto rcond = static_cast<Real<T>>(item.call.rcond);
    if (const Int info = item.lapack.gelsd(m, n, k, a, ld, b, most, s, rcond, rank); info != 0) return info;
  } else {
    std::fill(b, b + most * k, T(0));
  }
  if (n > 0) store(b, most, n, k, x, item.threads);
  // What is left of b: a and b anew, as they were overwritten.
  T* rest = item.work.template take<T>(ld * k);
  load(item.operands[1], m, k, rest, ld, item.threads);
  if (least > 0 && k > 0) {
    load(item.operands[0], m, n, a, ld, item.threads);
    for (Int j = 0; j < k; j++) std::transform(b + j * most, b + j * most + n, b + j * most, [](T v) { return -v; });
    item.lapack.gemm('N', 'N', m, k, n, a, ld, b, most, T(1), rest, ld);
  }
  for (Int j = 0; j < k; j++) {
    Real<T> sum = 0;
    for (Int i = 0; i < m; i++) sum += std::norm(rest[i + j * ld]);
    residuals.element<Real<T>>(j, 0) = sum;
  }
  item.operands[4].template element<Int>(0, 0) = *rank;
  if (least > 0 && k > 0) store_vector(s, least, item.operands[5]);
  return 0;
}

#define SHARRAY_INSTANCES(T)         \
  template Int svd(const Item<T>&);  \
  template Int eig(const Item<T>&);  \
  template Int eigh(const Item<T>&); \
  template Int lstsq(const Item<T>&);
SHARRAY_INSTANCES(float)
SHARRAY_INSTANCES(double)
SHARRAY_INSTANCES(std::complex<float>)
SHARRAY_INSTANCES(std::complex<double>)
#undef SHARRAY_INSTANCES

}  // namespace sharray
