package io.sharray.linalg;

import io.sharray.Complex;
import io.sharray.DType;
import io.sharray.NDArray;
import java.util.Arrays;
import java.util.Random;

/** Matrices for tests, and their plain arithmetic in Java. */
final class Matrices {
  static final DType[] DTYPES = {DType.FLOAT32, DType.FLOAT64, DType.COMPLEX64, DType.COMPLEX128};

  private Matrices() {}

  /** Standard normal elements, of both parts if complex, the same for the same seed. */
  static NDArray random(long seed, DType dtype, long... shape) {
    Random random = new Random(seed);
    NDArray array = NDArray.empty(dtype, shape);
    try (NDArray flat = array.reshape(-1)) {
      for (long i = 0; i < flat.size(); i++) {
        double re = random.nextGaussian();
        if (dtype.isComplex()) {
          flat.setComplex(Complex.of(re, random.nextGaussian()), i);
        } else {
          flat.setDouble(re, i);
        }
      }
    }
    return array;
  }

  /** The same elements in another layout: C order, transposed, or strided and backwards. */
  static NDArray layout(NDArray array, Layout layout) {
    if (layout == Layout.CONTIGUOUS) {
      return array;
    }
    int ndim = array.ndim();
    long[] shape = array.shape();
    if (layout == Layout.TRANSPOSED) {
      try (NDArray turned = transpose(array)) {
        return transpose(turned.copy());
      }
    }
    long[] wide = shape.clone();
    for (int d = 0; d < ndim; d++) {
      wide[d] = 2 * shape[d] + 1;
    }
    NDArray all = NDArray.zeros(array.dtype(), wide);
    String entry = "-2::-2";
    NDArray part = all.slice(String.join(", ", java.util.Collections.nCopies(ndim, entry)));
    part.assign(array);
    return part;
  }

  enum Layout {
    CONTIGUOUS,
    TRANSPOSED,
    STRIDED
  }

  /** A view with the last two dimensions exchanged. */
  static NDArray transpose(NDArray a) {
    int[] axes = new int[a.ndim()];
    Arrays.setAll(axes, d -> d);
    axes[a.ndim() - 2] = a.ndim() - 1;
    axes[a.ndim() - 1] = a.ndim() - 2;
    return a.permuteDims(axes);
  }

  /** The conjugate transposes, a new array. */
  static NDArray adjoint(NDArray a) {
    NDArray turned = transpose(a);
    return a.dtype().isComplex() ? io.sharray.Functions.conj(turned).eval() : turned.copy();
  }

  /** The product by three loops in Java. */
  static NDArray product(NDArray a, NDArray b) {
    DType dtype = DType.resultType(a.dtype(), b.dtype());
    DType wide = dtype.isComplex() ? DType.COMPLEX128 : DType.FLOAT64;
    long m = a.shape()[0];
    long k = a.shape()[1];
    long n = b.shape()[1];
    NDArray c = NDArray.zeros(wide, m, n);
    for (long i = 0; i < m; i++) {
      for (long j = 0; j < n; j++) {
        double re = 0;
        double im = 0;
        for (long l = 0; l < k; l++) {
          Complex x = a.getComplex(i, l);
          Complex y = b.getComplex(l, j);
          re += x.re() * y.re() - x.im() * y.im();
          im += x.re() * y.im() + x.im() * y.re();
        }
        if (dtype.isComplex()) {
          c.setComplex(Complex.of(re, im), i, j);
        } else {
          c.setDouble(re, i, j);
        }
      }
    }
    return c;
  }

  /** A diagonal matrix of m rows and n columns. */
  static NDArray diagonal(NDArray values, long m, long n) {
    NDArray d = NDArray.zeros(values.dtype(), m, n);
    for (long i = 0; i < values.size(); i++) {
      if (values.dtype().isComplex()) {
        d.setComplex(values.getComplex(i), i, i);
      } else {
        d.setDouble(values.getDouble(i), i, i);
      }
    }
    return d;
  }

  /** The largest absolute difference of two arrays of one shape. */
  static double difference(NDArray x, NDArray y) {
    if (!Arrays.equals(x.shape(), y.shape())) {
      throw new AssertionError(
          "shapes " + Arrays.toString(x.shape()) + " and " + Arrays.toString(y.shape()));
    }
    Complex[] a = x.toComplexArray();
    Complex[] b = y.toComplexArray();
    double most = 0;
    for (int i = 0; i < a.length; i++) {
      double apart = Math.hypot(a[i].re() - b[i].re(), a[i].im() - b[i].im());
      // A NaN stays.
      most = Double.isNaN(most) || apart <= most ? most : apart;
    }
    return most;
  }

  /** The largest absolute value. */
  static double size(NDArray x) {
    try (NDArray zero = NDArray.zeros(x.dtype(), x.shape())) {
      return difference(x, zero);
    }
  }

  /** What rounding of sums of n terms may leave, in the dtype. */
  static double tolerance(DType dtype, double scale, long n) {
    return 20 * dtype.finfo().eps() * Math.max(scale, 1) * Math.max(n, 1);
  }

  /** Hilbert's matrix. */
  static NDArray hilbert(int n) {
    NDArray h = NDArray.empty(DType.FLOAT64, n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        h.setDouble(1.0 / (i + j + 1), i, j);
      }
    }
    return h;
  }
}
