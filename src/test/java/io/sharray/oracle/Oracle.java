package io.sharray.oracle;

import io.sharray.Complex;
import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.internal.expression.Node;
import io.sharray.internal.expression.Op;
import java.util.Arrays;

/**
 * Evaluates one function or reduction at a time, element by element. What is no exact function is
 * left to the engine, one operation on contiguous operands: its accuracy has tests of its own.
 */
final class Oracle {
  private static final int BLOCK = 1024;
  private static final int LANES = 32;

  private Oracle() {}

  /** The function of broadcast operands; null where it must be refused. */
  static Value call(Op op, Value... operands) {
    boolean select = op == Op.WHERE;
    Value[] values = select ? Arrays.copyOfRange(operands, 1, 3) : operands;
    DType common = Promotions.of(values);
    if (common == null || select && operands[0].dtype() != DType.BOOL) {
      return null;
    }
    Value simple = withoutKernel(op, common, operands);
    if (simple != null) {
      return simple;
    }
    DType computing = Promotions.computing(op, common);
    if (computing == null) {
      return null;
    }
    Value[] converted = new Value[operands.length];
    boolean weak = true;
    for (int i = 0; i < operands.length; i++) {
      if (operands[i].weak() && computing.isInteger() && !fits(operands[i], computing)) {
        return null;
      }
      converted[i] = select && i == 0 ? operands[i] : operands[i].to(computing);
      weak &= operands[i].weak();
    }
    int[] shape = broadcast(converted);
    if (shape == null) {
      return null;
    }
    return mapped(op, computing, weak, shape, converted);
  }

  private static boolean fits(Value number, DType target) {
    Object x = number.data()[0];
    return x instanceof Boolean
        || x.equals(Elements.wrapped(target, (long) x))
            && !(target == DType.UINT64 && (long) x < 0);
  }

  /** What is defined by other functions. */
  private static Value withoutKernel(Op op, DType common, Value[] x) {
    boolean bool = common == DType.BOOL;
    boolean whole = bool || common.isInteger();
    return switch (op) {
      case POSITIVE -> bool ? null : x[0];
      case CEIL, FLOOR, TRUNC, ROUND, RINT, NAN_TO_NUM -> whole ? x[0] : null;
      case CONJ, REAL -> common.isComplex() ? null : x[0];
      case ISNAN, ISINF -> whole ? call(Op.NOT_EQUAL, x[0], x[0]) : null;
      case ISFINITE -> whole ? call(Op.EQUAL, x[0], x[0]) : null;
      case BITWISE_AND -> bool ? call(Op.LOGICAL_AND, x) : null;
      case BITWISE_OR -> bool ? call(Op.LOGICAL_OR, x) : null;
      case BITWISE_XOR, NOT_EQUAL -> bool ? call(Op.LOGICAL_XOR, x) : null;
      case BITWISE_INVERT -> bool ? call(Op.LOGICAL_NOT, x) : null;
      case EQUAL -> bool ? call(Op.LOGICAL_NOT, call(Op.LOGICAL_XOR, x)) : null;
      default -> null;
    };
  }

  private static Value mapped(Op op, DType computing, boolean weak, int[] shape, Value[] x) {
    Object[] data = new Object[Value.size(shape)];
    int[] index = new int[shape.length];
    Object[] at = new Object[x.length];
    for (int i = 0; i < data.length; i++) {
      for (int k = 0; k < x.length; k++) {
        at[k] = x[k].at(index);
      }
      data[i] = Elements.apply(op, computing, at);
      if (data[i] == null) {
        return byEngine(op, computing, weak, shape, x);
      }
      Value.next(index, shape);
    }
    return new Value(Promotions.result(op, computing), weak, shape, data);
  }

  private static Value byEngine(Op op, DType computing, boolean weak, int[] shape, Value[] x) {
    NDArray[] arrays = new NDArray[x.length];
    try {
      for (int k = 0; k < x.length; k++) {
        Object[] data = new Object[Value.size(shape)];
        int[] index = new int[shape.length];
        for (int i = 0; i < data.length; i++) {
          data[i] = x[k].at(index);
          Value.next(index, shape);
        }
        arrays[k] = Layouts.contiguous(new Value(x[k].dtype(), false, shape, data));
      }
      Expr call = Node.call(op, arrays);
      try (NDArray result = call.eval()) {
        return new Value(
            Promotions.result(op, computing), weak, shape, Layouts.read(result).data());
      }
    } finally {
      for (NDArray array : arrays) {
        if (array != null) {
          array.close();
        }
      }
    }
  }

  static int[] broadcast(Value... values) {
    int ndim = Arrays.stream(values).mapToInt(v -> v.shape().length).max().orElse(0);
    int[] shape = new int[ndim];
    Arrays.fill(shape, 1);
    for (Value value : values) {
      for (int d = 1; d <= value.shape().length; d++) {
        int length = value.shape()[value.shape().length - d];
        int known = shape[ndim - d];
        if (length != known && length != 1 && known != 1) {
          return null;
        }
        shape[ndim - d] = known == 1 ? length : known;
      }
    }
    return shape;
  }

  /** What a reduction makes of the elements of one output. */
  interface Fold {
    Object of(Object[] elements);
  }

  static Value reduce(Value x, DType result, boolean keepDims, int[] axes, Fold fold) {
    int ndim = x.shape().length;
    boolean[] reduced = new boolean[ndim];
    for (int axis : axes) {
      reduced[axis] = true;
    }
    int[] kept = x.shape().clone();
    int[] inner = x.shape().clone();
    int left = 0;
    for (int d = 0; d < ndim; d++) {
      if (reduced[d]) {
        kept[d] = 1;
      } else {
        inner[d] = 1;
        left++;
      }
    }
    Object[] data = new Object[Value.size(kept)];
    int[] outer = new int[ndim];
    for (int i = 0; i < data.length; i++) {
      Object[] elements = new Object[Value.size(inner)];
      int[] at = new int[ndim];
      for (int j = 0; j < elements.length; j++) {
        int[] index = new int[ndim];
        Arrays.setAll(index, d -> reduced[d] ? at[d] : outer[d]);
        elements[j] = x.at(index);
        Value.next(at, inner);
      }
      data[i] = fold.of(elements);
      Value.next(outer, kept);
    }
    int[] shape = new int[left];
    int next = 0;
    for (int d = 0; d < ndim; d++) {
      if (!reduced[d]) {
        shape[next++] = x.shape()[d];
      }
    }
    return new Value(result, false, keepDims ? kept : shape, data);
  }

  /** The sum of doubles over the tree of blocks and lanes. */
  static double sum(double[] x) {
    if (x.length == 0) {
      return 0;
    }
    double[] nodes = new double[(x.length + BLOCK - 1) / BLOCK];
    for (int block = 0; block < nodes.length; block++) {
      double[] lanes = new double[LANES];
      Arrays.fill(lanes, -0.0);
      for (int i = block * BLOCK; i < Math.min(x.length, (block + 1) * BLOCK); i++) {
        lanes[i % LANES] += x[i];
      }
      for (int half = LANES / 2; half > 0; half /= 2) {
        for (int l = 0; l < half; l++) {
          lanes[l] += lanes[l + half];
        }
      }
      nodes[block] = lanes[0];
    }
    for (int n = nodes.length; n > 1; n = (n + 1) / 2) {
      for (int i = 0; i < n; i += 2) {
        nodes[i / 2] = i + 1 < n ? nodes[i] + nodes[i + 1] : nodes[i];
      }
    }
    return nodes[0];
  }

  /** The sum of elements, in the dtype that sums of theirs have. */
  static Object sum(Object[] elements, DType dtype) {
    if (dtype.isFloat()) {
      double sum =
          sum(Arrays.stream(elements).mapToDouble(e -> ((Number) e).doubleValue()).toArray());
      return dtype == DType.FLOAT64 ? (Object) sum : (Object) (float) sum;
    }
    if (dtype.isComplex()) {
      throw new IllegalArgumentException("complex sums have other lanes");
    }
    long sum = 0;
    for (Object e : elements) {
      sum += e instanceof Boolean b ? (b ? 1 : 0) : (long) e;
    }
    return sum;
  }

  /** The place of the first smallest or largest element, or of the first NaN. */
  static long place(Object[] x, DType dtype, boolean max) {
    int best = 0;
    for (int i = 0; i < x.length; i++) {
      boolean nan = x[i].equals(Double.NaN) || x[i].equals(Float.NaN);
      if (nan) {
        return i;
      }
      Op better = max ? Op.GREATER : Op.LESS;
      if (dtype == DType.BOOL) {
        int order = Boolean.compare((boolean) x[i], (boolean) x[best]);
        best = (max ? order > 0 : order < 0) ? i : best;
      } else if ((boolean) Elements.apply(better, dtype, x[i], x[best])) {
        best = i;
      }
    }
    return best;
  }

  static boolean isNonzero(Object e, DType dtype) {
    return (boolean) Elements.cast(e, dtype, DType.BOOL);
  }

  static boolean hasNan(Value x) {
    return Arrays.stream(x.data())
        .anyMatch(
            e ->
                e.equals(Double.NaN)
                    || e.equals(Float.NaN)
                    || e instanceof Complex z && (Double.isNaN(z.re()) || Double.isNaN(z.im())));
  }
}
