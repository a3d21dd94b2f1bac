package io.sharray;

import io.sharray.internal.expression.Reducer;
import io.sharray.internal.expression.Reducer.Options;

/**
 * Reductions of expressions, which {@link Functions} has too: import them from there. Each builds a
 * recipe and does no work; what is reduced is computed in the same pass, and reductions of the same
 * axes of the same shape share one.
 *
 * <p>Sums follow a fixed tree over the elements in C order, so that the bits of a result depend on
 * the values alone: neither on threads nor on the layout in memory. {@code float32} and {@code
 * complex64} are summed in double precision. Integers wrap. Thread-safe.
 */
public abstract sealed class Reductions permits Functions {
  /** For {@link Functions}. */
  Reductions() {}

  /**
   * The sum of the elements, 0 where there are none. Bools and integers are summed as {@code int64}
   * or {@code uint64}.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr sum(Expr x, int... axes) {
    return Reducer.SUM.of(x, Options.of(false, axes));
  }

  /**
   * The sum of the elements, 0 where there are none. Bools and integers are summed as {@code int64}
   * or {@code uint64}.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr sum(Expr x, boolean keepDims, int... axes) {
    return Reducer.SUM.of(x, Options.of(keepDims, axes));
  }

  /**
   * The sum of the elements, 0 where there are none. Bools and integers are summed as {@code int64}
   * or {@code uint64}.
   *
   * @param x an expression
   * @param dtype of the result; the elements are converted to it first
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr sum(Expr x, DType dtype, boolean keepDims, int... axes) {
    return Reducer.SUM.of(x, Options.of(keepDims, axes).dtype(dtype));
  }

  /**
   * The product of the elements, 1 where there are none. Bools and integers are multiplied as
   * {@code int64} or {@code uint64}.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr prod(Expr x, int... axes) {
    return Reducer.PROD.of(x, Options.of(false, axes));
  }

  /**
   * The product of the elements, 1 where there are none. Bools and integers are multiplied as
   * {@code int64} or {@code uint64}.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr prod(Expr x, boolean keepDims, int... axes) {
    return Reducer.PROD.of(x, Options.of(keepDims, axes));
  }

  /**
   * The product of the elements, 1 where there are none. Bools and integers are multiplied as
   * {@code int64} or {@code uint64}.
   *
   * @param x an expression
   * @param dtype of the result; the elements are converted to it first
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr prod(Expr x, DType dtype, boolean keepDims, int... axes) {
    return Reducer.PROD.of(x, Options.of(keepDims, axes).dtype(dtype));
  }

  /**
   * The arithmetic mean of the elements, NaN where there are none; {@code float64} for bools and
   * integers.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr mean(Expr x, int... axes) {
    return Reducer.MEAN.of(x, Options.of(false, axes));
  }

  /**
   * The arithmetic mean of the elements, NaN where there are none; {@code float64} for bools and
   * integers.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr mean(Expr x, boolean keepDims, int... axes) {
    return Reducer.MEAN.of(x, Options.of(keepDims, axes));
  }

  /**
   * The arithmetic mean of the elements, NaN where there are none; {@code float64} for bools and
   * integers.
   *
   * @param x an expression
   * @param dtype of the result; the elements are converted to it first
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr mean(Expr x, DType dtype, boolean keepDims, int... axes) {
    return Reducer.MEAN.of(x, Options.of(keepDims, axes).dtype(dtype));
  }

  /**
   * The smallest element, NaN where any is NaN; -0 is less than +0.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or there are no
   *     elements, or they are complex
   */
  public static Expr min(Expr x, int... axes) {
    return Reducer.MIN.of(x, Options.of(false, axes));
  }

  /**
   * The smallest element, NaN where any is NaN; -0 is less than +0.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or there are no
   *     elements, or they are complex
   */
  public static Expr min(Expr x, boolean keepDims, int... axes) {
    return Reducer.MIN.of(x, Options.of(keepDims, axes));
  }

  /**
   * The largest element, NaN where any is NaN; -0 is less than +0.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or there are no
   *     elements, or they are complex
   */
  public static Expr max(Expr x, int... axes) {
    return Reducer.MAX.of(x, Options.of(false, axes));
  }

  /**
   * The largest element, NaN where any is NaN; -0 is less than +0.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or there are no
   *     elements, or they are complex
   */
  public static Expr max(Expr x, boolean keepDims, int... axes) {
    return Reducer.MAX.of(x, Options.of(keepDims, axes));
  }

  /**
   * The place of the first smallest element along one axis, or in C order; of the first NaN where
   * there is one. {@code int64}.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or there are no
   *     elements, or they are complex, or there are several axes
   */
  public static Expr argmin(Expr x, int... axes) {
    return Reducer.ARGMIN.of(x, Options.of(false, axes));
  }

  /**
   * The place of the first smallest element along one axis, or in C order; of the first NaN where
   * there is one. {@code int64}.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or there are no
   *     elements, or they are complex, or there are several axes
   */
  public static Expr argmin(Expr x, boolean keepDims, int... axes) {
    return Reducer.ARGMIN.of(x, Options.of(keepDims, axes));
  }

  /**
   * The place of the first largest element along one axis, or in C order; of the first NaN where
   * there is one. {@code int64}.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or there are no
   *     elements, or they are complex, or there are several axes
   */
  public static Expr argmax(Expr x, int... axes) {
    return Reducer.ARGMAX.of(x, Options.of(false, axes));
  }

  /**
   * The place of the first largest element along one axis, or in C order; of the first NaN where
   * there is one. {@code int64}.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or there are no
   *     elements, or they are complex, or there are several axes
   */
  public static Expr argmax(Expr x, boolean keepDims, int... axes) {
    return Reducer.ARGMAX.of(x, Options.of(keepDims, axes));
  }

  /**
   * Whether all elements differ from 0; true where there are none.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr all(Expr x, int... axes) {
    return Reducer.ALL.of(x, Options.of(false, axes));
  }

  /**
   * Whether all elements differ from 0; true where there are none.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr all(Expr x, boolean keepDims, int... axes) {
    return Reducer.ALL.of(x, Options.of(keepDims, axes));
  }

  /**
   * Whether any element differs from 0; false where there are none.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr any(Expr x, int... axes) {
    return Reducer.ANY.of(x, Options.of(false, axes));
  }

  /**
   * Whether any element differs from 0; false where there are none.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr any(Expr x, boolean keepDims, int... axes) {
    return Reducer.ANY.of(x, Options.of(keepDims, axes));
  }

  /**
   * How many elements differ from 0, {@code int64}.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr countNonzero(Expr x, int... axes) {
    return Reducer.COUNT_NONZERO.of(x, Options.of(false, axes));
  }

  /**
   * How many elements differ from 0, {@code int64}.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr countNonzero(Expr x, boolean keepDims, int... axes) {
    return Reducer.COUNT_NONZERO.of(x, Options.of(keepDims, axes));
  }

  /**
   * The variance of the elements: the mean squared distance from the mean.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or the elements are
   *     complex
   */
  public static Expr var(Expr x, int... axes) {
    return Reducer.VAR.of(x, Options.of(false, axes));
  }

  /**
   * The variance of the elements: the mean squared distance from the mean.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or the elements are
   *     complex
   */
  public static Expr var(Expr x, boolean keepDims, int... axes) {
    return Reducer.VAR.of(x, Options.of(keepDims, axes));
  }

  /**
   * The variance of the elements with a correction.
   *
   * @param x an expression
   * @param correction what is taken from the number of elements in the divisor: 1 for the unbiased
   *     estimate
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression, NaN where the divisor is 0
   * @throws IllegalArgumentException if an axis is out of range or given twice, or the elements are
   *     complex
   */
  public static Expr var(Expr x, double correction, boolean keepDims, int... axes) {
    return Reducer.VAR.of(x, Options.of(keepDims, axes).correction(correction));
  }

  /**
   * The standard deviation of the elements: the square root of their variance.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or the elements are
   *     complex
   */
  public static Expr std(Expr x, int... axes) {
    return Reducer.STD.of(x, Options.of(false, axes));
  }

  /**
   * The standard deviation of the elements: the square root of their variance.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or the elements are
   *     complex
   */
  public static Expr std(Expr x, boolean keepDims, int... axes) {
    return Reducer.STD.of(x, Options.of(keepDims, axes));
  }

  /**
   * The standard deviation of the elements with a correction.
   *
   * @param x an expression
   * @param correction what is taken from the number of elements in the divisor: 1 for the unbiased
   *     estimate of the variance
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression, NaN where the divisor is 0
   * @throws IllegalArgumentException if an axis is out of range or given twice, or the elements are
   *     complex
   */
  public static Expr std(Expr x, double correction, boolean keepDims, int... axes) {
    return Reducer.STD.of(x, Options.of(keepDims, axes).correction(correction));
  }

  /**
   * The Euclidean norm of the elements as a vector; squares may overflow.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr vectorNorm(Expr x, int... axes) {
    return Reducer.VECTOR_NORM.of(x, Options.of(false, axes));
  }

  /**
   * The Euclidean norm of the elements as a vector; squares may overflow.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr vectorNorm(Expr x, boolean keepDims, int... axes) {
    return Reducer.VECTOR_NORM.of(x, Options.of(keepDims, axes));
  }

  /**
   * A norm of the elements as a vector.
   *
   * @param x an expression
   * @param order p for the p-norm {@code sum(abs(x)**p)**(1/p)}; infinity for the largest
   *     magnitude, -infinity for the smallest, 0 for the number of elements that differ from 0
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr vectorNorm(Expr x, double order, boolean keepDims, int... axes) {
    return Reducer.VECTOR_NORM.of(x, Options.of(keepDims, axes).order(order));
  }

  /**
   * The logarithm of the sum of the exponentials, without overflow.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or there are no
   *     elements, or they are complex
   */
  public static Expr logsumexp(Expr x, int... axes) {
    return Reducer.LOGSUMEXP.of(x, Options.of(false, axes));
  }

  /**
   * The logarithm of the sum of the exponentials, without overflow.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or there are no
   *     elements, or they are complex
   */
  public static Expr logsumexp(Expr x, boolean keepDims, int... axes) {
    return Reducer.LOGSUMEXP.of(x, Options.of(keepDims, axes));
  }

  /**
   * The sum of the elements that are not NaN, 0 where there are none.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr nansum(Expr x, int... axes) {
    return Reducer.NANSUM.of(x, Options.of(false, axes));
  }

  /**
   * The sum of the elements that are not NaN, 0 where there are none.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr nansum(Expr x, boolean keepDims, int... axes) {
    return Reducer.NANSUM.of(x, Options.of(keepDims, axes));
  }

  /**
   * The smallest element that is not NaN, NaN where there is none.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or there are no
   *     elements, or they are complex
   */
  public static Expr nanmin(Expr x, int... axes) {
    return Reducer.NANMIN.of(x, Options.of(false, axes));
  }

  /**
   * The smallest element that is not NaN, NaN where there is none.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or there are no
   *     elements, or they are complex
   */
  public static Expr nanmin(Expr x, boolean keepDims, int... axes) {
    return Reducer.NANMIN.of(x, Options.of(keepDims, axes));
  }

  /**
   * The largest element that is not NaN, NaN where there is none.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or there are no
   *     elements, or they are complex
   */
  public static Expr nanmax(Expr x, int... axes) {
    return Reducer.NANMAX.of(x, Options.of(false, axes));
  }

  /**
   * The largest element that is not NaN, NaN where there is none.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice, or there are no
   *     elements, or they are complex
   */
  public static Expr nanmax(Expr x, boolean keepDims, int... axes) {
    return Reducer.NANMAX.of(x, Options.of(keepDims, axes));
  }

  /**
   * The mean of the elements that are not NaN, NaN where there are none.
   *
   * @param x an expression
   * @param axes the dimensions to reduce, which the result lacks; negative ones count from the
   *     last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr nanmean(Expr x, int... axes) {
    return Reducer.NANMEAN.of(x, Options.of(false, axes));
  }

  /**
   * The mean of the elements that are not NaN, NaN where there are none.
   *
   * @param x an expression
   * @param keepDims true to keep reduced dimensions with length 1
   * @param axes the dimensions to reduce; negative ones count from the last; none: all
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or given twice
   */
  public static Expr nanmean(Expr x, boolean keepDims, int... axes) {
    return Reducer.NANMEAN.of(x, Options.of(keepDims, axes));
  }

  /**
   * The sum of all elements up to each along an axis.
   *
   * @param x an expression
   * @param axis the dimension; it may be left out for one dimension
   * @return the expression, of the shape of {@code x}; bools and integers become {@code int64} or
   *     {@code uint64}
   * @throws IllegalArgumentException if there is no such axis, or more than one
   */
  public static Expr cumulativeSum(Expr x, int... axis) {
    return Reducer.CUMULATIVE_SUM.of(x, Options.of(false, axis));
  }

  /**
   * The sum of all elements up to each along an axis, in another dtype.
   *
   * @param x an expression
   * @param dtype of the result; the elements are converted to it first
   * @param axis the dimension; it may be left out for one dimension
   * @return the expression, of the shape of {@code x}
   * @throws IllegalArgumentException if there is no such axis, or more than one
   */
  public static Expr cumulativeSum(Expr x, DType dtype, int... axis) {
    return Reducer.CUMULATIVE_SUM.of(x, Options.of(false, axis).dtype(dtype));
  }

  /**
   * The product of all elements up to each along an axis.
   *
   * @param x an expression
   * @param axis the dimension; it may be left out for one dimension
   * @return the expression, of the shape of {@code x}; bools and integers become {@code int64} or
   *     {@code uint64}
   * @throws IllegalArgumentException if there is no such axis, or more than one
   */
  public static Expr cumulativeProd(Expr x, int... axis) {
    return Reducer.CUMULATIVE_PROD.of(x, Options.of(false, axis));
  }

  /**
   * The product of all elements up to each along an axis, in another dtype.
   *
   * @param x an expression
   * @param dtype of the result; the elements are converted to it first
   * @param axis the dimension; it may be left out for one dimension
   * @return the expression, of the shape of {@code x}
   * @throws IllegalArgumentException if there is no such axis, or more than one
   */
  public static Expr cumulativeProd(Expr x, DType dtype, int... axis) {
    return Reducer.CUMULATIVE_PROD.of(x, Options.of(false, axis).dtype(dtype));
  }
}
