#include "expression/program.h"

#include <algorithm>
#include <cstdlib>

namespace sharray {
namespace {

constexpr int kArity[kOps] = {
#define OP(name, aliases, arity, dtypes, kernel, oracle, domain, ulp64, ulp32, absolute, meaning) arity,
#include "ops.def"
#undef OP
};

constexpr Types kTypes[kOps] = {
#define OP(name, aliases, arity, dtypes, kernel, oracle, domain, ulp64, ulp32, absolute, meaning) Types::dtypes,
#include "ops.def"
#undef OP
};

constexpr bool is_exact(const char* oracle) noexcept {
  return oracle[0] == 'e' && oracle[1] == 'x' && oracle[2] == 'a';
}

constexpr bool kExact[kOps] = {
#define OP(name, aliases, arity, dtypes, kernel, oracle, domain, ulp64, ulp32, absolute, meaning) is_exact(#oracle),
#include "ops.def"
#undef OP
};

/// Per element on one thread: a step of a run, a cheap operation in L1, a transcendental one, and a double from the
/// caches or from memory.
constexpr double kStepNanoseconds = 0.03, kCheapNanoseconds = 0.1, kDearNanoseconds = 1.0;
/// A number that takes one block of random words, and one that takes attempts.
constexpr double kDrawNanoseconds = 2.0, kAttemptsNanoseconds = 20.0;
constexpr double kCachedNanoseconds = 0.05, kMemoryNanoseconds = 0.3;
/// Operands of so many bytes together are in the caches.
constexpr std::int64_t kCachedBytes = std::int64_t{1} << 20;

/// Reads the words of a call in order; `ok` turns false at the first that is missing or out of range.
class Reader {
 public:
  Reader(const std::int64_t* words, std::int64_t count) noexcept : words_(words), count_(count) {}

  std::int64_t next() noexcept {
    if (at_ >= count_) {
      ok = false;
      return 0;
    }
    return words_[at_++];
  }

  std::int64_t next(std::int64_t low, std::int64_t high) noexcept {
    std::int64_t word = next();
    if (word < low || word > high) {
      ok = false;
      return low;
    }
    return word;
  }

  bool ok = true;

 private:
  const std::int64_t* words_;
  std::int64_t count_;
  std::int64_t at_ = 0;
};

constexpr std::int64_t kMaxReferences = 0xffff;

void read_operands(Reader& in, std::int64_t count, std::size_t dimensions, Program& program) {
  for (std::int64_t i = 0; i < count && in.ok; i++) {
    Operand operand;
    operand.address = reinterpret_cast<char*>(in.next());
    const std::int64_t type = in.next(0, kCounts | (kDTypes - 1));
    operand.counts = type >= kCounts;
    operand.type = static_cast<DType>(type & ~kCounts);
    if (operand.counts ? operand.type != DType::uint64 || program.operands.size() < program.results.size()
                       : index_of(operand.type) >= kDTypes) {
      in.ok = false;
      return;
    }
    for (std::size_t d = 0; d < dimensions; d++) operand.strides.push_back(in.next());
    program.operands.push_back(operand);
  }
}

constexpr std::uint32_t op_of(std::uint32_t opcode) noexcept { return opcode & 0xffU; }

bool valid_opcode(std::uint32_t opcode) noexcept {
  if (opcode >= kStep) return opcode < kStep + kRunOps;
  if (opcode >= kRun) return opcode < kRun + kDTypes && is_float(static_cast<DType>(opcode - kRun));
  if (opcode >= kCast) {
    const std::uint32_t from = opcode >> 4 & 0xffU, to = opcode & 0xfU;
    if (from >= kDTypes || to >= kDTypes) return false;
    const auto source = static_cast<DType>(from), target = static_cast<DType>(to);
    return !is_complex(source) || is_complex(target) || target == DType::boolean;
  }
  if (is_draw(opcode)) {
    const auto draw = draw_of(opcode);
    return static_cast<std::size_t>(draw) < kDraws && draw_opcode(draw) == opcode;
  }
  return op_of(opcode) < kOps && opcode >> 8 < kDTypes && takes(kTypes[op_of(opcode)], static_cast<DType>(opcode >> 8));
}

/// How many of x, y and z an instruction reads.
int arity_of(std::uint32_t opcode) noexcept {
  if (opcode >= kStep) return run_arity(static_cast<RunOp>(opcode - kStep));
  if (is_draw(opcode)) return 1 + parameters_of(draw_of(opcode));
  return opcode >= kCast ? 1 : kArity[op_of(opcode)];
}

/// Counters come from an operand that counts, and the key from a constant.
bool valid_draw(const Program& program, const Instruction& draw) noexcept {
  const std::size_t operands = program.operands.size();
  return draw.x < operands && program.operands[draw.x].counts && draw.key >= operands &&
         draw.key < operands + program.constants.size();
}

void read_instructions(Reader& in, std::int64_t count, Program& program) {
  const std::size_t references = program.references();
  const std::size_t first_register = program.operands.size() + program.constants.size();
  std::int64_t steps = 0;  // of a run that are still to come
  for (std::int64_t i = 0; i < count && in.ok; i++) {
    const auto word = static_cast<std::uint64_t>(in.next());
    const auto last = static_cast<std::uint64_t>(in.next(0, kMaxReferences << 16 | kMaxReferences));
    const auto field = [word](int shift) { return static_cast<std::uint32_t>(word >> shift) & 0xffffU; };
    const Instruction instruction{field(0),
                                  field(16),
                                  field(32),
                                  field(48),
                                  static_cast<std::uint32_t>(last & kMaxReferences),
                                  static_cast<std::uint32_t>(last >> 16)};
    const bool is_step = instruction.opcode >= kStep;
    in.ok = in.ok && valid_opcode(instruction.opcode) && is_step == (steps > 0);
    if (!in.ok) return;
    in.ok = is_step || (instruction.target >= first_register && instruction.target < references);
    const std::uint32_t used[] = {instruction.x, instruction.y, instruction.z};
    for (int k = 0; k < arity_of(instruction.opcode); k++) in.ok = in.ok && used[k] != 0 && used[k] < references;
    if (is_draw(instruction.opcode)) in.ok = in.ok && valid_draw(program, instruction);
    if (begins_run(instruction.opcode)) {
      steps = instruction.y;
      in.ok = in.ok && steps > 0 && steps < count - i;
    } else if (is_step) {
      steps--;
    }
    program.instructions.push_back(instruction);
  }
}

DType type_of(const Program& program, std::uint32_t reference) noexcept {
  const std::size_t operands = program.operands.size(), inputs = operands + program.constants.size();
  if (reference < operands) return program.operands[reference].type;
  if (reference < inputs) return program.constants[reference - operands].type;
  for (std::size_t i = program.instructions.size(); i-- > 0;) {
    const std::uint32_t opcode = program.instructions[i].opcode;
    if (opcode < kStep && program.instructions[i].target == reference) return result_type(opcode);
  }
  return DType::float64;
}

bool valid_result(Program& program, Result& result) noexcept {
  if (result.value < program.results.size() || result.value >= program.references()) return false;
  if (result.value < program.operands.size() && program.operands[result.value].counts) return false;
  result.type = type_of(program, result.value);
  Accumulator ignored;
  return program.mode == Mode::elementwise || accumulator_for(result.type, &ignored);
}

/// Whether dimension d + 1 continues dimension d for every operand. A reduction's output moves in output dimensions
/// only.
bool mergeable(const Program& program, std::size_t d) noexcept {
  const std::size_t outputs = program.shape.size() - program.reduced;
  if ((d < outputs) != (d + 1 < outputs)) return false;
  for (std::size_t i = 0; i < program.operands.size(); i++) {
    if (i < program.results.size() && program.mode == Mode::reduction && d >= outputs) continue;
    const auto& strides = program.operands[i].strides;
    std::int64_t span;
    if (__builtin_mul_overflow(strides[d + 1], program.shape[d + 1], &span) || strides[d] != span) return false;
  }
  return true;
}

void drop(Program& program, std::size_t d) {
  if (d >= program.shape.size() - program.reduced) program.reduced--;
  program.shape.erase(d);
  for (Operand& operand : program.operands) operand.strides.erase(d);
}

/// The operand whose layout decides the order of the walk: the output, or the first operand for a scalar.
const Operand& leader(const Program& program) noexcept {
  const std::size_t first_input = program.results.size();
  return program.operands[0].address == nullptr && program.operands.size() > first_input ? program.operands[first_input]
                                                                                         : program.operands[0];
}

void sort_outputs(Program& program) {
  const std::size_t outputs = program.shape.size() - program.reduced;
  for (std::size_t d = 1; d < outputs; d++) {
    for (std::size_t e = d; e > 0; e--) {
      const auto& strides = leader(program).strides;
      if (std::llabs(strides[e - 1]) >= std::llabs(strides[e])) break;
      swap_dimensions(program, e - 1, e);
    }
  }
}

}  // namespace

DType operand_type(std::uint32_t opcode) noexcept {
  if (is_draw(opcode)) return parameter_type(draw_of(opcode));
  if (opcode >= kRun) return static_cast<DType>(opcode & 0xfU);
  return static_cast<DType>(opcode >= kCast ? opcode >> 4 & 0xffU : opcode >> 8);
}

DType result_type(std::uint32_t opcode) noexcept {
  if (opcode >= kDraw) return static_cast<DType>(opcode & 0xfU);
  return result_of(kTypes[op_of(opcode)], operand_type(opcode));
}

bool selects(std::uint32_t opcode) noexcept { return opcode < kDraw && kTypes[op_of(opcode)] == Types::SELECT; }

bool accumulator_for(DType type, Accumulator* accumulator) noexcept {
  switch (type) {
    case DType::int64:
      *accumulator = Accumulator::int64;
      return true;
    case DType::uint64:
      *accumulator = Accumulator::uint64;
      return true;
    case DType::float64:
      *accumulator = Accumulator::float64;
      return true;
    case DType::complex128:
      *accumulator = Accumulator::complex128;
      return true;
    default:
      return false;
  }
}

void Program::clear() noexcept {
  mode = Mode::elementwise;
  shape.clear();
  results.clear();
  operands.clear();
  constants.clear();
  instructions.clear();
  reduced = registers = 0;
  stream = false;
  threads = 0;
}

bool read_program(const std::int64_t* call, std::int64_t words, Program& program) {
  Reader in(call, words);
  in.next();
  in.next(kCallVersion, kCallVersion);
  program.mode = static_cast<Mode>(in.next(0, 2));
  const std::int64_t dimensions = in.next(0, kMaxDimensions);
  const std::int64_t reduced = in.next(0, program.mode == Mode::elementwise ? 0 : dimensions);
  const std::int64_t results = in.next(1, program.mode == Mode::reduction ? kMaxReferences : 1);
  const std::int64_t operands = in.next(results, kMaxReferences), constants = in.next(0, kMaxReferences);
  const std::int64_t instructions = in.next(0, words), registers = in.next(0, kMaxReferences);
  program.threads = static_cast<int>(in.next(0, 4096));
  program.stream = in.next() == kCallStream;
  if (!in.ok || operands + constants + registers > kMaxReferences) return false;
  program.reduced = static_cast<std::size_t>(reduced);
  program.registers = static_cast<std::size_t>(registers);
  for (std::int64_t i = 0; i < results && in.ok; i++) {
    const auto value = static_cast<std::uint32_t>(in.next(0, kMaxReferences));
    program.results.push_back({value, static_cast<Reduction>(in.next(0, kReductions - 1)), DType::float64});
  }
  std::int64_t total = 1;
  for (std::int64_t d = 0; d < dimensions; d++) {
    const std::int64_t length = in.next(0, INT64_MAX);
    program.shape.push_back(length);
    if (__builtin_mul_overflow(total, length, &total)) return false;
  }
  read_operands(in, operands, static_cast<std::size_t>(dimensions), program);
  for (std::int64_t i = 0; i < constants && in.ok; i++) {
    Constant constant{static_cast<DType>(in.next(0, kDTypes - 1)), {}};
    constant.words[0] = in.next();
    constant.words[1] = in.next();
    program.constants.push_back(constant);
  }
  if (!in.ok) return false;
  read_instructions(in, instructions, program);
  if (!in.ok) return false;
  for (Result& result : program.results) {
    if (!valid_result(program, result)) return false;
  }
  return true;
}

std::int64_t elements(const Program& program) noexcept {
  std::int64_t total = 1;
  for (std::size_t d = 0; d < program.shape.size(); d++) total *= program.shape[d];
  return total;
}

double estimated_nanoseconds(const Program& program) noexcept {
  const std::int64_t count = elements(program);
  const auto operands = static_cast<std::int64_t>(program.operands.size());
  const bool cached = count < kCachedBytes / static_cast<std::int64_t>(sizeof(double)) / operands;
  double each = (cached ? kCachedNanoseconds : kMemoryNanoseconds) * static_cast<double>(operands);
  for (const Instruction& instruction : program.instructions) {
    const std::uint32_t opcode = instruction.opcode;
    each += is_draw(opcode)   ? (draw_of(opcode) > Draw::integers ? kAttemptsNanoseconds : kDrawNanoseconds)
            : opcode >= kStep ? kStepNanoseconds
            : opcode >= kCast || kExact[op_of(opcode)] ? kCheapNanoseconds
                                                       : kDearNanoseconds;
  }
  return each * static_cast<double>(count);
}

void swap_dimensions(Program& program, std::size_t d, std::size_t e) noexcept {
  std::swap(program.shape[d], program.shape[e]);
  for (Operand& operand : program.operands) std::swap(operand.strides[d], operand.strides[e]);
}

void simplify(Program& program) {
  for (std::size_t d = program.shape.size(); d-- > 0;) {
    if (program.shape[d] == 1) drop(program, d);
  }
  sort_outputs(program);
  for (std::size_t d = program.shape.size(); d-- > 1;) {
    if (!mergeable(program, d - 1)) continue;
    program.shape[d] *= program.shape[d - 1];
    drop(program, d - 1);
  }
}

}  // namespace sharray
