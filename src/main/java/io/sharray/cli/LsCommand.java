package io.sharray.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sharray ls}. */
@Command(name = "ls", description = "Lists every segment of this user.")
final class LsCommand implements Runnable {
  private static final String ROW = "%-24s %-8s %-8s %-20s %14s %8s %8s %8s  %s%n";

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "One line of JSON for each segment.")
  private boolean json;

  LsCommand() {}

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    List<Segments.Segment> segments = Segments.list();
    if (json) {
      segments.forEach(segment -> out.println(Json.of(fields(segment))));
      return;
    }
    out.printf(
        ROW, "NAME", "STORAGE", "DTYPE", "SHAPE", "BYTES", "ATTACHED", "CREATOR", "AGE", "STATE");
    for (Segments.Segment s : segments) {
      out.printf(
          ROW,
          s.title(),
          s.storage().word(),
          s.dtype(),
          s.shapeText(),
          s.bytes(),
          s.attached() < 0 ? "?" : s.attached(),
          s.creator(),
          age(seconds(s)),
          s.state());
    }
  }

  private static Map<String, Object> fields(Segments.Segment s) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", s.title());
    fields.put("storage", s.storage().word());
    fields.put("dtype", s.dtype());
    fields.put("shape", s.shape());
    fields.put("bytes", s.bytes());
    fields.put("attached", s.attached() < 0 ? null : s.attached());
    fields.put("creator", s.creator());
    fields.put("ageSeconds", seconds(s));
    fields.put("state", s.state());
    fields.put("uuid", s.uuid());
    return fields;
  }

  private static long seconds(Segments.Segment s) {
    return Math.max(0, (System.currentTimeMillis() - s.createdNanos() / 1_000_000) / 1000);
  }

  private static String age(long seconds) {
    Duration age = Duration.ofSeconds(seconds);
    if (age.toDays() > 0) {
      return age.toDays() + "d";
    }
    return age.toHours() > 0
        ? age.toHours() + "h"
        : age.toMinutes() > 0 ? age.toMinutes() + "m" : seconds + "s";
  }
}
