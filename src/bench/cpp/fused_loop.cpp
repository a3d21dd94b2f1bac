/// The loops a C++ programmer would write, timed for the Java side of the benchmark, which builds them with
/// `g++ -O3 -march=native -ffp-contract=off -fopenmp`, starts them once and sends a request a line.
///
/// The first line it prints is "ready VERSION". A request is "SUBJECT ELEMENTS THREADS SECONDS"; the answer is the
/// median time of an evaluation in ns per element, or "error REASON". It ends with its standard input.
/// Samples are taken as in Subject.java and peers.py.
#include <omp.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr double kSampleSeconds = 0.002;
constexpr std::size_t kMinSamples = 3;

/// Memory for n doubles that begins a line of the cache, so that whole vectors can be streamed.
class Array {
 public:
  explicit Array(std::size_t n) : values_(n + 8, 1.0) {
    const auto place = reinterpret_cast<std::size_t>(values_.data()) / sizeof(double);
    first_ = (8 - place % 8) % 8;
  }
  double* data() { return values_.data() + first_; }

 private:
  std::vector<double> values_;
  std::size_t first_;
};

struct Operands {
  std::size_t n;
  Array a, b, c, out;
};

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// `n` doubles each, over the intervals of Data.java.
Operands operands(std::size_t n) {
  Operands o{n, Array(n), Array(n), Array(n), Array(n)};
  std::mt19937_64 random(1);
  const auto uniform = [&](Array& array, double low, double high) {
    std::uniform_real_distribution<double> distribution(low, high);
    std::generate(array.data(), array.data() + n, [&] { return distribution(random); });
  };
  uniform(o.a, 0.05, 20);
  uniform(o.b, 0.1, 20);
  uniform(o.c, 0, 1);
  return o;
}

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
  Operands current = operands(1);
  std::string subject;
  std::size_t elements;
  int threads;
  double seconds;
  while (std::cin >> subject >> elements >> threads >> seconds) {
    const auto loop = kLoops.find(subject);
    if (loop == kLoops.end() || elements == 0 || threads < 1) {
      std::cout << "error unknown request " << subject << std::endl;
      continue;
    }
    if (current.n != elements) {
      current = operands(1);
      current = operands(elements);
    }
    omp_set_num_threads(threads);
    std::cout << measure(loop->second, current, seconds) / static_cast<double>(elements) * 1e9 << std::endl;
  }
}
