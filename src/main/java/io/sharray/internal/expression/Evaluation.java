package io.sharray.internal.expression;

import io.sharray.Complex;
import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.internal.Access;
import io.sharray.internal.array.Geometry;
import io.sharray.internal.array.Shapes;
import io.sharray.internal.segment.View;
import java.util.Arrays;

/** Runs expressions: one pass for each reduction inside, then one for the expression itself. */
public final class Evaluation {
  private Evaluation() {}

  /**
   * Evaluates into a new array.
   *
   * @param expr what
   * @return the new array
   */
  public static NDArray eval(Expr expr) {
    Broadcasting.count(Node.shapeOf(expr));
    NDArray out = Access.allocate(expr.dtype(), expr.shape());
    try {
      return into(expr, out);
    } catch (Throwable e) {
      out.close();
      throw e;
    }
  }

  /**
   * Evaluates into an existing array.
   *
   * @param expr what
   * @param out where
   * @return {@code out}
   */
  public static NDArray into(Expr expr, NDArray out) {
    checkTarget(expr, out);
    try (Parts parts = new Parts()) {
      Expr resolved = parts.resolve(expr);
      Pass pass =
          Node.isOpen(resolved)
              ? Pass.storing(resolved, Access.view(out).shape())
              : Pass.of(resolved);
      if (!pass.overlaps(out)) {
        pass.run(out);
        return out;
      }
      try (NDArray temporary = Access.allocate(out.dtype(), out.shape())) {
        pass.run(temporary);
        Pass.of(temporary).run(out);
      }
      return out;
    }
  }

  /**
   * Evaluates one real element.
   *
   * @param expr what
   * @return its value, 1 or 0 for a bool
   */
  public static double item(Expr expr) {
    if (expr.dtype().isComplex()) {
      throw new IllegalArgumentException(
          "item: the value is " + expr.dtype() + "; use itemComplex");
    }
    return single("item", expr).re();
  }

  /**
   * Evaluates one element that is a whole number.
   *
   * @param expr what
   * @return its value, 1 or 0 for a bool
   */
  public static long itemLong(Expr expr) {
    if (expr.dtype().isComplex()) {
      throw new IllegalArgumentException(
          "itemLong: the value is " + expr.dtype() + "; use itemComplex");
    }
    Constant value = single("itemLong", expr);
    if (value.isWhole()) {
      if (value.dtype() == DType.UINT64 && value.low < 0) {
        throw new ArithmeticException(
            Long.toUnsignedString(value.low) + " is beyond the range of long; use item");
      }
      return value.low;
    }
    double number = value.re();
    if (number != Math.rint(number) || Math.abs(number) >= 0x1p63) {
      throw new ArithmeticException(
          number + " is not a whole number in the range of long; use item");
    }
    return (long) number;
  }

  /**
   * Evaluates one element.
   *
   * @param expr what
   * @return its value; a real one has the imaginary part 0
   */
  public static Complex itemComplex(Expr expr) {
    Constant value = single("itemComplex", expr);
    return new Complex(value.re(), value.im());
  }

  private static Constant single(String method, Expr expr) {
    if (Broadcasting.count(Node.shapeOf(expr)) != 1) {
      throw new IllegalArgumentException(
          method
              + " needs one element, but the shape is "
              + Shapes.text(Node.shapeOf(expr))
              + "; use eval, or reduce it");
    }
    try (Parts parts = new Parts()) {
      Expr resolved = parts.resolve(expr);
      if (resolved instanceof Node.Reduction reduction) {
        return parts.number(reduction);
      }
      return resolved instanceof Constant constant ? constant : constant(resolved);
    }
  }

  /** Evaluates an expression of one element without reductions inside. */
  static Constant constant(Expr expr) {
    try (NDArray temporary = Access.allocate(expr.dtype(), Node.shapeOf(expr).clone())) {
      Pass.of(expr).run(temporary);
      return Parts.read(temporary);
    }
  }

  /**
   * Describes the passes.
   *
   * @param expr what
   * @return the description
   */
  public static String explain(Expr expr) {
    return Explanation.of(expr);
  }

  /** Whether it is stored in a shape: its own, or for open ones one that it broadcasts to. */
  private static boolean fits(Expr expr, long[] shape) {
    long[] own = Node.shapeOf(expr);
    if (!Node.isOpen(expr) || own.length > shape.length) {
      return Arrays.equals(own, shape);
    }
    for (int back = 1; back <= own.length; back++) {
      long length = own[own.length - back];
      if (length != 1 && length != shape[shape.length - back]) {
        return false;
      }
    }
    return true;
  }

  private static void checkTarget(Expr expr, NDArray out) {
    View view = Access.view(out);
    if (out.dtype() != expr.dtype()) {
      throw new IllegalArgumentException(
          "into: the expression is "
              + expr.dtype()
              + ", but the target "
              + out.dtype()
              + "; create the target with "
              + expr.dtype()
              + ", or convert, as in x.astype(DType."
              + out.dtype().name()
              + ")");
    }
    if (!fits(expr, view.shape())) {
      throw new IllegalArgumentException(
          "into: the expression has shape "
              + Shapes.text(Node.shapeOf(expr))
              + ", but the target "
              + Shapes.text(view.shape())
              + (Node.isOpen(expr) ? "; it must broadcast to that" : "; they must be equal"));
    }
    // Broadcast views are read-only too, but attaching again would not help.
    if (new Geometry(0, view.shape(), view.strides()).repeats()) {
      throw new IllegalArgumentException(
          "into: the target is a broadcast view, whose elements share memory; copy it");
    }
    if (view.readOnly()) {
      throw new IllegalArgumentException("into: the target is read-only; attach it for writing");
    }
  }
}
