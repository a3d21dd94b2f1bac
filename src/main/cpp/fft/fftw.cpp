#include "fft/fftw.h"

#include <dlfcn.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <list>
#include <memory>
#include <new>

#include "api.h"
#include "parallel/ranges.h"

namespace sharray {
namespace {

// The interface of FFTW 3, as its manual describes it. All plans are pointers, and all numbers are passed as pointers,
// so that one set of types serves both precisions.
using Plan = void*;
struct Dimension {
  std::ptrdiff_t n, in, out;
};
using PlanComplex = Plan (*)(int, const Dimension*, int, const Dimension*, void*, void*, int, unsigned);
using PlanReal = Plan (*)(int, const Dimension*, int, const Dimension*, void*, void*, unsigned);
using Execute = void (*)(Plan, void*, void*);
constexpr unsigned kUnaligned = 1U << 1, kPreserveInput = 1U << 4, kEstimate = 1U << 6;
/// FFTW tells arrays apart by their addresses modulo this; its wider vectors may lie anywhere.
constexpr std::int64_t kAlignment = 16;
constexpr std::size_t kMostPlans = 64;
/// Transforms of one task at least have so many elements together.
constexpr std::int64_t kTaskElements = 1 << 14;
/// MKL's number of the threads of GNU's OpenMP.
constexpr int kMklGnu = 3;

/// The functions of one precision.
struct Functions {
  PlanComplex plan_complex;
  PlanReal plan_forward, plan_backward;
  Execute execute[3];
  void (*destroy)(Plan);
  void (*plan_with_threads)(int);  ///< null where transforms use one thread
};

struct Library {
  Functions functions[2];  ///< [is_double]
  /// Sets MKL's threads for calls on this thread, 0 for what holds for all; null for others.
  int (*set_own_threads)(int);
  char name[64];
  char reason[512];
};

std::atomic<const Library*> opened{nullptr};
/// Guards the planner, which is not thread-safe, and the plans that are kept.
pthread_mutex_t planning = PTHREAD_MUTEX_INITIALIZER;

class Lock {
 public:
  Lock() noexcept { pthread_mutex_lock(&planning); }
  ~Lock() { pthread_mutex_unlock(&planning); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
};

/// MKL's threads of this thread, for a while.
class OwnThreads {
 public:
  OwnThreads(const Library& library, int threads) noexcept
      : set_(library.set_own_threads), before_(set_ != nullptr ? set_(threads) : 0) {}
  ~OwnThreads() {
    if (set_ != nullptr) set_(before_);
  }
  OwnThreads(const OwnThreads&) = delete;
  OwnThreads& operator=(const OwnThreads&) = delete;

 private:
  int (*set_)(int);
  int before_;
};

struct Key {
  Transform transform;
  bool is_double, in_place, aligned;
  int sign, threads;
  FftAxis axis, batch;

  bool operator==(const Key& other) const noexcept {
    return transform == other.transform && is_double == other.is_double && in_place == other.in_place &&
           aligned == other.aligned && sign == other.sign && threads == other.threads &&
           std::memcmp(&axis, &other.axis, sizeof axis) == 0 && std::memcmp(&batch, &other.batch, sizeof batch) == 0;
  }
};

/// A plan; used by several threads at once, destroyed with the last of them.
class Planned {
 public:
  Planned(const Functions& functions, Plan plan) noexcept : functions_(functions), plan_(plan) {}
  /// With the lock held.
  ~Planned() {
    if (plan_ != nullptr) functions_.destroy(plan_);
  }
  Planned(const Planned&) = delete;
  Planned& operator=(const Planned&) = delete;

  bool exists() const noexcept { return plan_ != nullptr; }
  void run(Transform transform, void* in, void* out) const noexcept {
    functions_.execute[static_cast<int>(transform)](plan_, in, out);
  }

 private:
  const Functions& functions_;
  Plan plan_;
};

struct Kept {
  Key key;
  std::shared_ptr<const Planned> plan;
};

/// The latest first. Never destroyed.
std::list<Kept>& kept_plans() {
  static auto* const plans = new std::list<Kept>;
  return *plans;
}

Plan make_plan(const Functions& functions, const Key& key, char* in, char* out) noexcept {
  const Dimension axis{key.axis.n, key.axis.in, key.axis.out}, batch{key.batch.n, key.batch.in, key.batch.out};
  const unsigned flags = kEstimate | (key.aligned ? 0 : kUnaligned) | (key.in_place ? 0 : kPreserveInput);
  if (functions.plan_with_threads != nullptr) functions.plan_with_threads(key.threads);
  switch (key.transform) {
    case Transform::complex:
      return functions.plan_complex(1, &axis, 1, &batch, in, out, key.sign, flags);
    case Transform::forward:
      return functions.plan_forward(1, &axis, 1, &batch, in, out, flags);
    default:
      return functions.plan_backward(1, &axis, 1, &batch, in, out, flags);
  }
}

/// A handle on a plan that gives it back with the lock held, since it may be the last.
class Use {
 public:
  Use(const Library& library, const Key& key, char* in, char* out) {
    Lock lock;
    std::list<Kept>& plans = kept_plans();
    auto found = std::find_if(plans.begin(), plans.end(), [&](const Kept& kept) { return kept.key == key; });
    if (found != plans.end()) {
      plans.splice(plans.begin(), plans, found);
    } else {
      const Functions& functions = library.functions[key.is_double ? 1 : 0];
      plans.push_front({key, std::make_shared<const Planned>(functions, make_plan(functions, key, in, out))});
      if (plans.size() > kMostPlans) plans.pop_back();
    }
    plan_ = plans.front().plan;
  }
  ~Use() {
    Lock lock;
    plan_.reset();
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  const Planned* operator->() const noexcept { return plan_.get(); }

 private:
  std::shared_ptr<const Planned> plan_;
};

/// How a batch is cut: one axis of it into pieces, for each place along the others.
struct Pieces {
  FftAxis inner{1, 0, 0};
  std::int64_t length = 1, per_place = 1, total = 1;  ///< of a piece; pieces at a place, and of all

  Pieces(const FftCall& call, int threads) noexcept {
    if (call.batch_axes > 0) inner = call.batch[call.batch_axes - 1];
    const std::int64_t places = call.count() / inner.n;
    const std::int64_t least = std::max<std::int64_t>(1, kTaskElements / call.axis.n);
    const std::int64_t wanted = threads == 1 || places >= 4 * threads ? 1 : (4 * threads + places - 1) / places;
    length = std::min(inner.n, std::max(least, (inner.n + wanted - 1) / wanted));
    per_place = (inner.n + length - 1) / length;
    total = places * per_place;
  }
};

template <class T>
void multiply(T* numbers, std::int64_t count, T factor) noexcept {
  for (std::int64_t i = 0; i < count; i++) numbers[i] *= factor;
}

/// Multiplies what one transform has written.
template <class T>
void scale_line(const FftCall& call, char* out) noexcept {
  const std::int64_t parts = call.out_bytes() / call.part_bytes();
  auto* numbers = reinterpret_cast<T*>(out);
  const auto factor = static_cast<T>(call.scale);
  if (call.axis.out == 1) return multiply(numbers, call.written() * parts, factor);
  for (std::int64_t i = 0; i < call.written(); i++) multiply(numbers + i * call.axis.out * parts, parts, factor);
}

void scale_lines(const FftCall& call, const FftAxis& lines, char* out) noexcept {
  if (call.scale == 1) return;
  for (std::int64_t line = 0; line < lines.n; line++, out += lines.out * call.out_bytes()) {
    call.is_double ? scale_line<double>(call, out) : scale_line<float>(call, out);
  }
}

/// Multiplies what a single transform has written, on all threads.
void scale_one(const FftCall& call, int threads) noexcept {
  if (call.scale == 1) return;
  constexpr std::int64_t kPiece = 1 << 14;
  parallel_ranges((call.written() + kPiece - 1) / kPiece, threads, [&](std::int64_t first, std::int64_t last) {
    FftCall part = call;
    part.transform = call.transform == Transform::forward ? Transform::complex : call.transform;
    part.axis.n = std::min(last * kPiece, call.written()) - first * kPiece;
    scale_lines(part, {1, 0, 0}, call.out + first * kPiece * call.axis.out * call.out_bytes());
  });
}

bool is_aligned(const FftCall& call, const FftAxis& piece) noexcept {
  const auto whole = [](std::int64_t bytes) { return bytes % kAlignment == 0; };
  bool aligned = whole(reinterpret_cast<std::int64_t>(call.in)) && whole(reinterpret_cast<std::int64_t>(call.out));
  aligned = aligned && whole(piece.in * piece.n * call.in_bytes()) && whole(piece.out * piece.n * call.out_bytes());
  for (int d = 0; d + 1 < call.batch_axes; d++) {
    aligned = aligned && whole(call.batch[d].in * call.in_bytes()) && whole(call.batch[d].out * call.out_bytes());
  }
  return aligned;
}

/// Few transforms: each on all threads.
bool one_by_one(const Library& library, const FftCall& call, int threads) {
  const OwnThreads own(library, threads);
  Key key{call.transform, call.is_double, call.in == call.out, false, call.sign, threads, call.axis, {1, 0, 0}};
  const std::int64_t count = call.count();
  key.aligned = count == 1 && is_aligned(call, {1, 0, 0});
  const Use plan(library, key, call.in, call.out);
  if (!plan->exists()) return false;
  for (std::int64_t line = 0; line < count; line++) {
    FftCall one = call;
    one.in += call.in_offset(line) * call.in_bytes();
    one.out += call.out_offset(line) * call.out_bytes();
    plan->run(call.transform, one.in, one.out);
    scale_one(one, threads);
  }
  return true;
}

/// Many transforms: pieces of the batch on each thread.
bool by_pieces(const Library& library, const FftCall& call, int threads) {
  const Pieces pieces(call, threads);
  FftAxis piece = pieces.inner;
  piece.n = pieces.length;
  Key key{call.transform, call.is_double, call.in == call.out, is_aligned(call, piece), call.sign, 1, call.axis, piece};
  const OwnThreads own(library, 1);
  const Use plan(library, key, call.in, call.out);
  const std::int64_t rest = pieces.inner.n - (pieces.per_place - 1) * pieces.length;
  key.batch.n = rest;
  const Use last_plan(library, key, call.in, call.out);
  if (!plan->exists() || !last_plan->exists()) return false;
  parallel_ranges(pieces.total, threads, [&](std::int64_t first, std::int64_t last) {
    const OwnThreads mine(library, 1);
    for (std::int64_t i = first; i < last; i++) {
      const std::int64_t within = i % pieces.per_place;
      const std::int64_t line = i / pieces.per_place * pieces.inner.n + within * pieces.length;
      char* in = call.in + call.in_offset(line) * call.in_bytes();
      char* out = call.out + call.out_offset(line) * call.out_bytes();
      const bool whole = within + 1 < pieces.per_place || rest == pieces.length;
      (whole ? plan : last_plan)->run(call.transform, in, out);
      scale_lines(call, {whole ? pieces.length : rest, 0, pieces.inner.out}, out);
    }
  });
  return true;
}

template <class Function>
void find(void* library, const char* prefix, const char* name, Function* function) noexcept {
  char text[64];
  std::snprintf(text, sizeof text, "%s_%s", prefix, name);
  *function = reinterpret_cast<Function>(dlsym(library, text));
}

bool find_functions(const char* path, const char* prefix, Functions* found, void** library, char* error) noexcept {
  *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (*library == nullptr) {
    const char* said = dlerror();
    std::snprintf(error, SHARRAY_ERROR_BYTES, "%s", said != nullptr ? said : "dlopen failed");
    return false;
  }
  find(*library, prefix, "plan_guru64_dft", &found->plan_complex);
  find(*library, prefix, "plan_guru64_dft_r2c", &found->plan_forward);
  find(*library, prefix, "plan_guru64_dft_c2r", &found->plan_backward);
  find(*library, prefix, "execute_dft", &found->execute[0]);
  find(*library, prefix, "execute_dft_r2c", &found->execute[1]);
  find(*library, prefix, "execute_dft_c2r", &found->execute[2]);
  find(*library, prefix, "destroy_plan", &found->destroy);
  const bool all = found->plan_complex != nullptr && found->plan_forward != nullptr &&
                   found->plan_backward != nullptr && found->execute[0] != nullptr && found->execute[1] != nullptr &&
                   found->execute[2] != nullptr && found->destroy != nullptr;
  if (!all) std::snprintf(error, SHARRAY_ERROR_BYTES, "%s has not the functions %s_ of FFTW 3", path, prefix);
  return all;
}

/// The library of FFTW's threads lies beside it: that of OpenMP uses the team's.
void find_threads(void* library, const char* path, const char* prefix, Functions* found) noexcept {
  int (*initialise)() = nullptr;
  void* source = library;
  find(source, prefix, "init_threads", &initialise);
  if (initialise == nullptr) {
    const char* end = std::strstr(path, ".so");
    if (end == nullptr) return;
    char beside[600];
    std::snprintf(beside, sizeof beside, "%.*s_omp%s", static_cast<int>(end - path), path, end);
    source = dlopen(beside, RTLD_NOW | RTLD_LOCAL);
    if (source == nullptr) return;
    find(source, prefix, "init_threads", &initialise);
  }
  if (initialise == nullptr || initialise() == 0) return;
  find(source, prefix, "plan_with_nthreads", &found->plan_with_threads);
}

const Library* open_library(const char* double_path, const char* single_path, const char* name, const char* reason,
                            char* error) {
  // MKL takes libgomp's functions from wherever they are visible.
  dlopen("libgomp.so.1", RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL);
  auto found = std::make_unique<Library>();
  void *doubles = nullptr, *singles = nullptr;
  if (!find_functions(double_path, "fftw", &found->functions[1], &doubles, error) ||
      !find_functions(single_path, "fftwf", &found->functions[0], &singles, error)) {
    return nullptr;
  }
  if (auto* layer = reinterpret_cast<int (*)(int)>(dlsym(doubles, "MKL_Set_Threading_Layer"))) layer(kMklGnu);
  found->set_own_threads = reinterpret_cast<int (*)(int)>(dlsym(doubles, "MKL_Set_Num_Threads_Local"));
  find_threads(doubles, double_path, "fftw", &found->functions[1]);
  find_threads(singles, single_path, "fftwf", &found->functions[0]);
  std::snprintf(found->name, sizeof found->name, "%s", name);
  std::snprintf(found->reason, sizeof found->reason, "%s", reason);
  return found.release();
}

}  // namespace

std::int32_t fftw_transform(const FftCall& call, int threads) noexcept {
  const Library* library = opened.load(std::memory_order_acquire);
  if (library == nullptr) return kNotByFftw;
  try {
    const bool few = threads > 1 && call.count() < threads;
    const bool done = few ? one_by_one(*library, call, threads) : by_pieces(*library, call, threads);
    return done ? SHARRAY_OK : kNotByFftw;
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
}

std::int32_t open_fftw(const char* double_path, const char* single_path, const char* name, const char* reason,
                       char* error) noexcept {
  Lock lock;
  if (opened.load() != nullptr) return SHARRAY_OK;
  try {
    const Library* library = open_library(double_path, single_path, name, reason, error);
    opened.store(library, std::memory_order_release);
    return library != nullptr ? SHARRAY_OK : SHARRAY_SYSTEM;
  } catch (const std::bad_alloc&) {
    std::snprintf(error, SHARRAY_ERROR_BYTES, "no memory");
    return SHARRAY_SYSTEM;
  }
}

const char* fftw_name() noexcept {
  const Library* library = opened.load(std::memory_order_acquire);
  return library != nullptr ? library->name : nullptr;
}

const char* fftw_reason() noexcept {
  const Library* library = opened.load(std::memory_order_acquire);
  return library != nullptr ? library->reason : nullptr;
}

}  // namespace sharray
