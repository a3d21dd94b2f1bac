package io.sharray.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.Complex;
import io.sharray.DType;
import io.sharray.Functions;
import io.sharray.LinalgException;
import io.sharray.NDArray;
import io.sharray.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches, dtypes, targets and failures. */
class LinalgTest {
  private Scope scope;

  @BeforeEach
  void openScope() {
    scope = Scope.open();
  }

  @AfterEach
  void closeScope() {
    scope.close();
  }

  private static void assertClose(NDArray expected, NDArray actual, double tolerance) {
    assertEquals(0, Matrices.difference(expected, actual), tolerance);
  }

  private static String message(Class<? extends RuntimeException> type, Executable call) {
    return assertThrows(type, call).getMessage();
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64", "COMPLEX64", "COMPLEX128"})
  void batchesAreTheirMatrices(DType dtype) {
    for (Matrices.Layout layout : Matrices.Layout.values()) {
      NDArray a = Matrices.layout(Matrices.random(1, dtype, 2, 3, 5, 5), layout);
      NDArray b = Matrices.layout(Matrices.random(2, dtype, 3, 5, 4), layout);
      NDArray x = Linalg.solve(a, b);
      NDArray c = Linalg.matmul(a, b);
      NDArray inverse = Linalg.inv(a);
      NDArray det = Linalg.det(a);
      Svd svd = Linalg.svd(a);
      Eig eig = Linalg.eig(a);
      Lstsq lstsq = Linalg.lstsq(a, b);
      NDArray norm = Linalg.matrixNorm(a, MatrixNorm.TWO, true);
      assertArrayEquals(new long[] {2, 3, 1, 1}, norm.shape());
      assertArrayEquals(new long[] {2, 3, 4}, lstsq.residuals().shape());
      for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 3; j++) {
          NDArray one = a.at(i, j);
          double tolerance = 100 * dtype.finfo().eps() * Linalg.cond(one).item();
          assertClose(Linalg.solve(one, b.at(j)), x.at(i, j), tolerance);
          assertClose(Linalg.matmul(one, b.at(j)), c.at(i, j), tolerance);
          assertClose(Linalg.inv(one), inverse.at(i, j), tolerance);
          assertClose(Linalg.det(one), det.at(i, j), tolerance);
          assertClose(Linalg.svdvals(one), svd.s().at(i, j), tolerance);
          assertClose(Linalg.eigvals(one), eig.eigenvalues().at(i, j), tolerance);
          assertClose(Linalg.lstsq(one, b.at(j)).x(), lstsq.x().at(i, j), tolerance);
          assertEquals(svd.s().getDouble(i, j, 0), norm.getDouble(i, j, 0, 0), tolerance);
        }
      }
    }
  }

  @Test
  void aHundredThousandSmallSystemsAreOneCall() {
    NDArray a = Matrices.random(3, DType.FLOAT64, 100_000, 4, 4);
    a.slice("..., 0, 0").assign(9);
    a.slice("..., 1, 1").assign(9);
    a.slice("..., 2, 2").assign(9);
    a.slice("..., 3, 3").assign(9);
    NDArray b = Matrices.random(4, DType.FLOAT64, 4);
    NDArray x = Linalg.solve(a, b);
    assertArrayEquals(new long[] {100_000, 4}, x.shape());
    NDArray product = Linalg.matmul(a, x.expandDims(2)).squeeze(2);
    assertEquals(0, Functions.max(Functions.abs(product.minus(b))).item(), 1e-13);
    a.slice("77777").assign(1);
    a.slice("88888").assign(1);
    LinalgException e = assertThrows(LinalgException.class, () -> Linalg.solve(a, b));
    assertEquals(77777, e.index());
    assertEquals(2, e.info());
    assertTrue(e.getMessage().contains("(77777,) of the batch (100000,) is singular"));
  }

  @Test
  void oneRightOperandForAllIsOneProduct() {
    NDArray a = Matrices.random(5, DType.FLOAT64, 6, 7, 8);
    NDArray b = Matrices.random(6, DType.FLOAT64, 8, 9);
    NDArray c = Linalg.matmul(a, b);
    for (int i = 0; i < 6; i++) {
      assertClose(Matrices.product(a.at(i), b), c.at(i), 1e-13);
    }
    NDArray row = Linalg.matmul(Matrices.random(7, DType.FLOAT64, 7), a);
    assertArrayEquals(new long[] {6, 8}, row.shape());
    NDArray column = Linalg.matmul(a, b.slice(":, 0"));
    assertClose(c.slice(":, :, 0"), column, 1e-13);
  }

  @Test
  void integersBecomeFloat64AndExpressionsAreEvaluated() {
    NDArray a = NDArray.of(new int[][] {{1, 2}, {3, 4}});
    assertEquals(DType.FLOAT64, Linalg.matmul(a, a).dtype());
    assertEquals(-2, Linalg.det(a).item(), 1e-15);
    NDArray f = a.astype(DType.FLOAT32).eval();
    assertEquals(DType.FLOAT32, Linalg.inv(f).dtype());
    assertEquals(DType.FLOAT64, Linalg.matmul(f, a).dtype());
    NDArray c = f.times(Complex.of(0, 1)).eval();
    assertEquals(DType.COMPLEX64, Linalg.matmul(f, c).dtype());
    assertEquals(14, Linalg.matmul(a.plus(1), a).getDouble(0, 0) + 3, 1e-15 + 3);
    assertEquals(5, Linalg.trace(a).itemLong());
    assertEquals(2, Linalg.trace(a, 1).itemLong());
    assertEquals(0, Linalg.trace(a, 5).itemLong());
    assertEquals(DType.INT32, Linalg.outer(a.slice("0"), a.slice("1")).dtype());
    assertEquals(11, Linalg.vecdot(a.slice("0"), a.slice("1")).itemLong());
  }

  @Test
  void targetsMayBeTheOperands() {
    NDArray a = Matrices.random(8, DType.FLOAT64, 20, 20);
    NDArray expected = Linalg.matmul(a, a);
    NDArray c = a.copy();
    assertClose(expected, Linalg.matmul(c, c, c), 0);
    NDArray b = Matrices.random(9, DType.FLOAT64, 20, 20);
    NDArray x = Linalg.solve(a, b);
    NDArray y = b.copy();
    assertClose(x, Linalg.solve(a, y, y), 0);
    NDArray z = a.copy();
    assertClose(x, Linalg.solve(z, b, z), 0);
    NDArray batch = Matrices.random(10, DType.FLOAT64, 3, 20, 20);
    NDArray many = Linalg.solve(a, batch);
    assertClose(many, Linalg.solve(a, batch, batch), 0);
  }

  @Test
  void tensordotSumsPairedAxes() {
    NDArray a = Matrices.random(11, DType.COMPLEX128, 3, 4, 5);
    NDArray b = Matrices.random(12, DType.COMPLEX128, 5, 4, 2);
    NDArray c = Linalg.tensordot(a, b, new int[] {1, -1}, new int[] {1, 0});
    assertArrayEquals(new long[] {3, 2}, c.shape());
    NDArray left = a.reshape(3, 20);
    NDArray right = b.permuteDims(1, 0, 2).reshape(20, 2);
    assertClose(Matrices.product(left, right), c, 1e-13);
    assertArrayEquals(new long[] {3, 4, 4, 2}, Linalg.tensordot(a, b, 1).shape());
    assertArrayEquals(new long[] {3, 4, 5, 5, 4, 2}, Linalg.tensordot(a, b, 0).shape());
  }

  @Test
  void vecdotConjugatesTheFirst() {
    NDArray x = NDArray.of(Complex.of(0, 1), Complex.of(2, 0));
    assertEquals(Complex.of(5, 0), Linalg.vecdot(x, x).itemComplex());
    NDArray a = Matrices.random(13, DType.FLOAT64, 3, 4);
    NDArray sums = Linalg.vecdot(a, a, -2);
    assertClose(Functions.sum(a.times(a), 0).eval(), sums, 1e-14);
  }

  @Test
  void normsAreThoseOfTheirDefinition() {
    NDArray a = NDArray.of(new double[][] {{1, -2, 3}, {-4, 5, -6}});
    assertEquals(Math.sqrt(91), Linalg.matrixNorm(a).item(), 1e-14);
    assertEquals(9, Linalg.matrixNorm(a, MatrixNorm.ONE, false).item());
    assertEquals(5, Linalg.matrixNorm(a, MatrixNorm.MINUS_ONE, false).item());
    assertEquals(15, Linalg.matrixNorm(a, MatrixNorm.INFINITY, false).item());
    assertEquals(6, Linalg.matrixNorm(a, MatrixNorm.MINUS_INFINITY, false).item());
    NDArray s = Linalg.svdvals(a);
    double large = s.getDouble(0);
    double small = s.getDouble(1);
    assertEquals(large, Linalg.matrixNorm(a, MatrixNorm.TWO, false).item());
    assertEquals(small, Linalg.matrixNorm(a, MatrixNorm.MINUS_TWO, false).item());
    assertEquals(large + small, Linalg.matrixNorm(a, MatrixNorm.NUCLEAR, false).item(), 1e-15);
    assertEquals(large / small, Linalg.cond(a).item());
    assertEquals(Double.POSITIVE_INFINITY, Linalg.cond(NDArray.zeros(DType.FLOAT64, 2, 2)).item());
    NDArray square = NDArray.of(new double[][] {{2, 0}, {0, 0.5}});
    assertEquals(4, Linalg.cond(square, MatrixNorm.ONE).item());
    assertEquals(Math.sqrt(14), Linalg.vectorNorm(a.slice("0")).item(), 1e-15);
    assertEquals(6, Linalg.vectorNorm(a.slice("0"), 1, false).item());
  }

  @Test
  void determinantsDoNotOverflowOnTheWay() {
    NDArray a = NDArray.zeros(DType.FLOAT64, 4, 4);
    double[] diagonal = {1e200, 1e200, 1e-200, 3e-200};
    for (int i = 0; i < 4; i++) {
      a.setDouble(diagonal[i], i, i);
    }
    assertEquals(3, Linalg.det(a).item(), 1e-14);
    a.assign(0);
    assertEquals(0, Linalg.det(a).item());
    Slogdet parts = Linalg.slogdet(a);
    assertEquals(0, parts.sign().item());
    assertEquals(Double.NEGATIVE_INFINITY, parts.logabsdet().item());
    assertEquals(1, Linalg.det(NDArray.zeros(DType.FLOAT64, 0, 0)).item());
  }

  @Test
  void matricesWithoutAResultAreNamed() {
    NDArray singular = NDArray.of(new double[][] {{1, 2}, {2, 4}});
    LinalgException e = assertThrows(LinalgException.class, () -> Linalg.inv(singular));
    assertEquals(2, e.info());
    assertEquals(0, e.index());
    assertTrue(e.getMessage().contains("inv: the (2, 2) matrix is singular"), e.getMessage());
    NDArray indefinite = NDArray.of(new double[][] {{1, 2}, {2, 1}});
    e = assertThrows(LinalgException.class, () -> Linalg.cholesky(indefinite));
    assertEquals(2, e.info());
    assertTrue(e.getMessage().contains("not positive definite"), e.getMessage());
    NDArray skew = NDArray.of(new double[][] {{1, 2}, {-2, 1}});
    assertTrue(message(LinalgException.class, () -> Linalg.eigh(skew)).contains("not symmetric"));
    assertTrue(
        message(LinalgException.class, () -> Linalg.cholesky(skew)).contains("not symmetric"));
    NDArray nan = NDArray.of(new double[][] {{1, Double.NaN}, {0, 1}});
    assertTrue(message(LinalgException.class, () -> Linalg.svd(nan)).contains("NaN"));
    assertTrue(message(LinalgException.class, () -> Linalg.eig(nan)).contains("NaN"));
    assertTrue(message(LinalgException.class, () -> Linalg.eigh(nan)).contains("NaN"));
    assertTrue(
        message(LinalgException.class, () -> Linalg.lstsq(nan, nan.slice("0"))).contains("NaN"));
    NDArray batch = NDArray.zeros(DType.COMPLEX64, 2, 3, 2, 2);
    batch.assign(NDArray.eye(2).broadcastTo(2, 3, 2, 2).astype(DType.COMPLEX64));
    batch.slice("1, 1").assign(0);
    e = assertThrows(LinalgException.class, () -> Linalg.inv(batch));
    assertEquals(4, e.index());
    assertTrue(e.getMessage().contains("at (1, 1) of the batch (2, 3)"), e.getMessage());
  }

  @Test
  void shapesThatDoNotFitAreRefusedWithTheirShapes() {
    NDArray a = NDArray.zeros(DType.FLOAT64, 2, 3);
    String said = message(IllegalArgumentException.class, () -> Linalg.matmul(a, a));
    assertTrue(said.contains("(2, 3) and (2, 3)"), said);
    said = message(IllegalArgumentException.class, () -> Linalg.inv(a));
    assertTrue(said.contains("inv: shape (2, 3) is not square"), said);
    said = message(IllegalArgumentException.class, () -> Linalg.svd(NDArray.of(1.0)));
    assertTrue(said.contains("svd: shape (1,) is no matrix"), said);
    NDArray square = NDArray.eye(3);
    said = message(IllegalArgumentException.class, () -> Linalg.solve(square, NDArray.of(1.0)));
    assertTrue(said.contains("(1,) does not fit a matrix of shape (3, 3)"), said);
    NDArray wrong = NDArray.zeros(DType.FLOAT32, 3, 3);
    said = message(IllegalArgumentException.class, () -> Linalg.matmul(square, square, wrong));
    assertTrue(said.contains("the target float32 of shape (3, 3)"), said);
    NDArray x = NDArray.zeros(DType.FLOAT64, 2, 3, 3);
    NDArray y = NDArray.zeros(DType.FLOAT64, 4, 3, 3);
    said = message(IllegalArgumentException.class, () -> Linalg.matmul(x, y));
    assertTrue(said.contains("batches (2,) and (4,)"), said);
    NDArray closed = NDArray.eye(3);
    closed.close();
    assertThrows(IllegalStateException.class, () -> Linalg.inv(closed));
  }

  @Test
  void emptyBatchesHaveEmptyResults() {
    NDArray none = NDArray.zeros(DType.FLOAT64, 0, 3, 3);
    assertArrayEquals(new long[] {0, 3, 3}, Linalg.inv(none).shape());
    assertArrayEquals(new long[] {0}, Linalg.det(none).shape());
    assertArrayEquals(new long[] {0, 3}, Linalg.svdvals(none).shape());
    assertArrayEquals(new long[] {0}, Linalg.matrixRank(none).shape());
    assertArrayEquals(new long[] {0, 3, 3}, Linalg.pinv(none).shape());
  }
}
