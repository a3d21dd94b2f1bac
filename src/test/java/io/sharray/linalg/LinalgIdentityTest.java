package io.sharray.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.DType;
import io.sharray.Functions;
import io.sharray.NDArray;
import io.sharray.Scope;
import io.sharray.linalg.Matrices.Layout;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Results put together again give the matrix they came from. */
class LinalgIdentityTest {
  private static final long[][] SHAPES = {
    {0, 0}, {0, 3}, {3, 0}, {1, 1}, {2, 2}, {5, 5}, {1, 7}, {7, 1}, {9, 4}, {4, 9}, {33, 33},
    {40, 35}
  };

  private Scope scope;

  @BeforeEach
  void openScope() {
    scope = Scope.open();
  }

  @AfterEach
  void closeScope() {
    scope.close();
  }

  static Stream<Arguments> matrices() {
    return Stream.of(Matrices.DTYPES)
        .flatMap(
            dtype ->
                Stream.of(SHAPES)
                    .flatMap(
                        shape ->
                            Stream.of(Layout.values())
                                .map(layout -> Arguments.of(dtype, shape, layout))));
  }

  static Stream<Arguments> squares() {
    return matrices().filter(a -> ((long[]) a.get()[1])[0] == ((long[]) a.get()[1])[1]);
  }

  private static NDArray matrix(DType dtype, long[] shape, Layout layout) {
    return Matrices.layout(Matrices.random(shape[0] * 100 + shape[1], dtype, shape), layout);
  }

  private static void assertClose(NDArray expected, NDArray actual, double tolerance) {
    assertEquals(0, Matrices.difference(expected, actual), tolerance);
  }

  private static NDArray identity(long n) {
    return NDArray.eye(n);
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void productsAreThoseOfThreeLoops(DType dtype, long[] shape, Layout layout) {
    NDArray a = matrix(dtype, shape, layout);
    for (Layout other : Layout.values()) {
      NDArray b = matrix(dtype, new long[] {shape[1], 6}, other);
      NDArray expected = Matrices.product(a, b);
      NDArray c = Linalg.matmul(a, b);
      assertEquals(dtype, c.dtype());
      assertClose(expected, c, Matrices.tolerance(dtype, 1, shape[1]));
      NDArray out = matrix(dtype, new long[] {shape[0], 6}, other);
      assertClose(c, Linalg.matmul(a, b, out), Matrices.tolerance(dtype, 1, shape[1]));
      NDArray column = Linalg.matmul(a, b.slice(":, 2"));
      assertArrayEquals(new long[] {shape[0]}, column.shape());
      assertClose(expected.slice(":, 2"), column, Matrices.tolerance(dtype, 1, shape[1]));
      if (shape[0] > 0) {
        NDArray row = Linalg.matmul(a.slice("0"), b);
        assertClose(expected.slice("0"), row, Matrices.tolerance(dtype, 1, shape[1]));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("squares")
  void systemsInversesAndDeterminantsFitTheirMatrix(DType dtype, long[] shape, Layout layout) {
    long n = shape[0];
    NDArray a = matrix(dtype, shape, layout);
    NDArray before = a.copy();
    double condition = n == 0 ? 1 : Linalg.cond(a).item();
    double tolerance = Matrices.tolerance(dtype, condition, n);
    for (Layout other : Layout.values()) {
      NDArray b = matrix(dtype, new long[] {n, 3}, other);
      NDArray x = Linalg.solve(a, b);
      assertClose(b, Matrices.product(a, x), tolerance);
      assertClose(x, Linalg.solve(a, b, matrix(dtype, new long[] {n, 3}, other)), 0);
      NDArray vector = Linalg.solve(a, b.slice(":, 1"));
      assertClose(x.slice(":, 1"), vector, tolerance);
    }
    NDArray inverse = Linalg.inv(a);
    assertClose(identity(n), Matrices.product(a, inverse), tolerance);
    NDArray det = Linalg.det(a);
    Slogdet parts = Linalg.slogdet(a);
    assertEquals(dtype.real(), parts.logabsdet().dtype());
    NDArray same = parts.sign().times(Functions.exp(parts.logabsdet()).astype(dtype)).eval();
    double size = Matrices.size(det);
    assertClose(det, same, Matrices.tolerance(dtype, size, 10 * n));
    Lu lu = Linalg.lu(a);
    assertClose(a, before, 0);
    double diagonal = 1;
    for (long i = 0; i < n; i++) {
      diagonal *= Math.hypot(lu.u().getComplex(i, i).re(), lu.u().getComplex(i, i).im());
    }
    assertEquals(diagonal, size, Matrices.tolerance(dtype, size, 10 * n));
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void factorsMultiplyToTheirMatrix(DType dtype, long[] shape, Layout layout) {
    long m = shape[0];
    long n = shape[1];
    long least = Math.min(m, n);
    NDArray a = matrix(dtype, shape, layout);
    NDArray before = a.copy();
    double tolerance = Matrices.tolerance(dtype, 3, m + n);
    Lu lu = Linalg.lu(a);
    NDArray rows = a.copy().take(lu.permutation(), 0);
    assertClose(rows, Matrices.product(lu.l(), lu.u()), tolerance);
    for (boolean complete : new boolean[] {false, true}) {
      Qr qr = Linalg.qr(a, complete);
      assertArrayEquals(new long[] {m, complete ? m : least}, qr.q().shape());
      assertClose(a, Matrices.product(qr.q(), qr.r()), tolerance);
      assertOrthonormal(qr.q(), tolerance);
      for (long i = 1; i < qr.r().shape()[0]; i++) {
        assertEquals(0, Matrices.size(qr.r().slice(i + ", :" + Math.min(i, n))));
      }
    }
    for (boolean full : new boolean[] {false, true}) {
      Svd svd = Linalg.svd(a, full);
      assertArrayEquals(new long[] {m, full ? m : least}, svd.u().shape());
      assertArrayEquals(new long[] {full ? n : least, n}, svd.vh().shape());
      NDArray s = Matrices.diagonal(svd.s(), full ? m : least, full ? n : least);
      assertClose(a, Matrices.product(Matrices.product(svd.u(), s), svd.vh()), tolerance);
      assertOrthonormal(svd.u(), tolerance);
      assertOrthonormal(Matrices.adjoint(svd.vh()), tolerance);
      assertClose(svd.s(), Linalg.svdvals(a), tolerance);
      for (long i = 1; i < least; i++) {
        assertTrue(svd.s().getDouble(i) <= svd.s().getDouble(i - 1));
      }
    }
    assertClose(a, before, 0);
  }

  private static void assertOrthonormal(NDArray q, double tolerance) {
    NDArray product = Matrices.product(Matrices.adjoint(q), q);
    assertClose(identity(q.shape()[1]), product, tolerance);
  }

  @ParameterizedTest
  @MethodSource("squares")
  void eigenvectorsKeepTheirDirection(DType dtype, long[] shape, Layout layout) {
    long n = shape[0];
    NDArray a = matrix(dtype, shape, layout);
    double tolerance = Matrices.tolerance(dtype, 10, n);
    Eig eig = Linalg.eig(a);
    assertTrue(eig.eigenvalues().dtype().isComplex());
    NDArray scaled =
        Matrices.product(eig.eigenvectors(), Matrices.diagonal(eig.eigenvalues(), n, n));
    assertClose(scaled, Matrices.product(a, eig.eigenvectors()), tolerance);
    NDArray sum = Functions.sum(Linalg.eigvals(a)).eval();
    assertClose(Linalg.trace(a), sum, tolerance);

    NDArray h = Matrices.layout(a.plus(Matrices.adjoint(a)).eval(), layout);
    Eig eigh = Linalg.eigh(h);
    assertEquals(dtype.real(), eigh.eigenvalues().dtype());
    NDArray v = eigh.eigenvectors();
    NDArray w = Matrices.diagonal(eigh.eigenvalues(), n, n);
    assertClose(Matrices.product(v, w), Matrices.product(h, v), tolerance);
    assertOrthonormal(v, tolerance);
    assertClose(eigh.eigenvalues(), Linalg.eigvalsh(h), tolerance);

    NDArray definite = Linalg.matmul(a, Matrices.adjoint(a)).plus(NDArray.eye(dtype, n)).eval();
    definite = Matrices.layout(definite, layout);
    NDArray l = Linalg.cholesky(definite);
    assertClose(definite, Matrices.product(l, Matrices.adjoint(l)), 5 * n * tolerance);
    NDArray u = Linalg.cholesky(definite, true);
    assertClose(definite, Matrices.product(Matrices.adjoint(u), u), 5 * n * tolerance);
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void leastSquaresAndPseudoInversesAgree(DType dtype, long[] shape, Layout layout) {
    long m = shape[0];
    long n = shape[1];
    NDArray a = matrix(dtype, shape, layout);
    NDArray b = matrix(dtype, new long[] {m, 2}, layout);
    double condition = Math.min(m, n) == 0 ? 1 : Linalg.cond(a).item();
    double tolerance = Matrices.tolerance(dtype, condition, m + n);
    Lstsq lstsq = Linalg.lstsq(a, b);
    NDArray pinv = Linalg.pinv(a);
    assertArrayEquals(new long[] {n, m}, pinv.shape());
    NDArray x = Matrices.product(pinv, b);
    assertClose(x, lstsq.x(), tolerance);
    assertEquals(Math.min(m, n), lstsq.rank().itemLong());
    assertEquals(Math.min(m, n), Linalg.matrixRank(a).itemLong());
    assertClose(Linalg.svdvals(a), lstsq.singularValues(), tolerance);
    NDArray rest = b.minus(Matrices.product(a, x)).eval();
    NDArray squares = Functions.sum(Functions.square(Functions.abs(rest)), 0).eval();
    assertClose(squares, lstsq.residuals(), m * tolerance);
    Lstsq vector = Linalg.lstsq(a, b.slice(":, 0"));
    assertClose(lstsq.x().slice(":, 0"), vector.x(), tolerance);
    assertArrayEquals(new long[0], vector.residuals().shape());
  }
}
