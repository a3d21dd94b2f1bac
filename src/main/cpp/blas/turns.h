/// Who may call the provider with how many threads. The number of threads that it uses is one for the whole process in
/// OpenBLAS, so calls that want several of them exclude those that want one.
#pragma once

#include "blas/provider.h"

namespace sharray {

/// The right to call the provider. With one thread: any number of turns at once. With more: one turn at a time, on the
/// thread that owns the team, and no other turn with it; unless the provider counts each thread's threads apart, as MKL
/// does, which needs no turns.
class Turn {
 public:
  /// Waits for it.
  Turn(const Provider& provider, int threads) noexcept;
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  /// Whether a turn with one thread may begin now; if so, `leave` ends it.
  static bool try_enter(const Provider& provider) noexcept;
  static void leave(const Provider& provider) noexcept;

 private:
  const Provider& provider_;
  const int threads_;
};

/// For the time that it lives, the provider uses as many threads for calls on this thread, if it counts them apart.
class OwnThreads {
 public:
  OwnThreads(const Provider& provider, int threads) noexcept : provider_(provider) {
    if (provider.set_own_threads != nullptr) before_ = provider.set_own_threads(threads);
  }
  ~OwnThreads() {
    if (provider_.set_own_threads != nullptr) provider_.set_own_threads(before_);
  }
  OwnThreads(const OwnThreads&) = delete;
  OwnThreads& operator=(const OwnThreads&) = delete;

 private:
  const Provider& provider_;
  int before_ = 0;
};

}  // namespace sharray
