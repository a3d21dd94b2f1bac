package io.sharray.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sharray.NDArray;
import io.sharray.Scope;
import org.junit.jupiter.api.Test;

/** NIST's Longley data, a fit whose columns are nearly dependent: condition number 5e9. */
class LongleyTest {
  // y, then the columns of the model.
  private static final double[][] DATA = {
    {60323, 83.0, 234289, 2356, 1590, 107608, 1947},
    {61122, 88.5, 259426, 2325, 1456, 108632, 1948},
    {60171, 88.2, 258054, 3682, 1616, 109773, 1949},
    {61187, 89.5, 284599, 3351, 1650, 110929, 1950},
    {63221, 96.2, 328975, 2099, 3099, 112075, 1951},
    {63639, 98.1, 346999, 1932, 3594, 113270, 1952},
    {64989, 99.0, 365385, 1870, 3547, 115094, 1953},
    {63761, 100.0, 363112, 3578, 3350, 116219, 1954},
    {66019, 101.2, 397469, 2904, 3048, 117388, 1955},
    {67857, 104.6, 419180, 2822, 2857, 118734, 1956},
    {68169, 108.4, 442769, 2936, 2798, 120445, 1957},
    {66513, 110.8, 444546, 4681, 2637, 121950, 1958},
    {68655, 112.6, 482704, 3813, 2552, 123366, 1959},
    {69564, 114.2, 502601, 3931, 2514, 125368, 1960},
    {69331, 115.7, 518173, 4806, 2572, 127852, 1961},
    {70551, 116.9, 554894, 4007, 2827, 130081, 1962},
  };
  private static final double[] CERTIFIED = {
    -3482258.63459582,
    15.0618722713733,
    -0.0358191792925910,
    -2.02022980381683,
    -1.03322686717359,
    -0.0511041056535807,
    1829.15146461355
  };
  private static final double SQUARES = 836424.055505915;

  @Test
  void theFitHasNineCertifiedDigits() {
    Scope scope = Scope.open();
    try {
      NDArray data = NDArray.of(DATA);
      NDArray y = data.slice(":, 0").copy();
      NDArray x = data.copy();
      x.slice(":, 0").assign(1);
      Lstsq fit = Linalg.lstsq(x, y);
      assertEquals(7, fit.rank().itemLong());
      assertEquals(SQUARES, fit.residuals().item(), 1e-9 * SQUARES);
      Qr qr = Linalg.qr(x);
      NDArray b = Linalg.solve(qr.r(), Linalg.matmul(Matrices.transpose(qr.q()), y));
      for (int i = 0; i < CERTIFIED.length; i++) {
        assertEquals(
            CERTIFIED[i], fit.x().getDouble(i), 1e-9 * Math.abs(CERTIFIED[i]), "lstsq " + i);
        assertEquals(CERTIFIED[i], b.getDouble(i), 1e-9 * Math.abs(CERTIFIED[i]), "qr " + i);
      }
    } finally {
      scope.close();
    }
  }
}
