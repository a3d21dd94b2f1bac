package io.sharray;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every storage promises, asked of each; then what only some can do. */
class StorageTest {
  /** The storages. */
  enum Kind {
    SYSTEM_V,
    POSIX,
    NAMED_POSIX,
    PERSISTENT_POSIX,
    MEMFD,
    FILE;

    Storage make(Path folder) {
      String name = "test-" + ProcessHandle.current().pid();
      return switch (this) {
        case SYSTEM_V -> Storage.systemV();
        case POSIX -> Storage.posix();
        case NAMED_POSIX -> Storage.posix(name);
        case PERSISTENT_POSIX -> Storage.posix(name).persistent();
        case MEMFD -> Storage.memfd();
        case FILE -> Storage.file(folder.resolve("array"));
      };
    }

    boolean stays() {
      return this == FILE || this == PERSISTENT_POSIX;
    }

    void remove(Path folder) throws IOException {
      Files.deleteIfExists(folder.resolve("array"));
      if (this == PERSISTENT_POSIX) {
        Files.delete(
            Path.of("/dev/shm", "sharray-" + Files.getAttribute(folder, "unix:uid"))
                .resolve("test-" + ProcessHandle.current().pid()));
      }
    }
  }

  @TempDir(factory = LocalFolder.class)
  Path folder;

  /** Open descriptors with what they are of; the one that lists them is left out. */
  private static Set<String> descriptors() throws IOException {
    Set<String> found = new HashSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : all) {
        try {
          Path of = Files.readSymbolicLink(each);
          if (!of.endsWith("fd")) {
            found.add(each.getFileName() + " " + of);
          }
        } catch (NoSuchFileException e) {
          // Closed since it was listed.
        }
      }
    }
    return found;
  }

  // Others may close some of theirs meanwhile, such as the collector.
  private static void assertNoneSince(Set<String> before) throws IOException {
    Set<String> opened = descriptors();
    opened.removeAll(before);
    assertEquals(Set.of(), opened);
  }

  @ParameterizedTest
  @EnumSource
  void elementsBeginAsZerosAndAreKept(Kind kind) throws IOException {
    try (NDArray array = NDArray.create(kind.make(folder), DType.FLOAT64, 300, 7);
        NDArray view = array.slice("::-2, 1:5");
        NDArray twice = view.times(2).eval()) {
      assertEquals(0, Functions.sum(array).item());
      array.setDouble(4.5, 299, 1);
      assertEquals(4.5, view.getDouble(0, 0));
      assertEquals(0, twice.getDouble(0, 0));
      view.plus(1).into(view);
      assertEquals(4.5 + view.size(), Functions.sum(array).item());
      array.flush();
    }
    kind.remove(folder);
  }

  @ParameterizedTest
  @EnumSource
  void oneHandleIsOneArrayAndGoesWithItsLastHolder(Kind kind) throws IOException {
    NDArray array = NDArray.create(kind.make(folder), DType.FLOAT64, 1000);
    if (kind == Kind.MEMFD) {
      String message =
          assertThrows(UnsupportedOperationException.class, array::handle).getMessage();
      assertTrue(message.contains("Storage.systemV()"), message);
      array.close();
      return;
    }
    Handle handle = array.handle();
    NDArray other = NDArray.attach(Handle.parse(handle.toString()));
    NDArray reader = NDArray.attachReadOnly(handle);
    other.setDouble(3, 999);
    assertEquals(3, array.getDouble(-1));
    assertEquals(3, reader.getDouble(-1));
    assertThrows(IllegalArgumentException.class, () -> reader.setDouble(1, 0));
    array.close();
    other.close();
    assertEquals(3, reader.getDouble(999));
    reader.close();
    if (kind.stays()) {
      try (NDArray again = NDArray.attach(handle)) {
        assertEquals(3, again.getDouble(999));
      }
      kind.remove(folder);
    }
    assertThrows(SegmentGoneException.class, () -> NDArray.attach(handle));
  }

  @ParameterizedTest
  @EnumSource
  void emptyArraysScalarsAndBoolsHaveTheirPlace(Kind kind) throws IOException {
    for (long[] shape : new long[][] {{}, {0}, {3, 0, 2}, {5}}) {
      try (NDArray array = NDArray.create(kind.make(folder), DType.BOOL, shape)) {
        assertArrayEquals(shape, array.shape());
        assertArrayEquals(new double[(int) array.size()], array.toDoubleArray());
      }
      kind.remove(folder);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noDescriptorStaysOpen(Kind kind) throws IOException {
    NDArray.zeros(DType.FLOAT64, 1).close();
    Set<String> before = descriptors();
    try (NDArray array = NDArray.create(kind.make(folder), DType.FLOAT64, 10)) {
      assertNoneSince(before);
      array.flush();
      assertNoneSince(before);
    }
    assertNoneSince(before);
    kind.remove(folder);
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotFitIsRefusedWithARemedyAndLeavesNothing(Kind kind) {
    Storage storage = kind.make(folder);
    String message =
        assertThrows(
                SharedMemoryExhaustedException.class,
                () -> NDArray.create(storage, DType.FLOAT64, 1L << 56))
            .getMessage();
    assertTrue(message.contains(";"), message);
    assertFalse(Files.exists(folder.resolve("array")));
  }

  @ParameterizedTest
  @EnumSource
  void pagesAreTakenBeforehandWhereAsked(Kind kind) throws IOException {
    try (NDArray array = NDArray.create(kind.make(folder).prefault(), DType.FLOAT64, 1 << 20);
        NDArray ones = array.plus(1).eval()) {
      assertEquals(1 << 20, Functions.sum(ones).item());
    }
    kind.remove(folder);
  }

  @Test
  void optionsOfPagesChangeNothingOfTheContents() {
    Storage thinPosix = Storage.posix().unreserved();
    Storage thinMemfd = Storage.memfd().unreserved();
    for (Storage storage :
        List.of(Storage.systemV(), Storage.posix(), Storage.memfd(), thinPosix, thinMemfd)) {
      for (Storage chosen :
          List.of(
              storage,
              storage.hugePages(),
              storage.interleave(),
              storage.hugePages().interleave().prefault())) {
        try (NDArray array = NDArray.create(chosen, DType.FLOAT64, 1 << 19)) {
          array.plus(2).into(array);
          assertEquals(1 << 20, Functions.sum(array).item(), chosen.toString());
        }
      }
    }
  }

  @Test
  void reservedHugePagesComeOrAreRefusedWithARemedy() {
    for (Storage storage : new Storage[] {Storage.systemV(), Storage.memfd()}) {
      try (NDArray array = NDArray.create(storage.reservedHugePages(), DType.FLOAT64, 1L << 32)) {
        assertEquals(0, array.getDouble(-1));
      } catch (SharedMemoryExhaustedException e) {
        assertTrue(e.getMessage().contains("vm.nr_hugepages"), e.getMessage());
      } catch (SegmentAccessException e) {
        assertTrue(e.getMessage().contains("vm.hugetlb_shm_group"), e.getMessage());
      }
    }
  }

  @Test
  void whatAStorageCannotDoIsSaidAtOnce() {
    Storage file = Storage.file(folder.resolve("x"));
    assertThrows(IllegalArgumentException.class, () -> Storage.memfd().persistent());
    assertThrows(IllegalArgumentException.class, () -> Storage.memfd().mode(0660));
    assertThrows(IllegalArgumentException.class, () -> Storage.posix("a").mode(0660));
    assertThrows(IllegalArgumentException.class, () -> Storage.posix().reservedHugePages());
    assertThrows(IllegalArgumentException.class, () -> Storage.systemV().unreserved());
    assertThrows(
        IllegalArgumentException.class, () -> Storage.memfd().unreserved().reservedHugePages());
    assertThrows(IllegalArgumentException.class, file::hugePages);
    assertThrows(IllegalArgumentException.class, file::interleave);
    assertThrows(IllegalArgumentException.class, file::unreserved);
    assertThrows(IllegalArgumentException.class, () -> Storage.file(Path.of("/")));
    assertEquals(
        "Storage.posix(\"a\").persistent().hugePages().prefault()",
        Storage.posix("a").prefault().hugePages().persistent().toString());
    assertEquals("Storage.memfd().unreserved()", Storage.memfd().unreserved().toString());
    assertEquals("Storage.systemV().mode(0660)", Storage.systemV().mode(0660).toString());
  }
}
