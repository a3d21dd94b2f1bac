package io.sharray.internal.expression;

import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.internal.Access;
import io.sharray.internal.segment.View;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The values of the reductions inside an expression, while it is evaluated. For one thread. */
final class Parts implements AutoCloseable {
  // Most expressions have no reduction inside and need neither.
  private Map<Expr, Expr> values = Map.of();
  private List<NDArray> temporaries = List.of();

  /**
   * The same expression with every inner reduction replaced by its value; a reduction or scan at
   * the root stays, but for one over the same data as an inner one.
   */
  Expr resolve(Expr root) {
    if (!Node.reduces(root)) {
      return root;
    }
    values = new IdentityHashMap<>();
    temporaries = new ArrayList<>();
    for (List<Node> group; !(group = Schedule.next(root, values)).isEmpty(); ) {
      run(group);
    }
    return Schedule.replace(root, values);
  }

  private void run(List<Node> group) {
    if (group.get(0) instanceof Node.Scan scan) {
      NDArray temporary = keep(Access.allocate(scan.dtype(), scan.shape()));
      Pass.of(Schedule.replace(scan, values)).run(temporary);
      values.put(scan, temporary);
      return;
    }
    List<Node.Reduction> reductions = new ArrayList<>();
    List<Expr> operands = new ArrayList<>();
    for (Node node : group) {
      Node.Reduction reduction = (Node.Reduction) node;
      reductions.add(reduction);
      operands.add(Schedule.replace(reduction.operand, values));
    }
    if (group.size() == 1 && fitsWord(reductions.get(0))) {
      values.put(reductions.get(0), number(Pass.reducing(reductions, operands), reductions.get(0)));
      return;
    }
    Pass pass = Pass.reducing(reductions, operands);
    NDArray[] outs = new NDArray[reductions.size()];
    for (int i = 0; i < outs.length; i++) {
      outs[i] = keep(Access.allocate(reductions.get(i).dtype(), reductions.get(i).shape()));
    }
    pass.run(outs);
    for (int i = 0; i < outs.length; i++) {
      values.put(reductions.get(i), outs[i].ndim() == 0 ? read(outs[i]) : outs[i]);
    }
  }

  private NDArray keep(NDArray temporary) {
    temporaries.add(temporary);
    return temporary;
  }

  private static boolean fitsWord(Node.Reduction reduction) {
    return reduction.shape.length == 0 && reduction.dtype().itemSize() == Long.BYTES;
  }

  /** The value of a reduction to one element, inside of which there is none. */
  Constant number(Node.Reduction reduction) {
    if (fitsWord(reduction)) {
      return number(Pass.of(reduction), reduction);
    }
    NDArray out = keep(Access.allocate(reduction.dtype(), reduction.shape()));
    Pass.of(reduction).run(out);
    return read(out);
  }

  private static Constant number(Pass pass, Node.Reduction reduction) {
    return Constant.strong(reduction.dtype(), pass.run((NDArray) null), 0);
  }

  /** The only element of a contiguous array. */
  static Constant read(NDArray array) {
    View view = Access.view(array);
    int size = view.dtype().itemSize();
    ByteBuffer bytes = view.mapping().buffer(view.address(), size);
    long low =
        switch (view.dtype()) {
          case BOOL -> bytes.get(0) != 0 ? 1 : 0;
          case INT8 -> bytes.get(0);
          case UINT8 -> bytes.get(0) & 0xff;
          case INT16 -> bytes.getShort(0);
          case UINT16 -> bytes.getShort(0) & 0xffff;
          case INT32, FLOAT32 -> bytes.getInt(0);
          case UINT32 -> bytes.getInt(0) & 0xffffffffL;
          default -> bytes.getLong(0);
        };
    long high = size > Long.BYTES ? bytes.getLong(Long.BYTES) : 0;
    view.mapping().verify();
    return Constant.strong(view.dtype(), low, high);
  }

  @Override
  public void close() {
    temporaries.forEach(NDArray::close);
  }
}
