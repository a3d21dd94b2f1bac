/// The vector mathematics of Intel's MKL, where the user has it; nothing here needs it to be there.
#pragma once

#include <dlfcn.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace sharray::bench {

class Vml {
 public:
  /// The library that SHARRAY_MKL names, if it names one that loads.
  Vml() {
    const char* path = std::getenv("SHARRAY_MKL");
    if (path != nullptr) library_ = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  }
  bool there() const { return library_ != nullptr; }

  /// High accuracy, no error handling, subnormal numbers kept.
  bool run(const char* name, double* out, const double* x, const double* y, bool two) const {
    constexpr std::int64_t kMode = 0x2 | 0x100 | 0x140000;
    void* f = library_ == nullptr || name == nullptr ? nullptr : dlsym(library_, name);
    if (f == nullptr) return false;
    if (two) {
      reinterpret_cast<void (*)(int, const double*, const double*, double*, std::int64_t)>(f)(kCount, x, y, out, kMode);
    } else {
      reinterpret_cast<void (*)(int, const double*, double*, std::int64_t)>(f)(kCount, x, out, kMode);
    }
    return true;
  }

 private:
  static constexpr int kCount = static_cast<int>(kElements);
  void* library_ = nullptr;
};

}  // namespace sharray::bench
