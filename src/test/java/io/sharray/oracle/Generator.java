package io.sharray.oracle;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sharray.Complex;
import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.internal.expression.Node;
import io.sharray.internal.expression.Op;
import io.sharray.internal.expression.Reducer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes random expressions together with their values. */
final class Generator {
  /**
   * An expression.
   *
   * @param expr for the engine
   * @param value what the oracle says
   * @param text for a message
   */
  record Made(Expr expr, Value value, String text) {}

  private static final Op[] OPS = Op.values();
  private static final DType[] DTYPES = DType.values();
  private static final int ATTEMPTS = 30;

  private final Random random;
  private final int[] space;
  private final List<Layouts.Layout> layouts = new ArrayList<>();
  private final List<Made> made = new ArrayList<>();

  Generator(Random random) {
    this.random = random;
    this.space = shape();
  }

  /** Mostly small, at times of many blocks, or empty. */
  private int[] shape() {
    if (random.nextInt(60) == 0) {
      return random.nextBoolean()
          ? new int[] {1000 + random.nextInt(4000)}
          : new int[] {20 + random.nextInt(50), 20 + random.nextInt(80)};
    }
    int[] shape = new int[random.nextInt(5)];
    Arrays.setAll(shape, d -> random.nextInt(40) == 0 ? 0 : 1 + random.nextInt(5));
    return shape;
  }

  Made expression(int depth) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Made result = attempt(depth);
      if (result != null) {
        made.add(result);
        return result;
      }
    }
    return array();
  }

  private Made attempt(int depth) {
    int kind = random.nextInt(12);
    if (depth == 0 || kind == 0) {
      return random.nextInt(4) == 0 ? number() : array();
    }
    if (kind == 1 && !made.isEmpty()) {
      // The same subexpression again.
      return made.get(random.nextInt(made.size()));
    }
    if (kind == 2) {
      return cast(expression(depth - 1));
    }
    if (kind == 3) {
      return reduction(expression(depth - 1));
    }
    return function(OPS[random.nextInt(OPS.length)], depth);
  }

  private Made function(Op op, int depth) {
    Made[] operands = new Made[op.arity()];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = expression(depth - 1);
      if (op == Op.WHERE && i == 0 && operands[i].value.dtype() != DType.BOOL) {
        operands[i] = cast(operands[i], DType.BOOL);
      }
      boolean signs = op == Op.SIGNBIT || op == Op.COPYSIGN;
      if (operands[i] == null || signs && Oracle.hasNan(operands[i].value)) {
        return null;
      }
    }
    if (op == Op.POW && operands[1].value.weak()) {
      // A product, of which FormulaPropertyTest takes care.
      return null;
    }
    Value[] values = Arrays.stream(operands).map(Made::value).toArray(Value[]::new);
    Expr[] exprs = Arrays.stream(operands).map(Made::expr).toArray(Expr[]::new);
    Value value = Oracle.call(op, values);
    if (value == null) {
      assertThrows(IllegalArgumentException.class, () -> Node.call(op, exprs), op::functionName);
      return null;
    }
    String text = op.functionName() + Arrays.stream(operands).map(Made::text).toList();
    return new Made(Node.call(op, exprs), value, text);
  }

  private Made cast(Made x) {
    return cast(x, DTYPES[random.nextInt(DTYPES.length)]);
  }

  private static Made cast(Made x, DType dtype) {
    if (x.value.dtype().isComplex() && !dtype.isComplex() && dtype != DType.BOOL) {
      assertThrows(IllegalArgumentException.class, () -> x.expr.astype(dtype));
      return null;
    }
    Value value = x.value.to(dtype);
    boolean weak = value.weak() && value.dtype() == x.value.dtype();
    Value result = new Value(value.dtype(), weak, value.shape(), value.data());
    return new Made(x.expr.astype(dtype), result, dtype + "(" + x.text + ")");
  }

  private Made reduction(Made x) {
    int ndim = x.value.shape().length;
    int[] axes = random.ints(random.nextInt(ndim + 1), 0, Math.max(ndim, 1)).distinct().toArray();
    boolean keepDims = random.nextBoolean();
    Reducer[] kinds = {
      Reducer.SUM,
      Reducer.MIN,
      Reducer.MAX,
      Reducer.ARGMIN,
      Reducer.ARGMAX,
      Reducer.ANY,
      Reducer.ALL,
      Reducer.COUNT_NONZERO
    };
    Reducer kind = kinds[random.nextInt(kinds.length)];
    int[] all = axes.length == 0 ? java.util.stream.IntStream.range(0, ndim).toArray() : axes;
    DType dtype = x.value.dtype();
    boolean place = kind == Reducer.ARGMIN || kind == Reducer.ARGMAX;
    boolean order = place || kind == Reducer.MIN || kind == Reducer.MAX;
    boolean empty = Arrays.stream(all).anyMatch(axis -> x.value.shape()[axis] == 0);
    if (order && (dtype.isComplex() || empty) || place && axes.length > 1) {
      assertThrows(
          IllegalArgumentException.class,
          () -> kind.of(x.expr, Reducer.Options.of(keepDims, axes)));
      return null;
    }
    if (dtype.isComplex() && kind == Reducer.SUM) {
      return null;
    }
    DType result =
        place || kind == Reducer.COUNT_NONZERO
            ? DType.INT64
            : kind == Reducer.ANY || kind == Reducer.ALL
                ? DType.BOOL
                : order || dtype.isFloat()
                    ? dtype
                    : dtype.kind() == 'u' ? DType.UINT64 : DType.INT64;
    Value value = Oracle.reduce(x.value, result, keepDims, all, e -> fold(kind, e, dtype));
    return new Made(
        kind.of(x.expr, Reducer.Options.of(keepDims, axes)),
        value,
        kind.functionName() + Arrays.toString(axes) + "(" + x.text + ")");
  }

  private static Object fold(Reducer kind, Object[] e, DType dtype) {
    return switch (kind) {
      case SUM -> Oracle.sum(e, dtype);
      case MIN -> extremum(e, dtype, false);
      case MAX -> extremum(e, dtype, true);
      case ARGMIN -> Oracle.place(e, dtype, false);
      case ARGMAX -> Oracle.place(e, dtype, true);
      case ANY -> Arrays.stream(e).anyMatch(x -> Oracle.isNonzero(x, dtype));
      case ALL -> Arrays.stream(e).allMatch(x -> Oracle.isNonzero(x, dtype));
      default -> Arrays.stream(e).filter(x -> Oracle.isNonzero(x, dtype)).count();
    };
  }

  private static Object extremum(Object[] e, DType dtype, boolean max) {
    Object best = e[0];
    for (Object x : e) {
      best =
          dtype == DType.BOOL
              ? (Object) (max ? (boolean) best || (boolean) x : (boolean) best && (boolean) x)
              : Elements.apply(max ? Op.MAXIMUM : Op.MINIMUM, dtype, best, x);
    }
    return best;
  }

  private Made number() {
    switch (random.nextInt(4)) {
      case 0:
        boolean truth = random.nextBoolean();
        return new Made(
            Node.constant(truth), Value.scalar(DType.BOOL, true, truth), String.valueOf(truth));
      case 1:
        double d = (double) element(DType.FLOAT64);
        return new Made(Node.constant(d), Value.scalar(DType.FLOAT64, true, d), String.valueOf(d));
      case 2:
        Complex z = (Complex) element(DType.COMPLEX128);
        return new Made(
            Node.constant(z), Value.scalar(DType.COMPLEX128, true, z), String.valueOf(z));
      default:
        long n = random.nextInt(20) - 5;
        return new Made(Node.constant(n), Value.scalar(DType.INT64, true, n), String.valueOf(n));
    }
  }

  private Made array() {
    DType dtype = DTYPES[random.nextInt(DTYPES.length)];
    int drop = random.nextInt(4) == 0 ? random.nextInt(space.length + 1) : 0;
    int[] shape = Arrays.copyOfRange(space, drop, space.length);
    for (int d = 0; d < shape.length; d++) {
      shape[d] = random.nextInt(6) == 0 ? 1 : shape[d];
    }
    Object[] data = new Object[Value.size(shape)];
    Arrays.setAll(data, i -> element(dtype));
    Value value = new Value(dtype, false, shape, data);
    Layouts.Layout layout = Layouts.random(random, dtype, shape);
    Layouts.write(layout, value);
    layouts.add(layout);
    String text = dtype + Arrays.toString(shape) + Arrays.toString(layout.view().strides());
    if (random.nextInt(8) == 0 && shape.length < space.length) {
      return broadcast(layout.view(), value, text);
    }
    return new Made(layout.view(), value, text);
  }

  private Made broadcast(NDArray view, Value value, String text) {
    int[] target = new int[value.shape().length + 1];
    target[0] = 1 + random.nextInt(3);
    System.arraycopy(value.shape(), 0, target, 1, value.shape().length);
    int first = target.length < space.length + 1 ? space[space.length - target.length] : target[0];
    target[0] = first;
    Object[] data = new Object[Value.size(target)];
    int[] index = new int[target.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = value.at(index);
      Value.next(index, target);
    }
    NDArray repeated = view.broadcastTo(Arrays.stream(target).asLongStream().toArray());
    return new Made(repeated, new Value(value.dtype(), false, target, data), "repeated " + text);
  }

  /** Somewhere to put a result: new memory, or that of an operand. */
  Layouts.Layout target(DType dtype, int[] shape) {
    long[] wanted = Arrays.stream(shape).asLongStream().toArray();
    for (Layouts.Layout layout : layouts) {
      if (layout.view().dtype() == dtype
          && Arrays.equals(layout.view().shape(), wanted)
          && random.nextInt(3) > 0) {
        return moved(layout, shape);
      }
    }
    return Layouts.random(random, dtype, shape);
  }

  /** The operand itself, or other elements of its memory. */
  private Layouts.Layout moved(Layouts.Layout layout, int[] shape) {
    NDArray view = layout.view();
    for (int d = 0; d < shape.length; d++) {
      view = random.nextInt(3) == 0 ? view.flip(d) : view;
    }
    return new Layouts.Layout(layout.base(), view);
  }

  private Object element(DType dtype) {
    int kind = random.nextInt(10);
    if (dtype == DType.BOOL) {
      return random.nextBoolean();
    }
    if (dtype.isInteger()) {
      long bits = kind < 6 ? random.nextInt(20) - 5 : kind < 8 ? random.nextLong() : 1L << kind * 7;
      return Elements.wrapped(dtype, bits);
    }
    if (dtype.isComplex()) {
      Complex z = Complex.of((double) element(DType.FLOAT64), (double) element(DType.FLOAT64));
      return Elements.cast(z, DType.COMPLEX128, dtype);
    }
    double[] special = {
      0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300, 1e-310, -1, 2
    };
    double x =
        kind < 7
            ? random.nextGaussian() * 10
            : kind == 7 ? random.nextInt(9) - 4 : special[random.nextInt(special.length)];
    return dtype == DType.FLOAT64 ? (Object) x : (Object) (float) x;
  }
}
