package io.sharray.internal.formula;

import io.sharray.internal.expression.Op;
import java.util.Map;

/** The operators between two operands, with Python's precedence. */
final class Operators {
  /** The loosest precedence. */
  static final int COMPARISON = 1;

  private static final int OR = 2;
  private static final int XOR = 3;
  private static final int AND = 4;
  private static final int SHIFT = 5;
  private static final int SUM = 6;
  private static final int PRODUCT = 7;

  private record Operator(int precedence, Op op) {}

  private static final Map<String, Operator> OPERATORS =
      Map.ofEntries(
          Map.entry("==", new Operator(COMPARISON, Op.EQUAL)),
          Map.entry("!=", new Operator(COMPARISON, Op.NOT_EQUAL)),
          Map.entry("<", new Operator(COMPARISON, Op.LESS)),
          Map.entry("<=", new Operator(COMPARISON, Op.LESS_EQUAL)),
          Map.entry(">", new Operator(COMPARISON, Op.GREATER)),
          Map.entry(">=", new Operator(COMPARISON, Op.GREATER_EQUAL)),
          Map.entry("|", new Operator(OR, Op.BITWISE_OR)),
          Map.entry("^", new Operator(XOR, Op.BITWISE_XOR)),
          Map.entry("&", new Operator(AND, Op.BITWISE_AND)),
          Map.entry("<<", new Operator(SHIFT, Op.BITWISE_LEFT_SHIFT)),
          Map.entry(">>", new Operator(SHIFT, Op.BITWISE_RIGHT_SHIFT)),
          Map.entry("+", new Operator(SUM, Op.ADD)),
          Map.entry("-", new Operator(SUM, Op.SUBTRACT)),
          Map.entry("*", new Operator(PRODUCT, Op.MULTIPLY)),
          Map.entry("/", new Operator(PRODUCT, Op.DIVIDE)),
          Map.entry("%", new Operator(PRODUCT, Op.REMAINDER)),
          Map.entry("//", new Operator(PRODUCT, Op.FLOOR_DIVIDE)));

  /** Words of Python that are no names, with what to write. */
  private static final Map<String, String> WORDS =
      Map.of(
          "and", "write &, and put comparisons in parentheses",
          "or", "write |, and put comparisons in parentheses",
          "not", "write ~, and put comparisons in parentheses",
          "is", "write ==",
          "in", "write == and |",
          "if", "a choice is written where(condition, x, y)",
          "else", "a choice is written where(condition, x, y)",
          "lambda", "a formula is one expression",
          "for", "arrays are computed with as wholes",
          "None", "it has a meaning only as axis=None");

  private Operators() {}

  /** How tightly an operator binds, 0 if it is none. */
  static int precedence(Lexer.Token token) {
    Operator operator = token.kind() == Lexer.Kind.SYMBOL ? OPERATORS.get(token.text()) : null;
    return operator == null ? 0 : operator.precedence;
  }

  static Op op(Lexer.Token operator) {
    return OPERATORS.get(operator.text()).op;
  }

  /** What to write in place of a word of Python that is no name, else null. */
  static String remedy(Lexer.Token token) {
    return token.kind() == Lexer.Kind.NAME ? WORDS.get(token.text()) : null;
  }
}
