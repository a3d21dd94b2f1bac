package io.sharray.internal.array;

import io.sharray.NDArray;
import io.sharray.internal.Access;
import java.io.IOException;

/** Files of either order for arrays in C order. */
public final class NpyOrder {
  private NpyOrder() {}

  /**
   * Fills a C-contiguous array with the elements of a file. Those in Fortran order go through a
   * temporary array of the same size.
   *
   * @param array of the dtype and shape of the file
   * @param header of the file
   * @param elements what follows the header
   * @throws IOException if they cannot be read
   */
  public static void fill(NDArray array, Npy.Header header, NpyFiles.Filling elements)
      throws IOException {
    if (!header.fortran()) {
      elements.into(Access.view(array));
      return;
    }
    try (NDArray stored = NDArray.empty(header.dtype(), NpyFiles.reversed(header.shape()));
        NDArray turned = stored.T()) {
      elements.into(Access.view(stored));
      turned.into(array);
    }
  }
}
