package io.sharray;

import io.sharray.internal.expression.Evaluation;
import io.sharray.internal.expression.Node;
import io.sharray.internal.expression.Op;

/**
 * A recipe for an array: arrays, numbers, functions and reductions of them. It is immutable and
 * does no work until {@link #eval}, {@link #into} or {@link #item} runs it; operands are read then,
 * in one pass where the data needs one. An {@link NDArray} is the simplest expression.
 *
 * <p>Operands of a function are broadcast: shapes are aligned at their last dimension, and a
 * dimension of length 1 is repeated. Numbers take the dtype of the array they meet. Thread-safe.
 */
public abstract sealed class Expr permits NDArray, Node {
  /** For the two kinds of expression. */
  protected Expr() {}

  /**
   * The dtype of the result.
   *
   * @return the dtype
   */
  public abstract DType dtype();

  /**
   * The shape of the result.
   *
   * @return a fresh array of dimension lengths, empty for a scalar
   */
  public abstract long[] shape();

  /**
   * Evaluates into a new array in the default storage.
   *
   * @return the new array, to be closed by the caller
   * @throws IllegalStateException if an operand is closed
   * @throws SharedMemoryExhaustedException if there is no room for the result
   */
  public NDArray eval() {
    return Evaluation.eval(this);
  }

  /**
   * Evaluates into an existing array, which may be an operand or overlap one.
   *
   * @param out receives the result; its shape and dtype must be those of the expression. Random
   *     numbers without a shape take its shape
   * @return {@code out}
   * @throws IllegalArgumentException if shape or dtype differ, or {@code out} is read-only
   * @throws IllegalStateException if an operand or {@code out} is closed
   */
  public NDArray into(NDArray out) {
    return Evaluation.into(this, out);
  }

  /**
   * Evaluates an expression of one element.
   *
   * @return its value; 1 or 0 for a bool
   * @throws IllegalArgumentException if the result has more or fewer elements than one, or is
   *     complex
   * @throws IllegalStateException if an operand is closed
   */
  public double item() {
    return Evaluation.item(this);
  }

  /**
   * Evaluates an expression of one element whose value is a whole number.
   *
   * @return its value; 1 or 0 for a bool
   * @throws IllegalArgumentException if the result has more or fewer elements than one
   * @throws ArithmeticException if the value is not a whole number in the range of {@code long}
   * @throws IllegalStateException if an operand is closed
   */
  public long itemLong() {
    return Evaluation.itemLong(this);
  }

  /**
   * Evaluates an expression of one element as a complex number.
   *
   * @return its value; real ones have the imaginary part 0
   * @throws IllegalArgumentException if the result has more or fewer elements than one
   * @throws IllegalStateException if an operand is closed
   */
  public Complex itemComplex() {
    return Evaluation.itemComplex(this);
  }

  /**
   * The same values in another dtype. Integers wrap; floats become integers by rounding toward 0,
   * with the nearest integer for those out of range and 0 for NaN; numbers become bools by
   * comparison with 0; bools become 0 and 1.
   *
   * @param dtype the dtype wanted
   * @return the expression
   * @throws IllegalArgumentException if complex numbers were to become real
   */
  public Expr astype(DType dtype) {
    return Node.cast(this, dtype);
  }

  /**
   * Tells how the expression would be evaluated: passes, temporaries, kernels, threads and why.
   *
   * @return several lines of text
   */
  public String explain() {
    return Evaluation.explain(this);
  }

  /**
   * The sum {@code this + other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr plus(Expr other) {
    return Node.call(Op.ADD, this, other);
  }

  /**
   * The sum {@code this + other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr plus(double other) {
    return plus(Node.constant(other));
  }

  /**
   * The sum {@code this + other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr plus(long other) {
    return plus(Node.constant(other));
  }

  /**
   * The sum {@code this + other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr plus(Complex other) {
    return plus(Node.constant(other));
  }

  /**
   * The difference {@code this - other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr minus(Expr other) {
    return Node.call(Op.SUBTRACT, this, other);
  }

  /**
   * The difference {@code this - other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr minus(double other) {
    return minus(Node.constant(other));
  }

  /**
   * The difference {@code this - other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr minus(long other) {
    return minus(Node.constant(other));
  }

  /**
   * The difference {@code this - other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr minus(Complex other) {
    return minus(Node.constant(other));
  }

  /**
   * The product {@code this * other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr times(Expr other) {
    return Node.call(Op.MULTIPLY, this, other);
  }

  /**
   * The product {@code this * other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr times(double other) {
    return times(Node.constant(other));
  }

  /**
   * The product {@code this * other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr times(long other) {
    return times(Node.constant(other));
  }

  /**
   * The product {@code this * other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr times(Complex other) {
    return times(Node.constant(other));
  }

  /**
   * The quotient {@code this / other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr div(Expr other) {
    return Node.call(Op.DIVIDE, this, other);
  }

  /**
   * The quotient {@code this / other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr div(double other) {
    return div(Node.constant(other));
  }

  /**
   * The quotient {@code this / other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr div(long other) {
    return div(Node.constant(other));
  }

  /**
   * The quotient {@code this / other}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr div(Complex other) {
    return div(Node.constant(other));
  }

  /**
   * The truncated remainder {@code this % other}, with the sign of {@code this}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr rem(Expr other) {
    return Node.call(Op.FMOD, this, other);
  }

  /**
   * The truncated remainder {@code this % other}, with the sign of {@code this}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr rem(double other) {
    return rem(Node.constant(other));
  }

  /**
   * The truncated remainder {@code this % other}, with the sign of {@code this}.
   *
   * @param other the second operand
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong
   */
  public Expr rem(long other) {
    return rem(Node.constant(other));
  }

  /**
   * The negation {@code -this}.
   *
   * @return the expression
   * @throws IllegalArgumentException if the dtype is wrong
   */
  public Expr unaryMinus() {
    return Node.call(Op.NEGATIVE, this);
  }
}
