package io.sharray.internal.formula;

import io.sharray.Expr;
import java.util.List;

/** A compiled formula: the steps that make its expression. Immutable and thread-safe. */
public final class Code {
  /** A step, the place of its value, and where it is in the text. */
  record Line(Step step, int target, int position) {}

  private final String text;
  private final List<String> variables;
  private final List<String> constants;
  private final Expr[] known;
  private final int[] places;
  private final Line[] lines;
  private final int result;

  Code(
      String text,
      List<String> variables,
      List<String> constants,
      List<Expr> known,
      List<Integer> places,
      List<Line> lines,
      int result) {
    this.text = text;
    this.variables = List.copyOf(variables);
    this.constants = List.copyOf(constants);
    this.known = known.toArray(new Expr[0]);
    this.places = places.stream().mapToInt(Integer::intValue).toArray();
    this.lines = lines.toArray(new Line[0]);
    this.result = result;
  }

  /** {@return the names of the variables in the order of their first appearance} */
  public List<String> variables() {
    return variables;
  }

  /** {@return the names of the constants that occur} */
  public List<String> constants() {
    return constants;
  }

  /**
   * Puts values in the places of variables.
   *
   * @param values one for each variable, in order
   * @return the expression
   * @throws IllegalArgumentException if shapes do not broadcast or a dtype is wrong; the message
   *     shows the place in the text
   */
  public Expr bind(Expr[] values) {
    Expr[] all = known.clone();
    for (int i = 0; i < places.length; i++) {
      all[places[i]] = values[i];
    }
    for (Line line : lines) {
      try {
        all[line.target] = line.step.makeOf(place -> all[place]);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(Place.show(e.getMessage(), text, line.position), e);
      }
    }
    return all[result];
  }
}
