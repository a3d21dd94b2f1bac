package io.sharray.internal.expression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.Reductions;
import io.sharray.Scope;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Arrays of no dimension, of no elements and of as many dimensions as there can be. */
class ShapesTest {
  private static final long[][] EMPTY = {{0}, {3, 0}, {0, 2, 4}, {2, 0, 0}};

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static NDArray operand(Op op, int place, long... shape) {
    DType dtype =
        switch (op.kind()) {
          case INTEGERS -> DType.INT32;
          case BOOLS -> DType.BOOL;
          case COMPLEXES, PARTS -> DType.COMPLEX128;
          case SELECT -> place == 0 ? DType.BOOL : DType.FLOAT64;
          default -> DType.FLOAT64;
        };
    return NDArray.ones(dtype, shape);
  }

  private static Expr call(Op op, long... shape) {
    Expr[] operands = new Expr[op.arity()];
    Arrays.setAll(operands, i -> operand(op, i, shape));
    return Node.call(op, operands);
  }

  @Test
  void everyFunctionTakesScalarsAndNoElements() {
    for (Op op : Op.values()) {
      NDArray scalar = call(op).eval();
      assertArrayEquals(new long[0], scalar.shape(), op.name());
      String one = call(op, 1).eval().toString();
      assertEquals(one, scalar.reshape(1).toString(), op.name());
      for (long[] shape : EMPTY) {
        assertArrayEquals(shape, call(op, shape).eval().shape(), op.name());
      }
    }
  }

  private static List<Method> reductions() {
    List<Method> found = new ArrayList<>();
    for (Method method : Reductions.class.getMethods()) {
      if (!method.getName().startsWith("cumulative")
          && Arrays.equals(method.getParameterTypes(), new Class<?>[] {Expr.class, int[].class})) {
        found.add(method);
      }
    }
    return found;
  }

  private static NDArray reduced(Method reduction, NDArray x, int... axes) throws Exception {
    try {
      return ((Expr) reduction.invoke(null, x, axes)).eval();
    } catch (InvocationTargetException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  @Test
  void everyReductionTakesScalarsAndNoElements() throws Exception {
    List<Method> reductions = reductions();
    assertTrue(reductions.size() >= 15, "found " + reductions.size());
    List<String> refuse =
        List.of("min", "max", "argmin", "argmax", "nanmin", "nanmax", "logsumexp");
    for (Method reduction : reductions) {
      String name = reduction.getName();
      NDArray scalar = reduced(reduction, NDArray.full(DType.FLOAT64, 2.5));
      assertArrayEquals(new long[0], scalar.shape(), name);
      assertEquals(
          reduced(reduction, NDArray.of(2.5)).toString(), scalar.toString(), name + " of a scalar");
      for (long[] shape : EMPTY) {
        NDArray none = NDArray.zeros(DType.FLOAT64, shape);
        if (refuse.contains(name)) {
          assertThrows(IllegalArgumentException.class, () -> reduced(reduction, none), name);
        } else {
          assertArrayEquals(new long[0], reduced(reduction, none).shape(), name);
        }
      }
      // Where the outputs are none, nothing is asked of the elements.
      NDArray none = NDArray.zeros(DType.FLOAT64, 0, 3);
      assertArrayEquals(new long[] {0}, reduced(reduction, none, 1).shape(), name);
    }
  }

  @Test
  void emptySumsAreTheNeutralElements() {
    NDArray none = NDArray.zeros(DType.FLOAT64, 4, 0);
    assertArrayEquals(new double[4], Reductions.sum(none, 1).eval().toDoubleArray());
    assertArrayEquals(new double[] {1, 1, 1, 1}, Reductions.prod(none, 1).eval().toDoubleArray());
    assertEquals(1, Reductions.all(none).item());
    assertEquals(0, Reductions.any(none).item());
    assertArrayEquals(new long[] {4, 0}, Reductions.cumulativeSum(none, 1).eval().shape());
  }

  @Test
  void thirtyTwoDimensionsAreWalked() {
    long[] shape = new long[32];
    Arrays.fill(shape, 1);
    for (int d : new int[] {0, 3, 9, 22, 28, 31}) {
      shape[d] = 3;
    }
    NDArray x = NDArray.arange(729).reshape(shape);
    NDArray y = x.T().flip(0, 9);
    NDArray sum = x.plus(y).eval();
    long[] index = new long[32];
    long[] other = new long[32];
    for (int i = 0; i < 729; i++) {
      int left = i;
      for (int d = 31; d >= 0; d--) {
        index[d] = left % shape[d];
        left /= (int) shape[d];
      }
      for (int d = 0; d < 32; d++) {
        int at = d == 0 || d == 9 ? (int) (shape[31 - d] - 1 - index[d]) : (int) index[d];
        other[31 - d] = Math.min(at, shape[31 - d] - 1);
      }
      assertEquals(x.getDouble(index) + x.getDouble(other), sum.getDouble(index));
    }
    assertEquals(729 * 728, Reductions.sum(sum).item());
    NDArray partly = Reductions.sum(sum, 3, 22).eval();
    assertEquals(30, partly.ndim());
    assertEquals(729 * 728, Reductions.sum(partly).item());
    assertThrows(IllegalArgumentException.class, () -> x.expandDims(0));
  }
}
