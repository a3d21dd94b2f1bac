package io.sharray.internal.formula;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.internal.expression.Node;
import io.sharray.internal.expression.Op;
import io.sharray.internal.expression.Reducer;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A step of a compiled formula, which makes an expression of the values of earlier steps. Equal
 * steps make the same. Immutable.
 */
sealed interface Step {
  /** The places of what it reads. */
  List<Integer> operands();

  /**
   * Makes the expression.
   *
   * @param values what is at the places that it reads
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  Expr make(Expr[] values);

  /** Makes the expression of the values of all steps, by place. */
  default Expr makeOf(IntFunction<Expr> all) {
    Expr[] values = new Expr[operands().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = all.apply(operands().get(i));
    }
    return make(values);
  }

  /** A function. */
  record Call(Op op, List<Integer> operands) implements Step {
    @Override
    public Expr make(Expr[] values) {
      return Node.call(op, values);
    }
  }

  /** A conversion. */
  record Cast(DType dtype, List<Integer> operands) implements Step {
    @Override
    public Expr make(Expr[] values) {
      return Node.cast(values[0], dtype);
    }
  }

  /** The same number in the place of every element. */
  record Filled(int number, List<Integer> operands) implements Step {
    @Override
    public Expr make(Expr[] values) {
      return Node.filled(values[0], number);
    }
  }

  /** A reduction. */
  record Reduction(
      Reducer reducer,
      List<Integer> operands,
      List<Integer> axes,
      boolean keepDims,
      DType dtype,
      double correction,
      double order)
      implements Step {
    @Override
    public Expr make(Expr[] values) {
      int[] dimensions = axes.stream().mapToInt(Integer::intValue).toArray();
      return reducer.of(
          values[0], new Reducer.Options(dimensions, keepDims, dtype, correction, order));
    }
  }
}
