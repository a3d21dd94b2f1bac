package io.sharray.cli;

import io.sharray.Sharray;
import io.sharray.cli.demo.Fit;
import io.sharray.cli.demo.Tour;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sharray demo}. */
@Command(
    name = "demo",
    description = "A tour on real data, with several JVMs; prints figures and checks.")
final class DemoCommand implements Runnable {
  private static final int TRIES = 50;

  @Spec private CommandSpec spec;
  @Mixin private EngineOptions engine;

  DemoCommand() {}

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    engine.apply();
    int before = Segments.list().size();
    Tour.run(out);
    out.println();
    Fit.run(out);
    out.println();
    List<Segment> left = leftovers();
    if (!left.isEmpty()) {
      throw new IllegalStateException("the demo left segments behind: " + left);
    }
    out.printf(
        "check: the node is clean: no segment of the demo in /proc/sysvipc/shm and %s; %d of other programs before, %d"
            + " after%n",
        Segments.posixDirectory(), before, Segments.list().size());
  }

  /**
   * What is still there of ours; byte buffers over shared memory keep it until the collector finds
   * them.
   */
  private static List<Segment> leftovers() {
    long self = ProcessHandle.current().pid();
    List<Segment> left = List.of();
    for (int i = 0; i < TRIES; i++) {
      Sharray.trim();
      left = Segments.list().stream().filter(segment -> segment.creator() == self).toList();
      if (left.isEmpty()) {
        break;
      }
      System.gc();
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return left;
  }
}
