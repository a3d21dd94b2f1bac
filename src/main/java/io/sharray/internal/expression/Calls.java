package io.sharray.internal.expression;

import io.sharray.DType;
import io.sharray.Expr;
import java.util.Arrays;

/** Makes calls: finds the dtype to compute in, converts the operands, and folds what is known. */
final class Calls {
  private Calls() {}

  static Expr call(Op op, Expr... operands) {
    if (operands.length != op.arity()) {
      throw new IllegalArgumentException(
          op.functionName() + " takes " + op.arity() + " operands, not " + operands.length);
    }
    if (op == Op.POW) {
      Expr simple = Powers.simple(operands[0], operands[1]);
      if (simple != null) {
        return simple;
      }
    }
    boolean select = op.kind() == Op.Kind.SELECT;
    if (select && operands[0].dtype() != DType.BOOL) {
      throw new IllegalArgumentException(
          op.functionName()
              + ": operand 1 is "
              + operands[0].dtype()
              + ", but bool is needed; compare it, as in notEqual(x, 0)");
    }
    Expr[] values = select ? Arrays.copyOfRange(operands, 1, operands.length) : operands;
    DType common = Typing.common(op.functionName(), values);
    Expr same = sameAs(op, common, operands);
    return same != null ? same : typed(op, Typing.computing(op, common), operands);
  }

  /** What gives the same without this function, or null. */
  private static Expr sameAs(Op op, DType common, Expr[] operands) {
    boolean bool = common == DType.BOOL;
    boolean whole = bool || common.isInteger();
    return switch (op) {
      case POSITIVE -> bool ? null : operands[0];
      case CEIL, FLOOR, TRUNC, ROUND, RINT, NAN_TO_NUM -> whole ? operands[0] : null;
      case CONJ, REAL -> common.isComplex() ? null : operands[0];
      case ISNAN, ISINF -> whole ? call(Op.NOT_EQUAL, operands[0], operands[0]) : null;
      case ISFINITE -> whole ? call(Op.EQUAL, operands[0], operands[0]) : null;
      case BITWISE_AND -> bool ? call(Op.LOGICAL_AND, operands) : null;
      case BITWISE_OR -> bool ? call(Op.LOGICAL_OR, operands) : null;
      case BITWISE_XOR, NOT_EQUAL -> bool ? call(Op.LOGICAL_XOR, operands) : null;
      case BITWISE_INVERT -> bool ? call(Op.LOGICAL_NOT, operands) : null;
      case EQUAL -> bool ? call(Op.LOGICAL_NOT, call(Op.LOGICAL_XOR, operands)) : null;
      default -> null;
    };
  }

  private static Expr typed(Op op, DType computing, Expr[] operands) {
    Expr[] converted = new Expr[operands.length];
    long[] shape = Broadcasting.SCALAR;
    boolean known = true;
    boolean weak = true;
    for (int i = 0; i < operands.length; i++) {
      shape = Broadcasting.broadcast(op.functionName(), shape, Node.shapeOf(operands[i]));
      boolean mask = op.kind() == Op.Kind.SELECT && i == 0;
      converted[i] = mask ? operands[i] : promote(op.functionName(), operands[i], computing);
      known &= operands[i] instanceof Constant;
      weak &= operands[i] instanceof Constant constant && constant.weak;
    }
    Node.Call call = new Node.Call(op, converted, Typing.result(op, computing), shape);
    return known ? Folding.fold(call, weak) : call;
  }

  static Expr promote(String function, Expr operand, DType dtype) {
    return operand instanceof Constant constant && constant.weak
        ? constant.to(function, dtype)
        : cast(operand, dtype);
  }

  static Expr cast(Expr expr, DType dtype) {
    if (expr.dtype() == dtype) {
      return expr instanceof Constant constant ? constant.asStrong() : expr;
    }
    if (expr.dtype().isComplex() && !dtype.isComplex() && dtype != DType.BOOL) {
      throw new IllegalArgumentException(
          "astype: "
              + expr.dtype()
              + " has no "
              + dtype
              + " value; take real(x), imag(x) or abs(x)");
    }
    Node.Cast cast = new Node.Cast(expr, dtype);
    return expr instanceof Constant ? Folding.fold(cast, false) : cast;
  }
}
