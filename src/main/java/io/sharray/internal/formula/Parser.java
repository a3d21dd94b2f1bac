package io.sharray.internal.formula;

import io.sharray.Expr;
import io.sharray.FormulaSyntaxException;
import io.sharray.internal.expression.Op;
import io.sharray.internal.expression.Reducer;
import io.sharray.internal.formula.Lexer.Kind;
import io.sharray.internal.formula.Lexer.Token;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Parses the text form of expressions by recursive descent. Precedence is Python's, from loose to
 * tight: comparisons, {@code |}, {@code ^}, {@code &}, {@code + -}, {@code * / % //}, signs and
 * {@code ~}, {@code **}. For one thread; the result is immutable.
 */
public final class Parser {
  /** Parentheses, calls and signs inside one another. */
  static final int MAX_NESTING = 200;

  /** Levels of the tree, which a long sum makes too. */
  static final int MAX_DEPTH = 1000;

  private static final int MAX_EXPONENT = 64;

  private static final int COMPARISON = 1;
  private static final Map<String, Integer> PRECEDENCE =
      Map.ofEntries(
          Map.entry("==", COMPARISON),
          Map.entry("!=", COMPARISON),
          Map.entry("<", COMPARISON),
          Map.entry("<=", COMPARISON),
          Map.entry(">", COMPARISON),
          Map.entry(">=", COMPARISON),
          Map.entry("|", 2),
          Map.entry("^", 3),
          Map.entry("&", 4),
          Map.entry("+", 5),
          Map.entry("-", 5),
          Map.entry("*", 6),
          Map.entry("/", 6),
          Map.entry("%", 6),
          Map.entry("//", 6));
  private static final Map<String, String> OPERATORS =
      Map.ofEntries(
          Map.entry("==", "equal"),
          Map.entry("!=", "notEqual"),
          Map.entry("<", "less"),
          Map.entry("<=", "lessEqual"),
          Map.entry(">", "greater"),
          Map.entry(">=", "greaterEqual"),
          Map.entry("|", "bitwiseOr"),
          Map.entry("^", "bitwiseXor"),
          Map.entry("&", "bitwiseAnd"),
          Map.entry("+", "add"),
          Map.entry("-", "subtract"),
          Map.entry("*", "multiply"),
          Map.entry("/", "divide"),
          Map.entry("%", "remainder"),
          Map.entry("//", "floorDivide"));
  private static final Map<String, Term> CONSTANTS =
      Map.of(
          "pi", Term.Number.of(Math.PI),
          "e", Term.Number.of(Math.E),
          "inf", Term.Number.of(Double.POSITIVE_INFINITY),
          "nan", Term.Number.of(Double.NaN),
          "True", Term.Truth.of(true),
          "False", Term.Truth.of(false));
  private static final Map<String, String> WORDS = Map.of("and", "&", "or", "|", "not", "~");

  private final Lexer lexer;
  private final List<String> variables = new ArrayList<>();
  private final Set<String> constants = new LinkedHashSet<>();
  private Token token;
  private int nesting;

  private Parser(String text) {
    lexer = new Lexer(text);
    token = lexer.read();
  }

  /**
   * The result of parsing.
   *
   * @param variables names in the order of their first appearance
   * @param constants names of the constants that occur
   * @param binder makes the expression
   */
  public record Parsed(List<String> variables, List<String> constants, Binder binder) {}

  /** Makes expressions of values. Thread-safe. */
  public interface Binder {
    /**
     * Puts values in the places of variables.
     *
     * @param values one for each variable, in order
     * @return the expression
     */
    Expr bind(Expr[] values);
  }

  /**
   * Parses a formula.
   *
   * @param text the formula
   * @return what it consists of
   * @throws FormulaSyntaxException if it cannot be understood
   */
  public static Parsed parse(String text) {
    Parser parser = new Parser(text);
    if (parser.token.kind() == Kind.END) {
      throw parser.lexer.error("the formula is empty", text.length());
    }
    Term term = parser.expression(COMPARISON);
    if (parser.token.kind() != Kind.END) {
      throw parser.unexpected("an operator or the end");
    }
    return new Parsed(List.copyOf(parser.variables), List.copyOf(parser.constants), term::bind);
  }

  private Term expression(int loosest) {
    Term left = unary();
    while (token.kind() == Kind.SYMBOL) {
      Token operator = token;
      int precedence = PRECEDENCE.getOrDefault(operator.text(), 0);
      if (precedence < loosest) {
        break;
      }
      advance();
      refuseDoubled(operator);
      Term right = expression(precedence + 1);
      left = binary(operator, left, right);
      if (precedence == COMPARISON
          && token.kind() == Kind.SYMBOL
          && PRECEDENCE.getOrDefault(token.text(), 0) == COMPARISON) {
        throw lexer.error("comparisons do not chain; write (a < b) & (b < c)", token.position());
      }
    }
    return left;
  }

  private void refuseDoubled(Token operator) {
    if ((operator.is("&") || operator.is("|"))
        && token.is(operator.text())
        && token.position() == operator.position() + 1) {
      String symbol = operator.text();
      throw lexer.error(
          "'" + symbol + symbol + "' is not an operator; write " + symbol, operator.position());
    }
  }

  private Term binary(Token operator, Term left, Term right) {
    if (operator.is("^") && (left instanceof Term.Number || right instanceof Term.Number)) {
      throw lexer.error(
          "^ is the exclusive or of bools; powers are written **", operator.position());
    }
    if (left instanceof Term.Number x && right instanceof Term.Number y) {
      Term folded = fold(operator.text(), x, y);
      if (folded != null) {
        return folded;
      }
    }
    Op op = Op.named(OPERATORS.get(operator.text())).orElseThrow(() -> unavailable(operator));
    return checked(new Term.Binary(op, left, right), operator.position());
  }

  private FormulaSyntaxException unavailable(Token operator) {
    return lexer.error(
        "the operator " + operator.text() + " is not available yet; fmod(x, y) truncates",
        operator.position());
  }

  /** Arithmetic of two numbers, in double precision as the engine would do it. */
  private static Term fold(String operator, Term.Number x, Term.Number y) {
    double value;
    switch (operator) {
      case "+" -> value = x.value() + y.value();
      case "-" -> value = x.value() - y.value();
      case "*" -> value = x.value() * y.value();
      case "/" -> value = x.value() / y.value();
      default -> {
        return null;
      }
    }
    return number(value, x.integral() && y.integral() && !operator.equals("/"));
  }

  private static Term number(double value, boolean integral) {
    boolean exact = integral && Math.abs(value) <= 1L << 53;
    return exact ? Term.Number.of((long) value) : Term.Number.of(value);
  }

  private Term unary() {
    if (!(token.is("-") || token.is("+") || token.is("~"))) {
      return power();
    }
    Token sign = token;
    enter();
    advance();
    Term operand = unary();
    nesting--;
    if (sign.is("+")) {
      return operand;
    }
    if (sign.is("-") && operand instanceof Term.Number n) {
      // There is no integer -0.
      return number(-n.value(), n.integral() && n.value() != 0);
    }
    Op op = sign.is("-") ? Op.NEGATIVE : Op.BITWISE_INVERT;
    return checked(new Term.Unary(op, operand), sign.position());
  }

  private Term power() {
    Term base = primary();
    if (!token.is("**")) {
      return base;
    }
    Token operator = token;
    enter();
    advance();
    Term exponent = unary();
    nesting--;
    return checked(power(base, exponent, operator), operator.position());
  }

  private Term power(Term base, Term exponent, Token operator) {
    if (exponent instanceof Term.Number n) {
      if (base instanceof Term.Number b) {
        return number(
            StrictMath.pow(b.value(), n.value()), b.integral() && n.integral() && n.value() >= 0);
      }
      if (n.value() == 0) {
        // 1 in the shape of the base, for NaN too.
        Term one = Term.Number.of(1.0);
        return new Term.Ternary(Op.WHERE, new Term.Unary(Op.ISNAN, base), one, one);
      }
      if (n.value() == Math.rint(n.value()) && Math.abs(n.value()) <= MAX_EXPONENT) {
        return n.value() == 1 ? base : new Term.Power(base, (int) n.value());
      }
      if (Math.abs(n.value()) == 0.5) {
        Term root = new Term.Unary(Op.SQRT, base);
        return n.value() > 0 ? root : new Term.Unary(Op.RECIPROCAL, root);
      }
    }
    Op pow =
        Op.named("pow")
            .orElseThrow(
                () ->
                    lexer.error(
                        "general powers are not available yet, only whole exponents from -64 to 64"
                            + " and 0.5; where x > 0, write exp(y * log(x))",
                        operator.position()));
    return new Term.Binary(pow, base, exponent);
  }

  private Term primary() {
    Token start = token;
    if (start.kind() == Kind.NUMBER) {
      advance();
      return literal(start.text());
    }
    if (start.is("(")) {
      enter();
      advance();
      Term inner = expression(COMPARISON);
      close(start);
      nesting--;
      return inner;
    }
    if (start.kind() != Kind.NAME) {
      throw unexpected("a number, a name or an opening parenthesis");
    }
    if (WORDS.containsKey(start.text())) {
      throw lexer.error(
          "'" + start.text() + "' is not an operator; write " + WORDS.get(start.text()),
          start.position());
    }
    advance();
    if (token.is("(")) {
      return call(start);
    }
    Term constant = CONSTANTS.get(start.text());
    if (constant != null) {
      constants.add(start.text());
      return constant;
    }
    if (WORDS.containsKey(token.text())) {
      throw lexer.error(
          "'" + token.text() + "' is not an operator; write " + WORDS.get(token.text()),
          token.position());
    }
    if (!variables.contains(start.text())) {
      variables.add(start.text());
    }
    return new Term.Variable(variables.indexOf(start.text()));
  }

  private static Term literal(String text) {
    if (text.chars().allMatch(Character::isDigit) && text.length() <= 15) {
      return Term.Number.of(Long.parseLong(text));
    }
    return Term.Number.of(Double.parseDouble(text));
  }

  private Term call(Token name) {
    Reducer reducer = Reducer.named(name.text()).orElse(null);
    Optional<Op> op = Op.named(name.text());
    if (reducer == null && op.isEmpty()) {
      throw lexer.error(
          "unknown function '" + name.text() + "'" + Names.suggestion(name.text(), Reducer.names()),
          name.position());
    }
    Token open = token;
    enter();
    advance();
    Term result = reducer == null ? function(name, op.get(), open) : reduction(name, reducer, open);
    nesting--;
    return checked(result, name.position());
  }

  private Term function(Token name, Op op, Token open) {
    List<Term> operands = new ArrayList<>();
    if (!token.is(")")) {
      operands.add(expression(COMPARISON));
      while (token.is(",")) {
        advance();
        operands.add(expression(COMPARISON));
      }
    }
    close(open);
    if (operands.size() != op.arity()) {
      throw lexer.error(
          "%s takes %d operand%s, given %d"
              .formatted(name.text(), op.arity(), op.arity() == 1 ? "" : "s", operands.size()),
          name.position());
    }
    return switch (op.arity()) {
      case 1 -> new Term.Unary(op, operands.get(0));
      case 2 -> new Term.Binary(op, operands.get(0), operands.get(1));
      default -> new Term.Ternary(op, operands.get(0), operands.get(1), operands.get(2));
    };
  }

  private Term reduction(Token name, Reducer reducer, Token open) {
    if (token.is(")")) {
      throw lexer.error(name.text() + " takes an operand, given none", name.position());
    }
    Term operand = expression(COMPARISON);
    Set<String> given = new LinkedHashSet<>();
    int[] axes = {};
    boolean keepDims = false;
    while (token.is(",")) {
      advance();
      Token option = token;
      String key = "axis";
      if (token.kind() == Kind.NAME) {
        key = token.text().toLowerCase(Locale.ROOT);
        advance();
        expect("=", "= after " + option.text());
      }
      if (!given.add(key)) {
        throw lexer.error(key + " is given twice", option.position());
      }
      switch (key) {
        case "axis" -> axes = axes(name);
        case "keepdims" -> keepDims = truth();
        default ->
            throw lexer.error(
                name.text() + " has no option " + option.text() + "; it has axis and keepdims",
                option.position());
      }
    }
    close(open);
    return new Term.Reduction(reducer, operand, keepDims, axes);
  }

  private int[] axes(Token name) {
    if (token.kind() == Kind.NAME && token.text().equals("None")) {
      advance();
      return new int[0];
    }
    if (!token.is("(")) {
      return new int[] {axis(name)};
    }
    Token open = token;
    advance();
    List<Integer> axes = new ArrayList<>();
    while (!token.is(")")) {
      axes.add(axis(name));
      if (!token.is(",")) {
        break;
      }
      advance();
    }
    if (axes.isEmpty()) {
      throw unexpected("an axis; without axis= all are reduced");
    }
    close(open);
    return axes.stream().mapToInt(Integer::intValue).toArray();
  }

  private int axis(Token name) {
    Token start = token;
    boolean negative = token.is("-");
    if (negative) {
      advance();
    }
    String digits = token.text();
    if (token.kind() != Kind.NUMBER || digits.length() > 3 || !digits.matches("\\d+")) {
      String hint =
          name.text().startsWith("m") && !name.text().equals("mean")
              ? "; of two arrays take " + name.text() + "imum(x, y)"
              : "";
      throw lexer.error("an axis is a whole number such as 0 or -1" + hint, start.position());
    }
    advance();
    return negative ? -Integer.parseInt(digits) : Integer.parseInt(digits);
  }

  private boolean truth() {
    String text = token.text();
    if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
      throw unexpected("True or False");
    }
    advance();
    return text.equalsIgnoreCase("true");
  }

  private void close(Token open) {
    if (token.kind() == Kind.END) {
      throw lexer.error("this parenthesis is never closed", open.position());
    }
    expect(")", "an operator, a comma or a closing parenthesis");
  }

  private void expect(String symbol, String expected) {
    if (!token.is(symbol)) {
      throw unexpected(expected);
    }
    advance();
  }

  private FormulaSyntaxException unexpected(String expected) {
    if (token.is(")")) {
      return lexer.error("unexpected closing parenthesis; expected " + expected, token.position());
    }
    if (token.is("=")) {
      return lexer.error("'=' is not an operator; equality is written ==", token.position());
    }
    String found = token.kind() == Kind.END ? token.text() : "'" + token.text() + "'";
    String hint =
        WORDS.containsKey(token.text())
            ? "; '" + token.text() + "' is written " + WORDS.get(token.text())
            : "";
    return lexer.error("unexpected " + found + "; expected " + expected + hint, token.position());
  }

  private void advance() {
    token = lexer.read();
  }

  private void enter() {
    if (++nesting > MAX_NESTING) {
      throw lexer.error("nested too deeply: at most " + MAX_NESTING + " levels", token.position());
    }
  }

  private Term checked(Term term, int position) {
    if (term.depth() > MAX_DEPTH) {
      throw lexer.error(
          "the formula is too long here: at most "
              + MAX_DEPTH
              + " operations on top of each other; group them with parentheses",
          position);
    }
    return term;
  }
}
