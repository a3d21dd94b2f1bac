package io.sharray.internal.expression;

import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.Sharray;
import io.sharray.internal.array.Shapes;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Tells how an expression would be evaluated, without doing it. */
final class Explanation {
  private final List<String> passes = new ArrayList<>();
  private final Map<Expr, Integer> results = new IdentityHashMap<>();

  private Explanation() {}

  static String of(Expr expr) {
    Explanation explanation = new Explanation();
    explanation.visit(expr);
    if (!(expr instanceof Node.Reduction)) {
      explanation.pass(expr, "store " + expr.dtype() + " " + Shapes.text(Node.shapeOf(expr)));
    }
    return String.join("\n", explanation.passes)
        + "\nteam: "
        + Sharray.threads()
        + " threads; short passes stay on the"
        + " calling thread";
  }

  private void visit(Expr expr) {
    if (!Node.reduces(expr) || results.containsKey(expr)) {
      return;
    }
    if (expr instanceof Node.Reduction reduction) {
      visit(reduction.operand);
      pass(
          reduction.operand,
          reduction.reducer.functionName()
              + " of "
              + Shapes.text(Node.shapeOf(reduction.operand))
              + " to "
              + Shapes.text(reduction.shape));
      results.put(expr, passes.size());
    } else if (expr instanceof Node.Call call) {
      for (Expr operand : call.operands) {
        visit(operand);
      }
      results.put(expr, 0);
    }
  }

  private void pass(Expr operand, String purpose) {
    StringBuilder text = new StringBuilder("pass " + (passes.size() + 1) + ": " + purpose);
    // A reduction inside stands for its value, as an array or a number would.
    Expr shown = stand(operand, new IdentityHashMap<>());
    Program program = Compiler.compile(new Flattening(shown).structure());
    for (String line : program.listing()) {
      text.append("\n  ").append(line);
    }
    long elements = Broadcasting.count(Node.shapeOf(operand));
    text.append("\n  ")
        .append(elements)
        .append(" elements in blocks of 1024, ")
        .append(program.leaves());
    text.append(" arrays read, ").append(program.registers()).append(" blocks of temporaries");
    passes.add(text.toString());
  }

  private Expr stand(Expr expr, Map<Expr, Expr> known) {
    if (expr instanceof NDArray || !Node.reduces(expr)) {
      return expr;
    }
    return known.computeIfAbsent(expr, this::placeholder);
  }

  private Expr placeholder(Expr expr) {
    if (expr instanceof Node.Reduction) {
      return new Node.Constant(expr.dtype(), 0);
    }
    Node.Call call = (Node.Call) expr;
    Expr[] operands = new Expr[call.operands.length];
    for (int i = 0; i < operands.length; i++) {
      operands[i] =
          Node.reduces(call.operands[i]) ? placeholder(call.operands[i]) : call.operands[i];
    }
    return new Node.Call(call.op, operands, call.dtype(), call.shape);
  }
}
