/// Which pages a segment gets, and from where: huge ones, spread over the NUMA nodes, touched before their first use.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sharray {

/// Bytes of address space that `size` bytes take.
std::uint64_t page_range(std::int64_t size) noexcept;

/// Bytes of address space that a mapping of `size` bytes really takes: more where a stranger chose huge pages. A look
/// at /proc only where that makes a difference.
std::uint64_t mapped_range(const void* base, std::int64_t size) noexcept;

/// Bytes of the huge pages that hugetlb gives by default, 0 where the kernel has none.
std::uint64_t huge_page_size() noexcept;

/// Unused address space that no access reaches, beginning at a border of huge pages where it is as large as one; null
/// with errno. The caller maps over it, or unmaps it.
void* aligned_space(std::uint64_t range) noexcept;

/// mmap of a whole file at such a place. MAP_FAILED with errno.
void* map_aligned(std::uint64_t range, int rights, int flags, int file) noexcept;

/// Asks for huge pages (a wish that the kernel may ignore) and spreads the pages over the NUMA nodes, as the flags of
/// `segment_create` say, before any page exists. `what` names the segment. Returns a status.
std::int32_t prepare_pages(void* base, std::uint64_t range, std::int32_t flags, const char* what, char* error) noexcept;

/// Takes the pages of a range, as writing into each would, but without a signal where there is no room. 0 or errno.
int populate(void* base, std::uint64_t range) noexcept;

/// The sentence for reserved huge pages that the system refused.
std::int32_t no_huge_pages(int answer, const char* what, std::int64_t size, char* error) noexcept;

/// Memory nodes of this machine, at least 1.
int numa_nodes() noexcept;

}  // namespace sharray
