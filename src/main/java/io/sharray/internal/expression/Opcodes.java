package io.sharray.internal.expression;

import io.sharray.DType;

/** Opcodes of instructions as {@code expression/program.h} has them. */
final class Opcodes {
  /** The first opcode of the chain kernels, {@code kChain} in C++. */
  static final int CHAIN = 0x8000;

  /** The first opcode of the linear kernels, {@code kLinear} in C++. */
  static final int LINEAR = 0x9000;

  /** The first opcode of the conversions, {@code kCast} in C++. */
  static final int CAST = 0xa000;

  private Opcodes() {}

  static int of(Op op, DType operands) {
    return op.ordinal() | operands.ordinal() << 8;
  }

  static int cast(DType from, DType to) {
    return CAST | from.ordinal() << 4 | to.ordinal();
  }

  static boolean isCast(int opcode) {
    return opcode >= CAST;
  }

  /** The operation of an opcode below {@link #CHAIN}. */
  static Op op(int opcode) {
    return Op.values()[opcode & 0xff];
  }

  /** The dtype of the result of an operation or conversion. */
  static DType result(int opcode) {
    if (isCast(opcode)) {
      return DType.values()[opcode & 0xf];
    }
    return opcode >= CHAIN
        ? DType.FLOAT64
        : Typing.result(op(opcode), DType.values()[opcode >> 8 & 0xff]);
  }
}
