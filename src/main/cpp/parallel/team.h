/// The one team of threads of the process: a thread of our own with an 8 MB stack that owns the OpenMP team, a queue of
/// calls before it, and the clients that wait for finished calls.
#pragma once

#include <cstdint>

namespace sharray {

/// Threads of the team; with n > 0 sets it first, clamped to what the machine has.
std::int32_t team_threads(std::int32_t n) noexcept;
/// The number and what decided it, e.g. "8: CPU quota of the container".
void describe_threads(char* text, std::size_t capacity) noexcept;

/// See api.h.
std::int32_t team_submit(std::int64_t client, std::int64_t ticket, const std::int64_t* call,
                         std::int64_t words) noexcept;
std::int32_t team_submit_gather(std::int64_t client, std::int64_t ticket, const std::int64_t* call,
                                std::int64_t words) noexcept;
std::int32_t team_submit_linalg(std::int64_t client, std::int64_t ticket, const std::int64_t* call,
                                std::int64_t words) noexcept;
std::int32_t team_prefault(std::int64_t client, std::int64_t ticket, std::int64_t address, std::int64_t bytes) noexcept;
std::int32_t team_submit_fft(std::int64_t client, std::int64_t ticket, const std::int64_t* call,
                             std::int64_t words) noexcept;
std::int32_t team_await(std::int64_t client, std::int64_t* triples, std::int32_t capacity,
                        std::int32_t timeout_ms) noexcept;
/// From now on the team helps callers that share their work, see crew.h.
void team_helps() noexcept;
/// `work` is done on the thread of the team while no call waits, after each `team_tend`. It returns in how many
/// milliseconds it wants to be called again, or -1 if not before the next one.
void team_between_calls(std::int64_t (*work)() noexcept) noexcept;
/// Asks for the work between calls; starts the thread if there is none.
void team_tend() noexcept;
/// Ends the waiting of a client for ever; its calls that run on are finished and forgotten.
void team_close_client(std::int64_t client) noexcept;

}  // namespace sharray
