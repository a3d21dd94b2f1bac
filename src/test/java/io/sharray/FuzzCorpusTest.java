package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.internal.segment.HandleRecord;
import io.sharray.internal.segment.SegmentLayout;
import io.sharray.internal.segment.Segments;
import io.sharray.internal.segment.StorageKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The corpus of the fuzz targets, met by the library: hostile segments and hostile handles. */
class FuzzCorpusTest {
  private static final Path CORPUS = Path.of("src/test/resources/fuzz");
  private static final int HEADER = 1024;
  private static final long LARGEST_FILE = 1 << 20;
  private static final long MOST_ELEMENTS = 1 << 20;

  @TempDir(factory = LocalFolder.class)
  Path directory;

  static List<Path> headers() throws IOException {
    return corpus("header");
  }

  static List<Path> handles() throws IOException {
    return corpus("handle");
  }

  private static List<Path> corpus(String kind) throws IOException {
    try (Stream<Path> files = Files.list(CORPUS.resolve(kind))) {
      return files.sorted().toList();
    }
  }

  /** Bytes 0-1023, u32 state, u64 real size, u8 storage; missing ones are 0. */
  private record Hostile(byte[] header, int state, long realSize, int storage) {
    static Hostile read(Path file) throws IOException {
      ByteBuffer in =
          ByteBuffer.wrap(Arrays.copyOf(Files.readAllBytes(file), HEADER + 13))
              .order(ByteOrder.LITTLE_ENDIAN);
      byte[] header = new byte[HEADER];
      in.get(header);
      return new Hostile(header, in.getInt(), in.getLong(), in.get());
    }

    byte[] content() {
      long size = realSize < 0 || realSize > LARGEST_FILE ? 12288 : realSize;
      ByteBuffer content =
          ByteBuffer.allocate((int) Math.max(size, HEADER + 4)).order(ByteOrder.LITTLE_ENDIAN);
      content.put(header).putInt(state);
      return Arrays.copyOf(content.array(), (int) size);
    }

    HandleRecord handle(StorageKind kind, long id, String name) {
      ByteBuffer in = ByteBuffer.wrap(header);
      UUID uuid = new UUID(in.getLong(32), in.getLong(40));
      long provenance = Segments.provenance(kind);
      long[] shape = {64};
      return new HandleRecord(
          kind, provenance, id, name, uuid, 'f', 8, shape, new long[] {8}, 4096);
    }
  }

  @ParameterizedTest
  @MethodSource("headers")
  void whateverLiesInASegmentIsRefusedOrSound(Path file) throws Exception {
    Hostile hostile = Hostile.read(file);
    boolean good = file.getFileName().toString().startsWith("good");
    switch (hostile.storage) {
      case 1 -> systemV(hostile, good);
      case 2 -> posix(hostile, "fuzz-" + ProcessHandle.current().pid(), good);
      default -> {
        Path laid = Files.write(directory.resolve("segment"), hostile.content());
        assertEquals(good, meet(() -> NDArray.openFile(laid)));
        HandleRecord handle = hostile.handle(StorageKind.FILE, -1, laid.toRealPath().toString());
        meet(() -> NDArray.attach(handle.text()));
      }
    }
  }

  private static void posix(Hostile hostile, String name, boolean good) throws IOException {
    NDArray.create(Storage.posix(name), DType.FLOAT64, 1).close(); // the directory is there now
    Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    Path laid = Path.of("/dev/shm", "sharray-" + user, name);
    Files.createFile(
        laid, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.write(laid, hostile.content());
      assertEquals(good, meet(() -> NDArray.attach(name)));
      assertEquals(good, meet(() -> NDArray.attachReadOnly(name)));
      meet(() -> NDArray.attach(hostile.handle(StorageKind.POSIX, -1, name).text()));
    } finally {
      Files.deleteIfExists(laid);
    }
  }

  private void systemV(Hostile hostile, boolean good) throws Exception {
    Path content = Files.write(directory.resolve("content"), hostile.content());
    Process perl =
        new ProcessBuilder(
                "perl",
                "-e",
                "$|=1; open F, '<', $ARGV[0]; local $/; $d = <F>; $i = shmget(0, length $d, 01600);"
                    + " shmwrite($i, $d, 0, length $d); print qq($i\\n); <STDIN>; shmctl($i, 0, 0)",
                content.toString())
            .start();
    try {
      long id = Long.parseLong(perl.inputReader().readLine());
      HandleRecord handle = hostile.handle(StorageKind.SYSTEM_V, id, "");
      assertEquals(good, meet(() -> NDArray.attach(handle.text())));
    } finally {
      perl.getOutputStream().close();
      assertTrue(perl.waitFor(10, TimeUnit.SECONDS));
    }
  }

  private interface Attaching {
    NDArray attach();
  }

  /** Whether it is attached, and then read. */
  private static boolean meet(Attaching attaching) {
    try (NDArray array = attaching.attach()) {
      readEverything(array);
      return true;
    } catch (SharrayException e) {
      boolean expected =
          e instanceof IncompatibleSegmentException
              || e instanceof SegmentGoneException
              || e instanceof SegmentPoisonedException;
      assertTrue(expected, e.toString());
      assertTrue(e.getMessage().length() > 20, e.getMessage());
      return false;
    }
  }

  private static void readEverything(NDArray array) {
    assertTrue(array.toString().length() > 0);
    long[] last = array.shape();
    if (Arrays.stream(last).anyMatch(length -> length == 0)) {
      return;
    }
    Arrays.setAll(last, axis -> last[axis] - 1);
    for (long[] index : new long[][] {new long[last.length], last}) {
      if (array.dtype() == DType.FLOAT64) {
        assertEquals(0, array.getDouble(index));
      } else {
        assertEquals(false, array.getBoolean(index));
      }
    }
    if (array.size() <= MOST_ELEMENTS && array.dtype() == DType.FLOAT64) {
      assertEquals(0, Functions.sum(array).item());
      assertEquals(array.size(), array.toDoubleArray().length);
    }
  }

  /** What is wrong with a corpus that tests nothing. */
  @Test
  void theCorpusHasGoodAndBadOnes() throws IOException {
    long sound = 0;
    for (Path file : headers()) {
      Hostile hostile = Hostile.read(file);
      sound += file.getFileName().toString().startsWith("good") ? 1 : 0;
      assertEquals(HEADER, hostile.header.length);
      assertEquals(SegmentLayout.BYTES, HEADER);
    }
    assertTrue(sound > 5 && headers().size() > 2 * sound);
  }

  @ParameterizedTest
  @MethodSource("handles")
  void aHandleIsRefusedInWordsOrOnlyAName(Path file) throws Exception {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    Segments.ready();
    List<String> before = mapped();
    Handle parsed = null;
    try {
      parsed = Handle.parse(text);
      assertEquals(text, parsed.toString());
    } catch (IllegalArgumentException e) {
      assertTrue(e.getMessage().contains("is no handle"), e.getMessage());
    }
    assertEquals(parsed != null, file.getFileName().toString().startsWith("good"), text);
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(stream(text)))) {
      assertEquals(parsed, in.readObject());
    } catch (InvalidObjectException e) {
      assertEquals(null, parsed);
      assertInstanceOf(IllegalArgumentException.class, e.getCause());
    }
    assertEquals(before, mapped());
  }

  /** The serialized form of a good handle, with another text in its place. */
  private static byte[] stream(String text) throws IOException {
    String good = Files.readString(CORPUS.resolve("handle/good-system-v"));
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(written)) {
      out.writeObject(Handle.parse(good));
    }
    String whole = written.toString(StandardCharsets.ISO_8859_1);
    int at = whole.indexOf(good);
    ByteArrayOutputStream forged = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(forged);
    out.write(written.toByteArray(), 0, at - 2);
    out.writeUTF(text);
    int rest = at + good.length();
    out.write(written.toByteArray(), rest, written.size() - rest);
    return forged.toByteArray();
  }

  /** The shared memory of this process. */
  private static List<String> mapped() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1).stream()
        .filter(line -> line.contains("/SYSV") || line.contains("/sharray-"))
        .filter(line -> line.contains("s "))
        .map(line -> line.replaceAll(".* ", ""))
        .toList();
  }
}
