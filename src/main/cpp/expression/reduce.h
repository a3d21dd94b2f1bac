/// Reductions over a fixed tree: the reduced elements of an output, in logical order, are cut into blocks of kBlock;
/// a block is reduced over lanes (kernel_table.h); blocks are combined pairwise by their number, as in a perfect binary
/// tree whose missing leaves pass their neighbour on. So the bits depend on the values alone.
#pragma once

#include <cstdint>

#include "expression/kernel_table.h"
#include "expression/program.h"

namespace sharray {

/// Evaluates a program that reduces; see evaluate().
std::int32_t reduce(const Program& program, const KernelTable& table, int threads, std::int64_t* result) noexcept;

}  // namespace sharray
