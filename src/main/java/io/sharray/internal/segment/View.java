package io.sharray.internal.segment;

import io.sharray.DType;

/**
 * Where the elements of an array are. The arrays inside are shared, not copied: nobody modifies
 * them.
 *
 * @param block the bytes of the array; whoever computes on the elements holds them with {@link
 *     Block#acquire}
 * @param address absolute address of the element with all indices 0
 * @param dtype type of the elements
 * @param shape dimension lengths, empty for a scalar
 * @param strides bytes from one element to the next, for each dimension; 0 where broadcast,
 *     negative where flipped
 * @param readOnly whether writing is forbidden
 */
public record View(
    Block block, long address, DType dtype, long[] shape, long[] strides, boolean readOnly) {

  /**
   * The mapped segment of the block.
   *
   * @return the mapping
   */
  public Mapping mapping() {
    return block.mapping();
  }
}
