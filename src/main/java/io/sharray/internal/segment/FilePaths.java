package io.sharray.internal.segment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Absolute paths of files, in the form that handles carry. */
public final class FilePaths {
  private static final int LONGEST = 4095;

  private FilePaths() {}

  /**
   * The real path of a file that need not exist: links in its directory are resolved, one in its
   * place is not.
   *
   * @param path of the file
   * @return its absolute path; as it stands where the directory does not exist
   * @throws IllegalArgumentException if the path names no file
   */
  public static String real(Path path) {
    Path absolute = path.toAbsolutePath();
    Path name = absolute.getFileName();
    if (name == null || name.toString().equals(".") || name.toString().equals("..")) {
      throw new IllegalArgumentException("\"" + path + "\" names no file");
    }
    try {
      return absolute.getParent().toRealPath().resolve(name).toString();
    } catch (IOException e) {
      return absolute.toString();
    }
  }

  /**
   * The real path of a file, links resolved.
   *
   * @param path of the file
   * @return its absolute path; as {@link #real} says where it does not exist
   * @throws IllegalArgumentException if the path names no file
   */
  public static String followed(Path path) {
    try {
      return path.toRealPath().toString();
    } catch (IOException e) {
      return real(path);
    }
  }

  /**
   * Whether a text can be the real path of a file.
   *
   * @param path the text
   * @return whether it is absolute, and has no empty part, {@code .}, {@code ..} or NUL
   */
  static boolean isReal(String path) {
    if (!path.startsWith("/")
        || path.indexOf('\0') >= 0
        || path.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      return false;
    }
    for (String part : path.substring(1).split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }
}
