package io.sharray;

import static io.sharray.Functions.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Selection by indices and masks, and assignment through views. */
class SelectionTest {
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static NDArray counted(DType dtype, long... shape) {
    long size = Arrays.stream(shape).reduce(1, (x, y) -> x * y);
    return NDArray.of(IntStream.range(0, (int) size).toArray()).astype(dtype).eval().reshape(shape);
  }

  private static double[] doubles(NDArray x) {
    return x.dtype().isComplex() ? real(x).eval().toDoubleArray() : x.toDoubleArray();
  }

  @Test
  void partsAreTakenFromAnyAxisOfAnyDtypeAndLayout() {
    Random random = new Random(5);
    for (DType dtype : DType.values()) {
      NDArray x = counted(dtype, 4, 5, 6).permuteDims(2, 0, 1).flip(1);
      for (int axis = -3; axis < 3; axis++) {
        int length = (int) x.shape()[axis < 0 ? axis + 3 : axis];
        int[] places = random.ints(7, -length, length).toArray();
        NDArray taken = x.take(NDArray.of(places), axis);
        for (int i = 0; i < places.length; i++) {
          Slice[] at = {Slice.all(), Slice.all(), Slice.all()};
          at[axis < 0 ? axis + 3 : axis] = Slice.at(places[i]);
          Slice[] from = at.clone();
          from[axis < 0 ? axis + 3 : axis] = Slice.at(i);
          assertArrayEquals(doubles(x.slice(at)), doubles(taken.slice(from)));
        }
      }
    }
    NDArray x = counted(DType.FLOAT64, 3, 4);
    assertArrayEquals(
        new long[] {3, 2, 2}, x.take(NDArray.of(new int[][] {{0, 1}, {2, 3}}), 1).shape());
    assertArrayEquals(new long[] {0, 4}, x.take(NDArray.zeros(DType.INT64, 0), 0).shape());
  }

  @Test
  void anIndexOutOfRangeIsNamedAndNothingIsTaken() {
    NDArray x = counted(DType.FLOAT64, 3, 4);
    String message =
        assertThrows(IndexOutOfBoundsException.class, () -> x.take(NDArray.of(0, 4), 1))
            .getMessage();
    assertTrue(message.contains("index 4") && message.contains("length 4"), message);
    assertThrows(IndexOutOfBoundsException.class, () -> x.take(NDArray.of(-4), 0));
    assertThrows(IllegalArgumentException.class, () -> x.take(NDArray.of(0), 2));
    assertThrows(IllegalArgumentException.class, () -> x.take(NDArray.of(1.0), 0));
  }

  @Test
  void elementsAreTakenAlongAnAxis() {
    NDArray x = NDArray.of(new double[][] {{3, 9, 5}, {8, 1, 7}});
    NDArray best = argmax(x, true, 1).eval();
    assertArrayEquals(new double[] {9, 8}, x.takeAlongAxis(best, 1).toDoubleArray());
    NDArray order = NDArray.of(new int[][] {{2, 0}, {-1, 1}});
    assertArrayEquals(new double[] {5, 3, 7, 1}, x.takeAlongAxis(order, -1).toDoubleArray());
    NDArray row = NDArray.of(new int[][] {{0, 2}});
    assertArrayEquals(new double[] {3, 5, 8, 7}, x.takeAlongAxis(row, 1).toDoubleArray());
    assertThrows(IllegalArgumentException.class, () -> x.takeAlongAxis(NDArray.of(1, 2), 1));
    NDArray far = NDArray.of(new int[][] {{2, 0, 0}});
    assertThrows(IndexOutOfBoundsException.class, () -> x.takeAlongAxis(far, 0));
  }

  @Test
  void masksSelect() {
    for (DType dtype : DType.values()) {
      NDArray x = counted(dtype, 3, 4).T();
      NDArray mask = counted(DType.INT32, 12).reshape(4, 3);
      NDArray chosen = x.compress(equal(remainder(mask, 5), 1).eval());
      double[] expected = dtype == DType.BOOL ? new double[] {1, 1, 1} : new double[] {4, 2, 11};
      assertArrayEquals(expected, doubles(chosen));
    }
    NDArray x = counted(DType.INT16, 3, 4);
    NDArray rows = NDArray.of(true, false, true);
    assertArrayEquals(new double[] {0, 1, 2, 3, 8, 9, 10, 11}, x.compress(rows, 0).toDoubleArray());
    assertThrows(IllegalArgumentException.class, () -> x.compress(rows, 1));
    assertThrows(IllegalArgumentException.class, () -> x.compress(rows));
  }

  @Test
  void viewsAreAssignedTo() {
    NDArray a = counted(DType.FLOAT64, 10);
    a.slice("1:4").assign(a.slice("0:3").times(2));
    assertArrayEquals(new double[] {0, 0, 2, 4, 4, 5, 6, 7, 8, 9}, a.toDoubleArray());
    a.slice("::-2").assign(-1);
    assertArrayEquals(new double[] {0, -1, 2, -1, 4, -1, 6, -1, 8, -1}, a.toDoubleArray());
    NDArray matrix = NDArray.zeros(DType.FLOAT32, 2, 3);
    matrix.assign(NDArray.of(1, 2, 3));
    assertArrayEquals(new double[] {1, 2, 3, 1, 2, 3}, matrix.toDoubleArray());
    matrix.T().slice("1").assign(NDArray.of(7.0, 8.0));
    assertArrayEquals(new double[] {1, 7, 3, 1, 8, 3}, matrix.toDoubleArray());
    NDArray whole = counted(DType.INT8, 3);
    String message =
        assertThrows(IllegalArgumentException.class, () -> whole.assign(NDArray.of(1.5)))
            .getMessage();
    assertTrue(message.contains("astype"), message);
    whole.assign(NDArray.of(300, 1, 2));
    assertEquals(44, whole.getLong(0));
  }

  @Test
  void masksAreAssignedThrough() {
    NDArray a = NDArray.of(1.0, -2.0, Double.NaN, -4.0);
    a.assignWhere(less(a, 0.0), a.times(10));
    a.assignWhere(isnan(a), NDArray.of(0.5));
    assertArrayEquals(new double[] {1, -20, 0.5, -40}, a.toDoubleArray());
  }

  @Test
  void assignmentIsThatOfACopyWhateverTheOverlap() {
    Random random = new Random(11);
    for (int round = 0; round < 300; round++) {
      int n = 2 + random.nextInt(40);
      NDArray a = NDArray.of(random.doubles(n).toArray());
      int length = 1 + random.nextInt(n / 2);
      int step = 1 + random.nextInt(Math.max(1, (n - 1) / length));
      String from = slice(random, n, length, step);
      String to = slice(random, n, length, step);
      NDArray expected = a.copy();
      expected.slice(to).assign(a.copy().slice(from).plus(1));
      a.slice(to).assign(a.slice(from).plus(1));
      assertArrayEquals(expected.toDoubleArray(), a.toDoubleArray(), from + " to " + to);
    }
  }

  private static String slice(Random random, int n, int length, int step) {
    int first = random.nextInt(n - (length - 1) * step);
    int last = first + (length - 1) * step;
    return random.nextBoolean() || last - first == 0
        ? first + ":" + (last + 1) + ":" + step
        : last + ":" + (first == 0 ? "" : first - 1) + ":-" + step;
  }

  /** Enough for all threads; the same as by one element after the other. */
  @Test
  void manyAreSelectedOnAllThreads() {
    Random random = new Random(2);
    int rows = 300;
    int columns = 250;
    NDArray x = counted(DType.INT32, columns, rows).T();
    int[] places = random.ints(400, -columns, columns).toArray();
    NDArray taken = x.take(NDArray.of(places), 1);
    NDArray order = NDArray.of(random.ints(rows * 90, -columns, columns).toArray());
    NDArray along = x.takeAlongAxis(order.reshape(90, rows).T(), 1);
    NDArray mask = less(remainder(x.times(7), 11), 4).eval();
    long[] chosen = x.compress(mask).toLongArray();
    int found = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < places.length; j++) {
        assertEquals(x.getLong(i, places[j]), taken.getLong(i, j));
      }
      for (int j = 0; j < 90; j++) {
        assertEquals(x.getLong(i, order.getLong(j * rows + i)), along.getLong(i, j));
      }
      for (int j = 0; j < columns; j++) {
        if (mask.getBoolean(i, j)) {
          assertEquals(x.getLong(i, j), chosen[found++]);
        }
      }
    }
    assertEquals(found, chosen.length);
  }

  @Test
  void unsignedIndicesAreNeverNegative() {
    NDArray x = counted(DType.FLOAT64, 300);
    assertEquals(200, x.take(NDArray.of(200).astype(DType.UINT8).eval(), 0).getDouble(0));
    NDArray huge = NDArray.of(-1L).astype(DType.UINT64).eval();
    String message =
        assertThrows(IndexOutOfBoundsException.class, () -> x.take(huge, 0)).getMessage();
    assertTrue(message.contains("index 18446744073709551615 at place 0"), message);
    NDArray wrong = NDArray.full(DType.INT16, 5, 20_000);
    wrong.setLong(-301, 19_998);
    message = assertThrows(IndexOutOfBoundsException.class, () -> x.take(wrong, 0)).getMessage();
    assertTrue(message.contains("index -301 at place 19998") && message.contains("300"), message);
    NDArray none = NDArray.zeros(DType.FLOAT64, 4, 0);
    assertThrows(IndexOutOfBoundsException.class, () -> none.take(NDArray.of(4), 0));
    assertThrows(IndexOutOfBoundsException.class, () -> none.take(NDArray.of(0), 1));
    assertArrayEquals(new long[] {2, 0}, none.take(NDArray.of(0, 1), 0).shape());
    NDArray scalar = NDArray.full(DType.BOOL, 1);
    assertArrayEquals(
        new double[] {6}, NDArray.full(DType.INT8, 6).compress(scalar).toDoubleArray());
  }

  /** Others change indices and mask meanwhile: any answer is one, but nothing outside is read. */
  @Test
  void changingIndicesReadNothingOutside() throws Exception {
    NDArray x = NDArray.full(DType.INT64, 1, 1000);
    NDArray indices = NDArray.zeros(DType.INT64, 50_000);
    NDArray mask = NDArray.zeros(DType.BOOL, 1000);
    java.util.concurrent.atomic.AtomicBoolean stop =
        new java.util.concurrent.atomic.AtomicBoolean();
    Thread vandal =
        new Thread(
            () -> {
              Random random = new Random(1);
              while (!stop.get()) {
                indices.setLong(random.nextLong() >> random.nextInt(60), random.nextInt(50_000));
                indices.setLong(0, random.nextInt(50_000));
                mask.setBoolean(random.nextBoolean(), random.nextInt(1000));
              }
            });
    vandal.start();
    try {
      for (int round = 0; round < 300; round++) {
        try (NDArray taken = x.take(indices, 0)) {
          assertEquals(50_000, sum(taken).itemLong());
        } catch (IndexOutOfBoundsException expected) {
          indices.assign(0);
        }
        try (NDArray chosen = x.compress(mask)) {
          assertEquals(chosen.size(), sum(chosen).itemLong());
        } catch (SharrayException expected) {
          assertTrue(expected.getMessage().contains("mask"), expected.getMessage());
        }
      }
    } finally {
      stop.set(true);
      vandal.join();
    }
  }
}
