/// Removing the names of segments in files on request.
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstring>

#include "segment/errors.h"
#include "segment/leased_file.h"
#include "segment/testing.h"

namespace sharray {
namespace {

/// A damaged segment may go too, but only what cannot be anybody else's.
bool made_by_us(const Header& header, const LeasedStorage& kind) noexcept {
  return std::memcmp(header.magic, kMagic, sizeof kMagic) == 0 && header.crc == header_crc(header) &&
         header.storage == kind.storage;
}

bool still_named(const FileDescriptor& directory, const char* name, const struct stat& file) noexcept {
  struct stat named {};
  return file_status(directory.get(), name, AT_SYMLINK_NOFOLLOW, named) && named.st_ino == file.st_ino &&
         named.st_dev == file.st_dev;
}

}  // namespace

std::int32_t removing_failed(int answer, std::int32_t storage, const char* name, char* error) noexcept {
  const SystemAnswer words(answer);
  const SegmentName what(storage, -1, name);
  if (answer == ENOENT || answer == ENOTDIR) {
    return fail(error, SHARRAY_GONE, "cannot remove %s: %s; `sharray ls` shows what there is", what.text(),
                words.text());
  }
  const bool access = answer == EACCES || answer == EPERM || answer == EROFS || answer == ELOOP || answer == ENXIO;
  return fail(error, access ? SHARRAY_ACCESS : SHARRAY_SYSTEM, "cannot remove %s: %s%s", what.text(), words.text(),
              answer == ELOOP ? ": it is a link, and Sharray makes none" : "");
}

std::int32_t remove_named(const LeasedStorage& kind, const FileDescriptor& directory, const char* name,
                          const Target& target, std::int64_t& bytes, char* error) noexcept {
  const SegmentName what(kind.storage, -1, target.name);
  const FileDescriptor file = open_plain(directory, name, false);
  struct stat status {};
  if (!file.valid() || !file_status(file, status)) {
    return removing_failed(errno, kind.storage, target.name, error);
  }
  Header header{};
  if (S_ISREG(status.st_mode)) {
    read_header(file, header);
  }
  if (!made_by_us(header, kind)) {
    return fail(error, SHARRAY_INCOMPATIBLE,
                "cannot remove %s: it has no sound header of Sharray; if it is yours to remove, use `rm`", what.text());
  }
  if (const std::int32_t refusal = kind.admit(status, directory, target.name, error)) {
    return refusal;
  }
  if (target.uuid != nullptr && std::memcmp(target.uuid, header.uuid, sizeof header.uuid) != 0) {
    return fail(error, SHARRAY_GONE,
                "cannot remove %s: the array of this handle is gone, another one has its place (the UUID differs)",
                what.text());
  }
  testing::step("judged");
  // Alone or beside other holders: nobody but another removal on request takes the name away meanwhile.
  const bool alone = lease_alone(file);
  if (!still_named(directory, name, status)) {
    return removing_failed(ENOENT, kind.storage, target.name, error);
  }
  if (unlinkat(directory.get(), name, 0) != 0) {
    return removing_failed(errno, kind.storage, target.name, error);
  }
  bytes = status.st_size;
  return alone ? 0 : 1;
}

}  // namespace sharray
