package io.sharray.fft;

import static io.sharray.Functions.conj;
import static io.sharray.Functions.less;
import static io.sharray.Functions.where;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.internal.fft.Shifts;
import io.sharray.internal.fft.Transforms;
import java.util.Objects;

/**
 * Discrete Fourier transforms of any length along any axes, as the Python array API standard and
 * NumPy define them: forward transforms have the exponent -2 pi i j k / n.
 *
 * <p>Results are new arrays in shared memory, C-contiguous, to be closed by the caller; arguments
 * are never changed. Integers and bools are taken as float64. float32 and complex64 are transformed
 * in single precision: the error, relative to the root mean square of the results, grows with
 * log(n), from about 1e-16 in double and 6e-8 in single precision.
 *
 * <p>They are done by MKL, the node's FFTW, or the core itself, as {@code sharray.fft} says (auto,
 * mkl, fftw, builtin, or the path of a library with the interface of FFTW 3); {@link
 * io.sharray.Sharray#info()} tells by which. Plans are kept. Thread-safe.
 */
public final class Fft {
  /** In the place of a length: that of the array. */
  public static final long WHOLE = 0;

  private static final int[] LAST_TWO = {-2, -1};

  private Fft() {}

  /**
   * The Fourier transform along the last axis.
   *
   * @param x real or complex
   * @return a new array, complex64 for float32 and complex64, else complex128
   * @throws IllegalArgumentException if axis or length is out of range
   */
  public static NDArray fft(Expr x) {
    return fft(x, WHOLE, -1, Norm.BACKWARD);
  }

  /**
   * The Fourier transform along an axis.
   *
   * @param x real or complex
   * @param n the length of the transform: the array is cut off or filled up with zeros at the end
   *     of the axis; {@link #WHOLE} for its length
   * @param axis negative ones count from the last
   * @return a new array, complex64 for float32 and complex64, else complex128
   * @throws IllegalArgumentException if axis or length is out of range
   */
  public static NDArray fft(Expr x, long n, int axis) {
    return fft(x, n, axis, Norm.BACKWARD);
  }

  /**
   * The Fourier transform along an axis.
   *
   * @param x real or complex
   * @param n the length of the transform: the array is cut off or filled up with zeros at the end
   *     of the axis; {@link #WHOLE} for its length
   * @param axis negative ones count from the last
   * @param norm what the results are multiplied by
   * @return a new array, complex64 for float32 and complex64, else complex128
   * @throws IllegalArgumentException if axis or length is out of range
   */
  public static NDArray fft(Expr x, long n, int axis, Norm norm) {
    return Transforms.complex("fft", x, one(n), new int[] {axis}, norm, false);
  }

  /**
   * The inverse Fourier transform along the last axis.
   *
   * @param x real or complex
   * @return a new array, complex64 for float32 and complex64, else complex128
   * @throws IllegalArgumentException if axis or length is out of range
   */
  public static NDArray ifft(Expr x) {
    return ifft(x, WHOLE, -1, Norm.BACKWARD);
  }

  /**
   * The inverse Fourier transform along an axis.
   *
   * @param x real or complex
   * @param n the length of the transform: the array is cut off or filled up with zeros at the end
   *     of the axis; {@link #WHOLE} for its length
   * @param axis negative ones count from the last
   * @return a new array, complex64 for float32 and complex64, else complex128
   * @throws IllegalArgumentException if axis or length is out of range
   */
  public static NDArray ifft(Expr x, long n, int axis) {
    return ifft(x, n, axis, Norm.BACKWARD);
  }

  /**
   * The inverse Fourier transform along an axis.
   *
   * @param x real or complex
   * @param n the length of the transform: the array is cut off or filled up with zeros at the end
   *     of the axis; {@link #WHOLE} for its length
   * @param axis negative ones count from the last
   * @param norm what the results are multiplied by
   * @return a new array, complex64 for float32 and complex64, else complex128
   * @throws IllegalArgumentException if axis or length is out of range
   */
  public static NDArray ifft(Expr x, long n, int axis, Norm norm) {
    return Transforms.complex("ifft", x, one(n), new int[] {axis}, norm, true);
  }

  /**
   * The Fourier transform of a real array along the last axis.
   *
   * @param x real
   * @return a new array of the n / 2 + 1 first elements, complex64 for float32, else complex128
   * @throws IllegalArgumentException if the array is complex, or axis or length is out of range
   */
  public static NDArray rfft(Expr x) {
    return rfft(x, WHOLE, -1, Norm.BACKWARD);
  }

  /**
   * The Fourier transform of a real array along an axis.
   *
   * @param x real
   * @param n the length of the transform: the array is cut off or filled up with zeros at the end
   *     of the axis; {@link #WHOLE} for its length
   * @param axis negative ones count from the last
   * @return a new array of the n / 2 + 1 first elements, complex64 for float32, else complex128
   * @throws IllegalArgumentException if the array is complex, or axis or length is out of range
   */
  public static NDArray rfft(Expr x, long n, int axis) {
    return rfft(x, n, axis, Norm.BACKWARD);
  }

  /**
   * The Fourier transform of a real array along an axis.
   *
   * @param x real
   * @param n the length of the transform: the array is cut off or filled up with zeros at the end
   *     of the axis; {@link #WHOLE} for its length
   * @param axis negative ones count from the last
   * @param norm what the results are multiplied by
   * @return a new array of the n / 2 + 1 first elements, complex64 for float32, else complex128
   * @throws IllegalArgumentException if the array is complex, or axis or length is out of range
   */
  public static NDArray rfft(Expr x, long n, int axis, Norm norm) {
    return Transforms.forward("rfft", x, one(n), new int[] {axis}, norm);
  }

  /**
   * The inverse of {@link #rfft(Expr)} along the last axis.
   *
   * @param x the first n / 2 + 1 elements; the imaginary parts of the first one, and for even n of
   *     the last one, do not count
   * @return a new real array, float32 for float32 and complex64, else float64
   * @throws IllegalArgumentException if axis or length is out of range
   */
  public static NDArray irfft(Expr x) {
    return irfft(x, WHOLE, -1, Norm.BACKWARD);
  }

  /**
   * The inverse of {@link #rfft(Expr)} along an axis.
   *
   * @param x the first n / 2 + 1 elements; the imaginary parts of the first one, and for even n of
   *     the last one, do not count
   * @param n the length of the result, {@link #WHOLE} for 2 (m - 1) where the array has m elements
   * @param axis negative ones count from the last
   * @return a new real array, float32 for float32 and complex64, else float64
   * @throws IllegalArgumentException if axis or length is out of range
   */
  public static NDArray irfft(Expr x, long n, int axis) {
    return irfft(x, n, axis, Norm.BACKWARD);
  }

  /**
   * The inverse of {@link #rfft(Expr)} along an axis.
   *
   * @param x the first n / 2 + 1 elements; the imaginary parts of the first one, and for even n of
   *     the last one, do not count
   * @param n the length of the result, {@link #WHOLE} for 2 (m - 1) where the array has m elements
   * @param axis negative ones count from the last
   * @param norm what the results are multiplied by
   * @return a new real array, float32 for float32 and complex64, else float64
   * @throws IllegalArgumentException if axis or length is out of range
   */
  public static NDArray irfft(Expr x, long n, int axis, Norm norm) {
    return Transforms.backward("irfft", x, one(n), new int[] {axis}, norm);
  }

  /**
   * The Fourier transform of an array that is conjugate to itself reversed along the last axis.
   *
   * @param x its first n / 2 + 1 elements
   * @return a new real array, float32 for float32 and complex64, else float64
   * @throws IllegalArgumentException if axis or length is out of range
   */
  public static NDArray hfft(Expr x) {
    return hfft(x, WHOLE, -1, Norm.BACKWARD);
  }

  /**
   * The Fourier transform of an array that is conjugate to itself reversed along an axis.
   *
   * @param x its first n / 2 + 1 elements
   * @param n the length of the transform: the array is cut off or filled up with zeros at the end
   *     of the axis; {@link #WHOLE} for its length
   * @param axis negative ones count from the last
   * @return a new real array, float32 for float32 and complex64, else float64
   * @throws IllegalArgumentException if axis or length is out of range
   */
  public static NDArray hfft(Expr x, long n, int axis) {
    return hfft(x, n, axis, Norm.BACKWARD);
  }

  /**
   * The Fourier transform of an array that is conjugate to itself reversed along an axis.
   *
   * @param x its first n / 2 + 1 elements
   * @param n the length of the transform: the array is cut off or filled up with zeros at the end
   *     of the axis; {@link #WHOLE} for its length
   * @param axis negative ones count from the last
   * @param norm what the results are multiplied by
   * @return a new real array, float32 for float32 and complex64, else float64
   * @throws IllegalArgumentException if axis or length is out of range
   */
  public static NDArray hfft(Expr x, long n, int axis, Norm norm) {
    return Transforms.backward("hfft", conj(x), one(n), new int[] {axis}, other(norm));
  }

  /**
   * The inverse of {@link #hfft(Expr)} along the last axis.
   *
   * @param x real
   * @return a new array of the n / 2 + 1 first elements, complex64 for float32, else complex128
   * @throws IllegalArgumentException if the array is complex, or axis or length is out of range
   */
  public static NDArray ihfft(Expr x) {
    return ihfft(x, WHOLE, -1, Norm.BACKWARD);
  }

  /**
   * The inverse of {@link #hfft(Expr)} along an axis.
   *
   * @param x real
   * @param n the length of the transform: the array is cut off or filled up with zeros at the end
   *     of the axis; {@link #WHOLE} for its length
   * @param axis negative ones count from the last
   * @return a new array of the n / 2 + 1 first elements, complex64 for float32, else complex128
   * @throws IllegalArgumentException if the array is complex, or axis or length is out of range
   */
  public static NDArray ihfft(Expr x, long n, int axis) {
    return ihfft(x, n, axis, Norm.BACKWARD);
  }

  /**
   * The inverse of {@link #hfft(Expr)} along an axis.
   *
   * @param x real
   * @param n the length of the transform: the array is cut off or filled up with zeros at the end
   *     of the axis; {@link #WHOLE} for its length
   * @param axis negative ones count from the last
   * @param norm what the results are multiplied by
   * @return a new array of the n / 2 + 1 first elements, complex64 for float32, else complex128
   * @throws IllegalArgumentException if the array is complex, or axis or length is out of range
   */
  public static NDArray ihfft(Expr x, long n, int axis, Norm norm) {
    try (NDArray conjugate =
        Transforms.forward("ihfft", x, one(n), new int[] {axis}, other(norm))) {
      return conj(conjugate).eval();
    }
  }

  /**
   * The Fourier transform along the last two axes.
   *
   * @param x real or complex
   * @return a new array, complex64 for float32 and complex64, else complex128
   * @throws IllegalArgumentException if axes or lengths are out of range
   */
  public static NDArray fft2(Expr x) {
    return fft2(x, null, LAST_TWO, Norm.BACKWARD);
  }

  /**
   * The Fourier transform along some axes.
   *
   * @param x real or complex
   * @param lengths of the transforms, {@link #WHOLE} for that of the array; null for all of those
   * @param axes as many; null for the last two
   * @param norm what the results are multiplied by
   * @return a new array, complex64 for float32 and complex64, else complex128
   * @throws IllegalArgumentException if axes or lengths are out of range
   */
  public static NDArray fft2(Expr x, long[] lengths, int[] axes, Norm norm) {
    return Transforms.complex("fft2", x, lengths, axes == null ? LAST_TWO : axes, norm, false);
  }

  /**
   * The inverse Fourier transform along the last two axes.
   *
   * @param x real or complex
   * @return a new array, complex64 for float32 and complex64, else complex128
   * @throws IllegalArgumentException if axes or lengths are out of range
   */
  public static NDArray ifft2(Expr x) {
    return ifft2(x, null, LAST_TWO, Norm.BACKWARD);
  }

  /**
   * The inverse Fourier transform along some axes.
   *
   * @param x real or complex
   * @param lengths of the transforms, {@link #WHOLE} for that of the array; null for all of those
   * @param axes as many; null for the last two
   * @param norm what the results are multiplied by
   * @return a new array, complex64 for float32 and complex64, else complex128
   * @throws IllegalArgumentException if axes or lengths are out of range
   */
  public static NDArray ifft2(Expr x, long[] lengths, int[] axes, Norm norm) {
    return Transforms.complex("ifft2", x, lengths, axes == null ? LAST_TWO : axes, norm, true);
  }

  /**
   * The Fourier transform along all axes.
   *
   * @param x real or complex
   * @return a new array, complex64 for float32 and complex64, else complex128
   * @throws IllegalArgumentException if axes or lengths are out of range
   */
  public static NDArray fftn(Expr x) {
    return fftn(x, null, null, Norm.BACKWARD);
  }

  /**
   * The Fourier transform along some axes.
   *
   * @param x real or complex
   * @param lengths of the transforms, {@link #WHOLE} for that of the array; null for all of those
   * @param axes as many; null for the last ones, or all where there are no lengths either
   * @param norm what the results are multiplied by
   * @return a new array, complex64 for float32 and complex64, else complex128
   * @throws IllegalArgumentException if axes or lengths are out of range
   */
  public static NDArray fftn(Expr x, long[] lengths, int[] axes, Norm norm) {
    return Transforms.complex("fftn", x, lengths, axes, norm, false);
  }

  /**
   * The inverse Fourier transform along all axes.
   *
   * @param x real or complex
   * @return a new array, complex64 for float32 and complex64, else complex128
   * @throws IllegalArgumentException if axes or lengths are out of range
   */
  public static NDArray ifftn(Expr x) {
    return ifftn(x, null, null, Norm.BACKWARD);
  }

  /**
   * The inverse Fourier transform along some axes.
   *
   * @param x real or complex
   * @param lengths of the transforms, {@link #WHOLE} for that of the array; null for all of those
   * @param axes as many; null for the last ones, or all where there are no lengths either
   * @param norm what the results are multiplied by
   * @return a new array, complex64 for float32 and complex64, else complex128
   * @throws IllegalArgumentException if axes or lengths are out of range
   */
  public static NDArray ifftn(Expr x, long[] lengths, int[] axes, Norm norm) {
    return Transforms.complex("ifftn", x, lengths, axes, norm, true);
  }

  /**
   * The Fourier transform of a real array along all axes.
   *
   * @param x real
   * @return a new array with the n / 2 + 1 first elements of the last of the axes, complex64 for
   *     float32, else complex128
   * @throws IllegalArgumentException if the array is complex, or axes or lengths are out of range
   */
  public static NDArray rfftn(Expr x) {
    return rfftn(x, null, null, Norm.BACKWARD);
  }

  /**
   * The Fourier transform of a real array along some axes.
   *
   * @param x real
   * @param lengths of the transforms, {@link #WHOLE} for that of the array; null for all of those
   * @param axes as many; null for the last ones, or all where there are no lengths either
   * @param norm what the results are multiplied by
   * @return a new array with the n / 2 + 1 first elements of the last of the axes, complex64 for
   *     float32, else complex128
   * @throws IllegalArgumentException if the array is complex, or axes or lengths are out of range
   */
  public static NDArray rfftn(Expr x, long[] lengths, int[] axes, Norm norm) {
    return Transforms.forward("rfftn", x, lengths, axes, norm);
  }

  /**
   * The inverse of {@link #rfftn(Expr)} along all axes.
   *
   * @param x the first n / 2 + 1 elements of the last of the axes
   * @return a new real array, float32 for float32 and complex64, else float64
   * @throws IllegalArgumentException if axes or lengths are out of range
   */
  public static NDArray irfftn(Expr x) {
    return irfftn(x, null, null, Norm.BACKWARD);
  }

  /**
   * The inverse of {@link #rfftn(Expr)} along some axes.
   *
   * @param x the first n / 2 + 1 elements of the last of the axes
   * @param lengths of the transforms, {@link #WHOLE} for that of the array; null for all of those
   * @param axes as many; null for the last ones, or all where there are no lengths either
   * @param norm what the results are multiplied by
   * @return a new real array, float32 for float32 and complex64, else float64
   * @throws IllegalArgumentException if axes or lengths are out of range
   */
  public static NDArray irfftn(Expr x, long[] lengths, int[] axes, Norm norm) {
    return Transforms.backward("irfftn", x, lengths, axes, norm);
  }

  /**
   * The frequencies of the elements of a transform, in cycles per unit of the spacing.
   *
   * @param n the length of the transform, at least 1
   * @param spacing between samples
   * @return a new float64 array: 0, 1, ..., then the negative ones, over n times the spacing
   * @throws IllegalArgumentException if n is less than 1
   */
  public static NDArray fftfreq(long n, double spacing) {
    requireLength("fftfreq", n);
    try (NDArray places = NDArray.arange(DType.INT64, n)) {
      Expr signed = where(less(places, (n + 1) / 2), places, places.minus(n));
      return signed.astype(DType.FLOAT64).times(1 / (n * spacing)).eval();
    }
  }

  /**
   * The frequencies of the elements of a transform of a real array, in cycles per unit of the
   * spacing.
   *
   * @param n the length of the real array, at least 1
   * @param spacing between samples
   * @return a new float64 array of n / 2 + 1 elements
   * @throws IllegalArgumentException if n is less than 1
   */
  public static NDArray rfftfreq(long n, double spacing) {
    requireLength("rfftfreq", n);
    try (NDArray places = NDArray.arange(DType.INT64, n / 2 + 1)) {
      return places.astype(DType.FLOAT64).times(1 / (n * spacing)).eval();
    }
  }

  /**
   * Moves the element of frequency 0 to the middle.
   *
   * @param x the array
   * @param axes along which; all if there are none
   * @return a new array
   * @throws IllegalArgumentException if an axis is out of range
   */
  public static NDArray fftshift(Expr x, int... axes) {
    return Shifts.shift("fftshift", x, axes, false);
  }

  /**
   * Moves the element in the middle to where frequency 0 is: the inverse of {@link #fftshift}.
   *
   * @param x the array
   * @param axes along which; all if there are none
   * @return a new array
   * @throws IllegalArgumentException if an axis is out of range
   */
  public static NDArray ifftshift(Expr x, int... axes) {
    return Shifts.shift("ifftshift", x, axes, true);
  }

  private static void requireLength(String function, long n) {
    if (n < 1) {
      throw new IllegalArgumentException(function + ": the length is " + n + ", less than 1");
    }
  }

  private static long[] one(long n) {
    return new long[] {n};
  }

  /** The norm of the inverse transform that gives the same factor. */
  private static Norm other(Norm norm) {
    return switch (Objects.requireNonNull(norm, "norm")) {
      case BACKWARD -> Norm.FORWARD;
      case FORWARD -> Norm.BACKWARD;
      case ORTHO -> Norm.ORTHO;
    };
  }
}
