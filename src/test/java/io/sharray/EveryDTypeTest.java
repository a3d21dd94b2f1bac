package io.sharray;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What arrays do with elements whose values they need not understand, for every dtype. */
class EveryDTypeTest {
  private static final String[] VIEWS = {
    "...", "::-1, 1::2", "1:3, :, ::-2", "2", "1, 2, 3", "0:0"
  };
  private static PythonProcess python;
  private static ArrayProcessTest.Peer peer;

  @TempDir Path folder;
  private Scope scope;

  @BeforeAll
  static void start() throws IOException {
    python = new PythonProcess("numpy", "sharray");
    peer = new ArrayProcessTest.Peer();
  }

  @AfterAll
  static void end() {
    python.close();
    peer.close();
  }

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** The bytes of a contiguous array. */
  static String hex(NDArray array) {
    byte[] bytes = new byte[(int) array.byteSize()];
    array.asByteBuffer().get(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static NDArray random(Storage storage, DType dtype, long... shape) {
    NDArray array = NDArray.create(storage, dtype, shape);
    byte[] bytes = new byte[(int) array.byteSize()];
    new Random(dtype.ordinal()).nextBytes(bytes);
    for (int i = 0; i < bytes.length && dtype == DType.BOOL; i++) {
      bytes[i] &= 1;
    }
    array.asByteBuffer().put(bytes);
    return array;
  }

  /**
   * The bytes of any array, element by element from the memory of the whole that it is a view of.
   */
  private static String expected(NDArray view, NDArray whole) {
    ByteBuffer memory = whole.asByteBuffer();
    int itemSize = whole.dtype().itemSize();
    long[] shape = view.shape();
    long[] strides = view.strides();
    long start = view.size() == 0 ? 0 : view.address() - whole.address();
    byte[] out = new byte[(int) view.byteSize()];
    for (int flat = 0; flat < view.size(); flat++) {
      long at = start;
      long rest = flat;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        at += rest % shape[axis] * strides[axis];
        rest /= shape[axis];
      }
      memory.get((int) at, out, flat * itemSize, itemSize);
    }
    return HexFormat.of().formatHex(out);
  }

  @ParameterizedTest
  @EnumSource
  void viewsCopiesAndFilesKeepTheBits(DType dtype) {
    NDArray whole = random(Storage.systemV(), dtype, 4, 5, 40);
    for (String text : VIEWS) {
      NDArray straight = whole.slice(text);
      for (NDArray view : new NDArray[] {straight, straight.T()}) {
        String bits = expected(view, whole);
        assertEquals(bits, hex(view.copy()), text);
        assertEquals(bits, hex(view.reshape(view.size()).copy()), text);
        Path path = folder.resolve(dtype + ".npy");
        view.saveNpy(path);
        NDArray loaded = NDArray.loadNpy(path);
        NDArray named = NDArray.loadNpy(path, Storage.posix("every-" + python.hashCode()));
        try (NDArray mapped = NDArray.mapNpy(path)) {
          for (NDArray each : new NDArray[] {loaded, named, mapped}) {
            assertEquals(dtype, each.dtype());
            assertArrayEquals(view.shape(), each.shape());
            assertEquals(bits, hex(each.copy()), text);
          }
        }
        named.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherProcessAndPythonSeeTheSameArray(DType dtype) throws IOException {
    for (Storage storage :
        new Storage[] {Storage.systemV(), Storage.posix(), Storage.file(folder.resolve("a"))}) {
      if (!storage.equals(Storage.systemV()) && storage.hasName()) {
        continue;
      }
      NDArray whole = random(storage, dtype, 4, 5, 3);
      for (String text : VIEWS) {
        String slice = text.equals("1, 2, 3") ? "1, 2, 2" : text;
        NDArray view = whole.slice(slice);
        String bits = expected(view, whole);
        assertEquals(bits, peer.tell("bytes " + view.handle()), slice);
        python.exec("a = sharray.attach('" + view.handle() + "')");
        assertEquals("'" + bits + "'", python.eval("a.array.tobytes().hex()"), slice);
        assertEquals("'" + dtype + "'", python.eval("a.dtype.name"));
        assertEquals("'" + dtype.typestr() + "'", python.eval("a.dtype.str"));
        python.exec("a.close()");
      }
      python.exec("a = sharray.attach('" + whole.handle() + "').array");
      python.exec("a[1, 2] = numpy.array([1, 0, 1], a.dtype)");
      assertArrayEquals(new boolean[] {true, false, true}, whole.at(1, 2).toBooleanArray());
      python.exec("a = None");
    }
    python.exec("b = sharray.create((2, 3), '" + dtype + "', 'posix')");
    python.exec("b.array[:] = numpy.arange(6).reshape(2, 3) % 2");
    NDArray theirs = NDArray.attach(python.eval("b.handle").replace("'", ""));
    assertEquals(dtype, theirs.dtype());
    assertArrayEquals(
        new boolean[] {false, true, false, true, false, true}, theirs.toBooleanArray());
    python.exec("b.close()");
  }

  @ParameterizedTest
  @EnumSource
  void filesOfNumPyAreReadInEveryOrderAndVersion(DType dtype) throws IOException {
    NDArray whole = random(Storage.systemV(), dtype, 3, 4, 5);
    python.exec(
        "a = numpy.frombuffer(bytes.fromhex('%s'), '%s').reshape(3, 4, 5)"
            .formatted(hex(whole), dtype.typestr()));
    Path path = folder.resolve("n.npy");
    for (String order : new String[] {"a", "numpy.asfortranarray(a)", "a[0]", "a[0, 0].T"}) {
      for (String typestr : new String[] {dtype.typestr(), ">" + dtype.typestr().substring(1)}) {
        for (int version = 1; version <= 3; version++) {
          python.exec("f = open('" + path + "', 'wb')");
          python.exec("b = (" + order + ").astype('" + typestr + "')");
          // Its order is lost by astype otherwise than by default.
          python.exec(
              "numpy.lib.format.write_array(f, b, version=(" + version + ", 0)); f.close()");
          NDArray loaded = NDArray.loadNpy(path);
          assertEquals(dtype, loaded.dtype());
          assertEquals(python.eval("(" + order + ").tobytes().hex()"), quoted(loaded));
          if (typestr.startsWith(">") && dtype.real().itemSize() > 1) {
            String fault =
                assertThrows(UncheckedIOException.class, () -> NDArray.mapNpy(path)).getMessage();
            assertTrue(fault.contains("loadNpy"), fault);
          } else {
            try (NDArray mapped = NDArray.mapNpy(path)) {
              assertEquals(quoted(loaded), quoted(mapped));
            }
          }
        }
      }
    }
    for (NDArray view : new NDArray[] {whole, whole.T(), whole.slice("::-1, 1::2")}) {
      view.saveNpy(path);
      python.exec("b = numpy.load('" + path + "')");
      assertEquals("'" + dtype.typestr() + "'", python.eval("b.dtype.str"));
      assertEquals(quoted(view), python.eval("b.tobytes().hex()"));
      byte[] mine = Files.readAllBytes(path);
      python.exec("numpy.save('" + path + "', b)");
      assertArrayEquals(Files.readAllBytes(path), mine, "the file is that of NumPy to the byte");
    }
  }

  private static String quoted(NDArray array) {
    return "'" + hex(array.copy()) + "'";
  }

  @ParameterizedTest
  @EnumSource
  void newArraysHaveTheElementsOfNumPy(DType dtype) throws IOException {
    String name = dtype == DType.BOOL ? "bool" : dtype.toString();
    same(NDArray.zeros(dtype, 2, 3), "numpy.zeros((2, 3), '" + name + "')");
    same(NDArray.ones(dtype, 2, 3), "numpy.ones((2, 3), '" + name + "')");
    same(NDArray.full(dtype, 7, 30_000), "numpy.full(30000, 7, '" + name + "')");
    same(NDArray.full(dtype, 2.75, 3), "numpy.full(3, 2.75).astype('" + name + "')");
    same(NDArray.full(dtype, 2.75), "numpy.full((), 2.75).astype('" + name + "')");
    same(NDArray.full(dtype, 2.75, 3, 0), "numpy.full((3, 0), 2.75).astype('" + name + "')");
    same(NDArray.eye(dtype, 3), "numpy.eye(3, dtype='" + name + "')");
    same(NDArray.eye(dtype, 2, 4), "numpy.eye(2, 4, dtype='" + name + "')");
    if (dtype == DType.BOOL) {
      for (org.junit.jupiter.api.function.Executable call :
          new org.junit.jupiter.api.function.Executable[] {
            () -> NDArray.arange(dtype, 2),
            () -> NDArray.arange(dtype, 0, 1, 0.5),
            () -> NDArray.linspace(dtype, 0, 1, 3)
          }) {
        assertTrue(
            assertThrows(IllegalArgumentException.class, call).getMessage().contains("bool"));
      }
      return;
    }
    same(NDArray.arange(dtype, 100), "numpy.arange(100, dtype='" + name + "')");
    same(NDArray.arange(dtype, 5, 100, 7), "numpy.arange(5, 100, 7, dtype='" + name + "')");
    same(NDArray.arange(dtype, 100, 4, -7), "numpy.arange(100, 4, -7, dtype='" + name + "')");
    same(NDArray.arange(dtype, 5, 5), "numpy.arange(5, 5, dtype='" + name + "')");
    same(NDArray.linspace(dtype, 0, 9, 4), "numpy.linspace(0, 9, 4, dtype='" + name + "')");
    same(NDArray.linspace(dtype, 1, 2, 7), "numpy.linspace(1, 2, 7, dtype='" + name + "')");
    same(NDArray.linspace(dtype, 3, 9, 1), "numpy.linspace(3, 9, 1, dtype='" + name + "')");
    same(NDArray.linspace(dtype, 3, 9, 0), "numpy.linspace(3, 9, 0, dtype='" + name + "')");
    NDArray halves = NDArray.arange(dtype, 0.0, 3.0, 0.5);
    same(halves, "(numpy.arange(6) * 0.5).astype('" + name + "')");
  }

  private static void same(NDArray array, String expression) throws IOException {
    assertEquals(python.eval("(" + expression + ").tobytes().hex()"), quoted(array), expression);
    assertEquals(python.eval("(" + expression + ").shape"), shape(array), expression);
  }

  private static String shape(NDArray array) {
    return io.sharray.internal.array.Shapes.text(array.shape());
  }
}
