package io.sharray.internal.formula;

import io.sharray.Expr;
import io.sharray.internal.expression.Node;
import io.sharray.internal.expression.Op;
import io.sharray.internal.expression.Reducer;

/** A part of a parsed formula: an expression in which variables have no values yet. Immutable. */
sealed interface Term {
  /**
   * Puts values in the places of variables.
   *
   * @param values the value of every variable, by index
   * @return the expression
   */
  Expr bind(Expr[] values);

  /** The number of levels below and including this one. */
  int depth();

  /** A number, whose node is made once. */
  record Number(double value, boolean integral, Expr node) implements Term {
    static Number of(double value) {
      return new Number(value, false, Node.constant(value));
    }

    static Number of(long value) {
      return new Number(value, true, Node.constant(value));
    }

    @Override
    public Expr bind(Expr[] values) {
      return node;
    }

    @Override
    public int depth() {
      return 1;
    }
  }

  /** True or False. */
  record Truth(Expr node) implements Term {
    static Truth of(boolean value) {
      return new Truth(Node.constant(value));
    }

    @Override
    public Expr bind(Expr[] values) {
      return node;
    }

    @Override
    public int depth() {
      return 1;
    }
  }

  /** A variable. */
  record Variable(int index) implements Term {
    @Override
    public Expr bind(Expr[] values) {
      return values[index];
    }

    @Override
    public int depth() {
      return 1;
    }
  }

  /** A function of one operand. */
  record Unary(Op op, Term x, int depth) implements Term {
    Unary(Op op, Term x) {
      this(op, x, x.depth() + 1);
    }

    @Override
    public Expr bind(Expr[] values) {
      return Node.call(op, x.bind(values));
    }
  }

  /** A function of two operands. */
  record Binary(Op op, Term x, Term y, int depth) implements Term {
    Binary(Op op, Term x, Term y) {
      this(op, x, y, Math.max(x.depth(), y.depth()) + 1);
    }

    @Override
    public Expr bind(Expr[] values) {
      return Node.call(op, x.bind(values), y.bind(values));
    }
  }

  /** A function of three operands. */
  record Ternary(Op op, Term x, Term y, Term z, int depth) implements Term {
    Ternary(Op op, Term x, Term y, Term z) {
      this(op, x, y, z, Math.max(Math.max(x.depth(), y.depth()), z.depth()) + 1);
    }

    @Override
    public Expr bind(Expr[] values) {
      return Node.call(op, x.bind(values), y.bind(values), z.bind(values));
    }
  }

  /** A power with an integer exponent, by repeated squaring; the exponent is not 0. */
  record Power(Term base, int exponent, int depth) implements Term {
    /** The most levels that squaring can add. */
    private static final int LEVELS = 2 * Integer.SIZE;

    Power(Term base, int exponent) {
      this(base, exponent, base.depth() + Math.min(LEVELS, 2 * Math.abs(exponent)));
    }

    @Override
    public Expr bind(Expr[] values) {
      Expr square = base.bind(values);
      Expr product = null;
      for (int n = Math.abs(exponent); ; square = Node.call(Op.SQUARE, square)) {
        if ((n & 1) != 0) {
          product = product == null ? square : Node.call(Op.MULTIPLY, product, square);
        }
        n >>= 1;
        if (n == 0) {
          return exponent < 0 ? Node.call(Op.RECIPROCAL, product) : product;
        }
      }
    }
  }

  /** A reduction. */
  record Reduction(Reducer kind, Term x, boolean keepDims, int[] axes, int depth) implements Term {
    Reduction(Reducer kind, Term x, boolean keepDims, int... axes) {
      this(kind, x, keepDims, axes, x.depth() + 1);
    }

    @Override
    public Expr bind(Expr[] values) {
      return kind.of(x.bind(values), Reducer.Options.of(keepDims, axes));
    }
  }
}
