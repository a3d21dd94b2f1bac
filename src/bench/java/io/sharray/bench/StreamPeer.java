package io.sharray.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.special.Erf;
import org.apache.commons.math3.special.Gamma;

/**
 * One row as a parallel stream, in a JVM of its own: once a JVM has seen two lambdas in parallel
 * streams it inlines neither. It answers requests as peers.py does.
 */
final class StreamPeer {
  private final double[] a;
  private final double[] b;
  private final double[] c;
  private final double[] out;
  private final boolean[] truth;
  private final int n;
  private double scalar;

  private StreamPeer(int n) {
    this.n = n;
    this.a = Data.a(n);
    this.b = Data.b(n);
    this.c = Data.c(n);
    this.out = new double[n];
    this.truth = new boolean[n];
  }

  /**
   * Answers requests until its standard input ends.
   *
   * @param arguments the row
   * @throws IOException if standard input cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    Row row = Row.valueOf(arguments[0]);
    boolean known = new StreamPeer(1).call(row) != null;
    System.out.println(
        known ? "ready parallel streams, Commons Math" : "missing the function in Commons Math");
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    StreamPeer peer = new StreamPeer(1);
    for (String request; (request = requests.readLine()) != null; ) {
      String[] words = request.split(" ");
      int n = Integer.parseInt(words[1]);
      if (n != peer.n) {
        peer = new StreamPeer(n);
      }
      Subject subject = Subject.of(words[0], n, () -> {}, peer.call(row));
      System.out.println(
          String.format(Locale.ROOT, "%.6f", subject.measure(Double.parseDouble(words[3]))));
    }
  }

  private IntStream indexes() {
    return IntStream.range(0, n).parallel();
  }

  private double sum(DoubleStream values) {
    return scalar = values.sum();
  }

  private static double horner(double c) {
    return c
            * (c
                    * (c
                            * (c
                                    * (c * (c * (c * (c * (c * (c * .1 + .2) + .3) + .4) + .5) + .6)
                                        + .7)
                                + .8)
                        + .9)
                + 1.0)
        + 1.1;
  }

  /** The row as a stream, or null where there is no such function. */
  private Runnable call(Row row) {
    return switch (row) {
      case ADD -> () -> indexes().forEach(i -> out[i] = a[i] + b[i]);
      case LINEAR -> () -> indexes().forEach(i -> out[i] = 2 * a[i] + 3 * b[i] - c[i]);
      case SQUARED_DIFFERENCE ->
          () -> indexes().forEach(i -> out[i] = (a[i] - b[i]) * (a[i] - b[i]));
      case EXP -> () -> indexes().forEach(i -> out[i] = Math.exp(c[i]));
      case LOG_EXP -> () -> indexes().forEach(i -> out[i] = Math.log(Math.exp(c[i]) + 1) / b[i]);
      case ARCTAN_GREATER ->
          () -> indexes().forEach(i -> truth[i] = 0.1 * a[i] > Math.atan2(b[i], c[i]));
      case HYPOT_GREATER ->
          () -> indexes().forEach(i -> truth[i] = Math.sqrt(a[i] * a[i] + b[i] * b[i]) > 1);
      case SIN_GREATER -> () -> indexes().forEach(i -> truth[i] = Math.sin(a[i]) > Math.cos(b[i]));
      case POWER -> () -> indexes().forEach(i -> out[i] = Math.pow(a[i], c[i]));
      case SIN_COS ->
          () ->
              indexes()
                  .forEach(
                      i -> {
                        double sin = Math.sin(a[i]);
                        double cos = Math.cos(a[i]);
                        out[i] = sin * sin + cos * cos;
                      });
      case WHERE -> () -> indexes().forEach(i -> out[i] = a[i] > b[i] ? a[i] * c[i] : b[i]);
      case EXP_LOG -> () -> indexes().forEach(i -> out[i] = Math.exp(Math.log(1.5 * a[i]) - b[i]));
      case DOT -> () -> sum(indexes().mapToDouble(i -> a[i] * b[i]));
      case HORNER -> () -> indexes().forEach(i -> out[i] = horner(c[i]));
      case HEADLINE ->
          () -> indexes().forEach(i -> out[i] = Math.exp(Gamma.logGamma(1.5 * a[i]) - b[i]));
      case SUM -> () -> sum(Arrays.stream(a).parallel());
      case MEAN -> () -> scalar = Arrays.stream(a).parallel().average().orElseThrow();
      case VAR -> this::variance;
      case ERF -> () -> indexes().forEach(i -> out[i] = Erf.erf(c[i]));
      case NDTRI -> () -> indexes().forEach(i -> out[i] = Math.sqrt(2) * Erf.erfInv(2 * c[i] - 1));
      case DIGAMMA -> () -> indexes().forEach(i -> out[i] = Gamma.digamma(a[i]));
    };
  }

  private void variance() {
    double mean = sum(Arrays.stream(a).parallel()) / n;
    scalar = sum(indexes().mapToDouble(i -> (a[i] - mean) * (a[i] - mean))) / n;
  }
}
