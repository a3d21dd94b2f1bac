package io.sharray.internal.formula;

import io.sharray.FormulaSyntaxException;
import io.sharray.internal.expression.Op;
import io.sharray.internal.formula.Lexer.Kind;
import io.sharray.internal.formula.Lexer.Token;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * Parses the text form of expressions by recursive descent. Precedence is Python's, from loose to
 * tight: comparisons, {@code |}, {@code ^}, {@code &}, {@code << >>}, {@code + -}, {@code * / %
 * //}, signs and {@code ~}, {@code **}. For one thread; the result is immutable.
 */
public final class Parser {
  private static final Map<String, Object> CONSTANTS =
      Map.of(
          "pi", Math.PI,
          "e", Math.E,
          "inf", Double.POSITIVE_INFINITY,
          "nan", Double.NaN,
          "True", true,
          "False", false);

  private final Tokens tokens;
  private final CodeBuilder code;
  private final CallParser calls;

  private Parser(String text) {
    tokens = new Tokens(text);
    code = new CodeBuilder(text);
    calls = new CallParser(tokens, code, this::expression);
  }

  /**
   * Compiles a formula.
   *
   * @param text the formula
   * @return what it was compiled to
   * @throws FormulaSyntaxException if it cannot be understood
   */
  public static Code parse(String text) {
    Parser parser = new Parser(text);
    if (parser.tokens.isEnd()) {
      throw Place.error("the formula is empty", text, text.length());
    }
    int result = parser.expression();
    if (!parser.tokens.isEnd()) {
      throw parser.tokens.unexpected("an operator or the end");
    }
    return parser.code.build(result);
  }

  /**
   * Parses an expression, whose value is at the place that is returned. Operators wait on a stack
   * of their own, so that precedence takes no frames of the thread's.
   */
  private int expression() {
    Deque<Token> operators = new ArrayDeque<>();
    Deque<Integer> operands = new ArrayDeque<>();
    operands.push(unary());
    while (true) {
      Token operator = tokens.current();
      int precedence = Operators.precedence(operator);
      while (!operators.isEmpty() && Operators.precedence(operators.peek()) >= precedence) {
        Token waiting = operators.pop();
        if (precedence == Operators.COMPARISON && Operators.precedence(waiting) == precedence) {
          throw tokens.error("comparisons do not chain; write (a < b) & (b < c)", operator);
        }
        int right = operands.pop();
        operands.push(binary(waiting, operands.pop(), right));
      }
      if (precedence == 0) {
        return operands.pop();
      }
      tokens.next();
      refuseDoubled(operator);
      operators.push(operator);
      operands.push(unary());
    }
  }

  private void refuseDoubled(Token operator) {
    String symbol = operator.text();
    if ((operator.is("&") || operator.is("|"))
        && tokens.is(symbol)
        && tokens.current().position() == operator.position() + 1) {
      throw tokens.error("'" + symbol + symbol + "' is not an operator; write " + symbol, operator);
    }
  }

  private int binary(Token operator, int left, int right) {
    BigInteger whole = whole(operator, left, right);
    return whole != null
        ? code.number(whole, operator.position())
        : code.call(Operators.op(operator), operator.position(), left, right);
  }

  private BigInteger whole(Token operator, int left, int right) {
    BigInteger x = code.whole(left);
    BigInteger y = code.whole(right);
    if (x == null || y == null) {
      return null;
    }
    try {
      return Wholes.of(operator.text(), x, y);
    } catch (ArithmeticException e) {
      throw tokens.error(e.getMessage(), operator);
    }
  }

  private int unary() {
    Token sign = tokens.current();
    if (!(sign.is("-") || sign.is("+") || sign.is("~"))) {
      return power();
    }
    tokens.enter();
    tokens.next();
    int operand = unary();
    tokens.leave();
    if (sign.is("+")) {
      return operand;
    }
    BigInteger whole = code.whole(operand);
    if (whole != null) {
      return code.number(sign.is("-") ? whole.negate() : whole.not(), sign.position());
    }
    return code.call(sign.is("-") ? Op.NEGATIVE : Op.BITWISE_INVERT, sign.position(), operand);
  }

  private int power() {
    int base = selected(primary());
    Token operator = tokens.current();
    if (!operator.is("**")) {
      return base;
    }
    tokens.enter();
    tokens.next();
    int exponent = unary();
    tokens.leave();
    BigInteger whole = whole(operator, base, exponent);
    return whole != null
        ? code.number(whole, operator.position())
        : code.call(Op.POW, operator.position(), base, exponent);
  }

  /** The real or imaginary part, if it is selected. */
  private int selected(int operand) {
    int result = operand;
    while (tokens.is(".")) {
      Token point = tokens.next();
      Token name = tokens.next();
      if (!name.isName("real") && !name.isName("imag")) {
        throw tokens.error(
            "only .real and .imag can follow a point; functions are written f(x)", point);
      }
      Op op = name.isName("real") ? Op.REAL : Op.IMAG;
      result = code.call(op, point.position(), result);
    }
    return result;
  }

  private int primary() {
    Token start = tokens.current();
    if (start.kind() == Kind.NUMBER) {
      tokens.next();
      return code.number(start.value(), start.position());
    }
    if (start.is("(")) {
      tokens.enter();
      tokens.next();
      int inner = expression();
      tokens.close(start);
      tokens.leave();
      return inner;
    }
    if (start.kind() != Kind.NAME) {
      throw tokens.unexpected("a number, a name or an opening parenthesis");
    }
    tokens.refuseWord();
    tokens.next();
    if (tokens.is("(")) {
      return calls.call(start);
    }
    tokens.refuseWord();
    Object constant = CONSTANTS.get(start.text());
    return constant != null
        ? code.constant(start.text(), constant, start.position())
        : code.variable(start.text(), start.position());
  }
}
