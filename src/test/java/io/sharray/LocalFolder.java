package io.sharray;

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
    boolean container = Files.getFileStore(usual).type().equals("overlay");
    return Files.createTempDirectory(container ? Path.of("/dev/shm") : usual, "sharray-test");
  }
}
