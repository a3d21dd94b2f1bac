// The promises that every storage keeps, run against each.
#include <signal.h>
#include <sys/resource.h>

#include <thread>

#include "support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

const PrivateRoot* root = nullptr;

void shares_bytes_between_processes(std::int64_t client, std::int32_t storage) {
  const Segment made = create(client, storage, "shared", 1000);
  if (!CHECK_EQ(made.status, SHARRAY_OK)) {
    std::fprintf(stderr, "%s\n", made.error.c_str());
    return;
  }
  CHECK_EQ(made.data()[999], 0.0);
  made.data()[7] = 42;
  CHECK_EQ(in_child([&] {
             made.data()[8] = 43;
             if (!findable(storage)) {
               return made.data()[7] == 42 ? 0 : 3;
             }
             const std::int64_t other = open_client();
             const Segment ro = attach(other, storage, made, SHARRAY_READ_ONLY);
             if (ro.status != SHARRAY_OK || ro.at.mapping == made.at.mapping || ro.data()[7] != 42) {
               return 1;
             }
             return ro.data()[8] == 43 ? 0 : 2;
           }),
           0);
  CHECK_EQ(made.data()[8], 43.0);
  CHECK_EQ(drop(client, made), 1);
  CHECK(is_gone(client, storage, made));
}

void same_segment_is_one_mapping(std::int64_t client, std::int32_t storage) {
  const std::int64_t second = open_client();
  const Segment made = create(client, storage, "one", 10);
  const Segment again = attach(second, storage, made);
  CHECK_EQ(again.at.mapping, made.at.mapping);
  CHECK_EQ(std::memcmp(&again.header, &made.header, sizeof made.header), 0);
  CHECK_EQ(segment_release(second + 100, made.at.mapping), SHARRAY_INVALID);
  CHECK_EQ(drop(client, made), 0);
  CHECK_EQ(segment_release(client, made.at.mapping), SHARRAY_INVALID);
  made.data()[0] = 1;
  CHECK_EQ(again.data()[0], 1.0);
  close_client(second);
  CHECK_EQ(table().size(), std::size_t{0});
  CHECK(is_gone(client, storage, made));
  CHECK_EQ(attach(second, storage, made).status, SHARRAY_INVALID);
}

void names_and_rights_are_told_apart(std::int64_t client, std::int32_t storage) {
  const Segment made = create(client, storage, "rights", 10);
  const Segment by_name = attach(client, storage, made.at.id, made.name, nullptr);
  const Segment reader = attach(client, storage, made, SHARRAY_READ_ONLY);
  if (!findable(storage)) {
    CHECK_EQ(by_name.status, SHARRAY_GONE);
    CHECK_EQ(reader.status, SHARRAY_GONE);
    drop(client, made);
    return;
  }
  CHECK_EQ(by_name.at.mapping, made.at.mapping);
  CHECK(reader.at.mapping != made.at.mapping);
  CHECK_EQ(std::memcmp(&reader.header, &made.header, sizeof made.header), 0);
  made.data()[0] = 1;
  CHECK_EQ(reader.data()[0], 1.0);
  CHECK_EQ(drop(client, by_name), 0);
  CHECK_EQ(drop(client, made), 1);
  CHECK_EQ(reader.data()[0], 1.0);
  CHECK_EQ(drop(client, reader), 1);
  CHECK(is_gone(client, storage, made));
}

void another_uuid_is_gone(std::int64_t client, std::int32_t storage) {
  const Segment made = create(client, storage, "uuid", 10);
  Segment stale = made;
  stale.header.uuid[3] ^= 1;
  const Segment refused = attach(client, storage, stale);
  CHECK_EQ(refused.status, SHARRAY_GONE);
  CHECK(!refused.error.empty());
  CHECK_EQ(attach(client, storage, made.at.id == -1 ? -1 : 0x7ffffff0,
                  storage == SHARRAY_FILE ? "/tmp/no-such" : "no-such", made.header.uuid)
               .status,
           SHARRAY_GONE);
  CHECK_EQ(holders(made.at.id), storage == SHARRAY_SYSTEM_V ? 1L : -1L);
  drop(client, made);
  CHECK(is_gone(client, storage, made));
}

void late_readers_see_zeros(std::int64_t client, std::int32_t storage) {
  const Segment made = create(client, storage, "late", 100000);
  made.data()[500] = 5;
  CHECK_EQ(segment_release(client, made.at.mapping), 1);
  CHECK_EQ(made.data()[500], 0.0);
  made.data()[500] = 6;
  CHECK_EQ(holders(made.at.id), -1L);
  CHECK_EQ(root->files(), 0);
  CHECK(is_gone(client, storage, made));
  CHECK_EQ(segment_forget(client, made.at.mapping), SHARRAY_OK);
  CHECK_EQ(segment_forget(client, made.at.mapping), SHARRAY_INVALID);
  unsigned char resident = 0;
  CHECK(mincore(reinterpret_cast<void*>(made.at.address), 4096, &resident) != 0);
}

void failed_replacement_waits(std::int64_t client, std::int32_t storage) {
  for (std::atomic<bool>* step : {&testing::fail_reserve, &testing::fail_move}) {
    const std::int64_t before = segment_replace_failures();
    const Segment made = create(client, storage, "stuck", 10);
    made.data()[1] = 9;
    *step = true;
    CHECK_EQ(segment_release(client, made.at.mapping), 2);
    *step = false;
    CHECK_EQ(segment_replace_failures(), before + 1);
    CHECK_EQ(made.data()[1], 9.0);
    if (findable(storage)) {
      const Segment again = attach(client, storage, made);
      CHECK_EQ(again.status, SHARRAY_OK);
      CHECK(again.at.mapping != made.at.mapping);
      CHECK_EQ(drop(client, again), 1);
    }
    CHECK_EQ(segment_forget(client, made.at.mapping), SHARRAY_OK);
    CHECK(is_gone(client, storage, made));
    CHECK_EQ(root->files(), 0);
  }
}

void forks_hold(std::int64_t client, std::int32_t storage) {
  const Segment made = create(client, storage, "forked", 10);
  int pipe_ends[2];
  CHECK_EQ(pipe(pipe_ends), 0);
  const pid_t pid = fork();
  if (pid == 0) {
    char byte = 0;
    close(pipe_ends[1]);
    const bool good = read(pipe_ends[0], &byte, 1) == 1 && made.data()[2] == 3.0;
    _exit(good ? 0 : 1);
  }
  made.data()[2] = 3;
  CHECK_EQ(drop(client, made), 1);
  if (findable(storage)) {
    const Segment again = attach(client, storage, made);
    CHECK_EQ(again.status, SHARRAY_OK);
    CHECK_EQ(drop(client, again), 1);
  }
  CHECK_EQ(write(pipe_ends[1], "x", 1), ssize_t{1});
  int status = 0;
  waitpid(pid, &status, 0);
  CHECK_EQ(status, 0);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  segment_sweep(nullptr, nullptr, 0);
  CHECK(is_gone(client, storage, made));
}

void peeks(std::int64_t client, std::int32_t storage) {
  if (!findable(storage)) {
    return;
  }
  const Segment made = create(client, storage, "peek", 10);
  Header seen{};
  sharray_mapping at{};
  std::int64_t attached = 0;
  char error[SHARRAY_ERROR_BYTES];
  CHECK_EQ(segment_peek(storage, made.at.id, made.name.c_str(), reinterpret_cast<std::uint8_t*>(&seen), &at, &attached,
                        error),
           SHARRAY_OK);
  CHECK_EQ(std::memcmp(&seen, &made.header, sizeof seen), 0);
  CHECK_EQ(at.size, made.at.size);
  CHECK_EQ(attached, std::int64_t{storage == SHARRAY_SYSTEM_V ? 1 : -1});
  drop(client, made);
  CHECK(is_gone(client, storage, made));
  CHECK_EQ(segment_peek(storage, made.at.id, made.name.c_str(), reinterpret_cast<std::uint8_t*>(&seen), &at, &attached,
                        error),
           SHARRAY_GONE);
}

void refuses_what_does_not_fit(std::int64_t client, std::int32_t storage) {
  const Segment huge = create(client, storage, "huge", std::uint64_t{1} << 57);
  CHECK_EQ(huge.status, SHARRAY_EXHAUSTED);
  CHECK(huge.error.size() > 40);
  CHECK(storage != SHARRAY_POSIX || huge.error.find("(errno 28)") != std::string::npos);
  CHECK_EQ(create(client, storage, "neg", ~std::uint64_t{0} / 8).status, SHARRAY_INVALID);
  CHECK_EQ(create(client, storage, "flag", 1, 1 << 20).status, SHARRAY_INVALID);
  CHECK_EQ(create(client, storage, "mode", 1, 0, 0777).status, SHARRAY_INVALID);
  CHECK_EQ(create(client, 99, "kind", 1).status, SHARRAY_INVALID);
  CHECK_EQ(create(client, SHARRAY_RAW_FILE, "raw", 1).status, SHARRAY_INVALID);
  CHECK_EQ(attach(client, storage, 1, "/x", nullptr, 3).status, SHARRAY_INVALID);
  CHECK_EQ(create(client + 1000, storage, "client", 1).status, SHARRAY_INVALID);
  CHECK_EQ(root->files(), 0);
}

/// Attaches and releases race for the same segment in one process: whoever attaches has the true bytes.
void races(std::int64_t client, std::int32_t storage) {
  if (!findable(storage)) {
    return;
  }
  const Segment made = create(client, storage, "race", 10);
  made.data()[0] = 77;
  std::atomic<int> wrong{0};
  std::atomic<int> attached{0};
  const auto run = [&](bool by_uuid) {
    for (int i = 0; i < 400; ++i) {
      const Segment s =
          attach(client, storage, made.at.id, made.name, by_uuid ? made.header.uuid : nullptr, SHARRAY_READ_ONLY);
      if (s.status == SHARRAY_OK) {
        attached += 1;
        wrong += s.data()[0] != 77 ? 1 : 0;
        segment_release(client, s.at.mapping);
        segment_forget(client, s.at.mapping);
      } else {
        wrong += 1;
      }
    }
  };
  std::thread a(run, true);
  std::thread b(run, false);
  run(true);
  a.join();
  b.join();
  CHECK_EQ(wrong.load(), 0);
  CHECK_EQ(attached.load(), 1200);
  CHECK_EQ(drop(client, made), 1);
  CHECK(is_gone(client, storage, made));
  CHECK_EQ(root->files(), 0);
  CHECK_EQ(holders(made.at.id), -1L);
}

int descriptors() {
  int count = 0;
  DIR* list = opendir("/proc/self/fd");
  while (readdir(list) != nullptr) {
    ++count;
  }
  closedir(list);
  return count;
}

void keeps_no_descriptor(std::int64_t client, std::int32_t storage) {
  const int before = descriptors();
  const Segment made = create(client, storage, "zero", 10);
  CHECK_EQ(descriptors(), before);
  const Segment again = attach(client, storage, made, findable(storage) ? SHARRAY_READ_ONLY : SHARRAY_READ_WRITE);
  CHECK_EQ(again.status, SHARRAY_OK);
  CHECK_EQ(segment_flush(client, made.at.mapping, nullptr), SHARRAY_OK);
  CHECK_EQ(descriptors(), before);
  drop(client, again);
  drop(client, made);
  CHECK(is_gone(client, storage, made));
  CHECK_EQ(descriptors(), before);
}

void suite(std::int32_t storage) {
  const std::int64_t client = open_client();
  shares_bytes_between_processes(client, storage);
  same_segment_is_one_mapping(client, storage);
  names_and_rights_are_told_apart(client, storage);
  keeps_no_descriptor(client, storage);
  another_uuid_is_gone(client, storage);
  late_readers_see_zeros(client, storage);
  failed_replacement_waits(client, storage);
  forks_hold(client, storage);
  peeks(client, storage);
  refuses_what_does_not_fit(client, storage);
  races(client, storage);
  const Segment left = create(client, storage, "left", 10);
  CHECK_EQ(table().size(), std::size_t{1});
  close_client(client);
  CHECK_EQ(table().size(), std::size_t{0});
  CHECK_EQ(holders(left.at.id), -1L);
  CHECK_EQ(root->files(), 0);
  CHECK_EQ(unlink(left.name.c_str()) == 0, stays(storage));
}

}  // namespace

int main() {
  // Should a size that cannot fit ever be reserved piece by piece, the test fails and the machine survives.
  const rlimit gibibyte{1 << 30, 1 << 30};
  CHECK_EQ(setrlimit(RLIMIT_FSIZE, &gibibyte), 0);
  signal(SIGXFSZ, SIG_IGN);
  const PrivateRoot here;
  root = &here;
  const FileRoot files;
  for (const std::int32_t storage : {SHARRAY_SYSTEM_V, SHARRAY_POSIX, SHARRAY_MEMFD, SHARRAY_FILE}) {
    suite(storage);
  }
  std::int64_t first[2];
  std::int64_t second[2];
  provenance(first);
  provenance(second);
  CHECK(first[0] == second[0] && first[1] == second[1] && first[0] != first[1]);
  return check_summary();
}
