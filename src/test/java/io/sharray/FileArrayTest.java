package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.internal.segment.HandleRecord;
import io.sharray.internal.segment.StorageKind;
import java.io.IOException;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays in files of ours. */
class FileArrayTest {
  @TempDir(factory = LocalFolder.class)
  Path folder;

  private Path path;

  @BeforeEach
  void create() {
    path = folder.resolve("numbers.sharray");
    try (NDArray array = NDArray.create(Storage.file(path), DType.FLOAT64, 10, 20)) {
      array.setDouble(7, 3, 4);
    }
  }

  @Test
  void anArrayStaysInItsFileAndIsOpenedAgain() throws IOException {
    try (NDArray array = NDArray.openFile(path);
        NDArray same = NDArray.attach(array.handle())) {
      assertEquals(7, array.getDouble(3, 4));
      same.setDouble(8, 0, 0);
      assertEquals(8, array.getDouble(0, 0));
      array.flush();
    }
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    try (NDArray array = NDArray.openFile(path, MapMode.READ_ONLY)) {
      assertTrue(array.isReadOnly());
      assertEquals(8, array.getDouble(0, 0));
      assertThrows(IllegalArgumentException.class, () -> array.setDouble(1, 0, 0));
    }
    assertThrows(
        IllegalArgumentException.class, () -> NDArray.create(Storage.file(path), DType.FLOAT64, 1));
  }

  @Test
  void aPrivateCopyKeepsItsChangesToItself() {
    try (NDArray copy = NDArray.openFile(path, MapMode.PRIVATE);
        NDArray other = NDArray.openFile(path, MapMode.PRIVATE);
        NDArray shared = NDArray.openFile(path)) {
      copy.plus(1).into(copy);
      assertEquals(8, copy.getDouble(3, 4));
      assertEquals(7, other.getDouble(3, 4));
      assertEquals(7, shared.getDouble(3, 4));
      copy.flush();
      assertThrows(UnsupportedOperationException.class, copy::handle);
    }
    try (NDArray after = NDArray.openFile(path)) {
      assertEquals(7, Functions.sum(after).item());
    }
  }

  @Test
  void whatIsNotOursOrNotThereIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "x".repeat(10000));
    assertThrows(IncompatibleSegmentException.class, () -> NDArray.openFile(text));
    Path link = Files.createSymbolicLink(folder.resolve("link"), path);
    assertThrows(SegmentAccessException.class, () -> NDArray.openFile(link));
    assertThrows(SegmentAccessException.class, () -> NDArray.openFile(folder));
    assertThrows(SegmentGoneException.class, () -> NDArray.openFile(folder.resolve("none")));
    assertThrows(SegmentGoneException.class, () -> NDArray.openFile(folder.resolve("no/ne")));
    assertThrows(IllegalArgumentException.class, () -> NDArray.openFile(path, null));
  }

  @Test
  void anotherFileInItsPlaceIsAnotherArray() throws IOException {
    Handle handle;
    try (NDArray array = NDArray.openFile(path)) {
      handle = array.handle();
    }
    Files.delete(path);
    NDArray.create(Storage.file(path), DType.FLOAT64, 10, 20).close();
    assertThrows(SegmentGoneException.class, () -> NDArray.attach(handle));
  }

  @Test
  void handlesCarryTheLongestPathsAndRefuseOthers() {
    String longest = ("/" + "d".repeat(254)).repeat(16).substring(0, 4080) + "/\u00e9";
    HandleRecord record =
        new HandleRecord(
            StorageKind.FILE,
            0,
            -1,
            longest,
            new UUID(1, 2),
            'f',
            8,
            new long[] {2},
            new long[] {8},
            4096);
    assertEquals(longest, HandleRecord.parse(record.text()).name());
    for (String bad : new String[] {"", "relative", "/a//b", "/a/../b", "/a/", "/a\0b", "/."}) {
      HandleRecord wrong =
          new HandleRecord(
              StorageKind.FILE, 0, -1, bad, new UUID(1, 2), 'f', 8, new long[0], new long[0], 4096);
      assertThrows(IllegalArgumentException.class, () -> HandleRecord.parse(wrong.text()), bad);
    }
  }

  @Test
  void theDirectoryOfALinkIsResolvedInTheHandle() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("way"), folder.toRealPath());
    try (NDArray array = NDArray.openFile(link.resolve("numbers.sharray"))) {
      assertTrue(array.toString().length() > 10);
      String name = HandleRecord.parse(array.handle().toString()).name();
      assertEquals(folder.toRealPath().resolve("numbers.sharray").toString(), name);
    }
  }

  @Test
  void modesAreExactWhateverTheMask() throws IOException {
    Path shared = folder.resolve("shared");
    NDArray.create(Storage.file(shared).mode(0660), DType.FLOAT64, 1).close();
    assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)));
  }

  @Test
  void numpySeesTheSameBytes() throws IOException {
    try (PythonProcess python = new PythonProcess("numpy");
        NDArray array = NDArray.openFile(path)) {
      python.exec("a = numpy.memmap('" + path + "', 'f8', 'r+', offset=4096, shape=(10, 20))");
      assertEquals("7.0", python.eval("float(a[3, 4])"));
      python.exec("a[9, 19] = 11");
      assertEquals(11, array.getDouble(-1, -1));
    }
  }
}
