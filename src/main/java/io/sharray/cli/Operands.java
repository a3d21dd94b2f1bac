package io.sharray.cli;

import io.sharray.Handle;
import io.sharray.NDArray;
import io.sharray.Storage;
import io.sharray.internal.Access;
import io.sharray.internal.array.NpyFiles;
import io.sharray.internal.array.NpyOrder;
import io.sharray.internal.segment.SegmentName;
import io.sharray.internal.segment.StorageKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Values given as {@code NAME=VALUE}: numbers, .npy files and handles. */
final class Operands {
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}0-9_]*");

  private Operands() {}

  /**
   * Checks that the texts are assignments.
   *
   * @param assignments each {@code NAME=VALUE}
   * @return text of the values by name
   * @throws IllegalArgumentException if one is not, or a name occurs twice
   */
  static Map<String, String> split(List<String> assignments) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      String name = equals < 0 ? "" : assignment.substring(0, equals).strip();
      if (!NAME.matcher(name).matches() || equals == assignment.length() - 1) {
        throw new IllegalArgumentException(
            "'"
                + assignment
                + "' is not NAME=VALUE, where VALUE is a number, FILE.npy or a handle");
      }
      if (values.put(name, assignment.substring(equals + 1).strip()) != null) {
        throw new IllegalArgumentException("the variable '" + name + "' is given twice");
      }
    }
    return values;
  }

  /**
   * Loads the values; arrays belong to the current scope.
   *
   * @param texts by name
   * @return numbers and arrays by name
   * @throws IllegalArgumentException if a text is neither a number, a file nor a handle
   */
  static Map<String, Object> load(Map<String, String> texts) {
    Map<String, Object> values = new LinkedHashMap<>();
    texts.forEach((name, text) -> values.put(name, value(name, text)));
    return values;
  }

  private static Object value(String name, String text) {
    if (isHandle(text)) {
      return NDArray.attach(Handle.parse(text));
    }
    switch (text) {
      case "True", "true" -> {
        return true;
      }
      case "False", "false" -> {
        return false;
      }
      case "inf", "-inf" -> {
        return text.equals("inf") ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
      }
      case "nan" -> {
        return Double.NaN;
      }
      default -> {
        // A number, else a file.
      }
    }
    if (text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")) {
      return Double.valueOf(text);
    }
    if (!text.endsWith(".npy") && !Files.exists(Path.of(text))) {
      throw new IllegalArgumentException(
          "the value '" + text + "' of " + name + " is not a number, an .npy file or a handle");
    }
    return loadNpy(text);
  }

  /**
   * Whether a text is meant as a handle.
   *
   * @param text from the command line
   * @return whether it begins like one
   */
  static boolean isHandle(String text) {
    return text.startsWith("sharray:");
  }

  /**
   * Whether a text is meant as the path of a file.
   *
   * @param text from the command line
   * @return whether it begins with {@code file:} or has a slash
   */
  static boolean isPath(String text) {
    return StorageOption.isFile(text) || !isHandle(text) && text.contains("/");
  }

  /**
   * The path that is meant.
   *
   * @param text of which {@link #isPath} is true
   * @return the path
   */
  static Path path(String text) {
    return StorageOption.isFile(text) ? StorageOption.path(text) : Path.of(text);
  }

  /**
   * Loads a file into shared memory.
   *
   * @param file its path
   * @return the array
   * @throws UncheckedIOException if it cannot be read
   */
  static NDArray loadNpy(String file) {
    return NDArray.loadNpy(existing(file));
  }

  /**
   * Loads a file into a kind of memory. Others may find it by its name or path, so the array is
   * C-contiguous as its header says, whatever the order of the file, is not found before it is
   * filled, and goes again if it cannot be filled.
   *
   * @param file its path
   * @param storage kind of memory
   * @return the array
   * @throws UncheckedIOException if it cannot be read
   */
  static NDArray loadNpy(String file, Storage storage) {
    return NpyFiles.load(
        existing(file),
        (header, filling) -> {
          NDArray array = Access.unfinished(storage, header.dtype(), header.shape());
          try {
            NpyOrder.fill(array, header, filling);
            Access.finish(array);
            return array;
          } catch (Throwable e) {
            SegmentName made = Access.view(array).block().name();
            array.close();
            if (made.storage() == StorageKind.POSIX || made.storage() == StorageKind.FILE) {
              Removal.discard(made.storage(), made.name(), made.uuid());
            }
            throw e;
          }
        });
  }

  private static Path existing(String file) {
    Path path = Path.of(file);
    if (!Files.exists(path)) {
      throw new UncheckedIOException(new NoSuchFileException(file));
    }
    if (Files.isDirectory(path)) {
      throw new UncheckedIOException(new IOException(file + " is a directory, not an .npy file"));
    }
    return path;
  }
}
