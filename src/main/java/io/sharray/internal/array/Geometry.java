package io.sharray.internal.array;

import java.util.Arrays;
import java.util.List;

/**
 * Where the elements of an array lie: the arithmetic of views, without any memory. Immutable; the
 * arrays inside are shared and never modified.
 *
 * @param first position of the element with all indices 0, in bytes
 * @param shape dimension lengths
 * @param strides bytes from one element to the next, for each dimension
 */
public record Geometry(long first, long[] shape, long[] strides) {
  /** Elements that make a border of {@link #split} worth aligning. */
  private static final long BLOCK = 1024;

  private static final long BLOCKS_WORTH_ALIGNING = 8;

  /**
   * Selects elements as NumPy's subscripts do.
   *
   * @param entries the subscript
   * @return the selection
   * @throws IllegalArgumentException if there are too many entries or more than one ellipsis
   * @throws IndexOutOfBoundsException if a single index is outside of its axis
   */
  public Geometry slice(List<Index> entries) {
    int used = 0;
    int added = 0;
    int ellipses = 0;
    int removed = 0;
    for (Index entry : entries) {
      switch (entry.kind()) {
        case ELLIPSIS -> ellipses++;
        case NEW_AXIS -> added++;
        case AT -> removed++;
        default -> {}
      }
      used += entry.kind() == Index.Kind.RANGE || entry.kind() == Index.Kind.AT ? 1 : 0;
    }
    if (used > shape.length || ellipses > 1) {
      throw new IllegalArgumentException(
          "slice "
              + entries
              + " of shape "
              + Shapes.text(shape)
              + ": "
              + (ellipses > 1 ? "more than one ellipsis" : "more entries than axes"));
    }
    Cutter cutter = new Cutter(shape.length - removed + added);
    for (Index entry : entries) {
      if (entry.kind() == Index.Kind.ELLIPSIS) {
        cutter.keep(shape.length - used);
      } else {
        cutter.cut(entry);
      }
    }
    cutter.keep(shape.length - cutter.axis);
    return cutter.result();
  }

  /** Consumes the axes from left to right. */
  private final class Cutter {
    private final long[] lengths;
    private final long[] steps;
    private long start = first;
    private int axis;
    private int made;

    Cutter(int dimensions) {
      if (dimensions > Shapes.MAX_DIMENSIONS) {
        throw new IllegalArgumentException(
            "a slice of " + dimensions + " dimensions; at most " + Shapes.MAX_DIMENSIONS);
      }
      lengths = new long[dimensions];
      steps = new long[dimensions];
    }

    void keep(int axes) {
      for (int i = 0; i < axes; i++) {
        add(shape[axis], strides[axis]);
        axis++;
      }
    }

    void cut(Index entry) {
      switch (entry.kind()) {
        case NEW_AXIS -> add(1, 0);
        case AT -> {
          start += index(entry.start(), axis) * strides[axis];
          axis++;
        }
        default -> {
          range(entry, shape[axis], strides[axis]);
          axis++;
        }
      }
    }

    private void range(Index entry, long length, long stride) {
      long step = entry.step();
      boolean forward = step > 0;
      long low = forward ? 0 : -1;
      long high = forward ? length : length - 1;
      long from = bound(entry.start(), length, low, high, forward ? low : high);
      long to = bound(entry.stop(), length, low, high, forward ? high : low);
      long distance = forward ? to - from : from - to;
      long count = 0;
      if (distance > 0) {
        // Long.MIN_VALUE has no positive counterpart, but no axis is longer than any such step.
        long stride1 = step == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(step);
        count = (distance - 1) / stride1 + 1;
        start += from * stride;
      }
      add(count, count > 1 ? stride * step : stride);
    }

    private long bound(Long given, long length, long low, long high, long otherwise) {
      if (given == null) {
        return otherwise;
      }
      long value = given < 0 ? given + length : given;
      return Math.max(low, Math.min(high, value));
    }

    private void add(long length, long stride) {
      lengths[made] = length;
      steps[made] = stride;
      made++;
    }

    Geometry result() {
      return new Geometry(start, lengths, steps);
    }
  }

  private long index(long index, int axis) {
    long length = shape[axis];
    if (index < -length || index >= length) {
      throw new IndexOutOfBoundsException(
          "index "
              + index
              + " of axis "
              + axis
              + " for shape "
              + Shapes.text(shape)
              + (length == 0
                  ? "; the axis is empty"
                  : "; it must be from " + -length + " to " + (length - 1)));
    }
    return index < 0 ? index + length : index;
  }

  /**
   * Whether several indices mean the same bytes.
   *
   * @return whether it was broadcast
   */
  public boolean repeats() {
    boolean repeats = false;
    for (int axis = 0; axis < shape.length; axis++) {
      repeats |= shape[axis] > 1 && strides[axis] == 0;
    }
    return repeats;
  }

  /**
   * The position of an element.
   *
   * @param indices one for each dimension, from the end if negative
   * @return its first byte
   * @throws IllegalArgumentException if there are more or fewer indices than dimensions
   * @throws IndexOutOfBoundsException if an index is outside of its axis
   */
  public long position(long... indices) {
    if (indices.length != shape.length) {
      throw new IllegalArgumentException(
          indices.length
              + " indices "
              + Shapes.text(indices)
              + " for shape "
              + Shapes.text(shape)
              + "; give one for each of the "
              + shape.length
              + " dimensions");
    }
    long at = first;
    for (int axis = 0; axis < indices.length; axis++) {
      long i = indices[axis];
      if (i < 0 || i >= shape[axis]) {
        i = index(i, axis);
      }
      at += i * strides[axis];
    }
    return at;
  }

  /**
   * Fixes the first indices.
   *
   * @param indices at most one for each dimension, from the end if negative
   * @return the remaining dimensions
   */
  public Geometry at(long... indices) {
    List<Index> entries = new java.util.ArrayList<>();
    for (long index : indices) {
      entries.add(Index.at(index));
    }
    return slice(entries);
  }

  /**
   * The shape that a request for one stands for.
   *
   * @param wanted dimension lengths, one of which may be -1: the rest
   * @return the full shape, of as many elements as this one
   * @throws IllegalArgumentException if there is none
   */
  public long[] reshaped(long... wanted) {
    long size = Shapes.size(shape);
    long[] full = wanted.clone();
    int open = -1;
    long known = 1;
    for (int axis = 0; axis < full.length; axis++) {
      if (full[axis] == -1 && open < 0) {
        open = axis;
      } else if (full[axis] < 0) {
        throw unfit(wanted, "length " + full[axis] + " is negative; one length may be -1");
      } else if (full[axis] != 0 && known > Long.MAX_VALUE / full[axis]) {
        throw unfit(wanted, "it has too many elements");
      } else {
        known *= full[axis];
      }
    }
    if (open >= 0) {
      if (known == 0 || size % known != 0) {
        throw unfit(wanted, "no length fits in place of -1");
      }
      full[open] = size / known;
      known = size;
    }
    if (known != size) {
      throw unfit(wanted, known + " elements instead of " + size);
    }
    Shapes.checkedBytes(full, 1);
    return full;
  }

  private IllegalArgumentException unfit(long[] wanted, String fault) {
    return new IllegalArgumentException(
        "reshape of " + Shapes.text(shape) + " to " + Shapes.text(wanted) + ": " + fault);
  }

  /**
   * The same elements, in C order, in another shape.
   *
   * @param full a shape that {@link #reshaped} returned
   * @param itemSize bytes of one element
   * @return the geometry, or null if these elements cannot be seen so without copying
   */
  public Geometry reshape(long[] full, int itemSize) {
    if (Shapes.isContiguous(shape, strides, itemSize)) {
      return new Geometry(first, full, Shapes.strides(full, itemSize));
    }
    long[] steps = new long[full.length];
    int axis = shape.length - 1;
    // The rest of a run of axes that lie as evenly as one, and the stride inside it.
    long rest = 1;
    long stride = itemSize;
    for (int made = full.length - 1; made >= 0; made--) {
      if (full[made] == 1) {
        steps[made] = stride;
        continue;
      }
      if (rest == 1) {
        while (shape[axis] == 1) {
          axis--;
        }
        rest = shape[axis];
        stride = strides[axis];
        axis--;
        long end = stride * rest;
        while (axis >= 0 && (shape[axis] == 1 || strides[axis] == end)) {
          rest *= shape[axis];
          end = stride * rest;
          axis--;
        }
      }
      if (rest % full[made] != 0) {
        return null;
      }
      steps[made] = stride;
      stride *= full[made];
      rest /= full[made];
    }
    return new Geometry(first, full, steps);
  }

  /**
   * Reorders the dimensions.
   *
   * @param axes the old axis for each new one; each exactly once, from the end if negative
   * @return the reordered geometry
   */
  public Geometry permute(int... axes) {
    boolean[] seen = new boolean[shape.length];
    long[] lengths = new long[shape.length];
    long[] steps = new long[shape.length];
    if (axes.length != shape.length) {
      throw new IllegalArgumentException(
          axes.length
              + " axes to permute the "
              + shape.length
              + " dimensions of shape "
              + Shapes.text(shape)
              + "; name each once");
    }
    for (int i = 0; i < axes.length; i++) {
      int axis = Shapes.axis(axes[i], shape.length, shape);
      if (seen[axis]) {
        throw new IllegalArgumentException("axis " + axes[i] + " is named twice");
      }
      seen[axis] = true;
      lengths[i] = shape[axis];
      steps[i] = strides[axis];
    }
    return new Geometry(first, lengths, steps);
  }

  /**
   * Reverses the dimensions.
   *
   * @return the transposed geometry
   */
  public Geometry transpose() {
    int[] axes = new int[shape.length];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = axes.length - 1 - i;
    }
    return permute(axes);
  }

  /**
   * Removes dimensions of length 1.
   *
   * @param axes which; none for all that have it
   * @return the geometry without them
   */
  public Geometry squeeze(int... axes) {
    boolean[] drop = new boolean[shape.length];
    for (int i = 0; i < shape.length; i++) {
      drop[i] = axes.length == 0 && shape[i] == 1;
    }
    for (int given : axes) {
      int axis = Shapes.axis(given, shape.length, shape);
      if (shape[axis] != 1) {
        throw new IllegalArgumentException(
            "squeeze of axis "
                + given
                + " of shape "
                + Shapes.text(shape)
                + ": its length is not 1");
      }
      drop[axis] = true;
    }
    List<Index> entries = new java.util.ArrayList<>();
    for (boolean gone : drop) {
      entries.add(gone ? Index.at(0) : Index.ALL);
    }
    return slice(entries);
  }

  /**
   * Adds a dimension of length 1.
   *
   * @param axis where it will be, from the end of the new shape if negative
   * @return the geometry with it
   */
  public Geometry expand(int axis) {
    int place = Shapes.axis(axis, shape.length + 1, shape);
    List<Index> entries = new java.util.ArrayList<>();
    for (int i = 0; i < place; i++) {
      entries.add(Index.ALL);
    }
    entries.add(Index.NEW_AXIS);
    return slice(entries);
  }

  /**
   * Reverses the order of elements.
   *
   * @param axes along which; none for all
   * @return the flipped geometry
   */
  public Geometry flip(int... axes) {
    Index[] entries = new Index[shape.length];
    Index backward = new Index(Index.Kind.RANGE, null, null, -1);
    java.util.Arrays.fill(entries, axes.length == 0 ? backward : Index.ALL);
    for (int axis : axes) {
      entries[Shapes.axis(axis, shape.length, shape)] = backward;
    }
    return slice(List.of(entries));
  }

  /**
   * Repeats dimensions of length 1, and adds dimensions in front.
   *
   * @param wanted the shape
   * @return a geometry of that shape with strides of 0
   */
  public Geometry broadcast(long... wanted) {
    Shapes.checkedBytes(wanted, 1);
    int extra = wanted.length - shape.length;
    long[] steps = new long[wanted.length];
    for (int axis = 0; axis < shape.length; axis++) {
      long length = extra < 0 ? -1 : wanted[extra + axis];
      if (extra < 0 || length != shape[axis] && shape[axis] != 1) {
        throw new IllegalArgumentException(
            "shape "
                + Shapes.text(shape)
                + " cannot be broadcast to "
                + Shapes.text(wanted)
                + "; aligned at the last axis, lengths must be equal or 1");
      }
      steps[extra + axis] = length == shape[axis] ? strides[axis] : 0;
    }
    return new Geometry(first, wanted.clone(), steps);
  }

  /**
   * One of several nearly equal parts along the first axis. Where parts are long, their borders lie
   * at multiples of 1024 elements.
   *
   * @param part from 0
   * @param parts how many there are
   * @return that part; it may be empty
   */
  public Geometry split(int part, int parts) {
    if (parts < 1 || part < 0 || part >= parts || shape.length == 0) {
      throw new IllegalArgumentException(
          "part "
              + part
              + " of "
              + parts
              + " of shape "
              + Shapes.text(shape)
              + (shape.length == 0
                  ? ": a scalar has no parts"
                  : "; parts must be positive, and part from 0 to parts - 1"));
    }
    return slice(
        List.of(new Index(Index.Kind.RANGE, border(part, parts), border(part + 1, parts), 1)));
  }

  private long border(int k, int parts) {
    long length = shape[0];
    long exact = length / parts * k + Math.min(k, length % parts);
    long row = length == 0 ? 0 : Shapes.size(shape) / length;
    // Rows that make whole blocks.
    long unit = row == 0 ? 1 : BLOCK / Math.min(BLOCK, Long.lowestOneBit(row));
    if (k == parts || length / parts < BLOCKS_WORTH_ALIGNING * unit) {
      return exact;
    }
    return (exact + unit / 2) / unit * unit;
  }

  /**
   * The diagonals of the matrices in the last two dimensions.
   *
   * @param offset above the main diagonal, negative below it
   * @return a geometry with one dimension in place of the two, which is empty if the offset lies
   *     outside
   */
  public Geometry diagonal(long offset) {
    int row = shape.length - 2;
    long[] lengths = Arrays.copyOf(shape, row + 1);
    long[] steps = Arrays.copyOf(strides, row + 1);
    boolean inside = offset >= 0 ? offset < shape[row + 1] : -offset > 0 && -offset < shape[row];
    long down = inside ? Math.max(0, -offset) : 0;
    long right = inside ? Math.max(0, offset) : 0;
    lengths[row] = inside ? Math.min(shape[row] - down, shape[row + 1] - right) : 0;
    steps[row] = strides[row] + strides[row + 1];
    return new Geometry(first + down * strides[row] + right * strides[row + 1], lengths, steps);
  }

  /**
   * Checks that all elements lie inside a range of bytes.
   *
   * @param low first byte allowed
   * @param high byte after the last one allowed
   * @param itemSize bytes of one element
   * @param alignment what must divide all positions
   * @return null, or what is wrong
   */
  public String fault(long low, long high, int itemSize, int alignment) {
    long least = first;
    long most = first;
    try {
      for (int axis = 0; axis < shape.length; axis++) {
        if (shape[axis] == 0) {
          return null;
        }
        long reach = Math.multiplyExact(shape[axis] - 1, strides[axis]);
        least = Math.addExact(least, Math.min(reach, 0));
        most = Math.addExact(most, Math.max(reach, 0));
        if (shape[axis] > 1 && strides[axis] % alignment != 0) {
          return "a stride is no multiple of " + alignment;
        }
      }
      most = Math.addExact(most, itemSize);
    } catch (ArithmeticException e) {
      return "its elements leave the 64-bit range";
    }
    if (first % alignment != 0) {
      return "its first element is not aligned";
    }
    return least < low || most > high ? "its elements lie outside of the segment's data" : null;
  }
}
