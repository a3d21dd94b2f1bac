package io.sharray.bench;

import io.sharray.DType;
import io.sharray.Formula;
import io.sharray.NDArray;
import io.sharray.internal.Access;
import io.sharray.internal.segment.Block;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost that an array may be closed at any time? A bulk call holds the blocks of its
 * operands; an access to an element looks whether its array is open. Times are per call or element.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ProtectionBench implements AutoCloseable {
  private static final int ELEMENTS = 1000;
  private static final int OPERANDS = 4;

  private final Formula formula = Formula.parse("2*a + 3*b - c");
  private final NDArray[] operands = new NDArray[OPERANDS];
  private final Block[] blocks = new Block[OPERANDS];
  private NDArray posix;
  private ByteBuffer direct;
  private int next;

  /** Makes the operands. */
  @Setup
  public void open() {
    for (int i = 0; i < OPERANDS; i++) {
      operands[i] = NDArray.ones(DType.FLOAT64, ELEMENTS);
      blocks[i] = Access.view(operands[i]).block();
    }
    posix = NDArray.create(io.sharray.Storage.posix(), DType.FLOAT64, ELEMENTS);
    direct = ByteBuffer.allocateDirect(8 * ELEMENTS).order(ByteOrder.nativeOrder());
  }

  /** Frees them. */
  @TearDown
  @Override
  public void close() {
    for (NDArray operand : operands) {
      operand.close();
    }
    posix.close();
  }

  private int index() {
    next = next == ELEMENTS - 1 ? 0 : next + 1;
    return next;
  }

  /** Holds one block and lets it go. */
  @Benchmark
  public void hold() {
    blocks[0].acquire();
    blocks[0].release();
  }

  /** The same while another thread does it too. */
  @Benchmark
  @Threads(2)
  public void holdContended() {
    hold();
  }

  /** What a call with three operands and a result does for its protection. */
  @Benchmark
  public void holdFour() {
    for (Block block : blocks) {
      block.acquire();
    }
    for (Block block : blocks) {
      block.release();
    }
  }

  /** Such a call, its protection included. */
  @Benchmark
  public void call() {
    formula.into(operands[3], Map.of("a", operands[0], "b", operands[1], "c", operands[2]));
  }

  /**
   * An element of System V memory.
   *
   * @return the element
   */
  @Benchmark
  public double element() {
    return operands[0].getDouble(index());
  }

  /**
   * An element of memory that can be truncated.
   *
   * @return the element
   */
  @Benchmark
  public double elementOfPosix() {
    return posix.getDouble(index());
  }

  /**
   * An element of a buffer of the JDK.
   *
   * @return the element
   */
  @Benchmark
  public double elementOfBuffer() {
    return direct.getDouble(8 * index());
  }
}
