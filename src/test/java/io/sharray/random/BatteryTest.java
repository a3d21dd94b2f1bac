package io.sharray.random;

import static io.sharray.Functions.*;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Whether the numbers look random: moments, chi-square, Kolmogorov-Smirnov, serial correlation. The
 * seeds are fixed, so a test that passes once does so for ever. {@code -Dsharray.random.numbers}
 * says how many numbers each test takes.
 */
class BatteryTest {
  private static final long NUMBERS = Long.getLong("sharray.random.numbers", 1_000_000);
  private static final int CHUNK = 1_000_000;

  /** A statistic this improbable does not happen by chance. */
  private static final double LEAST = 1e-5;

  private static final int BINS = 1 << 12;

  /** What is counted of numbers that should be uniform. */
  private static final class Uniformity {
    private final long[] counts = new long[BINS];
    private final double[] lagged = new double[4];
    private final double[] powers = new double[5];
    private double largest;
    private long count;

    void add(double[] u) {
      for (int i = 0; i < u.length; i++) {
        double centred = u[i] - 0.5;
        counts[(int) Math.min(BINS - 1, u[i] * BINS)]++;
        double power = 1;
        for (int k = 1; k < powers.length; k++) {
          power *= centred;
          powers[k] += power;
        }
        for (int lag = 1; lag < lagged.length && lag <= i; lag++) {
          lagged[lag] += centred * (u[i - lag] - 0.5);
        }
      }
      count += u.length;
      largest = Math.max(largest, kolmogorov(u));
    }

    /** sqrt(n) times the largest distance of the distribution function from that of these. */
    private static double kolmogorov(double[] u) {
      double[] sorted = u.clone();
      Arrays.parallelSort(sorted);
      double n = sorted.length;
      double distance = 0;
      for (int i = 0; i < sorted.length; i++) {
        distance = Math.max(distance, Math.max((i + 1) / n - sorted[i], sorted[i] - i / n));
      }
      return distance * Math.sqrt(n);
    }

    void check(String what) {
      double expected = (double) count / BINS;
      double square = 0;
      double sum = 0;
      double distance = 0;
      for (int i = 0; i < BINS; i++) {
        square += (counts[i] - expected) * (counts[i] - expected) / expected;
        sum += counts[i] - expected;
        distance = Math.max(distance, Math.abs(sum));
      }
      assertLikely(what + ": chi-square", chiSquare(BINS - 1, square));
      double chunks = Math.max(1, (double) count / CHUNK);
      // Of the largest of so many.
      double one = tail(largest);
      assertLikely(
          what + ": Kolmogorov-Smirnov of a chunk", -Math.expm1(chunks * Math.log1p(-one)));
      assertLikely(what + ": Kolmogorov-Smirnov", tail(distance / Math.sqrt(count)));
      for (int k = 1; k < powers.length; k++) {
        double mean = k % 2 == 1 ? 0 : Math.pow(0.5, k) / (k + 1);
        double variance = Math.pow(0.25, k) / (2 * k + 1) - mean * mean;
        assertNormal(
            what + ": moment " + k, (powers[k] / count - mean) * Math.sqrt(count / variance));
      }
      for (int lag = 1; lag < lagged.length; lag++) {
        assertNormal(what + ": correlation at lag " + lag, lagged[lag] * 12 / Math.sqrt(count));
      }
    }

    /** The limit distribution of Kolmogorov. */
    private static double tail(double x) {
      double sum = 0;
      for (int k = 1; k < 100; k++) {
        sum += (k % 2 == 1 ? 2 : -2) * Math.exp(-2.0 * k * k * x * x);
      }
      return x < 0.2 ? 1 : sum;
    }
  }

  private static double chiSquare(double freedom, double square) {
    return gammaincc(number(freedom / 2), number(square / 2)).item();
  }

  private static Expr number(double value) {
    return io.sharray.internal.expression.Node.constant(value);
  }

  private static void assertLikely(String what, double probability) {
    assertTrue(
        probability > LEAST && probability < 1 - LEAST * 1e-3, what + " has p = " + probability);
  }

  private static void assertNormal(String what, double deviations) {
    assertTrue(Math.abs(deviations) < 4.5, what + " is off by " + deviations + " deviations");
  }

  /** Numbers mapped to uniform ones by their distribution function. */
  private static void uniformity(String what, ArrayRandom rng, Function<ArrayRandom, Expr> drawn) {
    Uniformity uniformity = new Uniformity();
    try (NDArray chunk = NDArray.zeros(DType.FLOAT64, CHUNK)) {
      for (long done = 0; done < NUMBERS; done += CHUNK) {
        drawn.apply(rng.at(0).startingAt(done)).into(chunk);
        uniformity.add(chunk.toDoubleArray());
      }
    }
    uniformity.check(what);
  }

  @Test
  void uniform_numbers() {
    uniformity("uniform", ArrayRandom.philox(11), ArrayRandom::uniform);
    uniformity("the next call", ArrayRandom.philox(11).stream(1), ArrayRandom::uniform);
  }

  @Test
  void float32_numbers() {
    uniformity(
        "uniform",
        ArrayRandom.philox(12),
        rng -> rng.uniform(DType.FLOAT32).astype(DType.FLOAT64).plus(0x1p-25));
  }

  @Test
  void normal_numbers() {
    uniformity("normal", ArrayRandom.philox(13), rng -> ndtr(rng.normal()));
  }

  @Test
  void exponential_numbers() {
    uniformity("exponential", ArrayRandom.philox(14), rng -> exp(rng.exponential().unaryMinus()));
  }

  @Test
  void gamma_numbers() {
    for (double shape : new double[] {0.3, 1.0, 17.5}) {
      uniformity(
          "gamma " + shape,
          ArrayRandom.philox(15),
          rng -> gammainc(number(shape), rng.gamma(shape)));
    }
  }

  /** Elements of consecutive calls and of consecutive streams are no more alike than others. */
  @Test
  void calls_and_streams_are_independent() {
    ArrayRandom rng = ArrayRandom.philox(16);
    double[][] rows = new double[40][];
    for (int i = 0; i < rows.length; i++) {
      ArrayRandom from = i < 20 ? rng : rng.stream(i);
      try (NDArray drawn = from.normal(20_000)) {
        rows[i] = drawn.toDoubleArray();
      }
    }
    double square = 0;
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < i; k++) {
        double sum = 0;
        for (int j = 0; j < rows[i].length; j++) {
          sum += rows[i][j] * rows[k][j];
        }
        square += sum * sum / rows[i].length;
      }
    }
    assertLikely("correlations", chiSquare(rows.length * (rows.length - 1) / 2.0, square));
  }

  @Test
  void poisson_numbers() {
    for (double mean : new double[] {0.7, 9.5, 10.5, 200, 1e6}) {
      DoubleUnaryOperator log = k -> k * Math.log(mean) - mean - gammaln(number(k + 1)).item();
      frequencies("poisson " + mean, rng -> rng.poisson(mean), mean, Math.sqrt(mean), 1e18, log);
    }
  }

  @Test
  void binomial_numbers() {
    double[][] cases = {{10, 0.3}, {40, 0.5}, {100, 0.97}, {1000, 0.2}, {1e6, 0.6}};
    for (double[] c : cases) {
      double n = c[0];
      double p = c[1];
      DoubleUnaryOperator log =
          k ->
              gammaln(number(n + 1)).item()
                  - gammaln(number(k + 1)).item()
                  - gammaln(number(n - k + 1)).item()
                  + k * Math.log(p)
                  + (n - k) * Math.log1p(-p);
      frequencies(
          "binomial " + n + " " + p,
          rng -> rng.binomial((long) n, p),
          n * p,
          Math.sqrt(n * p * (1 - p)),
          n,
          log);
    }
  }

  @Test
  void whole_numbers() {
    for (long bound : new long[] {2, 6, 1000}) {
      double n = bound;
      frequencies(
          "integers " + bound,
          rng -> rng.integers(0, bound),
          (n - 1) / 2,
          Math.sqrt((n * n - 1) / 12),
          n - 1,
          k -> -Math.log(n));
    }
    // Numbers of all sizes: a bound for which a third is drawn again.
    long bound = 0x6000000000000001L;
    uniformity(
        "large integers",
        ArrayRandom.philox(18),
        rng -> rng.integers(0, bound).astype(DType.FLOAT64).times(1.0 / bound));
  }

  /** All orders of four, and the places of numbers among many, where buckets meet. */
  @Test
  void permutations() {
    ArrayRandom rng = ArrayRandom.philox(19);
    java.util.Map<String, Integer> orders = new java.util.HashMap<>();
    int rounds = 24_000;
    for (int i = 0; i < rounds; i++) {
      try (NDArray order = rng.permutation(4)) {
        orders.merge(Arrays.toString(order.toLongArray()), 1, Integer::sum);
      }
    }
    double square = 0;
    for (int count : orders.values()) {
      square += Math.pow(count - rounds / 24.0, 2) / (rounds / 24.0);
    }
    assertTrue(orders.size() == 24);
    assertLikely("orders of four", chiSquare(23, square));
    Uniformity places = new Uniformity();
    long n = 300_000;
    for (int i = 0; i < 4; i++) {
      try (NDArray order = rng.permutation(n)) {
        double[] u = order.astype(DType.FLOAT64).plus(0.5).div((double) n).eval().toDoubleArray();
        places.add(Arrays.copyOf(u, 10_000));
        places.add(Arrays.copyOfRange(u, 60_000, 80_000));
      }
    }
    places.check("places");
  }

  /** Frequencies of values within 8 deviations against their probabilities; rare ones together. */
  private static void frequencies(
      String what,
      Function<ArrayRandom, Expr> drawn,
      double mean,
      double deviation,
      double most,
      DoubleUnaryOperator logProbability) {
    long low = (long) Math.max(0, Math.floor(mean - 8 * deviation - 2));
    long high = (long) Math.min(most, Math.ceil(mean + 8 * deviation + 20));
    long[] counts = new long[(int) (high - low + 1)];
    ArrayRandom rng = ArrayRandom.philox(17);
    double sum = 0;
    double squares = 0;
    try (NDArray chunk = NDArray.zeros(DType.INT64, CHUNK)) {
      for (long done = 0; done < NUMBERS; done += CHUNK) {
        drawn.apply(rng.at(0).startingAt(done)).into(chunk);
        for (long k : chunk.toLongArray()) {
          counts[(int) (k - low)]++;
          sum += k - mean;
          squares += (k - mean) * (k - mean);
        }
      }
    }
    double n = (NUMBERS + CHUNK - 1) / CHUNK * (double) CHUNK;
    double square = 0;
    double expected = 0;
    double found = 0;
    int bins = 0;
    for (int i = 0; i < counts.length; i++) {
      expected += n * Math.exp(logProbability.applyAsDouble(low + i));
      found += counts[i];
      if (expected >= 20) {
        square += (found - expected) * (found - expected) / expected;
        bins++;
        expected = 0;
        found = 0;
      }
    }
    assertLikely(what + ": chi-square", chiSquare(bins - 1, square));
    assertNormal(what + ": mean", sum / n / deviation * Math.sqrt(n));
    assertTrue(Math.abs(squares / n / (deviation * deviation) - 1) < 20 / Math.sqrt(n), what);
  }
}
