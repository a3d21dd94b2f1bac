package io.sharray.cli;

import io.sharray.internal.jni.NativeApi;
import io.sharray.internal.jni.NativeLibrary;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sharray gc}. */
@Command(name = "gc", description = "Removes what killed processes left, and says what it freed.")
final class GcCommand implements Runnable {
  private static final int REPORT_BYTES = 1 << 20;

  @Spec private CommandSpec spec;

  GcCommand() {}

  @Override
  public void run() {
    // Loading alone: getting ready would sweep without a word.
    NativeLibrary.load();
    long[] freed = new long[1];
    byte[] report = new byte[REPORT_BYTES];
    int removed = NativeApi.segmentSweep(freed, report, report.length);
    PrintWriter out = spec.commandLine().getOut();
    if (removed < 0) {
      throw new IllegalStateException("the sweep failed with status " + removed);
    }
    int told = 0;
    for (String line : Facts.text(report).split("\n")) {
      if (!line.isEmpty()) {
        String[] columns = line.split("\t");
        out.println("removed " + columns[0] + " " + columns[1] + ", " + columns[2] + " bytes");
        told++;
      }
    }
    if (told < removed) {
      out.println("removed " + (removed - told) + " more");
    }
    out.printf(
        "%d segment%s removed, %d bytes freed%n", removed, removed == 1 ? "" : "s", freed[0]);
  }
}
