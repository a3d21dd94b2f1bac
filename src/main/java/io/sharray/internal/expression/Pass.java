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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One run of the engine over the data: an elementwise expression that is stored, a scan, or
 * reductions over the same axes of the same shape. Reductions inside them have been replaced by
 * their values.
 */
final class Pass {
  private static final long CALL_VERSION = 5;
  private static final int HEADER_WORDS = 12;

  /** In the dtype of an operand that counts elements, {@code kCounts} in C++. */
  private static final long COUNTS = 0x100;

  private static final int ELEMENTWISE = 0;
  private static final int REDUCTION = 1;
  private static final int SCAN = 2;

  /** Below so many instructions on elements the team is not asked. */
  private static final long SMALL = 200_000;

  private static final int MAX_CACHED = 1000;
  private static final Map<Flattening.Structure, Program> CACHE = new ConcurrentHashMap<>();

  private final Flattening flattening;
  final Program program;
  private final int mode;
  private final long[] shape;

  /** The axes that are reduced or scanned, sorted. */
  private final int[] axes;

  private final Accumulation[] kinds;

  /** The axes of {@link #shape} as dimensions of the iteration space: reduced ones last. */
  private final int[] order;

  private Pass(int mode, Expr[] operands, long[] shape, Accumulation[] kinds, int[] axes) {
    this.mode = mode;
    this.kinds = kinds;
    this.axes = axes;
    this.shape = shape;
    this.flattening = new Flattening(operands);
    this.program = compiled(flattening.structure());
    this.order = order(shape.length, axes);
  }

  /** A pass that stores or scans. */
  static Pass of(Expr expr) {
    if (expr instanceof Node.Scan scan) {
      return new Pass(
          SCAN,
          new Expr[] {scan.operand},
          Node.shapeOf(scan.operand),
          new Accumulation[] {scan.kind},
          new int[] {scan.axis});
    }
    if (expr instanceof Node.Reduction reduction) {
      return reducing(List.of(reduction), List.of(reduction.operand));
    }
    return storing(expr, Node.shapeOf(expr));
  }

  /**
   * A pass that stores in elements of a shape, which that of the expression is or broadcasts to.
   */
  static Pass storing(Expr expr, long[] shape) {
    return new Pass(ELEMENTWISE, new Expr[] {expr}, shape, new Accumulation[] {null}, new int[0]);
  }

  /** A pass for reductions over the same axes of operands of the same shape. */
  static Pass reducing(List<Node.Reduction> reductions, List<Expr> operands) {
    return new Pass(
        REDUCTION,
        operands.toArray(Expr[]::new),
        Node.shapeOf(operands.get(0)),
        reductions.stream().map(r -> r.kind).toArray(Accumulation[]::new),
        reductions.get(0).axes);
  }

  private static Program compiled(Flattening.Structure structure) {
    Program known = CACHE.get(structure);
    if (known == null) {
      known = Compiler.compile(structure);
      if (CACHE.size() >= MAX_CACHED) {
        CACHE.clear();
      }
      CACHE.put(structure, known);
    }
    return known;
  }

  private static int[] order(int ndim, int[] axes) {
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
    return Broadcasting.count(shape);
  }

  /** The place of the result that is the same as result i: i, or an earlier one. */
  int sameAs(int i) {
    for (int k = 0; k < i; k++) {
      if (program.values()[k] == program.values()[i] && kinds[k] == kinds[i]) {
        return k;
      }
    }
    return i;
  }

  /**
   * Runs it.
   *
   * @param outs where the results go; a single null for the bits of one full reduction
   * @return the bits of a full reduction, else 0
   */
  long run(NDArray... outs) {
    if (program.leaves() == 0) {
      // No array has made the engine ready.
      Segments.ready();
    }
    Block[] held = new Block[program.arrays()];
    int count = 0;
    try {
      View[] views = new View[program.arrays()];
      for (int i = 0; i < views.length; i++) {
        NDArray array = i < outs.length ? outs[i] : flattening.leaf(i - outs.length);
        views[i] = array == null ? null : Access.view(array);
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
      return call[0];
    } finally {
      for (int i = 0; i < count; i++) {
        held[i].release();
      }
      Reference.reachabilityFence(flattening);
      Reference.reachabilityFence(outs);
    }
  }

  private long[] call(View[] views) {
    int ndim = shape.length;
    int results = program.results();
    long[] call =
        new long
            [HEADER_WORDS
                + 2 * results
                + ndim
                + (views.length + program.counters()) * (2 + ndim)
                + 3 * program.constants()
                + program.words().length];
    call[1] = CALL_VERSION;
    call[2] = mode;
    call[3] = ndim;
    call[4] = axes.length;
    call[5] = results;
    call[6] = views.length + program.counters();
    call[7] = program.constants();
    call[8] = program.instructions();
    call[9] = program.registers();
    call[11] = mode == ELEMENTWISE && !updatesInPlace(views) ? 1 : 0;
    int at = HEADER_WORDS;
    for (int i = 0; i < results; i++) {
      call[at++] = program.values()[i];
      call[at++] = kinds[i] == null ? 0 : kinds[i].ordinal();
    }
    for (int d = 0; d < ndim; d++) {
      call[at++] = shape[order[d]];
    }
    for (int i = 0; i < views.length; i++) {
      at = operand(call, at, views[i], i < results);
    }
    for (int i = 0; i < program.counters(); i++) {
      at = counter(call, at, flattening.counter(i));
    }
    for (int i = 0; i < program.constants(); i++) {
      Constant constant = flattening.constant(i);
      call[at++] = constant.dtype().ordinal();
      call[at++] = constant.low;
      call[at++] = constant.high;
    }
    System.arraycopy(program.words(), 0, call, at, program.words().length);
    return call;
  }

  private int operand(long[] call, int start, View view, boolean isTarget) {
    int at = start;
    call[at++] = view == null ? 0 : view.address();
    call[at++] = (view == null ? DType.FLOAT64 : view.dtype()).ordinal();
    for (int d = 0; d < order.length; d++) {
      call[at++] = view == null ? 0 : isTarget ? targetStride(view, d) : stride(view, order[d]);
    }
    return at;
  }

  private int counter(long[] call, int start, Draw.Counter counter) {
    int at = start;
    call[at++] = counter.first();
    call[at++] = DType.UINT64.ordinal() | COUNTS;
    long[] steps = counter.steps(shape);
    for (int axis : order) {
      call[at++] = steps[axis];
    }
    return at;
  }

  /** Byte stride of a leaf along an axis of the space, 0 where it is broadcast. */
  private long stride(View view, int axis) {
    int own = axis - (shape.length - view.shape().length);
    return own < 0 || view.shape()[own] == 1 ? 0 : view.strides()[own];
  }

  /**
   * Byte stride of the output along a dimension of the space; kept axes of length 1 are passed
   * over.
   */
  private long targetStride(View view, int dimension) {
    if (mode == REDUCTION && dimension >= order.length - axes.length) {
      return 0;
    }
    boolean keepsDims = view.shape().length == order.length;
    return view.strides()[keepsDims ? order[dimension] : dimension];
  }

  private boolean updatesInPlace(View[] views) {
    for (int i = program.results(); i < views.length; i++) {
      if (views[0] != null && views[i].address() == views[0].address()) {
        return true;
      }
    }
    return false;
  }

  /** Whether storing into {@code out} could change an element before it is read. */
  boolean overlaps(NDArray out) {
    if (mode == REDUCTION) {
      // It stores when everything is read.
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
}
