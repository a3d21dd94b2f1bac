#include "expression/machine.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace sharray {
namespace {

/// Apart from a full block, so that registers do not compete for the same sets of the cache.
constexpr std::size_t kSlotBytes = kBlock * sizeof(double) + 128;

enum class Result : std::uint8_t { FLOATS, COMPARE, BOOLS, TEST, SELECT };

constexpr Result kResult[kOps] = {
#define OP(name, aliases, arity, dtypes, kernel, oracle, domain, ulp64, ulp32, absolute, meaning) Result::dtypes,
#include "ops.def"
#undef OP
};

ElementType result_type(std::uint32_t opcode) noexcept {
  const bool number = opcode >= kChain || kResult[opcode] == Result::FLOATS || kResult[opcode] == Result::SELECT;
  return number ? ElementType::float64 : ElementType::boolean;
}

/// What a thread keeps from one machine to the next.
struct Workspace {
  std::vector<void*> slots;
  std::vector<char> scalar;
  char* memory = nullptr;
  std::size_t bytes = 0;

  Workspace() = default;
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  ~Workspace() { std::free(memory); }

  char* reserve(std::size_t needed) noexcept {
    if (needed <= bytes && memory != nullptr) return memory;
    std::free(memory);
    memory = static_cast<char*>(std::aligned_alloc(64, (needed + 63) / 64 * 64));
    bytes = memory == nullptr ? 0 : needed;
    return memory;
  }
};

Workspace& workspace() noexcept {
  static thread_local Workspace mine;
  return mine;
}

bool all_zero(const Extents& strides) noexcept {
  for (std::size_t d = 0; d < strides.size(); d++) {
    if (strides[d] != 0) return false;
  }
  return true;
}

}  // namespace

void Cursor::seek(std::int64_t position) noexcept {
  for (std::size_t d = last_; d-- > first_;) {
    const std::int64_t length = (*shape_)[d];
    index_[d] = position % length;
    position /= length;
  }
}

void Cursor::advance(std::int64_t n) noexcept {
  if (first_ == last_) return;
  index_[last_ - 1] += n;
  for (std::size_t d = last_ - 1; d > first_ && index_[d] == (*shape_)[d]; d--) {
    index_[d] = 0;
    index_[d - 1]++;
  }
}

std::ptrdiff_t Cursor::offset(const Extents& strides) const noexcept {
  std::ptrdiff_t offset = 0;
  for (std::size_t d = first_; d < last_; d++) offset += index_[d] * strides[d];
  return offset;
}

Machine::Machine(const Program& program, const KernelTable& table) noexcept
    : program_(program), table_(table), memory_(nullptr), slots_(workspace().slots), scalar_(workspace().scalar) {
  const std::size_t references = program.references(), operands = program.operands.size();
  try {
    slots_.assign(references, nullptr);
    scalar_.assign(references, 0);
  } catch (const std::bad_alloc&) {
    return;
  }
  memory_ = workspace().reserve((program.registers + operands) * kSlotBytes);
  if (memory_ == nullptr) return;
  buffers_ = memory_ + program.registers * kSlotBytes;
  for (std::size_t i = 0; i < operands; i++) {
    scalar_[i] = i > 0 && all_zero(program.operands[i].strides);
    slots_[i] = program.operands[i].address;
  }
  for (std::size_t i = 0; i < program.constants.size(); i++) {
    scalar_[operands + i] = 1;
    slots_[operands + i] = const_cast<std::int64_t*>(&program.constants[i]);
  }
  const std::size_t first_register = references - program.registers;
  for (std::size_t i = 0; i < program.registers; i++) slots_[first_register + i] = memory_ + i * kSlotBytes;
}

ElementType Machine::type_of(std::uint32_t reference) const noexcept {
  if (reference < program_.operands.size()) return program_.operands[reference].type;
  for (std::size_t i = program_.instructions.size(); i-- > 0;) {
    if (program_.instructions[i].target == reference) return result_type(program_.instructions[i].opcode);
  }
  return ElementType::float64;
}

void Machine::load(std::size_t operand, void* to, const char* from, std::ptrdiff_t stride, std::size_t n) noexcept {
  const ElementType type = program_.operands[operand].type;
  if (stride == static_cast<std::ptrdiff_t>(element_size(type))) {
    std::memcpy(to, from, n * element_size(type));
  } else if (type == ElementType::float64) {
    table_.load_strided(static_cast<double*>(to), from, stride, n);
  } else {
    table_.load_strided_bytes(static_cast<std::uint8_t*>(to), from, stride, n);
  }
}

void Machine::bind(const Cursor& cursor, const std::ptrdiff_t* base, std::size_t n) noexcept {
  const bool one_run = cursor.run() >= static_cast<std::int64_t>(n);
  for (std::size_t i = 1; i < program_.operands.size(); i++) {
    if (scalar_[i]) continue;
    const Operand& operand = program_.operands[i];
    const std::ptrdiff_t stride = cursor.inner_stride(operand.strides);
    char* from = operand.address + base[i] + cursor.offset(operand.strides);
    if (n == 1 || (one_run && stride == static_cast<std::ptrdiff_t>(element_size(operand.type)))) {
      slots_[i] = from;
      continue;
    }
    char* to = buffers_ + i * kSlotBytes;
    slots_[i] = to;
    Cursor at = cursor;
    for (std::size_t done = 0; done < n;) {
      const auto part = std::min(static_cast<std::size_t>(at.run()), n - done);
      load(i, to + done * element_size(operand.type), operand.address + base[i] + at.offset(operand.strides), stride,
           part);
      at.advance(static_cast<std::int64_t>(part));
      done += part;
    }
  }
}

void Machine::bind_tile(Cursor cursor, const std::ptrdiff_t* base, const std::ptrdiff_t* stride, std::size_t rows,
                        std::size_t columns) noexcept {
  for (std::size_t i = 1; i < program_.operands.size(); i++) {
    if (scalar_[i]) continue;
    const Operand& operand = program_.operands[i];
    const std::size_t size = element_size(operand.type);
    if (rows == 1 && stride[i] == static_cast<std::ptrdiff_t>(size)) {
      slots_[i] = operand.address + base[i] + cursor.offset(operand.strides);
      continue;
    }
    char* to = buffers_ + i * kSlotBytes;
    slots_[i] = to;
    Cursor at = cursor;
    for (std::size_t row = 0; row < rows; row++) {
      load(i, to + row * columns * size, operand.address + base[i] + at.offset(operand.strides), stride[i], columns);
      at.advance(1);
    }
  }
}

const void* Machine::run(std::size_t n, void* target) noexcept {
  const std::uint32_t value = program_.value;
  const bool into = target != nullptr && value >= program_.references() - program_.registers;
  void* own = slots_[value];
  if (into) slots_[value] = target;
  for (const Instruction& step : program_.instructions) {
    if (step.opcode >= kLinear) {
      run_linear(table_.linear[step.opcode - kLinear][scalars(step)], step, slots_[step.target], n);
      continue;
    }
    const Kernel kernel = step.opcode >= kChain ? table_.chain[step.opcode - kChain][scalars(step)]
                                                : table_.op[step.opcode][scalars(step)];
    kernel(slots_[step.target], slots_[step.x], step.y != 0 ? slots_[step.y] : nullptr,
           step.z != 0 ? slots_[step.z] : nullptr, n);
  }
  const void* result = slots_[value];
  if (into) slots_[value] = own;
  return result;
}

unsigned Machine::scalars(const Instruction& step) const noexcept {
  unsigned mask = scalar_[step.x] != 0 ? 1 : 0;
  if (step.y != 0 && scalar_[step.y] != 0) mask |= 2;
  if (step.z != 0 && scalar_[step.z] != 0) mask |= 4;
  return mask;
}

void Machine::run_linear(LinearKernel kernel, const Instruction& step, void* target, std::size_t n) noexcept {
  const auto doubles = [this](std::uint32_t reference) { return static_cast<const double*>(slots_[reference]); };
  kernel(static_cast<double*>(target), doubles(step.x), doubles(step.s), doubles(step.y), doubles(step.t),
         doubles(step.z), n);
}

bool Machine::streams() const noexcept {
  const std::vector<Instruction>& steps = program_.instructions;
  if (steps.size() != 1 || steps[0].opcode < kLinear || scalars(steps[0]) != 0 || program_.shape.size() != 1) {
    return false;
  }
  return std::all_of(program_.operands.begin(), program_.operands.end(), [](const Operand& operand) {
    return operand.strides[0] == static_cast<std::ptrdiff_t>(element_size(operand.type)) || operand.strides[0] == 0;
  });
}

void Machine::stream(const std::ptrdiff_t* base, std::int64_t first, std::int64_t last) noexcept {
  const Instruction& step = program_.instructions[0];
  for (std::size_t i = 0; i < program_.operands.size(); i++) {
    const Operand& operand = program_.operands[i];
    slots_[i] = operand.address + base[i] + first * operand.strides[0];
  }
  run_linear(table_.linear_stream[step.opcode - kLinear], step, slots_[0], static_cast<std::size_t>(last - first));
}

const double* Machine::run_doubles(std::size_t n) noexcept {
  const auto* value = static_cast<const double*>(run(n));
  if (!value_is_scalar()) return value;
  auto* repeated = reinterpret_cast<double*>(buffers_);
  table_.load_strided(repeated, reinterpret_cast<const char*>(value), 0, n);
  return repeated;
}

void store(const KernelTable& table, ElementType type, char* to, std::ptrdiff_t stride, const void* from, bool scalar,
           std::size_t n) noexcept {
  const std::size_t size = element_size(type);
  if (scalar) {
    for (std::size_t i = 0; i < n; i++) std::memcpy(to + static_cast<std::ptrdiff_t>(i) * stride, from, size);
  } else if (stride == static_cast<std::ptrdiff_t>(size)) {
    std::memmove(to, from, n * size);
  } else if (type == ElementType::float64) {
    table.store_strided(to, static_cast<const double*>(from), stride, n);
  } else {
    table.store_strided_bytes(to, static_cast<const std::uint8_t*>(from), stride, n);
  }
}

}  // namespace sharray
