/// The segment functions of the C face, with the parameters and meanings of api.h.
#pragma once

#include <cstdint>

#include "api.h"

namespace sharray {

std::int32_t segment_create(std::int64_t client, std::int32_t storage, const char* name, std::int32_t flags,
                            std::int32_t mode, std::uint8_t* header, sharray_mapping* out, char* error) noexcept;
std::int32_t segment_attach(std::int64_t client, std::int32_t storage, std::int64_t id, const char* name,
                            const std::uint8_t* uuid, std::int32_t access, std::uint8_t* header, sharray_mapping* out,
                            char* error) noexcept;
std::int32_t segment_reach(std::int64_t client, std::int64_t mapping) noexcept;
std::int32_t segment_release(std::int64_t client, std::int64_t mapping) noexcept;
std::int32_t segment_forget(std::int64_t client, std::int64_t mapping) noexcept;
std::int32_t segment_flush(std::int64_t client, std::int64_t mapping, char* error) noexcept;
std::int32_t segment_finish(std::int64_t client, std::int64_t mapping, char* error) noexcept;
std::int32_t segment_verify(std::int64_t client, std::int64_t mapping, char* error) noexcept;
std::int32_t segment_peek(std::int32_t storage, std::int64_t id, const char* name, std::uint8_t* header,
                          sharray_mapping* out, std::int64_t* attached, char* error) noexcept;
std::int32_t segment_sweep(std::int64_t* freed, char* report, std::int64_t capacity) noexcept;
std::int32_t segment_remove(std::int32_t storage, const char* name, const std::uint8_t* uuid, std::int64_t* bytes,
                            char* error) noexcept;
void provenance(std::int64_t* hashes) noexcept;

/// For `describe`: how often a release had to wait for `segment_forget`.
std::int64_t segment_replace_failures() noexcept;

}  // namespace sharray
