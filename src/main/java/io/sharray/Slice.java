package io.sharray;

import io.sharray.internal.array.Index;

/** One entry of a subscript, as in NumPy's {@code a[10:20, 3, ..., None]}. Immutable. */
public final class Slice {
  private final Index index;

  private Slice(Index index) {
    this.index = index;
  }

  /**
   * A whole axis: {@code :}.
   *
   * @return the entry
   */
  public static Slice all() {
    return new Slice(Index.ALL);
  }

  /**
   * A range: {@code start:stop}.
   *
   * @param start first index, from the end if negative
   * @param stop index after the last one, from the end if negative
   * @return the entry
   */
  public static Slice range(long start, long stop) {
    return range(start, stop, 1L);
  }

  /**
   * A range with steps: {@code start:stop:step}, where null stands for a number left out.
   *
   * @param start first index, from the end if negative, or null
   * @param stop index where it ends, exclusive, from the end if negative, or null
   * @param step distance from one element to the next; not 0
   * @return the entry
   * @throws IllegalArgumentException if the step is 0
   */
  public static Slice range(Long start, Long stop, long step) {
    if (step == 0) {
      throw new IllegalArgumentException("the step of a slice is 0");
    }
    return new Slice(new Index(Index.Kind.RANGE, start, stop, step));
  }

  /**
   * A single index, which removes its axis.
   *
   * @param index from the end if negative
   * @return the entry
   */
  public static Slice at(long index) {
    return new Slice(Index.at(index));
  }

  /**
   * All axes that the other entries leave: {@code ...}.
   *
   * @return the entry
   */
  public static Slice ellipsis() {
    return new Slice(Index.ELLIPSIS);
  }

  /**
   * A new axis of length 1: {@code None}.
   *
   * @return the entry
   */
  public static Slice newAxis() {
    return new Slice(Index.NEW_AXIS);
  }

  Index index() {
    return index;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Slice s && s.index.equals(index);
  }

  @Override
  public int hashCode() {
    return index.hashCode();
  }

  /** Returns the entry as it is written in a subscript. */
  @Override
  public String toString() {
    return index.toString();
  }
}
