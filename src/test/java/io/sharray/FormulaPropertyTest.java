package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * Random expressions, written with as few parentheses as Python needs or with more, give what a
 * direct evaluation of the tree gives.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FormulaPropertyTest {
  private static final int CASES = 3000;
  private static final int ELEMENTS = 5;
  private static final int ATOM = 10;
  private static final int POWER = 9;
  private static final int SIGN = 8;

  private enum Type {
    BOOL,
    INT,
    FLOAT
  }

  /** An expression: its text, how tightly its operator binds, and the values of its elements. */
  private record Tree(Type type, String text, int precedence, Object[] values) {}

  private record Operator(String symbol, int precedence, BinaryOperator<Object> function) {}

  private static final List<Operator> FLOATS =
      List.of(
          new Operator("+", 6, (x, y) -> (double) x + (double) y),
          new Operator("-", 6, (x, y) -> (double) x - (double) y),
          new Operator("*", 7, (x, y) -> (double) x * (double) y),
          new Operator("/", 7, (x, y) -> (double) x / (double) y));

  private static final List<Operator> INTS =
      List.of(
          new Operator("+", 6, (x, y) -> (long) x + (long) y),
          new Operator("-", 6, (x, y) -> (long) x - (long) y),
          new Operator("*", 7, (x, y) -> (long) x * (long) y),
          new Operator("//", 7, (x, y) -> (long) y == 0 ? 0L : Math.floorDiv((long) x, (long) y)),
          new Operator("%", 7, (x, y) -> (long) y == 0 ? 0L : Math.floorMod((long) x, (long) y)),
          new Operator("|", 2, (x, y) -> (long) x | (long) y),
          new Operator("^", 3, (x, y) -> (long) x ^ (long) y),
          new Operator("&", 4, (x, y) -> (long) x & (long) y),
          new Operator("<<", 5, FormulaPropertyTest::shiftLeft),
          new Operator(">>", 5, FormulaPropertyTest::shiftRight));

  private static final List<Operator> BOOLS =
      List.of(
          new Operator("|", 2, (x, y) -> (boolean) x | (boolean) y),
          new Operator("^", 3, (x, y) -> (boolean) x ^ (boolean) y),
          new Operator("&", 4, (x, y) -> (boolean) x & (boolean) y));

  private static final List<Operator> COMPARISONS =
      List.of(
          new Operator("==", 1, (x, y) -> compare(x, y, "==")),
          new Operator("!=", 1, (x, y) -> compare(x, y, "!=")),
          new Operator("<", 1, (x, y) -> compare(x, y, "<")),
          new Operator("<=", 1, (x, y) -> compare(x, y, "<=")),
          new Operator(">", 1, (x, y) -> compare(x, y, ">")),
          new Operator(">=", 1, (x, y) -> compare(x, y, ">=")));

  private static Object shiftLeft(Object x, Object y) {
    return (long) y < 0 || (long) y > 63 ? 0L : (long) x << (long) y;
  }

  private static Object shiftRight(Object x, Object y) {
    return (long) x >> ((long) y < 0 || (long) y > 63 ? 63 : (long) y);
  }

  private static Object compare(Object x, Object y, String symbol) {
    if (x instanceof Long a && y instanceof Long b) {
      return is(Long.compare(a, b), symbol);
    }
    double a = (double) x;
    double b = (double) y;
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return symbol.equals("!=");
    }
    return is(a < b ? -1 : a > b ? 1 : 0, symbol);
  }

  private static boolean is(int order, String symbol) {
    return switch (symbol) {
      case "==" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  private final Random random = new Random(20);
  private final Map<String, Tree> variables = new HashMap<>();

  @Test
  void random_expressions_give_what_their_trees_give() {
    Map<String, NDArray> arrays = makeVariables();
    try {
      for (int i = 0; i < CASES; i++) {
        Tree tree = tree(Type.values()[random.nextInt(3)], 1 + random.nextInt(5));
        // In the shape of an array also where there are only numbers.
        String text = "where(yes, %s, %s)".formatted(tree.text, tree.type == Type.BOOL ? "no" : 0);
        try (NDArray result = Formula.parse(text).eval(arrays)) {
          compare(tree, result);
        }
      }
    } finally {
      arrays.values().forEach(NDArray::close);
    }
  }

  private static void compare(Tree tree, NDArray result) {
    String text = tree.text;
    assertEquals(dtype(tree.type), result.dtype(), text);
    for (int k = 0; k < ELEMENTS; k++) {
      switch (tree.type) {
        case BOOL -> assertEquals(tree.values[k], result.getBoolean(k), text);
        case INT -> assertEquals(tree.values[k], element(result, k), text);
        default -> assertEquals(tree.values[k], result.getDouble(k), text);
      }
    }
  }

  private static long element(NDArray array, int k) {
    try (NDArray element = array.slice("" + k)) {
      return element.itemLong();
    }
  }

  private static DType dtype(Type type) {
    return switch (type) {
      case BOOL -> DType.BOOL;
      case INT -> DType.INT64;
      default -> DType.FLOAT64;
    };
  }

  private Map<String, NDArray> makeVariables() {
    Map<String, NDArray> arrays = new HashMap<>();
    for (String name : List.of("a", "b", "i", "j", "p", "q")) {
      double[] doubles = new double[ELEMENTS];
      Object[] values = new Object[ELEMENTS];
      Type type = "ab".contains(name) ? Type.FLOAT : "ij".contains(name) ? Type.INT : Type.BOOL;
      for (int k = 0; k < ELEMENTS; k++) {
        switch (type) {
          case FLOAT -> values[k] = doubles[k] = (random.nextInt(41) - 20) / 4.0;
          case INT -> values[k] = (long) (doubles[k] = random.nextInt(21) - 10);
          default -> values[k] = (doubles[k] = random.nextInt(2)) != 0;
        }
      }
      try (NDArray array = NDArray.of(doubles)) {
        arrays.put(name, array.astype(dtype(type)).eval());
      }
      variables.put(name, new Tree(type, name, ATOM, values));
    }
    arrays.put("yes", NDArray.of(true, true, true, true, true));
    arrays.put("no", NDArray.of(false, false, false, false, false));
    return arrays;
  }

  private Tree tree(Type type, int depth) {
    if (depth == 0) {
      return leaf(type);
    }
    int choice = random.nextInt(10);
    if (choice == 0) {
      return leaf(type);
    }
    if (choice == 1) {
      return negated(tree(type, depth - 1));
    }
    if (choice == 2 && type != Type.BOOL) {
      return power(tree(type, depth - 1));
    }
    if (choice == 3) {
      return selected(tree(Type.BOOL, depth - 1), tree(type, depth - 1), tree(type, depth - 1));
    }
    if (type == Type.BOOL && choice < 7) {
      Type compared = random.nextBoolean() ? Type.INT : Type.FLOAT;
      return binary(type, pick(COMPARISONS), tree(compared, depth - 1), tree(compared, depth - 1));
    }
    List<Operator> operators = type == Type.BOOL ? BOOLS : type == Type.INT ? INTS : FLOATS;
    return binary(type, pick(operators), tree(type, depth - 1), tree(type, depth - 1));
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private Tree leaf(Type type) {
    if (random.nextInt(3) == 0 && type != Type.BOOL) {
      int number = random.nextInt(10);
      return type == Type.INT ? whole(number) : constant(type, number + ".5", number + 0.5);
    }
    String name = type == Type.FLOAT ? "ab" : type == Type.INT ? "ij" : "pq";
    return variables.get(pick(List.of(name.split(""))));
  }

  /** In one of Python's forms; met by a variable, so that nothing of it is larger than 64 bits. */
  private Tree whole(int number) {
    Tree i = variables.get("i");
    String text = pick(List.of("" + number, "0x" + number, "0b" + Integer.toBinaryString(number)));
    Object[] values = i.values.clone();
    for (int k = 0; k < ELEMENTS; k++) {
      values[k] = (long) i.values[k] & number;
    }
    return new Tree(Type.INT, "i & " + text, 4, values);
  }

  private static Tree constant(Type type, String text, Object value) {
    Object[] values = new Object[ELEMENTS];
    java.util.Arrays.fill(values, value);
    return new Tree(type, text, ATOM, values);
  }

  private Tree negated(Tree x) {
    Object[] values = new Object[ELEMENTS];
    boolean invert = x.type == Type.BOOL || x.type == Type.INT && random.nextBoolean();
    for (int k = 0; k < ELEMENTS; k++) {
      Object v = x.values[k];
      values[k] =
          switch (x.type) {
            case BOOL -> !(boolean) v;
            case INT -> invert ? ~(long) v : -(long) v;
            default -> -(double) v;
          };
    }
    return new Tree(x.type, (invert ? "~" : "-") + within(x, SIGN), SIGN, values);
  }

  private Tree power(Tree x) {
    int n = random.nextInt(4);
    Object[] values = new Object[ELEMENTS];
    for (int k = 0; k < ELEMENTS; k++) {
      Object v = x.values[k];
      if (v instanceof Long whole) {
        values[k] = n == 0 ? 1L : n == 1 ? whole : n == 2 ? whole * whole : whole * (whole * whole);
      } else {
        double d = (double) v;
        values[k] = n == 0 ? 1.0 : n == 1 ? d : n == 2 ? d * d : d * (d * d);
      }
    }
    return new Tree(x.type, within(x, POWER + 1) + " ** " + n, POWER, values);
  }

  private static Tree selected(Tree c, Tree x, Tree y) {
    Object[] values = new Object[ELEMENTS];
    for (int k = 0; k < ELEMENTS; k++) {
      values[k] = (boolean) c.values[k] ? x.values[k] : y.values[k];
    }
    return new Tree(x.type, "where(%s, %s, %s)".formatted(c.text, x.text, y.text), ATOM, values);
  }

  private Tree binary(Type type, Operator operator, Tree x, Tree y) {
    Object[] values = new Object[ELEMENTS];
    for (int k = 0; k < ELEMENTS; k++) {
      values[k] = operator.function.apply(x.values[k], y.values[k]);
    }
    int p = operator.precedence;
    String blank = random.nextBoolean() ? " " : "";
    String text = within(x, p == 1 ? 2 : p) + blank + operator.symbol + blank + within(y, p + 1);
    return new Tree(type, text, p, values);
  }

  /** In parentheses where it binds less tightly than is needed, and sometimes elsewhere. */
  private String within(Tree x, int needed) {
    return x.precedence < needed || random.nextInt(10) == 0 ? "(" + x.text + ")" : x.text;
  }
}
