#include "blas/provider.h"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "api.h"
#include "blas/gang.h"
#include "parallel/team.h"

namespace sharray {
namespace {

constexpr const char* kReal[kRoutines] = {"gemm",  "gemv",  "getrf", "getrs", "getri", "potrf", "geqrf",
                                          "orgqr", "gesdd", "geev",  "syevd", "gelsd", "gesv"};
constexpr const char* kComplex[kRoutines] = {"gemm",  "gemv",  "getrf", "getrs", "getri", "potrf", "geqrf",
                                             "ungqr", "gesdd", "geev",  "heevd", "gelsd", "gesv"};
constexpr char kPrefixes[kScalars] = {'s', 'd', 'c', 'z'};
/// What Fortran compilers, and builds with 64-bit integers, append to a name.
constexpr const char* kSuffixes[] = {"_", "_64_"};
/// OpenBLAS's threads wait awake for two to the power of that in cycles, about 0.1 ms: long enough for the pieces of a
/// factorisation, and too short to slow the team.
constexpr int kOpenBlasTimeout = 18;
/// MKL's number of the threads of GNU's OpenMP.
constexpr int kMklGnu = 3;

pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;
std::atomic<const Provider*> chosen{nullptr};

template <class Function>
Function* find(void* library, const char* name) noexcept {
  return reinterpret_cast<Function*>(dlsym(library, name));
}

/// An environment variable that is set for a while, unless the user has set it. Not safe against a concurrent `getenv`
/// of another native thread; the window is one `dlopen`, once in a process.
class Setting {
 public:
  Setting(const char* name, int value) noexcept : name_(std::getenv(name) == nullptr ? name : nullptr) {
    char digits[16];
    std::snprintf(digits, sizeof digits, "%d", value);
    if (name_ != nullptr) setenv(name_, digits, 1);
  }
  ~Setting() {
    if (name_ != nullptr) unsetenv(name_);
  }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  const char* name_;
};

bool find_functions(void* library, Provider* found, char* error) noexcept {
  for (const char* suffix : kSuffixes) {
    char name[32] = "";
    std::snprintf(name, sizeof name, "dgemm%s", suffix);
    if (dlsym(library, name) == nullptr) continue;
    for (int scalar = 0; scalar < kScalars; scalar++) {
      for (int routine = 0; routine < kRoutines; routine++) {
        const char* stem = (scalar < 2 ? kReal : kComplex)[routine];
        std::snprintf(name, sizeof name, "%c%s%s", kPrefixes[scalar], stem, suffix);
        found->functions[scalar][routine] = dlsym(library, name);
        if (found->functions[scalar][routine] == nullptr) {
          std::snprintf(error, SHARRAY_ERROR_BYTES, "it has no %s; BLAS and LAPACK in one library are needed", name);
          return false;
        }
      }
    }
    std::snprintf(name, sizeof name, "dscal%s", suffix);
    if (auto* scale = find<void(const std::int64_t*, const double*, double*, const std::int64_t*)>(library, name)) {
      // The low half says one element, the whole a negative number of them.
      const std::int64_t one_or_none = static_cast<std::int64_t>(0xffff'ffff'0000'0001), step = 1;
      const double two = 2;
      double element = 1;
      scale(&one_or_none, &two, &element, &step);
      found->wide_integers = element == 1;
      return true;
    }
  }
  std::snprintf(error, SHARRAY_ERROR_BYTES, "it has no dgemm_: not a library of BLAS and LAPACK");
  return false;
}

void set_up_openblas(void* library, Provider* found) noexcept {
  std::snprintf(found->name, sizeof found->name, "OpenBLAS");
  if (auto* config = find<const char*()>(library, "openblas_get_config")) {
    std::snprintf(found->version, sizeof found->version, "%s", config());
  }
  found->set_threads = find<void(int)>(library, "openblas_set_num_threads");
  using Callback = void (*)(int, Job, int, std::size_t, void*, int);
  auto* delegate = find<void(Callback)>(library, "openblas_set_threads_callback_function");
  auto* parallel = find<int()>(library, "openblas_get_parallel");
  // 1: its own threads. With OpenMP it uses the team of the calling thread anyway.
  found->delegates = delegate != nullptr && parallel != nullptr && parallel() == 1;
  if (found->delegates) delegate(run_jobs);
}

void set_up_mkl(void* library, Provider* found) noexcept {
  std::snprintf(found->name, sizeof found->name, "MKL");
  // Before any other call.
  if (auto* layer = find<int(int)>(library, "MKL_Set_Threading_Layer")) layer(kMklGnu);
  if (auto* version = find<void(char*, int)>(library, "mkl_get_version_string")) {
    version(found->version, static_cast<int>(sizeof found->version) - 1);
    for (auto end = std::strlen(found->version); end > 0 && found->version[end - 1] == ' ';) {
      found->version[--end] = '\0';
    }
  }
  found->set_threads = find<void(int)>(library, "MKL_Set_Num_Threads");
  found->set_own_threads = find<int(int)>(library, "MKL_Set_Num_Threads_Local");
}

const Provider* open_library(const char* path, const char* reason, char* error) noexcept {
  // MKL takes libgomp's functions from wherever they are visible.
  dlopen("libgomp.so.1", RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL);
  void* library;
  {
    const Setting spin("OPENBLAS_THREAD_TIMEOUT", kOpenBlasTimeout), threads("OPENBLAS_NUM_THREADS", team_threads(0));
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  }
  if (library == nullptr) {
    const char* said = dlerror();
    std::snprintf(error, SHARRAY_ERROR_BYTES, "%s", said != nullptr ? said : "dlopen failed");
    return nullptr;
  }
  auto* found = new (std::nothrow) Provider{};
  if (found == nullptr) return nullptr;
  std::snprintf(found->name, sizeof found->name, "BLAS");
  if (dlsym(library, "openblas_get_config") != nullptr) {
    set_up_openblas(library, found);
  } else if (dlsym(library, "MKL_Set_Num_Threads") != nullptr) {
    set_up_mkl(library, found);
  }
  if (!find_functions(library, found, error)) {
    delete found;
    dlclose(library);
    return nullptr;
  }
  std::snprintf(found->path, sizeof found->path, "%s", path);
  std::snprintf(found->reason, sizeof found->reason, "%s", reason);
  if (found->set_threads != nullptr) found->set_threads(1);
  return found;
}

}  // namespace

const Provider* provider() noexcept { return chosen.load(std::memory_order_acquire); }

std::int32_t open_provider(const char* path, const char* reason, char* error) noexcept {
  pthread_mutex_lock(&opening);
  if (provider() == nullptr) chosen.store(open_library(path, reason, error), std::memory_order_release);
  pthread_mutex_unlock(&opening);
  return provider() != nullptr ? SHARRAY_OK : SHARRAY_SYSTEM;
}

}  // namespace sharray
