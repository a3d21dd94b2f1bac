package io.sharray.internal.expression;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.internal.Access;
import io.sharray.internal.array.Geometry;
import io.sharray.internal.array.Shapes;
import io.sharray.internal.segment.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

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
      Pass pass = new Pass(parts.resolve(expr));
      if (!pass.overlaps(out)) {
        pass.run(out);
        return out;
      }
      try (NDArray temporary = Access.allocate(out.dtype(), out.shape())) {
        pass.run(temporary);
        new Pass(temporary).run(out);
      }
      return out;
    }
  }

  /**
   * Evaluates one element.
   *
   * @param expr what
   * @return its value
   */
  public static double item(Expr expr) {
    if (Broadcasting.count(Node.shapeOf(expr)) != 1) {
      throw new IllegalArgumentException(
          "item needs one element, but the shape is "
              + Shapes.text(Node.shapeOf(expr))
              + "; use eval, or reduce it");
    }
    try (Parts parts = new Parts()) {
      Expr resolved = parts.resolve(Node.asFloat(expr));
      if (resolved instanceof Node.Constant constant) {
        return constant.value;
      }
      // The sum of one element is the element, bit for bit.
      Expr whole =
          resolved instanceof Node.Reduction ? resolved : Node.reduce(Reducer.SUM, resolved, false);
      return new Pass(whole).run(null);
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

  private static void checkTarget(Expr expr, NDArray out) {
    if (out.dtype() != expr.dtype()) {
      throw new IllegalArgumentException(
          "into: the expression is "
              + expr.dtype()
              + ", but the target "
              + out.dtype()
              + "; create the target with "
              + expr.dtype());
    }
    if (!Arrays.equals(Node.shapeOf(expr), out.shape())) {
      throw new IllegalArgumentException(
          "into: the expression has shape "
              + Shapes.text(Node.shapeOf(expr))
              + ", but the target "
              + Shapes.text(out.shape())
              + "; they must be equal");
    }
    View view = Access.view(out);
    // Broadcast views are read-only too, but attaching again would not help.
    if (new Geometry(0, view.shape(), view.strides()).repeats()) {
      throw new IllegalArgumentException(
          "into: the target is a broadcast view, whose elements share memory; copy it");
    }
    if (view.readOnly()) {
      throw new IllegalArgumentException("into: the target is read-only; attach it for writing");
    }
  }

  /** The values of the reductions inside an expression, while it is evaluated. */
  private static final class Parts implements AutoCloseable {
    private final Map<Expr, Expr> known = new IdentityHashMap<>();
    private final List<NDArray> temporaries = new ArrayList<>();

    /**
     * The same expression with every inner reduction replaced by its value; a reduction at the root
     * stays.
     */
    Expr resolve(Expr expr) {
      if (!Node.reduces(expr)) {
        return expr;
      }
      if (expr instanceof Node.Reduction reduction) {
        Expr operand = resolve(reduction.operand);
        operand = operand instanceof Node.Reduction inner ? value(inner) : operand;
        return operand == reduction.operand
            ? reduction
            : new Node.Reduction(reduction.reducer, operand, reduction.axes, reduction.shape);
      }
      Expr found = known.get(expr);
      if (found == null) {
        found = rebuild((Node.Call) expr);
        known.put(expr, found);
      }
      return found;
    }

    private Expr rebuild(Node.Call call) {
      Expr[] operands = new Expr[call.operands.length];
      for (int i = 0; i < operands.length; i++) {
        Expr operand = call.operands[i];
        Expr resolved = known.get(operand);
        if (resolved == null) {
          resolved = resolve(operand);
          resolved = resolved instanceof Node.Reduction reduction ? value(reduction) : resolved;
          known.put(operand, resolved);
        }
        operands[i] = resolved;
      }
      return Node.call(call.op, operands);
    }

    private Expr value(Node.Reduction reduction) {
      Pass pass = new Pass(reduction);
      if (reduction.shape.length == 0) {
        return Node.constant(pass.run(null));
      }
      NDArray temporary = Access.allocate(DType.FLOAT64, reduction.shape);
      temporaries.add(temporary);
      pass.run(temporary);
      return temporary;
    }

    @Override
    public void close() {
      temporaries.forEach(NDArray::close);
    }
  }
}
