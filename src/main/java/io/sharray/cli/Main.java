package io.sharray.cli;

import io.sharray.internal.jni.NativeApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The command line: {@code sharray COMMAND}. Exit status 0 on success, 2 for wrong usage, 1
 * otherwise.
 */
@Command(
    name = "sharray",
    description = "Shared-memory n-dimensional arrays with fused expressions.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    scope = CommandLine.ScopeType.INHERIT,
    subcommands = {
      DemoCommand.class,
      EvalCommand.class,
      HoldCommand.class,
      PutCommand.class,
      GetCommand.class,
      LsCommand.class,
      RmCommand.class,
      GcCommand.class,
      FunctionsCommand.class,
      DoctorCommand.class
    })
public final class Main implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--verbose",
      description = "Show the stack trace of an error.",
      scope = CommandLine.ScopeType.INHERIT)
  private boolean verbose;

  Main() {}

  /**
   * Runs a command and ends the process with its status.
   *
   * @param arguments as typed
   */
  public static void main(String[] arguments) {
    System.exit(
        run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
  }

  /**
   * Runs a command.
   *
   * @param out where results go
   * @param err where errors go
   * @param arguments as typed
   * @return the exit status
   */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    Main main = new Main();
    int status =
        new CommandLine(main)
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(Main::wrongUsage)
            .setExecutionExceptionHandler((e, command, result) -> main.failed(e, command))
            .execute(arguments);
    out.flush();
    err.flush();
    return status;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? sharray --help lists them");
  }

  private static int wrongUsage(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    String help = command.getCommandSpec().qualifiedName() + " --help";
    String hint = e.getMessage().contains("--help") ? "" : " (" + help + " shows the usage)";
    command.getErr().println("sharray: " + oneLine(e.getMessage()) + hint);
    return CommandLine.ExitCode.USAGE;
  }

  private int failed(Exception e, CommandLine command) {
    command.getErr().println("sharray: " + message(e));
    if (verbose) {
      e.printStackTrace(command.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** One line, but for the picture under a formula. */
  static String message(Exception e) {
    if (e instanceof io.sharray.FormulaSyntaxException) {
      return e.getMessage();
    }
    Throwable told = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
    if (told instanceof NoSuchFileException missing) {
      return "there is no file " + missing.getFile();
    }
    String text = told.getMessage() == null ? told.toString() : told.getMessage();
    // The messages of the library are sentences; those of the JDK are often only a path.
    boolean ours = told instanceof io.sharray.SharrayException || told == e;
    return oneLine(
        ours && told.getMessage() != null ? text : told.getClass().getSimpleName() + ": " + text);
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ");
  }

  /**
   * Tells the version of this jar; the natives, which must be of the same, are not needed for it.
   */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      Properties build = new Properties();
      try (InputStream in = NativeApi.class.getResourceAsStream("build.properties")) {
        build.load(in);
      }
      return new String[] {"sharray " + build.getProperty("version")};
    }
  }
}
