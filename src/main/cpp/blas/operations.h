/// The operations on one matrix. Each returns LAPACK's info or a Failure, and throws std::bad_alloc.
#pragma once

#include "blas/call.h"
#include "blas/lapack.h"
#include "blas/matrix.h"

namespace sharray {

/// One matrix of a call.
template <class T>
struct Item {
  const LinalgCall& call;
  Matrix operands[kMostOperands];
  Lapack<T> lapack;
  Workspace& work;
  int threads;  ///< for copies; the provider has been told
};

template <class T>
Int matmul(const Item<T>& item);
template <class T>
Int solve(const Item<T>& item);
template <class T>
Int inv(const Item<T>& item);
template <class T>
Int det(const Item<T>& item);
template <class T>
Int cholesky(const Item<T>& item);
template <class T>
Int lu(const Item<T>& item);
template <class T>
Int qr(const Item<T>& item);
template <class T>
Int svd(const Item<T>& item);
template <class T>
Int eig(const Item<T>& item);
template <class T>
Int eigh(const Item<T>& item);
template <class T>
Int lstsq(const Item<T>& item);

/// Dimensions of a product beyond this are cut, where the interface has 32-bit integers. A variable for the tests.
extern Int largest_dimension;

}  // namespace sharray
