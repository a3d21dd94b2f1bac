package io.sharray.internal.expression;

import io.sharray.DType;

/** Opcodes of instructions as {@code expression/program.h} has them. */
final class Opcodes {
  /** The first opcode of random numbers, {@code kDraw} in C++. */
  private static final int DRAW = 0x9000;

  /** The first opcode of the conversions, {@code kCast} in C++. */
  private static final int CAST = 0xa000;

  /** The first opcode of the runs, {@code kRun} in C++. */
  private static final int RUN = 0xb000;

  /** The first opcode of their steps, {@code kStep} in C++. */
  private static final int STEP = 0xc000;

  private Opcodes() {}

  static int of(Op op, DType operands) {
    return op.ordinal() | operands.ordinal() << 8;
  }

  static int cast(DType from, DType to) {
    return CAST | from.ordinal() << 4 | to.ordinal();
  }

  static int draw(Draw.Kind kind) {
    return DRAW | kind.ordinal() << 4 | kind.result.ordinal();
  }

  static boolean isDraw(int opcode) {
    return opcode >= DRAW && opcode < CAST;
  }

  /** What is drawn by an opcode that draws. */
  static Draw.Kind draw(int opcode) {
    return Draw.Kind.values()[opcode >> 4 & 0xff];
  }

  static int run(DType dtype) {
    return RUN | dtype.ordinal();
  }

  static int step(Runs.Kind kind) {
    return STEP | kind.ordinal();
  }

  static boolean isCast(int opcode) {
    return opcode >= CAST && opcode < RUN;
  }

  /** The operation of an opcode that is one. */
  static Op op(int opcode) {
    return Op.values()[opcode & 0xff];
  }

  /** The dtype of the operands of an operation; for {@code where}, that of all but the first. */
  static DType operands(int opcode) {
    return DType.values()[opcode >> 8 & 0xff];
  }

  /** The dtype of the result of an operation, draw, conversion or run. */
  static DType result(int opcode) {
    return opcode >= DRAW
        ? DType.values()[opcode & 0xf]
        : Typing.result(op(opcode), operands(opcode));
  }
}
