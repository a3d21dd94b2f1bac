/// Scans: for each element of the last dimension the sum or product of all up to it. The elements are cut into blocks
/// of kBlock; within a block they are combined one after the other, and what went before is combined with each of these
/// from the left. So the bits depend on the values alone.
#pragma once

#include <cstdint>

#include "expression/kernel_table.h"
#include "expression/program.h"

namespace sharray {

/// Evaluates a program that scans; see evaluate().
std::int32_t scan(const Program& program, const KernelTable& table, int threads) noexcept;

}  // namespace sharray
