// bench_providers random | fft: random numbers beside MKL's VSL, and Fourier transforms beside the same library called
// directly. SHARRAY_MKL names the library of MKL; without it FFTW is taken, and VSL left out.
#include <dlfcn.h>
#include <omp.h>
#include <time.h>

#include <algorithm>
#include <complex>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <vector>

#include "api.h"
#include "expression/evaluate.h"
#include "fft/builtin.h"
#include "fft/fftw.h"
#include "random/draw.h"

using namespace sharray;

namespace {

using Work = std::function<void()>;

double now(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// What is on one thread is measured by its own time, so that other work on the machine counts less.
clockid_t clock_in_use = CLOCK_THREAD_CPUTIME_ID;

double seconds(const Work& work) {
  const double start = now(clock_in_use);
  work();
  return now(clock_in_use) - start;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Medians of alternated pairs, and of their ratios; the best of each, for a machine with other work.
void compare(const char* name, double count, const char* unit, const Work& ours, const Work& theirs) {
  constexpr int kPairs = 31;
  std::vector<double> first, second, ratios;
  ours();
  theirs();
  for (int i = 0; i < kPairs; i++) {
    double a, b;
    if (i % 2 == 0) {
      a = seconds(ours);
      b = seconds(theirs);
    } else {
      b = seconds(theirs);
      a = seconds(ours);
    }
    first.push_back(a / count);
    second.push_back(b / count);
    ratios.push_back(a / b);
  }
  const double ours_best = *std::min_element(first.begin(), first.end()) * 1e9;
  const double theirs_best = *std::min_element(second.begin(), second.end()) * 1e9;
  std::printf("%-34s %8.3f %8.3f %s   ratio %.3f   best %.3f %.3f\n", name, median(first) * 1e9, median(second) * 1e9,
              unit, median(ratios), ours_best, theirs_best);
}

void* library() {
  const char* path = std::getenv("SHARRAY_MKL");
  if (path == nullptr) return nullptr;
  void* mkl = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  if (mkl == nullptr) return nullptr;
  if (auto* layer = reinterpret_cast<int (*)(int)>(dlsym(mkl, "MKL_Set_Threading_Layer"))) layer(3);
  return mkl;
}

/// Numbers that stay in the second-level cache.
constexpr std::size_t kNumbers = 1 << 15, kRepeats = 40;

Work drawing(Draw draw, std::vector<double>& out, double parameter) {
  return [&out, draw, parameter] {
    static std::vector<double> parameters(kBlock);
    std::fill(parameters.begin(), parameters.end(), parameter);
    const DrawTable& table = draws_for(current_table().path);
    std::uint64_t counters[kBlock];
    for (std::size_t r = 0; r < kRepeats; r++) {
      for (std::size_t i = 0; i < kNumbers; i += kBlock) {
        table.count(counters, i, 1, kBlock);
        table.kernel[static_cast<std::size_t>(draw)](out.data() + i, counters, parameters.data(), parameters.data(),
                                                     {1, r}, kBlock);
      }
    }
  };
}

void bench_random() {
  std::printf("ns a number on one thread, 32768 numbers: Sharray, MKL VSL\n");
  void* mkl = library();
  std::vector<double> out(kNumbers), other(kNumbers);
  using New = int (*)(void**, int, unsigned);
  using Distribution = int (*)(int, void*, int, double*, double, double);
  auto* make = mkl == nullptr ? nullptr : reinterpret_cast<New>(dlsym(mkl, "vslNewStream"));
  void* stream = nullptr;
  constexpr int kPhilox = 16 << 20, kInverse = 2;
  if (make != nullptr) make(&stream, kPhilox, 1);
  const auto vsl = [&](const char* name, int method, double a, double b) -> Work {
    auto* draw = stream == nullptr ? nullptr : reinterpret_cast<Distribution>(dlsym(mkl, name));
    return [&other, stream, draw, method, a, b] {
      for (std::size_t r = 0; draw != nullptr && r < kRepeats; r++) {
        draw(method, stream, static_cast<int>(kNumbers), other.data(), a, b);
      }
    };
  };
  constexpr double kCount = static_cast<double>(kNumbers * kRepeats);
  compare("uniform", kCount, "ns", drawing(Draw::uniform, out, 0), vsl("vdRngUniform", 0, 0, 1));
  compare("normal, inverse", kCount, "ns", drawing(Draw::normal, out, 0), vsl("vdRngGaussian", kInverse, 0, 1));
  compare("exponential", kCount, "ns", drawing(Draw::exponential, out, 0), vsl("vdRngExponential", 0, 0, 1));
  compare("gamma 2.5 (VSL: none)", kCount, "ns", drawing(Draw::gamma, out, 2.5), [] {});
  compare("poisson 3 (VSL: none)", kCount, "ns", drawing(Draw::poisson, out, 3), [] {});
  compare("poisson 100 (VSL: none)", kCount, "ns", drawing(Draw::poisson, out, 100), [] {});
}

/// At the beginning of a page, as arrays in shared memory are.
struct Numbers {
  explicit Numbers(std::size_t size)
      : data(static_cast<std::complex<double>*>(std::aligned_alloc(4096, (size * 16 + 4095) / 4096 * 4096))) {
    std::fill(data, data + size, 0.0);
  }
  ~Numbers() { std::free(data); }
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;
  std::complex<double>& operator[](std::size_t i) const { return data[i]; }

  std::complex<double>* data;
};

void compare_fft(const char* name, std::int64_t n, std::int64_t batch, int threads, void* direct) {
  const auto size = static_cast<std::size_t>(n * batch);
  const Numbers in(size), out(size), other(size);
  for (std::size_t i = 0; i < size; i++) in[i] = {static_cast<double>(i % 97), static_cast<double>(i % 31)};
  FftCall call;
  call.is_double = true;
  call.in = reinterpret_cast<char*>(in.data);
  call.out = reinterpret_cast<char*>(out.data);
  call.axis = {n, 1, 1};
  if (batch > 1) {
    call.batch_axes = 1;
    call.batch[0] = {batch, n, n};
  }
  using Many = void* (*)(int, const int*, int, void*, const int*, int, int, void*, const int*, int, int, int, unsigned);
  const auto find = [direct](const char* symbol) { return dlsym(direct, symbol); };
  if (auto* set = reinterpret_cast<void (*)(int)>(find("fftw_plan_with_nthreads"))) set(threads);
  const int length = static_cast<int>(n);
  constexpr unsigned kEstimate = 1U << 6;
  void* plan = reinterpret_cast<Many>(find("fftw_plan_many_dft"))(
      1, &length, static_cast<int>(batch), in.data, nullptr, 1, length, other.data, nullptr, 1, length, -1, kEstimate);
  auto* execute = reinterpret_cast<void (*)(void*)>(find("fftw_execute"));
  compare(
      name, 1e6, "ms", [&] { run_fft(call, threads); }, [&] { execute(plan); });
  std::printf("%-34s largest difference %g\n", "", [&] {
    double most = 0;
    for (std::size_t i = 0; i < size; i++) most = std::max(most, std::abs(out[i] - other[i]));
    return most;
  }());
  compare(
      "  the core's own against the same", 1e6, "ms", [&] { builtin_transform(call, threads); },
      [&] { execute(plan); });
}

int bench_fft() {
  clock_in_use = CLOCK_MONOTONIC;
  void* direct = library();
  char error[SHARRAY_ERROR_BYTES] = "";
  const char* path = std::getenv("SHARRAY_MKL");
  const char* doubles = direct != nullptr ? path : "libfftw3.so.3";
  const char* singles = direct != nullptr ? path : "libfftw3f.so.3";
  if (open_fftw(doubles, singles, direct != nullptr ? "MKL" : "FFTW", "", error) != SHARRAY_OK) {
    std::printf("no library: %s\n", error);
    return 77;
  }
  if (direct == nullptr) direct = dlopen(doubles, RTLD_NOW | RTLD_GLOBAL);
  void* omp = dlopen("libfftw3_omp.so.3", RTLD_NOW | RTLD_GLOBAL);
  const int threads = omp_get_max_threads();
  std::printf("ms, %d threads: Sharray with %s, %s directly\n", threads, fftw_name(), fftw_name());
  compare_fft("2^22 complex", 1 << 22, 1, threads, std::getenv("SHARRAY_MKL") == nullptr && omp ? omp : direct);
  compare_fft("10^4 x 1024", 1024, 10'000, threads, std::getenv("SHARRAY_MKL") == nullptr && omp ? omp : direct);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::strcmp(arguments[1], "random") == 0) {
    bench_random();
    return 0;
  }
  if (count == 2 && std::strcmp(arguments[1], "fft") == 0) return bench_fft();
  std::fprintf(stderr, "usage: bench_providers random | fft\n");
  return 2;
}
