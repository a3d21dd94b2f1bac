package io.sharray.internal.expression;

import io.sharray.DType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Turns a structure into a program: equal subexpressions become one value, chains of cheap
 * operations one run, and values share registers. None of it changes a bit of the result.
 */
final class Compiler {
  /** The limit of a reference in an instruction word. */
  private static final int MAX_REFERENCES = 0xffff;

  private static final int UNUSED = -1;

  /** Element sizes 1, 2, 4, 8 and 16. */
  private static final int SIZES = 5;

  /**
   * A value: an instruction with the values or inputs it reads. Inputs are numbered like
   * references.
   */
  static final class Value {
    final int opcode;

    /** The operation, null for a draw, a conversion or a run. */
    final Op op;

    /** A run begins with the first of them; the others are those of its steps. */
    final int[] inputs;

    /** Of a run, else null. */
    final List<Runs.Step> steps;

    int uses;
    boolean absorbed;

    Value(int opcode, Op op, int... inputs) {
      this(opcode, op, null, inputs);
    }

    private Value(int opcode, Op op, List<Runs.Step> steps, int... inputs) {
      this.opcode = opcode;
      this.op = op;
      this.steps = steps;
      this.inputs = inputs;
    }

    /** A run in the place of its last operation. */
    static Value run(Value last, int first, List<Runs.Step> steps) {
      int opcode = Opcodes.run(Opcodes.operands(last.opcode));
      IntStream operands = steps.stream().flatMapToInt(step -> Arrays.stream(step.operands()));
      Value run =
          new Value(opcode, null, steps, IntStream.concat(IntStream.of(first), operands).toArray());
      run.uses = last.uses;
      return run;
    }
  }

  private final int inputs;
  private final Flattening.Structure structure;
  private final List<Value> values = new ArrayList<>();
  private final int[] results;

  private Compiler(Flattening.Structure structure) {
    this.structure = structure;
    this.inputs = structure.roots + structure.leaves + structure.counters + structure.constants;
    this.results = new int[structure.roots];
  }

  static Program compile(Flattening.Structure structure) {
    Compiler compiler = new Compiler(structure);
    compiler.read();
    Runs.join(compiler.values, compiler.inputs);
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
        case Flattening.COUNTER -> stack.push(structure.roots + structure.leaves + index);
        case Flattening.CONSTANT ->
            stack.push(structure.roots + structure.leaves + structure.counters + index);
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
    boolean draws = Opcodes.isDraw(opcode);
    Op op = draws || Opcodes.isCast(opcode) ? null : Opcodes.op(opcode);
    int[] read = new int[draws ? 2 + Opcodes.draw(opcode).parameters : op == null ? 1 : op.arity()];
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
      int[] references =
          Arrays.stream(value.inputs)
              .map(input -> input < inputs ? input : inputs + register[input - inputs])
              .toArray();
      for (int input : Arrays.stream(value.inputs).distinct().toArray()) {
        if (input >= inputs && lastUse[input - inputs] == i && !isResult(input)) {
          free.get(pool(values.get(input - inputs))).push(register[input - inputs]);
        }
      }
      // A result has a register of its own, which may stand for the memory of the output.
      Deque<Integer> mine = free.get(pool(value));
      register[i] = isResult(inputs + i) || mine.isEmpty() ? registers++ : mine.pop();
      int target = inputs + register[i];
      write(value, target, references, words);
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
        references,
        structure.leaves,
        structure.counters,
        structure.constants,
        registers,
        packed,
        List.copyOf(listing));
  }

  private static void write(Value value, int target, int[] references, List<Long> words) {
    if (Opcodes.isDraw(value.opcode)) {
      int parameters = references.length - 1;
      word(words, value.opcode, target, references, 0, parameters);
      long last = words.remove(words.size() - 1);
      words.add(last | (long) references[parameters] << 16);
      return;
    }
    if (value.steps == null) {
      word(words, value.opcode, target, references, 0, references.length);
      return;
    }
    word(words, value.opcode, target, new int[] {references[0], value.steps.size()}, 0, 2);
    int at = 1;
    for (Runs.Step step : value.steps) {
      word(words, Opcodes.step(step.kind()), 0, references, at, step.operands().length);
      at += step.operands().length;
    }
  }

  /** An instruction with {@code count} operands from place {@code at} of some references. */
  private static void word(
      List<Long> words, int opcode, int target, int[] references, int at, int count) {
    long x = count > 0 ? references[at] : 0;
    long y = count > 1 ? references[at + 1] : 0;
    words.add(opcode | (long) target << 16 | x << 32 | y << 48);
    words.add(count > 2 ? (long) references[at + 2] : 0);
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
    String shown = dtype == DType.FLOAT64 ? "" : "   [" + dtype + "]";
    if (value.steps != null) {
      int[] at = {1};
      List<Runs.Step> steps =
          value.steps.stream()
              .map(
                  step ->
                      new Runs.Step(
                          step.kind(),
                          Arrays.copyOfRange(references, at[0], at[0] += step.operands().length)))
              .toList();
      line.append(Runs.text(name(references[0]), steps, this::name));
      return line.append(shown).append(steps.size() > 1 ? "   [one pass]" : "").toString();
    }
    if (Opcodes.isDraw(value.opcode)) {
      return line.append("random ")
          .append(Opcodes.draw(value.opcode).functionName())
          .append(
              Arrays.stream(references)
                  .mapToObj(this::name)
                  .collect(Collectors.joining(", ", "(", ")")))
          .append(shown)
          .toString();
    }
    if (value.op == null) {
      return line.append(dtype).append('(').append(name(references[0])).append(')').toString();
    }
    line.append(value.op.functionName()).append('(');
    for (int k = 0; k < references.length; k++) {
      line.append(k == 0 ? "" : ", ").append(name(references[k]));
    }
    return line.append(')').append(shown).toString();
  }

  private String name(int reference) {
    int counters = structure.roots + structure.leaves;
    if (reference < counters) {
      return "array" + (reference - structure.roots + 1);
    }
    int first = counters + structure.counters;
    if (reference < first) {
      return "places" + (reference - counters + 1);
    }
    return reference < inputs
        ? "number" + (reference - first + 1)
        : "block" + (reference - inputs + 1);
  }
}
