/// Writes calls as the Java half does; see expression/program.h.
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "expression/program.h"

namespace sharray::test {

struct Array {
  void* address;
  DType type;
  std::vector<std::int64_t> strides;
};

struct CallBuilder {
  std::vector<std::int64_t> shape;
  Mode mode = Mode::elementwise;
  std::int64_t reduced = 0;
  Reduction reduction = Reduction::sum;
  std::vector<Array> operands;  ///< the output first
  std::vector<double> constants;
  std::vector<Instruction> instructions;
  std::int64_t registers = 0;
  std::int64_t value = 0;
  std::vector<std::pair<std::int64_t, Reduction>> more;  ///< further results
  bool stream = false;

  std::vector<std::int64_t> words() const {
    std::vector<std::int64_t> call = {0,
                                      kCallVersion,
                                      static_cast<std::int64_t>(mode),
                                      static_cast<std::int64_t>(shape.size()),
                                      reduced,
                                      static_cast<std::int64_t>(1 + more.size()),
                                      static_cast<std::int64_t>(operands.size()),
                                      static_cast<std::int64_t>(constants.size()),
                                      static_cast<std::int64_t>(instructions.size()),
                                      registers,
                                      0,
                                      stream ? kCallStream : 0,
                                      value,
                                      static_cast<std::int64_t>(reduction)};
    for (const auto& [other, kind] : more) {
      call.push_back(other);
      call.push_back(static_cast<std::int64_t>(kind));
    }
    call.insert(call.end(), shape.begin(), shape.end());
    for (const Array& operand : operands) {
      call.push_back(reinterpret_cast<std::int64_t>(operand.address));
      call.push_back(static_cast<std::int64_t>(operand.type));
      call.insert(call.end(), operand.strides.begin(), operand.strides.end());
    }
    for (double constant : constants) {
      std::int64_t bits;
      std::memcpy(&bits, &constant, sizeof bits);
      call.insert(call.end(), {static_cast<std::int64_t>(DType::float64), bits, 0});
    }
    for (const Instruction& i : instructions) {
      call.push_back(static_cast<std::int64_t>(i.opcode | static_cast<std::uint64_t>(i.target) << 16 |
                                               static_cast<std::uint64_t>(i.x) << 32 |
                                               static_cast<std::uint64_t>(i.y) << 48));
      call.push_back(i.z);
    }
    return call;
  }
};

}  // namespace sharray::test
