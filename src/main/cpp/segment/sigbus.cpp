#include "segment/sigbus.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <mutex>

#include "segment/layout.h"

namespace sharray {

/// A slot that the handler reads without a lock: `begin` is 0 while it is free and written last.
struct GuardedRange {
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::uintptr_t> end{0};
  std::atomic<bool> headed{false};
  std::atomic<bool> poisoned{false};
};

std::int32_t poisonings = 0;

namespace {

constexpr int kSlots = 256;

/// Slots are never freed, so that the handler may walk over them at any time.
struct Chunk {
  GuardedRange slots[kSlots];
  std::atomic<Chunk*> next{nullptr};
};

Chunk first_chunk;
std::mutex guarding;
bool wanted = true;
std::atomic<bool> installed{false};
struct sigaction previous {};
std::uintptr_t page = 4096;

GuardedRange* find(std::uintptr_t address) noexcept {
  for (Chunk* chunk = &first_chunk; chunk != nullptr; chunk = chunk->next.load(std::memory_order_acquire)) {
    for (GuardedRange& slot : chunk->slots) {
      const std::uintptr_t begin = slot.begin.load(std::memory_order_acquire);
      if (begin != 0 && begin <= address && address < slot.end.load(std::memory_order_relaxed)) {
        return &slot;
      }
    }
  }
  return nullptr;
}

/// Asks the kernel instead of the page, so that no second signal comes.
bool readable(std::uintptr_t address) noexcept {
  char byte = 0;
  const iovec here{&byte, 1};
  const iovec there{reinterpret_cast<void*>(address), 1};
  return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == 1 || errno != EFAULT;
}

/// Of a truncated file everything after the first lost page is lost. Finding it saves a fault for each page where
/// somebody reads backwards. Where the kernel forbids to ask, it is `lost` itself.
std::uintptr_t first_lost(std::uintptr_t begin, std::uintptr_t lost) noexcept {
  while (begin < lost) {
    const std::uintptr_t middle = begin + (lost - begin) / page / 2 * page;
    if (readable(middle)) {
      begin = middle + page;
    } else {
      lost = middle;
    }
  }
  return lost;
}

/// The bare system call: what others interpose in front of mmap has no place in a handler.
bool put_zeros(std::uintptr_t begin, std::uintptr_t end) noexcept {
  return syscall(SYS_mmap, begin, end - begin, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) != -1;
}

/// Tells everybody else; fails silently where the header is lost too, or may not be written.
void mark_header(std::uintptr_t begin) noexcept {
  auto state = static_cast<std::uint32_t>(State::kPoisoned);
  const iovec here{&state, sizeof state};
  const iovec there{reinterpret_cast<void*>(begin + kStateOffset), sizeof state};
  static_cast<void>(process_vm_writev(getpid(), &here, 1, &there, 1, 0));
}

/// Only system calls and lock-free atomics: it runs in the handler.
bool poison(GuardedRange& range, std::uintptr_t address) noexcept {
  const std::uintptr_t begin = range.begin.load(std::memory_order_relaxed);
  const std::uintptr_t end = range.end.load(std::memory_order_relaxed);
  const std::uintptr_t lost = first_lost(begin, address / page * page);
  if (lost > begin && range.headed.load(std::memory_order_relaxed)) {
    mark_header(begin);
  }
  // Where the number of mappings is at its limit, none may be split: then all of it goes.
  if (!put_zeros(lost, end) && !put_zeros(begin, end)) {
    return false;
  }
  if (!range.poisoned.exchange(true, std::memory_order_acq_rel)) {
    __atomic_add_fetch(&poisonings, 1, __ATOMIC_RELEASE);
  }
  return true;
}

void pass_on(int signal, siginfo_t* info, void* context) noexcept {
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
  } else if (previous.sa_handler == SIG_DFL || info->si_code > 0) {
    // Nobody handles it: it comes again and ends the process, as it would without us.
    struct sigaction none {};
    none.sa_handler = SIG_DFL;
    sigaction(signal, &none, nullptr);
    if (info->si_code <= 0) {
      raise(signal);
    }
  }
}

void on_fault(int signal, siginfo_t* info, void* context) {
  const int saved = errno;
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  GuardedRange* range = info->si_code == BUS_ADRERR ? find(address) : nullptr;
  const bool survived = range != nullptr && poison(*range, address);
  errno = saved;
  if (!survived) {
    pass_on(signal, info, context);
  }
}

void install() noexcept {
  page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  if (sigaction(SIGBUS, nullptr, &previous) != 0) {
    return;
  }
  struct sigaction ours = previous;
  ours.sa_sigaction = on_fault;
  ours.sa_flags = (previous.sa_flags & ~static_cast<int>(SA_RESETHAND)) | SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  installed = sigaction(SIGBUS, &ours, nullptr) == 0;
}

GuardedRange& free_slot() {
  for (Chunk* chunk = &first_chunk;; chunk = chunk->next.load(std::memory_order_relaxed)) {
    for (GuardedRange& slot : chunk->slots) {
      if (slot.begin.load(std::memory_order_relaxed) == 0) {
        return slot;
      }
    }
    if (chunk->next.load(std::memory_order_relaxed) == nullptr) {
      chunk->next.store(new Chunk, std::memory_order_release);
    }
  }
}

}  // namespace

GuardedRange* guard(void* base, std::uint64_t bytes, bool headed) {
  const std::lock_guard<std::mutex> lock(guarding);
  GuardedRange& slot = free_slot();
  slot.poisoned.store(false, std::memory_order_relaxed);
  slot.headed.store(headed, std::memory_order_relaxed);
  slot.end.store(reinterpret_cast<std::uintptr_t>(base) + bytes, std::memory_order_relaxed);
  slot.begin.store(reinterpret_cast<std::uintptr_t>(base), std::memory_order_release);
  if (wanted && !installed) {
    install();
  }
  return &slot;
}

void unguard(GuardedRange* range) noexcept {
  if (range != nullptr) {
    range->begin.store(0, std::memory_order_release);
  }
}

bool is_poisoned(const GuardedRange* range) noexcept {
  return range != nullptr && range->poisoned.load(std::memory_order_acquire);
}

void survive_truncation(bool on) noexcept {
  const std::lock_guard<std::mutex> lock(guarding);
  wanted = on;
}

const char* guarding_state() noexcept {
  const std::lock_guard<std::mutex> lock(guarding);
  return installed ? "installed" : wanted ? "not needed yet" : "off";
}

}  // namespace sharray
