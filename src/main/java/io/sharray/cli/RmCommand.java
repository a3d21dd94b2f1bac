package io.sharray.cli;

import io.sharray.internal.jni.NativeLibrary;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sharray rm HANDLE|NAME...}. */
@Command(
    name = "rm",
    description = {
      "Removes named segments and files that are segments. Processes that hold one keep its memory.",
      "A handle removes its own array or nothing. What has no header of ours is refused."
    })
final class RmCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "HANDLE|NAME",
      description = "A handle, the name of a POSIX segment, or file:PATH.")
  private List<String> targets;

  RmCommand() {}

  @Override
  public Integer call() {
    NativeLibrary.load();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    int status = CommandLine.ExitCode.OK;
    for (String target : targets) {
      try {
        out.println(Removal.of(target).run());
      } catch (RuntimeException e) {
        err.println("sharray: " + Main.message(e));
        status = CommandLine.ExitCode.SOFTWARE;
      }
    }
    return status;
  }
}
