/// The blocks of arrays in the default storage, and what is told of their pool.
#pragma once

#include <cstdint>

#include "api.h"

namespace sharray {

struct PoolFacts {
  std::int64_t segments = 0;  ///< pool segments, kept ones included
  std::int64_t blocks = 0;    ///< open ones, in pool segments and in segments of their own
  std::int64_t idle = 0;      ///< bytes of segments that are kept though no block is in them
  std::int64_t limit = 0;     ///< the most that is kept
  const char* reason = "";    ///< of the limit
};

PoolFacts pool_facts() noexcept;

/// The functions of the C face, with the parameters and meanings of api.h.
std::int32_t block_create(std::int64_t client, std::int64_t bytes, std::int32_t zeroed, std::uint8_t* header,
                          sharray_block* out, char* error) noexcept;
std::int32_t block_attach(std::int64_t client, std::int64_t id, const std::uint8_t* uuid, std::int64_t first,
                          sharray_block* out, char* error) noexcept;
std::int32_t block_free(std::int64_t client, std::int64_t block, std::int32_t fate) noexcept;
std::int32_t block_verify(std::int64_t client, std::int64_t mapping, std::int64_t first, char* error) noexcept;
void pool_limit(std::int64_t bytes, std::int64_t idle_ms) noexcept;

/// Lets go of everything that is kept; 1 if that was anything, else 0.
std::int32_t pool_release() noexcept;

/// As Pool::tend and Pool::on_idle.
std::int64_t pool_tend() noexcept;
void pool_on_idle(void (*call)() noexcept) noexcept;

}  // namespace sharray
