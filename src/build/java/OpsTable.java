import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Makes the Java half and the documentation of the operations table.
 *
 * <p>Run as {@code java OpsTable.java ops.def JAVA_DIRECTORY DOCS_DIRECTORY}. It writes {@code
 * Op.java}, {@code Functions.java} and {@code functions.md}, each only where its content changes. A
 * row it does not understand is an error that names the line.
 */
final class OpsTable {
  /** One row; domain, ulp64 and absolute have an entry for each interval. */
  record Row(
      String name,
      List<String> aliases,
      int arity,
      String kind,
      String domain,
      String ulp64,
      String ulp32,
      String absolute,
      String meaning) {
    String constant() {
      return snake().toUpperCase(Locale.ROOT);
    }

    String snake() {
      return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    /** Whether operand {@code i} can be a number. */
    boolean takesNumber(int i) {
      return !kind.equals("BOOLS") && !(kind.equals("SELECT") && i == 0);
    }

    boolean givesBool() {
      return BOOL_KINDS.contains(kind);
    }

    /** What the operands may be, for the documentation. */
    String takes() {
      return KINDS.get(kind);
    }

    String bound() {
      return zip(ulp64, (ulp, interval) -> (ulp.equals("0") ? "exact" : ulp + " ULP") + interval)
          + nearZeros();
    }

    /** The bound for float32, or nothing where its kernel is that of float64. */
    String bound32() {
      if (ulp32.equals("-")) {
        return "";
      }
      String near =
          zip(absolute, (v, interval) -> v.equals("0") ? "" : float32Absolute(v) + interval);
      near = near.replaceAll("^, |, $", "");
      return zip(ulp32, (ulp, interval) -> ulp + " ULP" + interval)
          + (near.isEmpty() ? "" : "; or, near zeros, an absolute error of " + near);
    }

    /** Absolute bounds are stated for float64; an ulp of float32 is 2^29 times as large. */
    private static String float32Absolute(String value) {
      return String.format(Locale.ROOT, "%.1e", Double.parseDouble(value) * 0x1p29);
    }

    private String zip(String column, BinaryOperator<String> text) {
      String[] values = column.split("\\|");
      String[] intervals = domain.split("\\|");
      List<String> parts = new ArrayList<>();
      for (int i = 0; i < values.length; i++) {
        parts.add(text.apply(values[i], values.length == 1 ? "" : " on " + intervals[i]));
      }
      return String.join(", ", parts);
    }

    private String nearZeros() {
      String text = zip(absolute, (v, interval) -> v.equals("0") ? "" : v + interval);
      text = text.replaceAll("^, |, $", "");
      return text.isEmpty() ? "" : "; or, near zeros of the function, an absolute error of " + text;
    }
  }

  private static final String TEXT = "\\s*,\\s*\"([^\"]*)\"";
  private static final Pattern ROW =
      Pattern.compile(
          "OP\\(\\s*([a-z]\\w*)"
              + TEXT
              + "\\s*,\\s*([123])\\s*,\\s*([A-Z]+)"
              + "\\s*,\\s*[a-z]+\\(\\w+\\)\\s*,\\s*\\w+"
              + TEXT.repeat(5)
              + "\\s*\\)");
  private static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("NUMBERS", "numbers"),
          Map.entry("REALS", "integers or floats"),
          Map.entry("INTEGERS", "integers or bools"),
          Map.entry("FLOATS", "floats; integers become float64"),
          Map.entry("FIELDS", "floats or complex numbers; integers become float64"),
          Map.entry("COMPLEXES", "numbers"),
          Map.entry("MAGNITUDE", "numbers; complex ones give a float"),
          Map.entry("PARTS", "complex numbers, which give floats"),
          Map.entry("PAIRS", "floats, which give complex numbers; integers become float64"),
          Map.entry("EQUALITY", "any dtype"),
          Map.entry("COMPARE", "integers, floats or bools"),
          Map.entry("TEST", "numbers"),
          Map.entry("SIGNS", "floats; integers become float64"),
          Map.entry("BOOLS", "bools"),
          Map.entry("SELECT", "a bool, and two of any dtype"));
  private static final Set<String> BOOL_KINDS =
      Set.of("EQUALITY", "COMPARE", "TEST", "SIGNS", "BOOLS");

  /** Kinds whose result for integers are integers, so that a whole number must stay one. */
  private static final Set<String> WHOLE_KINDS =
      Set.of("NUMBERS", "REALS", "INTEGERS", "MAGNITUDE", "EQUALITY", "COMPARE", "SELECT");

  private static final List<String> OPERATORS =
      List.of("add plus", "subtract minus", "multiply times", "divide div", "fmod rem");

  /** Rows whose methods also have the name of a row of another arity. */
  private static final Map<String, String> OVERLOADS = Map.of("hurwitzZeta", "zeta");

  private static final String NOTICE =
      "// Generated from ops.def by OpsTable; change the table instead.\n";

  private OpsTable() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      System.err.println("usage: java OpsTable.java ops.def JAVA_DIRECTORY DOCS_DIRECTORY");
      System.exit(2);
    }
    try {
      byte[] table = Files.readAllBytes(Path.of(args[0]));
      CRC32 checksum = new CRC32();
      checksum.update(table);
      List<Row> rows = parse(args[0], new String(table, StandardCharsets.UTF_8));
      Path sources = Path.of(args[1], "io", "sharray");
      write(sources.resolve("internal/expression/Op.java"), op(rows, checksum.getValue()));
      write(sources.resolve("Functions.java"), functions(rows));
      write(Path.of(args[2], "functions.md"), document(rows));
    } catch (IllegalArgumentException | IOException e) {
      System.err.println(e instanceof IOException ? "OpsTable: " + e : e.getMessage());
      System.exit(1);
    }
  }

  static List<Row> parse(String file, String text) {
    List<Row> rows = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (line.isEmpty() || line.startsWith("//")) {
        continue;
      }
      String where = file + ":" + (i + 1) + ": ";
      Matcher m = ROW.matcher(line);
      if (!m.matches()) {
        throw new IllegalArgumentException(where + "not a row of the operations table: " + line);
      }
      Set<String> aliases = new LinkedHashSet<>(List.of(m.group(2).strip().split("\\s+")));
      aliases.remove("");
      Row row = row(m, List.copyOf(aliases));
      List<String> names = new ArrayList<>(aliases);
      names.add(row.name);
      if (!row.snake().equals(row.name)) {
        names.add(row.snake());
      }
      for (String name : names) {
        Integer other = seen.put(name, i + 1);
        if (other != null) {
          throw new IllegalArgumentException(
              where + "the name " + name + " is taken by line " + other);
        }
      }
      if (row.takes() == null) {
        throw new IllegalArgumentException(
            where + row.kind + " is none of " + new TreeSet<>(KINDS.keySet()));
      }
      int intervals = count(row.domain);
      boolean missing = !row.ulp32.equals("-") && count(row.ulp32) != intervals;
      if (missing || count(row.ulp64) != intervals || count(row.absolute) != intervals) {
        throw new IllegalArgumentException(
            where + row.name + " needs a bound for each interval of its domain");
      }
      rows.add(row);
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(file + ": no rows");
    }
    return rows;
  }

  private static Row row(Matcher m, List<String> aliases) {
    return new Row(
        m.group(1),
        aliases,
        Integer.parseInt(m.group(3)),
        m.group(4),
        m.group(5),
        m.group(6),
        m.group(7),
        m.group(8),
        m.group(9));
  }

  private static int count(String column) {
    return column.split("\\|", -1).length;
  }

  private static String op(List<Row> rows, long checksum) {
    String constants = rows.stream().map(OpsTable::constant).collect(Collectors.joining(",\n"));
    return NOTICE
        + OP_CLASS.replace("@CONSTANTS@", constants).replace("@CHECKSUM@", checksum + "L");
  }

  private static String constant(Row r) {
    List<String> aliases = new ArrayList<>(r.aliases);
    if (!r.snake().equals(r.name)) {
      aliases.add(0, r.snake());
    }
    String names = aliases.stream().map(OpsTable::quote).collect(Collectors.joining(", "));
    return "  /** %s */\n  %s(%s, List.of(%s), %d, Kind.%s, %s)"
        .formatted(
            html(r.meaning),
            r.constant(),
            quote(r.name),
            names,
            r.arity,
            r.kind,
            Stream.of(r.domain, r.ulp64, r.ulp32, r.absolute, r.meaning)
                .map(OpsTable::quote)
                .collect(Collectors.joining(", ")));
  }

  private static String functions(List<Row> rows) {
    StringBuilder methods = new StringBuilder();
    for (Row row : rows) {
      // Bit i of the mask says that operand i is a number; not all can be.
      for (int mask = 0; mask < (1 << row.arity) - 1; mask++) {
        boolean possible = true;
        for (int i = 0; i < row.arity; i++) {
          possible &= (mask >> i & 1) == 0 || row.takesNumber(i);
        }
        if (possible && !row.kind.equals("INTEGERS")) {
          methods.append(method(row, row.name, mask, "double"));
        }
        if (possible && mask != 0 && WHOLE_KINDS.contains(row.kind)) {
          methods.append(method(row, row.name, mask, "long"));
        }
        if (row.kind.equals("INTEGERS") && mask == 0) {
          methods.append(method(row, row.name, mask, "long"));
        }
      }
    }
    for (Row row : rows) {
      String overloaded = OVERLOADS.get(row.name);
      for (int mask = 0; overloaded != null && mask < (1 << row.arity) - 1; mask++) {
        methods.append(method(row, overloaded, mask, "double"));
      }
    }
    for (String operator : OPERATORS) {
      String[] names = operator.split(" ");
      for (Row row : rows) {
        if (row.name.equals(names[0])) {
          methods
              .append(method(row, names[1], 1, "double"))
              .append(method(row, names[1], 1, "long"));
        }
      }
    }
    return NOTICE + FUNCTIONS_CLASS.replace("@METHODS@", methods.toString().stripTrailing());
  }

  private static String method(Row row, String name, int mask, String number) {
    StringBuilder params = new StringBuilder();
    List<String> declared = new ArrayList<>();
    List<String> passed = new ArrayList<>();
    for (int i = 0; i < row.arity; i++) {
      String operand = "xyz".substring(i, i + 1);
      boolean constant = (mask >> i & 1) != 0;
      String what = row.takesNumber(i) ? "" : ", of dtype bool";
      params.append(
          "   * @param " + operand + (constant ? " a number" : " an expression" + what) + "\n");
      declared.add((constant ? number : "Expr") + " " + operand);
      passed.add(constant ? "Node.constant(" + operand + ")" : operand);
    }
    return METHOD
        .replace("@MEANING@", html(row.meaning))
        .replace("@DOMAIN@", html(row.domain.replace("|", " or ")))
        .replace("@BOUND@", html(row.bound()))
        .replace(
            "@BOUND32@",
            row.bound32().isEmpty() ? "" : " For float32: " + html(row.bound32()) + ".")
        .replace("@PARAMS@\n", params)
        .replace("@RESULT@", row.givesBool() ? ", of dtype bool" : "")
        .replace("@TAKES@", row.takes())
        .replace("@NAME@", name)
        .replace("@DECLARED@", String.join(", ", declared))
        .replace("@OP@", row.constant())
        .replace("@PASSED@", String.join(", ", passed));
  }

  private static String document(List<Row> rows) {
    StringBuilder text = new StringBuilder(DOCUMENT);
    for (Row r : rows) {
      text.append(
          "| `%s` | %s | %d | %s | `%s` | %s | %s | %s |\n"
              .formatted(
                  r.name,
                  String.join(" ", r.aliases),
                  r.arity,
                  r.takes(),
                  r.domain.replace("|", "` or `"),
                  cell(r.bound()),
                  r.bound32().isEmpty() ? "-" : cell(r.bound32()),
                  cell(r.meaning)));
    }
    return text.toString();
  }

  private static String cell(String text) {
    return html(text).replace("|", "\\|");
  }

  private static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("@", "&#64;");
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\") + '"';
  }

  private static void write(Path file, String content) throws IOException {
    if (Files.exists(file) && Files.readString(file).equals(content)) {
      return;
    }
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private static final String OP_CLASS =
      """
      package io.sharray.internal.expression;

      import java.util.HashMap;
      import java.util.List;
      import java.util.Map;
      import java.util.Optional;

      /** The operations, in the order of the table; the ordinal is the opcode of the native half. */
      public enum Op {
      @CONSTANTS@;

        /** What an operation takes and gives; see {@code expression/dtype.h}. */
        public enum Kind {
          /** Any number to the same. */
          NUMBERS,
          /** Integers and floats to the same. */
          REALS,
          /** Integers to the same. */
          INTEGERS,
          /** Floats to the same. */
          FLOATS,
          /** Floats and complex numbers to the same. */
          FIELDS,
          /** Complex numbers to the same. */
          COMPLEXES,
          /** Integers and floats to the same, complex numbers to their part. */
          MAGNITUDE,
          /** Complex numbers to their part. */
          PARTS,
          /** Floats to complex numbers. */
          PAIRS,
          /** Numbers to bool. */
          EQUALITY,
          /** Integers and floats to bool. */
          COMPARE,
          /** Floats and complex numbers to bool. */
          TEST,
          /** Floats to bool. */
          SIGNS,
          /** Bools to bool. */
          BOOLS,
          /** A bool and twice anything to the latter. */
          SELECT
        }

        /** CRC-32 of the bytes of the table, which the native half has too. */
        public static final long CHECKSUM = @CHECKSUM@;

        private static final Map<String, Op> NAMES = new HashMap<>();

        static {
          for (Op op : values()) {
            NAMES.put(op.functionName, op);
            op.aliases.forEach(alias -> NAMES.put(alias, op));
          }
        }

        private final String functionName;
        private final List<String> aliases;
        private final int arity;
        private final Kind kind;
        private final String domain;
        private final String ulp64;
        private final String ulp32;
        private final String absolute;
        private final String meaning;

        Op(String functionName, List<String> aliases, int arity, Kind kind, String... texts) {
          this.functionName = functionName;
          this.aliases = aliases;
          this.arity = arity;
          this.kind = kind;
          this.domain = texts[0];
          this.ulp64 = texts[1];
          this.ulp32 = texts[2];
          this.absolute = texts[3];
          this.meaning = texts[4];
        }

        /**
         * Finds an operation by its name or an alias.
         *
         * @param name as written in a formula, in camel case or snake case
         * @return the operation, or empty if there is none of that name
         */
        public static Optional<Op> named(String name) {
          return Optional.ofNullable(NAMES.get(name));
        }

        /** {@return the name of the Java method, in camel case} */
        public String functionName() {
          return functionName;
        }

        /** {@return the other names in formulas, the snake case form of the name among them} */
        public List<String> aliases() {
          return aliases;
        }

        /** {@return the number of operands: 1, 2 or 3} */
        public int arity() {
          return arity;
        }

        /** {@return what it takes and gives} */
        public Kind kind() {
          return kind;
        }

        /** {@return where the error bounds hold: intervals of the operands, several separated by a vertical bar} */
        public String domain() {
          return domain;
        }

        /** {@return the largest error of a float64 result in units in the last place, for each interval} */
        public String ulp64() {
          return ulp64;
        }

        /** {@return the same for float32, or a hyphen where there is no such kernel} */
        public String ulp32() {
          return ulp32;
        }

        /** {@return the absolute error allowed near zeros of the function, for each interval; 0 for none} */
        public String absolute() {
          return absolute;
        }

        /** {@return what it is, in a sentence} */
        public String meaning() {
          return meaning;
        }
      }
      """;

  private static final String FUNCTIONS_CLASS =
      """
      package io.sharray;

      import io.sharray.internal.expression.Node;
      import io.sharray.internal.expression.Op;

      /**
       * The functions of expressions, to be imported statically. Each builds a recipe and does no work: operands are
       * broadcast against each other, and read when the expression is evaluated. Operands of different dtypes meet as
       * {@link DType#resultType} says; numbers take the dtype of the arrays they meet. Thread-safe.
       */
      public final class Functions extends Reductions {
        private Functions() {}

      @METHODS@
      }
      """;

  private static final String METHOD =
      """
        /**
         * @MEANING@
         *
         * <p>Takes @TAKES@. Largest error for float64: @BOUND@.@BOUND32@ Domain: @DOMAIN@.
         *
      @PARAMS@
         * @return the expression@RESULT@, with the broadcast shape of the operands
         * @throws IllegalArgumentException if shapes cannot be broadcast or a dtype does not fit
         */
        public static Expr @NAME@(@DECLARED@) {
          return Node.call(Op.@OP@, @PASSED@);
        }

      """;

  private static final String DOCUMENT =
      """
      # Functions

      Generated from `src/main/cpp/ops.def`. Errors are in units in the last place (ULP) of a float64 result, on the
      domain.

      | name | other names | operands | takes | domain | largest error | float32 | meaning |
      |---|---|---|---|---|---|---|---|
      """;
}
