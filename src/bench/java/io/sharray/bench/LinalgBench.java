package io.sharray.bench;

import io.sharray.DType;
import io.sharray.Functions;
import io.sharray.NDArray;
import io.sharray.Sharray;
import io.sharray.linalg.Linalg;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;

/**
 * Linear algebra beside its provider called directly from C++, NumPy, EJML and ND4J, and the engine
 * and the provider called in turns.
 */
final class LinalgBench {
  private static final int SYSTEMS = 100_000;

  private final int rounds;
  private final double seconds;
  private final int threads = Machine.cores();

  private LinalgBench(int rounds, double seconds) {
    this.rounds = rounds;
    this.seconds = seconds;
  }

  /** Which operation, at which order, and the most that it may take of the direct call's time. */
  private enum Task {
    MATMUL("matmul", 2000, 1.03),
    SOLVE("solve", 1000, 1.05),
    SVD("svd", 500, 1.05),
    EIGH("eigh", 500, 1.05);

    final String id;
    final int order;
    final double limit;

    Task(String id, int order, double limit) {
      this.id = id;
      this.order = order;
      this.limit = limit;
    }
  }

  /**
   * Measures and prints a table.
   *
   * @param rounds pairs of each comparison
   * @param seconds for each measurement
   * @param only which tasks, also {@code systems}, {@code turns}, {@code peers} and {@code nd4j};
   *     null for all
   * @throws IOException if a peer cannot be talked to
   * @throws InterruptedException if a compiler is interrupted
   */
  static void run(int rounds, double seconds, Set<String> only)
      throws IOException, InterruptedException {
    LinalgBench bench = new LinalgBench(rounds, seconds);
    String path = fact("blasPath");
    System.out.printf("%s, %s, %d threads%n%n", fact("blas"), fact("blasVersion"), bench.threads);
    try (Peer direct = Peer.direct(path);
        Peer python = Peer.python();
        Peer nd4j = wanted(only, "nd4j") ? Peer.nd4j() : Peer.none("not asked")) {
      System.out.println(
          "| in ms | Sharray | direct | ours by direct | at most | NumPy | EJML | ND4J |");
      System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
      for (Task task : Task.values()) {
        if (wanted(only, task.id)) {
          System.out.println(bench.line(task, direct, python, nd4j, wanted(only, "peers")));
        }
      }
      if (wanted(only, "systems")) {
        System.out.println(bench.small(python));
      }
    }
    if (wanted(only, "turns")) {
      System.out.println();
      System.out.println(bench.turns());
    }
  }

  private static boolean wanted(Set<String> only, String task) {
    return only == null || only.contains(task);
  }

  private static String fact(String key) {
    return Sharray.info()
        .lines()
        .filter(line -> line.startsWith(key + "\t"))
        .map(line -> line.substring(key.length() + 1))
        .findFirst()
        .orElse("none");
  }

  private static NDArray random(long seed, long... shape) {
    Random random = new Random(seed);
    int size = (int) Arrays.stream(shape).reduce(1, (x, y) -> x * y);
    try (NDArray flat = NDArray.of(random.doubles(size, -1, 1).toArray())) {
      return flat.reshape(shape);
    }
  }

  private String line(Task task, Peer direct, Peer python, Peer nd4j, boolean peers) {
    int n = task.order;
    try (NDArray a = random(1, n, n);
        NDArray b = random(2, n, n);
        NDArray symmetric = b.plus(b.T()).eval();
        NDArray right = random(3, n);
        NDArray square = NDArray.zeros(DType.FLOAT64, n, n);
        NDArray vector = NDArray.zeros(DType.FLOAT64, n)) {
      Runnable call =
          switch (task) {
            case MATMUL -> () -> Linalg.matmul(a, b, square);
            case SOLVE -> () -> Linalg.solve(a, right, vector);
            case SVD -> () -> Linalg.svd(a).close();
            case EIGH -> () -> Linalg.eigh(symmetric).close();
          };
      Subject ours = Subject.of("Sharray", n, () -> Sharray.setThreads(threads), call);
      Subject theirs = direct.subject("direct", task.id, n, threads);
      Contest pairs = new Contest(task.id + " " + n, List.of(ours, theirs), rounds, seconds);
      if (!peers) {
        return String.format(
            "| %s %d | %s | %s | %.3f | %.2f |",
            task.id,
            n,
            millis(pairs.median(ours) * n),
            millis(pairs.median(theirs) * n),
            1 / pairs.ratio(theirs, ours),
            task.limit);
      }
      Subject numpy = python.subject("NumPy", task.id + "-numpy", n * n, threads);
      Subject other = nd4j.subject("ND4J", task.id, n * n, threads);
      Subject ejml = Subject.of("EJML", n, () -> {}, ejml(task, a, right));
      Contest rest = new Contest("peers", List.of(numpy, other, ejml), 1, seconds);
      return String.format(
          "| %s %d | %s | %s | %.3f | %.2f | %s | %s | %s |",
          task.id,
          n,
          millis(pairs.median(ours) * n),
          millis(pairs.median(theirs) * n),
          1 / pairs.ratio(theirs, ours),
          task.limit,
          millis(rest.median(numpy) * n * n),
          millis(rest.median(ejml) * n),
          millis(rest.median(other) * n * n));
    }
  }

  private static String millis(double nanoseconds) {
    return Contest.number(nanoseconds / 1e6);
  }

  private static Runnable ejml(Task task, NDArray a, NDArray right) {
    int n = task.order;
    DMatrixRMaj matrix = new DMatrixRMaj(n, n, true, a.toDoubleArray());
    DMatrixRMaj vector = new DMatrixRMaj(n, 1, true, right.toDoubleArray());
    DMatrixRMaj out = new DMatrixRMaj(n, n);
    return switch (task) {
      case MATMUL -> () -> CommonOps_DDRM.mult(matrix, matrix, out);
      case SOLVE -> () -> CommonOps_DDRM.solve(matrix, vector, out);
      case SVD ->
          () -> DecompositionFactory_DDRM.svd(n, n, true, true, true).decompose(matrix.copy());
      case EIGH -> () -> DecompositionFactory_DDRM.eig(n, true, true).decompose(symmetric(matrix));
    };
  }

  private static DMatrixRMaj symmetric(DMatrixRMaj a) {
    DMatrixRMaj turned = CommonOps_DDRM.transpose(a, null);
    CommonOps_DDRM.addEquals(turned, a);
    return turned;
  }

  /** Systems of four unknowns: one call, NumPy's one call, and a loop of EJML's. */
  private String small(Peer python) {
    try (NDArray a = random(4, SYSTEMS, 4, 4);
        NDArray b = random(5, SYSTEMS, 4, 1);
        NDArray x = NDArray.zeros(DType.FLOAT64, SYSTEMS, 4, 1)) {
      List<DMatrixRMaj> left = new ArrayList<>();
      List<DMatrixRMaj> right = new ArrayList<>();
      double[] lefts = a.toDoubleArray();
      double[] rights = b.toDoubleArray();
      for (int i = 0; i < SYSTEMS; i++) {
        left.add(new DMatrixRMaj(4, 4, true, Arrays.copyOfRange(lefts, 16 * i, 16 * i + 16)));
        right.add(new DMatrixRMaj(4, 1, true, Arrays.copyOfRange(rights, 4 * i, 4 * i + 4)));
      }
      DMatrixRMaj out = new DMatrixRMaj(4, 1);
      Subject ours =
          Subject.of(
              "Sharray", SYSTEMS, () -> Sharray.setThreads(threads), () -> Linalg.solve(a, b, x));
      Subject ejml =
          Subject.of(
              "EJML",
              SYSTEMS,
              () -> {},
              () -> {
                for (int i = 0; i < SYSTEMS; i++) {
                  CommonOps_DDRM.solve(left.get(i), right.get(i), out);
                }
              });
      Subject numpy = python.subject("NumPy", "systems-numpy", 16 * SYSTEMS, threads);
      Contest contest =
          new Contest("systems of 4", List.of(ours, ejml, numpy), Math.min(rounds, 9), seconds);
      return String.format(
          "| solve 4 x 4, 10^5 of them | %s | - | - | - | %s | %s | - |",
          millis(contest.median(ours) * SYSTEMS),
          millis(contest.median(numpy) * 16 * SYSTEMS),
          millis(contest.median(ejml) * SYSTEMS));
    }
  }

  /** The engine and the provider alone and in turns, where one may be disturbed by the other. */
  private String turns() {
    int n = 300;
    try (NDArray a = random(6, n, n);
        NDArray c = NDArray.zeros(DType.FLOAT64, n, n);
        NDArray x = random(7, 1_000_000);
        NDArray y = NDArray.zeros(DType.FLOAT64, 1_000_000)) {
      Sharray.setThreads(threads);
      Runnable provider = () -> Linalg.matmul(a, a, c);
      Runnable engine = () -> Functions.exp(x).into(y);
      double[][] times = new double[4][rounds * 20];
      for (int round = 0; round < rounds; round++) {
        // Blocks, in the order alone, in turns, alone ...
        for (int i = 0; i < 20; i++) {
          times[0][round * 20 + i] = time(provider);
        }
        for (int i = 0; i < 20; i++) {
          times[1][round * 20 + i] = time(engine);
        }
        for (int i = 0; i < 20; i++) {
          times[2][round * 20 + i] = time(provider);
          times[3][round * 20 + i] = time(engine);
        }
      }
      double[] medians = Arrays.stream(times).mapToDouble(Subject::median).toArray();
      return String.format(
          "matmul 300: %.0f us alone, %.0f in turns, ratio %.3f%n"
              + "exp of 10^6: %.0f us alone, %.0f in turns, ratio %.3f",
          medians[0] / 1e3,
          medians[2] / 1e3,
          medians[2] / medians[0],
          medians[1] / 1e3,
          medians[3] / 1e3,
          medians[3] / medians[1]);
    }
  }

  private static double time(Runnable call) {
    long start = System.nanoTime();
    call.run();
    return System.nanoTime() - start;
  }
}
