package io.sharray;

/** The type of an array's elements, stored in the byte order of the machine. */
public enum DType {
  /** IEEE 754 double precision: Java's {@code double}. */
  FLOAT64(8, 'f', "<f8"),
  /** A truth value in one byte, 0 or 1. */
  BOOL(1, 'b', "|b1");

  private final int itemSize;
  private final char kind;
  private final String typestr;

  DType(int itemSize, char kind, String typestr) {
    this.itemSize = itemSize;
    this.kind = kind;
    this.typestr = typestr;
  }

  /**
   * The bytes of one element.
   *
   * @return the bytes of one element
   */
  public int itemSize() {
    return itemSize;
  }

  /**
   * NumPy's letter for the family: {@code f} for floats, {@code b} for bool.
   *
   * @return the letter
   */
  public char kind() {
    return kind;
  }

  /**
   * NumPy's name with byte order, as in {@code numpy.dtype.str}.
   *
   * @return for example {@code <f8}
   */
  public String typestr() {
    return typestr;
  }

  /**
   * The name in NumPy's style.
   *
   * @return for example {@code float64}
   */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
