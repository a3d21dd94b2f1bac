package io.sharray.cli.demo;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** The worker JVMs of the tour and what they have to do. For one thread. */
final class Workers implements Closeable {
  private static final int PATIENCE_SECONDS = 120;

  /** A range of elements, the end not included. */
  private record Range(long begin, long end) {}

  /** A line from a worker, or null at the end of its output. */
  private record Message(int worker, String line) {}

  /** What happened to the worker that was killed, in pieces of its slice. */
  record Outcome(int victim, long victimPid, int finishedByVictim, int assignedToVictim) {}

  private final List<Process> processes = new ArrayList<>();
  private final List<BufferedWriter> pipes = new ArrayList<>();
  private final List<Deque<Range>> pending = new ArrayList<>();
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();

  private Workers() {}

  /**
   * Starts JVMs like this one and waits until they listen.
   *
   * @param count how many
   * @return the workers
   * @throws IOException if one cannot be started
   */
  static Workers start(int count) throws IOException {
    Workers workers = new Workers();
    try {
      for (int i = 0; i < count; i++) {
        workers.startOne();
      }
      for (int i = 0; i < count; i++) {
        workers.expectReady();
      }
      return workers;
    } catch (Throwable e) {
      workers.close();
      throw e;
    }
  }

  private void startOne() throws IOException {
    Process process =
        new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    int number = processes.size();
    processes.add(process);
    pending.add(new ArrayDeque<>());
    pipes.add(
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8)));
    Thread reader = new Thread(() -> read(process, number), "worker-" + number);
    reader.setDaemon(true);
    reader.start();
  }

  /** The same Java, class path and settings. */
  private static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("-Xmx256m");
    command.add("-XX:+UseSerialGC");
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    for (String key : List.of("sharray.cpu", "sharray.library.path", "sharray.cache.dir")) {
      String value = System.getProperty(key);
      if (value != null) {
        command.add("-D" + key + "=" + value);
      }
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Worker.class.getName());
    return command;
  }

  private void read(Process process, int number) {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        messages.add(new Message(number, line));
      }
    } catch (IOException e) {
      // The end of the pipe, one way or the other.
    } finally {
      messages.add(new Message(number, null));
    }
  }

  /** The number of workers that were started. */
  int count() {
    return processes.size();
  }

  /**
   * Gives each worker a slice, kills the first one that reports, and gives what is left of its
   * slice to the others.
   *
   * @param a handle of the first operand
   * @param b handle of the second operand
   * @param out handle of the result
   * @param n elements
   * @param chunk elements after which a worker reports
   * @param progress told the number of finished elements
   * @return what happened
   * @throws IOException if a pipe breaks that should not
   */
  Outcome run(String a, String b, String out, long n, long chunk, LongConsumer progress)
      throws IOException {
    int count = processes.size();
    for (int i = 0; i < count; i++) {
      send(i, "attach " + a + " " + b + " " + out);
      assign(i, List.of(new Range(n * i / count, n * (i + 1) / count)), chunk);
    }
    int victim = -1;
    int assigned = 0;
    int finished = 0;
    boolean buried = false;
    long done = 0;
    while (!buried || done < n) {
      Message message = next();
      if (message.line == null) {
        if (message.worker != victim) {
          throw new IllegalStateException("worker " + message.worker + " ended by itself");
        }
        buried = true;
        handOver(victim, chunk);
        continue;
      }
      Range range = range(message.line);
      if (!pending.get(message.worker).remove(range)) {
        throw new IllegalStateException(
            "worker " + message.worker + " did what was not its task: " + range);
      }
      done += range.end - range.begin;
      progress.accept(done);
      if (victim < 0) {
        victim = message.worker;
        assigned = pending.get(victim).size() + 1;
        processes.get(victim).destroyForcibly();
      }
      finished += message.worker == victim ? 1 : 0;
    }
    if (finished >= assigned) {
      throw new IllegalStateException("the worker was too fast to be killed in the middle");
    }
    return new Outcome(victim, processes.get(victim).pid(), finished, assigned);
  }

  /** Pieces that were begun and not reported are done again: the operands are intact. */
  private void handOver(int victim, long chunk) throws IOException {
    List<Range> left = List.copyOf(pending.get(victim));
    pending.get(victim).clear();
    int heirs = processes.size() - 1;
    for (int i = 0; i < heirs; i++) {
      int heir = (victim + 1 + i) % processes.size();
      assign(heir, left.subList(left.size() * i / heirs, left.size() * (i + 1) / heirs), chunk);
    }
  }

  private void assign(int worker, List<Range> ranges, long chunk) throws IOException {
    for (Range range : ranges) {
      for (long i = range.begin; i < range.end; i += chunk) {
        pending.get(worker).add(new Range(i, Math.min(range.end, i + chunk)));
      }
      send(worker, "slice " + range.begin + " " + range.end + " " + chunk);
    }
  }

  private void send(int worker, String line) throws IOException {
    BufferedWriter pipe = pipes.get(worker);
    pipe.write(line);
    pipe.newLine();
    pipe.flush();
  }

  private void expectReady() {
    Message message = next();
    if (!"ready".equals(message.line)) {
      throw new IllegalStateException(
          "worker " + message.worker + " did not start: " + message.line);
    }
  }

  private Message next() {
    try {
      Message message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new IllegalStateException("no word from the workers for " + PATIENCE_SECONDS + " s");
      }
      return message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the workers", e);
    }
  }

  private static Range range(String line) {
    String[] words = line.split(" ");
    if (words.length != 3 || !words[0].equals("done")) {
      throw new IllegalStateException("a worker said: " + line);
    }
    return new Range(Long.parseLong(words[1]), Long.parseLong(words[2]));
  }

  /** Ends the workers: they leave when their standard input closes. */
  @Override
  public void close() {
    for (BufferedWriter pipe : pipes) {
      try {
        pipe.close();
      } catch (IOException e) {
        // The pipe of a killed worker is broken.
      }
    }
    for (Process process : processes) {
      try {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
