package io.sharray.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sharray.DType;
import io.sharray.NDArray;
import io.sharray.Scope;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.hipparchus.complex.Complex;
import org.hipparchus.complex.ComplexField;
import org.hipparchus.linear.Array2DRowFieldMatrix;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.ComplexEigenDecomposition;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.FieldLUDecomposition;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same numbers from Hipparchus, which shares no code with any provider. */
class LinalgIndependentTest {
  private Scope scope;

  @BeforeEach
  void openScope() {
    scope = Scope.open();
  }

  @AfterEach
  void closeScope() {
    scope.close();
  }

  /** Random, graded, nearly and exactly rank-deficient, Hilbert's. */
  static Stream<NDArray> squares() {
    NDArray random = Matrices.random(1, DType.FLOAT64, 30, 30);
    NDArray thin = Matrices.random(2, DType.FLOAT64, 20, 6);
    NDArray deficient = Matrices.product(thin, Matrices.transpose(thin));
    NDArray graded = Matrices.random(3, DType.FLOAT64, 12, 12);
    for (int i = 0; i < 12; i++) {
      graded.slice("" + i).assign(graded.slice("" + i).times(Math.pow(10, -i)));
    }
    return Stream.of(
        random, deficient, graded, Matrices.hilbert(12), NDArray.ones(DType.FLOAT64, 1, 1));
  }

  private static RealMatrix real(NDArray a) {
    double[][] rows = new double[(int) a.shape()[0]][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = a.at(i).toDoubleArray();
    }
    return new Array2DRowRealMatrix(rows, false);
  }

  @ParameterizedTest
  @MethodSource("squares")
  void singularValuesAndRanksAgree(NDArray a) {
    double[] expected = new SingularValueDecomposition(real(a)).getSingularValues();
    double tolerance = 1e-14 * a.shape()[0] * expected[0];
    assertArrayEquals(expected, Linalg.svdvals(a).toDoubleArray(), tolerance);
    double eps = Math.ulp(1.0) * a.shape()[0];
    long rank = Arrays.stream(expected).filter(s -> s > eps * expected[0]).count();
    assertEquals(rank, Linalg.matrixRank(a).itemLong(), rank == a.shape()[0] ? 1 : 0);
  }

  @ParameterizedTest
  @MethodSource("squares")
  void determinantsAgree(NDArray a) {
    double[] s = new SingularValueDecomposition(real(a)).getSingularValues();
    double product = Arrays.stream(s).reduce(1, (x, y) -> x * y);
    double condition = s[0] / Math.max(s[s.length - 1], Math.ulp(s[0]));
    double expected = new LUDecomposition(real(a), 0).getDeterminant();
    double tolerance =
        Math.max(Math.abs(product), Math.abs(expected)) * Math.min(1, 1e-13 * condition);
    assertEquals(expected, Linalg.det(a).item(), tolerance);
  }

  @ParameterizedTest
  @MethodSource("squares")
  void solutionsLeaveTheSmallestResidual(NDArray a) {
    long n = a.shape()[0];
    double[] s = new SingularValueDecomposition(real(a)).getSingularValues();
    if (s[(int) n - 1] < 1e-17 * s[0] || n == 20) {
      return;
    }
    NDArray b = NDArray.ones(DType.FLOAT64, n);
    NDArray x = Linalg.solve(a, b);
    NDArray rest = Linalg.matmul(a, x).minus(b).eval();
    // Backward stable, however ill-conditioned.
    assertEquals(0, Matrices.size(rest), 1e-15 * n * n * (s[0] * Matrices.size(x) + 1));
    double condition = s[0] / s[(int) n - 1];
    double[] expected =
        new LUDecomposition(real(a), 0).getSolver().solve(real(b.expandDims(1))).getColumn(0);
    assertArrayEquals(expected, x.toDoubleArray(), 1e-14 * condition * Matrices.size(x));
  }

  @Test
  void symmetricEigenvaluesAndCholeskysFactorAgree() {
    NDArray a = Matrices.random(4, DType.FLOAT64, 25, 25);
    NDArray s = Linalg.matmul(a, Matrices.transpose(a));
    double[] expected = new EigenDecompositionSymmetric(real(s)).getEigenvalues();
    Arrays.sort(expected);
    assertArrayEquals(expected, Linalg.eigvalsh(s).toDoubleArray(), 1e-11);
    RealMatrix l = new CholeskyDecomposition(real(s), 1e-9, 0).getL();
    assertEquals(0, real(Linalg.cholesky(s)).subtract(l).getNorm1(), 1e-11);
    double[] hilbert = new EigenDecompositionSymmetric(real(Matrices.hilbert(12))).getEigenvalues();
    Arrays.sort(hilbert);
    assertArrayEquals(hilbert, Linalg.eigvalsh(Matrices.hilbert(12)).toDoubleArray(), 1e-14);
  }

  @Test
  void eigenvaluesAgree() {
    NDArray a = Matrices.random(5, DType.FLOAT64, 16, 16);
    Comparator<Complex> order =
        Comparator.comparingDouble((Complex z) -> Math.round(z.getReal() * 1e8))
            .thenComparingDouble(Complex::getImaginary);
    Complex[] expected = new ComplexEigenDecomposition(real(a)).getEigenvalues();
    Complex[] actual =
        Arrays.stream(Linalg.eigvals(a).toComplexArray())
            .map(z -> new Complex(z.re(), z.im()))
            .toArray(Complex[]::new);
    Arrays.sort(expected, order);
    Arrays.sort(actual, order);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(0, expected[i].subtract(actual[i]).norm(), 1e-9);
    }
  }

  @Test
  void complexSystemsAgree() {
    NDArray a = Matrices.random(6, DType.COMPLEX128, 15, 15);
    Complex[][] rows = new Complex[15][15];
    for (int i = 0; i < 15; i++) {
      for (int j = 0; j < 15; j++) {
        rows[i][j] = new Complex(a.getComplex(i, j).re(), a.getComplex(i, j).im());
      }
    }
    FieldLUDecomposition<Complex> lu =
        new FieldLUDecomposition<>(new Array2DRowFieldMatrix<>(ComplexField.getInstance(), rows));
    io.sharray.Complex det = Linalg.det(a).itemComplex();
    Complex expected = lu.getDeterminant();
    assertEquals(
        0, expected.subtract(new Complex(det.re(), det.im())).norm(), 1e-11 * expected.norm());
    NDArray inverse = Linalg.inv(a);
    Complex[][] wanted = lu.getSolver().getInverse().getData();
    for (int i = 0; i < 15; i++) {
      for (int j = 0; j < 15; j++) {
        io.sharray.Complex z = inverse.getComplex(i, j);
        assertEquals(0, wanted[i][j].subtract(new Complex(z.re(), z.im())).norm(), 1e-11);
      }
    }
  }
}
