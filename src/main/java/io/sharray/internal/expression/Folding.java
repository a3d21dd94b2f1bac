package io.sharray.internal.expression;

import io.sharray.DType;

/** Computes functions of constants: in Java where it has the bits of the kernels, else by them. */
final class Folding {
  private Folding() {}

  /** The value of a node whose operands are constants. */
  static Constant fold(Node node, boolean weak) {
    Constant value = node instanceof Node.Call call ? inJava(call) : null;
    if (value == null) {
      value = Evaluation.constant(node);
    }
    return weak ? value.asWeak() : value;
  }

  private static Constant inJava(Node.Call call) {
    Constant x = (Constant) call.operands[0];
    Constant y = call.operands.length > 1 ? (Constant) call.operands[1] : x;
    if (x.dtype() == DType.FLOAT64 && call.dtype() == DType.FLOAT64) {
      return floats(call.op, x.re(), y.re());
    }
    return x.dtype() == DType.INT64 && call.dtype() == DType.INT64
        ? wholes(call.op, x.low, y.low)
        : null;
  }

  private static Constant floats(Op op, double x, double y) {
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

  private static Constant wholes(Op op, long x, long y) {
    return switch (op) {
      case ADD -> Constant.strong(DType.INT64, x + y, 0);
      case SUBTRACT -> Constant.strong(DType.INT64, x - y, 0);
      case MULTIPLY -> Constant.strong(DType.INT64, x * y, 0);
      case NEGATIVE -> Constant.strong(DType.INT64, -x, 0);
      default -> null;
    };
  }

  private static Constant number(double value) {
    return Constant.strong(DType.FLOAT64, Double.doubleToRawLongBits(value), 0);
  }
}
