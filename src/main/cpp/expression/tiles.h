/// Elementwise evaluation in tiles: an operand that lies closer together along another dimension than the output, as a
/// transposed one does, is gathered a tile at a time, so that each of its cache lines is fetched once.
#pragma once

#include <cstddef>
#include <cstdint>

#include "expression/machine.h"
#include "expression/program.h"

namespace sharray {

/// How the last two dimensions of the space are cut: the last one into columns, the other into rows.
struct Tiling {
  std::int64_t rows = 0, columns = 0;  ///< of a full tile
  std::int64_t row_tiles = 0, column_tiles = 0;
  std::int64_t strip = 0;  ///< columns of tiles that are walked down together, so that their pages stay known
  std::int64_t tiles = 0;
};

/// Whether tiles are faster for a simplified elementwise program; if so, brings the dimension of the rows before the
/// last one and cuts the space.
bool cut_tiles(Program& program, Tiling* tiling) noexcept;

/// Evaluates tiles [first, last). Throws std::bad_alloc.
void evaluate_tiles(const Program& program, const Tiling& tiling, Machine& machine, std::int64_t first,
                    std::int64_t last);

}  // namespace sharray
