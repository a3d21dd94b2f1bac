/// The front of the engine: evaluates a call with a number of threads.
#pragma once

#include <cstdint>

#include "expression/kernel_table.h"
#include "expression/program.h"

namespace sharray {

/// Evaluates a program on up to `threads` threads, see parallel/ranges.h. Writes the bits of a scalar reduction to
/// `*result`. The result does not depend on `threads` nor on the path of `table`. Returns SHARRAY_OK or
/// SHARRAY_EXHAUSTED where there is no memory for registers or partial results.
std::int32_t evaluate(Program& program, const KernelTable& table, int threads, std::int64_t* result) noexcept;

/// The table in use, and its choice by name: "auto" or one of cpu_path_name. False if this CPU lacks the path.
const KernelTable& current_table() noexcept;
bool select_table(const char* path) noexcept;

}  // namespace sharray
