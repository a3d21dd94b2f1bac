package io.sharray;

import static io.sharray.Functions.exp;
import static io.sharray.Functions.gammaln;
import static io.sharray.Functions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sharray.internal.jni.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that somebody truncates while another JVM computes on it: that JVM lives. */
class TruncationTest {
  private static final long ELEMENTS = 1 << 21;

  @TempDir(factory = LocalFolder.class)
  Path folder;

  /** The other JVM: computes until its memory is lost, then shows that all else works. */
  static final class Victim {
    private static volatile String nothing;

    private Victim() {}

    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[1]);
      NDArray array = memory(args[0], folder);
      NDArray other = NDArray.ones(DType.FLOAT64, ELEMENTS);
      array.plus(other).into(array);
      System.out.println("computing");
      try {
        while (true) {
          sum(exp(gammaln(array.times(1.5)).minus(other))).item();
        }
      } catch (SegmentPoisonedException e) {
        System.out.println(e.getMessage());
      }
      everyUseSaysSo(array, folder);
      require(sum(other).item() == ELEMENTS, "another array");
      nullPointersAreStillFound();
      mappedBuffersStillThrow(folder);
      array.close();
      System.out.println("alive");
    }

    private static NDArray memory(String kind, Path folder) throws IOException {
      Path npy = folder.resolve("victim.npy");
      switch (kind) {
        case "posix" -> {
          return NDArray.create(Storage.posix("victim"), DType.FLOAT64, ELEMENTS);
        }
        case "file" -> {
          return NDArray.create(Storage.file(folder.resolve("victim")), DType.FLOAT64, ELEMENTS);
        }
        default -> {
          try (NDArray zeros = NDArray.zeros(DType.FLOAT64, ELEMENTS)) {
            zeros.saveNpy(npy);
          }
          return kind.equals("npy")
              ? NDArray.mapNpy(npy)
              : NDArray.attachRaw(
                  RawSegment.file(npy),
                  RawLayout.of(DType.FLOAT64, ELEMENTS).offset(128).copyOnWrite());
        }
      }
    }

    private static void everyUseSaysSo(NDArray array, Path folder) {
      NDArray view = array.slice("::-1");
      List<Runnable> uses =
          List.of(
              () -> array.getDouble(0),
              () -> array.setDouble(1, 5),
              () -> view.plus(1).eval(),
              () -> view.toDoubleArray(),
              () -> array.copy(),
              () -> array.flush(),
              () -> array.times(2).into(array),
              () -> array.saveNpy(folder.resolve("saved.npy")));
      for (int i = 0; i < uses.size(); i++) {
        try {
          uses.get(i).run();
          throw new AssertionError("use " + i + " succeeded");
        } catch (SegmentPoisonedException expected) {
          require(expected.getMessage().contains("truncated"), expected.getMessage());
        }
      }
      require(!array.toString().isEmpty(), "text");
    }

    private static void nullPointersAreStillFound() {
      int found = 0;
      for (int i = 0; i < 50_000; i++) {
        try {
          found += length(i % 10 == 0 ? nothing : "text") == 4 ? 0 : 1000;
        } catch (NullPointerException e) {
          found++;
        }
      }
      require(found == 5000, found + " null pointers");
    }

    private static int length(String text) {
      return text.length();
    }

    private static void mappedBuffersStillThrow(Path folder) throws IOException {
      Path path = folder.resolve("mapped");
      Files.write(path, new byte[1 << 20]);
      try (FileChannel file =
          FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        MappedByteBuffer buffer = file.map(FileChannel.MapMode.READ_WRITE, 0, 1 << 20);
        file.truncate(0);
        buffer.get(1 << 19);
        throw new AssertionError("java.nio read from a truncated file");
      } catch (InternalError expected) {
        require(expected.getMessage() != null, "no message");
      }
    }

    private static void require(boolean condition, String what) {
      if (!condition) {
        throw new AssertionError(what);
      }
    }
  }

  private Process start(Jvm jvm, String kind) throws IOException {
    return jvm.start(Victim.class.getName(), kind, folder.toString());
  }

  private Path memory(String kind) throws IOException {
    return switch (kind) {
      case "posix" ->
          Path.of("/dev/shm", "sharray-" + Files.getAttribute(folder, "unix:uid"), "victim");
      case "file" -> folder.resolve("victim");
      default -> folder.resolve("victim.npy");
    };
  }

  /** Truncates the memory of a computing JVM and returns what it says then. */
  private List<String> truncate(Process victim, String kind, long length)
      throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    BufferedReader output = victim.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    while (line != null && !line.equals("computing")) {
      lines.add(line);
      line = output.readLine();
    }
    assertEquals("computing", line, lines.toString());
    Thread.sleep(100);
    try (RandomAccessFile file = new RandomAccessFile(memory(kind).toFile(), "rw")) {
      file.setLength(length);
    }
    output.lines().forEach(lines::add);
    assertTrue(victim.waitFor(60, TimeUnit.SECONDS));
    Files.deleteIfExists(memory(kind));
    return lines;
  }

  private void survives(Jvm jvm, String kind, long length) throws Exception {
    Process victim = start(jvm, kind);
    List<String> lines = truncate(victim, kind, length);
    String all = String.join("\n", lines);
    assertEquals(0, victim.exitValue(), all);
    assertTrue(all.contains("lost pages"), all);
    assertTrue(all.endsWith("alive"), all);
    assertTrue(!all.contains("WARNING in native method"), all);
  }

  private static Jvm jvm(String... options) {
    return new Jvm(Jvm.wholeClassPath(), options).variable("SHARRAY_CACHE_DIR", cache());
  }

  private static String cache() {
    return System.getProperty("sharray.cache.dir");
  }

  @ParameterizedTest
  @ValueSource(strings = {"posix", "file", "npy", "raw"})
  void theJvmLivesAndEveryUseSaysWhatHappened(String kind) throws Exception {
    survives(jvm(), kind, 4096);
  }

  @Test
  void alsoWhenNothingIsLeftOfIt() throws Exception {
    survives(jvm("-Dsharray.threads=1"), "posix", 0);
  }

  @Test
  void alsoWhenTheJvmWatchesEveryUseOfJni() throws Exception {
    survives(jvm("-Xcheck:jni"), "file", 8 * ELEMENTS / 2);
  }

  @Test
  void alsoOnANewerJdk() throws Exception {
    Path home = null;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/usr/lib/jvm"), "*25*")) {
      for (Path each : all) {
        home = each;
      }
    } catch (IOException e) {
      // No such directory: no such JDK.
    }
    assumeTrue(home != null, "there is no JDK 25 in /usr/lib/jvm");
    Jvm newer = jvm("--enable-native-access=ALL-UNNAMED", "-Xcheck:jni").java(home);
    survives(newer, "posix", 12288);
  }

  @Test
  void withoutTheHandlerTheJvmEnds() throws Exception {
    Jvm bare =
        jvm("-Dsharray.sigbus=off", "-XX:+SuppressFatalErrorMessage", "-XX:-CreateCoredumpOnCrash");
    Process victim = start(bare, "file");
    truncate(victim, "file", 4096);
    assertNotEquals(0, victim.exitValue());
  }
}
