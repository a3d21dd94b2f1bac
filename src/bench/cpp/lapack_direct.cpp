// Times BLAS and LAPACK called directly, for LinalgBench.java: the routines of the library named by the first argument,
// with its own threads and settings. Requests and answers are those of peers.py; ELEMENTS is the order of the matrices.
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <iostream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace {

void* library;

template <class Function>
Function* routine(const char* name) {
  return reinterpret_cast<Function*>(dlsym(library, name));
}

/// Column-major matrices of order n. What a routine overwrites is copied before each call, as any caller must.
struct Matrices {
  explicit Matrices(int order)
      : n(order),
        size(static_cast<std::size_t>(n) * static_cast<std::size_t>(n)),
        a(size),
        b(size),
        c(size),
        u(size),
        vt(size),
        x(size) {
    std::mt19937_64 random(1);
    std::normal_distribution<double> normal;
    for (std::size_t i = 0; i < size; i++) a[i] = normal(random), b[i] = normal(random);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) b[static_cast<std::size_t>(i) * n + j] = b[static_cast<std::size_t>(j) * n + i];
    }
    pivots.resize(n);
  }
  int n;
  std::size_t size;
  std::vector<double> a, b, c, u, vt, x, work;
  std::vector<int> pivots, integers;
};

void fail(int info) {
  if (info != 0) std::fprintf(stderr, "info %d\n", info);
}

void gemm(Matrices& m) {
  const double one = 1, zero = 0;
  static auto* call =
      routine<void(const char*, const char*, const int*, const int*, const int*, const double*, const double*,
                   const int*, const double*, const int*, const double*, double*, const int*)>("dgemm_");
  call("N", "N", &m.n, &m.n, &m.n, &one, m.a.data(), &m.n, m.b.data(), &m.n, &zero, m.c.data(), &m.n);
}

void gesv(Matrices& m) {
  static auto* call =
      routine<void(const int*, const int*, double*, const int*, int*, double*, const int*, int*)>("dgesv_");
  const int one = 1;
  int info = 0;
  std::memcpy(m.c.data(), m.a.data(), m.size * sizeof(double));
  std::memcpy(m.x.data(), m.b.data(), m.n * sizeof(double));
  call(&m.n, &one, m.c.data(), &m.n, m.pivots.data(), m.x.data(), &m.n, &info);
  fail(info);
}

void gesdd(Matrices& m) {
  static auto* call = routine<void(const char*, const int*, const int*, double*, const int*, double*, double*,
                                   const int*, double*, const int*, double*, const int*, int*, int*)>("dgesdd_");
  int info = 0, length = -1;
  m.integers.resize(8 * m.n);
  if (m.work.empty()) {
    double answer;
    call("S", &m.n, &m.n, m.c.data(), &m.n, m.x.data(), m.u.data(), &m.n, m.vt.data(), &m.n, &answer, &length,
         m.integers.data(), &info);
    m.work.resize(static_cast<std::size_t>(answer));
  }
  length = static_cast<int>(m.work.size());
  std::memcpy(m.c.data(), m.a.data(), m.size * sizeof(double));
  call("S", &m.n, &m.n, m.c.data(), &m.n, m.x.data(), m.u.data(), &m.n, m.vt.data(), &m.n, m.work.data(), &length,
       m.integers.data(), &info);
  fail(info);
}

void syevd(Matrices& m) {
  static auto* call = routine<void(const char*, const char*, const int*, double*, const int*, double*, double*,
                                   const int*, int*, const int*, int*)>("dsyevd_");
  int info = 0, length = -1, integers = -1;
  if (m.work.empty()) {
    double answer;
    int second;
    call("V", "L", &m.n, m.c.data(), &m.n, m.x.data(), &answer, &length, &second, &integers, &info);
    m.work.resize(static_cast<std::size_t>(answer));
    m.integers.resize(second);
  }
  length = static_cast<int>(m.work.size()), integers = static_cast<int>(m.integers.size());
  std::memcpy(m.c.data(), m.b.data(), m.size * sizeof(double));
  call("V", "L", &m.n, m.c.data(), &m.n, m.x.data(), m.work.data(), &length, m.integers.data(), &integers, &info);
  fail(info);
}

/// The other driver for symmetric matrices.
void syevr(Matrices& m) {
  static auto* call = routine<void(const char*, const char*, const char*, const int*, double*, const int*,
                                   const double*, const double*, const int*, const int*, const double*, int*, double*,
                                   double*, const int*, int*, double*, const int*, int*, const int*, int*)>("dsyevr_");
  int info = 0, length = -1, integers = -1, found = 0;
  const double none = 0;
  const int no = 0;
  std::vector<int> support(2 * m.n);
  const auto run = [&](double* work, int* iwork) {
    call("V", "A", "L", &m.n, m.c.data(), &m.n, &none, &none, &no, &no, &none, &found, m.x.data(), m.u.data(), &m.n,
         support.data(), work, &length, iwork, &integers, &info);
  };
  if (m.work.empty()) {
    double answer;
    int second;
    run(&answer, &second);
    m.work.resize(static_cast<std::size_t>(answer));
    m.integers.resize(second);
  }
  length = static_cast<int>(m.work.size()), integers = static_cast<int>(m.integers.size());
  std::memcpy(m.c.data(), m.b.data(), m.size * sizeof(double));
  run(m.work.data(), m.integers.data());
  fail(info);
}

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double measure(const std::function<void()>& call, double limit) {
  call();
  double start = seconds();
  call();
  const int calls = std::max(1, static_cast<int>(std::ceil(0.002 / (seconds() - start))));
  std::vector<double> samples;
  const double end = seconds() + limit;
  while (samples.size() < 3 || seconds() < end) {
    start = seconds();
    for (int i = 0; i < calls; i++) call();
    samples.push_back((seconds() - start) / calls);
  }
  std::sort(samples.begin(), samples.end());
  return (samples[samples.size() / 2] + samples[(samples.size() - 1) / 2]) / 2;
}

}  // namespace

int main(int count, char** arguments) {
  library = count > 1 ? dlopen(arguments[1], RTLD_NOW) : nullptr;
  if (library == nullptr) {
    std::cout << "missing " << (count > 1 ? dlerror() : "the path of a library") << std::endl;
    return 0;
  }
  // MKL on GNU's OpenMP, as in Sharray.
  if (auto* layer = routine<int(int)>("MKL_Set_Threading_Layer")) layer(3);
  std::cout << "ready the library called from C++" << std::endl;
  for (std::string request; std::getline(std::cin, request);) {
    std::istringstream words(request);
    std::string subject;
    int n = 0, threads = 0;
    double limit = 0;
    words >> subject >> n >> threads >> limit;
    for (const char* setter : {"openblas_set_num_threads", "MKL_Set_Num_Threads"}) {
      if (auto* set = routine<void(int)>(setter)) set(threads);
    }
    Matrices matrices(n);
    void (*call)(Matrices&) = subject == "matmul"  ? gemm
                              : subject == "solve" ? gesv
                              : subject == "svd"   ? gesdd
                              : subject == "eigh"  ? syevd
                              : subject == "syevr" ? syevr
                                                   : nullptr;
    if (call == nullptr) {
      std::cout << "error no subject " << subject << std::endl;
    } else {
      std::cout << 1e9 * measure([&] { call(matrices); }, limit) / n << std::endl;
    }
  }
}
