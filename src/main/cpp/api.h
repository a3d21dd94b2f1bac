/// The flat C face of the core library: one table of functions, the only symbol that leaves it.
///
/// Rules that hold for every function here:
///  - it never throws and never blocks the Java collector (it touches no Java object);
///  - it returns a `sharray_status` (or a count where said), 0 or more on success;
///  - where it takes `error`, that points to `SHARRAY_ERROR_BYTES` bytes; after a failure they hold a NUL-terminated
///    UTF-8 sentence that says what was attempted, on which segment, what the system answered and what to do;
///  - it may be called from any thread; objects are named by ids, and an unknown id is `SHARRAY_INVALID`.
#pragma once

#include <cstdint>

enum sharray_status : std::int32_t {
  SHARRAY_OK = 0,
  SHARRAY_GONE = -1,          ///< no such segment any more: id, name or UUID does not match
  SHARRAY_ACCESS = -2,        ///< the system refuses permission
  SHARRAY_POISONED = -3,      ///< the memory was truncated under us
  SHARRAY_INCOMPATIBLE = -4,  ///< there is a segment, but its header is not ours, damaged, or of another version
  SHARRAY_EXHAUSTED = -5,     ///< no room: /dev/shm full, a System V limit, no address space
  SHARRAY_EXISTS = -6,        ///< the name is taken
  SHARRAY_INVALID = -7,       ///< an argument that the caller should have checked
  SHARRAY_SYSTEM = -8,        ///< any other answer of the system
};

enum sharray_storage : std::int32_t {
  SHARRAY_SYSTEM_V = 1,  ///< by id
  SHARRAY_POSIX = 2,     ///< by name, in the user's directory under /dev/shm
  SHARRAY_MEMFD = 3,     ///< found by its UUID in the process that made it only
  SHARRAY_FILE = 4,      ///< by absolute path

  // Memory without a header of ours, for segment_attach alone: `header` is zeroed, `uuid` must be null.
  SHARRAY_RAW_SYSTEM_V_ID = 101,
  SHARRAY_RAW_SYSTEM_V_KEY = 102,
  SHARRAY_RAW_POSIX = 103,  ///< by its name directly under /dev/shm, with or without a slash before it
  SHARRAY_RAW_FILE = 104,   ///< by absolute path
};

enum sharray_access : std::int32_t {
  SHARRAY_READ_WRITE = 0,
  SHARRAY_READ_ONLY = 1,
  SHARRAY_COPY_ON_WRITE = 2,  ///< files only: changes stay in this mapping, which nobody else gets
};

enum : std::int32_t {
  SHARRAY_ERROR_BYTES = 512,
  SHARRAY_HEADER_BYTES = 1024,  ///< the immutable part of a segment header, as segment/layout.h describes it
  SHARRAY_UUID_BYTES = 16,
};

/// For segment_create. Files are always persistent, and take no option of pages.
enum sharray_flag : std::int32_t {
  SHARRAY_FLAG_PERSISTENT = 1,
  SHARRAY_FLAG_HUGE_PAGES = 2,           ///< transparent huge pages where the kernel has them
  SHARRAY_FLAG_RESERVED_HUGE_PAGES = 4,  ///< hugetlb: System V and memfd only; refused where none is free
  SHARRAY_FLAG_INTERLEAVE = 8,           ///< pages go round the NUMA nodes
  SHARRAY_FLAG_UNRESERVED = 16,          ///< POSIX and memfd only: no page before its first touch
  SHARRAY_FLAG_UNFINISHED = 32,          ///< POSIX and files only: nobody attaches it before segment_finish
};

/// What create and attach tell of a mapping, as four consecutive 64-bit words.
struct sharray_mapping {
  std::int64_t mapping;  ///< its id in this process, > 0
  std::int64_t address;  ///< of byte 0 of the segment
  std::int64_t size;     ///< bytes mapped
  std::int64_t id;       ///< System V id, -1 for other storages
};

/// What happened to the bytes of a block while it was open. Values can be added.
enum sharray_fate : std::int32_t {
  SHARRAY_FATE_CLEAN = 0,     ///< nobody knows them, and nobody writes to them any more
  SHARRAY_FATE_SPOILED = 1,   ///< a thread of this process may still write to them
  SHARRAY_FATE_EXPORTED = 2,  ///< a handle, buffer or address was handed out
};

/// Arrays of fewer bytes lie in pool segments.
inline constexpr std::int64_t SHARRAY_POOLED_BYTES = 1 << 20;

/// The bytes of one array, as nine consecutive 64-bit words.
struct sharray_block {
  std::int64_t block;      ///< its id in this process, > 0
  std::int64_t mapping;    ///< the mapping that it lies in
  std::int64_t segment;    ///< address of byte 0 of that segment
  std::int64_t size;       ///< bytes of that mapping
  std::int64_t id;         ///< System V id
  std::int64_t offset;     ///< of its first byte in the segment
  std::int64_t bytes;      ///< as they were asked for
  std::int64_t uuid_high;  ///< of the segment, in the order of its text
  std::int64_t uuid_low;
};

/// `client` is what `open_client` returned: one per thin library, that is per Java class loader.
struct sharray_api {
  /// CRC-32 of ops.def, which the Java half compares with its own.
  std::uint32_t ops_checksum;
  std::int32_t reserved;
  /// Version of the build, e.g. "1.0.0".
  const char* version;

  /// Registers a user of the core (one per Java class loader) and returns its id, > 0.
  std::int64_t (*open_client)() noexcept;
  /// Wakes the client's waiters for ever and releases every mapping that it still holds or reaches.
  void (*close_client)(std::int64_t client) noexcept;

  /// Creates a segment and attaches it. `name` is "" for an anonymous one. `mode` is 0600 unless the user asks.
  /// `header`: in: ndim, dtype fields, shape, strides, label, data size (see segment/layout.h); out: complete.
  std::int32_t (*segment_create)(std::int64_t client, std::int32_t storage, const char* name, std::int32_t flags,
                                 std::int32_t mode, std::uint8_t* header, sharray_mapping* out, char* error) noexcept;
  /// Attaches by System V id, or by name or path where `id` is -1. `uuid` may be null (any segment of ours by that
  /// name). The same segment attached twice with the same rights in this process is one mapping, but for raw and
  /// copy-on-write ones; every create and attach adds one hold and one reach.
  std::int32_t (*segment_attach)(std::int64_t client, std::int32_t storage, std::int64_t id, const char* name,
                                 const std::uint8_t* uuid, std::int32_t access, std::uint8_t* header,
                                 sharray_mapping* out, char* error) noexcept;
  /// Adds one reach to a mapping in which somebody has a block.
  std::int32_t (*segment_reach)(std::int64_t client, std::int64_t mapping) noexcept;
  /// Drops one hold. With the last hold the segment is detached at once: its pages are replaced by private zero pages,
  /// so that late readers see zeros and never crash. Returns 0 if others hold it, 1 if it was released, 2 if the
  /// replacement failed and the release waits for `segment_forget`.
  std::int32_t (*segment_release)(std::int64_t client, std::int64_t mapping) noexcept;
  /// Drops one reach. With the last one the address range is unmapped. The caller promises that nothing can reach it.
  std::int32_t (*segment_forget)(std::int64_t client, std::int64_t mapping) noexcept;
  /// Writes the changes of a file to its disk, and its name if it is a segment; does nothing for memory.
  std::int32_t (*segment_flush)(std::int64_t client, std::int64_t mapping, char* error) noexcept;
  /// Lets others attach a segment that was created unfinished. If its maker dies before, a POSIX segment goes with the
  /// next sweep, a persistent one too; a file stays and is refused.
  std::int32_t (*segment_finish)(std::int64_t client, std::int64_t mapping, char* error) noexcept;
  /// SHARRAY_POISONED if pages of the mapping have been taken away under it, for ever.
  std::int32_t (*segment_verify)(std::int64_t client, std::int64_t mapping, char* error) noexcept;
  /// How many mappings of this process were ever poisoned: while it stays the same, nothing needs to be verified.
  const std::int32_t* poisonings;
  /// Whether the SIGBUS handler is installed with the first segment that others can truncate; on unless called.
  void (*survive_truncation)(std::int32_t on) noexcept;
  /// Reads the header of a segment without keeping it attached; `out->size` and `attached` (processes, -1 if an unknown
  /// number of them). What a segment that is refused has in place of a header is written into `header` too, zeros
  /// where nothing could be read.
  std::int32_t (*segment_peek)(std::int32_t storage, std::int64_t id, const char* name, std::uint8_t* header,
                               sharray_mapping* out, std::int64_t* attached, char* error) noexcept;
  /// Removes what is certainly ours and certainly dead; returns how many segments. `freed` gets the bytes, `report`
  /// (of `capacity` bytes) a line for each: storage, id or name, bytes, separated by tabs.
  std::int32_t (*segment_sweep)(std::int64_t* freed, char* report, std::int64_t capacity) noexcept;
  /// Removes the name of a POSIX or file segment, persistent or not; memory that is held stays with its holders. `uuid`
  /// may be null. Refuses whatever has no header of ours. Returns 0 if nobody holds it, 1 if somebody does; `bytes`
  /// gets its size.
  std::int32_t (*segment_remove)(std::int32_t storage, const char* name, const std::uint8_t* uuid, std::int64_t* bytes,
                                 char* error) noexcept;
  /// Memory for one array in anonymous System V storage, mode 0600 (segment/pool.h). Without `header` it is part of a
  /// pool segment and has fewer than SHARRAY_POOLED_BYTES; with one, which is as for segment_create, it has a segment
  /// of its own, new or used again. `zeroed`: it is all zeros, else anything.
  std::int32_t (*block_create)(std::int64_t client, std::int64_t bytes, std::int32_t zeroed, std::uint8_t* header,
                               sharray_block* out, char* error) noexcept;
  /// A further block over the same bytes, if this process made the segment: those in which byte `first` of the segment
  /// lies. Counts as exporting them. Returns 1 if another process made it: then segment_attach serves.
  std::int32_t (*block_attach)(std::int64_t client, std::int64_t id, const std::uint8_t* uuid, std::int64_t first,
                               sharray_block* out, char* error) noexcept;
  /// Closes a block; `fate` is a `sharray_fate`. Its memory may become that of another array at once.
  std::int32_t (*block_free)(std::int64_t client, std::int64_t block, std::int32_t fate) noexcept;
  /// After segment_attach of a segment that may be a pool: SHARRAY_GONE if the array at `first` was closed by its maker
  /// and nobody but the maker and this one attach holds the segment.
  std::int32_t (*block_verify)(std::int64_t client, std::int64_t mapping, std::int64_t first, char* error) noexcept;
  /// The most bytes of segments that are kept without a block in them, and how long they are kept. Negative ones stand
  /// for the defaults.
  void (*pool_limit)(std::int64_t bytes, std::int64_t idle_ms) noexcept;
  /// Lets go of everything that is kept; 1 if that was anything, else 0.
  std::int32_t (*pool_release)() noexcept;
  /// Hashes that tell where handles come from: [0] boot id and IPC namespace, [1] boot id and device of /dev/shm.
  void (*provenance)(std::int64_t* hashes) noexcept;

  /// Evaluates a call (expression/program.h) on the calling thread, which the team may help. Word 0 receives the bits
  /// of a scalar result.
  std::int32_t (*evaluate)(std::int64_t* call, std::int64_t words) noexcept;
  /// Queues a copy of the call for the team; `ticket` comes back from `await`. Returns 1 if queued, 0 if the caller had
  /// better call `evaluate`: since it is not long, or the team's backlog is.
  std::int32_t (*submit)(std::int64_t client, std::int64_t ticket, const std::int64_t* call,
                         std::int64_t words) noexcept;
  /// Selects elements by a call of expression/gather.h, whose word 0 receives the result; on the calling thread, or
  /// queued as by `submit`.
  std::int32_t (*gather)(std::int64_t* call, std::int64_t words) noexcept;
  std::int32_t (*submit_gather)(std::int64_t client, std::int64_t ticket, const std::int64_t* call,
                                std::int64_t words) noexcept;
  /// Opens a library of BLAS and LAPACK (blas/provider.h), unless the process has one already.
  std::int32_t (*blas_open)(const char* path, const char* reason, char* error) noexcept;
  /// Runs a call of blas/call.h, whose word 0 receives the result, on the calling thread; returns 1 if it is for the
  /// team. SHARRAY_INVALID without a provider.
  std::int32_t (*linalg)(std::int64_t* call, std::int64_t words) noexcept;
  /// Queues such a call and returns 1.
  std::int32_t (*submit_linalg)(std::int64_t client, std::int64_t ticket, const std::int64_t* call,
                                std::int64_t words) noexcept;
  /// Queues the taking of all pages of a range by the threads of the team, each those that it would compute on. Comes
  /// back from `await` as a call does, with SHARRAY_EXHAUSTED where there is no room.
  std::int32_t (*prefault)(std::int64_t client, std::int64_t ticket, std::int64_t address, std::int64_t bytes) noexcept;
  /// Writes a random permutation of 0 to n - 1 (random/permute.h) on the calling thread, which the team may help.
  std::int32_t (*permute)(std::int64_t address, std::int64_t n, std::int64_t key, std::int64_t call) noexcept;
  /// Opens a library with the interface of FFTW 3 (fft/fftw.h), unless the process has one already; from then on
  /// `describe` tells fft and fftReason.
  std::int32_t (*fft_open)(const char* double_path, const char* single_path, const char* name, const char* reason,
                           char* error) noexcept;
  /// Runs a Fourier transform (fft/call.h) on the calling thread; returns 1 if it is for the team.
  std::int32_t (*fft)(std::int64_t* call, std::int64_t words) noexcept;
  /// Queues such a call and returns 1.
  std::int32_t (*submit_fft)(std::int64_t client, std::int64_t ticket, const std::int64_t* call,
                             std::int64_t words) noexcept;
  /// Waits for finished calls of this client: writes (ticket, status, scalar bits) triples, at most `capacity` of them,
  /// and returns how many; 0 after `timeout_ms`, SHARRAY_GONE once the client is closed.
  std::int32_t (*await)(std::int64_t client, std::int64_t* triples, std::int32_t capacity,
                        std::int32_t timeout_ms) noexcept;

  /// Threads of the team; with n > 0 sets it first (1 to the machine's), with 0 only asks.
  std::int32_t (*threads)(std::int32_t n) noexcept;
  /// Forces a CPU path by name ("baseline", "avx2", "avx512", "neon", "auto"); SHARRAY_INVALID if this CPU lacks it.
  std::int32_t (*select_cpu)(const char* path) noexcept;
  /// Facts as "key\tvalue" lines: cpu, cpuPaths, threads, threadsReason, openmp, glibc, waitPolicy, replaceFailures,
  /// numaNodes, blas, blasVersion, blasPath,
  /// blasReason, poolSegments, poolBlocks, poolIdleBytes, poolLimit, poolLimitReason...
  std::int32_t (*describe)(char* text, std::int64_t capacity) noexcept;
};

/// The one exported symbol.
extern "C" const sharray_api* sharray_core_api() noexcept;
