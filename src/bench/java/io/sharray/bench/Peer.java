package io.sharray.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that times things in another language: it answers one request line with one line. Its
 * first line tells whether it can, so where something is missing its subjects are skipped, with the
 * reason.
 */
final class Peer implements AutoCloseable {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter requests;
  private final String greeting;

  private Peer(Process process, String failure) throws IOException {
    this.process = process;
    this.answers = process == null ? null : process.inputReader(StandardCharsets.UTF_8);
    this.requests =
        process == null
            ? null
            : new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    String line = process == null ? "missing " + failure : answers.readLine();
    this.greeting = line == null ? "missing a process that lives; it ended at once" : line;
  }

  /**
   * NumPy, SciPy and numexpr.
   *
   * @return the peer
   * @throws IOException if its first line cannot be read
   */
  static Peer python() throws IOException {
    return start("/usr/bin/python3", "src/bench/python/peers.py");
  }

  /**
   * A row as a parallel stream, in a JVM of its own.
   *
   * @param row which
   * @return the peer
   * @throws IOException if its first line cannot be read
   */
  static Peer stream(Row row) throws IOException {
    return start(
        JAVA, "-cp", System.getProperty("java.class.path"), StreamPeer.class.getName(), row.name());
  }

  /**
   * ND4J, fetched and built first. Where it cannot be fetched its subjects are skipped.
   *
   * @return the peer
   * @throws IOException if its class path cannot be read
   * @throws InterruptedException if Maven is interrupted
   */
  static Peer nd4j() throws IOException, InterruptedException {
    Path classPath = Path.of("target", "bench", "nd4j", "class-path").toAbsolutePath();
    List<String> build =
        List.of(
            "mvn",
            "-q",
            "-B",
            "-f",
            "src/bench/nd4j",
            "compile",
            "dependency:build-classpath",
            "-Dmdep.outputFile=" + classPath);
    try {
      Process process = new ProcessBuilder(build).redirectErrorStream(true).start();
      process.inputReader().lines().forEach(line -> {});
      if (process.waitFor() != 0) {
        return new Peer(null, "ND4J, which Maven could not fetch");
      }
    } catch (IOException noMaven) {
      return new Peer(null, noMaven.getMessage());
    }
    String all = Path.of("target", "bench", "nd4j", "classes") + ":" + Files.readString(classPath);
    return start(JAVA, "-cp", all, "Nd4jPeer");
  }

  /**
   * The loops in C++, built first.
   *
   * @return the peer
   * @throws IOException if the directory of the program cannot be made
   * @throws InterruptedException if the compiler is interrupted
   */
  static Peer fusedLoop() throws IOException, InterruptedException {
    return built("fused_loop");
  }

  /**
   * A library of BLAS and LAPACK called from C++.
   *
   * @param library its path
   * @return the peer
   * @throws IOException if the directory of the program cannot be made
   * @throws InterruptedException if the compiler is interrupted
   */
  static Peer direct(String library) throws IOException, InterruptedException {
    return built("lapack_direct", library);
  }

  private static Peer built(String name, String... arguments)
      throws IOException, InterruptedException {
    Path program = Path.of("target", "bench", name).toAbsolutePath();
    Files.createDirectories(program.getParent());
    List<String> build =
        List.of(
            "g++",
            "-O3",
            "-march=native",
            "-ffp-contract=off",
            "-fopenmp",
            "-o",
            program.toString(),
            "src/bench/cpp/" + name + ".cpp",
            "-ldl");
    try {
      int status = new ProcessBuilder(build).inheritIO().start().waitFor();
      List<String> command = new ArrayList<>(List.of(program.toString()));
      command.addAll(List.of(arguments));
      return status == 0
          ? start(command.toArray(String[]::new))
          : new Peer(null, "what g++ could build");
    } catch (IOException noCompiler) {
      return new Peer(null, noCompiler.getMessage());
    }
  }

  /**
   * A peer whose subjects are all skipped.
   *
   * @param reason why
   * @return the peer
   * @throws IOException never
   */
  static Peer none(String reason) throws IOException {
    return new Peer(null, reason);
  }

  private static Peer start(String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    // They would slow NumPy's BLAS.
    builder.environment().keySet().removeAll(List.of("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"));
    try {
      return new Peer(builder.start(), null);
    } catch (IOException missing) {
      return new Peer(null, missing.getMessage());
    }
  }

  private boolean ready() {
    return greeting.startsWith("ready ");
  }

  /**
   * What it is, or what it misses.
   *
   * @return versions, or the reason why its subjects are skipped
   */
  String facts() {
    return ready() ? greeting.substring("ready ".length()) : "skipped: " + greeting;
  }

  /**
   * One of its subjects, on arrays of its own.
   *
   * @param name what it is, for the table
   * @param subject its name in the process
   * @param elements how many elements an evaluation computes
   * @param threads how many threads it may use
   * @return the subject, whose measurement is NaN where the peer misses something
   */
  Subject subject(String name, String subject, int elements, int threads) {
    return new Remote(this, name, subject + " " + elements + " " + threads, "");
  }

  /**
   * One of its subjects, on our arrays.
   *
   * @param name what it is, for the table
   * @param subject its name in the process
   * @param operands the arrays
   * @param threads how many threads it may use
   * @return the subject, whose measurement is NaN where the peer misses something
   */
  Subject subject(String name, String subject, Operands operands, int threads) {
    String request = subject + " " + operands.a.size() + " " + threads;
    return new Remote(this, name, request, " " + operands.directory);
  }

  private record Remote(Peer peer, String name, String request, String directory)
      implements Subject {
    @Override
    public double measure(double seconds) {
      return peer.ready() ? peer.ask(request + " " + seconds + directory) : Double.NaN;
    }
  }

  private double ask(String request) {
    requests.println(request);
    try {
      String answer = answers.readLine();
      if (answer == null || answer.startsWith("error")) {
        throw new IllegalStateException("peer, asked for '" + request + "', answered: " + answer);
      }
      return Double.parseDouble(answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets the process end, which it does with its standard input. */
  @Override
  public void close() {
    if (process != null) {
      requests.close();
    }
  }
}
