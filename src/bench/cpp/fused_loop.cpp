/// The loops a C++ programmer would write, timed for the Java side of the benchmark, which builds them with
/// `g++ -O3 -march=native -ffp-contract=off -fopenmp`, starts them once and sends a request a line.
///
/// The first line it prints is "ready VERSION". A request is "SUBJECT ELEMENTS THREADS SECONDS"; the answer is the
/// median time of an evaluation in ns per element, or "error REASON". A directory may follow, in which the operands
/// are. It ends with its standard input. Samples are taken as in Subject.java and peers.py.
#include <fcntl.h>
#include <omp.h>
#include <sys/mman.h>
#include <unistd.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr double kSampleSeconds = 0.002;
constexpr std::size_t kMinSamples = 3;

/// n doubles in a file of ours: they begin at byte 4096, see docs/segment-layout.md.
class Array {
 public:
  Array(const std::string& path, std::size_t n) : bytes_(kFirst + n * sizeof(double)) {
    const int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
    base_ = file < 0 ? MAP_FAILED : mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0);
    if (file >= 0) close(file);
    if (base_ == MAP_FAILED) throw std::runtime_error("no memory at " + path);
  }
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;
  ~Array() { munmap(base_, bytes_); }

  double* data() { return reinterpret_cast<double*>(static_cast<char*>(base_) + kFirst); }

 private:
  static constexpr std::size_t kFirst = 4096;
  std::size_t bytes_;
  void* base_;
};

/// The arrays of Operands.java.
struct Operands {
  Operands(const std::string& directory, std::size_t count)
      : n(count), a(directory + "/a", n), b(directory + "/b", n), c(directory + "/c", n), out(directory + "/out", n) {}

  std::size_t n;
  Array a, b, c, out;
};

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

#if defined(__AVX512F__)
constexpr std::size_t kVectorBytes = 64;
#elif defined(__AVX__)
constexpr std::size_t kVectorBytes = 32;
#else
constexpr std::size_t kVectorBytes = 16;
#endif
typedef double Vector __attribute__((vector_size(kVectorBytes)));
constexpr std::size_t kLanes = kVectorBytes / sizeof(double);

void stream(double* to, Vector x) {
#if defined(__AVX512F__)
  _mm512_stream_pd(to, (__m512d)x);
#elif defined(__AVX__)
  _mm256_stream_pd(to, (__m256d)x);
#elif defined(__SSE2__)
  _mm_stream_pd(to, (__m128d)x);
#else
  *reinterpret_cast<Vector*>(to) = x;
#endif
}

template <class T>
T linear(T a, T b, T c) {
  return 2 * a + 3 * b - c;
}

template <class T>
T horner(T c) {
  return c * (c * (c * (c * (c * (c * (c * (c * (c * (c * .1 + .2) + .3) + .4) + .5) + .6) + .7) + .8) + .9) + 1.0) +
         1.1;
}

/// out[i] = f(i), left to the compiler.
template <class F>
void store_each(Operands& o, F f) {
  double* out = o.out.data();
  const std::size_t n = o.n;
#pragma omp parallel for simd schedule(static)
  for (std::size_t i = 0; i < n; ++i) out[i] = f(i);
}

/// The same past the caches, a vector at a time.
template <class F, class G>
void stream_each(Operands& o, F f, G one) {
  double* out = o.out.data();
  const std::size_t n = o.n, vectors = n / kLanes;
#pragma omp parallel for schedule(static)
  for (std::size_t v = 0; v < vectors; ++v) stream(out + v * kLanes, f(v * kLanes));
  for (std::size_t i = vectors * kLanes; i < n; ++i) out[i] = one(i);
}

Vector vector_at(const double* p) { return *reinterpret_cast<const Vector*>(p); }

/// Sums with as many independent sums as hide the latency of an addition.
double read(const double* a, std::size_t n) {
  constexpr std::size_t kSums = 8;
  const std::size_t step = kSums * kLanes, steps = n / step;
  double total = 0;
#pragma omp parallel reduction(+ : total)
  {
    Vector sums[kSums] = {};
#pragma omp for schedule(static) nowait
    for (std::size_t s = 0; s < steps; ++s) {
      for (std::size_t k = 0; k < kSums; ++k) sums[k] += vector_at(a + s * step + k * kLanes);
    }
    for (const Vector& sum : sums) {
      for (std::size_t l = 0; l < kLanes; ++l) total += sum[l];
    }
  }
  for (std::size_t i = steps * step; i < n; ++i) total += a[i];
  return total;
}

volatile double sink;

using Loop = void (*)(Operands&);
const std::map<std::string, Loop> kLoops = {
    {"linear",
     [](Operands& o) {
       const double *a = o.a.data(), *b = o.b.data(), *c = o.c.data();
       store_each(o, [=](std::size_t i) { return linear(a[i], b[i], c[i]); });
     }},
    {"linear-stream",
     [](Operands& o) {
       const double *a = o.a.data(), *b = o.b.data(), *c = o.c.data();
       stream_each(
           o, [=](std::size_t i) { return linear(vector_at(a + i), vector_at(b + i), vector_at(c + i)); },
           [=](std::size_t i) { return linear(a[i], b[i], c[i]); });
     }},
    {"horner",
     [](Operands& o) {
       const double* c = o.c.data();
       store_each(o, [=](std::size_t i) { return horner(c[i]); });
     }},
    {"horner-stream",
     [](Operands& o) {
       const double* c = o.c.data();
       stream_each(
           o, [=](std::size_t i) { return horner(vector_at(c + i)); }, [=](std::size_t i) { return horner(c[i]); });
     }},
    {"read", [](Operands& o) { sink = read(o.a.data(), o.n); }},
};

/// The median time of an evaluation in seconds.
double measure(Loop loop, Operands& o, double seconds) {
  const auto time_calls = [&](int calls) {
    const double start = now();
    for (int i = 0; i < calls; ++i) loop(o);
    return now() - start;
  };
  time_calls(1);
  const int calls = std::max(1, static_cast<int>(std::ceil(kSampleSeconds / time_calls(1))));
  std::vector<double> samples;
  const double end = now() + seconds;
  while (samples.size() < kMinSamples || now() < end) {
    samples.push_back(time_calls(calls) / calls);
  }
  std::sort(samples.begin(), samples.end());
  return (samples[samples.size() / 2] + samples[(samples.size() - 1) / 2]) / 2;
}

}  // namespace

int main() {
  std::cout << "ready g++ " << __VERSION__ << std::endl;
  std::unique_ptr<Operands> operands;
  std::string line, mapped;
  while (std::getline(std::cin, line)) {
    std::string subject, directory;
    std::size_t elements = 0;
    int threads = 0;
    double seconds = 0;
    std::istringstream(line) >> subject >> elements >> threads >> seconds >> directory;
    const auto loop = kLoops.find(subject);
    if (loop == kLoops.end() || elements == 0 || threads < 1 || directory.empty()) {
      std::cout << "error unknown request " << line << std::endl;
      continue;
    }
    try {
      if (mapped != directory) operands = std::make_unique<Operands>(directory, elements);
      mapped = directory;
    } catch (const std::runtime_error& reason) {
      std::cout << "error " << reason.what() << std::endl;
      continue;
    }
    omp_set_num_threads(threads);
    std::cout << measure(loop->second, *operands, seconds) / static_cast<double>(elements) * 1e9 << std::endl;
  }
}
