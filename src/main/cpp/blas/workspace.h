/// Memory for one matrix of a batch after the other: copies, pivots, LAPACK's work arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>
#include <vector>

namespace sharray {

/// Taken front to back and used again after `reset`. Of one thread.
class Workspace {
 public:
  Workspace() = default;
  ~Workspace() { release(); }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  /// Room for `count` elements of any contents, at least one. Throws std::bad_alloc.
  template <class T>
  T* take(std::int64_t count) {
    if (count < 1) count = 1;
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max() / 2 / static_cast<std::int64_t>(sizeof(T));
    if (count > kMost) throw std::bad_alloc();
    return static_cast<T*>(bytes(static_cast<std::size_t>(count) * sizeof(T)));
  }

  /// Ends the use of all that was taken. What did not fit into one piece will next time.
  void reset() {
    if (pieces_.size() > 1) {
      const std::size_t all = total_;
      release();
      add(all);
    }
    used_ = 0;
  }

  /// Gives memory back, if there is more than that.
  void trim(std::size_t most) noexcept {
    if (total_ > most) release();
    used_ = 0;
  }

 private:
  static constexpr std::size_t kAlignment = 64;

  struct Piece {
    char* at;
    std::size_t size;
  };

  void* bytes(std::size_t size) {
    size = (size + kAlignment - 1) / kAlignment * kAlignment;
    if (pieces_.empty() || pieces_.back().size - used_ < size) add(size);
    char* taken = pieces_.back().at + used_;
    used_ += size;
    return taken;
  }

  void add(std::size_t size) {
    pieces_.reserve(pieces_.size() + 1);
    auto* at = static_cast<char*>(std::aligned_alloc(kAlignment, size));
    if (at == nullptr) throw std::bad_alloc();
    pieces_.push_back({at, size});
    total_ += size;
    used_ = 0;
  }

  void release() noexcept {
    for (const Piece& piece : pieces_) std::free(piece.at);
    pieces_.clear();
    total_ = used_ = 0;
  }

  std::vector<Piece> pieces_;  ///< all but the last are full
  std::size_t total_ = 0;
  std::size_t used_ = 0;  ///< of the last one
};

}  // namespace sharray
