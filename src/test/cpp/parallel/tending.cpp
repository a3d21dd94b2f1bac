// Memory that the pool keeps is given back although nothing is called any more: the team's thread looks after it.
#include <unistd.h>

#include "../segment/support.h"
#include "segment/blocks.h"

using namespace sharray;
using namespace sharray::test;

namespace {

constexpr std::int64_t kBytes = 8 << 20;
constexpr int kPatience = 30'000;  // ms

/// Without asking the pool, which would look at the clock.
bool exists(std::int64_t id) {
  shmid_ds status{};
  return shmctl(static_cast<int>(id), IPC_STAT, &status) == 0;
}

bool goes(std::int64_t id) {
  for (int waited = 0; exists(id); waited += 10) {
    if (waited >= kPatience) return false;
    usleep(10'000);
  }
  return true;
}

sharray_block closed_block(const sharray_api& api, std::int64_t client, std::int64_t bytes) {
  Header header = vector_header(static_cast<std::uint64_t>(bytes) / 8);
  sharray_block block{};
  char error[SHARRAY_ERROR_BYTES];
  auto* raw = bytes < SHARRAY_POOLED_BYTES ? nullptr : reinterpret_cast<std::uint8_t*>(&header);
  CHECK_EQ(api.block_create(client, bytes, 1, raw, &block, error), SHARRAY_OK);
  CHECK(exists(block.id));
  CHECK_EQ(api.block_free(client, block.block, SHARRAY_FATE_CLEAN), SHARRAY_OK);
  return block;
}

}  // namespace

int main() {
  const sharray_api& api = *sharray_core_api();
  const std::int64_t client = api.open_client();
  api.pool_limit(64 << 20, 100);
  // The second time the thread is there, and has found nothing to do before.
  for (int round = 0; round < 2; ++round) {
    const sharray_block large = closed_block(api, client, kBytes);
    const sharray_block small = closed_block(api, client, 800);
    CHECK(goes(large.id));
    CHECK(goes(small.id));
  }
  // What is used stays.
  api.pool_limit(64 << 20, 3'600'000);
  const sharray_block kept = closed_block(api, client, kBytes);
  usleep(300'000);
  CHECK(exists(kept.id));
  api.close_client(client);
  return check_summary();
}
