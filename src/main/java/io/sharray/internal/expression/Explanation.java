package io.sharray.internal.expression;

import io.sharray.Expr;
import io.sharray.Sharray;
import io.sharray.internal.array.Shapes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Tells how an expression would be evaluated, without doing it. */
final class Explanation {
  private final List<String> passes = new ArrayList<>();
  private final Map<Expr, Expr> values = new IdentityHashMap<>();

  private Explanation() {}

  static String of(Expr expr) {
    Explanation explanation = new Explanation();
    for (List<Node> group; !(group = Schedule.next(expr, explanation.values)).isEmpty(); ) {
      explanation.pass(group);
      group.forEach(node -> explanation.values.put(node, Constant.strong(node.dtype(), 0, 0)));
    }
    if (expr instanceof Node node
        && (node instanceof Node.Reduction || node instanceof Node.Scan)) {
      explanation.pass(List.of(node));
    } else {
      String result = expr.dtype() + " " + Shapes.text(Node.shapeOf(expr));
      explanation.pass("store " + result, Node.shapeOf(expr), expr);
    }
    return String.join("\n", explanation.passes)
        + "\nteam: "
        + Sharray.threads()
        + " threads; short passes stay on the"
        + " calling thread";
  }

  private void pass(List<Node> group) {
    List<String> purposes = new ArrayList<>();
    for (Node node : group) {
      purposes.add(purpose(node));
    }
    long[] shape = Node.shapeOf(Schedule.operandOf(group.get(0)));
    Expr[] operands = group.stream().map(Schedule::operandOf).toArray(Expr[]::new);
    pass(String.join(", ", purposes), shape, operands);
  }

  private static String purpose(Node node) {
    if (node instanceof Node.Scan scan) {
      return "cumulative " + scan.kind.functionName() + " along axis " + scan.axis;
    }
    Node.Reduction reduction = (Node.Reduction) node;
    return reduction.kind.functionName()
        + " of "
        + Shapes.text(Node.shapeOf(reduction.operand))
        + " to "
        + Shapes.text(reduction.shape);
  }

  private void pass(String purpose, long[] shape, Expr... operands) {
    StringBuilder text = new StringBuilder("pass " + (passes.size() + 1) + ": " + purpose);
    Map<Expr, Expr> known = new IdentityHashMap<>(values);
    Expr[] shown = new Expr[operands.length];
    for (int i = 0; i < shown.length; i++) {
      shown[i] = stand(operands[i], known);
    }
    Program program = Compiler.compile(new Flattening(shown).structure());
    for (String line : program.listing()) {
      text.append("\n  ").append(line);
    }
    text.append("\n  ")
        .append(Broadcasting.count(shape))
        .append(" elements in blocks of 1024, ")
        .append(program.leaves())
        .append(" arrays read, ")
        .append(program.registers())
        .append(" blocks of temporaries");
    passes.add(text.toString());
  }

  /** The expression with numbers in the places of reductions, whatever their values. */
  private static Expr stand(Expr expr, Map<Expr, Expr> known) {
    if (!Node.reduces(expr)) {
      return expr;
    }
    Expr found = known.get(expr);
    if (found == null) {
      found = standing(expr, known);
      known.put(expr, found);
    }
    return found;
  }

  private static Expr standing(Expr expr, Map<Expr, Expr> known) {
    if (expr instanceof Node.Cast cast) {
      return new Node.Cast(stand(cast.operand, known), cast.dtype());
    }
    if (expr instanceof Draw draw) {
      return draw.with(
          Arrays.stream(draw.parameters).map(p -> stand(p, known)).toArray(Expr[]::new));
    }
    Node.Call call = (Node.Call) expr;
    Expr[] operands = new Expr[call.operands.length];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = stand(call.operands[i], known);
    }
    return new Node.Call(call.op, operands, call.dtype(), call.shape);
  }
}
