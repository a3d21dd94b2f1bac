package io.sharray.internal.expression;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.internal.array.Shapes;
import java.util.Arrays;

/**
 * An expression that is not an array. Shapes and dtypes are checked when a node is made, so that
 * the exception points at the line of the mistake.
 */
public abstract sealed class Node extends Expr permits Node.Constant, Node.Call, Node.Reduction {
  private static final int MAX_DEPTH = 1000;

  private final DType dtype;
  final long[] shape;
  private final int depth;

  private Node(DType dtype, long[] shape, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "the expression is nested more than "
              + MAX_DEPTH
              + " levels deep; evaluate a part of it first");
    }
    this.dtype = dtype;
    this.shape = shape;
    this.depth = depth;
  }

  @Override
  public final DType dtype() {
    return dtype;
  }

  @Override
  public final long[] shape() {
    return shape.clone();
  }

  /** A number, which takes part in the arithmetic of the array that it meets. */
  static final class Constant extends Node {
    final double value;

    Constant(DType dtype, double value) {
      super(dtype, Broadcasting.SCALAR, 1);
      this.value = value;
    }
  }

  /** A function of operands. */
  static final class Call extends Node {
    final Op op;
    final Expr[] operands;
    final boolean reduces;

    Call(Op op, Expr[] operands, DType dtype, long[] shape) {
      super(dtype, shape, 1 + deepest(operands));
      this.op = op;
      this.operands = operands;
      this.reduces = Arrays.stream(operands).anyMatch(Node::reduces);
    }
  }

  /** A reduction over some axes; {@code reducer} is one of the native ones. */
  static final class Reduction extends Node {
    final Reducer reducer;
    final Expr operand;
    final int[] axes;

    Reduction(Reducer reducer, Expr operand, int[] axes, long[] shape) {
      super(DType.FLOAT64, shape, 1 + deepest(operand));
      this.reducer = reducer;
      this.operand = operand;
      this.axes = axes;
    }
  }

  /**
   * A number.
   *
   * @param value the number
   * @return the constant
   */
  public static Node constant(double value) {
    return new Constant(DType.FLOAT64, value);
  }

  /**
   * A number.
   *
   * @param value the number, at most 2^53 in magnitude
   * @return the constant
   */
  public static Node constant(long value) {
    if ((long) (double) value != value || value == Long.MAX_VALUE) {
      throw new IllegalArgumentException(
          value + " has no exact float64 value; pass a double if a rounded one will do");
    }
    return new Constant(DType.FLOAT64, value);
  }

  /**
   * A truth value.
   *
   * @param value the truth value
   * @return the constant
   */
  public static Node constant(boolean value) {
    return new Constant(DType.BOOL, value ? 1 : 0);
  }

  /**
   * A function of broadcast operands.
   *
   * @param op the function
   * @param operands as many as its arity
   * @return the call, or a constant where the result is known
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public static Expr call(Op op, Expr... operands) {
    if (operands.length != op.arity()) {
      throw new IllegalArgumentException(
          op.functionName() + " takes " + op.arity() + " operands, not " + operands.length);
    }
    long[] shape = Broadcasting.SCALAR;
    for (int i = 0; i < operands.length; i++) {
      DType wanted =
          op.kind() == Op.Kind.BOOLS || op.kind() == Op.Kind.SELECT && i == 0
              ? DType.BOOL
              : DType.FLOAT64;
      requireDType(op.functionName(), i, operands[i], wanted);
      shape = Broadcasting.broadcast(op.functionName(), shape, shapeOf(operands[i]));
    }
    Constant known = Folding.fold(op, operands);
    if (known != null) {
      return known;
    }
    boolean number = op.kind() == Op.Kind.FLOATS || op.kind() == Op.Kind.SELECT;
    return new Call(op, operands.clone(), number ? DType.FLOAT64 : DType.BOOL, shape);
  }

  /**
   * A reduction. Bools are counted as 0 and 1 by sums and means.
   *
   * @param reducer which
   * @param operand what is reduced
   * @param keepDims whether reduced axes stay, with length 1
   * @param axes the axes, negative ones from the end; none means all
   * @return the reduction
   * @throws IllegalArgumentException if an axis is out of range or named twice, or a minimum or
   *     maximum has no elements
   */
  public static Expr reduce(Reducer reducer, Expr operand, boolean keepDims, int... axes) {
    long[] full = shapeOf(operand);
    int[] sorted = Broadcasting.axes(reducer.functionName(), axes, full.length);
    long[] kept = full.clone();
    long reduced = 1;
    for (int axis : sorted) {
      reduced = Math.multiplyExact(reduced, full[axis]);
      kept[axis] = 1;
    }
    long[] shape = keepDims ? kept : without(full, sorted);
    if (reducer == Reducer.MEAN) {
      return call(
          Op.DIVIDE,
          new Reduction(Reducer.SUM, asFloat(operand), sorted, shape),
          constant((double) reduced));
    }
    if (reducer != Reducer.SUM) {
      requireDType(reducer.functionName(), 0, operand, DType.FLOAT64);
      if (reduced == 0) {
        throw new IllegalArgumentException(
            reducer.functionName() + " of no elements has no value: shape " + Shapes.text(full));
      }
    }
    return new Reduction(reducer, asFloat(operand), sorted, shape);
  }

  /** The bools of an expression as the numbers 0 and 1; numbers as they are. */
  static Expr asFloat(Expr expr) {
    return expr.dtype() == DType.BOOL ? call(Op.WHERE, expr, constant(1.0), constant(0.0)) : expr;
  }

  /** The shape, not to be modified. */
  static long[] shapeOf(Expr expr) {
    return expr instanceof Node node ? node.shape : expr.shape();
  }

  /** Whether there is a reduction in it. */
  static boolean reduces(Expr expr) {
    return expr instanceof Reduction || expr instanceof Call call && call.reduces;
  }

  private static long[] without(long[] shape, int[] axes) {
    long[] left = new long[shape.length - axes.length];
    int at = 0;
    for (int d = 0; d < shape.length; d++) {
      if (Arrays.binarySearch(axes, d) < 0) {
        left[at++] = shape[d];
      }
    }
    return left;
  }

  private static int deepest(Expr... operands) {
    int deepest = 0;
    for (Expr operand : operands) {
      deepest = Math.max(deepest, operand instanceof Node node ? node.depth : 1);
    }
    return deepest;
  }

  private static void requireDType(String function, int operand, Expr expr, DType wanted) {
    if (expr.dtype() != wanted) {
      throw new IllegalArgumentException(
          function
              + ": operand "
              + (operand + 1)
              + " is "
              + expr.dtype()
              + ", but "
              + wanted
              + " is needed; "
              + (wanted == DType.BOOL ? "compare it, as in x != 0" : "use where(mask, 1.0, 0.0)"));
    }
  }
}
