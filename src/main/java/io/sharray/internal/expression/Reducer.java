package io.sharray.internal.expression;

import io.sharray.DType;
import io.sharray.Expr;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** The reductions that users name. */
public enum Reducer {
  /** Sum of the elements, 0 of none. */
  SUM("sum", (x, o) -> Reducing.sum(Accumulation.SUM, x, o), Option.DTYPE),
  /** Product of the elements, 1 of none. */
  PROD("prod", (x, o) -> Reducing.sum(Accumulation.PROD, x, o), Option.DTYPE),
  /** Smallest element. */
  MIN("min", (x, o) -> Reducing.extremum(Accumulation.MIN, x, o)),
  /** Largest element. */
  MAX("max", (x, o) -> Reducing.extremum(Accumulation.MAX, x, o)),
  /** Sum divided by the number of elements. */
  MEAN("mean", Reducing::mean, Option.DTYPE),
  /** Mean squared distance from the mean. */
  VAR("var", Reducing::variance, Option.CORRECTION),
  /** Square root of the variance. */
  STD("std", Reducing::deviation, Option.CORRECTION),
  /** Place of the first smallest element. */
  ARGMIN("argmin", (x, o) -> Reducing.place(Accumulation.ARGMIN, x, o)),
  /** Place of the first largest element. */
  ARGMAX("argmax", (x, o) -> Reducing.place(Accumulation.ARGMAX, x, o)),
  /** Whether all elements differ from 0. */
  ALL("all", Reducing::all),
  /** Whether an element differs from 0. */
  ANY("any", Reducing::any),
  /** How many elements differ from 0. */
  COUNT_NONZERO("countNonzero", (x, o) -> Reducing.count(Reducing.nonzero(x), o), "count_nonzero"),
  /** Norm of the elements as a vector. */
  VECTOR_NORM("vectorNorm", Reducing::norm, Option.ORDER, "vector_norm"),
  /** Logarithm of the sum of the exponentials. */
  LOGSUMEXP("logsumexp", Reducing::logSumExp),
  /** Sums of all elements up to each. */
  CUMULATIVE_SUM(
      "cumulativeSum",
      (x, o) -> Reducing.scan(Accumulation.SUM, x, o),
      Option.SCAN,
      "cumulative_sum",
      "cumsum"),
  /** Products of all elements up to each. */
  CUMULATIVE_PROD(
      "cumulativeProd",
      (x, o) -> Reducing.scan(Accumulation.PROD, x, o),
      Option.SCAN,
      "cumulative_prod",
      "cumprod"),
  /** Sum of the elements but NaNs. */
  NANSUM("nansum", Reducing::nanSum, Option.DTYPE),
  /** Smallest element but NaNs. */
  NANMIN("nanmin", (x, o) -> Reducing.nanExtremum(Accumulation.MIN, x, o)),
  /** Largest element but NaNs. */
  NANMAX("nanmax", (x, o) -> Reducing.nanExtremum(Accumulation.MAX, x, o)),
  /** Mean of the elements but NaNs. */
  NANMEAN("nanmean", Reducing::nanMean);

  /** What a reduction can be told beside the axes. */
  public enum Option {
    /** The dtype of the result. */
    DTYPE,
    /** What is taken from the number of elements. */
    CORRECTION,
    /** The order of the norm. */
    ORDER,
    /** The dtype of the result; but one axis, and dimensions stay. */
    SCAN
  }

  /**
   * What a reduction is told.
   *
   * @param axes the dimensions to reduce, negative ones from the last; none means all
   * @param keepDims whether reduced dimensions stay, with length 1
   * @param dtype of the result, or null for the usual one
   * @param correction what is taken from the number of elements
   * @param order of the norm
   */
  public record Options(
      int[] axes, boolean keepDims, DType dtype, double correction, double order) {
    /**
     * The usual options.
     *
     * @param keepDims whether reduced dimensions stay, with length 1
     * @param axes the dimensions to reduce
     * @return the options
     */
    public static Options of(boolean keepDims, int... axes) {
      return new Options(axes, keepDims, null, 0, 2);
    }

    /**
     * With a dtype.
     *
     * @param wanted the dtype of the result
     * @return the options
     */
    public Options dtype(DType wanted) {
      return new Options(axes, keepDims, wanted, correction, order);
    }

    /**
     * With a correction.
     *
     * @param wanted what is taken from the number of elements
     * @return the options
     */
    public Options correction(double wanted) {
      return new Options(axes, keepDims, dtype, wanted, order);
    }

    /**
     * With the order of a norm.
     *
     * @param wanted the order
     * @return the options
     */
    public Options order(double wanted) {
      return new Options(axes, keepDims, dtype, correction, wanted);
    }

    Options keeping(boolean wanted) {
      return new Options(axes, wanted, dtype, correction, order);
    }
  }

  private static final Map<String, Reducer> NAMES = new HashMap<>();

  static {
    for (Reducer reducer : values()) {
      NAMES.put(reducer.functionName, reducer);
      reducer.aliases.forEach(alias -> NAMES.put(alias, reducer));
    }
  }

  private final String functionName;
  private final BiFunction<Expr, Options, Expr> maker;
  private final Set<Option> options;
  private final List<String> aliases;

  Reducer(String functionName, BiFunction<Expr, Options, Expr> maker, String... aliases) {
    this(functionName, maker, null, aliases);
  }

  Reducer(
      String functionName,
      BiFunction<Expr, Options, Expr> maker,
      Option option,
      String... aliases) {
    this.functionName = functionName;
    this.maker = maker;
    this.options = option == null ? Set.of() : EnumSet.of(option);
    this.aliases = List.of(aliases);
  }

  /**
   * Finds a reduction by its name or an alias.
   *
   * @param name as written in a formula, in camel case or snake case
   * @return the reduction, or empty if there is none of that name
   */
  public static Optional<Reducer> named(String name) {
    return Optional.ofNullable(NAMES.get(name));
  }

  /** {@return all names and aliases} */
  public static Set<String> names() {
    return Set.copyOf(NAMES.keySet());
  }

  /** {@return the name of the Java method, in camel case} */
  public String functionName() {
    return functionName;
  }

  /** {@return what it can be told beside the axes} */
  public Set<Option> options() {
    return options;
  }

  /**
   * Makes the reduction.
   *
   * @param x what is reduced
   * @param o how
   * @return the expression
   * @throws IllegalArgumentException if an axis is out of range or named twice, the dtype is wrong,
   *     or there are no elements and the reduction needs one
   */
  public Expr of(Expr x, Options o) {
    return maker.apply(x, o);
  }
}
