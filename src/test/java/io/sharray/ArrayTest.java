package io.sharray;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.internal.Access;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ArrayTest {
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static String refusal(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }

  @Test
  void creationGivesTheElementsOfNumPy() {
    assertArrayEquals(new double[6], NDArray.zeros(DType.FLOAT64, 2, 3).toDoubleArray());
    assertArrayEquals(new double[] {1, 1}, NDArray.ones(DType.FLOAT64, 2).toDoubleArray());
    assertArrayEquals(new double[] {7, 7}, NDArray.full(DType.FLOAT64, 7, 1, 2).toDoubleArray());
    assertArrayEquals(new double[] {0, 1, 2}, NDArray.arange(3).toDoubleArray());
    assertArrayEquals(new double[] {5, 3, 1}, NDArray.arange(5, 0, -2).toDoubleArray());
    assertArrayEquals(new double[] {}, NDArray.arange(5, 0, 1).toDoubleArray());
    assertArrayEquals(
        new double[] {0, 0.25, 0.5, 0.75, 1}, NDArray.linspace(0, 1, 5).toDoubleArray());
    assertArrayEquals(new double[] {3}, NDArray.linspace(3, 9, 1).toDoubleArray());
    assertEquals(0.7, NDArray.linspace(0.1, 0.7, 7).getDouble(-1));
    assertArrayEquals(new double[] {1, 0, 0, 0, 1, 0}, NDArray.eye(2, 3).toDoubleArray());
    assertArrayEquals(new double[] {1, 0, 1}, NDArray.of(true, false, true).toDoubleArray());
    assertArrayEquals(
        new long[] {1, 2, 2}, NDArray.of(new double[][][] {{{1, 2}, {3, 4}}}).shape());
    assertArrayEquals(
        new double[] {1, 2, 3, 4}, NDArray.of(new double[][] {{1, 2}, {3, 4}}).toDoubleArray());
    assertEquals(DType.BOOL, NDArray.ofNested(new boolean[2][2][2][2]).dtype());
    assertArrayEquals(new long[] {2, 0}, NDArray.of(new double[2][0]).shape());
  }

  @Test
  void impossibleShapesAreRefusedWithTheShape() {
    assertTrue(refusal(() -> NDArray.zeros(DType.FLOAT64, 2, -1)).contains("axis 1"));
    assertTrue(refusal(() -> NDArray.zeros(DType.FLOAT64, 1L << 40, 1L << 40)).contains("2^63"));
    assertTrue(refusal(() -> NDArray.zeros(DType.FLOAT64, 0, 1L << 62, 1L << 62)).contains("2^63"));
    assertTrue(refusal(() -> NDArray.zeros(DType.BOOL, new long[33])).contains("33"));
    assertTrue(refusal(() -> NDArray.of(new double[][] {{1, 2}, {3}})).contains("equal"));
    assertTrue(refusal(() -> NDArray.of(new double[][] {{1}, null})).contains("null"));
    assertTrue(refusal(() -> NDArray.ofNested("text")).contains("String"));
    refusal(() -> NDArray.arange(0, Double.NaN, 1));
    refusal(() -> NDArray.arange(0, 1, 0));
    refusal(() -> NDArray.linspace(0, 1, -1));
    assertThrows(
        SharedMemoryExhaustedException.class, () -> NDArray.zeros(DType.FLOAT64, 1L << 44));
  }

  @Test
  void elementsAreReadAndWrittenThroughViews() {
    NDArray a = NDArray.zeros(DType.FLOAT64, 4, 5);
    NDArray odd = a.slice("1::2, ::-1");
    odd.setDouble(3.5, 0, 0);
    odd.setLong(7, -1, -1);
    assertEquals(3.5, a.getDouble(1, 4));
    assertEquals(7, a.getLong(3, 0));
    assertEquals(3, a.getLong(1, -1));
    assertTrue(a.getBoolean(3, 0));
    NDArray flags = NDArray.zeros(DType.BOOL, 3);
    flags.setDouble(0.5, 1);
    flags.setBoolean(true, 2);
    assertArrayEquals(new double[] {0, 1, 1}, flags.toDoubleArray());
    assertThrows(IndexOutOfBoundsException.class, () -> a.getDouble(4, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> a.setDouble(1, 0, -6));
    assertTrue(refusal(() -> a.getDouble(1)).contains("(4, 5)"));
  }

  @Test
  void copiesOfRandomViewsHaveTheElementsInOrder() {
    Random random = new Random(3);
    NDArray whole = NDArray.arange(6 * 40 * 7).reshape(6, 40, 7);
    String[] entries = {":", "::-1", "1:5:2", "2", "None, :", "-3:", "::3"};
    for (int round = 0; round < 60; round++) {
      StringBuilder text = new StringBuilder();
      for (int axis = 0; axis < 3; axis++) {
        text.append(axis == 0 ? "" : ",").append(entries[random.nextInt(entries.length)]);
      }
      try (NDArray view = whole.slice(text.toString());
          NDArray turned = view.T();
          NDArray copy = turned.copy()) {
        double[] expected = new double[(int) turned.size()];
        long[] shape = turned.shape();
        for (int flat = 0; flat < expected.length; flat++) {
          long[] indices = new long[shape.length];
          long rest = flat;
          for (int axis = shape.length - 1; axis >= 0; axis--) {
            indices[axis] = rest % shape[axis];
            rest /= shape[axis];
          }
          expected[flat] = turned.getDouble(indices);
        }
        assertArrayEquals(expected, turned.toDoubleArray(), text.toString());
        assertArrayEquals(expected, copy.toDoubleArray(), text.toString());
        assertTrue(copy.isContiguous());
      }
    }
  }

  @Test
  void reshapeIsAViewWhereItCanBeAndACopyElse() {
    NDArray a = NDArray.arange(12).reshape(3, 4);
    NDArray view = a.reshape(2, -1);
    view.setDouble(99, 0, 0);
    assertEquals(99, a.getDouble(0, 0));
    NDArray copy = a.T().reshape(12);
    copy.setDouble(-1, 1);
    assertEquals(4, a.getDouble(1, 0));
    assertArrayEquals(new long[] {3, 1, 4}, a.expandDims(1).shape());
    assertArrayEquals(new long[] {3, 4}, a.expandDims(-1).squeeze().shape());
    assertTrue(refusal(() -> a.squeeze(0)).contains("(3, 4)"));
    assertTrue(refusal(() -> a.permuteDims(0, 0)).contains("twice"));
    assertEquals(11, a.split(1, 2).getDouble(0, 3));
    assertEquals(8, a.at(2).getDouble(0));
  }

  @Test
  void broadcastArraysAreReadOnly() {
    NDArray wide = NDArray.of(1.0, 2).broadcastTo(3, 2);
    assertArrayEquals(new double[] {1, 2, 1, 2, 1, 2}, wide.toDoubleArray());
    assertTrue(wide.isReadOnly());
    assertTrue(refusal(() -> wide.setDouble(1, 0, 0)).contains("read-only"));
    assertTrue(NDArray.attach(wide.handle()).isReadOnly());
    assertFalse(wide.copy().isReadOnly());
  }

  @Test
  void readOnlyAttachmentSeesWritesAndRefusesItsOwn() {
    for (Storage storage : new Storage[] {Storage.systemV(), Storage.posix()}) {
      NDArray a = NDArray.create(storage, DType.FLOAT64, 3);
      NDArray reader = NDArray.attachReadOnly(a.handle());
      a.setDouble(5, 1);
      assertEquals(5, reader.getDouble(1));
      refusal(() -> reader.setDouble(1, 0));
      refusal(() -> reader.slice("1:").setDouble(1, 0));
      assertTrue(reader.asByteBuffer().isReadOnly());
      assertEquals(5, reader.asByteBuffer().getDouble(8));
    }
  }

  @Test
  void attachedArraysAreTheSameMemory() {
    for (Storage storage : new Storage[] {Storage.systemV(), Storage.posix()}) {
      NDArray a = NDArray.create(storage, DType.FLOAT64, 3, 4);
      NDArray view = a.slice("::-1, 1:3");
      NDArray same = NDArray.attach(view.handle().toString());
      assertArrayEquals(view.shape(), same.shape());
      assertArrayEquals(view.strides(), same.strides());
      same.setDouble(2.5, 0, 1);
      assertEquals(2.5, a.getDouble(2, 2));
      a.close();
      view.close();
      assertEquals(2.5, same.getDouble(0, 1));
    }
  }

  @Test
  void namedArraysAreFoundByNameAndPersistentOnesStay() {
    String name = "array-test-" + ProcessHandle.current().pid();
    NDArray a = NDArray.create(Storage.posix(name), DType.FLOAT64, 2, 2);
    a.setDouble(4, 1, 1);
    assertEquals(4, NDArray.attach(name).getDouble(1, 1));
    assertTrue(
        refusal(() -> NDArray.create(Storage.posix(name), DType.FLOAT64, 2)).contains("taken"));
    refusal(() -> Storage.posix("../" + name));
    refusal(() -> Storage.systemV().persistent());
    refusal(() -> Storage.posix(name).mode(0660));
  }

  @Test
  void closedArraysRefuseEverythingButQuestionsAboutTheirForm() {
    NDArray a = NDArray.zeros(DType.FLOAT64, 2, 3);
    NDArray other = a.slice("0");
    a.close();
    a.close();
    assertTrue(a.isClosed());
    Executable[] calls = {
      () -> a.getDouble(0, 0),
      () -> a.setDouble(1, 0, 0),
      a::toDoubleArray,
      a::asByteBuffer,
      a::handle,
      a::address,
      a::copy,
      a::T,
      () -> a.slice("0"),
      () -> a.reshape(6),
      () -> a.split(0, 2),
      () -> a.plus(1).eval(),
      () -> Access.view(a)
    };
    for (Executable call : calls) {
      IllegalStateException closed = assertThrows(IllegalStateException.class, call);
      assertTrue(closed.getMessage().contains("closed"), closed.getMessage());
    }
    assertThrows(IllegalStateException.class, () -> a.getDouble(0, 0));
    assertArrayEquals(new long[] {2, 3}, a.shape());
    assertTrue(a.toString().contains("closed"));
    other.setDouble(1, 2);
    assertEquals(1, other.getDouble(2));
  }

  @Test
  void buffersHaveTheMemoryItselfInNativeOrder() {
    NDArray a = NDArray.of(1.0, 2, 3, 4);
    ByteBuffer part = a.slice("1:3").asByteBuffer();
    assertEquals(ByteOrder.nativeOrder(), part.order());
    assertEquals(16, part.capacity());
    part.putDouble(0, 9);
    assertEquals(9, a.getDouble(1));
    assertTrue(refusal(() -> a.slice("::2").asByteBuffer()).contains("copy()"));
    assertEquals(0, a.slice("2:2").asByteBuffer().capacity());
    assertEquals(a.address() + 8, a.slice("1:").address());
    assertEquals(32, a.byteSize());
  }

  @Test
  void emptyArraysAndScalarsWorkAsOthersDo() {
    NDArray none = NDArray.zeros(DType.FLOAT64, 3, 0, 2);
    assertEquals(0, none.size());
    assertEquals(0, none.toDoubleArray().length);
    assertArrayEquals(new long[] {3, 0, 2}, NDArray.attach(none.handle()).shape());
    assertArrayEquals(new long[] {0, 2}, NDArray.attach(none.at(2).handle()).shape());
    assertEquals(0, none.T().copy().size());
    assertEquals(0, none.reshape(0).asByteBuffer().capacity());
    NDArray scalar = NDArray.zeros(DType.FLOAT64);
    scalar.setDouble(6);
    assertEquals(6, scalar.getDouble());
    assertEquals(6, NDArray.attach(scalar.handle()).item());
    assertArrayEquals(new double[] {6}, scalar.toDoubleArray());
    assertArrayEquals(new long[] {1, 1}, scalar.reshape(1, 1).shape());
  }

  @Test
  void printsAsNumPyDoes() {
    assertEquals("[1.   2.25 3.5 ]", NDArray.of(1, 2.25, 3.5).toString());
    assertEquals(
        "[[ 0.  1.]\n [-2.  3.]]", NDArray.of(new double[][] {{0, 1}, {-2, 3}}).toString());
    assertEquals("[1.e+00 2.e-10]", NDArray.of(1, 2e-10).toString());
    assertEquals(
        "[1.50e+00 2.25e+10      nan     -inf]",
        NDArray.of(1.5, 2.25e10, Double.NaN, Double.NEGATIVE_INFINITY).toString());
    assertEquals("[ 1. nan inf]", NDArray.of(1, Double.NaN, Double.POSITIVE_INFINITY).toString());
    assertEquals("[-0.          0.33333333]", NDArray.of(-0.0, 1 / 3.0).toString());
    assertEquals("[ True False]", NDArray.of(true, false).toString());
    assertEquals("[]", NDArray.zeros(DType.FLOAT64, 0).toString());
    assertEquals("[ True]", NDArray.of(true).toString());
    assertEquals("2.5", NDArray.full(DType.FLOAT64, 2.5).toString());
    assertEquals("0.3333333333333333", NDArray.full(DType.FLOAT64, 1 / 3.0).toString());
    assertEquals("-0.0", NDArray.full(DType.FLOAT64, -0.0).toString());
    assertEquals("1e-07", NDArray.full(DType.FLOAT64, 1e-7).toString());
    assertEquals("1.5e+20", NDArray.full(DType.FLOAT64, 1.5e20).toString());
    assertEquals("100.0", NDArray.full(DType.FLOAT64, 100).toString());
    assertEquals("True", NDArray.ones(DType.BOOL).toString());
    assertEquals("[0. 0. 0. ... 0. 0. 0.]", NDArray.zeros(DType.FLOAT64, 1001).toString());
    assertEquals(
        "[[1. 1. 1. ... 1. 1. 1.]\n [1. 1. 1. ... 1. 1. 1.]]",
        NDArray.ones(DType.FLOAT64, 2, 501).toString());
    assertEquals(
        "[[[0.]\n  [0.]]\n\n [[0.]\n  [0.]]]", NDArray.zeros(DType.FLOAT64, 2, 2, 1).toString());
    for (String line : NDArray.arange(100).toString().split("\n")) {
      assertTrue(line.length() <= 75, line);
    }
  }
}
