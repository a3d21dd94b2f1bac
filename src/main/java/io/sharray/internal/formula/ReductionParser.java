package io.sharray.internal.formula;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.FormulaSyntaxException;
import io.sharray.internal.expression.Reducer;
import io.sharray.internal.expression.Reducer.Option;
import io.sharray.internal.formula.Lexer.Kind;
import io.sharray.internal.formula.Lexer.Token;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntSupplier;

/** Parses one reduction with its options. */
final class ReductionParser {
  private static final int MAX_DIGITS = 3;

  private final Tokens tokens;
  private final CodeBuilder code;
  private final IntSupplier expression;
  private List<Integer> axes = List.of();
  private boolean keepDims;
  private DType dtype;
  private double correction;
  private double order = 2;

  ReductionParser(Tokens tokens, CodeBuilder code, IntSupplier expression) {
    this.tokens = tokens;
    this.code = code;
    this.expression = expression;
  }

  /** Parses the reduction, whose name is passed already. */
  int reduction(Token name, Reducer reducer) {
    Token open = tokens.next();
    if (tokens.is(")")) {
      throw tokens.error(name.text() + " takes an operand, given none", name);
    }
    int operand = expression.getAsInt();
    Set<String> given = new LinkedHashSet<>();
    while (tokens.skip(",") && !tokens.is(")")) {
      option(name, reducer, given);
    }
    tokens.close(open);
    return code.step(
        new Step.Reduction(reducer, List.of(operand), axes, keepDims, dtype, correction, order),
        name.position());
  }

  private void option(Token name, Reducer reducer, Set<String> given) {
    Token option = tokens.current();
    String key = "axis";
    if (option.kind() == Kind.NAME && !option.isName("None")) {
      tokens.next();
      if (!tokens.is("=")) {
        throw given.isEmpty() ? notAnAxis(name, option) : unnamed(reducer, option);
      }
      tokens.next();
      key = option.text().toLowerCase(Locale.ROOT).replace("_", "");
    } else if (!given.isEmpty()) {
      throw unnamed(reducer, option);
    }
    key = key.equals("ddof") ? "correction" : key;
    if (!names(reducer).contains(key)) {
      throw tokens.error(
          name.text() + " has no option " + option.text() + "; it has " + names(reducer), option);
    }
    if (!given.add(key)) {
      throw tokens.error(key + " is given twice", option);
    }
    switch (key) {
      case "axis" -> axes = axes(name);
      case "keepdims" -> keepDims = truth();
      case "dtype" -> dtype = CallParser.dtype(tokens);
      case "correction" -> correction = number();
      default -> order = number();
    }
  }

  private FormulaSyntaxException unnamed(Reducer reducer, Token option) {
    return tokens.error(
        "only the axis can be given without a name; the options are " + names(reducer), option);
  }

  private static List<String> names(Reducer reducer) {
    List<String> names = new ArrayList<>(List.of("axis"));
    Set<Option> options = reducer.options();
    if (!options.contains(Option.SCAN)) {
      names.add("keepdims");
    }
    if (options.contains(Option.SCAN) || options.contains(Option.DTYPE)) {
      names.add("dtype");
    }
    if (options.contains(Option.CORRECTION)) {
      names.add("correction");
    }
    if (options.contains(Option.ORDER)) {
      names.add("ord");
    }
    return names;
  }

  private List<Integer> axes(Token name) {
    if (tokens.current().isName("None")) {
      tokens.next();
      return List.of();
    }
    if (!tokens.is("(")) {
      return List.of(axis(name));
    }
    Token open = tokens.next();
    List<Integer> found = new ArrayList<>();
    while (!tokens.is(")")) {
      found.add(axis(name));
      if (!tokens.skip(",")) {
        break;
      }
    }
    if (found.isEmpty()) {
      throw tokens.unexpected("an axis; without axis= all are reduced");
    }
    tokens.close(open);
    return List.copyOf(found);
  }

  private int axis(Token name) {
    Token start = tokens.current();
    boolean negative = tokens.skip("-");
    String digits = tokens.current().text();
    if (tokens.current().kind() != Kind.NUMBER
        || digits.length() > MAX_DIGITS
        || !digits.chars().allMatch(Numeral::isDigit)) {
      throw notAnAxis(name, start);
    }
    tokens.next();
    return negative ? -Integer.parseInt(digits) : Integer.parseInt(digits);
  }

  private FormulaSyntaxException notAnAxis(Token name, Token place) {
    boolean extremum = name.text().equals("min") || name.text().equals("max");
    return tokens.error(
        "an axis is a whole number such as 0 or -1"
            + (extremum ? "; of two arrays take " + name.text() + "imum(x, y)" : ""),
        place);
  }

  private boolean truth() {
    String text = tokens.current().text();
    if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
      throw tokens.unexpected("True or False");
    }
    tokens.next();
    return text.equalsIgnoreCase("true");
  }

  /** A number, which is known when the formula is compiled. */
  private double number() {
    Token start = tokens.current();
    Expr value = code.known(expression.getAsInt());
    if (value == null || value.shape().length != 0 || value.dtype().isComplex()) {
      throw tokens.error("this must be a number without variables", start);
    }
    return value.item();
  }
}
