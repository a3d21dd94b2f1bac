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
@Command(
    name = "ls",
    description = {
      "Lists every segment of this user, without changing any.",
      "State: live; persistent: stays until rm; pool: many small arrays; leftover: gc removes it;"
          + " being made; unnamed: removed and still held, or being made; poisoned: it was truncated;"
          + " damaged; foreign: in our directory, but not ours.",
      "Attached: attachments of System V memory, else processes; files are listed while in use."
    })
final class LsCommand implements Runnable {
  private static final String ROW = "%-24s %-8s %-8s %-20s %14s %8s %12s %8s  %s%n";

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "One line of JSON for each segment.")
  private boolean json;

  LsCommand() {}

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    List<Segment> segments = Segments.list();
    if (json) {
      segments.forEach(segment -> out.println(Json.of(fields(segment))));
      return;
    }
    out.printf(
        ROW, "NAME", "STORAGE", "DTYPE", "SHAPE", "BYTES", "ATTACHED", "CREATOR", "AGE", "STATE");
    for (Segment s : segments) {
      out.printf(
          ROW,
          printable(s.name()),
          s.storage().word(),
          s.dtype(),
          s.shapeText(),
          s.bytes(),
          s.attached() < 0 ? "leased" : s.attached(),
          s.creator() == 0 ? "?" : s.creator() + (s.creatorLives() ? "" : " (dead)"),
          age(s.seconds()),
          s.state());
    }
  }

  private static Map<String, Object> fields(Segment s) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", s.name());
    fields.put("storage", s.storage().word());
    fields.put("dtype", s.dtype());
    fields.put("shape", s.shape());
    fields.put("bytes", s.bytes());
    fields.put("attached", s.attached() < 0 ? null : s.attached());
    fields.put("holders", s.holders());
    fields.put("creator", s.creator() == 0 ? null : s.creator());
    fields.put("creatorLives", s.creatorLives());
    fields.put("ageSeconds", s.seconds() < 0 ? null : s.seconds());
    fields.put("state", s.state());
    fields.put("uuid", s.uuid());
    fields.put("handle", s.handle());
    return fields;
  }

  /** Names of strangers may contain what moves a terminal's cursor. */
  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }

  private static String age(long seconds) {
    if (seconds < 0) {
      return "?";
    }
    Duration age = Duration.ofSeconds(seconds);
    if (age.toDays() > 0) {
      return age.toDays() + "d";
    }
    return age.toHours() > 0
        ? age.toHours() + "h"
        : age.toMinutes() > 0 ? age.toMinutes() + "m" : seconds + "s";
  }
}
