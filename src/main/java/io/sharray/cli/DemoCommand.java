package io.sharray.cli;

import io.sharray.cli.demo.Fit;
import io.sharray.cli.demo.Tour;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sharray demo}. */
@Command(name = "demo", description = "A tour on real data, with several JVMs; prints figures and checks.")
final class DemoCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private EngineOptions engine;

  DemoCommand() {}

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    engine.apply();
    var before = Segments.list();
    Tour.run(out);
    out.println();
    Fit.run(out);
    out.println();
    var after = Segments.list();
    after.removeIf(segment -> before.stream().anyMatch(old -> old.uuid().equals(segment.uuid())));
    if (!after.isEmpty()) {
      throw new IllegalStateException("the demo left segments behind: " + after);
    }
    out.printf(
        "The node is clean: %d segments of this user before, none new after (sharray ls, /proc/sysvipc/shm,"
            + " %s).%n",
        before.size(),
        Segments.posixDirectory());
  }
}
