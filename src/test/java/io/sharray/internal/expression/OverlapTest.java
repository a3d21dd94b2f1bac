package io.sharray.internal.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.DType;
import io.sharray.NDArray;
import io.sharray.Scope;
import io.sharray.internal.Access;
import io.sharray.internal.expression.Overlap.Span;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When views share memory, and when an evaluation needs a temporary because of it. */
class OverlapTest {
  private static boolean harms(NDArray target, NDArray source) {
    return Overlap.harms(Access.view(target), Access.view(source));
  }

  @Test
  // The scope is open for what is made inside it.
  @SuppressWarnings("try")
  void viewsThatShareNothingOrEverythingNeedNoTemporary() {
    try (Scope scope = Scope.open()) {
      NDArray x = NDArray.zeros(DType.FLOAT64, 20);
      assertFalse(harms(x.slice("0::2"), x.slice("1::2")));
      assertFalse(harms(x.slice("::-2"), x.slice("::2")), "odd places backwards, even ones");
      assertFalse(harms(x.slice("2::3"), x.slice("1:19:3")));
      assertFalse(harms(x.slice(":10"), x.slice("10:")));
      assertFalse(harms(x, x));
      assertFalse(harms(x.slice("3:9"), x.slice("3:9")));
      assertTrue(harms(x.slice("1:"), x.slice(":-1")));
      assertTrue(harms(x, x.flip()));
      assertTrue(harms(x.slice("::2"), x.slice("::3")));

      NDArray matrix = NDArray.zeros(DType.FLOAT32, 6, 8);
      assertFalse(harms(matrix.slice(":, :4"), matrix.slice(":, 4:")));
      assertFalse(harms(matrix.slice(":, 2:4"), matrix.slice("::-1, 4:6")));
      assertFalse(harms(matrix.slice("::2, 1::2"), matrix.slice("::2, ::2")));
      assertFalse(harms(matrix.slice("::2"), matrix.slice("1::2")));
      assertFalse(harms(matrix.slice("2:3"), matrix.slice("2:3")));
      assertFalse(harms(matrix.slice(":, 1"), matrix.slice(":, 2")));
      assertTrue(harms(matrix.slice(":, :5"), matrix.slice(":, 3:")));
      assertTrue(harms(matrix.slice(":6, :6"), matrix.slice(":6, :6").T()));
      assertFalse(harms(matrix, matrix.slice("0:0")));
    }
  }

  /** Never is shared memory overlooked; and of what is reported most is shared indeed. */
  @Test
  void sharedBytesAreNeverOverlooked() {
    Random random = new Random(3);
    int needless = 0;
    int apart = 0;
    for (int round = 0; round < 20_000; round++) {
      Span x = span(random);
      Span y = span(random);
      boolean shared = bytes(x).intersects(bytes(y));
      boolean reported = Overlap.shares(x, y);
      assertTrue(reported || !shared, "round " + round);
      apart += shared ? 0 : 1;
      needless += reported && !shared ? 1 : 0;
    }
    assertTrue(needless < apart / 4, needless + " of " + apart);
  }

  private static Span span(Random random) {
    int size = 1 << random.nextInt(4);
    int dimensions = random.nextInt(4);
    long[] shape = new long[dimensions];
    long[] strides = new long[dimensions];
    long lowest = 0;
    for (int d = 0; d < dimensions; d++) {
      shape[d] = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(5);
      strides[d] = (long) size * (random.nextInt(25) - 8);
      lowest += Math.min(0, (shape[d] - 1) * strides[d]);
    }
    return new Span(size * (random.nextInt(30) - lowest / size + 400), size, shape, strides);
  }

  private static BitSet bytes(Span span) {
    BitSet bytes = new BitSet();
    long count = 1;
    for (long length : span.shape()) {
      count *= length;
    }
    for (long i = 0; i < count; i++) {
      long at = span.first();
      long left = i;
      for (int d = span.shape().length - 1; d >= 0; d--) {
        at += left % span.shape()[d] * span.strides()[d];
        left /= span.shape()[d];
      }
      bytes.set((int) at, (int) at + span.size());
    }
    return bytes;
  }

  /** Whatever the views, the values are those from before. */
  @Test
  @SuppressWarnings("try")
  void theResultIsThatOfACopy() {
    Random random = new Random(8);
    for (int round = 0; round < 400; round++) {
      try (Scope scope = Scope.open()) {
        boolean large = round % 20 == 0;
        NDArray memory = NDArray.arange(large ? 200 * 200 : 12 * 12);
        int side = large ? 150 : 4;
        NDArray target = window(random, memory, side);
        NDArray first = window(random, memory, side);
        NDArray second = window(random, memory, side);
        NDArray expected = first.copy().times(2).minus(second.copy()).eval();
        first.times(2).minus(second).into(target);
        assertEquals(expected.toString(), target.toString(), "round " + round);
        assertTrue(java.util.Arrays.equals(expected.toDoubleArray(), target.toDoubleArray()));
      }
    }
  }

  /** A square of the memory as a matrix, shifted, transposed or flipped by chance. */
  private static NDArray window(Random random, NDArray memory, int side) {
    int whole = (int) Math.sqrt(memory.size());
    NDArray matrix = memory.reshape(whole, whole);
    int step = random.nextInt(3) == 0 ? 2 : 1;
    int length = step == 2 ? Math.min(side, whole / 2) : side;
    int top = random.nextInt(whole - step * (length - 1));
    int left = random.nextInt(whole - step * (length - 1));
    String text =
        "%d:%d:%d, %d:%d:%d"
            .formatted(
                top,
                top + step * (length - 1) + 1,
                step,
                left,
                left + step * (length - 1) + 1,
                step);
    NDArray square = matrix.slice(text).slice(":" + Math.min(4, length) + ", :4");
    if (side > 4) {
      square =
          matrix.slice(
              "%d:%d, %d:%d".formatted(top % 50, top % 50 + side, left % 50, left % 50 + side));
    }
    NDArray turned = random.nextBoolean() ? square.T() : square;
    return random.nextInt(3) == 0 ? turned.flip(random.nextInt(2)) : turned;
  }
}
