/// Segments in files: what POSIX and file storage share. Each mapping keeps a shared flock alive after its descriptor
/// is closed, the *lease*; whoever obtains the exclusive one knows that nobody holds the segment.
#pragma once

#include <sys/stat.h>

#include <cstdint>

#include "segment/files.h"
#include "segment/layout.h"
#include "segment/reserve.h"
#include "segment/storage.h"

namespace sharray {

/// What differs between the storages in files. The functions return a status and write the sentence of a failure.
struct LeasedStorage {
  std::int32_t storage;
  Backing backing;
  /// Judges an open file before its contents are looked at.
  std::int32_t (*admit)(const struct stat& status, const FileDescriptor& directory, const char* name, char* error);
  /// Words a failed creation; `step` is what was being done.
  std::int32_t (*creation_failed)(int answer, const char* step, const char* name, std::int64_t size, char* error);
};

/// Makes a file without a name in `directory`, fills it with a segment and maps it. A kill leaves nothing.
std::int32_t make_unnamed(const LeasedStorage& kind, const FileDescriptor& directory, const Header& header,
                          const Creation& how, FileDescriptor& file, Mapped& out, char* error);

/// Gives an unnamed file its name, which must be free. Returns 0 or an errno value.
int give_name(const FileDescriptor& directory, const FileDescriptor& file, const char* name) noexcept;

/// Opens without following a link and without waiting for the other end of a pipe.
FileDescriptor open_plain(const FileDescriptor& directory, const char* name, bool write) noexcept;

/// mmap of a whole file, where wanted so that huge pages fit. MAP_FAILED with errno.
void* map_whole(const FileDescriptor& file, std::uint64_t range, Access access, bool huge) noexcept;

/// Takes the exclusive lease if nobody has any.
bool lease_alone(const FileDescriptor& file) noexcept;

/// Reads without mapping, so that a file truncated meanwhile is an answer and no signal. Returns the state.
std::uint32_t read_header(const FileDescriptor& file, Header& header) noexcept;

/// Opens and judges a segment, with or without a lease. The caller maps the file or lets it go.
std::int32_t find_segment(const LeasedStorage& kind, const FileDescriptor& directory, const char* name,
                          const Target& target, bool lease, FileDescriptor& file, struct stat& status, Header& header,
                          char* error) noexcept;

/// Maps what was found.
std::int32_t map_found(const LeasedStorage& kind, const FileDescriptor& file, const struct stat& status,
                       const Target& target, const Header& header, Mapped& out, char* error);

/// Removes a name whose file has a header of ours and, where asked for, the UUID of `target`. As Storage::remove.
std::int32_t remove_named(const LeasedStorage& kind, const FileDescriptor& directory, const char* name,
                          const Target& target, std::int64_t& bytes, char* error) noexcept;

/// Words a removal that the system refused.
std::int32_t removing_failed(int answer, std::int32_t storage, const char* name, char* error) noexcept;

/// Words an attach that the system refused.
std::int32_t attaching_failed(int answer, std::int32_t storage, const char* name, char* error) noexcept;

}  // namespace sharray
