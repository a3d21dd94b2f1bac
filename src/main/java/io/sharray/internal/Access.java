package io.sharray.internal;

import io.sharray.DType;
import io.sharray.NDArray;
import io.sharray.Storage;
import io.sharray.internal.segment.StorageKind;
import io.sharray.internal.segment.View;

/**
 * The way from the internal packages to the inner state of arrays, which is not public.
 * Thread-safe.
 */
public final class Access {
  /** What {@link NDArray} lends to the internal packages. */
  public interface Bridge {
    /**
     * See {@link Access#view}.
     *
     * @param array the array
     * @return its view
     */
    View view(NDArray array);

    /**
     * See {@link Access#allocate}.
     *
     * @param dtype type of the elements
     * @param shape dimension lengths
     * @return the new array
     */
    NDArray allocate(DType dtype, long[] shape);

    /**
     * See {@link Access#unfinished}.
     *
     * @param storage kind of memory
     * @param dtype type of the elements
     * @param shape dimension lengths
     * @return the new array
     */
    NDArray unfinished(Storage storage, DType dtype, long[] shape);

    /**
     * See {@link Access#diagonal}.
     *
     * @param array the array
     * @param offset of the diagonal
     * @return the view
     */
    NDArray diagonal(NDArray array, long offset);
  }

  private static volatile Bridge bridge;

  private Access() {}

  /**
   * Called once, by the static initializer of {@link NDArray}.
   *
   * @param bridge what it lends
   */
  public static void set(Bridge bridge) {
    Access.bridge = bridge;
  }

  /**
   * The view of an open array. It holds nothing: call {@code view.block().acquire()} around native
   * calls, which fails if the array was closed since.
   *
   * @param array the array
   * @return its view
   * @throws IllegalStateException if the array is closed
   */
  public static View view(NDArray array) {
    return bridge.view(array);
  }

  /**
   * Creates a C-contiguous array of any contents in the default storage, which belongs to the
   * current scope if there is one.
   *
   * @param dtype type of the elements
   * @param shape dimension lengths
   * @return the new array
   */
  public static NDArray allocate(DType dtype, long[] shape) {
    Bridge current = bridge;
    return (current == null ? Loaded.BRIDGE : current).allocate(dtype, shape);
  }

  /**
   * Creates a C-contiguous array that nobody else can attach by its name until {@link #finish}.
   *
   * @param storage kind of memory
   * @param dtype type of the elements
   * @param shape dimension lengths
   * @return the new array, to be filled
   */
  public static NDArray unfinished(Storage storage, DType dtype, long[] shape) {
    Bridge current = bridge;
    return (current == null ? Loaded.BRIDGE : current).unfinished(storage, dtype, shape);
  }

  /**
   * A view of the diagonals of the matrices in the last two dimensions, in their place.
   *
   * @param array at least two dimensions
   * @param offset above the main diagonal
   * @return a new array of one dimension less
   */
  public static NDArray diagonal(NDArray array, long offset) {
    return bridge.diagonal(array, offset);
  }

  /**
   * Lets others attach an array.
   *
   * @param array made by {@link #unfinished}
   */
  public static void finish(NDArray array) {
    StorageKind kind = view(array).block().name().storage();
    if (kind == StorageKind.POSIX || kind == StorageKind.FILE) {
      view(array).mapping().finish();
    }
  }

  /** Initializes {@link NDArray} for callers that come before the first array. */
  private static final class Loaded {
    static final Bridge BRIDGE = load();

    private static Bridge load() {
      try {
        Class.forName(NDArray.class.getName(), true, NDArray.class.getClassLoader());
      } catch (ClassNotFoundException impossible) {
        throw new AssertionError(impossible);
      }
      return bridge;
    }
  }
}
