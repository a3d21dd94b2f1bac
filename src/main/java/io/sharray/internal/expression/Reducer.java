package io.sharray.internal.expression;

/** The reductions that users name. The first three are native, in the order of the native enum. */
public enum Reducer {
  /** Sum of the elements, 0 of none. */
  SUM,
  /** Smallest element. */
  MIN,
  /** Largest element. */
  MAX,
  /** Sum divided by the number of elements. */
  MEAN;

  /** The name in formulas and messages. */
  String functionName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
