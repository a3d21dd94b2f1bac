package io.sharray.internal.blas;

import io.sharray.DType;
import io.sharray.LinalgException;
import io.sharray.NDArray;
import io.sharray.internal.Access;
import io.sharray.internal.array.Shapes;
import io.sharray.internal.parallel.Team;
import io.sharray.internal.segment.View;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/** One operation on every matrix of a batch: writes the words of {@code blas/call.h}. */
final class Call {
  private static final long VERSION = 0x2001;
  private static final int HEADER_WORDS = 12;
  private static final long NOT_FINITE = 0x7fffff;
  private static final long NOT_HERMITIAN = 0x7ffffe;
  private static final long TOO_LARGE = 0x7ffffd;

  /** How many dimensions of an operand are those of one matrix. */
  private record Operand(NDArray array, int dimensions) {}

  private final String function;
  private final Operation operation;
  private final long[] batch;
  private final long[] words;
  private final List<Operand> operands = new ArrayList<>();

  /**
   * Begins a call.
   *
   * @param function for messages
   * @param dtype of the matrices
   * @param batch the common shape of what is before the matrices
   */
  Call(String function, Operation operation, DType dtype, long[] batch) {
    this.function = function;
    this.operation = operation;
    this.batch = batch;
    this.words = new long[HEADER_WORDS];
    words[1] = VERSION;
    words[2] = operation.ordinal();
    words[3] =
        switch (dtype) {
          case FLOAT32 -> 0;
          case FLOAT64 -> 1;
          case COMPLEX64 -> 2;
          default -> 3;
        };
  }

  /** The dimensions of one matrix, see {@code blas/call.h}. */
  Call size(long m, long n, long k) {
    words[6] = m;
    words[7] = n;
    words[8] = k;
    return this;
  }

  Call option(int option) {
    words[5] = option;
    return this;
  }

  Call rcond(double rcond) {
    words[11] = Double.doubleToRawLongBits(rcond);
    return this;
  }

  /** Adds an operand whose last two dimensions are the matrix; those before are broadcast. */
  Call matrix(NDArray array) {
    operands.add(new Operand(array, 2));
    return this;
  }

  /** Adds an operand whose last dimension is a vector. */
  Call vector(NDArray array) {
    operands.add(new Operand(array, 1));
    return this;
  }

  /** Adds an operand with one element for each matrix. */
  Call number(NDArray array) {
    operands.add(new Operand(array, 0));
    return this;
  }

  /**
   * Runs it.
   *
   * @throws LinalgException if a matrix has no result
   * @throws IllegalStateException if an array was closed
   */
  void run() {
    Providers.require();
    View[] views = new View[operands.size()];
    int held = 0;
    try {
      for (; held < views.length; held++) {
        views[held] = Access.view(operands.get(held).array());
        views[held].block().acquire();
      }
      long[] call = words(views);
      Team.linalg(call);
      for (View view : views) {
        view.mapping().verify();
      }
      check(call[0]);
    } finally {
      for (int i = 0; i < held; i++) {
        views[i].block().release();
      }
      Reference.reachabilityFence(operands);
    }
  }

  private long[] words(View[] views) {
    int perOperand = 3 + batch.length;
    long[] call =
        java.util.Arrays.copyOf(words, HEADER_WORDS + batch.length + views.length * perOperand);
    call[9] = batch.length;
    call[10] = views.length;
    System.arraycopy(batch, 0, call, HEADER_WORDS, batch.length);
    int at = HEADER_WORDS + batch.length;
    for (int o = 0; o < views.length; o++, at += perOperand) {
      View view = views[o];
      int own = view.shape().length - operands.get(o).dimensions();
      long[] strides = view.strides();
      call[at] = view.address();
      if (operands.get(o).dimensions() > 0) {
        call[at + 1] = strides[own];
      }
      if (operands.get(o).dimensions() > 1) {
        call[at + 2] = strides[own + 1];
      }
      for (int d = 0; d < own; d++) {
        int place = batch.length - own + d;
        call[at + 3 + place] = view.shape()[d] == 1 ? 0 : strides[d];
      }
    }
    return call;
  }

  private void check(long result) {
    if (result == 0) {
      return;
    }
    long index = (result >> 24) - 1;
    // 24 bits with a sign.
    long info = result << 40 >> 40;
    String which = function + ": " + matrix(index);
    if (info == TOO_LARGE) {
      throw new IllegalArgumentException(
          which
              + " is too large for the 32-bit integers of this library of BLAS and LAPACK; set"
              + " sharray.blas to one with 64-bit integers");
    }
    boolean answered = info != NOT_FINITE && info != NOT_HERMITIAN;
    throw new LinalgException(which + " " + fault(info), index, answered ? info : 0);
  }

  private String matrix(long index) {
    View first = Access.view(operands.get(0).array());
    long[] shape = first.shape();
    String one = Shapes.text(shape[shape.length - 2], shape[shape.length - 1]) + " matrix";
    if (batch.length == 0) {
      return "the " + one;
    }
    long[] place = new long[batch.length];
    long rest = index;
    for (int d = batch.length - 1; d >= 0; d--) {
      place[d] = rest % batch[d];
      rest /= batch[d];
    }
    return "the " + one + " at " + Shapes.text(place) + " of the batch " + Shapes.text(batch);
  }

  private String fault(long info) {
    if (info == NOT_FINITE) {
      return "holds NaN or infinity";
    }
    if (info == NOT_HERMITIAN) {
      return "is not symmetric (if complex, not its own conjugate transpose)";
    }
    if (info < 0) {
      return "was refused by LAPACK, which did not like its argument "
          + -info
          + "; NaN or infinity may be the reason";
    }
    return switch (operation) {
      case SOLVE, INV -> "is singular: pivot " + info + " is zero";
      case CHOLESKY -> "is not positive definite: its leading part of order " + info + " is not";
      default -> "did not converge: LAPACK's info is " + info;
    };
  }
}
