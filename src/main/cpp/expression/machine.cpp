#include "expression/machine.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace sharray {
namespace {

/// Bytes of a slot for a block of elements, a little more, so that slots do not compete for the same sets of the cache.
constexpr std::size_t slot_bytes(const Program& program) noexcept {
  std::size_t largest = sizeof(double);
  for (const Operand& operand : program.operands) largest = std::max(largest, element_size(operand.type));
  for (const Constant& constant : program.constants) largest = std::max(largest, element_size(constant.type));
  for (const Instruction& step : program.instructions) {
    largest = std::max(largest, element_size(result_type(step.opcode)));
  }
  return kBlock * largest + 128;
}

/// The place of the kernels for elements of this size in load_strided and store_strided.
constexpr std::size_t width_index(std::size_t size) noexcept { return static_cast<std::size_t>(__builtin_ctzll(size)); }

/// What a thread keeps from one machine to the next.
template <class Step>
struct Workspace {
  std::vector<void*> slots;
  std::vector<char> scalar;
  std::vector<Step> steps;
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

template <class Step>
Workspace<Step>& workspace() noexcept {
  static thread_local Workspace<Step> mine;
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
    : program_(program),
      table_(table),
      memory_(nullptr),
      slots_(workspace<Step>().slots),
      scalar_(workspace<Step>().scalar),
      steps_(workspace<Step>().steps),
      slot_bytes_(slot_bytes(program)) {
  const std::size_t references = program.references(), operands = program.operands.size();
  const std::size_t scalars = operands + program.constants.size();
  try {
    slots_.assign(references, nullptr);
    scalar_.assign(references, 0);
    steps_.clear();
    steps_.reserve(program.instructions.size());
  } catch (const std::bad_alloc&) {
    return;
  }
  char* memory = workspace<Step>().reserve((program.registers + operands + scalars) * slot_bytes_);
  if (memory == nullptr) return;
  buffers_ = memory + program.registers * slot_bytes_;
  repeated_ = buffers_ + operands * slot_bytes_;
  for (std::size_t i = 0; i < operands; i++) {
    scalar_[i] = i >= program.results.size() && all_zero(program.operands[i].strides);
    slots_[i] = program.operands[i].address;
  }
  for (std::size_t i = 0; i < program.constants.size(); i++) {
    scalar_[operands + i] = 1;
    slots_[operands + i] = const_cast<std::int64_t*>(program.constants[i].words);
  }
  for (std::size_t i = 0; i < program.registers; i++) slots_[scalars + i] = memory + i * slot_bytes_;
  for (const Instruction& instruction : program.instructions) prepare(instruction);
  memory_ = memory;
}

void Machine::prepare(const Instruction& instruction) {
  const bool linear = instruction.opcode >= kLinear && instruction.opcode < kCast;
  steps_.push_back({linear ? nullptr : kernel_for(instruction), instruction.target, instruction.x, instruction.y,
                    instruction.z, linear ? &instruction : nullptr});
}

Kernel Machine::kernel_for(const Instruction& instruction) noexcept {
  const std::uint32_t opcode = instruction.opcode;
  const unsigned mask = scalars(instruction);
  if (opcode >= kChain && opcode < kLinear) return table_.chain[opcode - kChain][mask];
  const DType type = operand_type(opcode);
  if (opcode < kChain && (type == DType::float64 || type == DType::boolean)) {
    const Kernel masked = table_.op[opcode & 0xffU][mask];
    const bool select = selects(opcode);
    if (masked != nullptr && !(select && type == DType::boolean)) return masked;
  }
  const std::uint32_t read[] = {instruction.x, instruction.y, instruction.z};
  for (unsigned k = 0; k < 3; k++) {
    if ((mask >> k & 1U) != 0) repeat(read[k], k == 0 && selects(opcode) ? DType::boolean : type);
  }
  return opcode >= kCast ? table_.cast[index_of(type)][opcode & 0xfU] : table_.typed[opcode & 0xffU][index_of(type)];
}

void Machine::repeat(std::uint32_t reference, DType type) noexcept {
  char* block = repeated_ + reference * slot_bytes_;
  if (slots_[reference] == block) return;
  table_.load_strided[width_index(element_size(type))](block, static_cast<const char*>(slots_[reference]), 0, kBlock);
  slots_[reference] = block;
}

void Machine::load(std::size_t operand, void* to, const char* from, std::ptrdiff_t stride, std::size_t n) noexcept {
  const std::size_t size = element_size(program_.operands[operand].type);
  if (stride == static_cast<std::ptrdiff_t>(size)) {
    std::memcpy(to, from, n * size);
  } else {
    table_.load_strided[width_index(size)](to, from, stride, n);
  }
}

void Machine::bind(const Cursor& cursor, const std::ptrdiff_t* base, std::size_t n) noexcept {
  const bool one_run = cursor.run() >= static_cast<std::int64_t>(n);
  for (std::size_t i = program_.results.size(); i < program_.operands.size(); i++) {
    if (scalar_[i]) continue;
    const Operand& operand = program_.operands[i];
    const std::ptrdiff_t stride = cursor.inner_stride(operand.strides);
    char* from = operand.address + base[i] + cursor.offset(operand.strides);
    if (n == 1 || (one_run && stride == static_cast<std::ptrdiff_t>(element_size(operand.type)))) {
      slots_[i] = from;
      continue;
    }
    char* to = buffers_ + i * slot_bytes_;
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
  for (std::size_t i = program_.results.size(); i < program_.operands.size(); i++) {
    if (scalar_[i]) continue;
    const Operand& operand = program_.operands[i];
    const std::size_t size = element_size(operand.type);
    if (rows == 1 && stride[i] == static_cast<std::ptrdiff_t>(size)) {
      slots_[i] = operand.address + base[i] + cursor.offset(operand.strides);
      continue;
    }
    char* to = buffers_ + i * slot_bytes_;
    slots_[i] = to;
    Cursor at = cursor;
    for (std::size_t row = 0; row < rows; row++) {
      load(i, to + row * columns * size, operand.address + base[i] + at.offset(operand.strides), stride[i], columns);
      at.advance(1);
    }
  }
}

void Machine::run(std::size_t n) noexcept {
  for (const Step& step : steps_) {
    if (step.linear != nullptr) {
      const LinearKernel kernel = table_.linear[step.linear->opcode - kLinear][scalars(*step.linear)];
      run_linear(kernel, *step.linear, slots_[step.target], n);
    } else {
      step.kernel(slots_[step.target], slots_[step.x], step.y != 0 ? slots_[step.y] : nullptr,
                  step.z != 0 ? slots_[step.z] : nullptr, n);
    }
  }
}

const void* Machine::run(std::size_t n, void* target) noexcept {
  const std::uint32_t value = program_.results[0].value;
  const bool into = target != nullptr && value >= program_.references() - program_.registers;
  void* own = slots_[value];
  if (into) slots_[value] = target;
  run(n);
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
  if (steps.size() != 1 || steps[0].opcode < kLinear || steps[0].opcode >= kCast || scalars(steps[0]) != 0 ||
      program_.shape.size() != 1) {
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

const void* Machine::full_value(std::size_t result, std::size_t n) noexcept {
  const std::uint32_t reference = program_.results[result].value;
  if (value_is_scalar(result)) {
    const std::size_t size = element_size(program_.results[result].type);
    char* block = repeated_ + reference * slot_bytes_;
    if (slots_[reference] != block) {
      table_.load_strided[width_index(size)](block, static_cast<const char*>(slots_[reference]), 0, n);
    }
    return block;
  }
  return slots_[reference];
}

void store(const KernelTable& table, DType type, char* to, std::ptrdiff_t stride, const void* from, bool scalar,
           std::size_t n) noexcept {
  const std::size_t size = element_size(type);
  if (scalar) {
    for (std::size_t i = 0; i < n; i++) std::memcpy(to + static_cast<std::ptrdiff_t>(i) * stride, from, size);
  } else if (stride == static_cast<std::ptrdiff_t>(size)) {
    std::memmove(to, from, n * size);
  } else {
    table.store_strided[width_index(size)](to, from, stride, n);
  }
}

}  // namespace sharray
