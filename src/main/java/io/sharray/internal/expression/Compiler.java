package io.sharray.internal.expression;

import io.sharray.DType;
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
  private static final int ADD = Opcodes.of(Op.ADD, DType.FLOAT64);
  private static final int SUBTRACT = Opcodes.of(Op.SUBTRACT, DType.FLOAT64);
  private static final int MULTIPLY = Opcodes.of(Op.MULTIPLY, DType.FLOAT64);

  /** Element sizes 1, 2, 4, 8 and 16. */
  private static final int SIZES = 5;

  /**
   * A value: an instruction with the values or inputs it reads. Inputs are numbered like
   * references.
   */
  private static final class Value {
    final int opcode;

    /** The last operation of a chain or linear instruction, null for a conversion. */
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
  private final int[] results;

  private Compiler(Flattening.Structure structure) {
    this.structure = structure;
    this.inputs = structure.roots + structure.leaves + structure.constants;
    this.results = new int[structure.roots];
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
        case Flattening.LEAF -> stack.push(structure.roots + index);
        case Flattening.CONSTANT -> stack.push(structure.roots + structure.leaves + index);
        case Flattening.REPEAT -> stack.push(calls.get(index));
        default -> {
          int value = value(token, stack, known);
          calls.add(value);
          stack.push(value);
        }
      }
    }
    for (int i = results.length - 1; i >= 0; i--) {
      results[i] = stack.pop();
    }
    for (Value value : values) {
      for (int input : value.inputs) {
        use(input);
      }
    }
    for (int result : results) {
      use(result);
    }
  }

  private int value(int opcode, Deque<Integer> stack, Map<List<Integer>, Integer> known) {
    Op op = Opcodes.isCast(opcode) ? null : Opcodes.op(opcode);
    int[] read = new int[op == null ? 1 : op.arity()];
    for (int k = read.length - 1; k >= 0; k--) {
      read[k] = stack.pop();
    }
    List<Integer> key = new ArrayList<>();
    key.add(opcode);
    for (int input : read) {
      key.add(input);
    }
    return known.computeIfAbsent(
        key,
        absent -> {
          values.add(new Value(opcode, op, read));
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
      for (int side = 0; side < 2 && outer.opcode < Opcodes.CHAIN && isSum(outer); side++) {
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
                Opcodes.LINEAR + kind,
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
    return value.opcode == ADD || value.opcode == SUBTRACT;
  }

  /** The product with a number that is used only here, or null. */
  private Value scaled(int reference) {
    Value value = inner(reference);
    return value != null && value.opcode == MULTIPLY && numberOf(value) >= 0 ? value : null;
  }

  /** Which factor of a product is a number; -1 if none is. */
  private int numberOf(Value product) {
    for (int side = 1; side >= 0; side--) {
      if (product.inputs[side] >= structure.roots + structure.leaves
          && product.inputs[side] < inputs) {
        return side;
      }
    }
    return -1;
  }

  /** Joins a cheap operation with the one that alone uses it. */
  private void chain() {
    for (int i = 0; i < values.size(); i++) {
      Value outer = values.get(i);
      for (int side = 0; side < 2 && outer.opcode < Opcodes.CHAIN && isCheap(outer); side++) {
        Value inner = inner(outer.inputs[side]);
        if (inner != null) {
          inner.absorbed = true;
          int kind = innerKind(inner.op) * 4 + outerKind(outer.op, side);
          outer =
              new Value(
                  Opcodes.CHAIN + kind,
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
    boolean joins = value.uses == 1 && !value.absorbed && value.opcode < Opcodes.CHAIN;
    return joins && isCheap(value) ? value : null;
  }

  private static boolean isCheap(Value value) {
    return isSum(value) || value.opcode == MULTIPLY;
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
    // A kernel may overwrite an operand of the same element size only.
    List<Deque<Integer>> free = new ArrayList<>();
    for (int i = 0; i < SIZES; i++) {
      free.add(new ArrayDeque<>());
    }
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
        if (input >= inputs && lastUse[input - inputs] == i && !isResult(input)) {
          free.get(pool(values.get(input - inputs))).push(register[input - inputs]);
        }
      }
      // A result has a register of its own, which may stand for the memory of the output.
      Deque<Integer> mine = free.get(pool(value));
      register[i] = isResult(inputs + i) || mine.isEmpty() ? registers++ : mine.pop();
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
    int[] references =
        Arrays.stream(results).map(r -> r < inputs ? r : inputs + register[r - inputs]).toArray();
    long[] packed = words.stream().mapToLong(Long::longValue).toArray();
    return new Program(
        references, structure.leaves, structure.constants, registers, packed, List.copyOf(listing));
  }

  private boolean isResult(int reference) {
    return Arrays.stream(results).anyMatch(r -> r == reference);
  }

  private static int pool(Value value) {
    return Integer.numberOfTrailingZeros(Opcodes.result(value.opcode).itemSize());
  }

  private String line(Value value, int target, int[] references) {
    StringBuilder line = new StringBuilder(name(target)).append(" = ");
    DType dtype = Opcodes.result(value.opcode);
    if (value.op == null) {
      return line.append(dtype).append('(').append(name(references[0])).append(')').toString();
    }
    if (value.opcode < Opcodes.CHAIN) {
      line.append(value.op.functionName()).append('(');
      for (int k = 0; k < value.inputs.length; k++) {
        line.append(k == 0 ? "" : ", ").append(name(references[k]));
      }
      line.append(')');
      return line.append(dtype == DType.FLOAT64 ? "" : "   [" + dtype + "]").toString();
    }
    if (value.opcode >= Opcodes.LINEAR) {
      return line.append(linear(value.opcode - Opcodes.LINEAR, references)).toString();
    }
    int kind = value.opcode - Opcodes.CHAIN;
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
    int first = structure.roots + structure.leaves;
    if (reference < first) {
      return "array" + (reference - structure.roots + 1);
    }
    return reference < inputs
        ? "number" + (reference - first + 1)
        : "block" + (reference - inputs + 1);
  }
}
