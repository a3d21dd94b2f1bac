package io.sharray.internal.blas;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.internal.array.Shapes;
import java.util.Arrays;

/** Shapes and dtypes of batches of matrices. Every user error is found here. */
final class Batches {
  private Batches() {}

  /** The dtype in which linear algebra computes with some operands: integers become float64. */
  static DType dtype(Expr first, Expr... others) {
    DType result = inexact(first.dtype());
    for (Expr other : others) {
      result = DType.resultType(result, inexact(other.dtype()));
    }
    return result;
  }

  private static DType inexact(DType dtype) {
    return dtype.isFloat() || dtype.isComplex() ? dtype : DType.FLOAT64;
  }

  /** The complex dtype of the same precision. */
  static DType complex(DType dtype) {
    return dtype == DType.FLOAT32 || dtype == DType.COMPLEX64 ? DType.COMPLEX64 : DType.COMPLEX128;
  }

  static void requireMatrix(String function, long[] shape) {
    if (shape.length < 2) {
      throw new IllegalArgumentException(
          function
              + ": shape "
              + Shapes.text(shape)
              + " is no matrix; two dimensions are needed, those before them are a batch");
    }
  }

  static void requireSquare(String function, long[] shape) {
    requireMatrix(function, shape);
    if (rows(shape) != columns(shape)) {
      throw new IllegalArgumentException(
          function + ": shape " + Shapes.text(shape) + " is not square in its last two dimensions");
    }
  }

  static long rows(long[] shape) {
    return shape[shape.length - 2];
  }

  static long columns(long[] shape) {
    return shape[shape.length - 1];
  }

  /** What is before the last dimensions of a shape. */
  static long[] of(long[] shape, int last) {
    return Arrays.copyOf(shape, shape.length - last);
  }

  /** A shape with further dimensions. */
  static long[] with(long[] batch, long... last) {
    long[] shape = Arrays.copyOf(batch, batch.length + last.length);
    System.arraycopy(last, 0, shape, batch.length, last.length);
    return shape;
  }

  /** The common shape of two batches. */
  static long[] broadcast(String function, long[] x, long[] y) {
    long[] result = new long[Math.max(x.length, y.length)];
    for (int back = 1; back <= result.length; back++) {
      long a = back <= x.length ? x[x.length - back] : 1;
      long b = back <= y.length ? y[y.length - back] : 1;
      if (a != b && a != 1 && b != 1) {
        throw new IllegalArgumentException(
            function
                + ": batches "
                + Shapes.text(x)
                + " and "
                + Shapes.text(y)
                + " do not broadcast: lengths must be equal or 1");
      }
      result[result.length - back] = a == 1 ? b : a;
    }
    return result;
  }

  static void requireTarget(String function, NDArray out, DType dtype, long[] shape) {
    if (out.dtype() != dtype || !Arrays.equals(out.shape(), shape)) {
      throw new IllegalArgumentException(
          function
              + ": the result is "
              + dtype
              + " of shape "
              + Shapes.text(shape)
              + ", but the target "
              + out.dtype()
              + " of shape "
              + Shapes.text(out.shape()));
    }
    if (out.isReadOnly()) {
      throw new IllegalArgumentException(function + ": the target is read-only");
    }
  }
}
