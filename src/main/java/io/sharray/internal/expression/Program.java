package io.sharray.internal.expression;

import java.util.List;

/**
 * What a structure compiles to: instructions for the block interpreter over references, which count
 * operands first (0 is the output), then constants, then registers; see {@code
 * expression/program.h}. Immutable.
 *
 * @param leaves arrays it reads
 * @param constants numbers it reads
 * @param registers blocks of temporary values it needs
 * @param value the reference of the result
 * @param words the instructions as the native side reads them
 * @param listing the instructions for a reader
 */
record Program(
    int leaves, int constants, int registers, int value, long[] words, List<String> listing) {
  /** The first opcode of the chain kernels, {@code kChain} in C++. */
  static final int CHAIN = 0x8000;

  /** The first opcode of the linear kernels, {@code kLinear} in C++. */
  static final int LINEAR = 0x9000;

  int operands() {
    return leaves + 1;
  }

  int instructions() {
    return words.length / 2;
  }
}
