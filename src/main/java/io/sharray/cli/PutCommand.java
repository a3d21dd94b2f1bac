package io.sharray.cli;

import io.sharray.NDArray;
import io.sharray.Storage;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sharray put FILE.npy --name NAME}. */
@Command(
    name = "put",
    description =
        "Loads a file into shared memory that stays until rm or a restart of the machine, and prints"
            + " the handle.")
final class PutCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE.npy", description = "The file to load.")
  private String file;

  @Option(names = "--name", paramLabel = "NAME", description = "Name of the POSIX segment.")
  private String name;

  @Option(
      names = "--storage",
      paramLabel = "STORAGE",
      description = "posix, or file:PATH, which survives restarts too.")
  private String storage;

  PutCommand() {}

  @Override
  public void run() {
    if ("sysv".equals(storage)) {
      throw new ParameterException(
          spec.commandLine(),
          "System V memory goes with its last holder and cannot stay; use --storage posix or"
              + " file:PATH, or sharray hold");
    }
    Storage chosen = StorageOption.parse(spec, storage, name, "posix");
    if (name == null && !StorageOption.isFile(storage)) {
      throw new ParameterException(
          spec.commandLine(), "what is its name? give --name NAME, or --storage file:PATH");
    }
    Facts.load();
    PrintWriter out = spec.commandLine().getOut();
    try (NDArray array = Operands.loadNpy(file, chosen.persistent())) {
      array.flush();
      out.println(array.handle());
    }
  }
}
