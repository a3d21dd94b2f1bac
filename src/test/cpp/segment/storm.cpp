// Sixteen threads attach, read, release and forget the same segments while they are closed and replaced: whoever holds
// a mapping reads the bytes of the segment that it asked for. SHARRAY_STORM_SECONDS makes it longer.
#include <array>
#include <chrono>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "support.h"

using namespace sharray;
using namespace sharray::test;

namespace {

constexpr int kThreads = 16;
constexpr int kPlaces = 8;
constexpr std::uint64_t kLength = 3000;

/// A segment that is shown to all threads; the place holds it.
struct Place {
  std::mutex mutex;
  std::int32_t storage = SHARRAY_SYSTEM_V;
  Segment segment;
  double value = 0;
};

std::array<Place, kPlaces> places;
std::atomic<bool> over{false};
std::atomic<long> reads{0};
std::atomic<long> gone{0};
std::atomic<int> wrong{0};
std::atomic<int> last_name{0};

void show_fresh(std::int64_t client, Place& place, std::mt19937& random) {
  constexpr std::int32_t kinds[] = {SHARRAY_SYSTEM_V, SHARRAY_POSIX, SHARRAY_MEMFD, SHARRAY_FILE};
  place.storage = kinds[random() % 4];
  place.value = 1 + static_cast<double>(random() % 1000);
  place.segment = create(client, place.storage, "storm" + std::to_string(++last_name), kLength);
  if (place.segment.status != SHARRAY_OK) {
    std::fprintf(stderr, "%s\n", place.segment.error.c_str());
    wrong += 1;
    return;
  }
  for (std::uint64_t i = 0; i < kLength; ++i) {
    place.segment.data()[i] = place.value;
  }
}

void drop_shown(std::int64_t client, const Place& place) {
  const std::int32_t result = segment_release(client, place.segment.at.mapping);
  wrong += result < 0 || segment_forget(client, place.segment.at.mapping) != SHARRAY_OK ? 1 : 0;
  if (place.storage == SHARRAY_FILE) {
    unlink(place.segment.name.c_str());
  }
}

void replace(std::int64_t client, Place& place, std::mt19937& random) {
  const std::lock_guard<std::mutex> lock(place.mutex);
  drop_shown(client, place);
  show_fresh(client, place, random);
}

/// Attaches by what was shown a moment ago, which may be gone since.
void use(std::int64_t client, Place& place, std::mt19937& random) {
  Segment shown;
  std::int32_t storage = 0;
  double value = 0;
  {
    const std::lock_guard<std::mutex> lock(place.mutex);
    shown = place.segment;
    storage = place.storage;
    value = place.value;
  }
  const Segment s = attach(client, storage, shown, random() % 2 == 0 ? SHARRAY_READ_WRITE : SHARRAY_READ_ONLY);
  if (s.status != SHARRAY_OK) {
    const bool expected = s.status == SHARRAY_GONE;
    wrong += expected ? 0 : 1;
    gone += expected ? 1 : 0;
    if (!expected) {
      std::fprintf(stderr, "status %d: %s\n", s.status, s.error.c_str());
    }
    return;
  }
  for (const std::uint64_t i : {std::uint64_t{0}, random() % kLength, kLength - 1}) {
    wrong += s.data()[i] == value ? 0 : 1;
  }
  reads += 1;
  const bool early = random() % 4 == 0;
  wrong += segment_release(client, s.at.mapping) < 0 ? 1 : 0;
  if (early) {
    std::this_thread::yield();
  }
  wrong += segment_forget(client, s.at.mapping) != SHARRAY_OK ? 1 : 0;
}

void run(std::int64_t client, int number) {
  std::mt19937 random(static_cast<unsigned>(number));
  while (!over) {
    Place& place = places[random() % kPlaces];
    if (number % 4 == 0 && random() % 4 == 0) {
      replace(client, place, random);
    } else {
      use(client, place, random);
    }
  }
}

}  // namespace

int main() {
  const PrivateRoot root;
  const FileRoot files;
  // Two clients, as two class loaders: places are dropped by the one that shows all.
  const std::int64_t client = open_client();
  std::mt19937 random(7);
  for (Place& place : places) {
    show_fresh(client, place, random);
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back(run, client, i);
  }
  const char* wish = std::getenv("SHARRAY_STORM_SECONDS");
  const double seconds = wish == nullptr ? 2 : std::atof(wish);
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  over = true;
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (const Place& place : places) {
    drop_shown(client, place);
  }
  std::printf("%ld reads, %ld gone\n", reads.load(), gone.load());
  CHECK_EQ(wrong.load(), 0);
  CHECK(reads > 100);
  CHECK(gone > 0);
  CHECK_EQ(table().size(), std::size_t{0});
  segment_sweep(nullptr, nullptr, 0);
  CHECK_EQ(root.files(), 0);
  close_client(client);
  return check_summary();
}
