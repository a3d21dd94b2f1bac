package io.sharray.internal.array;

import io.sharray.Complex;
import io.sharray.DType;
import io.sharray.internal.segment.Mapping;
import java.nio.ByteBuffer;

/**
 * Reads and writes single elements of every dtype, converted as the methods of arrays promise:
 * between numbers as Java casts, but a float becomes the nearest value that an integer dtype has. A
 * complex element is only read as one, and only a complex dtype takes complex values.
 */
public final class Elements {
  private static final double TWO_63 = 0x1p63;

  private Elements() {}

  /**
   * The divisor of the addresses of elements: the bytes of one number.
   *
   * @param dtype type of the elements
   * @return the item size, of complex numbers half of it
   */
  public static int alignment(DType dtype) {
    return dtype.real().itemSize();
  }

  /**
   * Reads an element as a double.
   *
   * @param mapping the memory
   * @param dtype type of the element, not complex
   * @param at its address
   * @return the nearest double, 1 or 0 for a bool
   */
  public static double getDouble(Mapping mapping, DType dtype, long at) {
    return switch (dtype) {
      case FLOAT64 -> mapping.getDouble(at);
      case FLOAT32 -> getFloat(mapping, at);
      case UINT64 -> fromUnsigned(mapping.getLong(at));
      default -> getLong(mapping, dtype, at);
    };
  }

  /**
   * Reads an element as a float.
   *
   * @param mapping the memory
   * @param dtype type of the element, not complex
   * @param at its address
   * @return the nearest float, 1 or 0 for a bool
   */
  public static float getFloat(Mapping mapping, DType dtype, long at) {
    return switch (dtype) {
      case FLOAT64 -> (float) mapping.getDouble(at);
      case FLOAT32 -> getFloat(mapping, at);
      case UINT64 -> {
        long bits = mapping.getLong(at);
        yield bits >= 0 ? bits : 2f * halved(bits);
      }
      default -> getLong(mapping, dtype, at);
    };
  }

  /**
   * Reads an element as a long.
   *
   * @param mapping the memory
   * @param dtype type of the element, not complex
   * @param at its address
   * @return its value rounded towards 0, the bits of a uint64
   */
  public static long getLong(Mapping mapping, DType dtype, long at) {
    return switch (dtype) {
      case BOOL -> mapping.get(at) != 0 ? 1 : 0;
      case INT8 -> mapping.get(at);
      case INT16 -> mapping.getShort(at);
      case INT32 -> mapping.getInt(at);
      case INT64, UINT64 -> mapping.getLong(at);
      case UINT8 -> mapping.get(at) & 0xffL;
      case UINT16 -> mapping.getShort(at) & 0xffffL;
      case UINT32 -> mapping.getInt(at) & 0xffffffffL;
      case FLOAT32 -> (long) getFloat(mapping, at);
      case FLOAT64 -> (long) mapping.getDouble(at);
      case COMPLEX64, COMPLEX128 -> throw new AssertionError(dtype);
    };
  }

  /**
   * Reads an element as an int.
   *
   * @param mapping the memory
   * @param dtype type of the element, not complex
   * @param at its address
   * @return a float rounded towards 0, the low 32 bits of an integer
   */
  public static int getInt(Mapping mapping, DType dtype, long at) {
    return dtype.isFloat()
        ? (int) getDouble(mapping, dtype, at)
        : (int) getLong(mapping, dtype, at);
  }

  /**
   * Reads an element as a truth value.
   *
   * @param mapping the memory
   * @param dtype type of the element
   * @param at its address
   * @return whether it differs from 0
   */
  public static boolean getBoolean(Mapping mapping, DType dtype, long at) {
    if (dtype.isComplex()) {
      Complex value = getComplex(mapping, dtype, at);
      return value.re() != 0 || value.im() != 0;
    }
    return dtype.isFloat() ? getDouble(mapping, dtype, at) != 0 : getLong(mapping, dtype, at) != 0;
  }

  /**
   * Reads an element as a complex number.
   *
   * @param mapping the memory
   * @param dtype type of the element
   * @param at its address
   * @return its value
   */
  public static Complex getComplex(Mapping mapping, DType dtype, long at) {
    return switch (dtype) {
      case COMPLEX64 -> new Complex(getFloat(mapping, at), getFloat(mapping, at + 4));
      case COMPLEX128 -> new Complex(mapping.getDouble(at), mapping.getDouble(at + 8));
      default -> new Complex(getDouble(mapping, dtype, at), 0);
    };
  }

  /**
   * Writes an element.
   *
   * @param mapping the memory
   * @param dtype type of the element
   * @param at its address
   * @param value its value, for an integer dtype rounded towards 0 and then to the nearest that it
   *     has, 0 for NaN; a bool is true unless it is 0
   */
  public static void putDouble(Mapping mapping, DType dtype, long at, double value) {
    switch (dtype) {
      case FLOAT64 -> mapping.putDouble(at, value);
      case FLOAT32 -> putFloat(mapping, at, (float) value);
      case COMPLEX64, COMPLEX128 -> putComplex(mapping, dtype, at, value, 0);
      case BOOL -> mapping.put(at, (byte) (value != 0 ? 1 : 0));
      case INT8 -> mapping.put(at, (byte) between(Byte.MIN_VALUE, value, Byte.MAX_VALUE));
      case INT16 -> mapping.putShort(at, (short) between(Short.MIN_VALUE, value, Short.MAX_VALUE));
      case INT32 -> mapping.putInt(at, (int) value);
      case INT64 -> mapping.putLong(at, (long) value);
      case UINT8 -> mapping.put(at, (byte) between(0, value, 0xff));
      case UINT16 -> mapping.putShort(at, (short) between(0, value, 0xffff));
      case UINT32 -> mapping.putInt(at, (int) between(0, value, 0xffffffffL));
      case UINT64 -> mapping.putLong(at, toUnsigned(value));
    }
  }

  /**
   * Writes an element.
   *
   * @param mapping the memory
   * @param dtype type of the element
   * @param at its address
   * @param value its value, of which an integer dtype takes the low bits and a float the nearest; a
   *     bool is true unless it is 0
   */
  public static void putLong(Mapping mapping, DType dtype, long at, long value) {
    switch (dtype) {
      case FLOAT64 -> mapping.putDouble(at, value);
      case FLOAT32 -> putFloat(mapping, at, value);
      case COMPLEX64 -> {
        putFloat(mapping, at, value);
        putFloat(mapping, at + 4, 0);
      }
      case COMPLEX128 -> putComplex(mapping, dtype, at, value, 0);
      case BOOL -> mapping.put(at, (byte) (value != 0 ? 1 : 0));
      case INT8, UINT8 -> mapping.put(at, (byte) value);
      case INT16, UINT16 -> mapping.putShort(at, (short) value);
      case INT32, UINT32 -> mapping.putInt(at, (int) value);
      case INT64, UINT64 -> mapping.putLong(at, value);
    }
  }

  /**
   * Writes a complex element, which another thread may see half written.
   *
   * @param mapping the memory
   * @param dtype type of the element, complex
   * @param at its address
   * @param re the real part
   * @param im the imaginary part
   */
  public static void putComplex(Mapping mapping, DType dtype, long at, double re, double im) {
    if (dtype == DType.COMPLEX64) {
      putFloat(mapping, at, (float) re);
      putFloat(mapping, at + 4, (float) im);
    } else {
      mapping.putDouble(at, re);
      mapping.putDouble(at + 8, im);
    }
  }

  /**
   * Copies an element bit by bit.
   *
   * @param from memory of the element
   * @param source its address
   * @param to other memory
   * @param target address there
   * @param itemSize its bytes
   */
  static void copy(Mapping from, long source, Mapping to, long target, int itemSize) {
    switch (itemSize) {
      case 1 -> to.put(target, from.get(source));
      case 2 -> to.putShort(target, from.getShort(source));
      case 4 -> to.putInt(target, from.getInt(source));
      default -> {
        for (int i = 0; i < itemSize; i += Long.BYTES) {
          to.putLong(target + i, from.getLong(source + i));
        }
      }
    }
  }

  /**
   * Appends an element bit by bit.
   *
   * @param from memory of the element
   * @param source its address
   * @param out receives it, in native order
   * @param itemSize its bytes
   */
  static void append(Mapping from, long source, ByteBuffer out, int itemSize) {
    switch (itemSize) {
      case 1 -> out.put(from.get(source));
      case 2 -> out.putShort(from.getShort(source));
      case 4 -> out.putInt(from.getInt(source));
      default -> {
        for (int i = 0; i < itemSize; i += Long.BYTES) {
          out.putLong(from.getLong(source + i));
        }
      }
    }
  }

  // Java's conversions of longs to floats round once, also beyond 2^53; a detour by double would
  // round twice.
  private static double fromUnsigned(long bits) {
    return bits >= 0 ? bits : 2.0 * halved(bits);
  }

  /** Half of an unsigned number, its last bit kept where it decides a rounding. */
  private static long halved(long bits) {
    return bits >>> 1 | bits & 1;
  }

  private static long toUnsigned(double value) {
    if (value < TWO_63) {
      return Math.max((long) value, 0);
    }
    // From 2^64 on the difference is the largest long, which makes the largest uint64.
    return Double.isNaN(value) ? 0 : (long) (value - TWO_63) + Long.MIN_VALUE;
  }

  private static long between(long low, double value, long high) {
    return Math.max(low, Math.min(high, (long) value));
  }

  private static float getFloat(Mapping mapping, long at) {
    return Float.intBitsToFloat(mapping.getInt(at));
  }

  private static void putFloat(Mapping mapping, long at, float value) {
    mapping.putInt(at, Float.floatToRawIntBits(value));
  }
}
