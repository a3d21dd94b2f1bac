package io.sharray.internal.array;

import io.sharray.internal.segment.Block;
import io.sharray.internal.segment.FilePaths;
import io.sharray.internal.segment.Rights;
import io.sharray.internal.segment.Segments;
import io.sharray.internal.segment.StorageKind;
import io.sharray.internal.segment.View;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens .npy files and words what goes wrong. */
public final class NpyFiles {
  private NpyFiles() {}

  /** Reads the elements of a file into memory. */
  @FunctionalInterface
  public interface Filling {
    /**
     * Reads all elements in the order of the file.
     *
     * @param view a contiguous array of the file's dtype and size
     * @throws IOException if the file cannot be read
     */
    void into(View view) throws IOException;
  }

  /**
   * Makes an array for the contents of a file.
   *
   * @param <R> kind of array
   */
  @FunctionalInterface
  public interface Maker<R> {
    /**
     * Makes the array and fills it.
     *
     * @param header of the file
     * @param filling reads the elements
     * @return the array
     * @throws IOException if the filling fails
     */
    R make(Npy.Header header, Filling filling) throws IOException;
  }

  /**
   * Reads a file.
   *
   * @param <R> kind of array
   * @param path of the file
   * @param maker makes the array
   * @return what it made
   * @throws UncheckedIOException if the file cannot be read, is broken or not supported
   */
  public static <R> R load(Path path, Maker<R> maker) {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      Npy.Header header = Npy.readHeader(Npy.Source.of(file), path);
      return maker.make(header, view -> fill(file, header, path, view));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot load " + reason(path, e), e);
    }
  }

  private static void fill(FileChannel file, Npy.Header header, Path path, View view)
      throws IOException {
    try {
      Npy.readData(file, header, path, view);
    } catch (IOException e) {
      view.mapping().probe();
      throw e;
    }
  }

  /**
   * Maps a file in place.
   *
   * @param path of the file
   * @param rights what may be done with it
   * @return its elements, held once
   * @throws UncheckedIOException if the file is broken, not supported, or cannot be used in place
   * @throws io.sharray.SharrayException if it cannot be mapped
   */
  public static View map(Path path, Rights rights) {
    Block block = Segments.attachRaw(StorageKind.RAW_FILE, -1, FilePaths.followed(path), rights);
    try {
      Npy.Header header = Npy.readHeader(Npy.Source.of(block.mapping()), path);
      int itemSize = header.dtype().itemSize();
      if (header.swapped()) {
        throw new IOException(path + " has its bytes in the other order; loadNpy turns them");
      }
      if (header.data() % Elements.alignment(header.dtype()) != 0) {
        throw new IOException(
            path
                + " has its elements at byte "
                + header.data()
                + ", no multiple of their size; loadNpy copies them to where they can be used");
      }
      long[] shape = header.shape();
      long[] strides = Shapes.strides(header.fortran() ? reversed(shape) : shape, itemSize);
      return new View(
          block,
          block.address() + header.data(),
          header.dtype(),
          shape,
          header.fortran() ? reversed(strides) : strides,
          rights == Rights.READ_ONLY);
    } catch (IOException e) {
      block.release();
      throw new UncheckedIOException("cannot map " + reason(path, e), e);
    } catch (RuntimeException e) {
      block.release();
      throw e;
    }
  }

  /**
   * Writes a file.
   *
   * @param path of the file, which is replaced
   * @param view the array, held by the caller
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void save(Path path, View view) {
    try (FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      Npy.write(file, view);
    } catch (IOException e) {
      view.mapping().probe();
      throw new UncheckedIOException("cannot save " + reason(path, e), e);
    }
  }

  /**
   * A shape backwards.
   *
   * @param shape dimension lengths
   * @return a fresh array
   */
  public static long[] reversed(long[] shape) {
    long[] reversed = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      reversed[i] = shape[shape.length - 1 - i];
    }
    return reversed;
  }

  private static String reason(Path path, IOException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof NoSuchFileException) {
      return path + ": there is no such file or directory";
    }
    if (e instanceof AccessDeniedException) {
      return path + ": permission denied";
    }
    return message.startsWith(path.toString()) ? message : path + ": " + message;
  }
}
