/// The loop a C++ programmer would write for 2a+3b-c, timed for Ratios.java, which builds it with
/// `g++ -O3 -march=native -fopenmp`, starts it once and sends a request a line.
///
/// The first line it prints is "ready VERSION". A request is "SUBJECT ELEMENTS THREADS SECONDS"; the answer is the
/// median time of an evaluation in ns per element, or "error REASON". It ends with its standard input.
/// Samples are taken as in Subject.java and peers.py.
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <iostream>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr double kSampleSeconds = 0.002;
constexpr std::size_t kMinSamples = 3;

struct Operands {
  std::vector<double> a, b, c, out;
};

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// `n` doubles each, over the intervals of Data.java.
Operands operands(std::size_t n) {
  std::mt19937_64 random(1);
  const auto uniform = [&](double low, double high) {
    std::vector<double> values(n);
    std::uniform_real_distribution<double> distribution(low, high);
    std::generate(values.begin(), values.end(), [&] { return distribution(random); });
    return values;
  };
  return {uniform(0.05, 20), uniform(0.1, 20), uniform(0, 1), std::vector<double>(n, 1.0)};
}

void linear(const double* a, const double* b, const double* c, double* out, std::size_t n) {
#pragma omp parallel for simd schedule(static)
  for (std::size_t i = 0; i < n; ++i) {
    out[i] = 2 * a[i] + 3 * b[i] - c[i];
  }
}

/// The median time of an evaluation in seconds.
double measure(Operands& o, double seconds) {
  const auto time_calls = [&](int calls) {
    const double start = now();
    for (int i = 0; i < calls; ++i) {
      linear(o.a.data(), o.b.data(), o.c.data(), o.out.data(), o.out.size());
    }
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
  Operands current;
  std::string subject;
  std::size_t elements;
  int threads;
  double seconds;
  while (std::cin >> subject >> elements >> threads >> seconds) {
    if (subject != "linear" || elements == 0 || threads < 1) {
      std::cout << "error unknown request " << subject << std::endl;
      continue;
    }
    if (current.out.size() != elements) {
      current = operands(elements);
    }
    omp_set_num_threads(threads);
    std::cout << measure(current, seconds) / static_cast<double>(elements) * 1e9 << std::endl;
  }
}
