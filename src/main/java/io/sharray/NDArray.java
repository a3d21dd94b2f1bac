package io.sharray;

import io.sharray.internal.Access;
import io.sharray.internal.array.Attaching;
import io.sharray.internal.array.Copies;
import io.sharray.internal.array.Elements;
import io.sharray.internal.array.Gathering;
import io.sharray.internal.array.Geometry;
import io.sharray.internal.array.Index;
import io.sharray.internal.array.Making;
import io.sharray.internal.array.NpyFiles;
import io.sharray.internal.array.NpyOrder;
import io.sharray.internal.array.Printing;
import io.sharray.internal.array.Shapes;
import io.sharray.internal.expression.Assignment;
import io.sharray.internal.parallel.Team;
import io.sharray.internal.segment.Block;
import io.sharray.internal.segment.HandleRecord;
import io.sharray.internal.segment.Mapping;
import io.sharray.internal.segment.Reachability;
import io.sharray.internal.segment.Rights;
import io.sharray.internal.segment.SegmentName;
import io.sharray.internal.segment.Segments;
import io.sharray.internal.segment.StorageKind;
import io.sharray.internal.segment.View;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An n-dimensional array in shared memory, or a view of one. Any process that has its {@link
 * #handle} sees the same bytes.
 *
 * <p>Every array, a view too, must be closed: directly, by a {@link Scope}, or in the end by the
 * garbage collector. Closing one changes nothing for others that see the same memory; the memory is
 * released with the last of them. {@code close} never waits: calls that began before it finish
 * correctly, later ones throw {@link IllegalStateException}.
 *
 * <p>Indices and axes count from the end if they are negative. An index out of range is an {@link
 * IndexOutOfBoundsException}; writing to a read-only array is an {@link IllegalArgumentException}.
 *
 * <p>Safe for use by many threads, as far as memory is concerned: elements that one thread writes
 * while another reads have the old or the new value, of complex ones each part. Equality is
 * identity.
 */
public final class NDArray extends Expr implements AutoCloseable {
  static {
    Access.set(
        new Access.Bridge() {
          @Override
          public View view(NDArray array) {
            return array.open();
          }

          @Override
          public NDArray allocate(DType dtype, long[] shape) {
            return create(Storage.byDefault(), false, dtype, shape);
          }

          @Override
          public NDArray unfinished(Storage storage, DType dtype, long[] shape) {
            return create(storage.unfinished(), false, dtype, shape);
          }

          @Override
          public NDArray diagonal(NDArray array, long offset) {
            return array.view(array.geometry.diagonal(offset));
          }
        });
  }

  private final View view;
  private final Geometry geometry;
  private final Reachability.Owner owner;
  // The thread that wrote elements last. Plain: one that finds itself here has put itself here.
  private Thread writer;

  private NDArray(View view) {
    this.view = view;
    this.geometry = new Geometry(view.address(), view.shape(), view.strides());
    this.owner = Reachability.own(this, view.block());
  }

  /** Makes an array of a view whose block the caller has acquired for it. */
  private static NDArray make(View view) {
    NDArray array;
    try {
      array = new NDArray(view);
    } catch (Throwable e) {
      view.block().release();
      throw e;
    }
    Scope.register(array);
    return array;
  }

  // ---- Creation

  /**
   * Creates a C-contiguous array of zeros.
   *
   * @param storage kind of memory
   * @param dtype type of the elements
   * @param shape dimension lengths, at most 32; none for a scalar
   * @return the new array
   * @throws IllegalArgumentException if the shape is impossible or the name of the storage is taken
   * @throws SharedMemoryExhaustedException if there is no room
   * @throws SegmentAccessException if the system refuses permission
   */
  public static NDArray create(Storage storage, DType dtype, long... shape) {
    return create(storage, true, dtype, shape);
  }

  private static NDArray create(Storage storage, boolean zeroed, DType dtype, long... shape) {
    long[] lengths = shape.clone();
    Shapes.checkedBytes(lengths, dtype.itemSize());
    Block block = Segments.create(storage.creation(), dtype, lengths, zeroed);
    long[] strides = Shapes.strides(lengths, dtype.itemSize());
    NDArray array = make(new View(block, block.address(), dtype, lengths, strides, false));
    if (storage.prefaults()) {
      array.prefault(storage);
    }
    return array;
  }

  private void prefault(Storage storage) {
    if (byteSize() > 0 && !Team.prefault(view.address(), byteSize())) {
      close();
      throw new SharedMemoryExhaustedException(
          "no room for the pages of "
              + describe()
              + ", which "
              + storage
              + " takes beforehand; see `free` and `df /dev/shm`, close arrays, or leave out"
              + " prefault()");
    }
    Reference.reachabilityFence(this);
  }

  /**
   * Creates an array of zeros in the default storage.
   *
   * @param dtype type of the elements
   * @param shape dimension lengths, none for a scalar
   * @return the new array
   * @throws IllegalArgumentException if the shape is impossible
   * @throws SharedMemoryExhaustedException if there is no room
   */
  public static NDArray zeros(DType dtype, long... shape) {
    return create(Storage.byDefault(), dtype, shape);
  }

  /**
   * Creates an array whose elements will be written before they are read: until then they are
   * zeros, or what an array that was closed had in its memory.
   *
   * @param dtype type of the elements
   * @param shape dimension lengths, none for a scalar
   * @return the new array
   * @throws IllegalArgumentException if the shape is impossible
   * @throws SharedMemoryExhaustedException if there is no room
   */
  public static NDArray empty(DType dtype, long... shape) {
    return create(Storage.byDefault(), false, dtype, shape);
  }

  /**
   * Creates an array of ones, or of {@code true}.
   *
   * @param dtype type of the elements
   * @param shape dimension lengths, none for a scalar
   * @return the new array
   * @throws IllegalArgumentException if the shape is impossible
   * @throws SharedMemoryExhaustedException if there is no room
   */
  public static NDArray ones(DType dtype, long... shape) {
    return full(dtype, 1, shape);
  }

  /**
   * Creates an array of equal elements.
   *
   * @param dtype type of the elements
   * @param value of each, converted as by {@link #setDouble}
   * @param shape dimension lengths, none for a scalar
   * @return the new array
   * @throws IllegalArgumentException if the shape is impossible
   * @throws SharedMemoryExhaustedException if there is no room
   */
  public static NDArray full(DType dtype, double value, long... shape) {
    return full(dtype, shape, at -> Elements.putDouble(at.mapping(), dtype, at.address(), value));
  }

  /**
   * Creates an array of equal elements.
   *
   * @param dtype type of the elements
   * @param value of each, converted as by {@link #setLong}
   * @param shape dimension lengths, none for a scalar
   * @return the new array
   * @throws IllegalArgumentException if the shape is impossible
   * @throws SharedMemoryExhaustedException if there is no room
   */
  public static NDArray full(DType dtype, long value, long... shape) {
    return full(dtype, shape, at -> Elements.putLong(at.mapping(), dtype, at.address(), value));
  }

  /**
   * Creates an array of equal complex elements.
   *
   * @param dtype type of the elements, {@code COMPLEX64} or {@code COMPLEX128}
   * @param value of each
   * @param shape dimension lengths, none for a scalar
   * @return the new array
   * @throws IllegalArgumentException if the dtype is not complex or the shape impossible
   * @throws SharedMemoryExhaustedException if there is no room
   */
  public static NDArray full(DType dtype, Complex value, long... shape) {
    if (!dtype.isComplex()) {
      throw new IllegalArgumentException(
          "full of " + dtype + " with " + value + ": only complex64 and complex128 have it");
    }
    return full(
        dtype,
        shape,
        at -> Elements.putComplex(at.mapping(), dtype, at.address(), value.re(), value.im()));
  }

  private static NDArray full(DType dtype, long[] shape, Consumer<View> first) {
    NDArray array = empty(dtype, shape);
    if (array.size() > 0) {
      first.accept(array.view);
      Copies.repeatFirst(array.view);
    }
    Reference.reachabilityFence(array);
    return array;
  }

  /**
   * Creates the float64 numbers 0, 1, 2 and so on.
   *
   * @param stop where they end, exclusive
   * @return a new array of one dimension
   * @throws IllegalArgumentException if {@code stop} is not finite
   */
  public static NDArray arange(double stop) {
    return arange(0, stop, 1);
  }

  /**
   * Creates float64 numbers of equal distance.
   *
   * @param start the first one
   * @param stop where they end, exclusive
   * @return a new array of one dimension
   * @throws IllegalArgumentException if an argument is not finite
   */
  public static NDArray arange(double start, double stop) {
    return arange(start, stop, 1);
  }

  /**
   * Creates the float64 numbers {@code start + i * step}.
   *
   * @param start the first one
   * @param stop where they end, exclusive
   * @param step the distance, which may be negative
   * @return a new array of one dimension; empty if {@code stop} lies on the other side
   * @throws IllegalArgumentException if an argument is not finite, or the step is 0
   */
  public static NDArray arange(double start, double stop, double step) {
    return arange(DType.FLOAT64, start, stop, step);
  }

  /**
   * Creates the numbers 0, 1, 2 and so on.
   *
   * @param dtype type of the numbers, not bool
   * @param stop where they end, exclusive
   * @return a new array of one dimension
   * @throws IllegalArgumentException if the dtype is bool, or an integer dtype that does not have
   *     all numbers
   */
  public static NDArray arange(DType dtype, long stop) {
    return arange(dtype, 0, stop, 1);
  }

  /**
   * Creates whole numbers, one after the other.
   *
   * @param dtype type of the numbers, not bool
   * @param start the first one
   * @param stop where they end, exclusive
   * @return a new array of one dimension
   * @throws IllegalArgumentException if the dtype is bool, or an integer dtype that does not have
   *     all numbers
   */
  public static NDArray arange(DType dtype, long start, long stop) {
    return arange(dtype, start, stop, 1);
  }

  /**
   * Creates the whole numbers {@code start + i * step}, exact in the integer dtypes, else rounded
   * once.
   *
   * @param dtype type of the numbers, not bool
   * @param start the first one
   * @param stop where they end, exclusive
   * @param step the distance, which may be negative
   * @return a new array of one dimension; empty if {@code stop} lies on the other side
   * @throws IllegalArgumentException if the step is 0, the dtype is bool, or an integer dtype that
   *     does not have all numbers
   */
  public static NDArray arange(DType dtype, long start, long stop, long step) {
    NDArray array = empty(dtype, Making.count(dtype, start, stop, step));
    Making.sequence(array.view, start, step);
    Reference.reachabilityFence(array);
    return array;
  }

  /**
   * Creates the numbers {@code start + i * step}, computed in float64 and converted as by {@link
   * #setDouble}.
   *
   * @param dtype type of the numbers, not bool
   * @param start the first one
   * @param stop where they end, exclusive
   * @param step the distance, which may be negative
   * @return a new array of one dimension; empty if {@code stop} lies on the other side
   * @throws IllegalArgumentException if an argument is not finite, the step is 0, or the dtype bool
   */
  public static NDArray arange(DType dtype, double start, double stop, double step) {
    Making.requireNumbers("arange", dtype);
    NDArray array = empty(dtype, Making.count(start, stop, step));
    Making.sequence(array.view, start, step);
    Reference.reachabilityFence(array);
    return array;
  }

  /**
   * Creates float64 numbers of equal distance, both ends included.
   *
   * @param start the first one
   * @param stop the last one, if there are at least two
   * @param count how many
   * @return a new array of one dimension
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public static NDArray linspace(double start, double stop, long count) {
    return linspace(DType.FLOAT64, start, stop, count);
  }

  /**
   * Creates numbers of equal distance, both ends included, computed in float64 and converted as by
   * {@link #setDouble}; for an integer dtype the next lower ones, as NumPy has them.
   *
   * @param dtype type of the numbers, not bool
   * @param start the first one
   * @param stop the last one, if there are at least two
   * @param count how many
   * @return a new array of one dimension
   * @throws IllegalArgumentException if {@code count} is negative, or the dtype bool
   */
  public static NDArray linspace(DType dtype, double start, double stop, long count) {
    Making.requireNumbers("linspace", dtype);
    NDArray array = empty(dtype, count);
    Making.between(array.view, start, stop);
    Reference.reachabilityFence(array);
    return array;
  }

  /**
   * Creates a square float64 matrix with ones on its diagonal.
   *
   * @param n rows and columns
   * @return a new array of two dimensions
   * @throws IllegalArgumentException if {@code n} is negative or too large
   */
  public static NDArray eye(long n) {
    return eye(DType.FLOAT64, n, n);
  }

  /**
   * Creates a float64 matrix with ones on its diagonal.
   *
   * @param rows how many
   * @param columns how many
   * @return a new array of two dimensions
   * @throws IllegalArgumentException if one is negative or both are too large
   */
  public static NDArray eye(long rows, long columns) {
    return eye(DType.FLOAT64, rows, columns);
  }

  /**
   * Creates a square matrix with ones, or {@code true}, on its diagonal.
   *
   * @param dtype type of the elements
   * @param n rows and columns
   * @return a new array of two dimensions
   * @throws IllegalArgumentException if {@code n} is negative or too large
   */
  public static NDArray eye(DType dtype, long n) {
    return eye(dtype, n, n);
  }

  /**
   * Creates a matrix with ones, or {@code true}, on its diagonal.
   *
   * @param dtype type of the elements
   * @param rows how many
   * @param columns how many
   * @return a new array of two dimensions
   * @throws IllegalArgumentException if one is negative or both are too large
   */
  public static NDArray eye(DType dtype, long rows, long columns) {
    NDArray array = zeros(dtype, rows, columns);
    Making.diagonal(array.view);
    Reference.reachabilityFence(array);
    return array;
  }

  /**
   * Copies numbers into a float64 array.
   *
   * @param values the elements
   * @return a new array of one dimension
   */
  public static NDArray of(double... values) {
    return nested(values);
  }

  /**
   * Copies numbers into a float32 array.
   *
   * @param values the elements
   * @return a new array of one dimension
   */
  public static NDArray of(float... values) {
    return nested(values);
  }

  /**
   * Copies numbers into an int64 array.
   *
   * @param values the elements
   * @return a new array of one dimension
   */
  public static NDArray of(long... values) {
    return nested(values);
  }

  /**
   * Copies numbers into an int32 array.
   *
   * @param values the elements
   * @return a new array of one dimension
   */
  public static NDArray of(int... values) {
    return nested(values);
  }

  /**
   * Copies numbers into an int16 array.
   *
   * @param values the elements
   * @return a new array of one dimension
   */
  public static NDArray of(short... values) {
    return nested(values);
  }

  /**
   * Copies numbers into an int8 array.
   *
   * @param values the elements
   * @return a new array of one dimension
   */
  public static NDArray of(byte... values) {
    return nested(values);
  }

  /**
   * Copies truth values into a bool array.
   *
   * @param values the elements
   * @return a new array of one dimension
   */
  public static NDArray of(boolean... values) {
    return nested(values);
  }

  /**
   * Copies complex numbers into a complex128 array.
   *
   * @param values the elements, none of them null
   * @return a new array of one dimension
   */
  public static NDArray of(Complex... values) {
    return nested(values);
  }

  /**
   * Copies a nested Java array, as {@code double[][]} or {@code Complex[][][]}, into an array of
   * the dtype that {@code of} gives its numbers.
   *
   * @param parts of equal shape
   * @return a new array of as many dimensions as the nesting is deep
   * @throws IllegalArgumentException if it is no array of such numbers, or the lengths differ
   */
  public static NDArray of(Object[] parts) {
    return nested(parts);
  }

  /**
   * Copies a Java array, nested to any depth: see {@link #of(Object[])}.
   *
   * @param values the array; its parts have equal lengths
   * @return a new array of as many dimensions as the nesting is deep
   * @throws IllegalArgumentException if it is no array of such numbers, or the lengths differ
   */
  public static NDArray ofNested(Object values) {
    return nested(values);
  }

  private static NDArray nested(Object values) {
    NDArray array = empty(Making.dtype(values), Making.shape(values));
    try {
      Making.copy(values, array.view);
    } catch (RuntimeException e) {
      array.close();
      throw e;
    }
    Reference.reachabilityFence(array);
    return array;
  }

  /**
   * Reads a .npy file, of versions 1 to 3, into the default storage. One in Fortran order becomes
   * an array whose first index varies fastest.
   *
   * @param path of the file, of one of our dtypes in either byte order
   * @return the new array
   * @throws java.io.UncheckedIOException if the file cannot be read, is broken, or is of another
   *     dtype; nothing stays allocated
   * @throws SharedMemoryExhaustedException if there is no room
   */
  public static NDArray loadNpy(Path path) {
    return loadNpy(path, Storage.byDefault());
  }

  /**
   * Reads a .npy file, of versions 1 to 3. One in Fortran order becomes an array whose first index
   * varies fastest, but in a storage with a name, where the last one does. Nobody can attach it by
   * its name before it is read.
   *
   * @param path of the file, of one of our dtypes in either byte order
   * @param storage kind of memory
   * @return the new array
   * @throws java.io.UncheckedIOException if the file cannot be read, is broken, or is of another
   *     dtype; nothing stays allocated
   * @throws SharedMemoryExhaustedException if there is no room
   */
  public static NDArray loadNpy(Path path, Storage storage) {
    return NpyFiles.load(
        path,
        (header, fill) -> {
          // Who finds it by its name gets the shape of its header, in C order.
          boolean turned = header.fortran() && !storage.hasName();
          long[] shape = turned ? NpyFiles.reversed(header.shape()) : header.shape();
          NDArray array = Access.unfinished(storage, header.dtype(), shape);
          try {
            if (turned) {
              fill.into(array.view);
            } else {
              NpyOrder.fill(array, header, fill);
            }
            Access.finish(array);
            return turned ? array.T() : array;
          } catch (Throwable e) {
            array.close();
            throw e;
          } finally {
            if (turned) {
              array.close();
            }
          }
        });
  }

  /**
   * Uses a .npy file in place, for reading and writing: see {@link #mapNpy(Path, MapMode)}.
   *
   * @param path of the file
   * @return an array over the file
   * @throws java.io.UncheckedIOException if the file is broken, of another dtype, or cannot be used
   *     in place
   * @throws SegmentGoneException if there is no such file
   * @throws SegmentAccessException if the system refuses permission
   */
  public static NDArray mapNpy(Path path) {
    return mapNpy(path, MapMode.READ_WRITE);
  }

  /**
   * Uses a .npy file in place, of versions 1 to 3, in C or Fortran order. No descriptor stays open.
   * Changes reach the file when the system likes, and with {@link #flush}; with {@code PRIVATE}
   * they stay in this array. Links are followed. Its numbers must be little-endian, and lie at a
   * multiple of their size, as NumPy writes them; others are for {@link #loadNpy(Path)}.
   *
   * @param path of the file, of one of our dtypes
   * @param mode {@code READ_WRITE}, {@code READ_ONLY} or {@code PRIVATE}
   * @return an array over the file, which has no {@link #handle}: others map the file themselves
   * @throws java.io.UncheckedIOException if the file is broken, of another dtype, or cannot be used
   *     in place
   * @throws SegmentGoneException if there is no such file
   * @throws SegmentAccessException if the system refuses permission
   */
  public static NDArray mapNpy(Path path, MapMode mode) {
    return make(NpyFiles.map(path, Rights.of(mode)));
  }

  // ---- Handles

  /**
   * The name by which any process of this machine attaches this array. Handing it out holds
   * nothing: keep the array open until the receiver has attached.
   *
   * @return the handle
   * @throws IllegalStateException if the array is closed
   * @throws UnsupportedOperationException if no other process can find it by a handle: it is in
   *     memfd memory, attached raw, or a private copy of a file
   */
  public Handle handle() {
    open();
    requireHandles();
    pin();
    SegmentName name = view.block().name();
    long at = size() == 0 ? view.block().address() : view.address();
    long first = at - view.mapping().address();
    return new Handle(
        new HandleRecord(
            name.storage(),
            Segments.provenance(name.storage()),
            name.id(),
            name.storage().hasIds() ? "" : name.name(),
            name.uuid(),
            view.dtype().kind(),
            view.dtype().itemSize(),
            view.shape(),
            view.strides(),
            first));
  }

  /** Pins the block while it is held, so that it cannot be used again before it is pinned. */
  private void pin() {
    held(
        () -> {
          view.block().pin();
          return null;
        });
  }

  private void requireHandles() {
    StorageKind storage = view.block().name().storage();
    boolean shared = view.mapping().rights() != Rights.COPY_ON_WRITE;
    if (!storage.hasHandles() || !shared) {
      throw new UnsupportedOperationException(
          describe()
              + " has no handle: "
              + (storage == StorageKind.MEMFD
                  ? "no other process finds memfd memory; create it in Storage.systemV(), or hand"
                      + " out a copy()"
                  : shared
                      ? "without a header of ours nothing tells whether it is still the same; pass"
                          + " on its name and layout, or hand out a copy()"
                      : "its changes are private to it; hand out a copy()"));
    }
  }

  /**
   * Attaches the array that a handle names.
   *
   * @param handle made by any process
   * @return an array over the same memory
   * @throws SegmentGoneException if nobody holds it any more, or it is of another machine or
   *     namespace
   * @throws SegmentAccessException if the system refuses permission
   * @throws IncompatibleSegmentException if what is there does not fit the handle
   */
  public static NDArray attach(Handle handle) {
    return make(Attaching.byHandle(handle.record(), Rights.READ_WRITE));
  }

  /**
   * Attaches the array that a handle or a name stands for.
   *
   * @param text of a handle, or the name of a POSIX array of this user
   * @return an array over the same memory
   * @throws IllegalArgumentException if the text is neither
   * @throws SegmentGoneException if nobody holds it any more, or it is of another machine or
   *     namespace
   * @throws SegmentAccessException if the system refuses permission
   * @throws IncompatibleSegmentException if what is there is not ours, or does not fit the handle
   */
  public static NDArray attach(String text) {
    return attach(text, Rights.READ_WRITE);
  }

  /**
   * Attaches the array that a handle names, without the right to write.
   *
   * @param handle made by any process
   * @return a read-only array over the same memory
   * @throws SegmentGoneException if nobody holds it any more, or it is of another machine or
   *     namespace
   * @throws SegmentAccessException if the system refuses permission
   * @throws IncompatibleSegmentException if what is there does not fit the handle
   */
  public static NDArray attachReadOnly(Handle handle) {
    return make(Attaching.byHandle(handle.record(), Rights.READ_ONLY));
  }

  /**
   * Attaches the array that a handle or a name stands for, without the right to write.
   *
   * @param text of a handle, or the name of a POSIX array of this user
   * @return a read-only array over the same memory
   * @throws IllegalArgumentException if the text is neither
   * @throws SegmentGoneException if nobody holds it any more, or it is of another machine or
   *     namespace
   * @throws SegmentAccessException if the system refuses permission
   * @throws IncompatibleSegmentException if what is there is not ours, or does not fit the handle
   */
  public static NDArray attachReadOnly(String text) {
    return attach(text, Rights.READ_ONLY);
  }

  private static NDArray attach(String text, Rights rights) {
    return make(
        HandleRecord.isName(text)
            ? Attaching.byName(text, rights)
            : Attaching.byHandle(HandleRecord.parse(text.strip()), rights));
  }

  /**
   * Opens an array that {@link Storage#file} made, for reading and writing.
   *
   * @param path of the file, which is no link
   * @return an array over the file
   * @throws SegmentGoneException if there is no such file
   * @throws SegmentAccessException if the system refuses permission, or it is no plain file
   * @throws IncompatibleSegmentException if it is no file of ours
   */
  public static NDArray openFile(Path path) {
    return openFile(path, MapMode.READ_WRITE);
  }

  /**
   * Opens an array that {@link Storage#file} made. With {@code PRIVATE}, what is written stays in
   * this array, and the file as it is.
   *
   * @param path of the file, which is no link
   * @param mode {@code READ_WRITE}, {@code READ_ONLY} or {@code PRIVATE}
   * @return an array over the file
   * @throws SegmentGoneException if there is no such file
   * @throws SegmentAccessException if the system refuses permission, or it is no plain file
   * @throws IncompatibleSegmentException if it is no file of ours
   */
  public static NDArray openFile(Path path, MapMode mode) {
    return make(Attaching.byPath(path, Rights.of(mode)));
  }

  /**
   * Attaches memory that another program made, without a header of ours. It is never removed by
   * this library, and the array has no {@link #handle}. Somebody else decides how long it lives and
   * what is in it.
   *
   * @param segment which memory
   * @param layout where the elements are in it
   * @return an array over the same memory
   * @throws SegmentGoneException if there is no such memory
   * @throws SegmentAccessException if the system refuses permission
   * @throws IncompatibleSegmentException if the layout does not fit its size
   * @throws IllegalArgumentException if {@code copyOnWrite} is asked for memory that is no file
   */
  public static NDArray attachRaw(RawSegment segment, RawLayout layout) {
    return make(
        Attaching.raw(
            segment.attach(layout.rights()),
            layout.dtype(),
            layout.shape(),
            layout.strides(),
            layout.offset()));
  }

  // ---- Facts

  @Override
  public DType dtype() {
    return view.dtype();
  }

  @Override
  public long[] shape() {
    return view.shape().clone();
  }

  /**
   * The distances between elements.
   *
   * @return a fresh array: bytes from one element to the next, for each dimension
   */
  public long[] strides() {
    return view.strides().clone();
  }

  /**
   * The number of dimensions.
   *
   * @return 0 for a scalar, at most 32
   */
  public int ndim() {
    return view.shape().length;
  }

  /**
   * The number of elements.
   *
   * @return the product of the lengths
   */
  public long size() {
    return Shapes.size(view.shape());
  }

  /**
   * The bytes of all elements.
   *
   * @return {@link #size} times the item size
   */
  public long byteSize() {
    return size() * view.dtype().itemSize();
  }

  /**
   * The address of the element with all indices 0, for native code. It holds nothing: it is valid
   * while this array is open.
   *
   * @return the address
   * @throws IllegalStateException if the array is closed
   */
  public long address() {
    pin();
    return view.address();
  }

  /**
   * Whether writing is forbidden: attached so, or broadcast.
   *
   * @return whether it is
   */
  public boolean isReadOnly() {
    return view.readOnly();
  }

  /**
   * Whether the elements lie in C order without gaps.
   *
   * @return whether they do
   */
  public boolean isContiguous() {
    return Shapes.isContiguous(view.shape(), view.strides(), view.dtype().itemSize());
  }

  /**
   * Whether {@link #close} was called.
   *
   * @return whether it was
   */
  public boolean isClosed() {
    return owner.isClosed();
  }

  /**
   * Closes this array. When all arrays, running calls and buffers that see its memory in this
   * process are gone, that is released; or, if it was never exported, perhaps used for another
   * array. Never waits; a second call does nothing.
   */
  @Override
  public void close() {
    owner.close();
    Reference.reachabilityFence(this);
    Reachability.poll();
  }

  /**
   * Writes changes to the disk if the array is in a file; does nothing for memory, nor for private
   * copies. It covers the whole file, whatever view this is.
   *
   * @throws SharrayException if they cannot be written
   * @throws SegmentPoisonedException if somebody truncated the file
   * @throws IllegalStateException if the array is closed
   */
  public void flush() {
    held(
        () -> {
          view.mapping().flush();
          return null;
        });
  }

  // ---- Elements

  /**
   * Reads an element as a double.
   *
   * @param indices one for each dimension
   * @return its value, rounded if it is an integer beyond 2<sup>53</sup>, 1 or 0 for a bool
   * @throws IllegalArgumentException if the dtype is complex
   * @throws IllegalStateException if the array is closed, be it meanwhile
   */
  public double getDouble(long... indices) {
    Mapping mapping = open().mapping();
    long at = geometry.position(indices);
    double value = view.dtype() == DType.FLOAT64 ? mapping.getDouble(at) : otherDouble(mapping, at);
    seen();
    return value;
  }

  private double otherDouble(Mapping mapping, long at) {
    return Elements.getDouble(mapping, real("getDouble", "getComplex"), at);
  }

  /**
   * Reads an element as a float.
   *
   * @param indices one for each dimension
   * @return its value, rounded if need be, 1 or 0 for a bool
   * @throws IllegalArgumentException if the dtype is complex
   * @throws IllegalStateException if the array is closed, be it meanwhile
   */
  public float getFloat(long... indices) {
    Mapping mapping = open().mapping();
    DType dtype = real("getFloat", "getComplex");
    float value = Elements.getFloat(mapping, dtype, geometry.position(indices));
    seen();
    return value;
  }

  /**
   * Reads an element as a long: exactly, if it is an integer.
   *
   * @param indices one for each dimension
   * @return its value, of a float as a Java cast rounds it towards 0, of a uint64 the bits, which
   *     are negative from 2<sup>63</sup> on: see {@link Long#toUnsignedString(long)}
   * @throws IllegalArgumentException if the dtype is complex
   * @throws IllegalStateException if the array is closed, be it meanwhile
   */
  public long getLong(long... indices) {
    Mapping mapping = open().mapping();
    DType dtype = real("getLong", "getComplex");
    long value = Elements.getLong(mapping, dtype, geometry.position(indices));
    seen();
    return value;
  }

  /**
   * Reads an element as an int.
   *
   * @param indices one for each dimension
   * @return its value as by a Java cast: of a float rounded towards 0, of an integer the low 32
   *     bits
   * @throws IllegalArgumentException if the dtype is complex
   * @throws IllegalStateException if the array is closed, be it meanwhile
   */
  public int getInt(long... indices) {
    Mapping mapping = open().mapping();
    DType dtype = real("getInt", "getComplex");
    int value = Elements.getInt(mapping, dtype, geometry.position(indices));
    seen();
    return value;
  }

  /**
   * Reads an element as a truth value.
   *
   * @param indices one for each dimension
   * @return whether it differs from 0
   * @throws IllegalStateException if the array is closed, be it meanwhile
   */
  public boolean getBoolean(long... indices) {
    Mapping mapping = open().mapping();
    boolean value = Elements.getBoolean(mapping, view.dtype(), geometry.position(indices));
    seen();
    return value;
  }

  /**
   * Reads an element as a complex number. One that another thread writes meanwhile may have an old
   * and a new part.
   *
   * @param indices one for each dimension
   * @return its value
   * @throws IllegalStateException if the array is closed, be it meanwhile
   */
  public Complex getComplex(long... indices) {
    Mapping mapping = open().mapping();
    Complex value = Elements.getComplex(mapping, view.dtype(), geometry.position(indices));
    seen();
    return value;
  }

  /** Once closed, the bytes that were read may be those of another array. */
  private void seen() {
    VarHandle.loadLoadFence();
    open();
    Reference.reachabilityFence(this);
  }

  private DType real(String call, String instead) {
    if (view.dtype().isComplex()) {
      throw new IllegalArgumentException(
          call + " of " + describe() + ": its elements have imaginary parts; use " + instead);
    }
    return view.dtype();
  }

  /**
   * Writes an element.
   *
   * @param value its new value, rounded if need be; for an integer dtype rounded towards 0, then to
   *     the nearest that it has, and 0 for NaN; a bool is true unless it is 0
   * @param indices one for each dimension
   * @throws IllegalArgumentException if the array is read-only
   * @throws IllegalStateException if the array is closed
   */
  public void setDouble(double value, long... indices) {
    Mapping mapping = writable();
    long at = geometry.position(indices);
    if (view.dtype() == DType.FLOAT64) {
      mapping.putDouble(at, value);
    } else {
      Elements.putDouble(mapping, view.dtype(), at, value);
    }
    Reference.reachabilityFence(this);
  }

  /**
   * Writes an element.
   *
   * @param value its new value, converted as by {@link #setDouble}
   * @param indices one for each dimension
   * @throws IllegalArgumentException if the array is read-only
   * @throws IllegalStateException if the array is closed
   */
  public void setFloat(float value, long... indices) {
    setDouble(value, indices);
  }

  /**
   * Writes an element: exactly, if the dtype has the value.
   *
   * @param value its new value, of which a narrower integer takes the low bits, and a uint64 all;
   *     floats are rounded; a bool is true unless it is 0
   * @param indices one for each dimension
   * @throws IllegalArgumentException if the array is read-only
   * @throws IllegalStateException if the array is closed
   */
  public void setLong(long value, long... indices) {
    Mapping mapping = writable();
    Elements.putLong(mapping, view.dtype(), geometry.position(indices), value);
    Reference.reachabilityFence(this);
  }

  /**
   * Writes an element.
   *
   * @param value its new value, converted as by {@link #setLong}
   * @param indices one for each dimension
   * @throws IllegalArgumentException if the array is read-only
   * @throws IllegalStateException if the array is closed
   */
  public void setInt(int value, long... indices) {
    setLong(value, indices);
  }

  /**
   * Writes an element.
   *
   * @param value its new value, 1 or 0 in an array of numbers
   * @param indices one for each dimension
   * @throws IllegalArgumentException if the array is read-only
   * @throws IllegalStateException if the array is closed
   */
  public void setBoolean(boolean value, long... indices) {
    setLong(value ? 1 : 0, indices);
  }

  /**
   * Writes a complex element. Another thread may see it with an old and a new part.
   *
   * @param value its new value
   * @param indices one for each dimension
   * @throws IllegalArgumentException if the dtype is not complex, or the array is read-only
   * @throws IllegalStateException if the array is closed
   */
  public void setComplex(Complex value, long... indices) {
    Mapping mapping = writable();
    if (!view.dtype().isComplex()) {
      throw new IllegalArgumentException(
          "setComplex of " + describe() + ": its elements are real; use setDouble");
    }
    long at = geometry.position(indices);
    Elements.putComplex(mapping, view.dtype(), at, value.re(), value.im());
    Reference.reachabilityFence(this);
  }

  /** Announces a write, then makes sure that the array is open. */
  private Mapping writable() {
    if (writer != Thread.currentThread()) {
      beginWriting();
    }
    return open().mapping();
  }

  /** Once for each thread, unless threads take turns: see {@link Block#writing}. */
  private void beginWriting() {
    view.block().writing();
    requireWritable();
    writer = Thread.currentThread();
  }

  /**
   * Copies the elements in C order.
   *
   * @return their values as by {@link #getDouble}
   * @throws IllegalArgumentException if the dtype is complex, or there are more than a Java array
   *     holds
   * @throws IllegalStateException if the array is closed
   */
  public double[] toDoubleArray() {
    real("toDoubleArray", "toComplexArray");
    return copied("toDoubleArray", Copies::toDoubles);
  }

  /**
   * Copies the elements in C order.
   *
   * @return their values as by {@link #getFloat}
   * @throws IllegalArgumentException if the dtype is complex, or there are more than a Java array
   *     holds
   * @throws IllegalStateException if the array is closed
   */
  public float[] toFloatArray() {
    real("toFloatArray", "toComplexArray");
    return copied("toFloatArray", Copies::toFloats);
  }

  /**
   * Copies the elements in C order.
   *
   * @return their values as by {@link #getLong}
   * @throws IllegalArgumentException if the dtype is complex, or there are more than a Java array
   *     holds
   * @throws IllegalStateException if the array is closed
   */
  public long[] toLongArray() {
    real("toLongArray", "toComplexArray");
    return copied("toLongArray", Copies::toLongs);
  }

  /**
   * Copies the elements in C order.
   *
   * @return their values as by {@link #getInt}
   * @throws IllegalArgumentException if the dtype is complex, or there are more than a Java array
   *     holds
   * @throws IllegalStateException if the array is closed
   */
  public int[] toIntArray() {
    real("toIntArray", "toComplexArray");
    return copied("toIntArray", Copies::toInts);
  }

  /**
   * Copies the elements in C order.
   *
   * @return which of them differ from 0
   * @throws IllegalArgumentException if there are more than a Java array holds
   * @throws IllegalStateException if the array is closed
   */
  public boolean[] toBooleanArray() {
    return copied("toBooleanArray", Copies::toBooleans);
  }

  /**
   * Copies the elements in C order.
   *
   * @return their values
   * @throws IllegalArgumentException if there are more than a Java array holds
   * @throws IllegalStateException if the array is closed
   */
  public Complex[] toComplexArray() {
    return copied("toComplexArray", Copies::toComplexes);
  }

  private <A> A copied(String call, Function<View, A> copy) {
    requireFits(size(), call, "elements", "a Java array");
    return held(() -> copy.apply(view));
  }

  /**
   * The memory itself, without a copy. It stays valid after {@link #close}, and holds the memory,
   * until the buffer and all made from it are garbage. Where somebody truncates the memory it reads
   * as zeros, and only calls on the array say so.
   *
   * @return a buffer over the elements, in native byte order; read-only if the array is
   * @throws IllegalArgumentException if the array is not contiguous, or larger than a buffer can be
   * @throws IllegalStateException if the array is closed
   */
  public ByteBuffer asByteBuffer() {
    open();
    if (!isContiguous()) {
      throw new IllegalArgumentException(
          "asByteBuffer of "
              + this.describe()
              + " with strides "
              + Arrays.toString(view.strides())
              + ": its elements do not lie in C order without gaps; use copy() first");
    }
    requireFits(byteSize(), "asByteBuffer", "bytes", "a ByteBuffer");
    long first = size() == 0 ? view.block().address() : view.address();
    ByteBuffer buffer = view.block().export(first, (int) byteSize());
    Reference.reachabilityFence(this);
    return view.readOnly() ? buffer.asReadOnlyBuffer().order(ByteOrder.nativeOrder()) : buffer;
  }

  /**
   * Copies into a new C-contiguous array in the default storage.
   *
   * @return the copy
   * @throws IllegalStateException if this array is closed
   */
  public NDArray copy() {
    return held(
        () -> {
          NDArray copy = empty(view.dtype(), view.shape());
          Copies.copy(view, copy.view);
          Reference.reachabilityFence(copy);
          return copy;
        });
  }

  /**
   * Writes a .npy file that NumPy reads; one in Fortran order if the first index varies fastest.
   *
   * @param path of the file, which is replaced
   * @throws java.io.UncheckedIOException if it cannot be written
   * @throws IllegalStateException if the array is closed
   */
  public void saveNpy(Path path) {
    held(
        () -> {
          NpyFiles.save(path, view);
          return null;
        });
  }

  // ---- Views

  /**
   * Selects elements by a NumPy subscript.
   *
   * @param text for example {@code 10:20, ..., None, ::-1}
   * @return a view
   * @throws IllegalArgumentException if the text is malformed or has too many entries
   * @throws IllegalStateException if the array is closed
   */
  public NDArray slice(String text) {
    return view(geometry.slice(Index.parse(text)));
  }

  /**
   * Selects elements by a subscript; axes without an entry are kept.
   *
   * @param entries of the subscript
   * @return a view
   * @throws IllegalArgumentException if there are too many entries, or several ellipses
   * @throws IllegalStateException if the array is closed
   */
  public NDArray slice(Slice... entries) {
    List<Index> indices = new ArrayList<>();
    for (Slice entry : entries) {
      indices.add(entry.index());
    }
    return view(geometry.slice(indices));
  }

  /**
   * Fixes the first indices.
   *
   * @param indices at most one for each dimension
   * @return a view of the remaining dimensions
   * @throws IllegalStateException if the array is closed
   */
  public NDArray at(long... indices) {
    return view(geometry.at(indices));
  }

  /**
   * The same elements in another shape: a view where the strides allow it, always so for a
   * contiguous array, and else a copy in the default storage.
   *
   * @param shape dimension lengths, one of which may be -1
   * @return a view or a copy
   * @throws IllegalArgumentException if it has another number of elements
   * @throws IllegalStateException if the array is closed
   */
  public NDArray reshape(long... shape) {
    long[] full = geometry.reshaped(shape);
    Geometry reshaped = geometry.reshape(full, view.dtype().itemSize());
    if (reshaped != null) {
      return view(reshaped);
    }
    try (NDArray copy = copy()) {
      return copy.reshape(full);
    }
  }

  /**
   * Reorders the dimensions.
   *
   * @param axes the old axis for each new one, each exactly once
   * @return a view
   * @throws IllegalArgumentException if an axis is missing or repeated
   * @throws IllegalStateException if the array is closed
   */
  public NDArray permuteDims(int... axes) {
    return view(geometry.permute(axes));
  }

  /**
   * Reverses the dimensions: the transposed matrix.
   *
   * @return a view
   * @throws IllegalStateException if the array is closed
   */
  public NDArray T() {
    return view(geometry.transpose());
  }

  /**
   * Removes dimensions of length 1.
   *
   * @param axes which; none for all that have it
   * @return a view
   * @throws IllegalArgumentException if an axis is longer
   * @throws IllegalStateException if the array is closed
   */
  public NDArray squeeze(int... axes) {
    return view(geometry.squeeze(axes));
  }

  /**
   * Adds a dimension of length 1.
   *
   * @param axis where it will be
   * @return a view
   * @throws IllegalArgumentException if there is no such place
   * @throws IllegalStateException if the array is closed
   */
  public NDArray expandDims(int axis) {
    return view(geometry.expand(axis));
  }

  /**
   * Reverses the order of elements.
   *
   * @param axes along which; none for all
   * @return a view
   * @throws IllegalArgumentException if there is no such axis
   * @throws IllegalStateException if the array is closed
   */
  public NDArray flip(int... axes) {
    return view(geometry.flip(axes));
  }

  /**
   * Repeats dimensions of length 1 and adds dimensions in front, without copying.
   *
   * @param shape the dimension lengths wanted
   * @return a view, read-only where elements repeat
   * @throws IllegalArgumentException if the shapes do not fit
   * @throws IllegalStateException if the array is closed
   */
  public NDArray broadcastTo(long... shape) {
    return view(geometry.broadcast(shape));
  }

  /**
   * One of several nearly equal parts along the first axis, for workers that share the array. The
   * parts of all workers together are the whole; borders of long parts lie at multiples of 1024
   * elements.
   *
   * @param part from 0
   * @param parts how many there are
   * @return a view, which may be empty
   * @throws IllegalArgumentException if there is no such part, or this is a scalar
   * @throws IllegalStateException if the array is closed
   */
  public NDArray split(int part, int parts) {
    return view(geometry.split(part, parts));
  }

  // ---- Selection and assignment

  /**
   * Copies the parts at some places of an axis.
   *
   * @param indices integers of any shape; negative ones count from the end of the axis
   * @param axis the axis, which the dimensions of the indices replace
   * @return a new array in the default storage
   * @throws IllegalArgumentException if there is no such axis, or the indices are no integers
   * @throws IndexOutOfBoundsException if an index lies outside
   * @throws IllegalStateException if an array is closed
   */
  public NDArray take(NDArray indices, int axis) {
    int at = Shapes.axis("take", axis, ndim());
    return held(
        () ->
            indices.held(
                () -> {
                  Gathering.requireIntegers("take", indices.view);
                  long[] shape = Shapes.replaced(view.shape(), at, indices.view.shape());
                  return filled(shape, to -> Gathering.take(view, at, indices.view, to));
                }));
  }

  /**
   * Copies for each index the element at that place of an axis, as {@link Functions#argmin} finds
   * them.
   *
   * @param indices integers, of as many dimensions as this array, and broadcast against it but
   *     along the axis; negative ones count from the end
   * @param axis the axis
   * @return a new array in the default storage, of the broadcast shape
   * @throws IllegalArgumentException if there is no such axis, the shapes do not fit, or the
   *     indices are no integers
   * @throws IndexOutOfBoundsException if an index lies outside
   * @throws IllegalStateException if an array is closed
   */
  public NDArray takeAlongAxis(NDArray indices, int axis) {
    int at = Shapes.axis("takeAlongAxis", axis, ndim());
    long[] shape = Shapes.along("takeAlongAxis", view.shape(), indices.view.shape(), at);
    long[] own = shape.clone();
    own[at] = view.shape()[at];
    try (NDArray from = broadcastTo(own);
        NDArray wanted = indices.broadcastTo(shape)) {
      return from.held(
          () ->
              wanted.held(
                  () -> {
                    Gathering.requireIntegers("takeAlongAxis", wanted.view);
                    return filled(shape, to -> Gathering.takeAlong(from.view, at, wanted.view, to));
                  }));
    }
  }

  /**
   * Copies the elements for which a mask is true, in C order.
   *
   * @param mask of dtype bool and the same shape
   * @return a new array of one dimension in the default storage
   * @throws IllegalArgumentException if dtype or shape differ
   * @throws IllegalStateException if an array is closed
   */
  public NDArray compress(NDArray mask) {
    requireMask(mask, view.shape());
    return compressed(mask);
  }

  private NDArray compressed(NDArray mask) {
    return held(
        () ->
            mask.held(
                () -> {
                  long count = Gathering.count(mask.view);
                  return filled(
                      new long[] {count},
                      to -> {
                        if (!Gathering.compress(view, mask.view, to)) {
                          throw new SharrayException(
                              "compress: another process or thread changed the mask meanwhile;"
                                  + " use a copy() of it");
                        }
                      });
                }));
  }

  /** A new array of this dtype; nothing stays allocated if it cannot be filled. */
  private NDArray filled(long[] shape, Consumer<View> fill) {
    NDArray array = empty(view.dtype(), shape);
    try {
      fill.accept(array.view);
      Reference.reachabilityFence(array);
      return array;
    } catch (Throwable e) {
      array.close();
      throw e;
    }
  }

  /**
   * Copies the parts along an axis for which a mask is true.
   *
   * @param mask of dtype bool and one dimension, as long as the axis
   * @param axis the axis
   * @return a new array in the default storage
   * @throws IllegalArgumentException if there is no such axis, or dtype or shape of the mask differ
   * @throws IllegalStateException if an array is closed
   */
  public NDArray compress(NDArray mask, int axis) {
    int at = Shapes.axis("compress", axis, ndim());
    requireMask(mask, view.shape()[at]);
    try (NDArray places = arange(DType.INT64, view.shape()[at]).compressed(mask)) {
      return take(places, at);
    }
  }

  private static void requireMask(NDArray mask, long... shape) {
    if (mask.dtype() != DType.BOOL || !Arrays.equals(mask.view.shape(), shape)) {
      throw new IllegalArgumentException(
          "compress: the mask is "
              + mask.dtype()
              + " of shape "
              + Shapes.text(mask.view.shape())
              + ", but bool of shape "
              + Shapes.text(shape)
              + " is needed");
    }
  }

  /**
   * Assigns to all elements: {@code a.slice("1:3").assign(b.times(2))}. The values are those before
   * the assignment, also where they come from the same memory.
   *
   * @param values broadcast to this shape, and converted to this dtype if that is of no narrower
   *     kind: bool, integer, float, complex
   * @return this array
   * @throws IllegalArgumentException if the shapes do not fit, the conversion needs {@code astype},
   *     or this array is read-only
   * @throws IllegalStateException if an array is closed
   */
  public NDArray assign(Expr values) {
    Expr converted = Assignment.converted(values, dtype());
    if (Arrays.equals(values.shape(), view.shape())) {
      return converted.into(this);
    }
    try (NDArray computed = converted.eval();
        NDArray repeated = computed.broadcastTo(view.shape())) {
      return repeated.into(this);
    }
  }

  /**
   * Assigns a number to all elements.
   *
   * @param value converted as by {@link #setDouble}
   * @return this array
   * @throws IllegalArgumentException if this array is read-only
   * @throws IllegalStateException if the array is closed
   */
  public NDArray assign(double value) {
    try (NDArray number = full(dtype(), value);
        NDArray repeated = number.broadcastTo(view.shape())) {
      return repeated.into(this);
    }
  }

  /**
   * Assigns to the elements for which a mask is true: {@code a[mask] = values} in NumPy, with one
   * value for each element of the array.
   *
   * @param mask of dtype bool, broadcast to this shape
   * @param values broadcast to this shape, and converted as by {@link #assign(Expr)}; numbers too
   * @return this array
   * @throws IllegalArgumentException as {@link #assign(Expr)}
   * @throws IllegalStateException if an array is closed
   */
  public NDArray assignWhere(Expr mask, Expr values) {
    return assign(Functions.where(mask, Assignment.converted(values, dtype()), this));
  }

  private NDArray view(Geometry seen) {
    open();
    if (!view.block().tryAcquire()) {
      throw closedException();
    }
    NDArray made =
        make(
            new View(
                view.block(),
                seen.first(),
                view.dtype(),
                seen.shape(),
                seen.strides(),
                view.readOnly() || seen.repeats()));
    Reference.reachabilityFence(this);
    return made;
  }

  // ---- Inner life

  private View open() {
    if (owner.isClosed()) {
      throw closedException();
    }
    return view;
  }

  private void requireWritable() {
    open();
    if (view.readOnly()) {
      throw new IllegalArgumentException(
          describe()
              + " is read-only: it was attached so, or broadcast; write to the original or to"
              + " a copy()");
    }
  }

  /** Runs a call that finishes correctly even if the array is closed meanwhile. */
  private <R> R held(java.util.function.Supplier<R> call) {
    open();
    if (!view.block().tryAcquire()) {
      throw closedException();
    }
    try {
      R result = call.get();
      view.mapping().verify();
      return result;
    } finally {
      view.block().release();
      Reference.reachabilityFence(this);
    }
  }

  private void requireFits(long count, String call, String unit, String target) {
    // Some JVMs refuse the very largest arrays.
    if (count > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          call
              + " of "
              + describe()
              + ": "
              + count
              + " "
              + unit
              + " are more than "
              + target
              + " holds; use it on slices");
    }
  }

  private IllegalStateException closedException() {
    return new IllegalStateException(describe() + " is closed; close it after its last use");
  }

  private String describe() {
    return "the "
        + view.dtype()
        + " array of shape "
        + Shapes.text(view.shape())
        + " in "
        + view.block().name();
  }

  /**
   * Returns the elements as NumPy prints them, the middle of long arrays left out. Never throws.
   */
  @Override
  public String toString() {
    if (owner.isClosed() || !view.block().tryAcquire()) {
      return "(closed: " + describe() + ")";
    }
    try {
      return Printing.text(view);
    } catch (SegmentPoisonedException e) {
      return "(lost: " + describe() + ")";
    } finally {
      view.block().release();
      Reference.reachabilityFence(this);
    }
  }
}
