package io.sharray.internal.expression;

import io.sharray.Complex;
import io.sharray.DType;
import io.sharray.Expr;

/**
 * An expression that is not an array. Shapes and dtypes are checked when a node is made, so that
 * the exception points at the line of the mistake. All operands of a call have the dtype that it is
 * computed in: conversions are nodes too.
 */
public abstract sealed class Node extends Expr
    permits Constant, Draw, Node.Call, Node.Cast, Node.Reduction, Node.Scan {
  private static final int MAX_DEPTH = 1000;

  private final DType dtype;
  final long[] shape;
  private final int depth;

  /** Whether it takes the shape of the pass that it is in: random numbers without a shape. */
  private final boolean open;

  Node(DType dtype, long[] shape, Expr... operands) {
    this(dtype, shape, false, operands);
  }

  Node(DType dtype, long[] shape, boolean isOpen, Expr... operands) {
    this.depth = 1 + deepest(operands);
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "the expression is nested more than "
              + MAX_DEPTH
              + " levels deep; evaluate a part of it first");
    }
    this.dtype = dtype;
    this.shape = shape;
    boolean found = isOpen;
    for (Expr operand : operands) {
      found |= isOpen(operand);
    }
    this.open = found && !(this instanceof Reduction) && !(this instanceof Scan);
  }

  @Override
  public final DType dtype() {
    return dtype;
  }

  @Override
  public final long[] shape() {
    return shape.clone();
  }

  /** A function of operands. */
  static final class Call extends Node {
    final Op op;
    final Expr[] operands;
    final boolean reduces;

    Call(Op op, Expr[] operands, DType dtype, long[] shape) {
      super(dtype, shape, operands);
      this.op = op;
      this.operands = operands;
      boolean found = false;
      for (Expr operand : operands) {
        found |= reduces(operand);
      }
      this.reduces = found;
    }

    /** The instruction word's opcode. */
    int opcode() {
      return Opcodes.of(op, operands[operands.length - 1].dtype());
    }
  }

  /** The same values in another dtype. */
  static final class Cast extends Node {
    final Expr operand;

    Cast(Expr operand, DType dtype) {
      super(dtype, shapeOf(operand), operand);
      this.operand = operand;
    }
  }

  /** A native reduction over some axes, whose operand has the dtype of an accumulator. */
  static final class Reduction extends Node {
    final Accumulation kind;
    final Expr operand;
    final int[] axes;

    Reduction(Accumulation kind, Expr operand, int[] axes, long[] shape) {
      super(kind.result(operand.dtype()), shape, operand);
      this.kind = kind;
      this.operand = operand;
      this.axes = axes;
    }
  }

  /** The reductions of all elements up to each along an axis. */
  static final class Scan extends Node {
    final Accumulation kind;
    final Expr operand;
    final int axis;

    Scan(Accumulation kind, Expr operand, int axis) {
      super(operand.dtype(), shapeOf(operand), operand);
      this.kind = kind;
      this.operand = operand;
      this.axis = axis;
    }
  }

  /**
   * A number, which takes part in the arithmetic of the arrays it meets.
   *
   * @param value the number
   * @return the constant
   */
  public static Node constant(double value) {
    return Constant.weak(value);
  }

  /**
   * A whole number, which takes part in the arithmetic of the arrays it meets.
   *
   * @param value the number
   * @return the constant
   */
  public static Node constant(long value) {
    return Constant.weak(value);
  }

  /**
   * A uint64 number.
   *
   * @param bits its bits
   * @return the constant
   */
  public static Node constantUnsigned(long bits) {
    return Constant.strong(DType.UINT64, bits, 0);
  }

  /**
   * A complex number, which takes part in the arithmetic of the arrays it meets.
   *
   * @param value the number
   * @return the constant
   */
  public static Node constant(Complex value) {
    return Constant.weak(value);
  }

  /**
   * A truth value.
   *
   * @param value the truth value
   * @return the constant
   */
  public static Node constant(boolean value) {
    return Constant.weak(value);
  }

  /**
   * A function of broadcast operands.
   *
   * @param op the function
   * @param operands as many as its arity
   * @return the call, or what is the same: a constant where the result is known, or an operand
   *     where the function changes nothing
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public static Expr call(Op op, Expr... operands) {
    return Calls.call(op, operands);
  }

  /**
   * The same values in another dtype.
   *
   * @param expr the values
   * @param dtype the dtype wanted
   * @return the conversion, or the expression itself if it has the dtype
   * @throws IllegalArgumentException if complex numbers were to become real
   */
  public static Expr cast(Expr expr, DType dtype) {
    return Calls.cast(expr, dtype);
  }

  /**
   * The same number in the place of every element.
   *
   * @param expr what has the shape and dtype
   * @param number 0 or 1
   * @return the expression
   */
  public static Expr filled(Expr expr, int number) {
    return Powers.filled(expr, number);
  }

  /** The shape, not to be modified. */
  static long[] shapeOf(Expr expr) {
    return expr instanceof Node node ? node.shape : expr.shape();
  }

  /** Whether there is a reduction or a scan in it. */
  static boolean reduces(Expr expr) {
    return expr instanceof Reduction
        || expr instanceof Scan
        || expr instanceof Call call && call.reduces
        || expr instanceof Draw draw && draw.reduces
        || expr instanceof Cast cast && reduces(cast.operand);
  }

  /** Whether it has one number for each element of whatever it is stored in. */
  static boolean isOpen(Expr expr) {
    return expr instanceof Node node && node.open;
  }

  private static int deepest(Expr... operands) {
    int deepest = 0;
    for (Expr operand : operands) {
      deepest = Math.max(deepest, operand instanceof Node node ? node.depth : 1);
    }
    return deepest;
  }
}
