package io.sharray.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** Runs commands, in this process and in others. */
final class Cli {
  /** What a command left. */
  record Answer(int status, String out, String err) {}

  private Cli() {}

  static Answer run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Answer(status, out.toString(), err.toString());
  }

  static Process start(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    String cache = System.getProperty("sharray.cache.dir");
    if (cache != null) {
      command.add("-Dsharray.cache.dir=" + cache);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
