package io.sharray.internal.array;

import io.sharray.DType;
import io.sharray.internal.segment.Mapping;
import io.sharray.internal.segment.View;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes arrays as NumPy does: 8 digits, aligned, in lines of 75 characters, long ones summarised.
 */
public final class Printing {
  private static final long THRESHOLD = 1000;
  private static final int EDGE = 3;
  private static final int WIDTH = 75;

  private final View view;
  private final boolean summarised;
  private final List<String> words;
  private int next;

  private Printing(View view) {
    this.view = view;
    this.summarised = Shapes.size(view.shape()) > THRESHOLD;
    List<Long> places = new ArrayList<>();
    collect(0, view.address(), places);
    this.words = words(places);
  }

  /**
   * The text of an array.
   *
   * @param view the array, held by the caller
   * @return its elements
   */
  public static String text(View view) {
    Printing printing = new Printing(view);
    StringBuilder out = new StringBuilder();
    if (view.shape().length == 0) {
      return printing.scalar();
    }
    printing.write(0, out);
    return out.toString();
  }

  private List<String> words(List<Long> places) {
    Mapping mapping = view.mapping();
    DType dtype = view.dtype();
    return switch (dtype.kind()) {
      case 'b' -> places.stream().map(at -> mapping.get(at) == 0 ? "False" : " True").toList();
      case 'c' ->
          Words.complex(
              places.stream().map(at -> Elements.getComplex(mapping, dtype, at)).toList(),
              dtype.real());
      case 'f' ->
          Words.floats(
              places.stream().map(at -> Elements.getDouble(mapping, dtype, at)).toList(),
              dtype,
              false);
      default -> Words.whole(places.stream().map(this::whole).toList());
    };
  }

  private String whole(long at) {
    long value = Elements.getLong(view.mapping(), view.dtype(), at);
    return view.dtype() == DType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
  }

  private String scalar() {
    Mapping mapping = view.mapping();
    DType dtype = view.dtype();
    return switch (dtype.kind()) {
      case 'c' -> Words.scalar(Elements.getComplex(mapping, dtype, view.address()), dtype.real());
      case 'f' -> Words.scalar(Elements.getDouble(mapping, dtype, view.address()), dtype);
      default -> words.get(0).strip();
    };
  }

  /** The indices to show of an axis; -1 stands for those left out. */
  private long[] shown(int axis) {
    long length = view.shape()[axis];
    boolean all = !summarised || length <= 2 * EDGE;
    long[] indices = new long[all ? (int) length : 2 * EDGE + 1];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = all || i < EDGE ? i : i == EDGE ? -1 : length - 2 * EDGE - 1 + i;
    }
    return indices;
  }

  private void collect(int axis, long address, List<Long> places) {
    if (axis == view.shape().length) {
      places.add(address);
      return;
    }
    if (Shapes.size(view.shape()) == 0) {
      return;
    }
    for (long i : shown(axis)) {
      if (i >= 0) {
        collect(axis + 1, address + i * view.strides()[axis], places);
      }
    }
  }

  private void write(int axis, StringBuilder out) {
    int dimensions = view.shape().length;
    if (Shapes.size(view.shape()) == 0) {
      out.append("[]");
      return;
    }
    out.append('[');
    boolean last = axis == dimensions - 1;
    int column = axis + 1;
    boolean first = true;
    for (long i : shown(axis)) {
      String word = last ? i < 0 ? "..." : words.get(next++) : "";
      if (!first) {
        // NumPy keeps room for the closing brackets.
        if (last && column + 1 + word.length() <= WIDTH - 1 - axis) {
          out.append(' ');
          column++;
        } else {
          while (out.charAt(out.length() - 1) == ' ') {
            out.setLength(out.length() - 1);
          }
          out.append("\n".repeat(dimensions - 1 - axis + (last ? 1 : 0)));
          out.append(" ".repeat(axis + 1));
          column = axis + 1;
        }
      }
      if (last) {
        out.append(word);
        column += word.length();
      } else if (i < 0) {
        out.append("...");
      } else {
        write(axis + 1, out);
      }
      first = false;
    }
    out.append(']');
  }
}
