package io.sharray.cli;

import io.sharray.internal.expression.Op;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sharray functions}. */
@Command(
    name = "functions",
    description = "Lists the functions: name, dtypes, domain, largest error.")
final class FunctionsCommand implements Runnable {
  private static final String ROW = "%-14s %-9s %-24s %-8s %-8s %s%n";

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "One line of JSON for each function.")
  private boolean json;

  FunctionsCommand() {}

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      out.printf(ROW, "NAME", "DTYPES", "DOMAIN", "MAX ULP", "FLOAT32", "MEANING");
    }
    for (Op op : Op.values()) {
      if (json) {
        out.println(Json.of(fields(op)));
      } else {
        out.printf(
            ROW, op.functionName(), dtypes(op), op.domain(), op.ulp64(), op.ulp32(), op.meaning());
      }
    }
  }

  private static Map<String, Object> fields(Op op) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", op.functionName());
    fields.put("aliases", op.aliases());
    fields.put("arity", op.arity());
    fields.put("kind", op.kind().name().toLowerCase(Locale.ROOT));
    fields.put("dtypes", List.of(dtypes(op)));
    fields.put("domain", List.of(op.domain().split("\\|")));
    fields.put("maxUlp", numbers(op.ulp64()));
    fields.put("maxUlpFloat32", op.ulp32().equals("-") ? List.of() : numbers(op.ulp32()));
    fields.put("absolute", numbers(op.absolute()));
    fields.put("meaning", op.meaning());
    return fields;
  }

  private static String dtypes(Op op) {
    return op.kind() == Op.Kind.BOOLS ? "bool" : "float64";
  }

  private static List<Double> numbers(String column) {
    return List.of(column.split("\\|")).stream().map(Double::valueOf).toList();
  }
}
