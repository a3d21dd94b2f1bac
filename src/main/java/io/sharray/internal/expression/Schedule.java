package io.sharray.internal.expression;

import io.sharray.Expr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Which reductions of an expression run together: the order of its passes. */
final class Schedule {
  private Schedule() {}

  /**
   * Reductions inside {@code root} that can run in one pass now: all that they read is known, and
   * they reduce the same axes of the same shape. A scan runs alone.
   *
   * @param root an expression; itself it is left out
   * @param values of reductions that have run
   * @return the next pass, empty when all have run
   */
  static List<Node> next(Expr root, Map<Expr, Expr> values) {
    List<Node> ready = new ArrayList<>();
    collect(root, root, values, new IdentityHashMap<>(), ready);
    List<Node> group = new ArrayList<>();
    for (Node node : ready) {
      if (group.isEmpty() || together(group.get(0), node)) {
        group.add(node);
      }
    }
    return group;
  }

  private static boolean together(Node first, Node other) {
    return first instanceof Node.Reduction x
        && other instanceof Node.Reduction y
        && Arrays.equals(x.axes, y.axes)
        && Arrays.equals(Node.shapeOf(x.operand), Node.shapeOf(y.operand));
  }

  /** Adds the ready ones below {@code expr}; returns whether all of it is known. */
  private static boolean collect(
      Expr root, Expr expr, Map<Expr, Expr> values, Map<Expr, Boolean> seen, List<Node> ready) {
    if (!Node.reduces(expr) || values.containsKey(expr)) {
      return true;
    }
    Boolean visited = seen.get(expr);
    if (visited != null) {
      return visited;
    }
    boolean known = true;
    if (expr instanceof Node.Call call) {
      for (Expr operand : call.operands) {
        known &= collect(root, operand, values, seen, ready);
      }
    } else if (expr instanceof Draw draw) {
      for (Expr parameter : draw.parameters) {
        known &= collect(root, parameter, values, seen, ready);
      }
    } else if (expr instanceof Node.Cast cast) {
      known = collect(root, cast.operand, values, seen, ready);
    } else {
      boolean isReady = collect(root, operandOf(expr), values, seen, ready);
      if (isReady && expr != root) {
        ready.add((Node) expr);
      }
      known = false;
    }
    seen.put(expr, known);
    return known;
  }

  /** What a reduction or scan reads. */
  static Expr operandOf(Expr expr) {
    return expr instanceof Node.Scan scan ? scan.operand : ((Node.Reduction) expr).operand;
  }

  /**
   * An expression with values in the places of the reductions inside it.
   *
   * @param expr the expression; if it is a reduction or scan itself, that stays
   * @param values of all reductions inside
   * @return the expression without reductions inside
   */
  static Expr replace(Expr expr, Map<Expr, Expr> values) {
    return replaced(expr, new IdentityHashMap<>(values), true);
  }

  private static Expr replaced(Expr expr, Map<Expr, Expr> known, boolean isRoot) {
    if (!Node.reduces(expr)) {
      return expr;
    }
    Expr found = known.get(expr);
    if (found != null) {
      return found;
    }
    Expr made;
    if (expr instanceof Node.Call call) {
      Expr[] operands = new Expr[call.operands.length];
      for (int i = 0; i < operands.length; i++) {
        operands[i] = replaced(call.operands[i], known, false);
      }
      made = Calls.call(call.op, operands);
    } else if (expr instanceof Draw draw) {
      Expr[] parameters = new Expr[draw.parameters.length];
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = replaced(draw.parameters[i], known, false);
      }
      made = draw.with(parameters);
    } else if (expr instanceof Node.Cast cast) {
      made = Calls.cast(replaced(cast.operand, known, false), cast.dtype());
    } else if (expr instanceof Node.Scan scan) {
      made = new Node.Scan(scan.kind, replaced(scan.operand, known, false), scan.axis);
    } else {
      Node.Reduction reduction = (Node.Reduction) expr;
      made =
          new Node.Reduction(
              reduction.kind,
              replaced(reduction.operand, known, false),
              reduction.axes,
              reduction.shape);
    }
    if (!isRoot) {
      known.put(expr, made);
    }
    return made;
  }
}
