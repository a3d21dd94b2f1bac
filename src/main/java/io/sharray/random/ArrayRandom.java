package io.sharray.random;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.Slice;
import io.sharray.internal.Access;
import io.sharray.internal.expression.Draw;
import io.sharray.internal.expression.Node;
import io.sharray.internal.parallel.Team;
import io.sharray.internal.segment.View;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A generator of random numbers by Philox 4x32-10. Each number is a function of the key of the
 * generator, the position of the call, and the number of its element in C order: so it does not
 * depend on threads, memory layout, processes or processors. {@code docs/random.md} says which
 * counter belongs to which element.
 *
 * <p>A method without a shape gives an expression that takes the shape of what it is stored in or
 * meets: {@code rng.normal().times(sigma).plus(mu).into(out)} draws and computes in one pass,
 * without a temporary. Element i in C order of what is evaluated gets number i. Inside a reduction
 * that is the shape of its operand.
 *
 * <p>Each call of a drawing method takes the next {@link #position} of the generator, or the next
 * two where that is said, whether anything is evaluated or not. An expression keeps the position of
 * the call that made it: it gives the same numbers however often it is evaluated.
 *
 * <p>Thread-safe. Where several threads draw from one generator the order of their calls decides
 * who gets which numbers, so to be reproducible each takes a {@link #stream} of its own.
 */
public final class ArrayRandom {
  private static final long MAX_POSITION = 1L << 48;

  private final long key;
  private final AtomicLong calls;
  private final long first;
  private final long[] shape;

  private ArrayRandom(long key, AtomicLong calls, long first, long[] shape) {
    this.key = key;
    this.calls = calls;
    this.first = first;
    this.shape = shape;
  }

  /**
   * A generator.
   *
   * @param seed any number; equal seeds give equal numbers
   * @return the generator, at position 0
   */
  public static ArrayRandom philox(long seed) {
    return new ArrayRandom(seed, new AtomicLong(), 0, null);
  }

  /**
   * A generator whose numbers are independent of this one's and of those of its other streams: its
   * key is made of this key and {@code k}. Two keys of different streams are equal with probability
   * 2^-64. It does not depend on the position of this generator, and does not change it.
   *
   * @param k which stream
   * @return the generator, at position 0
   */
  public ArrayRandom stream(long k) {
    return new ArrayRandom(Keys.derive(key, k), new AtomicLong(), 0, null);
  }

  /**
   * A generator whose element 0 is an element of this one's, so that several processes can each
   * make their part of one array. It shares the position of this generator.
   *
   * @param element the number of the element, not negative
   * @return the generator
   * @throws IllegalArgumentException if it is negative
   */
  public ArrayRandom startingAt(long element) {
    if (element < 0) {
      throw new IllegalArgumentException("startingAt: element " + element + " is negative");
    }
    return new ArrayRandom(key, calls, Math.addExact(first, element), shape);
  }

  /**
   * A generator whose expressions have a shape of their own, so that they can be reduced without
   * being stored: {@code mean(exp(rng.withShape(1_000_000_000).normal())).item()}. It shares the
   * position of this generator.
   *
   * @param shape dimension lengths
   * @return the generator
   * @throws IllegalArgumentException if a length is negative
   */
  public ArrayRandom withShape(long... shape) {
    for (long length : shape) {
      if (length < 0) {
        throw new IllegalArgumentException("withShape: length " + length + " is negative");
      }
    }
    return new ArrayRandom(key, calls, first, shape.clone());
  }

  /**
   * How many calls this generator has answered: the position of the next one.
   *
   * @return the position
   */
  public long position() {
    return calls.get();
  }

  /**
   * A generator of the same key at another position, with a position of its own from there on.
   *
   * @param position not negative, below 2^48
   * @return the generator
   * @throws IllegalArgumentException if it is out of range
   */
  public ArrayRandom at(long position) {
    if (position < 0 || position >= MAX_POSITION) {
      throw new IllegalArgumentException(
          "at: position " + position + " is out of range; use 0 to 2^48 - 1");
    }
    return new ArrayRandom(key, new AtomicLong(position), first, shape);
  }

  /**
   * Uniform numbers in [0, 1).
   *
   * @return the float64 expression: multiples of 2^-53
   */
  public Expr uniform() {
    return uniform(DType.FLOAT64);
  }

  /**
   * Uniform numbers in [0, 1).
   *
   * @param dtype float32 or float64
   * @return the expression: multiples of 2^-53, or 2^-24 for float32
   * @throws IllegalArgumentException if the dtype is another
   */
  public Expr uniform(DType dtype) {
    requireFloat("uniform", dtype);
    Draw.Kind kind = dtype == DType.FLOAT32 ? Draw.Kind.UNIFORM_24 : Draw.Kind.UNIFORM;
    return Node.cast(draw(kind), dtype);
  }

  /**
   * Uniform numbers in [0, 1).
   *
   * @param shape dimension lengths
   * @return a new float64 array, to be closed by the caller
   * @throws IllegalArgumentException if the shape is wrong
   */
  public NDArray uniform(long... shape) {
    return filled(uniform(), shape);
  }

  /**
   * Uniform numbers in [0, 1).
   *
   * @param dtype float32 or float64
   * @param shape dimension lengths
   * @return a new array, to be closed by the caller
   * @throws IllegalArgumentException if the dtype or the shape is wrong
   */
  public NDArray uniform(DType dtype, long... shape) {
    return filled(uniform(dtype), shape);
  }

  /**
   * Standard normal numbers, by the inverse of the distribution function: one for each element, up
   * to 9 standard deviations from 0.
   *
   * @return the float64 expression
   */
  public Expr normal() {
    return normal(DType.FLOAT64);
  }

  /**
   * Standard normal numbers.
   *
   * @param dtype float32 or float64; the former are the latter, rounded
   * @return the expression
   * @throws IllegalArgumentException if the dtype is another
   */
  public Expr normal(DType dtype) {
    requireFloat("normal", dtype);
    return Node.cast(draw(Draw.Kind.NORMAL), dtype);
  }

  /**
   * Standard normal numbers.
   *
   * @param shape dimension lengths; for another mean and deviation compute with {@link #normal()}
   * @return a new float64 array, to be closed by the caller
   * @throws IllegalArgumentException if the shape is wrong
   */
  public NDArray normal(long... shape) {
    return filled(normal(), shape);
  }

  /**
   * Standard normal numbers.
   *
   * @param dtype float32 or float64
   * @param shape dimension lengths
   * @return a new array, to be closed by the caller
   * @throws IllegalArgumentException if the dtype or the shape is wrong
   */
  public NDArray normal(DType dtype, long... shape) {
    return filled(normal(dtype), shape);
  }

  /**
   * Exponential numbers of rate 1.
   *
   * @return the float64 expression
   */
  public Expr exponential() {
    return exponential(DType.FLOAT64);
  }

  /**
   * Exponential numbers of rate 1.
   *
   * @param dtype float32 or float64; the former are the latter, rounded
   * @return the expression
   * @throws IllegalArgumentException if the dtype is another
   */
  public Expr exponential(DType dtype) {
    requireFloat("exponential", dtype);
    return Node.cast(draw(Draw.Kind.EXPONENTIAL), dtype);
  }

  /**
   * Exponential numbers of rate 1.
   *
   * @param shape dimension lengths
   * @return a new float64 array, to be closed by the caller
   * @throws IllegalArgumentException if the shape is wrong
   */
  public NDArray exponential(long... shape) {
    return filled(exponential(), shape);
  }

  /**
   * Exponential numbers of rate 1.
   *
   * @param dtype float32 or float64
   * @param shape dimension lengths
   * @return a new array, to be closed by the caller
   * @throws IllegalArgumentException if the dtype or the shape is wrong
   */
  public NDArray exponential(DType dtype, long... shape) {
    return filled(exponential(dtype), shape);
  }

  /**
   * Whole numbers, all equally likely to the last one.
   *
   * @param low the least
   * @param high more than the largest
   * @return the int64 expression
   * @throws IllegalArgumentException if there is none between
   */
  public Expr integers(long low, long high) {
    if (low >= high) {
      throw new IllegalArgumentException(
          "integers: none is at least " + low + " and less than " + high);
    }
    Expr offset =
        Node.cast(draw(Draw.Kind.INTEGERS, Node.constantUnsigned(high - low)), DType.INT64);
    return low == 0 ? offset : offset.plus(low);
  }

  /**
   * Whole numbers, all equally likely to the last one.
   *
   * @param low the least
   * @param high more than the largest
   * @param shape dimension lengths
   * @return a new int64 array, to be closed by the caller
   * @throws IllegalArgumentException if there is none between, or the shape is wrong
   */
  public NDArray integers(long low, long high, long... shape) {
    return filled(integers(low, high), shape);
  }

  /**
   * 64 random bits for each element.
   *
   * @return the uint64 expression
   */
  public Expr bits() {
    return draw(Draw.Kind.BITS);
  }

  /**
   * Poisson numbers.
   *
   * @param mean not negative, less than 2^62; a number or an expression. Where it is not in that
   *     range the number is 0
   * @return the int64 expression
   * @throws IllegalArgumentException if the mean is complex
   */
  public Expr poisson(Expr mean) {
    return Node.cast(draw(Draw.Kind.POISSON, mean), DType.INT64);
  }

  /**
   * Poisson numbers.
   *
   * @param mean not negative, less than 2^62
   * @return the int64 expression
   * @throws IllegalArgumentException if the mean is out of range
   */
  public Expr poisson(double mean) {
    if (!(mean >= 0 && mean < 0x1p62)) {
      throw new IllegalArgumentException("poisson: the mean " + mean + " is not in [0, 2^62)");
    }
    return poisson(Node.constant(mean));
  }

  /**
   * Poisson numbers.
   *
   * @param mean not negative, less than 2^62
   * @param shape dimension lengths
   * @return a new int64 array, to be closed by the caller
   * @throws IllegalArgumentException if the mean is out of range or the shape is wrong
   */
  public NDArray poisson(double mean, long... shape) {
    return filled(poisson(mean), shape);
  }

  /**
   * Gamma numbers of scale 1.
   *
   * @param shapeParameter not negative; a number or an expression. Where it is negative the number
   *     is NaN
   * @return the float64 expression
   * @throws IllegalArgumentException if the parameter is complex
   */
  public Expr gamma(Expr shapeParameter) {
    return draw(Draw.Kind.GAMMA, shapeParameter);
  }

  /**
   * Gamma numbers of scale 1.
   *
   * @param shapeParameter not negative
   * @return the float64 expression
   * @throws IllegalArgumentException if the parameter is negative or NaN
   */
  public Expr gamma(double shapeParameter) {
    if (!(shapeParameter >= 0)) {
      throw new IllegalArgumentException(
          "gamma: the shape parameter " + shapeParameter + " is not 0 or more");
    }
    return gamma(Node.constant(shapeParameter));
  }

  /**
   * Gamma numbers of scale 1.
   *
   * @param shapeParameter not negative
   * @param shape dimension lengths
   * @return a new float64 array, to be closed by the caller
   * @throws IllegalArgumentException if the parameter is negative or the shape is wrong
   */
  public NDArray gamma(double shapeParameter, long... shape) {
    return filled(gamma(shapeParameter), shape);
  }

  /**
   * Binomial numbers: successes in independent trials.
   *
   * @param trials whole numbers from 0 to 2^53; a number or an expression
   * @param probability of success, from 0 to 1; a number or an expression. Where one of the two is
   *     out of range the number is 0
   * @return the int64 expression
   * @throws IllegalArgumentException if one is complex, or their shapes do not broadcast
   */
  public Expr binomial(Expr trials, Expr probability) {
    return Node.cast(draw(Draw.Kind.BINOMIAL, trials, probability), DType.INT64);
  }

  /**
   * Binomial numbers: successes in independent trials.
   *
   * @param trials from 0 to 2^53
   * @param probability of success, from 0 to 1
   * @return the int64 expression
   * @throws IllegalArgumentException if one is out of range
   */
  public Expr binomial(long trials, double probability) {
    if (trials < 0 || trials > 1L << 53) {
      throw new IllegalArgumentException("binomial: " + trials + " trials are not in [0, 2^53]");
    }
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "binomial: the probability " + probability + " is not in [0, 1]");
    }
    return binomial(Node.constant((double) trials), Node.constant(probability));
  }

  /**
   * Binomial numbers: successes in independent trials.
   *
   * @param trials from 0 to 2^53
   * @param probability of success, from 0 to 1
   * @param shape dimension lengths
   * @return a new int64 array, to be closed by the caller
   * @throws IllegalArgumentException if a parameter is out of range or the shape is wrong
   */
  public NDArray binomial(long trials, double probability, long... shape) {
    return filled(binomial(trials, probability), shape);
  }

  /**
   * A random order: the numbers from 0 to n - 1, all orders equally likely. Takes two positions.
   *
   * @param n how many
   * @return a new int64 array of one dimension, to be closed by the caller
   * @throws IllegalArgumentException if n is negative
   */
  public NDArray permutation(long n) {
    if (n < 0) {
      throw new IllegalArgumentException("permutation: " + n + " is negative");
    }
    long call = next(2);
    NDArray out = Access.allocate(DType.INT64, new long[] {n});
    try {
      View view = Access.view(out);
      view.block().acquire();
      try {
        Team.permute(view.address(), n, key, call);
        view.mapping().verify();
      } finally {
        view.block().release();
        Reference.reachabilityFence(out);
      }
      return out;
    } catch (Throwable e) {
      out.close();
      throw e;
    }
  }

  /**
   * The parts of an array along its first axis in random order. Takes two positions.
   *
   * @param array of at least one dimension; it is not changed
   * @return a new array, to be closed by the caller
   * @throws IllegalArgumentException if the array has no dimension
   */
  public NDArray permutation(NDArray array) {
    long length = rows("permutation", array);
    try (NDArray order = permutation(length)) {
      return array.take(order, 0);
    }
  }

  /**
   * Some parts of an array along its first axis, all equally likely. Takes one position with
   * replacement, two without.
   *
   * @param array of at least one dimension; it is not changed
   * @param size how many
   * @param replace whether one may be chosen again. Without, all numbers of parts are put in random
   *     order first
   * @return a new array, to be closed by the caller
   * @throws IllegalArgumentException if the array has no dimension, or too few parts
   */
  public NDArray choice(NDArray array, long size, boolean replace) {
    long length = rows("choice", array);
    if (size < 0 || (replace ? size > 0 && length == 0 : size > length)) {
      throw new IllegalArgumentException(
          "choice: "
              + size
              + " of "
              + length
              + (replace ? " cannot be chosen" : " cannot be chosen without replacement"));
    }
    if (replace) {
      try (NDArray places = integers(0, Math.max(1, length), new long[] {size})) {
        return array.take(places, 0);
      }
    }
    try (NDArray order = permutation(length);
        NDArray places = order.slice(Slice.range(0, size))) {
      return array.take(places, 0);
    }
  }

  private static long rows(String function, NDArray array) {
    if (array.ndim() == 0) {
      throw new IllegalArgumentException(
          function + ": the array has no dimension; reshape it, or draw integers");
    }
    return array.shape()[0];
  }

  private Expr draw(Draw.Kind kind, Expr... parameters) {
    return Draw.of(kind, new Draw.Source(key, next(1), first, shape), parameters);
  }

  private long next(int count) {
    long call = calls.getAndAdd(count);
    if (call < 0 || call > MAX_POSITION - count) {
      throw new IllegalStateException(
          "this generator has answered 2^48 calls; go on with a stream of it");
    }
    return call;
  }

  private static NDArray filled(Expr numbers, long[] shape) {
    NDArray out = Access.allocate(numbers.dtype(), shape);
    try {
      return numbers.into(out);
    } catch (Throwable e) {
      out.close();
      throw e;
    }
  }

  private static void requireFloat(String function, DType dtype) {
    if (dtype != DType.FLOAT64 && dtype != DType.FLOAT32) {
      throw new IllegalArgumentException(
          function + ": the dtype is " + dtype + ", but float32 or float64 is needed");
    }
  }
}
