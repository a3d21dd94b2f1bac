// Fourier transforms against their definition, in extended precision: the core's own, and those of FFTW where the node
// has it.
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstring>
#include <vector>

#include "api.h"
#include "check.h"
#include "fft/builtin.h"
#include "fft/fftw.h"

using namespace sharray;

namespace {

using Wide = std::complex<long double>;

std::vector<Wide> definition(const std::vector<Wide>& x, int sign) {
  const std::size_t n = x.size();
  std::vector<Wide> roots(n), y(n);
  const long double pi = 3.141592653589793238462643383279502884L;
  for (std::size_t k = 0; k < n; k++)
    roots[k] = std::polar(
        1.0L, static_cast<long double>(sign) * 2 * pi * static_cast<long double>(k) / static_cast<long double>(n));
  for (std::size_t k = 0; k < n; k++) {
    for (std::size_t j = 0; j < n; j++) y[k] += x[j] * roots[j * k % n];
  }
  return y;
}

std::uint64_t state = 1;
double random_number() {
  state = state * 6364136223846793005ULL + 1442695040888963407ULL;
  return static_cast<double>(state >> 11) * 0x1p-52 - 1;
}

using Run = std::int32_t (*)(const FftCall&, int);

double norm_of(const std::vector<Wide>& x) {
  long double sum = 0;
  for (const Wide& z : x) sum += std::norm(z);
  return static_cast<double>(std::sqrt(sum));
}

/// One batch of (3, n, 2) transforms along the middle, with gaps; each line checked.
template <class T>
void check_length(Run run, std::int64_t n, Transform transform, int sign, int threads, bool in_place) {
  const std::int64_t half = n / 2 + 1, outer = 3, inner = 2;
  const std::int64_t in_n = transform == Transform::backward ? half : n;
  const std::int64_t out_n = transform == Transform::forward ? half : n;
  const std::int64_t in_parts = transform == Transform::forward ? 1 : 2;
  const std::int64_t out_parts = transform == Transform::backward ? 1 : 2;
  std::vector<T> in(static_cast<std::size_t>(outer * (in_n + 1) * inner * in_parts));
  std::vector<T> out(static_cast<std::size_t>(outer * out_n * inner * out_parts), T(7));
  for (T& x : in) x = static_cast<T>(random_number());
  std::vector<std::int64_t> words = {0,
                                     kFftVersion,
                                     static_cast<std::int64_t>(transform),
                                     sizeof(T) == 8 ? 1 : 0,
                                     sign,
                                     0,
                                     reinterpret_cast<std::int64_t>(in.data()),
                                     reinterpret_cast<std::int64_t>(in_place ? in.data() : out.data()),
                                     2,
                                     n,
                                     inner,
                                     inner,
                                     outer,
                                     (in_n + 1) * inner,
                                     in_place ? (in_n + 1) * inner : out_n * inner,
                                     inner,
                                     1,
                                     1};
  const double scale = 0.25;
  std::memcpy(&words[5], &scale, sizeof scale);
  FftCall call;
  CHECK(read_fft(words.data(), static_cast<std::int64_t>(words.size()), &call));
  const std::vector<T> before = in;
  CHECK_EQ(run(call, threads), SHARRAY_OK);
  if (!in_place) CHECK(in == before);
  const std::vector<T>& result = in_place ? in : out;
  const std::int64_t result_rows = in_place ? in_n + 1 : out_n;
  for (std::int64_t o = 0; o < outer; o++) {
    for (std::int64_t i = 0; i < inner; i++) {
      std::vector<Wide> x(static_cast<std::size_t>(n));
      for (std::int64_t k = 0; k < n; k++) {
        const bool mirrored = k >= in_n;
        const std::int64_t from = mirrored ? n - k : k;
        const std::size_t at = static_cast<std::size_t>(((o * (in_n + 1) + from) * inner + i) * in_parts);
        Wide z = in_parts == 1 ? Wide(before[at], 0) : Wide(before[at], before[at + 1]);
        if (transform == Transform::backward && (k == 0 || 2 * k == n)) z = z.real();
        x[static_cast<std::size_t>(k)] = mirrored ? std::conj(z) : z;
      }
      const std::vector<Wide> expected = definition(x, sign);
      const double size = norm_of(expected) * scale + 1e-300;
      double error = 0;
      for (std::int64_t k = 0; k < out_n; k++) {
        const std::size_t at = static_cast<std::size_t>(((o * result_rows + k) * inner + i) * out_parts);
        const Wide got = out_parts == 1 ? Wide(result[at], 0) : Wide(result[at], result[at + 1]);
        const Wide wanted = expected[static_cast<std::size_t>(k)] * static_cast<long double>(scale);
        error += static_cast<double>(std::norm(got - (out_parts == 1 ? Wide(wanted.real(), 0) : wanted)));
      }
      const double bound = (sizeof(T) == 8 ? 1e-15 : 5e-7) * (1 + 0.5 * std::log2(static_cast<double>(n)));
      if (!CHECK(std::sqrt(error) <= bound * size)) {
        std::printf("  n %lld transform %d sign %d: %g\n", static_cast<long long>(n), static_cast<int>(transform), sign,
                    std::sqrt(error) / size);
      }
    }
  }
}

template <class T>
void check_lengths(Run run) {
  std::vector<std::int64_t> lengths;
  for (std::int64_t n = 1; n <= 100; n++) lengths.push_back(n);
  for (std::int64_t n : {127, 128, 211, 509, 512, 1155}) lengths.push_back(n);
  for (std::int64_t n : lengths) {
    for (int threads : {1, 2}) {
      if (threads == 2 && n % 8 != 0) continue;
      check_length<T>(run, n, Transform::complex, -1, threads, false);
      check_length<T>(run, n, Transform::complex, 1, threads, true);
      check_length<T>(run, n, Transform::forward, -1, threads, false);
      check_length<T>(run, n, Transform::backward, 1, threads, false);
    }
  }
}

/// There and back, of lengths for which the definition takes too long.
template <class T>
void check_large(Run run, std::int64_t n) {
  std::vector<std::complex<T>> x(static_cast<std::size_t>(n)), y(x.size()), back(x.size());
  for (auto& z : x) z = {static_cast<T>(random_number()), static_cast<T>(random_number())};
  FftCall call;
  call.is_double = sizeof(T) == 8;
  call.in = reinterpret_cast<char*>(x.data());
  call.out = reinterpret_cast<char*>(y.data());
  call.axis = {n, 1, 1};
  CHECK_EQ(run(call, 2), SHARRAY_OK);
  // Some elements by the definition.
  const long double pi = 3.141592653589793238462643383279502884L;
  for (std::int64_t k : {std::int64_t{1}, n / 3, n - 1}) {
    Wide sum = 0;
    for (std::int64_t j = 0; j < n; j++) {
      const long double turn = static_cast<long double>(j * k % n) / static_cast<long double>(n);
      const auto& z = x[static_cast<std::size_t>(j)];
      sum += Wide(z.real(), z.imag()) * std::polar(1.0L, -2 * pi * turn);
    }
    const auto& got = y[static_cast<std::size_t>(k)];
    const double off = static_cast<double>(std::abs(sum - Wide(got.real(), got.imag())));
    CHECK(off <= (sizeof(T) == 8 ? 1e-14 : 5e-6) * std::sqrt(static_cast<double>(n)));
  }
  call.in = call.out;
  call.out = reinterpret_cast<char*>(back.data());
  call.sign = 1;
  call.scale = 1 / static_cast<double>(n);
  CHECK_EQ(run(call, 1), SHARRAY_OK);
  double error = 0;
  for (std::size_t k = 0; k < x.size(); k++) error += static_cast<double>(std::norm(back[k] - x[k]));
  CHECK(std::sqrt(error / static_cast<double>(n)) <= (sizeof(T) == 8 ? 5e-15 : 2e-6));
}

void check_all(Run run) {
  check_lengths<double>(run);
  check_lengths<float>(run);
  for (std::int64_t n : {std::int64_t{8192}, std::int64_t{16384}, std::int64_t{3 * 5 * 7 * 11 * 13 * 2},
                         std::int64_t{10007}, std::int64_t{65537}, std::int64_t{2 * 4099}, std::int64_t{1} << 18}) {
    check_large<double>(run, n);
    check_large<float>(run, n);
  }
}

void wrong_calls_are_refused() {
  std::vector<std::int64_t> good = {0, kFftVersion, 0, 1, -1, 0, 64, 64, 0, 4, 1, 1};
  FftCall call;
  CHECK(read_fft(good.data(), 12, &call));
  for (std::size_t word : {1, 2, 3, 4, 8, 9}) {
    std::vector<std::int64_t> bad = good;
    bad[word] = word == 9 ? 0 : 77;
    CHECK(!read_fft(bad.data(), 12, &call));
  }
  CHECK(!read_fft(good.data(), 11, &call));
}

}  // namespace

int main() {
  wrong_calls_are_refused();
  check_all(builtin_transform);
  char error[SHARRAY_ERROR_BYTES] = "";
  if (open_fftw("libfftw3.so.3", "libfftw3f.so.3", "FFTW", "test", error) == SHARRAY_OK) {
    check_all(fftw_transform);
  } else {
    std::printf("no FFTW: %s\n", error);
  }
  return check_summary();
}
