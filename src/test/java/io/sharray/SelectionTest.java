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
}
