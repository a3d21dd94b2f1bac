/// Random permutations.
#pragma once

#include <cstdint>

#include "random/draw.h"

namespace sharray {

/// Writes 0 to n - 1 to `out` in random order, all orders equally likely: the same one for any number of threads and on
/// every CPU path. Takes the calls key.call and key.call + 1. Returns SHARRAY_OK, or SHARRAY_EXHAUSTED where there is
/// no memory for its counts.
///
/// After Sandelius, "A simple randomization procedure" (1962): each number goes to a random bucket, and buckets that
/// fit the caches are shuffled one by one.
std::int32_t permute(std::int64_t* out, std::int64_t n, const DrawKey& key, CpuPath path, int threads) noexcept;

/// Estimated time of one thread.
double permute_nanoseconds(std::int64_t n) noexcept;

}  // namespace sharray
