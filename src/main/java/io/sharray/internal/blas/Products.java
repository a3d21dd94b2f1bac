package io.sharray.internal.blas;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.Functions;
import io.sharray.NDArray;
import io.sharray.Reductions;
import io.sharray.internal.array.Shapes;
import java.util.Arrays;

/** Products of matrices and vectors. */
public final class Products {
  private Products() {}

  /** What a product looks like: operands as matrices, the result, and its shape as they have it. */
  private record Plan(DType dtype, long[] batch, long m, long n, long k, long[] shape) {}

  private static Plan plan(Expr a, Expr b) {
    long[] x = a.shape();
    long[] y = b.shape();
    if (x.length == 0 || y.length == 0) {
      throw new IllegalArgumentException("matmul: a scalar is no matrix; use times");
    }
    long m = x.length == 1 ? 1 : Batches.rows(x);
    long k = Batches.columns(x);
    long n = y.length == 1 ? 1 : Batches.columns(y);
    if ((y.length == 1 ? y[0] : Batches.rows(y)) != k) {
      throw new IllegalArgumentException(
          "matmul: shapes "
              + Shapes.text(x)
              + " and "
              + Shapes.text(y)
              + " do not fit: the columns of the first must be as many as the rows of the second");
    }
    long[] batch =
        Batches.broadcast(
            "matmul", Batches.of(x, Math.min(x.length, 2)), Batches.of(y, Math.min(y.length, 2)));
    long[] shape = batch;
    shape = x.length == 1 ? shape : Batches.with(shape, m);
    shape = y.length == 1 ? shape : Batches.with(shape, n);
    Shapes.checkedBytes(shape, 16);
    return new Plan(Batches.dtype(a, b), batch, m, n, k, shape);
  }

  /**
   * The product.
   *
   * @param a a matrix, a batch of them, or a row
   * @param b a matrix, a batch of them, or a column
   * @return a new array
   */
  public static NDArray matmul(Expr a, Expr b) {
    Plan plan = plan(a, b);
    try (Workbench bench = new Workbench()) {
      NDArray out = bench.empty(plan.dtype, plan.shape);
      run(plan, bench, a, b, out);
      return bench.keep(out);
    }
  }

  /**
   * The product, into an existing array.
   *
   * @param a a matrix, a batch of them, or a row
   * @param b a matrix, a batch of them, or a column
   * @param out of the dtype and shape of the product
   * @return {@code out}
   */
  public static NDArray matmul(Expr a, Expr b, NDArray out) {
    Plan plan = plan(a, b);
    Batches.requireTarget("matmul", out, plan.dtype, plan.shape);
    try (Workbench bench = new Workbench()) {
      NDArray x = bench.operand(a, plan.dtype);
      NDArray y = bench.operand(b, plan.dtype);
      if (Workbench.overlap(x, out) || Workbench.overlap(y, out)) {
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
    if (x.ndim() == 1) {
      x = bench.add(x.expandDims(0));
    }
    if (b.shape().length == 1) {
      y = bench.add(y.expandDims(1));
      to = bench.add(to.expandDims(to.ndim()));
    }
    if (a.shape().length == 1) {
      to = bench.add(to.expandDims(to.ndim() - 1));
    }
    long[] batch = plan.batch;
    long m = plan.m;
    if (batch.length > 0 && y.ndim() == 2 && x.isContiguous() && to.isContiguous()) {
      // The same right operand for all: one product of more rows.
      m = Shapes.size(batch) * m;
      batch = new long[0];
      x = bench.add(x.reshape(m, plan.k));
      to = bench.add(to.reshape(m, plan.n));
    }
    new Call("matmul", Operation.MATMUL, plan.dtype, batch)
        .size(m, plan.n, plan.k)
        .matrix(x)
        .matrix(y)
        .matrix(to)
        .run();
  }

  /**
   * The product of the last axes of one array with the first ones of another.
   *
   * @param a an array
   * @param b an array
   * @param axesA axes of the first, paired with those of the second
   * @param axesB axes of the second
   * @return a new array of the other axes of both
   */
  public static NDArray tensordot(Expr a, Expr b, int[] axesA, int[] axesB) {
    if (axesA.length != axesB.length) {
      throw new IllegalArgumentException(
          "tensordot: "
              + axesA.length
              + " axes of the first and "
              + axesB.length
              + " of the second; they are paired");
    }
    int[] left = places("tensordot", axesA, a.shape());
    int[] right = places("tensordot", axesB, b.shape());
    long k = 1;
    for (int i = 0; i < left.length; i++) {
      if (a.shape()[left[i]] != b.shape()[right[i]]) {
        throw new IllegalArgumentException(
            "tensordot: axis "
                + axesA[i]
                + " of shape "
                + Shapes.text(a.shape())
                + " and axis "
                + axesB[i]
                + " of shape "
                + Shapes.text(b.shape())
                + " have different lengths");
      }
      k *= a.shape()[left[i]];
    }
    int[] freeA = others(left, a.shape().length);
    int[] freeB = others(right, b.shape().length);
    DType dtype = Batches.dtype(a, b);
    try (Workbench bench = new Workbench()) {
      NDArray x = bench.add(bench.operand(a, dtype).permuteDims(joined(freeA, left)));
      NDArray y = bench.add(bench.operand(b, dtype).permuteDims(joined(right, freeB)));
      long[] shapeA = Arrays.copyOf(x.shape(), freeA.length);
      long[] shapeB = Arrays.copyOfRange(y.shape(), right.length, y.ndim());
      NDArray rows = bench.add(x.reshape(Shapes.size(shapeA), k));
      NDArray columns = bench.add(y.reshape(k, Shapes.size(shapeB)));
      NDArray product = bench.add(matmul(rows, columns));
      return product.reshape(Batches.with(shapeA, shapeB));
    }
  }

  private static int[] places(String function, int[] axes, long[] shape) {
    int[] places = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      places[i] = Shapes.axis(function, axes[i], shape.length);
      for (int j = 0; j < i; j++) {
        if (places[j] == places[i]) {
          throw new IllegalArgumentException(function + ": axis " + places[i] + " is named twice");
        }
      }
    }
    return places;
  }

  private static int[] others(int[] axes, int ndim) {
    return java.util.stream.IntStream.range(0, ndim)
        .filter(d -> Arrays.stream(axes).noneMatch(axis -> axis == d))
        .toArray();
  }

  private static int[] joined(int[] first, int[] second) {
    int[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  /**
   * The sum of products along an axis, of the conjugates of the first.
   *
   * @param a an array
   * @param b an array
   * @param axis from the end, negative
   * @return a new array without the axis
   */
  public static NDArray vecdot(Expr a, Expr b, int axis) {
    int least = Math.min(a.shape().length, b.shape().length);
    if (axis >= 0 || axis < -least) {
      throw new IllegalArgumentException(
          "vecdot: axis "
              + axis
              + " of shapes "
              + Shapes.text(a.shape())
              + " and "
              + Shapes.text(b.shape())
              + "; it must be from "
              + -least
              + " to -1");
    }
    long x = a.shape()[a.shape().length + axis];
    long y = b.shape()[b.shape().length + axis];
    if (x != y) {
      throw new IllegalArgumentException(
          "vecdot: vectors of " + x + " and " + y + " elements have no product");
    }
    Expr first = a.dtype().isComplex() ? Functions.conj(a) : a;
    return Reductions.sum(first.times(b), axis).eval();
  }

  /**
   * All products of the elements of two vectors.
   *
   * @param a of one dimension
   * @param b of one dimension
   * @return a new array of two dimensions
   */
  public static NDArray outer(Expr a, Expr b) {
    if (a.shape().length != 1 || b.shape().length != 1) {
      throw new IllegalArgumentException(
          "outer: shapes "
              + Shapes.text(a.shape())
              + " and "
              + Shapes.text(b.shape())
              + "; two vectors are needed");
    }
    try (Workbench bench = new Workbench()) {
      NDArray column = bench.add(bench.operand(a, a.dtype()).expandDims(1));
      NDArray row = bench.add(bench.operand(b, b.dtype()).expandDims(0));
      return column.times(row).eval();
    }
  }
}
