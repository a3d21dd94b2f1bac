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

bool all_zero(const Extents& strides) noexcept {
  for (std::size_t d = 0; d < strides.size(); d++) {
    if (strides[d] != 0) return false;
  }
  return true;
}

}  // namespace

/// What a thread keeps from one machine to the next.
struct Machine::Workspace {
  std::vector<void*> slots;
  std::vector<char> scalar;
  std::vector<Step> steps;
  std::vector<RunStep> run_steps;             ///< at the places of their instructions
  std::vector<std::uint32_t> run_arrays;      ///< references
  std::vector<const void*> run_array_places;  ///< of the run that is done
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

Machine::Workspace& Machine::workspace() noexcept {
  static thread_local Workspace mine;
  return mine;
}

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
      space_(workspace()),
      slots_(space_.slots),
      scalar_(space_.scalar),
      slot_bytes_(slot_bytes(program)),
      largest_block_(static_cast<std::size_t>(std::min(elements(program), static_cast<std::int64_t>(kBlock)))) {
  const std::size_t references = program.references(), operands = program.operands.size();
  const std::size_t scalars = operands + program.constants.size();
  char* memory = space_.reserve((program.registers + operands + scalars) * slot_bytes_);
  if (memory == nullptr) return;
  buffers_ = memory + program.registers * slot_bytes_;
  repeated_ = buffers_ + operands * slot_bytes_;
  try {
    slots_.assign(references, nullptr);
    scalar_.assign(references, 0);
    space_.steps.clear();
    space_.run_arrays.clear();
    for (std::size_t i = 0; i < operands; i++) {
      const Operand& operand = program.operands[i];
      scalar_[i] = i >= program.results.size() && !operand.counts && all_zero(operand.strides);
      slots_[i] = operand.address;
    }
    for (std::size_t i = 0; i < program.constants.size(); i++) {
      scalar_[operands + i] = 1;
      slots_[operands + i] = const_cast<std::int64_t*>(program.constants[i].words);
    }
    for (std::size_t i = 0; i < program.registers; i++) slots_[scalars + i] = memory + i * slot_bytes_;
    for (std::size_t i = 0; i < program.instructions.size(); i++) prepare(i);
    space_.run_array_places.resize(space_.run_arrays.size());
    if (program.mode != Mode::elementwise && elements(program) > kCachedElements) prepare_panels();
  } catch (const std::bad_alloc&) {
    return;
  }
  memory_ = memory;
}

void Machine::prepare_panels() {
  panels_.resize(program_.operands.size());
  for (std::size_t i = program_.results.size(); i < panels_.size(); i++) {
    panels_[i] = Panel(program_, program_.operands[i], program_.shape.size() - program_.reduced);
  }
}

void Machine::prepare(std::size_t at) {
  const Instruction& instruction = program_.instructions[at];
  if (begins_run(instruction.opcode)) {
    prepare_run(at);
  } else if (is_draw(instruction.opcode)) {
    prepare_draw(instruction);
  } else if (instruction.opcode < kStep) {
    space_.steps.push_back({kernel_for(instruction), nullptr, nullptr, instruction.target, instruction.x, instruction.y,
                            instruction.z, 0, 0, 0, 0, 0});
  }
}

void Machine::prepare_draw(const Instruction& draw) noexcept {
  const DType type = operand_type(draw.opcode);
  if (draw.y != 0 && scalar_[draw.y] != 0) repeat(draw.y, type);
  if (draw.z != 0 && scalar_[draw.z] != 0) repeat(draw.z, type);
  const DrawKernel kernel = draws_for(table_.path).kernel[static_cast<std::size_t>(draw_of(draw.opcode))];
  space_.steps.push_back({nullptr, nullptr, kernel, draw.target, draw.x, draw.y, draw.z, draw.key, 0, 0, 0, 0});
}

void Machine::prepare_run(std::size_t at) {
  const Instruction& header = program_.instructions[at];
  std::vector<RunStep>& steps = space_.run_steps;
  std::vector<std::uint32_t>& arrays = space_.run_arrays;
  const std::size_t first = at + 1, last = first + header.y, first_array = arrays.size();
  if (steps.size() < last) steps.resize(last);
  const auto add_array = [&](std::uint32_t reference) {
    if (reference >= program_.operands.size() || scalar_[reference] != 0) return;
    const auto mine = arrays.begin() + static_cast<std::ptrdiff_t>(first_array);
    if (std::find(mine, arrays.end(), reference) == arrays.end()) arrays.push_back(reference);
  };
  add_array(header.x);
  for (std::size_t i = first; i < last; i++) {
    const Instruction& step = program_.instructions[i];
    const auto op = static_cast<RunOp>(step.opcode - kStep);
    const int arity = run_arity(op);
    steps[i].kind = run_kind(op, arity == 0 ? 0 : scalars(step) & (arity == 1 ? 1U : 3U));
    if (arity > 0) add_array(step.x);
    if (arity > 1) add_array(step.y);
  }
  const RunKernel chain = table_.run[operand_type(header.opcode) == DType::float64 ? 1 : 0];
  space_.steps.push_back({nullptr, chain, nullptr, header.target, header.x, 0, 0, 0, static_cast<std::uint32_t>(first),
                          header.y, static_cast<std::uint32_t>(first_array),
                          static_cast<std::uint32_t>(arrays.size() - first_array)});
}

Kernel Machine::kernel_for(const Instruction& instruction) noexcept {
  const std::uint32_t opcode = instruction.opcode;
  const unsigned mask = scalars(instruction);
  const DType type = operand_type(opcode);
  if (opcode < kCast && (type == DType::float64 || type == DType::boolean)) {
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
  table_.load_strided[width_index(element_size(type))](block, static_cast<const char*>(slots_[reference]), 0,
                                                       largest_block_);
  slots_[reference] = block;
}

void Machine::load(std::size_t operand, void* to, const char* from, std::ptrdiff_t stride, std::size_t n) noexcept {
  const std::size_t size = element_size(program_.operands[operand].type);
  if (program_.operands[operand].counts) {
    draws_for(table_.path)
        .count(static_cast<std::uint64_t*>(to), reinterpret_cast<std::uint64_t>(from),
               static_cast<std::uint64_t>(stride), n);
  } else if (stride == static_cast<std::ptrdiff_t>(size)) {
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
    char* const origin = operand.address + (base == nullptr ? 0 : base[i]);
    if (i < panels_.size() && panels_[i].used()) {
      bind_panel(i, cursor, origin, n);
      continue;
    }
    char* from = origin + cursor.offset(operand.strides);
    if (!operand.counts && (n == 1 || (one_run && stride == static_cast<std::ptrdiff_t>(element_size(operand.type))))) {
      slots_[i] = from;
      continue;
    }
    char* to = buffers_ + i * slot_bytes_;
    slots_[i] = to;
    Cursor at = cursor;
    for (std::size_t done = 0; done < n;) {
      const auto part = std::min(static_cast<std::size_t>(at.run()), n - done);
      load(i, to + done * element_size(operand.type), origin + at.offset(operand.strides), stride, part);
      at.advance(static_cast<std::int64_t>(part));
      done += part;
    }
  }
}

void Machine::bind_panel(std::size_t operand, Cursor cursor, const char* origin, std::size_t n) noexcept {
  const std::size_t size = element_size(program_.operands[operand].type);
  char* to = buffers_ + operand * slot_bytes_;
  for (std::size_t done = 0; done < n;) {
    std::size_t part = n - done;
    const char* elements = panels_[operand].find(table_, cursor, origin, &part);
    if (part == n) {
      slots_[operand] = const_cast<char*>(elements);
      return;
    }
    std::memcpy(to + done * size, elements, part * size);
    done += part;
    cursor.move(static_cast<std::int64_t>(part));
  }
  slots_[operand] = to;
}

void Machine::load_tile(std::size_t operand, void* to, const char* from, std::ptrdiff_t row_stride,
                        std::ptrdiff_t column_stride, std::size_t rows, std::size_t columns) noexcept {
  const std::size_t size = element_size(program_.operands[operand].type);
  if (rows > 1 && std::abs(row_stride) < std::abs(column_stride) && !program_.operands[operand].counts) {
    table_.transpose[width_index(size)](static_cast<char*>(to), columns * size, from, row_stride, column_stride, rows,
                                        columns);
    return;
  }
  for (std::size_t row = 0; row < rows; row++, from += row_stride) {
    load(operand, static_cast<char*>(to) + row * columns * size, from, column_stride, columns);
  }
}

void Machine::bind_rows(std::size_t operand, const char* from, std::ptrdiff_t row_stride, std::ptrdiff_t column_stride,
                        std::size_t rows, std::size_t columns) noexcept {
  const std::size_t size = element_size(program_.operands[operand].type);
  const bool counts = program_.operands[operand].counts;
  const bool follow = rows == 1 || row_stride == static_cast<std::ptrdiff_t>(columns * size);
  if (!counts && follow && (column_stride == static_cast<std::ptrdiff_t>(size) || columns == 1)) {
    slots_[operand] = const_cast<char*>(from);
    return;
  }
  slots_[operand] = buffers_ + operand * slot_bytes_;
  load_tile(operand, slots_[operand], from, row_stride, column_stride, rows, columns);
}

void Machine::bind_tile(const Cursor& cursor, const std::ptrdiff_t* base, const std::ptrdiff_t* stride,
                        std::size_t rows, std::size_t columns) noexcept {
  const bool one_run = cursor.run() >= static_cast<std::int64_t>(rows);
  for (std::size_t i = program_.results.size(); i < program_.operands.size(); i++) {
    if (scalar_[i]) continue;
    const Operand& operand = program_.operands[i];
    const std::ptrdiff_t row_stride = cursor.inner_stride(operand.strides);
    const char* from = operand.address + base[i];
    if (one_run) {
      bind_rows(i, from + cursor.offset(operand.strides), row_stride, stride[i], rows, columns);
      continue;
    }
    char* to = buffers_ + i * slot_bytes_;
    slots_[i] = to;
    Cursor at = cursor;
    for (std::size_t row = 0; row < rows;) {
      const auto part = std::min(static_cast<std::size_t>(at.run()), rows - row);
      load_tile(i, to + row * columns * element_size(operand.type), from + at.offset(operand.strides), row_stride,
                stride[i], part, columns);
      at.advance(static_cast<std::int64_t>(part));
      row += part;
    }
  }
}

void Machine::prefetch_rows(const Cursor& cursor, const std::ptrdiff_t* base, const std::ptrdiff_t* stride,
                            std::size_t rows, std::size_t columns) const noexcept {
  for (std::size_t i = program_.results.size(); i < program_.operands.size(); i++) {
    if (scalar_[i] || program_.operands[i].counts) continue;
    const Operand& operand = program_.operands[i];
    const std::ptrdiff_t down = cursor.inner_stride(operand.strides), across = stride[i];
    const auto last_row = static_cast<std::ptrdiff_t>(rows - 1), last_column = static_cast<std::ptrdiff_t>(columns - 1);
    if (std::abs(down) < std::abs(across)) {
      const char* at = operand.address + base[i] + cursor.offset(operand.strides);
      for (std::size_t column = 0; column < columns; column++, at += across) prefetch(at, down * last_row);
      continue;
    }
    Cursor at = cursor;
    for (std::size_t row = 0; row < rows; row++, at.advance(1)) {
      prefetch(operand.address + base[i] + at.offset(operand.strides), across * last_column);
    }
  }
}

void Machine::run(std::size_t n, RunMemory memory) noexcept {
  for (const Step& step : space_.steps) {
    if (step.chain != nullptr) {
      const bool is_last = &step == &space_.steps.back();
      do_run(step, n, is_last ? memory : unstreamed(memory));
    } else if (step.draw != nullptr) {
      step.draw(slots_[step.target], static_cast<const std::uint64_t*>(slots_[step.x]),
                step.y != 0 ? slots_[step.y] : nullptr, step.z != 0 ? slots_[step.z] : nullptr,
                *static_cast<const DrawKey*>(slots_[step.key]), n);
    } else {
      step.kernel(slots_[step.target], slots_[step.x], step.y != 0 ? slots_[step.y] : nullptr,
                  step.z != 0 ? slots_[step.z] : nullptr, n);
    }
  }
}

const void* Machine::run(std::size_t n, void* target, RunMemory memory) noexcept {
  const std::uint32_t value = program_.results[0].value;
  const bool into = target != nullptr && value >= program_.references() - program_.registers;
  void* own = slots_[value];
  if (into) slots_[value] = target;
  run(n, memory);
  const void* result = slots_[value];
  if (into) slots_[value] = own;
  return result;
}

template <class Place>
Run Machine::bind_run(const Step& step, const Place& place) noexcept {
  const Instruction* instruction = program_.instructions.data() + step.first;
  RunStep* steps = space_.run_steps.data() + step.first;
  for (std::size_t k = 0; k < step.count; k++) {
    steps[k].x = place(instruction[k].x);
    steps[k].y = place(instruction[k].y);
  }
  const void** arrays = space_.run_array_places.data();
  for (std::size_t k = 0; k < step.array_count; k++) arrays[k] = place(space_.run_arrays[step.arrays + k]);
  return {place(step.x), scalar_[step.x] != 0, steps, step.count, arrays, step.array_count};
}

void Machine::do_run(const Step& step, std::size_t n, RunMemory memory) noexcept {
  const Run run = bind_run(step, [&](std::uint32_t reference) -> const void* { return slots_[reference]; });
  step.chain(slots_[step.target], run, n, memory);
}

bool Machine::ends_in_run() const noexcept {
  return !space_.steps.empty() && space_.steps.back().chain != nullptr &&
         space_.steps.back().target == program_.results[0].value;
}

bool Machine::is_run() const noexcept {
  if (space_.steps.size() != 1 || !ends_in_run() || program_.shape.size() != 1) return false;
  for (std::size_t i = 0; i < program_.operands.size(); i++) {
    const Operand& operand = program_.operands[i];
    if (scalar_[i] == 0 && operand.strides[0] != static_cast<std::ptrdiff_t>(element_size(operand.type))) return false;
  }
  return true;
}

void Machine::run_range(std::int64_t first, std::int64_t last, RunMemory memory) noexcept {
  for (std::size_t i = 0; i < program_.operands.size(); i++) {
    const Operand& operand = program_.operands[i];
    if (scalar_[i] == 0) slots_[i] = operand.address + first * operand.strides[0];
  }
  slots_[program_.results[0].value] = slots_[0];
  do_run(space_.steps[0], static_cast<std::size_t>(last - first), memory);
}

bool Machine::is_run_by_squares() const noexcept {
  if (table_.run_squares == nullptr) return false;
  const std::uint32_t value = program_.results[0].value;
  if (space_.steps.empty()) {
    return value < program_.operands.size() && scalar_[value] == 0 && element_size(program_.operands[value].type) == 8;
  }
  return space_.steps.size() == 1 && ends_in_run() && program_.operands[0].type == DType::float64;
}

void Machine::run_squares(const RunPlane* planes, char* out, std::ptrdiff_t down, std::size_t rows, std::size_t columns,
                          bool stream) noexcept {
  const auto place = [&](std::uint32_t reference) -> const void* {
    return scalar_[reference] != 0 ? slots_[reference] : static_cast<const void*>(planes + reference);
  };
  if (space_.steps.empty()) {
    const void* plane = planes + program_.results[0].value;
    table_.run_squares(out, down, {plane, false, nullptr, 0, &plane, 1}, rows, columns, stream);
  } else {
    table_.run_squares(out, down, bind_run(space_.steps[0], place), rows, columns, stream);
  }
}

unsigned Machine::scalars(const Instruction& step) const noexcept {
  unsigned mask = scalar_[step.x] != 0 ? 1 : 0;
  if (step.y != 0 && scalar_[step.y] != 0) mask |= 2;
  if (step.z != 0 && scalar_[step.z] != 0) mask |= 4;
  return mask;
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
