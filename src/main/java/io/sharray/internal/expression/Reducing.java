package io.sharray.internal.expression;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.internal.array.Shapes;
import java.util.Arrays;

/** Makes reductions of native ones and functions. */
final class Reducing {
  private Reducing() {}

  /** A native reduction, converted to {@code result}. */
  static Expr reduce(
      String function, Accumulation kind, Expr x, DType result, boolean keepDims, int... axes) {
    int[] sorted = Broadcasting.axes(function, axes, Node.shapeOf(x).length);
    long[] full = Node.shapeOf(x);
    boolean needsElements = kind != Accumulation.SUM && kind != Accumulation.PROD;
    if (needsElements && kind != Accumulation.MOMENT && count(full, sorted) == 0) {
      throw new IllegalArgumentException(
          function + " of no elements has no value: shape " + Shapes.text(full));
    }
    Expr operand = Node.cast(x, Accumulation.accumulator(x.dtype()));
    return Node.cast(
        new Node.Reduction(kind, operand, sorted, shape(full, sorted, keepDims)), result);
  }

  /** The elements that make one of the result. */
  static long count(Expr x, String function, int... axes) {
    long[] shape = Node.shapeOf(x);
    return count(shape, Broadcasting.axes(function, axes, shape.length));
  }

  private static long count(long[] shape, int[] axes) {
    long count = 1;
    for (int axis : axes) {
      count = Math.multiplyExact(count, shape[axis]);
    }
    return count;
  }

  private static long[] shape(long[] full, int[] axes, boolean keepDims) {
    long[] shape = keepDims ? full.clone() : new long[full.length - axes.length];
    int at = 0;
    for (int d = 0; d < full.length; d++) {
      boolean reduced = Arrays.binarySearch(axes, d) >= 0;
      if (keepDims && reduced) {
        shape[d] = 1;
      } else if (!keepDims && !reduced) {
        shape[at++] = full[d];
      }
    }
    return shape;
  }

  static Expr sum(Accumulation kind, Expr x, Reducer.Options o) {
    String function = kind.functionName();
    DType dtype = o.dtype() == null ? summed(x.dtype()) : o.dtype();
    return reduce(function, kind, Node.cast(x, dtype), dtype, o.keepDims(), o.axes());
  }

  /** The dtype of sums: bools and integers are counted in 64 bits. */
  private static DType summed(DType dtype) {
    return dtype.isInteger() || dtype == DType.BOOL ? Accumulation.accumulator(dtype) : dtype;
  }

  static Expr extremum(Accumulation kind, Expr x, Reducer.Options o) {
    refuseComplex(kind.functionName(), x);
    return reduce(kind.functionName(), kind, x, x.dtype(), o.keepDims(), o.axes());
  }

  static Expr place(Accumulation kind, Expr x, Reducer.Options o) {
    refuseComplex(kind.functionName(), x);
    if (o.axes().length > 1) {
      throw new IllegalArgumentException(
          kind.functionName()
              + " takes one axis, or none for the place in C order, not "
              + o.axes().length);
    }
    return reduce(kind.functionName(), kind, x, DType.INT64, o.keepDims(), o.axes());
  }

  static Expr mean(Expr x, Reducer.Options o) {
    Expr numbers = floating(x);
    DType dtype = o.dtype() == null ? numbers.dtype() : o.dtype();
    Expr sum =
        reduce(
            "mean",
            Accumulation.SUM,
            Node.cast(numbers, dtype),
            Accumulation.accumulator(dtype),
            o.keepDims(),
            o.axes());
    long n = count(x, "mean", o.axes());
    return Node.cast(Calls.call(Op.DIVIDE, sum, Node.constant((double) n)), dtype);
  }

  static Expr variance(Expr x, Reducer.Options o) {
    refuseComplex("var", x);
    DType dtype = o.dtype() == null ? floating(x).dtype() : o.dtype();
    Expr moment =
        reduce(
            "var",
            Accumulation.MOMENT,
            Node.cast(x, DType.FLOAT64),
            DType.FLOAT64,
            o.keepDims(),
            o.axes());
    double divisor = Math.max(count(x, "var", o.axes()) - o.correction(), 0);
    return Node.cast(Calls.call(Op.DIVIDE, moment, Node.constant(divisor)), dtype);
  }

  static Expr deviation(Expr x, Reducer.Options o) {
    return Calls.call(Op.SQRT, variance(x, o));
  }

  /** How many elements a bool expression is true for. */
  static Expr count(Expr truths, Reducer.Options o) {
    return reduce("countNonzero", Accumulation.SUM, truths, DType.INT64, o.keepDims(), o.axes());
  }

  static Expr nonzero(Expr x) {
    return Node.cast(x, DType.BOOL);
  }

  static Expr any(Expr x, Reducer.Options o) {
    return Calls.call(Op.NOT_EQUAL, count(nonzero(x), o), Node.constant(0));
  }

  static Expr all(Expr x, Reducer.Options o) {
    Expr others = Calls.call(Op.LOGICAL_NOT, nonzero(x));
    return Calls.call(Op.EQUAL, count(others, o), Node.constant(0));
  }

  static Expr nanSum(Expr x, Reducer.Options o) {
    Expr numbers = Calls.call(Op.WHERE, Calls.call(Op.ISNAN, x), Node.constant(0), x);
    return sum(Accumulation.SUM, numbers, o);
  }

  /** NaN where there are only NaNs. */
  static Expr nanExtremum(Accumulation kind, Expr x, Reducer.Options o) {
    if (!x.dtype().isFloat()) {
      return extremum(kind, x, o);
    }
    double filler = kind == Accumulation.MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    Expr isNan = Calls.call(Op.ISNAN, x);
    Expr filled = Calls.call(Op.WHERE, isNan, Node.constant(filler), x);
    Expr some = any(Calls.call(Op.LOGICAL_NOT, isNan), o);
    return Calls.call(Op.WHERE, some, extremum(kind, filled, o), Node.constant(Double.NaN));
  }

  static Expr nanMean(Expr x, Reducer.Options o) {
    Expr numbers = floating(x);
    Expr isNan = Calls.call(Op.ISNAN, numbers);
    Expr filled = Calls.call(Op.WHERE, isNan, Node.constant(0), numbers);
    DType accumulator = Accumulation.accumulator(numbers.dtype());
    Expr sum = reduce("nanmean", Accumulation.SUM, filled, accumulator, o.keepDims(), o.axes());
    Expr n = count(Calls.call(Op.LOGICAL_NOT, isNan), o);
    return Node.cast(Calls.call(Op.DIVIDE, sum, Node.cast(n, DType.FLOAT64)), numbers.dtype());
  }

  /** max + log(sum(exp(x - max))), with 0 in place of an infinite maximum. */
  static Expr logSumExp(Expr x, Reducer.Options o) {
    refuseComplex("logsumexp", x);
    Expr numbers = floating(x);
    Expr most = extremum(Accumulation.MAX, numbers, o.keeping(true));
    Expr shifted = Calls.call(Op.EXP, Calls.call(Op.SUBTRACT, numbers, finite(most)));
    Expr sum = sum(Accumulation.SUM, shifted, o);
    Expr shift = finite(o.keepDims() ? most : extremum(Accumulation.MAX, numbers, o));
    return Calls.call(Op.ADD, Calls.call(Op.LOG, sum), shift);
  }

  private static Expr finite(Expr x) {
    return Calls.call(Op.WHERE, Calls.call(Op.ISFINITE, x), x, Node.constant(0));
  }

  static Expr norm(Expr x, Reducer.Options o) {
    Expr sizes = Calls.call(Op.ABS, floating(x));
    double order = o.order();
    if (order == Double.POSITIVE_INFINITY) {
      return extremum(Accumulation.MAX, sizes, o);
    }
    if (order == Double.NEGATIVE_INFINITY) {
      return extremum(Accumulation.MIN, sizes, o);
    }
    if (order == 0) {
      return Node.cast(count(nonzero(sizes), o), sizes.dtype());
    }
    if (order == 1) {
      return sum(Accumulation.SUM, sizes, o);
    }
    if (order == 2) {
      return Calls.call(Op.SQRT, sum(Accumulation.SUM, Calls.call(Op.SQUARE, sizes), o));
    }
    Expr powers = sum(Accumulation.SUM, Calls.call(Op.POW, sizes, Node.constant(order)), o);
    return Calls.call(Op.POW, powers, Node.constant(1 / order));
  }

  static Expr scan(Accumulation kind, Expr x, Reducer.Options o) {
    String function = kind == Accumulation.SUM ? "cumulativeSum" : "cumulativeProd";
    int ndim = Node.shapeOf(x).length;
    if (o.axes().length > 1 || o.axes().length == 0 && ndim != 1) {
      throw new IllegalArgumentException(
          function + " takes one axis; only for one dimension may it be left out");
    }
    int axis = Broadcasting.axes(function, o.axes(), ndim)[0];
    DType dtype = o.dtype() == null ? summed(x.dtype()) : o.dtype();
    Expr operand = Node.cast(Node.cast(x, dtype), Accumulation.accumulator(dtype));
    return Node.cast(new Node.Scan(kind, operand, axis), dtype);
  }

  private static Expr floating(Expr x) {
    return x.dtype().isFloat() || x.dtype().isComplex() ? x : Node.cast(x, DType.FLOAT64);
  }

  private static void refuseComplex(String function, Expr x) {
    if (x.dtype().isComplex()) {
      throw new IllegalArgumentException(
          function + ": complex numbers have no order; take real(x), imag(x) or abs(x)");
    }
  }
}
