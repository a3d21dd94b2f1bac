package io.sharray.internal.array;

import io.sharray.DType;
import io.sharray.IncompatibleSegmentException;
import io.sharray.internal.segment.Block;
import io.sharray.internal.segment.FilePaths;
import io.sharray.internal.segment.HandleRecord;
import io.sharray.internal.segment.Rights;
import io.sharray.internal.segment.SegmentLayout;
import io.sharray.internal.segment.SegmentName;
import io.sharray.internal.segment.Segments;
import io.sharray.internal.segment.StorageKind;
import io.sharray.internal.segment.View;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Finds arrays in memory that exists: by handle, by name, by path, or by a layout. The views that
 * come back are held once, by the caller.
 */
public final class Attaching {
  private Attaching() {}

  /**
   * The array of a handle.
   *
   * @param record contents of the handle
   * @param rights what may be done with the memory
   * @return its view
   */
  public static View byHandle(HandleRecord record, Rights rights) {
    Block block = Segments.attach(record, rights);
    String typestr = (record.itemSize() == 1 ? "|" : "<") + record.kind() + record.itemSize();
    long first = block.mapping().address() + record.first();
    Geometry geometry = new Geometry(first, record.shape(), record.strides());
    return view(block, typestr, geometry, false, rights);
  }

  /**
   * The array of a POSIX segment.
   *
   * @param name of the segment
   * @param rights what may be done with the memory
   * @return its view
   */
  public static View byName(String name, Rights rights) {
    return described(Segments.attach(StorageKind.POSIX, name, rights), rights);
  }

  /**
   * The array of a segment in a file.
   *
   * @param path of the file
   * @param rights what may be done with the memory
   * @return its view
   */
  public static View byPath(Path path, Rights rights) {
    return described(Segments.attach(StorageKind.FILE, FilePaths.real(path), rights), rights);
  }

  /**
   * An array in memory without a header of ours.
   *
   * @param memory all of it, held once
   * @param dtype type of the elements
   * @param shape dimension lengths
   * @param strides bytes from one element to the next, for each dimension
   * @param offset of the element with all indices 0, at least 0
   * @return its view
   * @throws IncompatibleSegmentException if it does not lie inside the memory
   */
  public static View raw(Block memory, DType dtype, long[] shape, long[] strides, long offset) {
    Rights rights = memory.mapping().rights();
    // Beyond its end lies nothing, and no sum may overflow.
    long first = memory.address() + Math.min(offset, memory.length() + 1);
    Geometry geometry = new Geometry(first, shape, strides);
    try {
      return view(memory, dtype.typestr(), geometry, true, rights);
    } catch (IncompatibleSegmentException e) {
      throw new IncompatibleSegmentException(
          e.getMessage()
              + ": shape "
              + Shapes.text(shape)
              + " of "
              + dtype
              + " with strides "
              + Arrays.toString(strides)
              + " from byte "
              + offset
              + " in "
              + memory.length()
              + " bytes");
    }
  }

  private static View described(Segments.Segment found, Rights rights) {
    SegmentLayout layout = found.layout();
    long first = found.block().address() + layout.firstElement();
    return view(
        found.block(),
        layout.typestr(),
        new Geometry(first, layout.shape(), layout.strides()),
        false,
        rights);
  }

  /** Checks that a geometry fits its block; lets go of the block if not. */
  private static View view(
      Block block, String typestr, Geometry geometry, boolean foreign, Rights rights) {
    DType dtype = dtype(typestr);
    String fault =
        dtype == null
            ? "its dtype '"
                + typestr
                + "' is unknown; this version has "
                + Arrays.toString(DType.values())
            : fault(block, geometry, dtype, foreign);
    if (fault != null) {
      SegmentName name = block.name();
      block.release();
      throw new IncompatibleSegmentException("cannot attach an array in " + name + ": " + fault);
    }
    boolean none = Shapes.size(geometry.shape()) == 0;
    return new View(
        block,
        none ? block.address() : geometry.first(),
        dtype,
        geometry.shape(),
        geometry.strides(),
        rights == Rights.READ_ONLY || geometry.repeats());
  }

  /** Our segments have complex numbers at multiples of their size, others as C has them. */
  private static String fault(Block block, Geometry geometry, DType dtype, boolean foreign) {
    return geometry.fault(
        block.address(),
        block.address() + block.length(),
        dtype.itemSize(),
        foreign ? Elements.alignment(dtype) : dtype.itemSize());
  }

  private static DType dtype(String typestr) {
    for (DType candidate : DType.values()) {
      if (candidate.typestr().equals(typestr)) {
        return candidate;
      }
    }
    return null;
  }
}
