package io.sharray;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;

/**
 * The type of an array's elements, stored in the byte order of the machine.
 *
 * <p>{@link #resultType} is the promotion table of the Python array API standard 2025.12. Where the
 * standard leaves a pair open, a bool takes the dtype of the other, integers of at most 16 bits
 * meet {@code float32} and {@code complex64} in those, and wider ones meet a float in {@code
 * float64} or {@code complex128}; {@code uint64} and a signed integer have no common dtype.
 */
public enum DType {
  /** A truth value in one byte, 0 or 1. */
  BOOL(1, 'b'),
  /** A signed integer of 8 bits: Java's {@code byte}. */
  INT8(1, 'i'),
  /** A signed integer of 16 bits: Java's {@code short}. */
  INT16(2, 'i'),
  /** A signed integer of 32 bits: Java's {@code int}. */
  INT32(4, 'i'),
  /** A signed integer of 64 bits: Java's {@code long}. */
  INT64(8, 'i'),
  /** An unsigned integer of 8 bits. */
  UINT8(1, 'u'),
  /** An unsigned integer of 16 bits. */
  UINT16(2, 'u'),
  /** An unsigned integer of 32 bits. */
  UINT32(4, 'u'),
  /** An unsigned integer of 64 bits. */
  UINT64(8, 'u'),
  /** IEEE 754 single precision: Java's {@code float}. */
  FLOAT32(4, 'f'),
  /** IEEE 754 double precision: Java's {@code double}. */
  FLOAT64(8, 'f'),
  /** A real and an imaginary part of single precision, in this order. */
  COMPLEX64(8, 'c'),
  /** A real and an imaginary part of double precision, in this order. */
  COMPLEX128(16, 'c');

  private final int itemSize;
  private final char kind;

  DType(int itemSize, char kind) {
    this.itemSize = itemSize;
    this.kind = kind;
  }

  /**
   * The bytes of one element.
   *
   * @return 1, 2, 4, 8 or 16
   */
  public int itemSize() {
    return itemSize;
  }

  /**
   * NumPy's letter for the family: {@code b} for bool, {@code i} and {@code u} for signed and
   * unsigned integers, {@code f} for floats, {@code c} for complex numbers.
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
    return (itemSize == 1 ? "|" : "<") + kind + itemSize;
  }

  /**
   * Whether it is a signed or unsigned integer; bool is none.
   *
   * @return whether it is
   */
  public boolean isInteger() {
    return kind == 'i' || kind == 'u';
  }

  /**
   * Whether it is a real floating-point type.
   *
   * @return whether it is
   */
  public boolean isFloat() {
    return kind == 'f';
  }

  /**
   * Whether it is complex.
   *
   * @return whether it is
   */
  public boolean isComplex() {
    return kind == 'c';
  }

  /**
   * The dtype of the real and imaginary parts.
   *
   * @return the float of a complex dtype; others are their own
   */
  public DType real() {
    return this == COMPLEX64 ? FLOAT32 : this == COMPLEX128 ? FLOAT64 : this;
  }

  /**
   * Finds a dtype by its name.
   *
   * @param name in NumPy's style, in either case
   * @return the dtype, or empty if there is none
   */
  public static Optional<DType> named(String name) {
    for (DType dtype : values()) {
      if (dtype.name().equals(name.toUpperCase(Locale.ROOT))) {
        return Optional.of(dtype);
      }
    }
    return Optional.empty();
  }

  /**
   * The dtype in which operands of several dtypes meet.
   *
   * @param first one of them
   * @param others the rest; their order does not matter
   * @return the common dtype
   * @throws IllegalArgumentException if there is none
   */
  public static DType resultType(DType first, DType... others) {
    DType result = first;
    for (DType other : others) {
      result = Promotion.of(result, other);
    }
    return result;
  }

  /**
   * Whether every value of a dtype has a value of another by promotion, as {@code can_cast} of the
   * array API standard.
   *
   * @param from the dtype of the values
   * @param to the dtype that they would get
   * @return whether promoting the two gives {@code to}
   */
  public static boolean canCast(DType from, DType to) {
    return Promotion.known(from, to) == to;
  }

  /**
   * The limits of a floating-point type.
   *
   * @param dtype of the numbers, for complex ones of their parts
   * @param bits of one number
   * @param eps the distance from 1 to the next larger number
   * @param max the largest finite number
   * @param min the smallest one, {@code -max}
   * @param smallestNormal the smallest positive number of full precision
   */
  public record FloatInfo(
      DType dtype, int bits, double eps, double max, double min, double smallestNormal) {}

  /**
   * The limits of an integer type.
   *
   * @param dtype of the numbers
   * @param bits of one number
   * @param min the smallest one
   * @param max the largest one
   */
  public record IntegerInfo(DType dtype, int bits, BigInteger min, BigInteger max) {}

  /**
   * The limits of a floating-point type, or of the parts of a complex one.
   *
   * @return the limits
   * @throws IllegalArgumentException if this is neither
   */
  public FloatInfo finfo() {
    return switch (real()) {
      case FLOAT32 ->
          new FloatInfo(
              FLOAT32, 32, Math.ulp(1f), Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_NORMAL);
      case FLOAT64 ->
          new FloatInfo(
              FLOAT64, 64, Math.ulp(1.0), Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_NORMAL);
      default ->
          throw new IllegalArgumentException(
              "finfo of " + this + ": it is no floating-point type; iinfo is for integers");
    };
  }

  /**
   * The limits of an integer type.
   *
   * @return the limits
   * @throws IllegalArgumentException if this is no integer
   */
  public IntegerInfo iinfo() {
    if (!isInteger()) {
      throw new IllegalArgumentException(
          "iinfo of " + this + ": it is no integer; finfo is for floating-point types");
    }
    int bits = 8 * itemSize;
    int power = kind == 'u' ? bits : bits - 1;
    BigInteger end = BigInteger.ONE.shiftLeft(power);
    BigInteger min = kind == 'u' ? BigInteger.ZERO : end.negate();
    return new IntegerInfo(this, bits, min, end.subtract(BigInteger.ONE));
  }

  /**
   * The name in NumPy's style.
   *
   * @return for example {@code float64}
   */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
