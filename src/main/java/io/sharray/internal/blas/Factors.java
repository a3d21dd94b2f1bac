package io.sharray.internal.blas;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;

/** Factors of matrices. */
public final class Factors {
  private Factors() {}

  /**
   * Cholesky's factor.
   *
   * @param a symmetric or Hermitian positive definite matrices
   * @param upper whether the upper one
   * @return a new array
   */
  public static NDArray cholesky(Expr a, boolean upper) {
    Batches.requireSquare("cholesky", a.shape());
    DType dtype = Batches.dtype(a);
    long n = Batches.rows(a.shape());
    try (Workbench bench = new Workbench()) {
      NDArray out = bench.empty(dtype, a.shape());
      new Call("cholesky", Operation.CHOLESKY, dtype, Batches.of(a.shape(), 2))
          .option(upper ? 1 : 0)
          .size(n, n, 0)
          .matrix(bench.operand(a, dtype))
          .matrix(out)
          .run();
      return bench.keep(out);
    }
  }

  /**
   * Triangular factors.
   *
   * @param a matrices of any shape
   * @return permutation, lower, upper
   */
  public static NDArray[] lu(Expr a) {
    Batches.requireMatrix("lu", a.shape());
    DType dtype = Batches.dtype(a);
    long m = Batches.rows(a.shape());
    long n = Batches.columns(a.shape());
    long least = Math.min(m, n);
    long[] batch = Batches.of(a.shape(), 2);
    try (Workbench bench = new Workbench()) {
      NDArray permutation = bench.empty(DType.INT64, Batches.with(batch, m));
      NDArray l = bench.empty(dtype, Batches.with(batch, m, least));
      NDArray u = bench.empty(dtype, Batches.with(batch, least, n));
      new Call("lu", Operation.LU, dtype, batch)
          .size(m, n, 0)
          .matrix(bench.operand(a, dtype))
          .vector(permutation)
          .matrix(l)
          .matrix(u)
          .run();
      return new NDArray[] {bench.keep(permutation), bench.keep(l), bench.keep(u)};
    }
  }

  /**
   * Orthogonal and triangular factors.
   *
   * @param a matrices of any shape
   * @param complete whether the orthogonal one is square
   * @return q, r
   */
  public static NDArray[] qr(Expr a, boolean complete) {
    Batches.requireMatrix("qr", a.shape());
    DType dtype = Batches.dtype(a);
    long m = Batches.rows(a.shape());
    long n = Batches.columns(a.shape());
    long k = complete ? m : Math.min(m, n);
    long[] batch = Batches.of(a.shape(), 2);
    try (Workbench bench = new Workbench()) {
      NDArray q = bench.empty(dtype, Batches.with(batch, m, k));
      NDArray r = bench.empty(dtype, Batches.with(batch, k, n));
      new Call("qr", Operation.QR, dtype, batch)
          .size(m, n, k)
          .matrix(bench.operand(a, dtype))
          .matrix(q)
          .matrix(r)
          .run();
      return new NDArray[] {bench.keep(q), bench.keep(r)};
    }
  }

  /**
   * Singular values and vectors.
   *
   * @param a matrices of any shape
   * @param full whether the factors are square
   * @return u, s, vh
   */
  public static NDArray[] svd(Expr a, boolean full) {
    Batches.requireMatrix("svd", a.shape());
    DType dtype = Batches.dtype(a);
    long m = Batches.rows(a.shape());
    long n = Batches.columns(a.shape());
    long least = Math.min(m, n);
    long[] batch = Batches.of(a.shape(), 2);
    try (Workbench bench = new Workbench()) {
      NDArray s = bench.empty(dtype.real(), Batches.with(batch, least));
      NDArray u = bench.empty(dtype, Batches.with(batch, m, full ? m : least));
      NDArray vh = bench.empty(dtype, Batches.with(batch, full ? n : least, n));
      new Call("svd", Operation.SVD, dtype, batch)
          .option(full ? 2 : 1)
          .size(m, n, 0)
          .matrix(bench.operand(a, dtype))
          .vector(s)
          .matrix(u)
          .matrix(vh)
          .run();
      return new NDArray[] {bench.keep(u), bench.keep(s), bench.keep(vh)};
    }
  }

  /**
   * Singular values.
   *
   * @param function for messages
   * @param a matrices of any shape
   * @return a new array
   */
  public static NDArray svdvals(String function, Expr a) {
    Batches.requireMatrix(function, a.shape());
    DType dtype = Batches.dtype(a);
    long m = Batches.rows(a.shape());
    long n = Batches.columns(a.shape());
    long[] batch = Batches.of(a.shape(), 2);
    try (Workbench bench = new Workbench()) {
      NDArray s = bench.empty(dtype.real(), Batches.with(batch, Math.min(m, n)));
      new Call(function, Operation.SVD, dtype, batch)
          .size(m, n, 0)
          .matrix(bench.operand(a, dtype))
          .vector(s)
          .run();
      return bench.keep(s);
    }
  }

  /**
   * Eigenvalues and eigenvectors.
   *
   * @param a square matrices
   * @param hermitian whether they are their own adjoints, of which the lower half is read
   * @param vectors whether vectors are wanted
   * @return values, and vectors if wanted
   */
  public static NDArray[] eig(Expr a, boolean hermitian, boolean vectors) {
    String function = (hermitian ? "eigh" : "eig") + (vectors ? "" : "vals");
    Batches.requireSquare(function, a.shape());
    DType dtype = Batches.dtype(a);
    long n = Batches.rows(a.shape());
    long[] batch = Batches.of(a.shape(), 2);
    DType ofValues = hermitian ? dtype.real() : Batches.complex(dtype);
    DType ofVectors = hermitian ? dtype : Batches.complex(dtype);
    try (Workbench bench = new Workbench()) {
      NDArray w = bench.empty(ofValues, Batches.with(batch, n));
      Call call =
          new Call(function, hermitian ? Operation.EIGH : Operation.EIG, dtype, batch)
              .option(vectors ? 1 : 0)
              .size(n, n, 0)
              .matrix(bench.operand(a, dtype))
              .vector(w);
      if (!vectors) {
        call.run();
        return new NDArray[] {bench.keep(w)};
      }
      NDArray v = bench.empty(ofVectors, a.shape());
      call.matrix(v).run();
      return new NDArray[] {bench.keep(w), bench.keep(v)};
    }
  }
}
