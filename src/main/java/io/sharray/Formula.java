package io.sharray;

import io.sharray.internal.formula.Code;
import io.sharray.internal.formula.Parser;
import io.sharray.internal.formula.Values;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The textual form of an expression, such as {@code exp(gammaln(a*x) - b)}, with variables that get
 * their values at each evaluation.
 *
 * <p>It is the syntax of numexpr and of Python's expressions: numbers in all forms of Python
 * ({@code 1_000 0xff 1e-3 2j}), the constants {@code pi e inf nan True False}, parentheses, {@code
 * + - * / // % **}, the comparisons {@code == != < <= > >=}, {@code & | ^ ~ << >>} on integers and
 * the first four on bools, every function of {@link Functions} by its name in camel case or snake
 * case or by an alias, conversions such as {@code float32(x)}, and the reductions with {@code
 * axis=(0, 1)}, {@code keepdims=True} and what else they can be told. Precedence is Python's:
 * {@code -x**2} is {@code -(x**2)}, and comparisons bind loosest, so write {@code (a > 0) & (b >
 * 0)}. The file {@code docs/language.md} is the reference.
 *
 * <p>Arithmetic of numbers is done once, while parsing; that of whole numbers is exact. A power
 * with the number 2 or 3 as exponent is a product, and one with 0.5 a square root, here and in
 * {@link Functions#pow}. Equal parts are computed once.
 *
 * <p>Values are arrays, other expressions, numbers, {@link Complex} and {@code Boolean}. Numbers
 * take the dtype of the arrays they meet. Compiled once, reusable, immutable and thread-safe.
 */
public final class Formula {
  private static final int MAX_CACHED = 1000;

  /** Longer ones are not kept. */
  private static final int MAX_CACHED_LENGTH = 2000;

  private static final Map<String, Formula> CACHE = new ConcurrentHashMap<>();

  private final String text;
  private final Code code;

  private Formula(String text) {
    this.text = text;
    this.code = Parser.parse(text);
  }

  /**
   * Compiles a formula, or finds it among those that were compiled before.
   *
   * @param text the formula
   * @return its compiled form
   * @throws FormulaSyntaxException if it cannot be understood; the message shows the place
   */
  public static Formula parse(String text) {
    Formula known = CACHE.get(text);
    if (known == null) {
      known = new Formula(text);
      if (text.length() <= MAX_CACHED_LENGTH) {
        if (CACHE.size() >= MAX_CACHED) {
          CACHE.clear();
        }
        CACHE.put(text, known);
      }
    }
    return known;
  }

  /**
   * The variables.
   *
   * @return their names, in the order of their first appearance
   */
  public List<String> variables() {
    return code.variables();
  }

  /**
   * Gives values to the variables; does no work on elements.
   *
   * @param values by name: {@link Expr}, {@code Number}, {@link Complex} or {@code Boolean};
   *     further names are ignored
   * @return the expression
   * @throws IllegalArgumentException if a variable has no value or one of another type, if a name
   *     is that of a constant in the formula, if shapes cannot be broadcast, or a dtype does not
   *     fit; the message shows the place
   */
  public Expr bind(Map<String, ?> values) {
    List<String> variables = code.variables();
    Expr[] operands = new Expr[variables.size()];
    for (int i = 0; i < operands.length; i++) {
      String name = variables.get(i);
      Object value = values.get(name);
      if (value == null) {
        throw new IllegalArgumentException(missing(name, values));
      }
      operands[i] = Values.of(name, value);
    }
    for (String name : code.constants()) {
      if (values.containsKey(name)) {
        throw new IllegalArgumentException(
            "'"
                + name
                + "' is a constant in the formula "
                + text
                + "; give the variable another name");
      }
    }
    return code.bind(operands);
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
