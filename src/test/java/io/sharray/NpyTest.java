package io.sharray;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {
  @TempDir Path folder;
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private Path file(int version, String header, byte... data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer out =
        ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      out.putShort((short) text.length);
    } else {
      out.putInt(text.length);
    }
    out.put(text).put(data);
    Path path = folder.resolve("made.npy");
    Files.write(path, Arrays.copyOf(out.array(), out.position()));
    return path;
  }

  private String broken(Path path) {
    UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> NDArray.loadNpy(path));
    assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
    return e.getMessage();
  }

  @Test
  void whatIsSavedIsLoadedWhateverItsStrides() {
    NDArray a = NDArray.arange(24).reshape(2, 3, 4);
    NDArray[] cases = {
      a,
      a.T(),
      a.slice("::-1, :, 1::2"),
      a.at(1, 2, 3),
      a.slice("0:0"),
      NDArray.of(true, false, true).flip(),
      a.broadcastTo(2, 2, 3, 4),
      NDArray.arange(300_001).slice("::2")
    };
    Path path = folder.resolve("a.npy");
    for (NDArray each : cases) {
      each.saveNpy(path);
      NDArray loaded = NDArray.loadNpy(path);
      assertArrayEquals(each.shape(), loaded.shape());
      assertEquals(each.dtype(), loaded.dtype());
      assertArrayEquals(each.toDoubleArray(), loaded.toDoubleArray());
    }
  }

  @Test
  void aFileInFortranOrderKeepsItsShapeWhereItIsFoundByName() {
    Path path = folder.resolve("fortran.npy");
    NDArray saved = NDArray.arange(6).reshape(2, 3).T();
    saved.saveNpy(path);
    String name = "fortran-" + ProcessHandle.current().pid();
    try (NDArray loaded = NDArray.loadNpy(path, Storage.posix(name));
        NDArray found = NDArray.attach(name)) {
      for (NDArray each : new NDArray[] {loaded, found}) {
        assertArrayEquals(new long[] {3, 2}, each.shape());
        assertArrayEquals(saved.toDoubleArray(), each.toDoubleArray());
      }
    }
  }

  @Test
  void theBytesAreThoseOfNumPy() throws IOException {
    Path path = folder.resolve("b.npy");
    NDArray.of(new double[][] {{1, 2}}).saveNpy(path);
    byte[] bytes = Files.readAllBytes(path);
    assertEquals(128 + 16, bytes.length);
    String header = new String(bytes, 10, 118, StandardCharsets.US_ASCII);
    assertEquals("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }", header.strip());
    assertEquals('\n', header.charAt(117));
    NDArray.of(1.0, 2).reshape(2, 1).T().saveNpy(path);
    NDArray.arange(6).reshape(2, 3).T().saveNpy(path);
    String fortran = new String(Files.readAllBytes(path), 10, 118, StandardCharsets.US_ASCII);
    assertTrue(fortran.contains("'fortran_order': True, 'shape': (3, 2)"), fortran);
  }

  @Test
  void allVersionsOrdersAndByteOrdersAreRead() throws IOException {
    byte[] big =
        ByteBuffer.allocate(32).putDouble(1).putDouble(2).putDouble(3).putDouble(4).array();
    for (int version = 1; version <= 3; version++) {
      NDArray a =
          NDArray.loadNpy(
              file(version, "{'descr': '>f8', 'fortran_order': True, 'shape': (2, 2), }\n", big));
      assertArrayEquals(new double[] {1, 3, 2, 4}, a.toDoubleArray());
    }
    NDArray old =
        NDArray.loadNpy(
            file(
                1,
                "{\"shape\": (2L,), \"fortran_order\": False, \"descr\": \"|b1\"}",
                (byte) 0,
                (byte) 7));
    assertArrayEquals(new double[] {0, 1}, old.toDoubleArray());
    old.saveNpy(folder.resolve("c.npy"));
    byte[] saved = Files.readAllBytes(folder.resolve("c.npy"));
    assertEquals(1, saved[saved.length - 1]);
  }

  @Test
  void brokenFilesAreNamedAndLeaveNothingBehind() throws IOException {
    String good = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
    assertTrue(broken(file(1, good, new byte[15])).contains("truncated"));
    assertTrue(broken(file(1, good, new byte[17])).contains("follows"));
    assertTrue(broken(file(4, good, new byte[16])).contains("version"));
    for (String type :
        new String[] {"<f2", "<f16", "<c32", "<U2", "|S8", "<M8[ns]", "|O", "", "<"}) {
      String message = broken(file(1, good.replace("<f8", type), new byte[16]));
      assertTrue(message.contains("'" + type + "'") && message.contains("complex128"), message);
    }
    assertTrue(
        broken(file(1, good.replace("'<f8'", "[('a', '<f8')]"), new byte[16])).contains("records"));
    assertTrue(broken(file(1, good.replace("2,", "-2,"), new byte[16])).contains("header"));
    for (String shape :
        new String[] {
          "9223372036854775807,", "4611686018427387904, 8", "99999999999999999999,", ",", "2,,"
        }) {
      broken(file(1, good.replace("2,", shape), new byte[16]));
    }
    assertTrue(broken(file(2, "x")).contains("header"));
    broken(Files.write(folder.resolve("short.npy"), new byte[] {(byte) 0x93, 'N'}));
    broken(Files.write(folder.resolve("empty.npy"), new byte[0]));
    assertTrue(broken(Files.write(folder.resolve("zip.npy"), new byte[100])).contains("no .npy"));
    assertTrue(broken(folder.resolve("absent.npy")).contains("no such file"));
    broken(folder);
  }

  @Test
  void randomlyDamagedHeadersNeverDoMoreThanFail() throws IOException {
    String good = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }      \n";
    byte[] bytes = Files.readAllBytes(file(2, good, new byte[48]));
    Random random = new Random(17);
    Path path = folder.resolve("damaged.npy");
    int loaded = 0;
    for (int i = 0; i < 500; i++) {
      byte[] damaged = bytes.clone();
      for (int k = 0; k < 1 + random.nextInt(3); k++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Files.write(path, damaged);
      try (NDArray a = NDArray.loadNpy(path)) {
        assertEquals(48, a.byteSize());
        loaded++;
      } catch (UncheckedIOException expected) {
        assertTrue(expected.getMessage().contains("damaged.npy"));
      }
    }
    assertTrue(loaded > 50 && loaded < 450, loaded + " of 500 were still readable");
  }

  @Test
  void filesThatCannotBeWrittenAreNamed() {
    NDArray a = NDArray.of(1.0);
    Path path = folder.resolve("missing/a.npy");
    UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> a.saveNpy(path));
    assertTrue(e.getMessage().contains(path.toString()));
  }
}
