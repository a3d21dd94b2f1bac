package io.sharray.bench;

import io.sharray.DType;
import io.sharray.NDArray;
import io.sharray.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The operands of {@link Data} as shared arrays, with places for results. They lie in files of a
 * directory in memory, so that peers in other languages compute on the same bytes: how fast memory
 * is depends on where in the machine it lies, by a factor of up to two.
 */
final class Operands implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");

  final NDArray a;
  final NDArray b;
  final NDArray c;
  final NDArray out;
  final NDArray truth;
  final Map<String, NDArray> byName;

  /** The files {@code a}, {@code b}, {@code c}, {@code out} and {@code truth}. */
  final Path directory;

  Operands(int n) {
    try {
      directory = Files.createTempDirectory(MEMORY, "bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    a = create("a", DType.FLOAT64, n);
    b = create("b", DType.FLOAT64, n);
    c = create("c", DType.FLOAT64, n);
    out = create("out", DType.FLOAT64, n);
    truth = create("truth", DType.BOOL, n);
    byName = Map.of("a", a, "b", b, "c", c);
    a.assign(NDArray.of(Data.a(n)));
    b.assign(NDArray.of(Data.b(n)));
    c.assign(NDArray.of(Data.c(n)));
  }

  private NDArray create(String name, DType dtype, int n) {
    return NDArray.create(Storage.file(directory.resolve(name)), dtype, n);
  }

  @Override
  public void close() {
    byName.values().forEach(NDArray::close);
    out.close();
    truth.close();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
