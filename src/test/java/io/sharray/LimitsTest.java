package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sharray.internal.jni.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Limits of the system that a JVM reaches, in namespaces of its own: it says what to do and lives.
 */
class LimitsTest {
  private static final long MIB = 1 << 17; // elements

  /** The JVM under limits. */
  static final class Limited {
    private Limited() {}

    public static void main(String[] args) throws IOException {
      switch (args[0]) {
        case "shm" -> fullSharedMemory();
        case "thin" -> unreservedArraysAreLost();
        case "shmmax" -> {
          refused("kernel.shmmax", () -> create(Storage.systemV(), 32));
          create(Storage.systemV(), 8).close();
        }
        case "shmall" -> {
          NDArray half = create(Storage.systemV(), 8);
          refused("kernel.shmall", () -> create(Storage.systemV(), 12));
          half.close();
          create(Storage.systemV(), 12).close();
        }
        case "shmmni" -> ids();
        case "space" -> {
          refused("ulimit -v", () -> create(Storage.memfd(), 1 << 20));
          refused("ulimit -v", () -> create(Storage.systemV(), 1 << 20));
          create(Storage.memfd(), 8).close();
        }
        case "addresses" -> addresses();
        default -> throw new IllegalArgumentException(args[0]);
      }
      System.out.println("alive");
    }

    private static NDArray create(Storage storage, long mebibytes) {
      return NDArray.create(storage, DType.FLOAT64, mebibytes * MIB);
    }

    private static void refused(String remedy, Supplier<NDArray> creation) {
      try (NDArray made = creation.get()) {
        throw new AssertionError(made + " was created");
      } catch (SharedMemoryExhaustedException e) {
        if (!e.getMessage().contains(remedy)) {
          throw e;
        }
      }
    }

    private static void fullSharedMemory() throws IOException {
      refused("--shm-size", () -> create(Storage.posix(), 128));
      refused("--shm-size", () -> create(Storage.posix("named"), 128));
      refused("--shm-size", () -> create(Storage.posix("kept").persistent().hugePages(), 128));
      Path ours =
          Path.of("/dev/shm", "sharray-" + Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
      try (var files = Files.list(ours)) {
        List<Path> left = files.toList();
        if (!left.isEmpty()) {
          throw new AssertionError("left behind: " + left);
        }
      }
      try (NDArray elsewhere = create(Storage.systemV(), 128);
          NDArray small = create(Storage.posix(), 32)) {
        elsewhere.plus(1).into(elsewhere);
        if (Functions.sum(elsewhere).item() != 128 * MIB || small.getDouble(-1) != 0) {
          throw new AssertionError("wrong numbers");
        }
      }
      // What goes away makes room, forgotten or not.
      for (int i = 0; i < 10; i++) {
        create(Storage.posix(), 30);
      }
    }

    private static void unreservedArraysAreLost() {
      Storage thin = Storage.posix().unreserved();
      refused("prefault()", () -> create(thin.prefault(), 128));
      try (NDArray array = create(thin, 128)) {
        array.plus(1).into(array);
        throw new AssertionError("128 MiB in 64");
      } catch (SegmentPoisonedException expected) {
        create(Storage.posix(), 32).close();
      }
    }

    /**
     * Each closed array keeps its addresses until the collector runs; together they are too many.
     */
    private static void addresses() {
      try (NDArray made = create(Storage.systemV(), 1 << 14)) {
        made.setDouble(3, -1);
        for (int i = 0; i < 10_000; i++) {
          try (NDArray array = NDArray.attachReadOnly(made.handle())) {
            if (array.getDouble(-1) != 3) {
              throw new AssertionError("wrong number");
            }
          }
        }
      }
    }

    private static void ids() {
      List<NDArray> held = new ArrayList<>();
      refused(
          "kernel.shmmni",
          () -> {
            while (true) {
              held.add(create(Storage.systemV(), 2));
            }
          });
      held.remove(0).close();
      create(Storage.systemV(), 2).close();
      held.forEach(NDArray::close);
    }
  }

  /** Runs a JVM behind a shell command, which may end with "exec" and the JVM. */
  private static void survives(String kind, String... prefix) throws Exception {
    List<String> trial = new ArrayList<>(Arrays.asList(prefix));
    trial.add("true");
    assumeTrue(
        new ProcessBuilder(trial).start().waitFor() == 0,
        () -> "this user may not run " + String.join(" ", prefix));
    // One that does not collect unless it is asked to.
    Jvm jvm =
        new Jvm(Jvm.wholeClassPath(), "-XX:+UseSerialGC", "-Xmx800m", "-Xmn700m")
            .variable("SHARRAY_CACHE_DIR", System.getProperty("sharray.cache.dir"))
            .through(prefix);
    Jvm.Outcome outcome = jvm.run(Limited.class.getName(), kind);
    assertEquals("alive", outcome.output().strip());
    assertEquals(0, outcome.status());
  }

  private static String[] shell(String unshare, String before) {
    return new String[] {"unshare", unshare, "sh", "-c", before + " && exec \"$@\"", "sh"};
  }

  private static String[] kernel(String limit, long value) {
    return shell("-i", "echo " + value + " > /proc/sys/kernel/" + limit);
  }

  @Test
  void aFullSharedMemoryIsAnExceptionWithTheRemedy() throws Exception {
    survives("shm", shell("-m", "mount -t tmpfs -o size=64m tmpfs /dev/shm"));
  }

  @Test
  void anUnreservedArrayIsLostWhereMemoryIsFull() throws Exception {
    survives("thin", shell("-m", "mount -t tmpfs -o size=64m tmpfs /dev/shm"));
  }

  @Test
  void addressesOfClosedArraysComeBackBeforeTheyRunOut() throws Exception {
    survives("addresses", "env");
  }

  @Test
  void limitsOfSystemVAreExceptionsWithTheRemedy() throws Exception {
    survives("shmmax", kernel("shmmax", 16 << 20));
    survives("shmall", kernel("shmall", 4096));
    survives("shmmni", kernel("shmmni", 20));
  }

  @Test
  void aLimitOfAddressSpaceIsAnExceptionWithTheRemedy() throws Exception {
    survives("space", "sh", "-c", "ulimit -v 6000000 && exec \"$@\"", "sh");
  }
}
