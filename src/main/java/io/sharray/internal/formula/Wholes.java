package io.sharray.internal.formula;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.internal.expression.Node;
import java.math.BigInteger;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Arithmetic of the whole numbers in a formula, which is exact as in Python; only what meets
 * something else needs to fit 64 bits.
 */
final class Wholes {
  /** The largest numbers that are computed with. */
  static final int MAX_BITS = 4096;

  private static final int WORD = 64;

  private Wholes() {}

  /**
   * The result of an operator.
   *
   * @return the number, or null if it is not whole
   * @throws ArithmeticException if it is too large
   */
  static BigInteger of(String operator, BigInteger x, BigInteger y) {
    return switch (operator) {
      case "+" -> x.add(y);
      case "-" -> x.subtract(y);
      case "*" -> checked(x.bitLength() + (long) y.bitLength(), () -> x.multiply(y));
      case "//" -> floorDivide(x, y);
      case "%" -> y.signum() == 0 ? y : x.subtract(floorDivide(x, y).multiply(y));
      case "&" -> x.and(y);
      case "|" -> x.or(y);
      case "^" -> x.xor(y);
      case "<<" -> y.signum() < 0 ? BigInteger.ZERO : shiftLeft(x, y);
      case ">>" -> x.shiftRight(y.signum() < 0 ? Integer.MAX_VALUE : count(y));
      case "**" -> y.signum() < 0 ? null : power(x, y);
      default -> null;
    };
  }

  /** Rounded down, and 0 for a division by 0, as the elements of arrays are divided. */
  private static BigInteger floorDivide(BigInteger x, BigInteger y) {
    if (y.signum() == 0) {
      return BigInteger.ZERO;
    }
    BigInteger[] parts = x.divideAndRemainder(y);
    boolean below = parts[1].signum() != 0 && parts[1].signum() != y.signum();
    return below ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  private static BigInteger shiftLeft(BigInteger x, BigInteger y) {
    return x.signum() == 0
        ? x
        : checked(x.bitLength() + (long) count(y), () -> x.shiftLeft(count(y)));
  }

  private static BigInteger power(BigInteger x, BigInteger y) {
    if (y.signum() == 0 || x.equals(BigInteger.ONE)) {
      return BigInteger.ONE;
    }
    if (x.signum() == 0) {
      return x;
    }
    if (x.equals(BigInteger.ONE.negate())) {
      return y.testBit(0) ? x : BigInteger.ONE;
    }
    return checked(x.bitLength() * (long) count(y), () -> x.pow(count(y)));
  }

  /** A count that is beyond all others if it is large. */
  private static int count(BigInteger y) {
    return y.bitLength() > 30 ? Integer.MAX_VALUE : y.intValue();
  }

  private static BigInteger checked(long bits, Supplier<BigInteger> result) {
    if (bits > MAX_BITS) {
      throw new ArithmeticException("the result is too large; use a float, as in 2.0 ** 100");
    }
    return result.get();
  }

  /**
   * A number of {@code int64}, else {@code uint64}.
   *
   * @return the constant, or empty if it does not fit 64 bits
   */
  static Optional<Expr> constant(BigInteger value) {
    if (value.bitLength() < WORD) {
      return Optional.of(Node.constant(value.longValue()));
    }
    return value.signum() > 0 && value.bitLength() == WORD
        ? Optional.of(Node.cast(Node.constant(value.longValue()), DType.UINT64))
        : Optional.empty();
  }
}
