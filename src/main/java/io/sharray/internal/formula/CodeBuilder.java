package io.sharray.internal.formula;

import io.sharray.Complex;
import io.sharray.Expr;
import io.sharray.FormulaSyntaxException;
import io.sharray.internal.expression.Node;
import io.sharray.internal.expression.Op;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects the steps of a formula. Equal parts become one step, and what needs no variable is made
 * at once. For one thread.
 */
final class CodeBuilder {
  /** Operations on top of each other, which a long sum makes too. */
  static final int MAX_DEPTH = 1000;

  private record Variable(String name) {}

  private final String text;
  private final List<String> variables = new ArrayList<>();
  private final Set<String> constants = new LinkedHashSet<>();
  private final List<Integer> variablePlaces = new ArrayList<>();
  private final List<Code.Line> lines = new ArrayList<>();

  // By place:
  private final List<Expr> known = new ArrayList<>();
  private final List<Integer> depths = new ArrayList<>();
  private final List<Integer> positions = new ArrayList<>();
  private final Map<Integer, BigInteger> wholes = new HashMap<>();

  /** Places by variable, step, or number. */
  private final Map<Object, Integer> places = new HashMap<>();

  CodeBuilder(String text) {
    this.text = text;
  }

  int variable(String name, int position) {
    return places.computeIfAbsent(
        new Variable(name),
        absent -> {
          variables.add(name);
          int place = place(null, 1, position);
          variablePlaces.add(place);
          return place;
        });
  }

  /** A constant with a name. */
  int constant(String name, Object value, int position) {
    constants.add(name);
    return number(value, position);
  }

  /** A number, which is {@link BigInteger}, {@link Double} or {@link Complex}, or a Boolean. */
  int number(Object value, int position) {
    return places.computeIfAbsent(
        value,
        absent -> {
          if (value instanceof BigInteger whole) {
            int place = place(null, 1, position);
            wholes.put(place, whole);
            return place;
          }
          return place(constant(value), 1, position);
        });
  }

  private static Expr constant(Object value) {
    if (value instanceof Boolean truth) {
      return Node.constant(truth);
    }
    return value instanceof Complex complex
        ? Node.constant(complex)
        : Node.constant((double) value);
  }

  /** The whole number at a place, or null if there is something else. */
  BigInteger whole(int place) {
    return wholes.get(place);
  }

  /**
   * The value at a place that depends on no variable.
   *
   * @return the expression, or null if it depends on one
   */
  Expr known(int place) {
    if (known.get(place) == null && wholes.containsKey(place)) {
      known.set(
          place,
          Wholes.constant(wholes.get(place))
              .orElseThrow(
                  () ->
                      error(
                          "the number does not fit 64 bits; write it with a point or an exponent,"
                              + " as in 1e30",
                          positions.get(place))));
    }
    return known.get(place);
  }

  int call(Op op, int position, int... operands) {
    return step(new Step.Call(op, listOf(operands)), position);
  }

  int step(Step step, int position) {
    Integer same = places.get(step);
    if (same != null) {
      return same;
    }
    boolean constant = true;
    int depth = 1;
    for (int operand : step.operands()) {
      constant &= known(operand) != null;
      depth = Math.max(depth, 1 + depths.get(operand));
    }
    if (depth > MAX_DEPTH) {
      throw error(
          "the formula is too long here: at most "
              + MAX_DEPTH
              + " operations on top of each other; group them with parentheses",
          position);
    }
    int place = place(constant ? made(step, position) : null, depth, position);
    if (!constant) {
      lines.add(new Code.Line(step, place, position));
    }
    places.put(step, place);
    return place;
  }

  private Expr made(Step step, int position) {
    try {
      return step.makeOf(known::get);
    } catch (IllegalArgumentException e) {
      throw error(e.getMessage(), position);
    }
  }

  private int place(Expr value, int depth, int position) {
    known.add(value);
    depths.add(depth);
    positions.add(position);
    return known.size() - 1;
  }

  private static List<Integer> listOf(int... operands) {
    List<Integer> list = new ArrayList<>();
    for (int operand : operands) {
      list.add(operand);
    }
    return List.copyOf(list);
  }

  Code build(int result) {
    known(result);
    return new Code(text, variables, List.copyOf(constants), known, variablePlaces, lines, result);
  }

  FormulaSyntaxException error(String message, int position) {
    return Place.error(message, text, position);
  }
}
