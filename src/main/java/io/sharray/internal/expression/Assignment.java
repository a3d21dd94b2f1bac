package io.sharray.internal.expression;

import io.sharray.DType;
import io.sharray.Expr;

/** Conversions that an assignment does by itself. */
public final class Assignment {
  private Assignment() {}

  /**
   * Values in the dtype of an array they are assigned to.
   *
   * @param values the values
   * @param dtype of the array
   * @return the converted values
   * @throws IllegalArgumentException if the dtype is of a narrower kind
   */
  public static Expr converted(Expr values, DType dtype) {
    if (values instanceof Constant constant && constant.weak && !dtype.isInteger()) {
      return Calls.cast(values, dtype);
    }
    if (Typing.level(values.dtype()) > Typing.level(dtype)) {
      throw new IllegalArgumentException(
          "assign: "
              + values.dtype()
              + " values do not become "
              + dtype
              + " by themselves; convert them, as in x.astype(DType."
              + dtype.name()
              + ")");
    }
    return Calls.cast(values, dtype);
  }
}
