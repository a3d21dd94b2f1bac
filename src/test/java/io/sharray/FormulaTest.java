package io.sharray;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FormulaTest {
  private static double item(String text, Object... namesAndValues) {
    Map<String, Object> values = new java.util.HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return Formula.parse(text).item(values);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1 + 2 * 3; 7",
        "(1 + 2) * 3; 9",
        "10 - 4 - 3; 3",
        "2 ** 3 ** 2; 512",
        "-2 ** 2; -4",
        "(-2) ** 2; 4",
        "2 ** -1; 0.5",
        "8 / 4 / 2; 1",
        "1e3 + .5 + 5.; 1005.5",
        "1.5E-1; 0.15",
        "--3; 3",
        "+3; 3",
        "-x ** 2; -9",
        "x ** 2 ** 1; 9",
        "x ** 0; 1",
        "x ** 1; 3",
        "x ** 3; 27",
        "x ** 7; 2187",
        "x ** 0.5 * x ** 0.5 > 2.99; 1",
        "x ** -2 * 9 > 0.99; 1",
        "2 * x + 3; 9",
        "x * -1; -3",
        "x < 4; 1",
        "x >= 4; 0",
        "(x > 2) & (x < 4); 1",
        "(x > 4) | ~(x < 4); 0",
        "(x > 2) ^ (x > 1); 0",
        "where(x > 2, 10, 20); 10",
        "not_equal(x, 3); 0",
        "notEqual(x, 3); 0",
        "ln(x) == log(x); 1",
        "lgamma(x) == gammaln(x); 1",
        "e > 2.718281828459044 and_not; error",
      })
  void arithmetic_follows_the_precedence_of_Python(String text, String expected) {
    if (expected.equals("error")) {
      assertThrows(FormulaSyntaxException.class, () -> Formula.parse(text));
    } else {
      assertEquals(Double.parseDouble(expected), item(text, "x", 3));
    }
  }

  @Test
  void constants_have_their_values() {
    assertEquals(Math.PI, item("pi"));
    assertEquals(Math.E, item("e"));
    assertEquals(Double.POSITIVE_INFINITY, item("inf"));
    assertEquals(Double.NaN, item("nan"));
    assertEquals(1, item("True"));
    assertEquals(0, item("False"));
    assertEquals(Double.NEGATIVE_INFINITY, item("1 / -0.0"));
    assertEquals(Double.NEGATIVE_INFINITY, item("1 / (x * -1)", "x", 0.0));
  }

  @Test
  void the_zeroth_power_of_NaN_is_one() {
    assertEquals(1, item("x ** 0", "x", Double.NaN));
  }

  @Test
  void reductions_take_axes_and_keepdims() {
    try (NDArray a = NDArray.of(new double[][] {{1, 2, 3}, {4, 5, 6}})) {
      Map<String, Object> values = Map.of("a", a);
      assertEquals(21, Formula.parse("sum(a)").item(values));
      assertEquals(3.5, Formula.parse("mean(a)").item(values));
      assertEquals(1, Formula.parse("min(a, axis=None)").item(values));
      assertEquals(6, Formula.parse("max(a, axis=(0, 1))").item(values));
      assertResult(new double[] {5, 7, 9}, "sum(a, axis=0)", values);
      assertResult(new double[] {6, 15}, "sum(a, axis=-1)", values);
      assertResult(new double[] {6, 15}, "sum(a, 1)", values);
      assertResult(new double[] {3, 6}, "max(a, axis=(1,))", values);
      assertResult(new double[] {-1, 0, 1, -1, 0, 1}, "a - mean(a, axis=1, keepdims=True)", values);
      assertArrayEquals(
          new long[] {2, 1}, Formula.parse("min(a, axis=1, keepDims=true)").bind(values).shape());
    }
  }

  private static void assertResult(double[] expected, String text, Map<String, Object> values) {
    try (NDArray result = Formula.parse(text).eval(values)) {
      assertArrayEquals(expected, result.toDoubleArray());
    }
  }

  @Test
  void a_formula_gives_what_the_functions_give() {
    try (NDArray a = NDArray.of(0.5, 1.5, 2.5);
        NDArray b = NDArray.of(1.0, 2.0, 3.0);
        NDArray expected = Functions.exp(Functions.gammaln(a.times(1.5)).minus(b)).eval();
        NDArray out = NDArray.of(0.0, 0.0, 0.0)) {
      Formula formula = Formula.parse("exp(gammaln(a*x) - b)");
      assertEquals(List.of("a", "x", "b"), formula.variables());
      formula.into(out, Map.of("a", a, "x", 1.5, "b", b, "unused", 7));
      assertArrayEquals(expected.toDoubleArray(), out.toDoubleArray());
      assertTrue(formula.explain(Map.of("a", a, "x", 1.5, "b", b)).contains("gammaln"));
      assertEquals("exp(gammaln(a*x) - b)", formula.toString());
    }
  }

  @Test
  void one_formula_serves_many_threads() {
    Formula formula = Formula.parse("2 * a + b");
    AtomicInteger wrong = new AtomicInteger();
    IntStream.range(0, 200)
        .parallel()
        .forEach(
            i -> {
              if (formula.item(Map.of("a", i, "b", 0.5)) != 2 * i + 0.5) {
                wrong.incrementAndGet();
              }
            });
    assertEquals(0, wrong.get());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "gamaln(x); 0; did you mean gammaln?",
        "1 + sqr(x); 4; did you mean sqrt?",
        "frobnicate(x); 0; sharray functions",
        "exp(x; 3; never closed",
        "(x + 1; 0; never closed",
        "exp(x)); 6; closing parenthesis",
        "x +; 3; the end of the text",
        "x y; 2; 'y'",
        "x 2; 2; '2'",
        "2x; 1; multiplication is written *",
        "1.2.3; 3; the number 1.2",
        "1e+ x; 1; no digits",
        "x $ y; 2; '$'",
        "x && y; 2; write &",
        "x || y; 2; write |",
        "x and y; 2; write &",
        "not x; 0; write ~",
        "!x; 0; written ~",
        "x = y; 2; written ==",
        "x < y < z; 6; do not chain",
        "exp(); 0; takes 1 operand, given 0",
        "exp(x, y); 0; takes 1 operand, given 2",
        "where(x); 0; takes 3 operands, given 1",
        "exp(,); 4; unexpected ','",
        "sum(); 0; takes an operand",
        "min(x, y); 7; minimum(x, y)",
        "min(x, 1.5); 7; minimum(x, y)",
        "sum(x, axis=y); 12; whole number",
        "sum(x, axis=()); 13; an axis",
        "sum(x, axis=0, axis=1); 15; given twice",
        "sum(x, foo=1); 7; no option foo",
        "sum(x, keepdims=2); 16; True or False",
        "sum(x, 0, True); 10; only the axis",
        "cumsum(x, keepdims=True); 10; it has [axis, dtype]",
        "var(x, correction=y); 18; without variables",
        "sum(x, dtype=float16); 13; a dtype such as",
        "astype(x); 8; a comma and a dtype",
        "astype(x, y); 10; a dtype such as",
        "flaot64(x); 0; did you mean float64?",
        "exp(x=2); 5; no options",
        "x.T; 1; only .real and .imag",
        "x.astype(int32); 1; functions are written f(x)",
        "a < b < 3; 6; do not chain",
        "x is y; 2; write ==",
        "x if y else z; 2; where(condition, x, y)",
        "None; 0; axis=None",
        "x[0]; 1; take a slice",
        "'a' == x; 0; no strings",
        "contains(x, y); 0; unknown function",
        "007; 0; octal ones start with 0o",
        "0x; 2; no digits",
        "1__0; 1; between digits",
        "1_; 1; between digits",
        "1e5_; 3; between digits",
        "0b12; 3; runs into '2'",
        "18446744073709551616 + x; 0; does not fit 64 bits",
        "2**64; 1; does not fit 64 bits",
        "2**100000; 1; too large",
        "1 << 100000; 2; too large",
        "1.5 & 2; 4; takes integers",
        "x + (1.5 | True); 9; takes integers",
        "(); 1; closing parenthesis",
        "*x; 0; unexpected '*'",
      })
  void a_mistake_is_shown_with_a_caret_under_the_place(String text, int position, String message) {
    FormulaSyntaxException e =
        assertThrows(FormulaSyntaxException.class, () -> Formula.parse(text));
    assertEquals(position, e.position(), e.getMessage());
    String[] lines = e.getMessage().split("\n");
    assertEquals(3, lines.length, e.getMessage());
    assertTrue(lines[0].contains(message), e.getMessage());
    assertEquals("  " + text, lines[1]);
    assertEquals(" ".repeat(2 + position) + "^", lines[2]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "\n"})
  void an_empty_text_is_refused(String text) {
    FormulaSyntaxException e =
        assertThrows(FormulaSyntaxException.class, () -> Formula.parse(text));
    assertTrue(e.getMessage().contains("empty"));
  }

  @Test
  void the_caret_of_a_long_text_is_under_the_place() {
    String text = "a + ".repeat(100) + "\u0007 " + "+ a".repeat(100);
    FormulaSyntaxException e =
        assertThrows(FormulaSyntaxException.class, () -> Formula.parse(text));
    assertEquals(400, e.position());
    assertTrue(e.getMessage().contains("U+0007"), e.getMessage());
    String[] lines = e.getMessage().split("\n");
    assertEquals(62, lines[2].indexOf('^'));
    assertTrue(lines[1].length() <= 122);
  }

  @Test
  void the_caret_of_a_text_of_several_lines_is_under_its_line() {
    FormulaSyntaxException e =
        assertThrows(FormulaSyntaxException.class, () -> Formula.parse("a +\n  foo(b)\n + c"));
    String[] lines = e.getMessage().split("\n");
    assertEquals("    foo(b)", lines[1]);
    assertEquals("    ^", lines[2]);
  }

  @ParameterizedTest
  @CsvSource({"(,x,)", "exp(,x,)", "-,x,''", "~,x,''", "x**,2,''", "1+(,x,)"})
  void nesting_has_a_limit_and_no_stack_overflows(String open, String inner, String close) {
    String text = open.repeat(100_000) + inner + close.repeat(100_000);
    FormulaSyntaxException e =
        assertThrows(FormulaSyntaxException.class, () -> Formula.parse(text));
    assertTrue(e.getMessage().contains("nested too deeply"), e.getMessage());
  }

  @Test
  void a_chain_of_operators_has_a_limit_too() {
    FormulaSyntaxException e =
        assertThrows(FormulaSyntaxException.class, () -> Formula.parse("x" + "+x".repeat(100_000)));
    assertTrue(e.getMessage().contains("too long here"), e.getMessage());
    assertEquals(500, item("x" + "+x".repeat(499), "x", 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a + (b * c); 7; not broadcast",
        "a ^ b; 2; takes integers",
        "where(a, b, 1); 0; bool is needed",
        "1 + sum(b, axis=2); 4; axis 2",
        "~a; 0; takes integers",
        "i ** -1; 2; no negative powers",
      })
  void a_mistake_of_values_is_shown_with_its_place(String text, int position, String message) {
    try (NDArray a = NDArray.of(1.0, 2.0);
        NDArray b = NDArray.of(1.0, 2.0);
        NDArray c = NDArray.of(1.0, 2.0, 3.0);
        NDArray i = a.astype(DType.INT32).eval()) {
      Formula formula = Formula.parse(text);
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> formula.bind(Map.of("a", a, "b", b, "c", c, "i", i)));
      String[] lines = e.getMessage().split("\n");
      assertEquals(3, lines.length, e.getMessage());
      assertTrue(lines[0].contains(message), e.getMessage());
      assertEquals("  " + text, lines[1]);
      assertEquals(" ".repeat(2 + position) + "^", lines[2]);
    }
  }

  @Test
  void a_missing_variable_is_named_with_those_that_are_there() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> item("a * speed", "a", 1, "sped", 2));
    assertTrue(e.getMessage().contains("'speed'"), e.getMessage());
    assertTrue(e.getMessage().contains("[a, sped]"), e.getMessage());
  }

  @Test
  void a_value_of_a_wrong_type_is_refused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> item("a + 1", "a", "1.5"));
    assertTrue(e.getMessage().contains("java.lang.String"), e.getMessage());
  }

  @Test
  void a_value_under_the_name_of_a_constant_is_refused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> item("e * a", "a", 1, "e", 2));
    assertTrue(e.getMessage().contains("'e' is a constant"), e.getMessage());
  }
}
