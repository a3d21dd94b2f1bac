package io.sharray.bench;

import io.sharray.DType;
import io.sharray.NDArray;
import java.util.Map;

/** The operands of {@link Data} as shared arrays, with places for results. */
final class Operands implements AutoCloseable {
  final NDArray a;
  final NDArray b;
  final NDArray c;
  final NDArray out;
  final NDArray truth;
  final Map<String, NDArray> byName;

  Operands(int n) {
    a = NDArray.of(Data.a(n));
    b = NDArray.of(Data.b(n));
    c = NDArray.of(Data.c(n));
    out = NDArray.zeros(DType.FLOAT64, n);
    truth = NDArray.zeros(DType.BOOL, n);
    byName = Map.of("a", a, "b", b, "c", c);
  }

  @Override
  public void close() {
    byName.values().forEach(NDArray::close);
    out.close();
    truth.close();
  }
}
