package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sharray.internal.jni.Jvm;
import org.junit.jupiter.api.Test;

/** Handles that reach a process in really different namespaces. */
class NamespaceTest {
  /** The main class of the process elsewhere: attaches and tells what came of it. */
  static final class Elsewhere {
    private Elsewhere() {}

    public static void main(String[] args) {
      try (NDArray array = NDArray.attach(args[0])) {
        System.out.println("attached " + array);
      } catch (SharrayException e) {
        System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }
  }

  @Test
  void systemVHandleInAnotherIpcNamespaceNamesTheNamespace() throws Exception {
    try (NDArray array = NDArray.create(Storage.systemV(), DType.FLOAT64, 1000)) {
      String answer = attachThrough(array, "unshare", "--ipc");
      assertTrue(answer.startsWith("SegmentGoneException: "), answer);
      assertTrue(answer.contains("another IPC namespace"), answer);
      assertTrue(answer.contains("docker --ipc"), answer);
    }
  }

  @Test
  void posixHandleUnderAnotherDevShmNamesIt() throws Exception {
    try (NDArray array = NDArray.create(Storage.posix(), DType.FLOAT64, 1000)) {
      String answer =
          attachThrough(
              array,
              "unshare",
              "--mount",
              "sh",
              "-c",
              "mount -t tmpfs tmpfs /dev/shm && exec \"$@\"",
              "sh");
      assertTrue(answer.startsWith("SegmentGoneException: "), answer);
      assertTrue(answer.contains("another /dev/shm"), answer);
    }
  }

  private static String attachThrough(NDArray array, String... prefix) throws Exception {
    String[] probe = java.util.Arrays.copyOf(prefix, prefix.length + 1);
    probe[prefix.length] = "true";
    assumeTrue(
        Programs.succeeds(probe), "namespaces cannot be made here: " + String.join(" ", prefix));
    Jvm.Outcome outcome =
        new Jvm(
                Jvm.wholeClassPath(),
                "-Dsharray.cache.dir=" + System.getProperty("sharray.cache.dir", ""))
            .through(prefix)
            .run(Elsewhere.class.getName(), array.handle().toString());
    assertEquals(0, outcome.status(), outcome.output());
    assertEquals(0, array.getDouble(999), "the array is as it was");
    return outcome.output();
  }
}
