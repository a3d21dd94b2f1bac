/// The table of random kernels. Included once for each CPU path, by a file that defines SHARRAY_PATH_*.
#pragma once

#include "random/elementary.h"
#include "random/rejection.h"

namespace sharray {
namespace {

inline void one_block(std::uint32_t (&words)[4], std::uint64_t key) noexcept {
  simd::I x[4];
  for (int k = 0; k < 4; ++k) x[k] = simd::set_bits(words[k]);
  philox::rounds(x, key);
  for (int k = 0; k < 4; ++k) {
    alignas(64) double lanes[simd::kLanes];
    simd::store(lanes, simd::from_bits(x[k]));
    __builtin_memcpy(&words[k], lanes, sizeof words[k]);
  }
}

inline void count(std::uint64_t* out, std::uint64_t first, std::uint64_t step, std::size_t n) noexcept {
  for (std::size_t i = 0; i < n; ++i) out[i] = first + i * step;
}

constexpr DrawTable kDrawTable = {
    {philox::bits, philox::uniform, philox::uniform_24, philox::normal, philox::exponential, philox::integers,
     philox::poisson, philox::gamma, philox::binomial},
    one_block,
    count};

}  // namespace
}  // namespace sharray
