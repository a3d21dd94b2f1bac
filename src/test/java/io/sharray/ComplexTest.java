package io.sharray;

import static io.sharray.Functions.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Expressions of complex arrays. */
class ComplexTest {
  private static final double BOUND = 1e-14;

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static NDArray numbers(int n, int seed) {
    Random random = new Random(seed);
    Complex[] values = new Complex[n];
    for (int i = 0; i < n; i++) {
      values[i] = Complex.of(4 * random.nextDouble() - 2, 4 * random.nextDouble() - 2);
    }
    return NDArray.of(values);
  }

  private static void near(Complex expected, Complex actual) {
    double distance = Math.hypot(expected.re() - actual.re(), expected.im() - actual.im());
    assertTrue(distance <= BOUND * (1 + expected.abs()), expected + " and " + actual);
  }

  private static Complex only(Expr expression) {
    return expression.eval().getComplex(0);
  }

  @Test
  void arithmeticOfEveryLength() {
    for (int n = 1; n <= 20; n++) {
      NDArray x = numbers(n, n);
      NDArray y = numbers(n, 100 + n);
      NDArray product = x.times(y).eval();
      NDArray quotient = x.div(y).eval();
      for (int i = 0; i < n; i++) {
        Complex a = x.getComplex(i);
        Complex b = y.getComplex(i);
        Complex expected =
            Complex.of(a.re() * b.re() - a.im() * b.im(), a.re() * b.im() + a.im() * b.re());
        assertEquals(expected, product.getComplex(i));
        double size = b.re() * b.re() + b.im() * b.im();
        near(
            Complex.of(
                (a.re() * b.re() + a.im() * b.im()) / size,
                (a.im() * b.re() - a.re() * b.im()) / size),
            quotient.getComplex(i));
      }
    }
  }

  @Test
  void functionsKeepTheirIdentities() {
    int n = 1500;
    NDArray z = numbers(n, 5);
    NDArray one = NDArray.full(DType.COMPLEX128, Complex.of(1, 0), n);
    record Identity(Expr left, Expr right) {}
    Identity[] identities = {
      new Identity(exp(log(z)), z),
      new Identity(square(sqrt(z)), z),
      new Identity(z.times(reciprocal(z)), one),
      new Identity(square(sin(z)).plus(square(cos(z))), one),
      new Identity(square(cosh(z)).minus(square(sinh(z))), one),
      new Identity(tan(z).times(cos(z)), sin(z)),
      new Identity(tanh(z).times(cosh(z)), sinh(z)),
      new Identity(sin(asin(z)), z),
      new Identity(cos(acos(z)), z),
      new Identity(tan(atan(z)), z),
      new Identity(sinh(asinh(z)), z),
      new Identity(cosh(acosh(z)), z),
      new Identity(tanh(atanh(z)), z),
      new Identity(expm1(log1p(z)), z),
      new Identity(log2(z).times(Math.log(2)), log(z)),
      new Identity(log10(z).times(Math.log(10)), log(z)),
      new Identity(pow(z, one.times(0.5)), sqrt(z)),
      new Identity(pow(z, one.times(3)), z.times(z).times(z)),
      new Identity(sign(z).times(abs(z)), z),
      new Identity(conj(z).times(z), square(abs(z)).plus(Complex.of(0, 0))),
    };
    for (int k = 0; k < identities.length; k++) {
      NDArray left = identities[k].left().eval();
      NDArray right = identities[k].right().eval();
      for (int i = 0; i < n; i++) {
        Complex expected = right.getComplex(i);
        Complex actual = left.getComplex(i);
        double distance = Math.hypot(expected.re() - actual.re(), expected.im() - actual.im());
        // tan and tanh near their poles, and their inverses, carry the condition of the function.
        double bound = 1e-12 * (1 + expected.abs());
        assertTrue(distance <= bound, "identity " + k + ": " + expected + " and " + actual);
      }
    }
  }

  @Test
  void knownValues() {
    near(Complex.of(-1, 0), only(exp(NDArray.of(Complex.of(0, Math.PI)))));
    near(Complex.of(0, Math.PI), only(log(NDArray.of(Complex.of(-1, 0)))));
    assertEquals(Complex.of(0, -2), only(sqrt(NDArray.of(Complex.of(-4, -0.0)))));
    assertEquals(
        Complex.of(-3, 4), only(pow(NDArray.of(Complex.of(1, 2)), NDArray.of(Complex.of(2, 0)))));
    assertEquals(5, abs(NDArray.of(Complex.of(3, -4))).eval().getDouble(0));
    assertEquals(Complex.of(2, -4), only(round(NDArray.of(Complex.of(2.5, -3.5)))));
  }

  @Test
  void dtypes() {
    NDArray z = numbers(7, 1);
    NDArray narrow = z.astype(DType.COMPLEX64).eval();
    NDArray floats = NDArray.full(DType.FLOAT32, 2, 7);
    assertEquals(DType.FLOAT64, abs(z).dtype());
    assertEquals(DType.FLOAT32, abs(narrow).dtype());
    assertEquals(DType.COMPLEX64, floats.times(narrow).dtype());
    assertEquals(DType.COMPLEX128, floats.times(z).dtype());
    assertEquals(DType.COMPLEX64, exp(narrow).dtype());
    assertEquals(DType.COMPLEX128, narrow.plus(z).dtype());
    NDArray wide = exp(narrow.astype(DType.COMPLEX128)).eval();
    NDArray result = exp(narrow).eval();
    for (int i = 0; i < 7; i++) {
      Complex w = wide.getComplex(i);
      assertEquals(Complex.of((float) w.re(), (float) w.im()), result.getComplex(i));
    }
    String message = assertThrows(IllegalArgumentException.class, () -> atan2(z, z)).getMessage();
    assertTrue(message.contains("atan2") && message.contains("complex128"), message);
  }

  @Test
  void complexNumbersInExpressions() {
    Complex c = Complex.of(1, -2);
    NDArray x = NDArray.of(3.0, 4.0);
    assertEquals(DType.COMPLEX128, x.plus(c).dtype());
    assertEquals(DType.COMPLEX64, NDArray.full(DType.FLOAT32, 1, 2).times(c).dtype());
    assertEquals(Complex.of(4, -2), only(x.plus(c)));
    assertEquals(Complex.of(2, 2), only(x.minus(c)));
    assertEquals(Complex.of(3, -6), only(x.times(c)));
    near(Complex.of(0.6, 1.2), only(x.div(c)));
  }

  @Test
  void slicesAndReversedViews() {
    NDArray z = numbers(41, 3);
    NDArray view = z.slice(Slice.range(40L, null, -3));
    NDArray result = sqrt(view).eval();
    NDArray whole = sqrt(z).eval();
    for (int i = 0; i < result.size(); i++) {
      assertEquals(whole.getComplex(40 - 3 * i), result.getComplex(i));
    }
  }
}
