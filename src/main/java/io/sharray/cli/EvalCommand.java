package io.sharray.cli;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.Formula;
import io.sharray.Handle;
import io.sharray.NDArray;
import io.sharray.Scope;
import io.sharray.Sharray;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sharray eval TEXT [NAME=VALUE]...}. */
@Command(name = "eval", description = "Evaluates a formula, e.g. sharray eval 'exp(a) - 1' a=a.npy")
final class EvalCommand implements Runnable {
  private static final long WARM_UP_NANOS = 500_000_000;
  private static final int WARM_UP_RUNS = 200_000;

  @Spec private CommandSpec spec;
  @Mixin private EngineOptions engine;

  @Parameters(index = "0", paramLabel = "TEXT", description = "The formula.")
  private String text;

  @Parameters(
      index = "1..*",
      paramLabel = "NAME=VALUE",
      description = "Values of its variables: a number, FILE.npy or a handle.")
  private List<String> assignments = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description =
          "FILE.npy or the handle of an array that receives the result; otherwise it is printed.")
  private String output;

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      description = "dtype of the result, e.g. float64.")
  private String dtype;

  @Option(names = "--explain", description = "Print how it would be evaluated instead.")
  private boolean explain;

  @Option(names = "--repeat", paramLabel = "R", description = "Time R evaluations into one output.")
  private Integer repeat;

  @Option(names = "--json", description = "With --repeat: print the times as one line of JSON.")
  private boolean json;

  EvalCommand() {}

  // The scope is open for what is made inside it.
  @SuppressWarnings("try")
  @Override
  public void run() {
    if (repeat != null && repeat < 1) {
      throw new ParameterException(
          spec.commandLine(), "--repeat must be at least 1, not " + repeat);
    }
    if (json && repeat == null) {
      throw new ParameterException(spec.commandLine(), "--json needs --repeat R");
    }
    if (output != null && !Operands.isHandle(output) && !output.endsWith(".npy")) {
      throw new ParameterException(
          spec.commandLine(), "-o takes FILE.npy or a handle, not '" + output + "'");
    }
    Map<String, String> texts;
    DType wanted;
    try {
      texts = Operands.split(assignments);
      wanted = dtype == null ? null : named(dtype);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
    Formula formula = Formula.parse(text);
    engine.apply();
    try (Scope scope = Scope.open()) {
      evaluate(formula, Operands.load(texts), wanted);
    }
  }

  private static DType named(String name) {
    return DType.named(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown dtype '" + name + "'; there are " + Arrays.toString(DType.values())));
  }

  private void evaluate(Formula formula, Map<String, Object> values, DType wanted) {
    Expr expr = converted(formula.bind(values), wanted);
    if (explain) {
      spec.commandLine().getOut().println(expr.explain().stripTrailing());
      return;
    }
    NDArray target =
        output != null && Operands.isHandle(output) ? NDArray.attach(Handle.parse(output)) : null;
    NDArray result = target == null ? expr.eval() : expr.into(target);
    if (repeat != null) {
      time(formula, values, wanted, result);
    } else if (output == null) {
      spec.commandLine().getOut().println(result);
    }
    if (output != null && target == null) {
      result.saveNpy(Path.of(output));
    }
  }

  private static Expr converted(Expr expr, DType wanted) {
    return wanted == null ? expr : expr.astype(wanted);
  }

  private void time(Formula formula, Map<String, Object> values, DType wanted, NDArray out) {
    long n = elements(out);
    for (Object value : values.values()) {
      n = Math.max(n, value instanceof NDArray array ? elements(array) : 0);
    }
    long start = System.nanoTime();
    for (int i = 0; i < WARM_UP_RUNS && System.nanoTime() - start < WARM_UP_NANOS; i++) {
      converted(formula.bind(values), wanted).into(out);
    }
    long[] nanos = new long[repeat];
    for (int i = 0; i < repeat; i++) {
      long before = System.nanoTime();
      converted(formula.bind(values), wanted).into(out);
      nanos[i] = System.nanoTime() - before;
    }
    Arrays.sort(nanos);
    double best = nanos[0] / (double) Math.max(n, 1);
    double median = (nanos[(repeat - 1) / 2] + nanos[repeat / 2]) / 2.0 / Math.max(n, 1);
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("n", n);
    line.put("threads", Sharray.threads());
    line.put("cpu", Facts.read().getOrDefault("cpu", "unknown"));
    line.put("best_ns_per_element", best);
    line.put("median_ns_per_element", median);
    if (json) {
      spec.commandLine().getOut().println(Json.of(line));
    } else {
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "%d elements, %d threads, %s: best %.4g, median %.4g ns per element%n",
              n,
              Sharray.threads(),
              line.get("cpu"),
              best,
              median);
    }
  }

  private static long elements(NDArray array) {
    long n = 1;
    for (long length : array.shape()) {
      n *= length;
    }
    return n;
  }
}
