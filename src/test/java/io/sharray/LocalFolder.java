package io.sharray;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Temporary directories on a filesystem that serves for arrays in files: the usual one, or {@code
 * /dev/shm} where that is of a container's root.
 */
public final class LocalFolder implements TempDirFactory {
  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
      throws Exception {
    Path usual = Path.of(System.getProperty("java.io.tmpdir"));
    return Files.createTempDirectory(serves(usual) ? usual : Path.of("/dev/shm"), "sharray-test");
  }

  private static boolean serves(Path folder) {
    try {
      return !Files.getFileStore(folder).type().equals("overlay");
    } catch (IOException e) {
      // Under chroot Java does not find where the root is mounted.
      return false;
    }
  }
}
