package io.sharray.internal.formula;

import io.sharray.FormulaSyntaxException;
import io.sharray.internal.formula.Lexer.Kind;
import io.sharray.internal.formula.Lexer.Token;

/** The tokens of a formula, one of which is the current one. For one thread. */
final class Tokens {
  /** Parentheses, calls, signs and powers inside one another. */
  static final int MAX_NESTING = 200;

  private final Lexer lexer;
  private Token token;
  private int nesting;

  Tokens(String text) {
    lexer = new Lexer(text);
    token = lexer.read();
  }

  Token current() {
    return token;
  }

  boolean is(String symbol) {
    return token.is(symbol);
  }

  boolean isEnd() {
    return token.kind() == Kind.END;
  }

  /** Goes on. */
  Token next() {
    Token passed = token;
    token = lexer.read();
    return passed;
  }

  /** Goes on if the current token is this symbol. */
  boolean skip(String symbol) {
    boolean found = token.is(symbol);
    if (found) {
      next();
    }
    return found;
  }

  void expect(String symbol, String expected) {
    if (!skip(symbol)) {
      throw unexpected(expected);
    }
  }

  /** Goes over the parenthesis that belongs to an open one. */
  void close(Token open) {
    if (isEnd()) {
      throw error("this parenthesis is never closed", open);
    }
    expect(")", "an operator, a comma or a closing parenthesis");
  }

  /** Counts one level more, to be left later. */
  void enter() {
    if (++nesting > MAX_NESTING) {
      throw error("nested too deeply: at most " + MAX_NESTING + " levels", token);
    }
  }

  void leave() {
    nesting--;
  }

  FormulaSyntaxException unexpected(String expected) {
    if (token.is(")")) {
      return error("unexpected closing parenthesis; expected " + expected, token);
    }
    if (token.is("=")) {
      return error("'=' is not an operator; equality is written ==", token);
    }
    refuseWord();
    String found = isEnd() ? token.text() : "'" + token.text() + "'";
    return error("unexpected " + found + "; expected " + expected, token);
  }

  /** Refuses words of Python that are no names. */
  void refuseWord() {
    String remedy = Operators.remedy(token);
    if (remedy != null) {
      throw error("'" + token.text() + "' cannot be used here; " + remedy, token);
    }
  }

  FormulaSyntaxException error(String message, Token place) {
    return lexer.error(message, place.position());
  }
}
