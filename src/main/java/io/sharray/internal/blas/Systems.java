package io.sharray.internal.blas;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.internal.array.Shapes;

/** Linear systems, inverses and determinants. */
public final class Systems {
  private static final long[] NONE = {};

  private Systems() {}

  private record Plan(DType dtype, long[] batch, long n, long k, boolean vector, long[] shape) {}

  private static Plan plan(Expr a, Expr b) {
    long[] x = a.shape();
    long[] y = b.shape();
    Batches.requireSquare("solve", x);
    boolean vector = y.length == 1;
    long n = Batches.rows(x);
    if (y.length == 0 || (vector ? y[0] : Batches.rows(y)) != n) {
      throw new IllegalArgumentException(
          "solve: a right side of shape "
              + Shapes.text(y)
              + " does not fit a matrix of shape "
              + Shapes.text(x)
              + "; it must have as many rows");
    }
    long[] batch = Batches.broadcast("solve", Batches.of(x, 2), vector ? NONE : Batches.of(y, 2));
    long k = vector ? 1 : Batches.columns(y);
    long[] shape = vector ? Batches.with(batch, n) : Batches.with(batch, n, k);
    Shapes.checkedBytes(shape, 16);
    return new Plan(Batches.dtype(a, b), batch, n, k, vector, shape);
  }

  /**
   * Solves {@code a x = b}.
   *
   * @param a square matrices
   * @param b a vector, or matrices
   * @return x, a new array
   */
  public static NDArray solve(Expr a, Expr b) {
    Plan plan = plan(a, b);
    try (Workbench bench = new Workbench()) {
      NDArray out = bench.empty(plan.dtype, plan.shape);
      run(plan, bench, a, b, out);
      return bench.keep(out);
    }
  }

  /**
   * Solves {@code a x = b} into an existing array.
   *
   * @param a square matrices
   * @param b a vector, or matrices
   * @param out of the dtype and shape of x
   * @return {@code out}
   */
  public static NDArray solve(Expr a, Expr b, NDArray out) {
    Plan plan = plan(a, b);
    Batches.requireTarget("solve", out, plan.dtype, plan.shape);
    try (Workbench bench = new Workbench()) {
      NDArray x = bench.operand(a, plan.dtype);
      NDArray y = bench.operand(b, plan.dtype);
      // A system is read whole before its solution is written, but the others of a batch are not.
      if (plan.batch.length > 0 && (Workbench.overlap(x, out) || Workbench.overlap(y, out))) {
        NDArray apart = bench.empty(plan.dtype, plan.shape);
        run(plan, bench, x, y, apart);
        return apart.into(out);
      }
      run(plan, bench, x, y, out);
      return out;
    }
  }

  private static void run(Plan plan, Workbench bench, Expr a, Expr b, NDArray out) {
    NDArray x = bench.operand(a, plan.dtype);
    NDArray y = bench.operand(b, plan.dtype);
    NDArray to = out;
    if (plan.vector) {
      y = bench.add(y.expandDims(1));
      to = bench.add(to.expandDims(to.ndim()));
    }
    new Call("solve", Operation.SOLVE, plan.dtype, plan.batch)
        .size(plan.n, plan.n, plan.k)
        .matrix(x)
        .matrix(y)
        .matrix(to)
        .run();
  }

  /**
   * The inverse.
   *
   * @param a square matrices
   * @return a new array
   */
  public static NDArray inv(Expr a) {
    Batches.requireSquare("inv", a.shape());
    DType dtype = Batches.dtype(a);
    long n = Batches.rows(a.shape());
    try (Workbench bench = new Workbench()) {
      NDArray out = bench.empty(dtype, a.shape());
      new Call("inv", Operation.INV, dtype, Batches.of(a.shape(), 2))
          .size(n, n, 0)
          .matrix(bench.operand(a, dtype))
          .matrix(out)
          .run();
      return bench.keep(out);
    }
  }

  /**
   * The determinant.
   *
   * @param a square matrices
   * @return a new array, without the last two dimensions
   */
  public static NDArray det(Expr a) {
    Batches.requireSquare("det", a.shape());
    DType dtype = Batches.dtype(a);
    long n = Batches.rows(a.shape());
    long[] batch = Batches.of(a.shape(), 2);
    try (Workbench bench = new Workbench()) {
      NDArray out = bench.empty(dtype, batch);
      new Call("det", Operation.DET, dtype, batch)
          .size(n, n, 0)
          .matrix(bench.operand(a, dtype))
          .number(out)
          .run();
      return bench.keep(out);
    }
  }

  /**
   * The determinant as its sign and the logarithm of its absolute value.
   *
   * @param a square matrices
   * @return two new arrays
   */
  public static NDArray[] slogdet(Expr a) {
    Batches.requireSquare("slogdet", a.shape());
    DType dtype = Batches.dtype(a);
    long n = Batches.rows(a.shape());
    long[] batch = Batches.of(a.shape(), 2);
    try (Workbench bench = new Workbench()) {
      NDArray sign = bench.empty(dtype, batch);
      NDArray logarithm = bench.empty(dtype.real(), batch);
      new Call("slogdet", Operation.DET, dtype, batch)
          .option(1)
          .size(n, n, 0)
          .matrix(bench.operand(a, dtype))
          .number(sign)
          .number(logarithm)
          .run();
      return new NDArray[] {bench.keep(sign), bench.keep(logarithm)};
    }
  }

  /**
   * Least squares.
   *
   * @param a matrices of any shape
   * @param b a vector, or matrices
   * @param rcond singular values of at most that part of the largest one count as 0; NaN for the
   *     default
   * @return x, residuals, rank, singular values
   */
  public static NDArray[] lstsq(Expr a, Expr b, double rcond) {
    long[] x = a.shape();
    long[] y = b.shape();
    Batches.requireMatrix("lstsq", x);
    boolean vector = y.length == 1;
    long m = Batches.rows(x);
    long n = Batches.columns(x);
    if (y.length == 0 || (vector ? y[0] : Batches.rows(y)) != m) {
      throw new IllegalArgumentException(
          "lstsq: a right side of shape "
              + Shapes.text(y)
              + " does not fit a matrix of shape "
              + Shapes.text(x)
              + "; it must have as many rows");
    }
    DType dtype = Batches.dtype(a, b);
    long[] batch = Batches.broadcast("lstsq", Batches.of(x, 2), vector ? NONE : Batches.of(y, 2));
    long k = vector ? 1 : Batches.columns(y);
    long least = Math.min(m, n);
    try (Workbench bench = new Workbench()) {
      NDArray left = bench.operand(a, dtype);
      NDArray right = bench.operand(b, dtype);
      NDArray out = bench.empty(dtype, Batches.with(batch, n, k));
      NDArray residuals = bench.empty(dtype.real(), Batches.with(batch, k));
      NDArray rank = bench.empty(DType.INT64, batch);
      NDArray values = bench.add(NDArray.zeros(dtype.real(), Batches.with(batch, least)));
      new Call("lstsq", Operation.LSTSQ, dtype, batch)
          .size(m, n, k)
          .rcond(Double.isNaN(rcond) ? dtype.finfo().eps() * Math.max(m, n) : rcond)
          .matrix(left)
          .matrix(vector ? bench.add(right.expandDims(1)) : right)
          .matrix(out)
          .vector(residuals)
          .number(rank)
          .vector(values)
          .run();
      NDArray solution = vector ? out.squeeze(-1) : bench.keep(out);
      NDArray rest = vector ? residuals.squeeze(-1) : bench.keep(residuals);
      return new NDArray[] {solution, rest, bench.keep(rank), bench.keep(values)};
    }
  }
}
