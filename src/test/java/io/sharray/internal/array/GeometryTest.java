package io.sharray.internal.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Views are arithmetic; here it is done again, slowly, on lists of element numbers. */
class GeometryTest {
  private static final int ITEM = 8;

  /** Element numbers in C order, and their shape. */
  private record Table(long[] shape, long[] elements) {
    static Table of(long... shape) {
      long[] elements = new long[(int) Shapes.size(shape)];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = i;
      }
      return new Table(shape, elements);
    }

    long at(long... indices) {
      long flat = 0;
      for (int axis = 0; axis < shape.length; axis++) {
        flat = flat * shape[axis] + indices[axis];
      }
      return elements[(int) flat];
    }

    /** Builds a table whose element at some indices is this one's at translated indices. */
    Table map(long[] newShape, java.util.function.UnaryOperator<long[]> translate) {
      List<Long> made = new ArrayList<>();
      for (long[] indices : indices(newShape)) {
        made.add(at(translate.apply(indices)));
      }
      return new Table(newShape, made.stream().mapToLong(x -> x).toArray());
    }

    /** What Python's list slicing selects on one axis. */
    Table range(int axis, Index entry) {
      List<Long> chosen = chosen(entry, shape[axis]);
      long[] lengths = shape.clone();
      lengths[axis] = chosen.size();
      return map(
          lengths,
          indices -> {
            long[] old = indices.clone();
            old[axis] = chosen.get((int) indices[axis]);
            return old;
          });
    }

    private static List<Long> chosen(Index entry, long n) {
      List<Long> chosen = new ArrayList<>();
      boolean forward = entry.step() > 0;
      long from = entry.start() == null ? (forward ? 0 : n - 1) : wrapped(entry.start(), n);
      // A stop left out is beyond everything.
      long to =
          entry.stop() == null
              ? (forward ? Long.MAX_VALUE : Long.MIN_VALUE)
              : wrapped(entry.stop(), n);
      from = forward ? Math.max(from, 0) : Math.min(from, n - 1);
      for (long i = from; i >= 0 && i < n && (forward ? i < to : i > to); i += entry.step()) {
        chosen.add(i);
      }
      return chosen;
    }

    private static long wrapped(long i, long n) {
      return i < 0 ? Math.max(i + n, -1) : i;
    }
  }

  private static List<long[]> indices(long[] shape) {
    List<long[]> all = new ArrayList<>();
    long size = Shapes.size(shape);
    for (long flat = 0; flat < size; flat++) {
      long[] indices = new long[shape.length];
      long rest = flat;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        indices[axis] = rest % shape[axis];
        rest /= shape[axis];
      }
      all.add(indices);
    }
    return all;
  }

  private static Geometry contiguous(long... shape) {
    return new Geometry(0, shape, Shapes.strides(shape, ITEM));
  }

  private static void assertSame(Table expected, Geometry actual, String how) {
    assertArrayEquals(expected.shape(), actual.shape(), how);
    int i = 0;
    for (long[] indices : indices(expected.shape())) {
      assertEquals(expected.elements()[i++] * ITEM, actual.position(indices), how);
    }
  }

  @Test
  void chainsOfRandomViewsSelectWhatTheSlowDefinitionSelects() {
    Random random = new Random(20261123);
    for (int round = 0; round < 3000; round++) {
      long[] shape = new long[random.nextInt(5)];
      for (int axis = 0; axis < shape.length; axis++) {
        shape[axis] = random.nextInt(6);
      }
      Table table = Table.of(shape);
      Geometry geometry = contiguous(shape);
      StringBuilder how = new StringBuilder("round " + round + ": " + Shapes.text(shape));
      for (int step = 0; step < 4; step++) {
        Step next = randomStep(random, table, geometry);
        how.append(' ').append(next.name);
        table = next.table;
        geometry = next.geometry;
        assertSame(table, geometry, how.toString());
      }
    }
  }

  private record Step(String name, Table table, Geometry geometry) {}

  private static Step randomStep(Random random, Table table, Geometry geometry) {
    int n = table.shape().length;
    int kind = random.nextInt(6);
    if (n == 0 || kind == 0 && n < 6) {
      int place = random.nextInt(n + 1);
      long[] shape = new long[n + 1];
      for (int i = 0; i <= n; i++) {
        shape[i] = i < place ? table.shape()[i] : i == place ? 1 : table.shape()[i - 1];
      }
      return new Step(
          "expand " + place, new Table(shape, table.elements()), geometry.expand(place));
    }
    int axis = random.nextInt(n);
    long length = table.shape()[axis];
    switch (kind) {
      case 1:
        if (length > 0) {
          long i = random.nextInt((int) length);
          long given = random.nextBoolean() ? i : i - length;
          return new Step(
              "at " + given, drop(table, axis, i), geometry.slice(entry(axis, Index.at(given))));
        }
        break;
      case 2:
        long[] reversed = NpyFiles.reversed(table.shape());
        return new Step("transpose", table.map(reversed, NpyFiles::reversed), geometry.transpose());
      case 3:
        Index backward = new Index(Index.Kind.RANGE, null, null, -1);
        return new Step("flip " + axis, table.range(axis, backward), geometry.flip(axis));
      default:
        break;
    }
    Long start = random.nextInt(3) == 0 ? null : random.nextLong(-12, 13);
    Long stop = random.nextInt(3) == 0 ? null : random.nextLong(-12, 13);
    long step =
        random.nextBoolean() ? 1 : random.nextBoolean() ? -1 : random.nextLong(1, 9) * 2 - 9;
    Index range = new Index(Index.Kind.RANGE, start, stop, step);
    return new Step(
        "axis " + axis + " " + range, table.range(axis, range), geometry.slice(entry(axis, range)));
  }

  private static Table drop(Table table, int axis, long index) {
    long[] shape = new long[table.shape().length - 1];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = table.shape()[i < axis ? i : i + 1];
    }
    return table.map(
        shape,
        indices -> {
          long[] old = new long[indices.length + 1];
          for (int i = 0; i < old.length; i++) {
            old[i] = i < axis ? indices[i] : i == axis ? index : indices[i - 1];
          }
          return old;
        });
  }

  private static List<Index> entry(int axis, Index entry) {
    List<Index> entries = new ArrayList<>();
    for (int i = 0; i < axis; i++) {
      entries.add(Index.ALL);
    }
    entries.add(entry);
    return entries;
  }

  @Test
  void aReshapeThatNeedsNoCopyKeepsTheOrderOfElements() {
    Random random = new Random(7);
    int views = 0;
    for (int round = 0; round < 3000; round++) {
      long[] shape = {1 + random.nextInt(4), 1 + random.nextInt(4), 1 + random.nextInt(4)};
      Table table = Table.of(shape);
      Geometry geometry = contiguous(shape);
      for (int step = 0; step < 2; step++) {
        Step next = randomStep(random, table, geometry);
        table = next.table;
        geometry = next.geometry;
      }
      long[] wanted = randomShape(random, table.elements().length);
      Geometry reshaped = geometry.reshape(geometry.reshaped(wanted), ITEM);
      if (reshaped != null) {
        views++;
        assertSame(new Table(wanted, table.elements()), reshaped, "round " + round);
      }
    }
    assertTrue(views > 500, views + " of the reshapes were views");
  }

  private static long[] randomShape(Random random, long size) {
    List<Long> shape = new ArrayList<>();
    long rest = size;
    while (rest > 1 && shape.size() < 5) {
      long factor = 1 + random.nextLong(rest);
      if (rest % factor == 0) {
        shape.add(factor);
        rest /= factor;
      }
    }
    shape.add(rest);
    return shape.stream().mapToLong(x -> x).toArray();
  }

  @Test
  void reshapesOfTransposedMatricesNeedACopyUnlessAnAxisIsOnlySplit() {
    Geometry turned = contiguous(4, 6).transpose();
    assertNull(turned.reshape(turned.reshaped(24), ITEM));
    assertNotNull(turned.reshape(turned.reshaped(2, 3, 4), ITEM));
    assertArrayEquals(new long[] {3, 8}, contiguous(4, 6).reshaped(3, -1));
    assertThrows(IllegalArgumentException.class, () -> turned.reshaped(5, -1));
    assertThrows(IllegalArgumentException.class, () -> turned.reshaped(-1, -1));
    assertThrows(IllegalArgumentException.class, () -> turned.reshaped(1L << 40, 1L << 40));
  }

  @Test
  void subscriptsMixIndicesRangesNewAxesAndAnEllipsis() {
    Geometry whole = contiguous(3, 4, 5);
    Geometry part = whole.slice(Index.parse("1, ..., None, ::-2"));
    assertArrayEquals(new long[] {4, 1, 3}, part.shape());
    assertEquals(whole.position(1, 2, 2), part.position(2, 0, 1));
    assertArrayEquals(new long[] {3, 4, 5}, whole.slice(Index.parse("...")).shape());
    assertArrayEquals(new long[] {}, whole.slice(Index.parse("1, 2, 3, ...")).shape());
    for (String wrong :
        List.of("", ",", "1,,2", "a", "1:2:3:4", "::0", "..., ...", "0,0,0,0", "1.5")) {
      assertThrows(IllegalArgumentException.class, () -> whole.slice(Index.parse(wrong)), wrong);
    }
    IndexOutOfBoundsException outside =
        assertThrows(IndexOutOfBoundsException.class, () -> whole.slice(Index.parse("0, 4")));
    assertEquals(
        "index 4 of axis 1 for shape (3, 4, 5); it must be from -4 to 3", outside.getMessage());
  }

  @Test
  void rangesWithTheMostExtremeNumbersDoNotOverflow() {
    Geometry whole = contiguous(10);
    for (long start : new long[] {Long.MIN_VALUE, -1, 0, 9, Long.MAX_VALUE}) {
      for (long stop : new long[] {Long.MIN_VALUE, -1, 0, 9, Long.MAX_VALUE}) {
        for (long step : new long[] {Long.MIN_VALUE, -3, 1, Long.MAX_VALUE}) {
          Geometry part = whole.slice(List.of(new Index(Index.Kind.RANGE, start, stop, step)));
          assertNull(part.fault(0, 80, ITEM, ITEM), start + ":" + stop + ":" + step);
        }
      }
    }
  }

  @Test
  void partsOfASplitCoverTheWholeAndLongOnesBeginAtBlocks() {
    for (long n : new long[] {0, 1, 7, 1000, 100_000, 10_000_019}) {
      for (int parts : new int[] {1, 2, 3, 64}) {
        long end = 0;
        for (int part = 0; part < parts; part++) {
          Geometry piece = contiguous(n).split(part, parts);
          if (piece.shape()[0] > 0) {
            assertEquals(end * ITEM, piece.first());
          }
          if (n / parts >= 8 * 1024) {
            assertEquals(0, end % 1024);
          }
          assertTrue(Math.abs(piece.shape()[0] - (double) n / parts) <= 1024);
          end += piece.shape()[0];
        }
        assertEquals(n, end);
      }
    }
    assertThrows(IllegalArgumentException.class, () -> contiguous(5).split(3, 3));
    assertThrows(IllegalArgumentException.class, () -> contiguous().split(0, 1));
  }

  @Test
  void geometriesThatLeaveTheirMemoryAreFound() {
    assertNull(contiguous(10).fault(0, 80, ITEM, ITEM));
    assertNotNull(contiguous(10).fault(0, 79, ITEM, ITEM));
    assertNotNull(contiguous(10).fault(8, 88, ITEM, ITEM));
    assertNull(contiguous(10).flip().fault(0, 80, ITEM, ITEM));
    long huge = Long.MAX_VALUE / 2;
    assertNotNull(new Geometry(0, new long[] {huge}, new long[] {huge}).fault(0, 80, ITEM, ITEM));
    assertNotNull(
        new Geometry(0, new long[] {2, 2}, new long[] {Long.MAX_VALUE, 8}).fault(0, 80, 8, 8));
    assertNotNull(
        new Geometry(0, new long[] {2}, new long[] {Long.MIN_VALUE}).fault(0, 80, ITEM, ITEM));
    assertNotNull(new Geometry(4, new long[] {1}, new long[] {8}).fault(0, 80, ITEM, ITEM));
  }

  @Test
  void broadcastingRepeatsWithoutMoving() {
    Geometry row = contiguous(1, 3).broadcast(2, 4, 3);
    assertArrayEquals(new long[] {0, 0, 8}, row.strides());
    assertTrue(row.repeats());
    IllegalArgumentException unfit =
        assertThrows(IllegalArgumentException.class, () -> contiguous(2, 3).broadcast(3, 3));
    assertTrue(unfit.getMessage().contains("(2, 3)") && unfit.getMessage().contains("(3, 3)"));
    assertThrows(IllegalArgumentException.class, () -> contiguous(2, 3).broadcast(3));
  }
}
