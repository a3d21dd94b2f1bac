// Segments that are filled before anybody else may find them.
#include "support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

constexpr std::int32_t kFilling = SHARRAY_FLAG_UNFINISHED | SHARRAY_FLAG_PERSISTENT;

std::int32_t finish(std::int64_t client, const Segment& made) {
  char error[SHARRAY_ERROR_BYTES] = "";
  return segment_finish(client, made.at.mapping, error);
}

std::int32_t sweep() {
  std::int64_t freed = 0;
  char report[4096];
  return segment_sweep(&freed, report, sizeof report);
}

std::int32_t remove_name(std::int32_t storage, const std::string& name) {
  std::int64_t bytes = 0;
  char error[SHARRAY_ERROR_BYTES];
  return segment_remove(storage, name.c_str(), nullptr, &bytes, error);
}

/// Read-only, so that the maker's own mapping does not serve.
Segment look(std::int64_t client, std::int32_t storage, const std::string& name) {
  return attach(client, storage, -1, name, nullptr, SHARRAY_READ_ONLY);
}

void nobody_finds_it_before_it_is_finished(std::int64_t client, std::int32_t storage) {
  const Segment made = create(client, storage, "filling", 100, kFilling);
  CHECK_EQ(made.status, SHARRAY_OK);
  made.data()[99] = 7;
  CHECK_EQ(look(client, storage, made.name).status, SHARRAY_GONE);
  CHECK(look(client, storage, made.name).error.find("has not finished") != std::string::npos);
  CHECK_EQ(create(client, storage, "filling", 100, kFilling).status, SHARRAY_EXISTS);
  CHECK_EQ(sweep(), 0);
  CHECK_EQ(finish(client, made), SHARRAY_OK);
  CHECK_EQ(finish(client, made), SHARRAY_OK);
  const Segment found = look(client, storage, made.name);
  CHECK_EQ(found.status, SHARRAY_OK);
  CHECK_EQ(found.data()[99], 7.0);
  CHECK_EQ(finish(client, found), SHARRAY_INVALID);
  CHECK_EQ(drop(client, found), 1);
  CHECK_EQ(drop(client, made), 1);
  CHECK_EQ(sweep(), 0);
  CHECK_EQ(remove_name(storage, made.name), 0);
}

/// The name of what a killed maker left.
std::string torn(std::int32_t storage) {
  CHECK_EQ(in_child([&] {
             create(open_client(), storage, "torn", 100, kFilling);
             return raise(SIGKILL);
           }),
           1000 + SIGKILL);
  return storage == SHARRAY_POSIX ? "torn" : FileRoot::file("torn");
}

}  // namespace

int main() {
  const PrivateRoot root;
  const FileRoot files;
  const std::int64_t client = open_client();
  for (const std::int32_t storage : {SHARRAY_POSIX, SHARRAY_FILE}) {
    nobody_finds_it_before_it_is_finished(client, storage);
  }
  torn(SHARRAY_POSIX);
  CHECK_EQ(root.files(), 1);
  CHECK_EQ(sweep(), 1);
  CHECK_EQ(root.files(), 0);
  // The name is free at once.
  torn(SHARRAY_POSIX);
  const Segment next = create(client, SHARRAY_POSIX, "torn", 10);
  CHECK_EQ(next.status, SHARRAY_OK);
  CHECK_EQ(drop(client, next), 1);
  const std::string file = torn(SHARRAY_FILE);
  CHECK_EQ(look(client, SHARRAY_FILE, file).status, SHARRAY_GONE);
  CHECK_EQ(remove_name(SHARRAY_FILE, file), 0);
  CHECK_EQ(create(client, SHARRAY_SYSTEM_V, "", 10, SHARRAY_FLAG_UNFINISHED).status, SHARRAY_INVALID);
  CHECK_EQ(create(client, SHARRAY_MEMFD, "", 10, SHARRAY_FLAG_UNFINISHED).status, SHARRAY_INVALID);
  CHECK_EQ(root.files(), 0);
  close_client(client);
  return check_summary();
}
