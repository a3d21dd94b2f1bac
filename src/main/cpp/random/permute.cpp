#include "random/permute.h"

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include "api.h"
#include "parallel/ranges.h"

namespace sharray {
namespace {

/// Elements of a bucket that is shuffled in the second-level cache, and the most buckets, whose ends are written to at
/// the same time.
constexpr std::int64_t kBucketElements = 1 << 16, kMostBuckets = 1 << 12;
/// Parts of the numbers whose counts are kept.
constexpr std::int64_t kLeastPart = 1 << 16, kMostParts = 256;
constexpr double kNanosecondsEach = 6;

class Permutation {
 public:
  /// Throws std::bad_alloc.
  Permutation(std::int64_t* out, std::int64_t n, const DrawKey& key, const DrawTable& draws)
      : out_(out), n_(n), first_(key), second_{key.key, key.call + 1}, draws_(draws) {
    while (n >> bits_ > kBucketElements && buckets() < kMostBuckets) bits_++;
    part_ = std::max(kLeastPart, (n + kMostParts - 1) / kMostParts);
    parts_ = (n + part_ - 1) / part_;
    places_.resize(static_cast<std::size_t>(parts_ * buckets()));
    starts_.resize(static_cast<std::size_t>(buckets() + 1));
  }

  void run(int threads) noexcept {
    for_parts(threads, [this](std::int64_t part) { count(part); });
    place();
    for_parts(threads, [this](std::int64_t part) { deal(part); });
    parallel_ranges(buckets(), threads, [this](std::int64_t first, std::int64_t last) {
      for (std::int64_t bucket = first; bucket < last; bucket++) {
        shuffle(starts_[static_cast<std::size_t>(bucket)], starts_[static_cast<std::size_t>(bucket) + 1]);
      }
    });
  }

 private:
  std::int64_t buckets() const noexcept { return std::int64_t{1} << bits_; }
  std::int64_t* places(std::int64_t part) noexcept { return places_.data() + part * buckets(); }

  template <class Body>
  void for_parts(int threads, const Body& body) noexcept {
    parallel_ranges(parts_, threads, [&body](std::int64_t first, std::int64_t last) {
      for (std::int64_t part = first; part < last; part++) body(part);
    });
  }

  /// Calls body(i, bucket) for the numbers of a part.
  template <class Body>
  void for_numbers(std::int64_t part, const Body& body) noexcept {
    std::uint64_t counters[kBlock], numbers[kBlock];
    const std::int64_t last = std::min(n_, (part + 1) * part_);
    for (std::int64_t i = part * part_; i < last; i += static_cast<std::int64_t>(kBlock)) {
      const auto n = static_cast<std::size_t>(std::min(last - i, static_cast<std::int64_t>(kBlock)));
      draws_.count(counters, static_cast<std::uint64_t>(i), 1, n);
      draws_.kernel[static_cast<std::size_t>(Draw::bits)](numbers, counters, nullptr, nullptr, first_, n);
      for (std::size_t k = 0; k < n; k++) {
        body(i + static_cast<std::int64_t>(k), static_cast<std::size_t>(numbers[k] & (std::uint64_t(buckets()) - 1)));
      }
    }
  }

  void count(std::int64_t part) noexcept {
    std::int64_t* mine = places(part);
    for_numbers(part, [mine](std::int64_t, std::size_t bucket) { mine[bucket]++; });
  }

  /// From counts to where each part puts its first number of each bucket.
  void place() noexcept {
    std::int64_t at = 0;
    for (std::int64_t bucket = 0; bucket < buckets(); bucket++) {
      starts_[static_cast<std::size_t>(bucket)] = at;
      for (std::int64_t part = 0; part < parts_; part++) at += std::exchange(places(part)[bucket], at);
    }
    starts_.back() = at;
  }

  void deal(std::int64_t part) noexcept {
    std::int64_t* mine = places(part);
    for_numbers(part, [this, mine](std::int64_t i, std::size_t bucket) { out_[mine[bucket]++] = i; });
  }

  /// Exchanges each element with one that is not before it: after Fisher and Yates.
  void shuffle(std::int64_t first, std::int64_t last) noexcept {
    std::uint64_t counters[kBlock], numbers[kBlock];
    for (std::int64_t i = first; i < last; i += static_cast<std::int64_t>(kBlock)) {
      const auto n = static_cast<std::size_t>(std::min(last - i, static_cast<std::int64_t>(kBlock)));
      draws_.count(counters, static_cast<std::uint64_t>(i), 1, n);
      for (std::size_t k = 0; k < n; k++) numbers[k] = static_cast<std::uint64_t>(last - i) - k;
      draws_.kernel[static_cast<std::size_t>(Draw::integers)](numbers, counters, numbers, nullptr, second_, n);
      for (std::size_t k = 0; k < n; k++) {
        const std::int64_t mine = i + static_cast<std::int64_t>(k);
        std::swap(out_[mine], out_[mine + static_cast<std::int64_t>(numbers[k])]);
      }
    }
  }

  std::int64_t* out_;
  std::int64_t n_;
  DrawKey first_, second_;
  const DrawTable& draws_;
  int bits_ = 0;
  std::int64_t part_ = 0, parts_ = 0;
  std::vector<std::int64_t> places_;  ///< [part][bucket]
  std::vector<std::int64_t> starts_;  ///< of the buckets
};

}  // namespace

std::int32_t permute(std::int64_t* out, std::int64_t n, const DrawKey& key, CpuPath path, int threads) noexcept {
  if (n <= 0) return SHARRAY_OK;
  try {
    Permutation(out, n, key, draws_for(path)).run(threads);
    return SHARRAY_OK;
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

double permute_nanoseconds(std::int64_t n) noexcept { return kNanosecondsEach * static_cast<double>(n); }

}  // namespace sharray
