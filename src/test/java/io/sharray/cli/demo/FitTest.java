package io.sharray.cli.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FitTest {
  /** Computed with NumPy, SciPy and Newton's method, sums by math.fsum. */
  private static final double[] COEFFICIENTS = {
    0.663556089749,
    -0.0579469530276,
    -0.267787714919,
    0.0412060760535,
    -0.0381376799345,
    0.26891577038,
    0.0381637443562,
    -0.0441338820793,
    0.017252183708,
    0.177960794351,
    1.29295334408
  };

  private static final double[] ERRORS = {
    0.0247711790756, 0.00608972753598, 0.0226930879441, 0.00414699055878, 0.00339951359201,
    0.02994500724, 0.00146322941147, 0.0200522811598, 0.0361450168968, 0.0742612052571,
    0.0186097594147
  };

  @Test
  void the_maxima_agree_with_an_independent_fit_to_12_digits() {
    Fit.Result result = Fit.fit();
    assertEquals("-62419.5885644", digits(result.poisson().logLikelihood()));
    assertEquals("-44199.2744356", digits(result.constant().logLikelihood()));
    assertEquals("-43383.6620765", digits(result.full().logLikelihood()));
    assertArrayEquals(COEFFICIENTS, result.full().parameters(), 1e-10);
    assertArrayEquals(ERRORS, result.full().errors(), 1e-10);
  }

  private static String digits(double value) {
    return String.format(Locale.ROOT, "%.12g", value);
  }
}
