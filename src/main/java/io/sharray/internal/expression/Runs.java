package io.sharray.internal.expression;

import io.sharray.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Joins chains of cheap operations on one value to runs, which the engine does in registers: each
 * value of a chain is used by the next operation alone. See {@code expression/run.h}.
 */
final class Runs {
  /** The most steps of a run. */
  private static final int LIMIT = 10_000;

  /** What a step does, in the order of {@code RunOp} in C++; the formats show v, x and y. */
  enum Kind {
    ADD("%s + %s"),
    SUBTRACT("%s - %s"),
    SUBTRACT_FROM("%2$s - %1$s"),
    MULTIPLY("%s * %s"),
    DIVIDE("%s / %s"),
    DIVIDE_INTO("%2$s / %1$s"),
    SQUARE("square%s"),
    MULTIPLY_ADD("%s * %s + %s"),
    MULTIPLY_SUBTRACT("%s * %s - %s"),
    MULTIPLY_SUBTRACT_FROM("%3$s - %1$s * %2$s"),
    ADD_PRODUCT("%s + %s * %s"),
    SUBTRACT_PRODUCT("%s - %s * %s"),
    SUBTRACT_FROM_PRODUCT("%2$s * %3$s - %1$s");

    final String format;

    Kind(String format) {
      this.format = format;
    }
  }

  /**
   * One step.
   *
   * @param kind what it does to the value
   * @param operands what it reads besides the value: none, x, or x and y
   */
  record Step(Kind kind, int... operands) {}

  private final List<Compiler.Value> values;
  private final int inputs;

  /** For each value, its operand that a run would continue from: 0 or 1; -1 if it is in no run. */
  private final int[] from;

  private Runs(List<Compiler.Value> values, int inputs) {
    this.values = values;
    this.inputs = inputs;
    this.from = new int[values.size()];
  }

  /**
   * Replaces the last value of each chain by a run, and marks the others as absorbed.
   *
   * @param values in the order of evaluation, with the numbers of their uses
   * @param inputs references that are no values: the value at i has the reference inputs + i
   */
  static void join(List<Compiler.Value> values, int inputs) {
    new Runs(values, inputs).join();
  }

  private void join() {
    int[] length = new int[values.size()];
    for (int i = 0; i < length.length; i++) {
      Compiler.Value value = values.get(i);
      from[i] = -1;
      if (!isCheap(value)) {
        continue;
      }
      for (int side = 0; side < value.inputs.length; side++) {
        Compiler.Value inner = inner(value, side);
        int inside = inner == null ? 0 : length[value.inputs[side] - inputs];
        if (inside < LIMIT && 1 + inside > length[i]) {
          length[i] = 1 + inside;
          from[i] = side;
        }
      }
    }
    for (int i = length.length - 1; i >= 0; i--) {
      if (length[i] > 0 && !values.get(i).absorbed) {
        values.set(i, run(i));
      }
    }
  }

  private Compiler.Value run(int last) {
    Compiler.Value end = values.get(last);
    List<Step> steps = new ArrayList<>();
    int first;
    for (int at = last; ; at = first - inputs) {
      Compiler.Value value = values.get(at);
      steps.add(step(value, from[at]));
      first = value.inputs[from[at]];
      Compiler.Value inner = inner(value, from[at]);
      if (inner == null) {
        break;
      }
      inner.absorbed = true;
    }
    Collections.reverse(steps);
    return Compiler.Value.run(end, first, pairs(steps));
  }

  /** A value as a step on its operand at a side; a product that only it uses becomes part of it. */
  private Step step(Compiler.Value value, int side) {
    if (value.inputs.length == 1) {
      return new Step(Kind.SQUARE);
    }
    int other = value.inputs[1 - side];
    if (value.op == Op.ADD || value.op == Op.SUBTRACT) {
      Compiler.Value product = inner(value, 1 - side);
      if (product != null && (product.op == Op.MULTIPLY || product.op == Op.SQUARE)) {
        product.absorbed = true;
        Kind kind =
            value.op == Op.ADD
                ? Kind.ADD_PRODUCT
                : side == 0 ? Kind.SUBTRACT_PRODUCT : Kind.SUBTRACT_FROM_PRODUCT;
        int x = product.inputs[0];
        return new Step(kind, x, product.op == Op.SQUARE ? x : product.inputs[1]);
      }
    }
    Kind kind =
        switch (value.op) {
          case ADD -> Kind.ADD;
          case MULTIPLY -> Kind.MULTIPLY;
          case SUBTRACT -> side == 0 ? Kind.SUBTRACT : Kind.SUBTRACT_FROM;
          default -> side == 0 ? Kind.DIVIDE : Kind.DIVIDE_INTO;
        };
    return new Step(kind, other);
  }

  /** A product and what is added to it become one step. */
  private static List<Step> pairs(List<Step> steps) {
    List<Step> paired = new ArrayList<>();
    for (Step step : steps) {
      Step before = paired.isEmpty() ? null : paired.get(paired.size() - 1);
      if (before != null && before.kind == Kind.MULTIPLY && step.kind.ordinal() <= 2) {
        Kind kind = Kind.values()[Kind.MULTIPLY_ADD.ordinal() + step.kind.ordinal()];
        paired.set(paired.size() - 1, new Step(kind, before.operands[0], step.operands[0]));
      } else {
        paired.add(step);
      }
    }
    return paired;
  }

  /** The cheap value of the same run that {@code value} alone uses at a side, or null. */
  private Compiler.Value inner(Compiler.Value value, int side) {
    int reference = value.inputs[side];
    if (reference < inputs) {
      return null;
    }
    Compiler.Value inner = values.get(reference - inputs);
    return inner.uses == 1 && !inner.absorbed && isCheap(inner) ? inner : null;
  }

  private static boolean isCheap(Compiler.Value value) {
    if (value.op == null || value.steps != null) {
      return false;
    }
    DType dtype = Opcodes.operands(value.opcode);
    if (dtype != DType.FLOAT64 && dtype != DType.FLOAT32) {
      return false;
    }
    return switch (value.op) {
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, SQUARE -> true;
      default -> false;
    };
  }

  /** A run for a reader. */
  static String text(String first, List<Step> steps, java.util.function.IntFunction<String> name) {
    String value = first;
    boolean isOpen = false;
    for (Step step : steps) {
      Object[] parts = new Object[1 + step.operands.length];
      parts[0] = isOpen || step.kind == Kind.SQUARE ? "(" + value + ")" : value;
      Arrays.setAll(parts, k -> k == 0 ? parts[0] : name.apply(step.operands[k - 1]));
      value = String.format(step.kind.format, parts);
      isOpen = true;
    }
    return value;
  }
}
