package io.sharray;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers in formulas and as values of variables, powers, and what is computed once. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FormulaValuesTest {
  private static final double[] SPECIAL = {
    Double.NEGATIVE_INFINITY,
    -2.5,
    -1,
    -1e-310,
    -0.0,
    0.0,
    3e-320,
    1.1,
    7,
    1e200,
    Double.POSITIVE_INFINITY,
    Double.NaN
  };

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "9223372036854775807; 9223372036854775807",
        "-9223372036854775808; -9223372036854775808",
        "9223372036854775807 - 9223372036854775806; 1",
        "2**64 // 2**60 - 1; 15",
        "(1 << 100) >> 98; 4",
        "-7 // 2; -4",
        "-7 % 3; 2",
        "7 % -3; -2",
        "7 // 0; 0",
        "7 % 0; 0",
        "~0xff & 0x1ff; 256",
        "2 ^ 3 | 8; 9",
        "0 ** 0; 1",
        "(-1) ** 1_000_001; -1",
        "0b1 << 62; 4611686018427387904",
        "1 << -1; 0",
        "-5 >> 1000; -1",
        "007 == 7; error",
        "i + 0; 3",
      })
  void whole_numbers_are_exact(String text, String expected) {
    if (expected.equals("error")) {
      assertThrows(FormulaSyntaxException.class, () -> Formula.parse(text));
    } else {
      assertEquals(Long.parseLong(expected), Formula.parse(text).bind(Map.of("i", 3)).itemLong());
    }
  }

  @Test
  void numbers_beyond_int64_are_uint64() {
    Expr most = Formula.parse("18446744073709551615").bind(Map.of());
    assertEquals(DType.UINT64, most.dtype());
    assertEquals(0x1p64, most.item());
    assertEquals(1, Formula.parse("2**64 - 1 == u").bind(Map.of("u", most)).itemLong());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float32",
        "float64",
        "complex64",
        "complex128"
      })
  void numbers_take_the_dtype_of_the_array_but_converted_ones_have_their_own(String name) {
    DType dtype = DType.named(name).orElseThrow();
    try (NDArray x = NDArray.ones(dtype, 3)) {
      Map<String, Object> values = Map.of("x", x, "two", 2, "small", (byte) 3);
      assertEquals(dtype, Formula.parse("x * 2 + two * small - 7 * 2").bind(values).dtype());
      assertEquals(dtype, Formula.parse(name + "(1)").bind(values).dtype());
      assertEquals(
          DType.resultType(dtype, DType.FLOAT64),
          Formula.parse("x * float64(2.0)").bind(values).dtype());
      assertEquals(
          dtype.isInteger() ? DType.FLOAT64 : dtype, Formula.parse("x * 2.0").bind(values).dtype());
    }
  }

  @Test
  void values_of_all_kinds_are_numbers() {
    Formula f = Formula.parse("x + 1");
    for (Number three :
        new Number[] {
          3,
          3L,
          (short) 3,
          (byte) 3,
          new AtomicLong(3),
          BigInteger.valueOf(3),
          3f,
          3.0,
          new BigDecimal("3.0")
        }) {
      assertEquals(4, f.item(Map.of("x", three)), three.getClass().getName());
    }
    assertEquals(DType.INT64, f.bind(Map.of("x", BigInteger.TEN)).dtype());
    assertEquals(DType.FLOAT64, f.bind(Map.of("x", 3f)).dtype());
    assertEquals(Complex.of(2, 2), f.bind(Map.of("x", Complex.of(1, 2))).itemComplex());
    assertEquals(1, Formula.parse("x & True").item(Map.of("x", true)));
    BigInteger most = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    assertEquals(DType.UINT64, Formula.parse("x").bind(Map.of("x", most)).dtype());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> f.bind(Map.of("x", most.add(BigInteger.ONE))));
    assertTrue(e.getMessage().contains("'x' does not fit 64 bits"), e.getMessage());
  }

  @Test
  void complex_numbers_are_made_of_their_parts_also_where_these_are_infinite() {
    double inf = Double.POSITIVE_INFINITY;
    assertEquals(Complex.of(-0.0, inf), complex("complex(-0.0, inf)"));
    assertEquals(Complex.of(inf, Double.NaN), complex("complex(inf, nan)"));
    assertEquals(Complex.of(0, 1.5e3), complex("1.5e3j"));
    assertEquals(Complex.of(-4, 0), complex("2j * 2J"));
    try (NDArray re = NDArray.of(1.5, inf, -0.0);
        NDArray im = NDArray.of(inf, -2.0, -0.0);
        NDArray z = Formula.parse("complex(x, y)").eval(Map.of("x", re, "y", im));
        NDArray single = Formula.parse("complex(float32(x), 1)").eval(Map.of("x", re));
        NDArray parts = Formula.parse("z.real - z.imag").eval(Map.of("z", z))) {
      assertEquals(DType.COMPLEX128, z.dtype());
      assertEquals(DType.COMPLEX64, single.dtype());
      assertEquals(Complex.of(1.5, inf), z.getComplex(0));
      assertEquals(Complex.of(inf, -2), z.getComplex(1));
      assertEquals(Complex.of(-0.0, -0.0), z.getComplex(2));
      assertEquals(Complex.of(inf, 1), single.getComplex(1));
      assertArrayEquals(new double[] {-inf, inf, 0}, parts.toDoubleArray());
    }
  }

  private static Complex complex(String text) {
    return Formula.parse(text).bind(Map.of()).itemComplex();
  }

  @Test
  void a_power_has_the_same_bits_however_it_is_written() {
    try (NDArray x = NDArray.of(SPECIAL)) {
      for (int n = -64; n <= 64; n++) {
        double[] expected =
            n >= -1 && n <= 3
                ? Arrays.stream(SPECIAL).map(power(n)).toArray()
                : values(Formula.parse("pow(x, float64(n))").bind(Map.of("x", x, "n", n)));
        assertPower(expected, x, "x ** " + n, Functions.pow(x, n), n);
      }
      double[] roots = SPECIAL.clone();
      double[] inverses = SPECIAL.clone();
      for (int i = 0; i < roots.length; i++) {
        // Math.pow has the special values; the root has the better rounding.
        boolean special = !(SPECIAL[i] > 0);
        roots[i] = special ? Math.pow(SPECIAL[i], 0.5) : Math.sqrt(SPECIAL[i]);
        inverses[i] = special ? Math.pow(SPECIAL[i], -0.5) : 1 / Math.sqrt(SPECIAL[i]);
      }
      assertPower(roots, x, "x ** 0.5", Functions.pow(x, 0.5), 0.5);
      assertPower(inverses, x, "x ** -0.5", Functions.pow(x, -0.5), -0.5);
    }
  }

  private static void assertPower(double[] expected, NDArray x, String text, Expr java, Number n) {
    try (NDArray written = Formula.parse(text).eval(Map.of("x", x));
        NDArray bound = Formula.parse("pow(x, n)").eval(Map.of("x", x, "n", n));
        NDArray called = java.eval()) {
      assertArrayEquals(expected, written.toDoubleArray(), text);
      assertArrayEquals(expected, bound.toDoubleArray(), text);
      assertArrayEquals(expected, called.toDoubleArray(), text);
    }
  }

  private static double[] values(Expr expr) {
    try (NDArray result = expr.eval()) {
      return result.toDoubleArray();
    }
  }

  /** Where the power is a product. */
  private static DoubleUnaryOperator power(int n) {
    return switch (n) {
      case -1 -> x -> 1 / x;
      case 0 -> x -> 1;
      case 1 -> x -> x;
      case 2 -> x -> x * x;
      default -> x -> x * (x * x);
    };
  }

  @Test
  void powers_of_integers_wrap_and_do_not_become_fractions() {
    try (NDArray doubles = NDArray.of(-3.0, 2.0, 7.0);
        NDArray x = doubles.astype(DType.INT8).eval();
        NDArray power = Formula.parse("x ** 200").eval(Map.of("x", x));
        NDArray one = Formula.parse("x ** 0").eval(Map.of("x", x))) {
      assertEquals(DType.INT8, power.dtype());
      for (int i = 0; i < 3; i++) {
        byte exact = BigInteger.valueOf(x.getLong(i)).pow(200).byteValue();
        assertEquals(exact, power.getLong(i));
        assertEquals(1, one.getLong(i));
      }
      assertEquals(DType.FLOAT64, Formula.parse("x ** 2.0").bind(Map.of("x", x)).dtype());
      assertThrows(
          IllegalArgumentException.class, () -> Formula.parse("x ** -2").bind(Map.of("x", x)));
    }
    assertEquals(0.25, Formula.parse("2 ** n").item(Map.of("n", -2)));
  }

  @Test
  void a_text_is_compiled_once() {
    assertSame(Formula.parse("a * 2 + once"), Formula.parse("a * 2 + once"));
    IntStream.range(0, 3000).forEach(i -> Formula.parse("a + " + i));
    assertEquals(5, Formula.parse("a + 2").item(Map.of("a", 3)));
  }

  @Test
  void what_needs_no_variable_is_computed_while_parsing() {
    String plan = Formula.parse("x * exp(sin(0.5) + 2 * pi ** 2)").explain(Map.of("x", 2.0));
    assertTrue(!plan.contains("exp") && !plan.contains("sin"), plan);
    assertThrows(FormulaSyntaxException.class, () -> Formula.parse("x + 2.5 * (1.5 << 2)"));
  }

  @Test
  void equal_parts_are_computed_once_also_with_numbers_and_conversions() {
    try (NDArray a = NDArray.of(1.0, 2.0);
        NDArray b = a.astype(DType.INT32).eval()) {
      Map<String, NDArray> values = Map.of("a", a, "b", b);
      String plan =
          Formula.parse("exp(a*2 + float32(b)) / (1 + exp(a*2 + float32(b)))").explain(values);
      assertEquals(2, plan.split("exp\\(", -1).length, plan);
      assertEquals(2, plan.split("float32\\(", -1).length, plan);
      String sums = Formula.parse("sum(a*2) + sum(a*2) * max(b) + max(b)").explain(values);
      assertEquals(2, sums.split("sum of", -1).length, sums);
      Expr first = Functions.exp(a.times(2.5).plus(b.astype(DType.FLOAT32)));
      Expr second = Functions.exp(a.times(2.5).plus(b.astype(DType.FLOAT32)));
      String java = first.div(second.plus(1.0)).explain();
      assertEquals(2, java.split("exp\\(", -1).length, java);
      assertEquals(2, java.split("float32\\(", -1).length, java);
    }
  }

  @Test
  void deep_formulas_fit_a_stack_of_512_KiB() throws InterruptedException {
    StringBuilder text = new StringBuilder();
    int levels = 190;
    for (int i = 0; i < levels; i++) {
      text.append(i % 2 == 0 ? "1 < (i | 1 ^ 1 & 1 << 1 + 1 * -" : "where(True, 1, ");
      text.append(i % 2 == 0 ? "int64(" : "");
    }
    text.append("i");
    for (int i = levels - 1; i >= 0; i--) {
      text.append(i % 2 == 0 ? "))" : ")");
    }
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                assertThrows(FormulaSyntaxException.class, () -> Formula.parse(text.toString()));
                Formula.parse("exp(".repeat(190) + "x" + ")".repeat(190)).item(Map.of("x", 0));
                Formula.parse("x" + " + x".repeat(900)).item(Map.of("x", 1));
              } catch (Throwable e) {
                failure.set(e);
              }
            },
            "small stack",
            512 * 1024);
    thread.start();
    thread.join();
    assertNull(failure.get());
  }
}
