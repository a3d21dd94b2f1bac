// Names that are removed on request: only those of segments of ours, only the one that was meant, held or not.
#include <fcntl.h>

#include "support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

std::int32_t remove_name(std::int32_t storage, const std::string& name, const std::uint8_t* uuid, std::int64_t& bytes) {
  char error[SHARRAY_ERROR_BYTES] = "";
  const std::int32_t status = segment_remove(storage, name.c_str(), uuid, &bytes, error);
  CHECK_EQ(status<0, std::strlen(error)> 20);
  return status;
}

std::int32_t remove_name(std::int32_t storage, const std::string& name, const std::uint8_t* uuid = nullptr) {
  std::int64_t bytes = 0;
  return remove_name(storage, name, uuid, bytes);
}

std::string path_of(const PrivateRoot& root, std::int32_t storage, const std::string& name) {
  return storage == SHARRAY_POSIX ? root.file(name) : name;
}

void a_name_goes_and_its_memory_stays(std::int64_t client, std::int32_t storage) {
  const Segment made = create(client, storage, "held", 1000, SHARRAY_FLAG_PERSISTENT);
  made.data()[3] = 5;
  std::int64_t bytes = 0;
  std::uint8_t other[16] = {1};
  CHECK_EQ(remove_name(storage, made.name, other), SHARRAY_GONE);
  CHECK_EQ(remove_name(storage, made.name, made.header.uuid, bytes), 1);
  CHECK_EQ(bytes, made.at.size);
  CHECK_EQ(remove_name(storage, made.name), SHARRAY_GONE);
  const Segment next = create(client, storage, "held", 10, SHARRAY_FLAG_PERSISTENT);
  CHECK_EQ(next.status, SHARRAY_OK);
  CHECK_EQ(remove_name(storage, made.name, made.header.uuid), SHARRAY_GONE);
  CHECK_EQ(made.data()[3], 5.0);
  CHECK_EQ(drop(client, made), 1);
  CHECK_EQ(drop(client, next), 1);
  CHECK_EQ(remove_name(storage, next.name, next.header.uuid), 0);
}

void strangers_stay(const PrivateRoot& root, std::int64_t client, std::int32_t storage) {
  const Segment made = create(client, storage, "stranger", 10, SHARRAY_FLAG_PERSISTENT);
  const std::string path = path_of(root, storage, made.name);
  const std::string link = path + "-link";
  CHECK_EQ(drop(client, made), 1);
  CHECK_EQ(symlink(path.c_str(), link.c_str()), 0);
  CHECK_EQ(remove_name(storage, made.name + "-link"), SHARRAY_ACCESS);
  CHECK_EQ(unlink(link.c_str()), 0);
  CHECK_EQ(mkfifo(link.c_str(), 0600), 0);
  CHECK_EQ(remove_name(storage, made.name + "-link"), SHARRAY_INCOMPATIBLE);
  CHECK_EQ(unlink(link.c_str()), 0);
  const int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
  CHECK_EQ(ftruncate(file, 4096), 0);  // damaged, but certainly ours
  CHECK_EQ(pwrite(file, "x", 1, 200), ssize_t{1});
  CHECK_EQ(remove_name(storage, made.name), SHARRAY_INCOMPATIBLE);
  CHECK_EQ(pwrite(file, "\0", 1, 200), ssize_t{1});
  CHECK_EQ(remove_name(storage, made.name), 0);
  close(file);
}

}  // namespace

int main() {
  const PrivateRoot root;
  const FileRoot files;
  CHECK_EQ(remove_name(SHARRAY_POSIX, "nobody"), SHARRAY_GONE);
  const std::int64_t client = open_client();
  for (const std::int32_t storage : {SHARRAY_POSIX, SHARRAY_FILE}) {
    a_name_goes_and_its_memory_stays(client, storage);
    strangers_stay(root, client, storage);
  }
  CHECK_EQ(remove_name(SHARRAY_POSIX, "../x"), SHARRAY_INVALID);
  CHECK_EQ(remove_name(SHARRAY_SYSTEM_V, "1"), SHARRAY_INVALID);
  CHECK_EQ(remove_name(SHARRAY_MEMFD, ""), SHARRAY_INVALID);
  CHECK_EQ(remove_name(SHARRAY_RAW_FILE, files.file("x")), SHARRAY_INVALID);
  CHECK_EQ(remove_name(99, "x"), SHARRAY_INVALID);
  CHECK_EQ(root.files(), 0);
  close_client(client);
  return check_summary();
}
