import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Times ND4J as peers.py times NumPy: a request a line, "SUBJECT ELEMENTS THREADS SECONDS".
 * Temporaries are closed at once, and used again where its methods allow.
 */
public final class Nd4jPeer {
  private static final double SAMPLE_NANOS = 2e6;
  private static final int MIN_SAMPLES = 3;

  private final int n;
  private final INDArray a;
  private final INDArray b;
  private final INDArray c;
  private final INDArray out;
  private double scalar;

  private Nd4jPeer(int n) {
    this.n = n;
    Random random = new Random(1);
    this.a = uniform(random, 0.05, 20);
    this.b = uniform(random, 0.1, 20);
    this.c = uniform(random, 0, 1);
    this.out = Nd4j.createFromArray(new double[n]);
  }

  private INDArray uniform(Random random, double low, double high) {
    return Nd4j.createFromArray(random.doubles(n, low, high).toArray());
  }

  /**
   * Answers requests until its standard input ends.
   *
   * @param arguments none
   * @throws IOException if standard input cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    Nd4jPeer peer = new Nd4jPeer(1);
    String jar = Nd4j.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    System.out.println("ready ND4J " + jar.replaceFirst(".*/nd4j-api-(.*)\\.jar", "$1"));
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String request; (request = requests.readLine()) != null; ) {
      String[] words = request.split(" ");
      if (Integer.parseInt(words[1]) != peer.n) {
        peer = new Nd4jPeer(Integer.parseInt(words[1]));
      }
      try {
        Runnable call = peer.call(words[0]);
        double time =
            call == null ? Double.NaN : measure(call, Double.parseDouble(words[3])) / peer.n;
        System.out.println(Double.isNaN(time) ? "NaN" : String.format(Locale.ROOT, "%.6f", time));
      } catch (RuntimeException reason) {
        System.out.println("NaN");
        System.err.println(words[0] + ": " + reason);
      }
    }
  }

  private static double measure(Runnable call, double seconds) {
    time(call, 1);
    int calls = (int) Math.max(1, Math.ceil(SAMPLE_NANOS / time(call, 1)));
    double[] samples = new double[16];
    int count = 0;
    long start = System.nanoTime();
    while (count < MIN_SAMPLES || System.nanoTime() - start < seconds * 1e9) {
      if (count == samples.length) {
        samples = Arrays.copyOf(samples, 2 * count);
      }
      samples[count++] = (double) time(call, calls) / calls;
    }
    Arrays.sort(samples, 0, count);
    return (samples[count / 2] + samples[(count - 1) / 2]) / 2;
  }

  private static long time(Runnable call, int calls) {
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      call.run();
    }
    return System.nanoTime() - start;
  }

  private INDArray square(INDArray flat) {
    long order = (long) Math.sqrt(n);
    return flat.reshape(order, order);
  }

  private Runnable call(String row) {
    return switch (row) {
      case "matmul" -> () -> square(a).mmuli(square(b), square(out));
      case "add" -> () -> a.addi(b, out);
      case "linear" ->
          () -> {
            a.muli(2, out);
            try (INDArray t = b.mul(3)) {
              out.addi(t).subi(c);
            }
          };
      case "squared-difference" ->
          () -> {
            a.subi(b, out);
            out.muli(out);
          };
      case "exp" -> () -> exp(c);
      case "log-exp" ->
          () -> {
            exp(c);
            out.addi(1);
            Transforms.log(out, false).divi(b);
          };
      case "power" ->
          () -> {
            try (INDArray t = Transforms.pow(a, c, true)) {
              t.length();
            }
          };
      case "sin-cos" ->
          () -> {
            try (INDArray sin = Transforms.sin(a, true);
                INDArray cos = Transforms.cos(a, true)) {
              sin.muli(sin).addi(cos.muli(cos));
            }
          };
      case "exp-log" ->
          () -> {
            a.muli(1.5, out);
            Transforms.log(out, false).subi(b);
            Transforms.exp(out, false);
          };
      case "dot" ->
          () -> {
            a.muli(b, out);
            scalar = out.sumNumber().doubleValue();
          };
      case "horner" ->
          () -> {
            c.muli(.1, out);
            for (int i = 2; i < 11; i++) {
              out.addi(i / 10.0).muli(c);
            }
            out.addi(1.1);
          };
      case "headline" ->
          () -> {
            a.muli(1.5, out);
            Nd4j.exec(DynamicCustomOp.builder("lgamma").addInputs(out).addOutputs(out).build());
            out.subi(b);
            Transforms.exp(out, false);
          };
      case "sum" -> () -> scalar = a.sumNumber().doubleValue();
      case "mean" -> () -> scalar = a.meanNumber().doubleValue();
      case "var" -> () -> scalar = a.varNumber().doubleValue();
      default -> null;
    };
  }

  private void exp(INDArray x) {
    out.assign(x);
    Transforms.exp(out, false);
  }
}
