package io.sharray.internal.blas;

import static io.sharray.Functions.abs;
import static io.sharray.Functions.conj;
import static io.sharray.Functions.where;
import static io.sharray.Reductions.max;
import static io.sharray.Reductions.min;
import static io.sharray.Reductions.sum;
import static io.sharray.Reductions.vectorNorm;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.Functions;
import io.sharray.NDArray;
import io.sharray.Reductions;
import io.sharray.internal.Access;
import io.sharray.linalg.MatrixNorm;

/** Norms, and what follows from singular values. */
public final class Norms {
  private Norms() {}

  /**
   * Norms of matrices.
   *
   * @param function for messages
   * @param a matrices
   * @param kind which
   * @param keepDims whether the last two dimensions stay, with length 1
   * @return a new array
   */
  public static NDArray matrixNorm(String function, Expr a, MatrixNorm kind, boolean keepDims) {
    Batches.requireMatrix(function, a.shape());
    DType dtype = Batches.dtype(a);
    try (Workbench bench = new Workbench()) {
      NDArray x = bench.operand(a, dtype);
      NDArray norm = bench.add(norm(function, x, kind, bench));
      return keepDims ? norm.reshape(Batches.with(norm.shape(), 1, 1)) : bench.keep(norm);
    }
  }

  private static NDArray norm(String function, NDArray x, MatrixNorm kind, Workbench bench) {
    int rows = x.ndim() - 2;
    int columns = x.ndim() - 1;
    return switch (kind) {
      case FROBENIUS -> vectorNorm(x, rows, columns).eval();
      case ONE -> max(bench.add(sum(abs(x), rows).eval()), -1).eval();
      case MINUS_ONE -> min(bench.add(sum(abs(x), rows).eval()), -1).eval();
      case INFINITY -> max(bench.add(sum(abs(x), columns).eval()), -1).eval();
      case MINUS_INFINITY -> min(bench.add(sum(abs(x), columns).eval()), -1).eval();
      case TWO -> max(bench.add(Factors.svdvals(function, x)), -1).eval();
      case MINUS_TWO -> min(bench.add(Factors.svdvals(function, x)), -1).eval();
      case NUCLEAR -> sum(bench.add(Factors.svdvals(function, x)), -1).eval();
    };
  }

  /**
   * How much errors grow.
   *
   * @param a matrices, square unless the kind is TWO or MINUS_TWO
   * @param kind of the norm
   * @return a new array
   */
  public static NDArray cond(Expr a, MatrixNorm kind) {
    Batches.requireMatrix("cond", a.shape());
    try (Workbench bench = new Workbench()) {
      if (kind == MatrixNorm.TWO || kind == MatrixNorm.MINUS_TWO) {
        NDArray s = bench.add(Factors.svdvals("cond", a));
        Expr ratio = max(s, -1).div(min(s, -1));
        // Of a matrix of zeros, not NaN.
        Expr safe = where(Functions.isnan(ratio), Double.POSITIVE_INFINITY, ratio);
        return (kind == MatrixNorm.TWO ? safe : min(s, -1).div(max(s, -1))).eval();
      }
      Batches.requireSquare("cond", a.shape());
      NDArray x = bench.operand(a, Batches.dtype(a));
      NDArray norm = bench.add(matrixNorm("cond", x, kind, false));
      NDArray inverse = bench.add(Systems.inv(x));
      NDArray other = bench.add(matrixNorm("cond", inverse, kind, false));
      return norm.times(other).eval();
    }
  }

  /**
   * How many singular values count.
   *
   * @param a matrices
   * @param rtol those of at most that part of the largest one do not; NaN for the default
   * @return int64, a new array
   */
  public static NDArray rank(Expr a, double rtol) {
    try (Workbench bench = new Workbench()) {
      NDArray s = bench.add(Factors.svdvals("matrixRank", a));
      if (s.size() == 0) {
        return NDArray.zeros(DType.INT64, Batches.of(s.shape(), 1));
      }
      Expr counts = Functions.greater(s, max(s, true, -1).times(tolerance(a, rtol)));
      return Reductions.countNonzero(counts, -1).astype(DType.INT64).eval();
    }
  }

  private static double tolerance(Expr a, double rtol) {
    long[] shape = a.shape();
    double eps = Batches.dtype(a).finfo().eps();
    long most = Math.max(Batches.rows(shape), Batches.columns(shape));
    return Double.isNaN(rtol) ? eps * most : rtol;
  }

  /**
   * The pseudo-inverse.
   *
   * @param a matrices of any shape
   * @param rtol singular values of at most that part of the largest one count as 0; NaN for the
   *     default
   * @return a new array
   */
  public static NDArray pinv(Expr a, double rtol) {
    Batches.requireMatrix("pinv", a.shape());
    DType dtype = Batches.dtype(a);
    try (Workbench bench = new Workbench()) {
      NDArray[] factors = Factors.svd(a, false);
      for (NDArray factor : factors) {
        bench.add(factor);
      }
      NDArray u = factors[0];
      NDArray s = factors[1];
      NDArray vh = factors[2];
      if (s.size() == 0) {
        long[] shape = a.shape();
        long rows = Batches.rows(shape);
        return NDArray.zeros(
            dtype, Batches.with(Batches.of(shape, 2), Batches.columns(shape), rows));
      }
      Expr counts = Functions.greater(s, max(s, true, -1).times(tolerance(a, rtol)));
      NDArray inverse =
          bench.add(where(counts, Functions.divide(1.0, s), 0.0).astype(dtype.real()).eval());
      NDArray column = bench.add(inverse.expandDims(inverse.ndim()));
      NDArray scaled = bench.add(column.times(adjointPart(vh)).eval());
      NDArray v = bench.add(transposed(scaled));
      NDArray uh = bench.add(transposed(bench.add(adjointPart(u).eval())));
      return Products.matmul(v, uh);
    }
  }

  private static Expr adjointPart(NDArray x) {
    return x.dtype().isComplex() ? conj(x) : x;
  }

  /** A view with the last two dimensions exchanged. */
  static NDArray transposed(NDArray x) {
    int[] axes = new int[x.ndim()];
    java.util.Arrays.setAll(axes, d -> d);
    axes[x.ndim() - 2] = x.ndim() - 1;
    axes[x.ndim() - 1] = x.ndim() - 2;
    return x.permuteDims(axes);
  }

  /**
   * Sums of diagonals.
   *
   * @param a matrices
   * @param offset of the diagonal above the main one
   * @return a new array
   */
  public static NDArray trace(Expr a, long offset) {
    Batches.requireMatrix("trace", a.shape());
    try (Workbench bench = new Workbench()) {
      NDArray x = bench.operand(a, a.dtype());
      return sum(bench.add(Access.diagonal(x, offset)), -1).eval();
    }
  }
}
