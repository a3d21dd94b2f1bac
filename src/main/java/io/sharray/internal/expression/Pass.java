package io.sharray.internal.expression;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.internal.Access;
import io.sharray.internal.parallel.Team;
import io.sharray.internal.segment.Block;
import io.sharray.internal.segment.Segments;
import io.sharray.internal.segment.View;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One run of the engine over the data: an elementwise expression, stored or reduced. Reductions
 * inside it have been replaced by their values.
 */
final class Pass {
  private static final long CALL_VERSION = 2;
  private static final int HEADER_WORDS = 12;

  /** Below so many instructions on elements the team is not asked. */
  private static final long SMALL = 20_000;

  private static final int MAX_CACHED = 1000;
  private static final Map<Flattening.Structure, Program> CACHE = new ConcurrentHashMap<>();

  private final Flattening flattening;
  final Program program;
  final Node.Reduction reduction;
  private final Expr operand;

  /**
   * The dimensions of the iteration space as axes of {@code operand}: kept ones first, reduced ones
   * last.
   */
  private final int[] order;

  /** A pass for an expression whose operands hold no reduction, itself perhaps a reduction. */
  Pass(Expr expr) {
    this.reduction = expr instanceof Node.Reduction found ? found : null;
    this.operand = reduction == null ? expr : reduction.operand;
    this.flattening = new Flattening(operand);
    Flattening.Structure structure = flattening.structure();
    Program known = CACHE.get(structure);
    if (known == null) {
      known = Compiler.compile(structure);
      if (CACHE.size() >= MAX_CACHED) {
        CACHE.clear();
      }
      CACHE.put(structure, known);
    }
    this.program = known;
    this.order = order(Node.shapeOf(operand).length);
  }

  private int[] order(int ndim) {
    int[] axes = reduction == null ? new int[0] : reduction.axes;
    int[] result = new int[ndim];
    int at = 0;
    for (int d = 0; d < ndim; d++) {
      if (Arrays.binarySearch(axes, d) < 0) {
        result[at++] = d;
      }
    }
    System.arraycopy(axes, 0, result, at, axes.length);
    return result;
  }

  /** Elements that are computed. */
  long elements() {
    return Broadcasting.count(Node.shapeOf(operand));
  }

  /**
   * Runs it.
   *
   * @param out where the result goes, or null for the value of a full reduction
   * @return the value of a full reduction, else 0
   */
  double run(NDArray out) {
    if (program.leaves() == 0) {
      // No array has made the engine ready.
      Segments.ready();
    }
    Block[] held = new Block[program.operands()];
    int count = 0;
    try {
      View target = out == null ? null : Access.view(out);
      View[] views = new View[program.operands()];
      for (int i = 0; i < views.length; i++) {
        views[i] = i == 0 ? target : Access.view(flattening.leaf(i - 1));
        if (views[i] != null) {
          views[i].block().acquire();
          held[count++] = views[i].block();
        }
      }
      long[] call = call(views);
      Team.run(call, elements() * (program.instructions() + 1) < SMALL);
      for (int i = 0; i < count; i++) {
        held[i].mapping().verify();
      }
      return Double.longBitsToDouble(call[0]);
    } finally {
      for (int i = 0; i < count; i++) {
        held[i].release();
      }
      Reference.reachabilityFence(flattening);
      Reference.reachabilityFence(out);
    }
  }

  private long[] call(View[] views) {
    long[] shape = Node.shapeOf(operand);
    int ndim = shape.length;
    int reduced = reduction == null ? 0 : reduction.axes.length;
    long[] call =
        new long
            [HEADER_WORDS
                + ndim
                + views.length * (2 + ndim)
                + program.constants()
                + program.words().length];
    call[1] = CALL_VERSION;
    call[2] = reduction == null ? -1 : reduction.reducer.ordinal();
    call[3] = ndim;
    call[4] = reduced;
    call[5] = views.length;
    call[6] = program.constants();
    call[7] = program.instructions();
    call[8] = program.registers();
    call[9] = program.value();
    call[11] = reduction == null && !updatesInPlace(views) ? 1 : 0;
    int at = HEADER_WORDS;
    for (int d = 0; d < ndim; d++) {
      call[at++] = shape[order[d]];
    }
    for (int i = 0; i < views.length; i++) {
      View view = views[i];
      call[at++] = view == null ? 0 : view.address();
      call[at++] = view != null && view.dtype() == DType.BOOL ? 1 : 0;
      for (int d = 0; d < ndim; d++) {
        call[at++] =
            view == null
                ? 0
                : i == 0 ? targetStride(view, d, ndim - reduced) : stride(view, shape, order[d]);
      }
    }
    for (int i = 0; i < program.constants(); i++) {
      call[at++] = flattening.constantBits(i);
    }
    System.arraycopy(program.words(), 0, call, at, program.words().length);
    return call;
  }

  /** Byte stride of a leaf along an axis of the space, 0 where it is broadcast. */
  private static long stride(View view, long[] shape, int axis) {
    int own = axis - (shape.length - view.shape().length);
    return own < 0 || view.shape()[own] == 1 ? 0 : view.strides()[own];
  }

  /**
   * Byte stride of the output along a dimension of the space; kept axes of length 1 are passed
   * over.
   */
  private long targetStride(View view, int dimension, int outputs) {
    if (dimension >= outputs) {
      return 0;
    }
    boolean keepsDims = view.shape().length == order.length;
    return view.strides()[keepsDims ? order[dimension] : dimension];
  }

  private static boolean updatesInPlace(View[] views) {
    for (int i = 1; i < views.length; i++) {
      if (views[0] != null && views[i].address() == views[0].address()) {
        return true;
      }
    }
    return false;
  }

  /** Whether storing into {@code out} could change an element before it is read. */
  boolean overlaps(NDArray out) {
    if (reduction != null) {
      return false;
    }
    View target = Access.view(out);
    for (int i = 0; i < program.leaves(); i++) {
      if (Overlap.harms(target, Access.view(flattening.leaf(i)))) {
        return true;
      }
    }
    return false;
  }

  /** The arrays it reads, in the order of their names in the listing. */
  NDArray leaf(int i) {
    return flattening.leaf(i);
  }
}
