package io.sharray;

import io.sharray.internal.expression.Node;
import io.sharray.internal.formula.Parser;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The textual form of an expression, such as {@code exp(gammaln(a*x) - b)}, with variables that get
 * their values at each evaluation.
 *
 * <p>It knows numbers, the constants {@code pi e inf nan True False}, parentheses, {@code + - * /
 * **}, the comparisons {@code == != < <= > >=}, {@code & | ^ ~} on bools, every function of {@link
 * Functions} by its name in camel case or snake case or by an alias, and {@code sum mean min max}
 * with {@code axis=0}, {@code axis=(0, 1)} and {@code keepdims=True}. Precedence is Python's:
 * {@code -x**2} is {@code -(x**2)}, and comparisons bind loosest, so write {@code (a > 0) & (b >
 * 0)}. Arithmetic of two numbers is done once, while parsing. A power with a whole exponent from
 * -64 to 64 is a product.
 *
 * <p>Values are arrays, other expressions, numbers and {@code Boolean}. Compiled once, reusable,
 * immutable and thread-safe.
 */
public final class Formula {
  private final String text;
  private final List<String> variables;
  private final List<String> constants;
  private final Parser.Binder binder;

  private Formula(String text, Parser.Parsed parsed) {
    this.text = text;
    this.variables = parsed.variables();
    this.constants = parsed.constants();
    this.binder = parsed.binder();
  }

  /**
   * Compiles a formula.
   *
   * @param text the formula
   * @return its compiled form
   * @throws FormulaSyntaxException if it cannot be understood; the message shows the place
   */
  public static Formula parse(String text) {
    return new Formula(text, Parser.parse(text));
  }

  /**
   * The variables.
   *
   * @return their names, in the order of their first appearance
   */
  public List<String> variables() {
    return variables;
  }

  /**
   * Gives values to the variables; does no work on elements.
   *
   * @param values by name: {@link Expr}, {@code Number} or {@code Boolean}; further names are
   *     ignored
   * @return the expression
   * @throws IllegalArgumentException if a variable has no value or one of another type, if a name
   *     is that of a constant in the formula, if shapes cannot be broadcast, or a dtype does not
   *     fit
   */
  public Expr bind(Map<String, ?> values) {
    Expr[] operands = new Expr[variables.size()];
    for (int i = 0; i < operands.length; i++) {
      String name = variables.get(i);
      Object value = values.get(name);
      if (value == null) {
        throw new IllegalArgumentException(missing(name, values));
      }
      operands[i] = value instanceof Expr expr ? expr : constant(name, value);
    }
    for (String name : constants) {
      if (values.containsKey(name)) {
        throw new IllegalArgumentException(
            "'"
                + name
                + "' is a constant in the formula "
                + text
                + "; give the variable another name");
      }
    }
    return binder.bind(operands);
  }

  private static Expr constant(String name, Object value) {
    if (value instanceof Double || value instanceof Float) {
      return Node.constant(((Number) value).doubleValue());
    }
    if (value instanceof Integer
        || value instanceof Long
        || value instanceof Short
        || value instanceof Byte) {
      return Node.constant(((Number) value).longValue());
    }
    if (value instanceof Number number) {
      return Node.constant(number.doubleValue());
    }
    if (value instanceof Boolean truth) {
      return Node.constant(truth);
    }
    throw new IllegalArgumentException(
        "the value of '"
            + name
            + "' is a "
            + value.getClass().getName()
            + "; it must be an array, an expression, a number or a Boolean");
  }

  private String missing(String name, Map<String, ?> values) {
    String given =
        values.isEmpty() ? "no values are given" : "given are " + new TreeSet<>(values.keySet());
    return "no value for the variable '" + name + "' of the formula " + text + "; " + given;
  }

  /**
   * Evaluates into a new array in the default storage.
   *
   * @param values by name, as for {@link #bind}
   * @return the new array, to be closed by the caller
   * @throws IllegalArgumentException as for {@link #bind}
   * @throws IllegalStateException if an operand is closed
   * @throws SharedMemoryExhaustedException if there is no room for the result
   */
  public NDArray eval(Map<String, ?> values) {
    return bind(values).eval();
  }

  /**
   * Evaluates into an existing array, which may be an operand or overlap one.
   *
   * @param out receives the result; its shape and dtype must be those of the expression
   * @param values by name, as for {@link #bind}
   * @return {@code out}
   * @throws IllegalArgumentException as for {@link #bind}, or if shape or dtype of {@code out}
   *     differ
   * @throws IllegalStateException if an operand or {@code out} is closed
   */
  public NDArray into(NDArray out, Map<String, ?> values) {
    return bind(values).into(out);
  }

  /**
   * Evaluates a formula of one element.
   *
   * @param values by name, as for {@link #bind}
   * @return the value; 1 or 0 for a bool
   * @throws IllegalArgumentException as for {@link #bind}, or if the result has not one element
   * @throws IllegalStateException if an operand is closed
   */
  public double item(Map<String, ?> values) {
    return bind(values).item();
  }

  /**
   * Tells how the formula would be evaluated: passes, temporaries, kernels, threads and why.
   *
   * @param values by name, as for {@link #bind}
   * @return several lines of text
   * @throws IllegalArgumentException as for {@link #bind}
   */
  public String explain(Map<String, ?> values) {
    return bind(values).explain();
  }

  /**
   * The formula as it was given.
   *
   * @return the text
   */
  @Override
  public String toString() {
    return text;
  }
}
