package io.sharray.internal.expression;

import java.util.List;

/**
 * What a structure compiles to: instructions for the block interpreter over references, which count
 * operands first (those of the results, then the arrays, then counters), then constants, then
 * registers; see {@code expression/program.h}. Immutable.
 *
 * @param values the references of the results
 * @param leaves arrays it reads
 * @param counters how many numberings of the elements it reads
 * @param constants numbers it reads
 * @param registers blocks of temporary values it needs
 * @param words the instructions as the native side reads them
 * @param listing the instructions for a reader
 */
record Program(
    int[] values,
    int leaves,
    int counters,
    int constants,
    int registers,
    long[] words,
    List<String> listing) {
  int results() {
    return values.length;
  }

  /** Results and arrays. */
  int arrays() {
    return results() + leaves;
  }

  int instructions() {
    return words.length / 2;
  }
}
