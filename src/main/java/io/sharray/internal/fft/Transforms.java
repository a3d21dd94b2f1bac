package io.sharray.internal.fft;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.Slice;
import io.sharray.fft.Norm;
import io.sharray.internal.Access;
import java.util.Arrays;

/** Transforms of several axes, one axis after the other. */
public final class Transforms {
  private Transforms() {}

  /**
   * Complex transforms.
   *
   * @param function for messages
   * @param x the array
   * @param lengths along the axes, or null
   * @param axes or null
   * @param norm of the results
   * @param isInverse whether it is the backward transform
   * @return a new array
   */
  public static NDArray complex(
      String function, Expr x, long[] lengths, int[] axes, Norm norm, boolean isInverse) {
    Axes wanted = Axes.of(function, x.shape(), lengths, axes);
    wanted.requirePositive(function);
    DType dtype = complexOf(x.dtype());
    return made(
        dtype,
        wanted.applied(x.shape()),
        out -> {
          NDArray from = out;
          if (isReady(x, dtype, out.shape())) {
            from = (NDArray) x;
          } else {
            fill(out, x);
          }
          complexInto(from, out, wanted, wanted.count(), scale(norm, isInverse, wanted), isInverse);
        });
  }

  /**
   * Forward transforms of real arrays.
   *
   * @param function for messages
   * @param x the real array
   * @param lengths along the axes, or null
   * @param axes or null
   * @param norm of the results
   * @return a new array, which has half of the last axis and one element more
   */
  public static NDArray forward(String function, Expr x, long[] lengths, int[] axes, Norm norm) {
    if (x.dtype().isComplex()) {
      throw new IllegalArgumentException(
          function + ": the array is " + x.dtype() + ", but must be real; take fft, or real(x)");
    }
    Axes wanted = Axes.of(function, x.shape(), lengths, axes);
    wanted.requirePositive(function);
    DType dtype = complexOf(x.dtype());
    long n = wanted.lastLength();
    long[] shape = wanted.withLast(n / 2 + 1).applied(x.shape());
    double scale = scale(norm, false, wanted);
    return made(
        dtype,
        shape,
        out -> {
          double first = wanted.count() == 1 ? scale : 1;
          long[] inShape = wanted.applied(x.shape());
          if (isReady(x, dtype.real(), inShape)) {
            Lines.transform(Lines.Kind.FORWARD, false, (NDArray) x, out, wanted.last(), n, first);
          } else {
            try (NDArray in = Access.allocate(dtype.real(), inShape)) {
              fill(in, x);
              Lines.transform(Lines.Kind.FORWARD, false, in, out, wanted.last(), n, first);
            }
          }
          complexInto(out, out, wanted, wanted.count() - 1, scale, false);
        });
  }

  /**
   * Backward transforms to real arrays.
   *
   * @param function for messages
   * @param x the half of the elements, the others being conjugate to them
   * @param lengths of the result along the axes, or null; 0 along the last one is 2 (m - 1)
   * @param axes or null
   * @param norm of the results
   * @return a new real array
   */
  public static NDArray backward(String function, Expr x, long[] lengths, int[] axes, Norm norm) {
    Axes given = Axes.of(function, x.shape(), lengths, axes);
    boolean isOpen = lengths == null || lengths[lengths.length - 1] == 0;
    Axes wanted = isOpen ? given.withLast(2 * (given.lastLength() - 1)) : given;
    wanted.requirePositive(function);
    DType dtype = complexOf(x.dtype());
    long n = wanted.lastLength();
    long[] inShape = wanted.withLast(n / 2 + 1).applied(x.shape());
    double scale = scale(norm, true, wanted);
    return made(
        dtype.real(),
        wanted.applied(x.shape()),
        out -> {
          if (wanted.count() == 1 && isReady(x, dtype, inShape)) {
            Lines.transform(Lines.Kind.BACKWARD, true, (NDArray) x, out, wanted.last(), n, scale);
            return;
          }
          try (NDArray in = Access.allocate(dtype, inShape)) {
            fill(in, x);
            complexInto(in, in, wanted, wanted.count() - 1, 1, true);
            Lines.transform(Lines.Kind.BACKWARD, true, in, out, wanted.last(), n, scale);
          }
        });
  }

  private interface Filler {
    void fill(NDArray out);
  }

  private static NDArray made(DType dtype, long[] shape, Filler filler) {
    Providers.require();
    NDArray out = Access.allocate(dtype, shape);
    try {
      if (out.size() > 0) {
        filler.fill(out);
      }
      return out;
    } catch (Throwable e) {
      out.close();
      throw e;
    }
  }

  /** Complex transforms along the first {@code count} axes, the last of them first. */
  private static void complexInto(
      NDArray from, NDArray out, Axes axes, int count, double scale, boolean isInverse) {
    NDArray source = from;
    for (int i = count - 1; i >= 0; i--) {
      double factor = i == 0 ? scale : 1;
      Lines.transform(
          Lines.Kind.COMPLEX, isInverse, source, out, axes.axes()[i], axes.lengths()[i], factor);
      source = out;
    }
  }

  private static boolean isReady(Expr x, DType dtype, long[] shape) {
    return x instanceof NDArray array
        && array.dtype() == dtype
        && Arrays.equals(array.shape(), shape)
        && Lines.isDirect(array);
  }

  /** Puts as much of x as there is room for to the beginning of each axis, and zeros after it. */
  private static void fill(NDArray target, Expr x) {
    long[] shape = x.shape();
    long[] room = target.shape();
    if (Arrays.equals(shape, room)) {
      x.astype(target.dtype()).into(target);
      return;
    }
    target.assign(0.0);
    Slice[] common = new Slice[shape.length];
    boolean fits = true;
    for (int d = 0; d < shape.length; d++) {
      common[d] = Slice.range(0, Math.min(shape[d], room[d]));
      fits &= shape[d] <= room[d];
    }
    try (NDArray to = target.slice(common)) {
      if (fits) {
        x.astype(target.dtype()).into(to);
        return;
      }
      NDArray whole = x instanceof NDArray array ? array : x.eval();
      try (NDArray part = whole.slice(common)) {
        part.astype(target.dtype()).into(to);
      } finally {
        if (whole != x) {
          whole.close();
        }
      }
    }
  }

  private static double scale(Norm norm, boolean isInverse, Axes axes) {
    double n = axes.product();
    return switch (norm) {
      case ORTHO -> 1 / Math.sqrt(n);
      case BACKWARD -> isInverse ? 1 / n : 1;
      case FORWARD -> isInverse ? 1 : 1 / n;
    };
  }

  private static DType complexOf(DType dtype) {
    return dtype == DType.FLOAT32 || dtype == DType.COMPLEX64 ? DType.COMPLEX64 : DType.COMPLEX128;
  }
}
