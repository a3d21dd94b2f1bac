package io.sharray.internal.formula;

import io.sharray.DType;
import io.sharray.internal.expression.Op;
import io.sharray.internal.expression.Reducer;
import io.sharray.internal.formula.Lexer.Kind;
import io.sharray.internal.formula.Lexer.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntSupplier;

/** Parses calls: functions of the operations table, conversions and reductions. */
final class CallParser {
  /** Functions that give one number for every element, by their names. */
  private static final Map<String, Integer> FILLED =
      Map.of("ones_like", 1, "onesLike", 1, "zeros_like", 0, "zerosLike", 0);

  private static final String ASTYPE = "astype";
  private static final String COPY = "copy";

  private final Tokens tokens;
  private final CodeBuilder code;
  private final IntSupplier expression;

  /** Parses what is between commas with {@code expression}, which gives the place of its value. */
  CallParser(Tokens tokens, CodeBuilder code, IntSupplier expression) {
    this.tokens = tokens;
    this.code = code;
    this.expression = expression;
  }

  /** Names that are known beside those of the operations table. */
  private static Set<String> otherNames() {
    Set<String> names = new TreeSet<>(Reducer.names());
    names.addAll(FILLED.keySet());
    names.add(ASTYPE);
    names.add(COPY);
    for (DType dtype : DType.values()) {
      names.add(dtype.toString());
    }
    return names;
  }

  /** Parses a call whose name is passed already. */
  int call(Token name) {
    tokens.enter();
    int place = called(name);
    tokens.leave();
    return place;
  }

  private int called(Token name) {
    String text = name.text();
    Optional<Reducer> reducer = Reducer.named(text);
    if (reducer.isPresent()) {
      return new ReductionParser(tokens, code, expression).reduction(name, reducer.get());
    }
    Optional<Op> op = Op.named(text);
    if (op.isPresent()) {
      int[] operands = list(name);
      Op chosen = operands.length == 2 && op.get() == Op.ZETA ? Op.HURWITZ_ZETA : op.get();
      check(name, operands.length, chosen.arity());
      return code.call(chosen, name.position(), operands);
    }
    if (text.equals(COPY)) {
      return operands(name, 1)[0];
    }
    if (FILLED.containsKey(text)) {
      return converted(name, operand -> new Step.Filled(FILLED.get(text), operand));
    }
    if (text.equals(ASTYPE)) {
      return astype(name);
    }
    Optional<DType> dtype = dtype(text);
    if (dtype.isPresent()) {
      return converted(name, operand -> new Step.Cast(dtype.get(), operand));
    }
    throw tokens.error(
        "unknown function '" + text + "'" + Names.suggestion(text, otherNames()), name);
  }

  private int converted(Token name, Function<List<Integer>, Step> step) {
    return code.step(step.apply(List.of(operands(name, 1)[0])), name.position());
  }

  private int[] operands(Token name, int arity) {
    int[] operands = list(name);
    check(name, operands.length, arity);
    return operands;
  }

  /** The places of what is between the brackets. */
  private int[] list(Token name) {
    Token open = tokens.next();
    List<Integer> operands = new ArrayList<>();
    while (!tokens.is(")")) {
      operands.add(expression.getAsInt());
      if (tokens.is("=")) {
        throw tokens.error(name.text() + " has no options", tokens.current());
      }
      if (!tokens.skip(",")) {
        break;
      }
    }
    tokens.close(open);
    return operands.stream().mapToInt(Integer::intValue).toArray();
  }

  private void check(Token name, int given, int arity) {
    if (given != arity) {
      throw tokens.error(
          "%s takes %d operand%s, given %d"
              .formatted(name.text(), arity, arity == 1 ? "" : "s", given),
          name);
    }
  }

  private int astype(Token name) {
    Token open = tokens.next();
    int operand = expression.getAsInt();
    tokens.expect(",", "a comma and a dtype, as in astype(x, float32)");
    DType dtype = dtype(tokens);
    tokens.close(open);
    return code.step(new Step.Cast(dtype, List.of(operand)), name.position());
  }

  private static Optional<DType> dtype(String name) {
    return name.equals(name.toLowerCase(Locale.ROOT)) ? DType.named(name) : Optional.empty();
  }

  /** Parses the name of a dtype. */
  static DType dtype(Tokens tokens) {
    Token name = tokens.current();
    Optional<DType> dtype = name.kind() == Kind.NAME ? dtype(name.text()) : Optional.empty();
    if (dtype.isEmpty()) {
      throw tokens.unexpected("a dtype such as bool, int32, float64 or complex128");
    }
    tokens.next();
    return dtype.get();
  }
}
