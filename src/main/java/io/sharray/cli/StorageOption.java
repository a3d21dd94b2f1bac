package io.sharray.cli;

import io.sharray.Storage;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The options {@code --storage} and {@code --name}. */
final class StorageOption {
  private static final String FILE = "file:";

  private StorageOption() {}

  /**
   * Whether a storage is a file.
   *
   * @param word as typed, null if not
   * @return whether it is {@code file:PATH}
   */
  static boolean isFile(String word) {
    return word != null && word.startsWith(FILE) && word.length() > FILE.length();
  }

  /**
   * The path in {@code file:PATH}.
   *
   * @param word of which {@link #isFile} is true
   * @return the path
   */
  static Path path(String word) {
    return Path.of(word.substring(FILE.length()));
  }

  /**
   * Reads both.
   *
   * @param spec the command, for the error
   * @param storage as typed, null if not
   * @param name as typed, null if not
   * @param otherwise the storage where neither was typed
   * @return the storage
   * @throws ParameterException if they are unknown or contradict each other
   */
  static Storage parse(CommandSpec spec, String storage, String name, String otherwise) {
    String word = storage != null ? storage : name == null ? otherwise : "posix";
    if (name != null && !word.equals("posix")) {
      throw wrong(
          spec,
          word.equals("sysv")
              ? "System V segments have no names; leave out --name or say --storage posix"
              : "--name is for --storage posix");
    }
    if (isFile(word)) {
      return Storage.file(path(word));
    }
    return switch (word) {
      case "sysv" -> Storage.systemV().dedicated();
      case "posix" -> name == null ? Storage.posix() : Storage.posix(name);
      default ->
          throw wrong(spec, "unknown storage '" + word + "'; there are sysv, posix and file:PATH");
    };
  }

  private static ParameterException wrong(CommandSpec spec, String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
