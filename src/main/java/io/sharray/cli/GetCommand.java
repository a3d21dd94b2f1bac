package io.sharray.cli;

import io.sharray.NDArray;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sharray get HANDLE|NAME -o FILE.npy}. */
@Command(name = "get", description = "Writes a shared array into a file.")
final class GetCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "HANDLE|NAME",
      description = "A handle, the name of a POSIX segment, or file:PATH.")
  private String source;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE.npy",
      required = true,
      description = "The file to write.")
  private String output;

  GetCommand() {}

  @Override
  public void run() {
    if (!output.endsWith(".npy")) {
      throw new ParameterException(spec.commandLine(), "-o takes FILE.npy, not '" + output + "'");
    }
    Facts.load();
    try (NDArray array = attach()) {
      array.saveNpy(Path.of(output));
    }
  }

  private NDArray attach() {
    if (Operands.isPath(source)) {
      return NDArray.openFile(Operands.path(source), MapMode.READ_ONLY);
    }
    return NDArray.attachReadOnly(source);
  }
}
