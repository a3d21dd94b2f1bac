package io.sharray;

import io.sharray.internal.array.NpyFiles;
import io.sharray.internal.array.Shapes;
import io.sharray.internal.segment.Rights;

/**
 * Where the elements of an array are in memory without a header of ours: C-contiguous from byte 0
 * on, unless told otherwise. Immutable. Elements must lie at multiples of their size, complex ones
 * at multiples of half of it; bools are bytes that are 0 or 1.
 *
 * <pre>{@code
 * RawLayout.of(DType.FLOAT64, 100, 100).offset(64).fortran().readOnly()
 * }</pre>
 */
public final class RawLayout {
  private final DType dtype;
  private final long[] shape;
  private final long[] strides;
  private final long offset;
  private final Rights rights;

  private RawLayout(DType dtype, long[] shape, long[] strides, long offset, Rights rights) {
    this.dtype = dtype;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this.rights = rights;
  }

  /**
   * A C-contiguous array from the first byte on, for reading and writing.
   *
   * @param dtype type of the elements
   * @param shape dimension lengths, at most 32; none for a scalar
   * @return the layout
   * @throws IllegalArgumentException if the shape is impossible
   */
  public static RawLayout of(DType dtype, long... shape) {
    long[] lengths = shape.clone();
    Shapes.checkedBytes(lengths, dtype.itemSize());
    long[] strides = Shapes.strides(lengths, dtype.itemSize());
    return new RawLayout(dtype, lengths, strides, 0, Rights.READ_WRITE);
  }

  /**
   * The same layout elsewhere.
   *
   * @param offset byte at which the element with all indices 0 begins
   * @return the layout
   * @throws IllegalArgumentException if it is negative
   */
  public RawLayout offset(long offset) {
    if (offset < 0) {
      throw new IllegalArgumentException("offset " + offset + "; it must be at least 0");
    }
    return new RawLayout(dtype, shape, strides, offset, rights);
  }

  /**
   * The same elements at other distances.
   *
   * @param strides bytes from one element to the next, for each dimension; negative ones run
   *     backwards from the offset
   * @return the layout
   * @throws IllegalArgumentException if there are more or fewer than dimensions
   */
  public RawLayout strides(long... strides) {
    if (strides.length != shape.length) {
      throw new IllegalArgumentException(
          strides.length + " strides for shape " + Shapes.text(shape) + "; each axis needs one");
    }
    return new RawLayout(dtype, shape, strides.clone(), offset, rights);
  }

  /**
   * The same shape with the first index varying fastest, without gaps.
   *
   * @return the layout
   */
  public RawLayout fortran() {
    long[] turned = Shapes.strides(NpyFiles.reversed(shape), dtype.itemSize());
    return new RawLayout(dtype, shape, NpyFiles.reversed(turned), offset, rights);
  }

  /**
   * The same layout, attached without the right to write.
   *
   * @return the layout
   */
  public RawLayout readOnly() {
    return new RawLayout(dtype, shape, strides, offset, Rights.READ_ONLY);
  }

  /**
   * The same layout, whose changes stay in the array that attaches it; for files only.
   *
   * @return the layout
   */
  public RawLayout copyOnWrite() {
    return new RawLayout(dtype, shape, strides, offset, Rights.COPY_ON_WRITE);
  }

  DType dtype() {
    return dtype;
  }

  long[] shape() {
    return shape;
  }

  long[] strides() {
    return strides;
  }

  long offset() {
    return offset;
  }

  Rights rights() {
    return rights;
  }
}
