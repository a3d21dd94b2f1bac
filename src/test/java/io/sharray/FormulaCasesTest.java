package io.sharray;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.internal.expression.Op;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Formulas of numexpr and Python, with the values that these give. The file of cases is made by
 * {@code src/test/python/make_formula_cases.py}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FormulaCasesTest {
  /** A line of the file; complex numbers are two values. */
  record Case(String text, DType dtype, long[] shape, int tolerance, double[] values) {
    @Override
    public String toString() {
      return text;
    }
  }

  private static final Map<String, NDArray> OPERANDS = new HashMap<>();

  private static List<Case> lines(String kind) throws IOException {
    List<Case> cases = new ArrayList<>();
    try (InputStream in = FormulaCasesTest.class.getResourceAsStream("formula-cases.csv")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n")) {
        String[] fields = line.split(";");
        if (fields[0].equals(kind)) {
          long[] shape =
              fields[3].isEmpty()
                  ? new long[0]
                  : Stream.of(fields[3].split(" ")).mapToLong(Long::parseLong).toArray();
          cases.add(
              new Case(
                  fields[1],
                  DType.named(fields[2]).orElseThrow(),
                  shape,
                  Integer.parseInt(fields[4]),
                  Stream.of(fields[5].split("[ |]"))
                      .mapToDouble(FormulaCasesTest::number)
                      .toArray()));
        }
      }
    }
    return cases;
  }

  private static double number(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.parseDouble(text);
    };
  }

  static List<Case> cases() throws IOException {
    return lines("case");
  }

  @BeforeAll
  static void makeOperands() throws IOException {
    for (Case operand : lines("operand")) {
      OPERANDS.put(operand.text, array(operand));
    }
  }

  private static NDArray array(Case operand) {
    if (!operand.dtype.isComplex()) {
      try (NDArray doubles = NDArray.of(operand.values);
          NDArray shaped = doubles.reshape(operand.shape)) {
        return shaped.astype(operand.dtype).eval();
      }
    }
    try (NDArray parts = NDArray.of(operand.values);
        NDArray re = parts.slice("::2");
        NDArray im = parts.slice("1::2")) {
      return Formula.parse("re + 1j * im").eval(Map.of("re", re, "im", im));
    }
  }

  @AfterAll
  static void closeOperands() {
    OPERANDS.values().forEach(NDArray::close);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_formula_means_what_it_means_in_Python(Case c) {
    try (NDArray result = Formula.parse(c.text).eval(OPERANDS)) {
      assertEquals(c.dtype, result.dtype());
      assertArrayEquals(c.shape, result.shape());
      double[] found = values(result);
      assertEquals(c.values.length, found.length);
      for (int i = 0; i < found.length; i++) {
        if (!isClose(c, c.values[i], found[i])) {
          assertEquals(c.values[i], found[i], c.text + " at " + i);
        }
      }
    }
  }

  private static double[] values(NDArray array) {
    if (!array.dtype().isComplex()) {
      try (NDArray doubles = array.astype(DType.FLOAT64).eval()) {
        return doubles.toDoubleArray();
      }
    }
    try (NDArray re = Functions.real(array).eval();
        NDArray im = Functions.imag(array).eval()) {
      double[] parts = new double[2 * (int) re.size()];
      for (int i = 0; i < re.size(); i++) {
        parts[2 * i] = re.toDoubleArray()[i];
        parts[2 * i + 1] = im.toDoubleArray()[i];
      }
      return parts;
    }
  }

  private static boolean isClose(Case c, double expected, double found) {
    double unit = c.dtype == DType.FLOAT32 ? Math.ulp((float) expected) : Math.ulp(expected);
    return Double.compare(expected, found) == 0
        || c.tolerance > 0 && Math.abs(expected - found) <= c.tolerance * unit;
  }

  @ParameterizedTest
  @CsvSource({
    "abs,absolute fabs",
    "acos,arccos",
    "acosh,arccosh",
    "add,plus",
    "asin,arcsin",
    "asinh,arcsinh",
    "atan,arctan",
    "atan2,arctan2",
    "atanh,arctanh",
    "bitwiseAnd,bitwise_and",
    "bitwiseInvert,bitwise_invert bitwise_not invert",
    "bitwiseLeftShift,bitwise_left_shift left_shift",
    "bitwiseOr,bitwise_or",
    "bitwiseRightShift,bitwise_right_shift right_shift",
    "bitwiseXor,bitwise_xor",
    "conj,conjugate",
    "deg2rad,radians",
    "digamma,psi",
    "divide,true_divide",
    "floorDivide,floor_divide",
    "gammaln,lgamma",
    "greaterEqual,greater_equal",
    "hurwitzZeta,hurwitz_zeta",
    "klDiv,kl_div",
    "lessEqual,less_equal",
    "logNdtr,log_ndtr",
    "logicalAnd,logical_and",
    "logicalNot,logical_not",
    "logicalOr,logical_or",
    "logicalXor,logical_xor",
    "nanToNum,nan_to_num",
    "notEqual,not_equal",
    "pow,power",
    "rad2deg,degrees",
    "relEntr,rel_entr",
    "remainder,mod",
  })
  void functions_have_the_names_of_the_standard_and_of_NumPy_and_SciPy(String name, String others) {
    Op op = Op.named(name).orElseThrow();
    for (String other : others.split(" ")) {
      assertEquals(op, Op.named(other).orElse(null), other);
    }
  }

  @Test
  void every_function_of_the_standard_and_of_numexpr_is_there() {
    String names =
        "abs acos acosh add asin asinh atan atan2 atanh bitwise_and bitwise_invert"
            + " bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor ceil clip conj"
            + " copysign cos cosh divide equal exp expm1 floor floor_divide greater greater_equal"
            + " hypot imag isfinite isinf isnan less less_equal log log1p log2 log10 logaddexp"
            + " logical_and logical_not logical_or logical_xor maximum minimum multiply negative"
            + " nextafter not_equal positive pow real reciprocal remainder round sign signbit sin"
            + " sinh square sqrt subtract tan tanh trunc where exp2 cbrt fma fmod rint complex";
    for (String name : names.split(" ")) {
      assertTrue(Op.named(name).isPresent(), name);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "entr(0.5), 0.34657359027997264",
    "'rel_entr(0.5, 0.25)', 0.34657359027997264",
    "'kl_div(0.5, 0.25)', 0.09657359027997264",
    "erfcx(2), 0.25539567631050574",
    "erfcinv(0.5), 0.4769362762044699",
    "'beta(2, 3)', 0.08333333333333333",
    "'betaln(2, 3)', -2.4849066497880004",
    "i0(1), 1.2660658777520084",
    "i0e(1), 0.46575960759364043",
    "i1(1), 0.5651591039924851",
    "i1e(1), 0.2079104153497085",
    "j0(1), 0.7651976865579666",
    "j1(1), 0.44005058574493355",
    "y0(1), 0.08825696421567697",
    "y1(1), -0.7812128213002887",
    "k0(1), 0.42102443824070834",
    "k1(1), 0.6019072301972346",
    "'gammainc(2, 1)', 0.26424111765711533",
    "'gammaincc(2, 1)', 0.7357588823428847",
    "'betainc(2, 3, 0.25)', 0.26171875",
    "zeta(2), 1.6449340668482264",
    "'zeta(2, 0.5)', 4.934802200544679",
    "'polygamma(2, 1)', -2.4041138063191885"
  })
  void functions_take_their_operands_in_the_order_of_SciPy(String formula, double expected) {
    double found = Formula.parse(formula).item(Map.of());
    assertEquals(expected, found, 4 * Math.ulp(expected));
  }
}
