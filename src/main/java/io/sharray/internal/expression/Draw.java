package io.sharray.internal.expression;

import io.sharray.DType;
import io.sharray.Expr;
import java.util.Objects;

/**
 * Random numbers, each a function of the number of its element, a key and parameters: see {@code
 * random/draw.h}. An open draw takes the shape of the pass that it is in.
 */
public final class Draw extends Node {
  /** What is drawn, in the order of {@code Draw} in C++. */
  public enum Kind {
    /** 64 random bits. */
    BITS(DType.UINT64, DType.UINT64, 0),
    /** Uniform in [0, 1), multiples of 2^-53. */
    UNIFORM(DType.FLOAT64, DType.FLOAT64, 0),
    /** Uniform in [0, 1), multiples of 2^-24. */
    UNIFORM_24(DType.FLOAT64, DType.FLOAT64, 0),
    /** Standard normal. */
    NORMAL(DType.FLOAT64, DType.FLOAT64, 0),
    /** Exponential of rate 1. */
    EXPONENTIAL(DType.FLOAT64, DType.FLOAT64, 0),
    /** Below a bound, 0 for 2^64. */
    INTEGERS(DType.UINT64, DType.UINT64, 1),
    /** Of a mean. */
    POISSON(DType.FLOAT64, DType.FLOAT64, 1),
    /** Of a shape, with scale 1. */
    GAMMA(DType.FLOAT64, DType.FLOAT64, 1),
    /** Of trials and a probability. */
    BINOMIAL(DType.FLOAT64, DType.FLOAT64, 2);

    final DType result;
    final DType parameter;
    final int parameters;

    Kind(DType result, DType parameter, int parameters) {
      this.result = result;
      this.parameter = parameter;
      this.parameters = parameters;
    }

    String functionName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * Where the numbers come from.
   *
   * @param key of the generator
   * @param call which of its calls, below 2^48
   * @param first the number of element 0
   * @param shape of the numbers, or null for open ones
   */
  public record Source(long key, long call, long first, long[] shape) {}

  final Kind kind;

  /** As many as the kind has, in its dtype. */
  final Expr[] parameters;

  final Constant key;
  final long first;

  /** The shape whose elements are numbered; null for that of the pass. */
  final long[] own;

  final boolean reduces;

  private Draw(Kind kind, Expr[] parameters, Constant key, long first, long[] own, long[] shape) {
    super(kind.result, shape, own == null, parameters);
    this.kind = kind;
    this.parameters = parameters;
    this.key = key;
    this.first = first;
    this.own = own;
    boolean found = false;
    for (Expr parameter : parameters) {
      found |= reduces(parameter);
    }
    this.reduces = found;
  }

  /**
   * Random numbers.
   *
   * @param kind what is drawn
   * @param source where from
   * @param parameters as many as the kind has
   * @return the numbers
   * @throws IllegalArgumentException if shapes do not broadcast or a parameter is complex
   */
  public static Expr of(Kind kind, Source source, Expr... parameters) {
    String function = kind.functionName();
    long[] shape = source.shape() == null ? Broadcasting.SCALAR : source.shape();
    Expr[] converted = new Expr[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      Objects.requireNonNull(parameters[i], "parameter");
      shape = Broadcasting.broadcast(function, shape, shapeOf(parameters[i]));
      if (parameters[i].dtype().isComplex()) {
        throw new IllegalArgumentException(
            function + ": a parameter is " + parameters[i].dtype() + "; take real(x) or abs(x)");
      }
      converted[i] = Calls.promote(function, parameters[i], kind.parameter);
    }
    Constant key = Constant.strong(DType.COMPLEX128, source.key(), source.call());
    return new Draw(
        kind, converted, key, source.first(), source.shape() == null ? null : shape, shape);
  }

  /** The same numbers of other parameters. */
  Draw with(Expr[] others) {
    return new Draw(kind, others, key, first, own, shape);
  }

  /** The instruction word's opcode. */
  int opcode() {
    return Opcodes.draw(kind);
  }

  /**
   * The numbers of elements in C order.
   *
   * @param own the shape whose elements are numbered, or null for that of the pass
   * @param first the number of element 0
   */
  record Counter(long[] own, long first) {
    boolean isSame(Counter other) {
      return first == other.first && java.util.Arrays.equals(own, other.own);
    }

    /** By how much the number grows along each axis of a shape that this one broadcasts to. */
    long[] steps(long[] space) {
      long[] shape = own == null ? space : own;
      long[] steps = new long[space.length];
      int ahead = space.length - shape.length;
      long step = 1;
      for (int d = shape.length - 1; d >= 0; d--) {
        steps[ahead + d] = shape[d] == 1 ? 0 : step;
        step *= shape[d];
      }
      return steps;
    }
  }
}
