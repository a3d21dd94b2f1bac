package io.sharray.internal.expression;

import io.sharray.Expr;
import io.sharray.NDArray;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Expressions without reductions as a sequence of tokens in postfix order: their structure, apart
 * from the arrays and numbers in it. Expressions of the same structure run the same program.
 */
final class Flattening {
  /** Tokens: an opcode, or one of these with an index above it. */
  static final int LEAF = 1 << 28;

  static final int CONSTANT = 2 << 28;
  static final int REPEAT = 3 << 28;
  static final int COUNTER = 4 << 28;
  static final int KIND = 7 << 28;

  /** How many constants are compared with another, so that long expressions stay cheap. */
  private static final int COMPARED = 32;

  private int[] tokens = new int[16];
  private int length;
  private NDArray[] leaves = new NDArray[4];
  private int leafCount;
  private Constant[] constants = new Constant[4];
  private int constantCount;
  private Draw.Counter[] counters = {};
  private final int roots;
  // Calls in the order of their tokens, to find one that appears again; a map too if there are
  // many.
  private final Expr[] calls = new Expr[8];
  private int callCount;
  private Map<Expr, Integer> places;

  Flattening(Expr... roots) {
    this.roots = roots.length;
    for (Expr root : roots) {
      visit(root);
    }
  }

  private void visit(Expr expr) {
    if (expr instanceof NDArray array) {
      push(LEAF | leaf(array));
    } else if (expr instanceof Constant constant) {
      push(CONSTANT | constant(constant));
    } else {
      int known = place(expr);
      if (known >= 0) {
        push(REPEAT | known);
        return;
      }
      if (expr instanceof Node.Call call) {
        for (Expr operand : call.operands) {
          visit(operand);
        }
        push(call.opcode());
      } else if (expr instanceof Draw draw) {
        push(COUNTER | counter(new Draw.Counter(draw.own, draw.first)));
        for (Expr parameter : draw.parameters) {
          visit(parameter);
        }
        push(CONSTANT | constant(draw.key));
        push(draw.opcode());
      } else if (expr instanceof Node.Cast cast) {
        visit(cast.operand);
        push(Opcodes.cast(cast.operand.dtype(), cast.dtype()));
      } else {
        throw new AssertionError("a reduction inside a pass");
      }
      addCall(expr);
    }
  }

  /** Which of the calls it is, or -1. */
  private int place(Expr expr) {
    if (places != null) {
      return places.getOrDefault(expr, -1);
    }
    for (int i = 0; i < callCount; i++) {
      if (calls[i] == expr) {
        return i;
      }
    }
    return -1;
  }

  private void addCall(Expr expr) {
    if (places != null) {
      places.put(expr, places.size());
    } else if (callCount < calls.length) {
      calls[callCount++] = expr;
    } else {
      places = new IdentityHashMap<>();
      for (Expr call : calls) {
        places.put(call, places.size());
      }
      places.put(expr, places.size());
    }
  }

  private int constant(Constant constant) {
    for (int i = 0; i < Math.min(constantCount, COMPARED); i++) {
      if (constants[i].isSame(constant)) {
        return i;
      }
    }
    if (constantCount == constants.length) {
      constants = Arrays.copyOf(constants, 2 * constantCount);
    }
    constants[constantCount] = constant;
    return constantCount++;
  }

  private int counter(Draw.Counter counter) {
    for (int i = 0; i < counters.length; i++) {
      if (counters[i].isSame(counter)) {
        return i;
      }
    }
    counters = Arrays.copyOf(counters, counters.length + 1);
    counters[counters.length - 1] = counter;
    return counters.length - 1;
  }

  private int leaf(NDArray array) {
    for (int i = 0; i < leafCount; i++) {
      if (leaves[i] == array) {
        return i;
      }
    }
    if (leafCount == leaves.length) {
      leaves = Arrays.copyOf(leaves, 2 * leafCount);
    }
    leaves[leafCount] = array;
    return leafCount++;
  }

  private void push(int token) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
    }
    tokens[length++] = token;
  }

  /** The structure, usable as a key of a map. */
  Structure structure() {
    return new Structure(
        Arrays.copyOf(tokens, length), roots, leafCount, counters.length, constantCount);
  }

  NDArray leaf(int i) {
    return leaves[i];
  }

  Draw.Counter counter(int i) {
    return counters[i];
  }

  Constant constant(int i) {
    return constants[i];
  }

  /** Tokens with the numbers of roots, different arrays, counters and constants. */
  static final class Structure {
    final int[] tokens;
    final int roots;
    final int leaves;
    final int counters;
    final int constants;
    private final int hash;

    Structure(int[] tokens, int roots, int leaves, int counters, int constants) {
      this.tokens = tokens;
      this.roots = roots;
      this.leaves = leaves;
      this.counters = counters;
      this.constants = constants;
      this.hash = Arrays.hashCode(tokens);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Structure structure
          && roots == structure.roots
          && Arrays.equals(tokens, structure.tokens);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
