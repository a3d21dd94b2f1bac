#include "blas/operations.h"

namespace sharray {

Int largest_dimension = Int{1} << 30;

namespace {

template <class T>
struct Vector {
  T* at;
  Int step;
};

/// A vector as BLAS takes it, copied only where its elements overlap, go backwards, or are apart by no whole number.
template <class T>
Vector<const T> plain_vector(const char* at, std::ptrdiff_t stride, Int n, const Lapack<T>& lapack, Workspace& work) {
  constexpr Int kSize = sizeof(T);
  const auto* elements = reinterpret_cast<const T*>(at);
  if (n <= 1) return {elements, 1};
  if (stride > 0 && stride % kSize == 0 && lapack.takes(stride / kSize)) return {elements, stride / kSize};
  T* copy = work.take<T>(n);
  load({const_cast<char*>(at), stride, 0}, n, 1, copy, n, 1);
  return {copy, 1};
}

/// c = a x.
template <class T>
void times_vector(const Item<T>& item, const Matrix& a, Int m, Int k, const char* x, std::ptrdiff_t step_x, char* c,
                  std::ptrdiff_t step_c) {
  constexpr Int kSize = sizeof(T);
  const Plain<T> left = plain(a, m, k, item.lapack, item.work, item.threads);
  const auto right = plain_vector(x, step_x, k, item.lapack, item.work);
  const Matrix out{c, step_c, 0};
  const bool direct = m <= 1 || (step_c > 0 && step_c % kSize == 0 && item.lapack.takes(step_c / kSize));
  T* to = direct ? reinterpret_cast<T*>(c) : item.work.template take<T>(m);
  const Int step = direct && m > 1 ? step_c / kSize : 1;
  const bool turned = left.transposed;
  item.lapack.gemv(turned ? 'T' : 'N', turned ? k : m, turned ? m : k, left.at, left.ld, right.at, right.step, to,
                   step);
  if (!direct) store(to, m, m, 1, out, 1);
}

/// c = a b, or c = c + a b; no dimension is 0, and the interface takes all.
template <class T>
void product(const Item<T>& item, const Matrix& a, const Matrix& b, const Matrix& c, Int m, Int n, Int k, bool adds) {
  if (n == 1 && !adds) return times_vector(item, a, m, k, b.at, b.row, c.at, c.row);
  if (m == 1 && !adds) return times_vector(item, b.transposed(), n, k, a.at, a.column, c.at, c.column);
  const Plain<T> left = plain(a, m, k, item.lapack, item.work, item.threads);
  const Plain<T> right = plain(b, k, n, item.lapack, item.work, item.threads);
  const T beta(adds ? 1 : 0);
  if (const Int ld = leading(c.transposed(), n, m, item.lapack); ld != 0) {
    item.lapack.gemm(right.transposed ? 'N' : 'T', left.transposed ? 'N' : 'T', n, m, k, right.at, right.ld, left.at,
                     left.ld, beta, reinterpret_cast<T*>(c.at), ld);
    return;
  }
  const char op_a = left.transposed ? 'T' : 'N', op_b = right.transposed ? 'T' : 'N';
  if (const Int ld = leading(c, m, n, item.lapack); ld != 0) {
    item.lapack.gemm(op_a, op_b, m, n, k, left.at, left.ld, right.at, right.ld, beta, reinterpret_cast<T*>(c.at), ld);
    return;
  }
  T* to = item.work.template take<T>(m * n);
  if (adds) load(c, m, n, to, m, item.threads);
  item.lapack.gemm(op_a, op_b, m, n, k, left.at, left.ld, right.at, right.ld, beta, to, m);
  store(to, m, m, n, c, item.threads);
}

Matrix part(const Matrix& of, Int i, Int j) noexcept { return {of.at + i * of.row + j * of.column, of.row, of.column}; }

}  // namespace

template <class T>
Int matmul(const Item<T>& item) {
  const Int m = item.call.m, n = item.call.n, k = item.call.k;
  const Matrix &a = item.operands[0], &b = item.operands[1], &c = item.operands[2];
  if (k == 0) {
    each_element(m, n, item.threads, [&](Int i, Int j) noexcept { c.element<T>(i, j) = T(0); });
    return 0;
  }
  const Int most = largest_dimension;
  for (Int i = 0; i < m; i += most) {
    for (Int j = 0; j < n; j += most) {
      for (Int l = 0; l < k; l += most) {
        product(item, part(a, i, l), part(b, l, j), part(c, i, j), std::min(most, m - i), std::min(most, n - j),
                std::min(most, k - l), l > 0);
      }
    }
  }
  return 0;
}

template Int matmul(const Item<float>&);
template Int matmul(const Item<double>&);
template Int matmul(const Item<std::complex<float>>&);
template Int matmul(const Item<std::complex<double>>&);

}  // namespace sharray
