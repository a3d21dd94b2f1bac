/// Survives memory that is truncated under us. Files that others can write, POSIX segments among them, can be cut off
/// while native code reads them: the kernel answers with SIGBUS. A fault inside a guarded range puts private zero pages
/// in the place of what is lost, marks the range as *poisoned* and lets the code go on; whoever asks afterwards learns
/// of it. Every other SIGBUS goes to the handler that was there before, such as the JVM's.
#pragma once

#include <cstdint>

namespace sharray {

struct GuardedRange;

/// Guards `bytes` from `base` on, whole pages, until `unguard`. `headed` says that a header of ours comes first: its
/// state is set then, so that new attaches are refused. Throws std::bad_alloc. The first one installs the handler.
GuardedRange* guard(void* base, std::uint64_t bytes, bool headed);

/// Call it before the range is unmapped, once nobody can reach it. Null is allowed.
void unguard(GuardedRange* range) noexcept;

/// False for null.
bool is_poisoned(const GuardedRange* range) noexcept;

/// How many ranges were ever poisoned in this process.
extern std::int32_t poisonings;

/// Whether the handler is installed with the first guarded range.
void survive_truncation(bool on) noexcept;

/// "installed", "not needed yet" or "off".
const char* guarding_state() noexcept;

}  // namespace sharray
