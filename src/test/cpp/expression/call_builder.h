/// Writes calls as the Java half does; see expression/program.h.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "expression/program.h"

namespace sharray::test {

struct Array {
  void* address;
  ElementType type;
  std::vector<std::int64_t> strides;
};

struct CallBuilder {
  std::vector<std::int64_t> shape;
  std::int64_t reduced = 0;
  std::int64_t reduction = kNoReduction;
  std::vector<Array> operands;  ///< the output first
  std::vector<double> constants;
  std::vector<Instruction> instructions;
  std::int64_t registers = 0;
  std::int64_t value = 0;
  bool stream = false;

  std::vector<std::int64_t> words() const {
    std::vector<std::int64_t> call = {0,
                                      kCallVersion,
                                      reduction,
                                      static_cast<std::int64_t>(shape.size()),
                                      reduced,
                                      static_cast<std::int64_t>(operands.size()),
                                      static_cast<std::int64_t>(constants.size()),
                                      static_cast<std::int64_t>(instructions.size()),
                                      registers,
                                      value,
                                      0,
                                      stream ? kCallStream : 0};
    call.insert(call.end(), shape.begin(), shape.end());
    for (const Array& operand : operands) {
      call.push_back(reinterpret_cast<std::int64_t>(operand.address));
      call.push_back(static_cast<std::int64_t>(operand.type));
      call.insert(call.end(), operand.strides.begin(), operand.strides.end());
    }
    for (double constant : constants) {
      std::int64_t bits;
      std::memcpy(&bits, &constant, sizeof bits);
      call.push_back(bits);
    }
    for (const Instruction& i : instructions) {
      call.push_back(static_cast<std::int64_t>(i.opcode | static_cast<std::uint64_t>(i.target) << 16 |
                                               static_cast<std::uint64_t>(i.x) << 32 |
                                               static_cast<std::uint64_t>(i.y) << 48));
      call.push_back(static_cast<std::int64_t>(i.z | static_cast<std::uint64_t>(i.s) << 16 |
                                               static_cast<std::uint64_t>(i.t) << 32));
    }
    return call;
  }
};

}  // namespace sharray::test
