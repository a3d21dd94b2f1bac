package io.sharray.internal.formula;

import io.sharray.Complex;
import io.sharray.Expr;
import io.sharray.internal.expression.Node;
import java.math.BigInteger;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Values of variables as expressions. */
public final class Values {
  private Values() {}

  /**
   * The expression that a value stands for.
   *
   * @param name of the variable, for the message
   * @param value an expression, a number or a truth value
   * @return the expression
   * @throws IllegalArgumentException if it is something else, or a whole number that does not fit
   *     64 bits
   */
  public static Expr of(String name, Object value) {
    if (value instanceof Expr expr) {
      return expr;
    }
    if (value instanceof Number number) {
      return of(name, number);
    }
    if (value instanceof Boolean truth) {
      return Node.constant(truth);
    }
    if (value instanceof Complex complex) {
      return Node.constant(complex);
    }
    throw new IllegalArgumentException(
        "the value of '"
            + name
            + "' is a "
            + value.getClass().getName()
            + "; it must be an array, an expression, a number, a Complex or a Boolean");
  }

  private static Expr of(String name, Number value) {
    if (value instanceof Integer
        || value instanceof Long
        || value instanceof Short
        || value instanceof Byte
        || value instanceof AtomicInteger
        || value instanceof AtomicLong) {
      return Node.constant(value.longValue());
    }
    if (value instanceof BigInteger whole) {
      return Wholes.constant(whole)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "the value of '" + name + "' does not fit 64 bits; pass a double"));
    }
    return Node.constant(value.doubleValue());
  }
}
