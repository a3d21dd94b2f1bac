package io.sharray.internal.expression;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns a structure into a program: equal subexpressions become one value, sums of scaled values
 * one linear instruction, pairs of other cheap operations one chain instruction, and values share
 * registers. None of it changes a bit of the result.
 */
final class Compiler {
  /** The limit of a reference in an instruction word. */
  private static final int MAX_REFERENCES = 0xffff;

  private static final int UNUSED = -1;

  /**
   * A value: an instruction with the values or inputs it reads. Inputs are numbered like
   * references.
   */
  private static final class Value {
    final int opcode;
    final Op op;
    final int[] inputs;
    int uses;
    boolean absorbed;

    Value(int opcode, Op op, int... inputs) {
      this.opcode = opcode;
      this.op = op;
      this.inputs = inputs;
    }
  }

  private final int inputs;
  private final Flattening.Structure structure;
  private final List<Value> values = new ArrayList<>();
  private int result;

  private Compiler(Flattening.Structure structure) {
    this.structure = structure;
    this.inputs = 1 + structure.leaves + structure.constants;
  }

  static Program compile(Flattening.Structure structure) {
    Compiler compiler = new Compiler(structure);
    compiler.read();
    compiler.combine();
    compiler.chain();
    return compiler.allocate();
  }

  private void read() {
    Map<List<Integer>, Integer> known = new HashMap<>();
    Deque<Integer> stack = new ArrayDeque<>();
    List<Integer> calls = new ArrayList<>();
    for (int token : structure.tokens) {
      int index = token & ~Flattening.KIND;
      switch (token & Flattening.KIND) {
        case Flattening.LEAF -> stack.push(1 + index);
        case Flattening.CONSTANT -> stack.push(1 + structure.leaves + index);
        case Flattening.REPEAT -> stack.push(calls.get(index));
        default -> {
          int value = value(Op.values()[token], stack, known);
          calls.add(value);
          stack.push(value);
        }
      }
    }
    result = stack.pop();
    for (Value value : values) {
      for (int input : value.inputs) {
        use(input);
      }
    }
    use(result);
  }

  private int value(Op op, Deque<Integer> stack, Map<List<Integer>, Integer> known) {
    int[] read = new int[op.arity()];
    for (int k = read.length - 1; k >= 0; k--) {
      read[k] = stack.pop();
    }
    List<Integer> key = new ArrayList<>();
    key.add(op.ordinal());
    for (int input : read) {
      key.add(input);
    }
    return known.computeIfAbsent(
        key,
        absent -> {
          values.add(new Value(op.ordinal(), op, read));
          return inputs + values.size() - 1;
        });
  }

  private void use(int reference) {
    if (reference >= inputs) {
      values.get(reference - inputs).uses++;
    }
  }

  /** Joins x s + y t + z, with numbers s and t, to one instruction; minus in place of plus too. */
  private void combine() {
    for (int i = 0; i < values.size(); i++) {
      Value outer = values.get(i);
      for (int side = 0; side < 2 && outer.opcode < Program.CHAIN && isSum(outer); side++) {
        Value inner = inner(outer.inputs[side]);
        if (inner == null || !isSum(inner)) {
          continue;
        }
        Value x = scaled(inner.inputs[0]);
        Value y = scaled(inner.inputs[1]);
        if (x == null || y == null) {
          continue;
        }
        inner.absorbed = x.absorbed = y.absorbed = true;
        int kind = innerKind(inner.op) * 3 + outerKind(outer.op, side);
        Value joined =
            new Value(
                Program.LINEAR + kind,
                outer.op,
                x.inputs[1 - numberOf(x)],
                y.inputs[1 - numberOf(y)],
                outer.inputs[1 - side],
                x.inputs[numberOf(x)],
                y.inputs[numberOf(y)]);
        joined.uses = outer.uses;
        values.set(i, joined);
        outer = joined;
      }
    }
  }

  private static boolean isSum(Value value) {
    return value.op == Op.ADD || value.op == Op.SUBTRACT;
  }

  /** The product with a number that is used only here, or null. */
  private Value scaled(int reference) {
    Value value = inner(reference);
    return value != null && value.op == Op.MULTIPLY && numberOf(value) >= 0 ? value : null;
  }

  /** Which factor of a product is a number; -1 if none is. */
  private int numberOf(Value product) {
    for (int side = 1; side >= 0; side--) {
      if (product.inputs[side] > structure.leaves && product.inputs[side] < inputs) {
        return side;
      }
    }
    return -1;
  }

  /** Joins a cheap operation with the one that alone uses it. */
  private void chain() {
    for (int i = 0; i < values.size(); i++) {
      Value outer = values.get(i);
      for (int side = 0; side < 2 && outer.opcode < Program.CHAIN && isCheap(outer); side++) {
        Value inner = inner(outer.inputs[side]);
        if (inner != null) {
          inner.absorbed = true;
          int kind = innerKind(inner.op) * 4 + outerKind(outer.op, side);
          outer =
              new Value(
                  Program.CHAIN + kind,
                  outer.op,
                  inner.inputs[0],
                  inner.inputs[1],
                  outer.inputs[1 - side]);
          outer.uses = values.get(i).uses;
          values.set(i, outer);
        }
      }
    }
  }

  private Value inner(int reference) {
    if (reference < inputs) {
      return null;
    }
    Value value = values.get(reference - inputs);
    boolean joins = value.uses == 1 && !value.absorbed && value.opcode < Program.CHAIN;
    return joins && isCheap(value) ? value : null;
  }

  private static boolean isCheap(Value value) {
    return value.op == Op.ADD || value.op == Op.SUBTRACT || value.op == Op.MULTIPLY;
  }

  private static int innerKind(Op op) {
    return op == Op.ADD ? 0 : op == Op.SUBTRACT ? 1 : 2;
  }

  private static int outerKind(Op op, int side) {
    return op == Op.ADD ? 0 : op == Op.MULTIPLY ? 3 : side == 0 ? 1 : 2;
  }

  private Program allocate() {
    int[] lastUse = new int[values.size()];
    for (int i = 0; i < values.size(); i++) {
      for (int input : values.get(i).inputs) {
        if (!values.get(i).absorbed && input >= inputs) {
          lastUse[input - inputs] = i;
        }
      }
    }
    int[] register = new int[values.size()];
    Arrays.fill(register, UNUSED);
    // Bools and doubles do not share registers: a kernel may overwrite an operand of the same size
    // only.
    List<Deque<Integer>> free = List.of(new ArrayDeque<>(), new ArrayDeque<>());
    List<Long> words = new ArrayList<>();
    List<String> listing = new ArrayList<>();
    int registers = 0;
    for (int i = 0; i < values.size(); i++) {
      Value value = values.get(i);
      if (value.absorbed) {
        continue;
      }
      int[] references = new int[5];
      for (int k = 0; k < value.inputs.length; k++) {
        int input = value.inputs[k];
        references[k] = input < inputs ? input : inputs + register[input - inputs];
      }
      for (int input : Arrays.stream(value.inputs).distinct().toArray()) {
        if (input >= inputs && lastUse[input - inputs] == i && input != result) {
          free.get(pool(values.get(input - inputs))).push(register[input - inputs]);
        }
      }
      // The result has a register of its own, which stands for the memory of the output.
      Deque<Integer> mine = free.get(pool(value));
      boolean isResult = inputs + i == result;
      register[i] = isResult || mine.isEmpty() ? registers++ : mine.pop();
      int target = inputs + register[i];
      words.add(
          value.opcode
              | (long) target << 16
              | (long) references[0] << 32
              | (long) references[1] << 48);
      words.add(references[2] | (long) references[3] << 16 | (long) references[4] << 32);
      listing.add(line(value, target, references));
    }
    if (inputs + registers > MAX_REFERENCES) {
      throw new IllegalArgumentException(
          "the expression has more than 65000 operands; evaluate a part of it first");
    }
    int reference = result < inputs ? result : inputs + register[result - inputs];
    long[] packed = words.stream().mapToLong(Long::longValue).toArray();
    return new Program(
        structure.leaves, structure.constants, registers, reference, packed, List.copyOf(listing));
  }

  private static int pool(Value value) {
    boolean number = value.op.kind() == Op.Kind.FLOATS || value.op.kind() == Op.Kind.SELECT;
    return number ? 0 : 1;
  }

  private String line(Value value, int target, int[] references) {
    StringBuilder line = new StringBuilder(name(target)).append(" = ");
    if (value.opcode < Program.CHAIN) {
      line.append(value.op.functionName()).append('(');
      for (int k = 0; k < value.inputs.length; k++) {
        line.append(k == 0 ? "" : ", ").append(name(references[k]));
      }
      return line.append(')').toString();
    }
    if (value.opcode >= Program.LINEAR) {
      return line.append(linear(value.opcode - Program.LINEAR, references)).toString();
    }
    int kind = value.opcode - Program.CHAIN;
    String first =
        "(" + name(references[0]) + " " + "+-*".charAt(kind / 4) + " " + name(references[1]) + ")";
    String last = name(references[2]);
    return line.append(
            kind % 4 == 2
                ? last + " - " + first
                : first + " " + "+- *".charAt(kind % 4) + " " + last)
        .append("   [one pass]")
        .toString();
  }

  private String linear(int kind, int[] references) {
    String first =
        String.format(
            "(%s * %s %c %s * %s)",
            name(references[0]),
            name(references[3]),
            "+-".charAt(kind / 3),
            name(references[1]),
            name(references[4]));
    String last = name(references[2]);
    return (kind % 3 == 2 ? last + " - " + first : first + " " + "+-".charAt(kind % 3) + " " + last)
        + "   [one pass]";
  }

  private String name(int reference) {
    if (reference <= structure.leaves) {
      return "array" + reference;
    }
    return reference < inputs
        ? "number" + (reference - structure.leaves)
        : "block" + (reference - inputs + 1);
  }
}
