package io.sharray.internal.expression;

import io.sharray.DType;
import io.sharray.Expr;

/** Computes functions of constants where Java's arithmetic has the same bits as the kernels. */
final class Folding {
  private Folding() {}

  /** The value, or null where it is left to the kernels. */
  static Node.Constant fold(Op op, Expr[] operands) {
    for (Expr operand : operands) {
      if (!(operand instanceof Node.Constant)) {
        return null;
      }
    }
    double x = value(operands, 0);
    double y = operands.length > 1 ? value(operands, 1) : 0;
    return switch (op) {
      case ADD -> number(x + y);
      case SUBTRACT -> number(x - y);
      case MULTIPLY -> number(x * y);
      case DIVIDE -> number(x / y);
      case NEGATIVE -> number(-x);
      case ABS -> number(Math.abs(x));
      case SQRT -> number(Math.sqrt(x));
      case SQUARE -> number(x * x);
      case RECIPROCAL -> number(1 / x);
      default -> null;
    };
  }

  private static double value(Expr[] operands, int i) {
    return ((Node.Constant) operands[i]).value;
  }

  private static Node.Constant number(double value) {
    return new Node.Constant(DType.FLOAT64, value);
  }
}
