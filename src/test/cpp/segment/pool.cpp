/// Blocks of the pool: where they lie, when their bytes are used again and when not, and who else can find them.
#include "segment/pool.h"

#include <atomic>
#include <map>
#include <random>
#include <thread>
#include <vector>

#include "segment/blocks.h"
#include "segment/support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

constexpr std::int64_t kMib = 1 << 20;
constexpr std::int64_t kForEver = std::int64_t{1} << 40;

struct Made {
  std::int32_t status = SHARRAY_OK;
  sharray_block at{};
  Header header{};
  std::string error;
  std::uint8_t* data() const { return reinterpret_cast<std::uint8_t*>(at.segment + at.offset); }
};

Made make(std::int64_t client, std::int64_t bytes, bool zeroed = false) {
  Made made;
  char error[SHARRAY_ERROR_BYTES] = "";
  made.header = vector_header(static_cast<std::uint64_t>(bytes) / 8);
  const bool small = bytes < SHARRAY_POOLED_BYTES;
  made.status = block_create(client, bytes, zeroed, small ? nullptr : reinterpret_cast<std::uint8_t*>(&made.header),
                             &made.at, error);
  made.error = error;
  return made;
}

void uuid_of(const sharray_block& at, std::uint8_t* uuid) {
  for (int i = 0; i < 8; ++i) {
    uuid[i] = static_cast<std::uint8_t>(at.uuid_high >> (56 - 8 * i));
    uuid[8 + i] = static_cast<std::uint8_t>(at.uuid_low >> (56 - 8 * i));
  }
}

/// As Java attaches by a handle; a successful attach is let go again.
std::int32_t attach_by_handle(std::int64_t client, const sharray_block& named, std::uint8_t* seen = nullptr) {
  std::uint8_t uuid[SHARRAY_UUID_BYTES];
  char error[SHARRAY_ERROR_BYTES] = "";
  sharray_block own{};
  uuid_of(named, uuid);
  const std::int32_t status = block_attach(client, named.id, uuid, named.offset, &own, error);
  if (status == SHARRAY_OK) {
    if (seen != nullptr) {
      *seen = *reinterpret_cast<std::uint8_t*>(own.segment + named.offset);
    }
    CHECK_EQ(block_free(client, own.block, SHARRAY_FATE_EXPORTED), SHARRAY_OK);
  }
  if (status <= 0) {
    return status;
  }
  const Segment found = attach(client, SHARRAY_SYSTEM_V, named.id, "", uuid);
  if (found.status != SHARRAY_OK) {
    return found.status;
  }
  const std::int32_t verdict = block_verify(client, found.at.mapping, named.offset, error);
  if (verdict == SHARRAY_OK && seen != nullptr) {
    *seen = *reinterpret_cast<std::uint8_t*>(found.at.address + named.offset);
  }
  drop(client, found);
  return verdict;
}

void fills_segments_from_front_to_back(std::int64_t client) {
  std::vector<Made> made;
  for (int i = 0; i < 9000; ++i) {
    made.push_back(make(client, 80 + i % 3));
    CHECK_EQ(made.back().status, SHARRAY_OK);
    CHECK_EQ(made.back().at.offset % 128, 0);
    const Made& last = made.back();
    const Made& before = made[made.size() < 2 ? 0 : made.size() - 2];
    CHECK(made.size() < 2 || before.at.id != last.at.id || before.at.offset + 128 == last.at.offset);
  }
  CHECK_EQ(pool_facts().segments, 2);  // 1 MiB, then 4
  CHECK_EQ(pool_facts().blocks, 9000);
  CHECK_EQ(make(client, kMib - 1).status, SHARRAY_OK);
  CHECK_EQ(pool_facts().segments, 2);
  for (const Made& each : made) {
    CHECK_EQ(block_free(client, each.at.block, SHARRAY_FATE_CLEAN), SHARRAY_OK);
  }
  CHECK_EQ(pool_facts().blocks, 1);
  CHECK_EQ(block_free(client, made[5].at.block, SHARRAY_FATE_CLEAN), SHARRAY_INVALID);
  CHECK_EQ(block_free(client + 1, made[5].at.block, SHARRAY_FATE_CLEAN), SHARRAY_INVALID);
  CHECK_EQ(block_free(client, -7, SHARRAY_FATE_CLEAN), SHARRAY_INVALID);
  CHECK_EQ(block_free(client, INT64_MAX, SHARRAY_FATE_CLEAN), SHARRAY_INVALID);
  CHECK_EQ(make(client, -1).status, SHARRAY_INVALID);
  sharray_block out{};
  char error[SHARRAY_ERROR_BYTES];
  CHECK_EQ(block_create(client, kMib, 0, nullptr, &out, error), SHARRAY_INVALID);
  CHECK_EQ(block_create(client + 99, 8, 0, nullptr, &out, error), SHARRAY_INVALID);
}

void clean_bytes_are_used_again_and_others_never() {
  const std::int64_t client = open_client();
  const Made anchor = make(client, 8);
  const Made first = make(client, 4000);
  const Made second = make(client, 4000);
  std::memset(first.data(), 7, 4000);
  block_free(client, first.at.block, SHARRAY_FATE_CLEAN);
  const Made again = make(client, 3990, true);
  CHECK_EQ(again.at.offset, first.at.offset);
  for (int i = 0; i < 3990; ++i) {
    CHECK_EQ(again.data()[i], 0);
  }
  block_free(client, again.at.block, SHARRAY_FATE_SPOILED);
  block_free(client, second.at.block, SHARRAY_FATE_EXPORTED);
  for (int i = 0; i < 50; ++i) {
    const Made other = make(client, 4000);
    CHECK(other.at.offset != first.at.offset && other.at.offset != second.at.offset);
    CHECK_EQ(other.at.mapping, first.at.mapping);
  }
  // Where nothing is open any more, a segment with exported bytes is released.
  CHECK_EQ(holders(first.at.id), 1);
  close_client(client);
  CHECK_EQ(holders(first.at.id), -1);
  CHECK_EQ(pool_facts().blocks, 0);
}

void a_segment_with_spoiled_bytes_is_filled_and_then_released() {
  const std::int64_t client = open_client();
  const Made first = make(client, 1000);
  block_free(client, first.at.block, SHARRAY_FATE_SPOILED);
  std::int64_t spoiled_segment = first.at.mapping;
  int made = 1;
  for (Made next = make(client, 1000); next.at.mapping == spoiled_segment; next = make(client, 1000)) {
    CHECK(next.at.offset > first.at.offset);
    block_free(client, next.at.block, SHARRAY_FATE_SPOILED);
    ++made;
  }
  CHECK(made >= 1000);
  CHECK_EQ(holders(first.at.id), -1);
  close_client(client);
}

void a_stale_handle_meets_its_own_array_or_nothing() {
  const std::int64_t client = open_client();
  const Made anchor = make(client, 8);
  const Made named = make(client, 512);
  *named.data() = 42;
  std::uint8_t seen = 0;
  CHECK_EQ(attach_by_handle(client, named.at, &seen), SHARRAY_OK);
  CHECK_EQ(int{seen}, 42);
  const auto elsewhere = [&](std::uint8_t* byte) {
    return in_child([&] {
      const std::int64_t child = open_client();
      const std::int32_t status = attach_by_handle(child, named.at, byte);
      return status == SHARRAY_OK ? *byte : 100 - status;
    });
  };
  // A child inherits the mapping, so it is asked in a process of its own: the table does not know the segment there.
  CHECK_EQ(elsewhere(&seen), 42);
  // Held by an alias, although its maker's block is closed.
  std::uint8_t uuid[SHARRAY_UUID_BYTES];
  char error[SHARRAY_ERROR_BYTES];
  uuid_of(named.at, uuid);
  sharray_block alias{};
  CHECK_EQ(block_attach(client, named.at.id, uuid, named.at.offset + 511, &alias, error), SHARRAY_OK);
  CHECK_EQ(alias.offset, named.at.offset);
  CHECK_EQ(alias.bytes, 512);
  block_free(client, named.at.block, SHARRAY_FATE_EXPORTED);
  CHECK_EQ(attach_by_handle(client, named.at, &seen), SHARRAY_OK);
  block_free(client, alias.block, SHARRAY_FATE_EXPORTED);
  CHECK_EQ(attach_by_handle(client, named.at), SHARRAY_GONE);
  CHECK_EQ(block_attach(client, named.at.id, uuid, 0, &alias, error), SHARRAY_INCOMPATIBLE);
  CHECK_EQ(block_attach(client, named.at.id, uuid, INT64_MAX, &alias, error), SHARRAY_INCOMPATIBLE);
  CHECK_EQ(block_attach(client, named.at.id, uuid, INT64_MIN, &alias, error), SHARRAY_INCOMPATIBLE);
  // Somebody else holds the segment: then it is the array of the handle, as it was.
  void* other = shmat(static_cast<int>(named.at.id), nullptr, SHM_RDONLY);
  for (int i = 0; i < 100; ++i) {
    std::memset(make(client, 512).data(), 1, 512);
  }
  CHECK_EQ(attach_by_handle(client, named.at, &seen), SHARRAY_OK);
  CHECK_EQ(int{seen}, 42);
  shmdt(other);
  CHECK_EQ(attach_by_handle(client, named.at), SHARRAY_GONE);
  // Its maker lets go of the segment, and somebody goes on holding it.
  other = shmat(static_cast<int>(named.at.id), nullptr, SHM_RDONLY);
  close_client(client);
  const std::int64_t later = open_client();
  CHECK_EQ(holders(named.at.id), 1);
  CHECK_EQ(attach_by_handle(later, named.at, &seen), SHARRAY_OK);
  CHECK_EQ(int{seen}, 42);
  shmdt(other);
  CHECK_EQ(attach_by_handle(later, named.at), SHARRAY_GONE);
  close_client(later);
}

void large_segments_are_used_again_under_a_new_uuid() {
  const std::int64_t client = open_client();
  pool_limit(64 * kMib, kForEver);
  const Made first = make(client, 8 * kMib);
  std::memset(first.data(), 9, 8 * kMib);
  CHECK_EQ(attach(client, SHARRAY_SYSTEM_V, first.at.id, "", first.header.uuid).status, SHARRAY_OK);
  close_client(client);  // with the attach above

  const std::int64_t next = open_client();
  const Made source = make(next, 8 * kMib);
  std::memset(source.data(), 9, 8 * kMib);
  block_free(next, source.at.block, SHARRAY_FATE_CLEAN);
  CHECK_EQ(pool_facts().idle, 8 * kMib + 4096);
  // Nobody finds it while it is kept.
  CHECK_EQ(attach(next, SHARRAY_SYSTEM_V, source.at.id, "", nullptr).status, SHARRAY_INCOMPATIBLE);
  const Made again = make(next, 7 * kMib, true);
  CHECK_EQ(again.at.id, source.at.id);
  CHECK(std::memcmp(again.header.uuid, source.header.uuid, sizeof again.header.uuid) != 0);
  CHECK_EQ(again.header.data_size, static_cast<std::uint64_t>(7 * kMib));
  for (std::int64_t i = 0; i < 7 * kMib; i += 511) {
    CHECK_EQ(again.data()[i], 0);
  }
  CHECK_EQ(attach_by_handle(next, source.at), SHARRAY_GONE);
  CHECK_EQ(attach_by_handle(next, again.at), SHARRAY_OK);  // exported by this
  CHECK(make(next, 2 * kMib).at.id != again.at.id);
  block_free(next, again.at.block, SHARRAY_FATE_CLEAN);
  CHECK_EQ(holders(again.at.id), -1);
  CHECK_EQ(pool_facts().idle, 0);
  // Somebody found it without a handle.
  const Made found = make(next, 3 * kMib);
  void* other = shmat(static_cast<int>(found.at.id), nullptr, SHM_RDONLY);
  block_free(next, found.at.block, SHARRAY_FATE_CLEAN);
  CHECK_EQ(pool_facts().idle, 0);
  CHECK_EQ(holders(found.at.id), 1);
  shmdt(other);
  close_client(next);
}

void what_is_kept_has_a_bound_and_goes_with_time_and_need() {
  const std::int64_t client = open_client();
  pool_limit(20 * kMib, kForEver);
  std::vector<Made> made;
  for (int i = 0; i < 4; ++i) {
    made.push_back(make(client, 8 * kMib));
  }
  for (const Made& each : made) {
    block_free(client, each.at.block, SHARRAY_FATE_CLEAN);
  }
  CHECK_EQ(pool_facts().idle, 16 * kMib + 2 * 4096);
  CHECK_EQ(holders(made[0].at.id), -1);
  CHECK_EQ(holders(made[3].at.id), 1);
  block_free(client, make(client, 40 * kMib).at.block, SHARRAY_FATE_CLEAN);
  CHECK_EQ(pool_facts().idle, 16 * kMib + 2 * 4096);
  CHECK(pool().release_idle());
  CHECK(!pool().release_idle());
  CHECK_EQ(holders(made[3].at.id), -1);
  block_free(client, make(client, 8 * kMib).at.block, SHARRAY_FATE_CLEAN);
  block_free(client, make(client, 800).at.block, SHARRAY_FATE_CLEAN);
  CHECK(pool_facts().idle > 8 * kMib);
  pool_limit(20 * kMib, 20);
  usleep(60000);
  CHECK_EQ(pool_facts().idle, 0);
  CHECK_EQ(pool_facts().segments, 0);
  pool_limit(kMib / 2, kForEver);
  block_free(client, make(client, 800).at.block, SHARRAY_FATE_CLEAN);
  CHECK_EQ(pool_facts().segments, 0);
  pool_limit(-1, -1);
  CHECK(pool_facts().limit > kMib && pool_facts().limit <= 256 * kMib);
  close_client(client);
}

void a_forked_child_leaves_its_parents_memory_alone() {
  const std::int64_t client = open_client();
  const Made open = make(client, 1000);
  const Made kept = make(client, 2 * kMib);
  block_free(client, kept.at.block, SHARRAY_FATE_CLEAN);
  std::memset(open.data(), 5, 1000);
  CHECK_EQ(in_child([&] {
             for (int i = 0; i < 2000; ++i) {
               const Made mine = make(client, 1000);
               if (mine.status != SHARRAY_OK || mine.at.id == open.at.id) {
                 return 1;
               }
               std::memset(mine.data(), 6, 1000);
             }
             if (make(client, 2 * kMib).at.id == kept.at.id) {
               return 2;
             }
             block_free(client, open.at.block, SHARRAY_FATE_EXPORTED);
             return 0;
           }),
           0);
  CHECK_EQ(int{open.data()[999]}, 5);
  CHECK_EQ(attach_by_handle(client, open.at), SHARRAY_OK);
  CHECK_EQ(make(client, 2 * kMib).at.id, kept.at.id);
  close_client(client);
}

/// Random work of one client against a model: no two open blocks overlap, contents stay, zeros are zeros.
void random_work(std::uint32_t seed, int steps) {
  struct Known {
    Made made;
    std::uint8_t pattern;
  };
  std::mt19937 random(seed);
  const std::int64_t client = open_client();
  std::vector<Known> open;
  std::map<std::int64_t, std::int64_t> taken;  // addresses, and where they end
  std::vector<std::pair<std::int64_t, std::int64_t>> exported;
  for (int step = 0; step < steps; ++step) {
    if (open.empty() || (open.size() < 300 && random() % 2 == 0)) {
      const bool zeroed = random() % 3 == 0;
      const std::int64_t size = random() % 40 == 0  ? kMib + 8 * static_cast<std::int64_t>(random() % 300000)
                                : random() % 8 == 0 ? 8 * static_cast<std::int64_t>(random() % 100000)
                                                    : 8 * static_cast<std::int64_t>(random() % 400);
      const Made made = make(client, size, zeroed);
      CHECK_EQ(made.status, SHARRAY_OK);
      const auto from = made.at.segment + made.at.offset;
      const auto after = taken.lower_bound(from);
      CHECK(after == taken.end() || after->first >= from + size);
      CHECK(after == taken.begin() || std::prev(after)->second <= from);
      taken[from] = from + std::max<std::int64_t>(size, 1);
      for (std::int64_t i = 0; zeroed && i < size; i += 61) {
        CHECK_EQ(int{made.data()[i]}, 0);
      }
      const auto pattern = static_cast<std::uint8_t>(random() | 1);
      std::memset(made.data(), pattern, static_cast<std::size_t>(size));
      open.push_back({made, pattern});
    } else {
      std::swap(open[random() % open.size()], open.back());
      const Known gone = open.back();
      open.pop_back();
      for (std::int64_t i = 0; i < gone.made.at.bytes; i += 509) {
        CHECK_EQ(gone.made.data()[i], gone.pattern);
      }
      taken.erase(gone.made.at.segment + gone.made.at.offset);
      const auto fate = static_cast<std::int32_t>(random() % 8);
      CHECK_EQ(block_free(client, gone.made.at.block, fate < 4 ? fate : 0), SHARRAY_OK);
    }
  }
  close_client(client);
}

void threads_do_not_disturb_each_other() {
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < 6; ++i) {
    threads.emplace_back([i] { random_work(i + 100, 1200); });
  }
  for (std::thread& each : threads) {
    each.join();
  }
}

}  // namespace

int main() {
  pool_limit(64 * kMib, kForEver);
  const std::int64_t client = open_client();
  fills_segments_from_front_to_back(client);
  close_client(client);
  CHECK_EQ(pool_facts().blocks, 0);
  clean_bytes_are_used_again_and_others_never();
  a_segment_with_spoiled_bytes_is_filled_and_then_released();
  a_stale_handle_meets_its_own_array_or_nothing();
  large_segments_are_used_again_under_a_new_uuid();
  what_is_kept_has_a_bound_and_goes_with_time_and_need();
  a_forked_child_leaves_its_parents_memory_alone();
  random_work(7, 6000);
  threads_do_not_disturb_each_other();
  CHECK_EQ(pool_facts().blocks, 0);
  pool().release_idle();
  CHECK_EQ(pool_facts().segments, 0);
  CHECK_EQ(table().size(), 0u);
  return check_summary();
}
