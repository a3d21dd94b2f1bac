package io.sharray.linalg;

import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.Reductions;
import io.sharray.internal.blas.Factors;
import io.sharray.internal.blas.Norms;
import io.sharray.internal.blas.Products;
import io.sharray.internal.blas.Systems;

/**
 * Linear algebra, by the names and shapes of the Python array API standard. A matrix is in the last
 * two dimensions of an array; those before them are a batch of matrices, computed in one call by
 * all threads. Batches of two operands are broadcast.
 *
 * <p>Matrices are float32, float64, complex64 or complex128, in the dtype that operands meet in;
 * integers and bool become float64. They may have any strides, transposed ones are not copied for
 * products, and inputs are never modified. Operands may be expressions, which are evaluated first.
 * Results are new arrays in the default storage, to be closed, or go {@code into} an array that
 * exists, which may overlap the operands.
 *
 * <p>It needs a library of BLAS and LAPACK: {@code org.bytedeco:openblas} or {@code
 * org.bytedeco:mkl} on the class path, or what {@code sharray.blas} names. Which one it is decides
 * the last bits of results, and so does the number of threads. The first call chooses it.
 *
 * <p>All methods are thread-safe. All throw {@link IllegalArgumentException} for shapes and dtypes
 * that do not fit, and for matrices too large for the library; {@link IllegalStateException} for
 * closed arrays; {@link io.sharray.NativeLibraryException} where there is no library of BLAS and
 * LAPACK; {@link io.sharray.SharedMemoryExhaustedException} where there is no room for the result.
 * A matrix that has no result is a {@link io.sharray.LinalgException}, which tells the first one of
 * the batch.
 */
public final class Linalg {
  private Linalg() {}

  // ---- Products

  /**
   * Multiplies matrices. A vector is a row on the left, a column on the right, and the result lacks
   * that dimension. Integers are converted to float64, and so is the result: their products are
   * exact up to 2^53.
   *
   * @param a of shape (..., m, k), or (k)
   * @param b of shape (..., k, n), or (k)
   * @return of shape (..., m, n)
   */
  public static NDArray matmul(Expr a, Expr b) {
    return Products.matmul(a, b);
  }

  /**
   * Multiplies matrices, as {@link #matmul(Expr, Expr)}, into an existing array.
   *
   * @param a of shape (..., m, k), or (k)
   * @param b of shape (..., k, n), or (k)
   * @param out of the dtype and shape of the product; it is overwritten
   * @return {@code out}
   */
  public static NDArray matmul(Expr a, Expr b, NDArray out) {
    return Products.matmul(a, b, out);
  }

  /**
   * Sums the products of all elements of two arrays along paired axes, by a product of matrices.
   *
   * @param a an array
   * @param b an array
   * @param axesA axes of the first
   * @param axesB the axes of the second that they are paired with
   * @return the other axes of the first, then those of the second
   */
  public static NDArray tensordot(Expr a, Expr b, int[] axesA, int[] axesB) {
    return Products.tensordot(a, b, axesA, axesB);
  }

  /**
   * Sums the products along the last axes of one array and the first axes of another.
   *
   * @param a an array
   * @param b an array
   * @param axes how many, in order
   * @return the other axes of the first, then those of the second
   */
  public static NDArray tensordot(Expr a, Expr b, int axes) {
    int[] last = new int[Math.max(axes, 0)];
    int[] first = new int[last.length];
    if (axes < 0 || axes > Math.min(a.shape().length, b.shape().length)) {
      throw new IllegalArgumentException("tensordot: " + axes + " axes, which the arrays lack");
    }
    java.util.Arrays.setAll(last, i -> a.shape().length - axes + i);
    java.util.Arrays.setAll(first, i -> i);
    return Products.tensordot(a, b, last, first);
  }

  /**
   * The products of vectors in the last axes: sums of {@code conj(a) b}. Computed by the engine:
   * integers are exact, and the bits are the same everywhere.
   *
   * @param a of shape (..., n)
   * @param b of shape (..., n)
   * @return of the broadcast shape without the last axis
   */
  public static NDArray vecdot(Expr a, Expr b) {
    return Products.vecdot(a, b, -1);
  }

  /**
   * The products of vectors along an axis, as {@link #vecdot(Expr, Expr)}.
   *
   * @param a an array
   * @param b an array
   * @param axis counted from the end, negative
   * @return of the broadcast shape without the axis
   */
  public static NDArray vecdot(Expr a, Expr b, int axis) {
    return Products.vecdot(a, b, axis);
  }

  /**
   * All products of the elements of two vectors, computed by the engine.
   *
   * @param a of shape (m)
   * @param b of shape (n)
   * @return of shape (m, n) and the dtype that the two meet in
   */
  public static NDArray outer(Expr a, Expr b) {
    return Products.outer(a, b);
  }

  // ---- Systems

  /**
   * Solves {@code a x = b} by triangular factors with row exchanges (LAPACK's getrf, getrs).
   *
   * @param a of shape (..., n, n)
   * @param b of shape (n), one right side for all, or (..., n, k)
   * @return x, of shape (..., n), or (..., n, k)
   * @throws io.sharray.LinalgException if a matrix is singular
   */
  public static NDArray solve(Expr a, Expr b) {
    return Systems.solve(a, b);
  }

  /**
   * Solves {@code a x = b}, as {@link #solve(Expr, Expr)}, into an existing array.
   *
   * @param a of shape (..., n, n)
   * @param b of shape (n), or (..., n, k)
   * @param out of the dtype and shape of x; it is overwritten, in part if a matrix is singular
   * @return {@code out}
   * @throws io.sharray.LinalgException if a matrix is singular
   */
  public static NDArray solve(Expr a, Expr b, NDArray out) {
    return Systems.solve(a, b, out);
  }

  /**
   * Inverts matrices. To solve a system, {@link #solve} is faster and more accurate.
   *
   * @param a of shape (..., n, n)
   * @return of the same shape
   * @throws io.sharray.LinalgException if a matrix is singular
   */
  public static NDArray inv(Expr a) {
    return Systems.inv(a);
  }

  /**
   * Determinants. No step on the way to one that is in range leaves it.
   *
   * @param a of shape (..., n, n)
   * @return of shape (...); 1 for n = 0, 0 for singular matrices
   */
  public static NDArray det(Expr a) {
    return Systems.det(a);
  }

  /**
   * Determinants as signs and logarithms.
   *
   * @param a of shape (..., n, n)
   * @return both of shape (...)
   */
  public static Slogdet slogdet(Expr a) {
    NDArray[] parts = Systems.slogdet(a);
    return new Slogdet(parts[0], parts[1]);
  }

  /**
   * Least squares by singular values (LAPACK's gelsd), those of at most eps max(m, n) times the
   * largest taken as 0.
   *
   * @param a of shape (..., m, n)
   * @param b of shape (m), or (..., m, k)
   * @return the solutions
   * @throws io.sharray.LinalgException if a matrix holds NaN or infinity, or does not converge
   */
  public static Lstsq lstsq(Expr a, Expr b) {
    return lstsq(a, b, Double.NaN);
  }

  /**
   * Least squares, as {@link #lstsq(Expr, Expr)}.
   *
   * @param a of shape (..., m, n)
   * @param b of shape (m), or (..., m, k)
   * @param rcond singular values of at most that part of the largest count as 0
   * @return the solutions
   * @throws io.sharray.LinalgException if a matrix holds NaN or infinity, or does not converge
   */
  public static Lstsq lstsq(Expr a, Expr b, double rcond) {
    NDArray[] parts = Systems.lstsq(a, b, rcond);
    return new Lstsq(parts[0], parts[1], parts[2], parts[3]);
  }

  /**
   * Pseudo-inverses (Moore and Penrose), with singular values of at most eps max(m, n) times the
   * largest taken as 0.
   *
   * @param a of shape (..., m, n)
   * @return of shape (..., n, m)
   * @throws io.sharray.LinalgException if a matrix holds NaN or infinity, or does not converge
   */
  public static NDArray pinv(Expr a) {
    return Norms.pinv(a, Double.NaN);
  }

  /**
   * Pseudo-inverses, as {@link #pinv(Expr)}.
   *
   * @param a of shape (..., m, n)
   * @param rtol singular values of at most that part of the largest count as 0
   * @return of shape (..., n, m)
   * @throws io.sharray.LinalgException if a matrix holds NaN or infinity, or does not converge
   */
  public static NDArray pinv(Expr a, double rtol) {
    return Norms.pinv(a, rtol);
  }

  // ---- Factors

  /**
   * Cholesky's factor L of {@code a = L Lᴴ}. The lower half of a is read; that the upper one
   * mirrors it is checked to half of the digits.
   *
   * @param a of shape (..., n, n), symmetric or Hermitian, positive definite
   * @return lower triangular, of the same shape
   * @throws io.sharray.LinalgException if a matrix is not symmetric or not positive definite
   */
  public static NDArray cholesky(Expr a) {
    return Factors.cholesky(a, false);
  }

  /**
   * Cholesky's factor, as {@link #cholesky(Expr)}.
   *
   * @param a of shape (..., n, n), symmetric or Hermitian, positive definite
   * @param upper whether the upper triangular one, U of {@code a = Uᴴ U}
   * @return of the same shape
   * @throws io.sharray.LinalgException if a matrix is not symmetric or not positive definite
   */
  public static NDArray cholesky(Expr a, boolean upper) {
    return Factors.cholesky(a, upper);
  }

  /**
   * Triangular factors with row exchanges (LAPACK's getrf). Singular matrices have them too.
   *
   * @param a of shape (..., m, n)
   * @return the factors
   */
  public static Lu lu(Expr a) {
    NDArray[] parts = Factors.lu(a);
    return new Lu(parts[0], parts[1], parts[2]);
  }

  /**
   * Orthogonal and triangular factors (LAPACK's geqrf).
   *
   * @param a of shape (..., m, n)
   * @return factors with k = min(m, n)
   */
  public static Qr qr(Expr a) {
    return qr(a, false);
  }

  /**
   * Orthogonal and triangular factors, as {@link #qr(Expr)}.
   *
   * @param a of shape (..., m, n)
   * @param complete whether k is m, else min(m, n)
   * @return the factors
   */
  public static Qr qr(Expr a, boolean complete) {
    NDArray[] parts = Factors.qr(a, complete);
    return new Qr(parts[0], parts[1]);
  }

  /**
   * Singular values and vectors (LAPACK's gesdd), as many vectors as values.
   *
   * @param a of shape (..., m, n)
   * @return the factors
   * @throws io.sharray.LinalgException if a matrix holds NaN or infinity, or does not converge
   */
  public static Svd svd(Expr a) {
    return svd(a, false);
  }

  /**
   * Singular values and vectors, as {@link #svd(Expr)}.
   *
   * @param a of shape (..., m, n)
   * @param full whether u and vh are square
   * @return the factors
   * @throws io.sharray.LinalgException if a matrix holds NaN or infinity, or does not converge
   */
  public static Svd svd(Expr a, boolean full) {
    NDArray[] parts = Factors.svd(a, full);
    return new Svd(parts[0], parts[1], parts[2]);
  }

  /**
   * Singular values.
   *
   * @param a of shape (..., m, n)
   * @return real, of shape (..., min(m, n)), the largest first
   * @throws io.sharray.LinalgException if a matrix holds NaN or infinity, or does not converge
   */
  public static NDArray svdvals(Expr a) {
    return Factors.svdvals("svdvals", a);
  }

  /**
   * Eigenvalues and right eigenvectors (LAPACK's geev).
   *
   * @param a of shape (..., n, n)
   * @return complex values and vectors
   * @throws io.sharray.LinalgException if a matrix holds NaN or infinity, or does not converge
   */
  public static Eig eig(Expr a) {
    NDArray[] parts = Factors.eig(a, false, true);
    return new Eig(parts[0], parts[1]);
  }

  /**
   * Eigenvalues.
   *
   * @param a of shape (..., n, n)
   * @return complex, of shape (..., n)
   * @throws io.sharray.LinalgException if a matrix holds NaN or infinity, or does not converge
   */
  public static NDArray eigvals(Expr a) {
    return Factors.eig(a, false, false)[0];
  }

  /**
   * Eigenvalues and eigenvectors of symmetric or Hermitian matrices (LAPACK's syevd, heevd). The
   * lower half is read; that the upper one mirrors it is checked to half of the digits.
   *
   * @param a of shape (..., n, n)
   * @return real values, ascending, and orthonormal vectors
   * @throws io.sharray.LinalgException if a matrix is not symmetric, holds NaN or infinity, or does
   *     not converge
   */
  public static Eig eigh(Expr a) {
    NDArray[] parts = Factors.eig(a, true, true);
    return new Eig(parts[0], parts[1]);
  }

  /**
   * Eigenvalues of symmetric or Hermitian matrices, as {@link #eigh}.
   *
   * @param a of shape (..., n, n)
   * @return real, of shape (..., n), ascending
   * @throws io.sharray.LinalgException as {@link #eigh}
   */
  public static NDArray eigvalsh(Expr a) {
    return Factors.eig(a, true, false)[0];
  }

  // ---- Norms and numbers

  /**
   * Frobenius norms of matrices.
   *
   * @param a of shape (..., m, n)
   * @return real, of shape (...)
   */
  public static NDArray matrixNorm(Expr a) {
    return matrixNorm(a, MatrixNorm.FROBENIUS, false);
  }

  /**
   * Norms of matrices.
   *
   * @param a of shape (..., m, n)
   * @param order which norm
   * @param keepDims whether the last two dimensions stay, with length 1
   * @return real, of shape (...)
   * @throws io.sharray.LinalgException from norms of singular values, as {@link #svdvals}
   */
  public static NDArray matrixNorm(Expr a, MatrixNorm order, boolean keepDims) {
    return Norms.matrixNorm("matrixNorm", a, order, keepDims);
  }

  /**
   * Euclidean norms of vectors, by {@link Reductions#vectorNorm(Expr, int...)}.
   *
   * @param x an array
   * @param axes of the vectors; none for all
   * @return real, without the axes
   */
  public static NDArray vectorNorm(Expr x, int... axes) {
    return Reductions.vectorNorm(x, axes).eval();
  }

  /**
   * Norms of vectors, by {@link Reductions#vectorNorm(Expr, double, boolean, int...)}.
   *
   * @param x an array
   * @param order p of the p-norm; infinities and 0 as NumPy has them
   * @param keepDims whether the axes stay, with length 1
   * @param axes of the vectors; none for all
   * @return real
   */
  public static NDArray vectorNorm(Expr x, double order, boolean keepDims, int... axes) {
    return Reductions.vectorNorm(x, order, keepDims, axes).eval();
  }

  /**
   * Condition numbers: the ratio of the largest singular value to the smallest one.
   *
   * @param a of shape (..., m, n)
   * @return real, of shape (...); infinity for singular matrices
   * @throws io.sharray.LinalgException as {@link #svdvals}
   */
  public static NDArray cond(Expr a) {
    return cond(a, MatrixNorm.TWO);
  }

  /**
   * Condition numbers by a norm: {@code |a| |inv(a)|}.
   *
   * @param a of shape (..., n, n); of any shape for the norms TWO and MINUS_TWO
   * @param order which norm
   * @return real, of shape (...)
   * @throws io.sharray.LinalgException if a matrix is singular, but for TWO and MINUS_TWO
   */
  public static NDArray cond(Expr a, MatrixNorm order) {
    return Norms.cond(a, order);
  }

  /**
   * Ranks: how many singular values are more than eps max(m, n) times the largest.
   *
   * @param a of shape (..., m, n)
   * @return int64 of shape (...)
   * @throws io.sharray.LinalgException as {@link #svdvals}
   */
  public static NDArray matrixRank(Expr a) {
    return Norms.rank(a, Double.NaN);
  }

  /**
   * Ranks, as {@link #matrixRank(Expr)}.
   *
   * @param a of shape (..., m, n)
   * @param rtol singular values of at most that part of the largest do not count
   * @return int64 of shape (...)
   * @throws io.sharray.LinalgException as {@link #svdvals}
   */
  public static NDArray matrixRank(Expr a, double rtol) {
    return Norms.rank(a, rtol);
  }

  /**
   * Sums of the main diagonals, computed by the engine.
   *
   * @param a of shape (..., m, n)
   * @return of shape (...), in the dtype of {@link Reductions#sum(Expr, int...)}
   */
  public static NDArray trace(Expr a) {
    return trace(a, 0);
  }

  /**
   * Sums of diagonals, as {@link #trace(Expr)}.
   *
   * @param a of shape (..., m, n)
   * @param offset of the diagonal above the main one, negative below it
   * @return of shape (...)
   */
  public static NDArray trace(Expr a, long offset) {
    return Norms.trace(a, offset);
  }
}
