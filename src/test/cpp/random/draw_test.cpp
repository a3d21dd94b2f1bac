// Random kernels: the published vectors of Philox, the same bits on every CPU path and at every place of a block, and
// what the numbers of a block are made of.
#include "random/draw.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

#include "check.h"

using namespace sharray;

namespace {

std::vector<CpuPath> paths() {
  std::vector<CpuPath> found;
  for (CpuPath path : {CpuPath::baseline, CpuPath::avx2, CpuPath::avx512, CpuPath::neon}) {
    if (cpu_has(path)) found.push_back(path);
  }
  return found;
}

// kat_vectors of Random123, philox4x32 10.
void published_vectors() {
  struct Vector {
    std::uint32_t counter[4];
    std::uint64_t key;
    std::uint32_t block[4];
  };
  const Vector vectors[] = {{{0, 0, 0, 0}, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
                            {{~0U, ~0U, ~0U, ~0U}, ~std::uint64_t{0}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
                            {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                             0x299f31d0a4093822,
                             {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};
  for (CpuPath path : paths()) {
    for (const Vector& v : vectors) {
      std::uint32_t words[4];
      std::memcpy(words, v.counter, sizeof words);
      draws_for(path).block(words, v.key);
      CHECK(std::memcmp(words, v.block, sizeof words) == 0);
    }
  }
}

constexpr DrawKey kKey{0x0123456789abcdef, 0x123456789abc};

struct Input {
  std::vector<std::uint64_t> counters;
  std::vector<double> x, y;
};

Input input(Draw draw) {
  Input in;
  for (std::size_t i = 0; i < kBlock; i++) {
    in.counters.push_back(i * 0x1234567891ULL);
    const double means[] = {0.3, 2.5, 9.99, 10.5, 77.0, 1e6, 1e15, 0.0}, trials[] = {0, 5, 40, 1000, 1e9, 1e15};
    in.x.push_back(draw == Draw::binomial ? trials[i / 64 % 6] : means[i / 64 % 8]);
    in.y.push_back(static_cast<double>(i % 64) / 63.0);
    if (draw == Draw::integers) {
      const std::uint64_t bounds[] = {0, 1, 7, 0x8000000000000001, 1ULL << 40, ~std::uint64_t{0}};
      std::memcpy(&in.x.back(), &bounds[i % 6], sizeof bounds[0]);
    }
  }
  return in;
}

std::vector<std::uint64_t> drawn(CpuPath path, Draw draw, const Input& in, std::size_t first, std::size_t n) {
  std::vector<std::uint64_t> out(n);
  draws_for(path).kernel[static_cast<std::size_t>(draw)](out.data(), in.counters.data() + first, in.x.data() + first,
                                                         in.y.data() + first, kKey, n);
  return out;
}

/// For other architectures, whose tests compare the lines.
void print_hash(std::size_t draw, const std::vector<std::uint64_t>& numbers) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (std::uint64_t number : numbers) hash = (hash ^ number) * 0x100000001b3;
  std::printf("draw-%zu %016llx\n", draw, static_cast<unsigned long long>(hash));
}

void same_bits() {
  for (std::size_t d = 0; d < kDraws; d++) {
    const auto draw = static_cast<Draw>(d);
    const Input in = input(draw);
    const std::vector<std::uint64_t> whole = drawn(paths()[0], draw, in, 0, kBlock);
    print_hash(d, whole);
    for (CpuPath path : paths()) {
      CHECK(drawn(path, draw, in, 0, kBlock) == whole);
      for (std::size_t first = 0, n = 1; first + n <= kBlock; first += n++) {
        CHECK(std::memcmp(drawn(path, draw, in, first, n).data(), whole.data() + first, n * 8) == 0);
      }
    }
  }
}

void results_may_take_the_place_of_parameters() {
  for (Draw draw : {Draw::integers, Draw::poisson, Draw::gamma, Draw::binomial}) {
    Input in = input(draw);
    const std::vector<std::uint64_t> apart = drawn(paths()[0], draw, in, 0, kBlock);
    std::vector<double>& place = draw == Draw::binomial ? in.y : in.x;
    draws_for(paths()[0])
        .kernel[static_cast<std::size_t>(draw)](place.data(), in.counters.data(), in.x.data(), in.y.data(), kKey,
                                                kBlock);
    CHECK(std::memcmp(place.data(), apart.data(), kBlock * 8) == 0);
  }
}

double as_double(std::uint64_t bits) {
  double x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

void numbers_are_made_of_words() {
  const Input in = input(Draw::uniform);
  const auto uniform = drawn(paths()[0], Draw::uniform, in, 0, kBlock);
  const auto narrow = drawn(paths()[0], Draw::uniform_24, in, 0, kBlock);
  const auto bits = drawn(paths()[0], Draw::bits, in, 0, kBlock);
  const auto normal = drawn(paths()[0], Draw::normal, in, 0, kBlock);
  const auto exponential = drawn(paths()[0], Draw::exponential, in, 0, kBlock);
  for (std::size_t i = 0; i < kBlock; i++) {
    std::uint32_t w[4] = {static_cast<std::uint32_t>(in.counters[i]), static_cast<std::uint32_t>(in.counters[i] >> 32),
                          static_cast<std::uint32_t>(kKey.call), static_cast<std::uint32_t>(kKey.call >> 32)};
    draws_for(paths()[0]).block(w, kKey.key);
    const std::uint64_t word = std::uint64_t{w[1]} << 32 | w[0];
    CHECK(bits[i] == word);
    CHECK(as_double(uniform[i]) == static_cast<double>(word >> 11) * 0x1p-53);
    CHECK(as_double(narrow[i]) == (w[1] >> 8) * 0x1p-24);
    const double p = w[1] * 0x1p-32 + (w[0] + 0.5) * 0x1p-64;
    CHECK(std::abs(as_double(exponential[i]) + std::log(p)) <= 1e-15 * (1 + std::abs(std::log(p))));
    const double half = (w[1] & 0x7fffffff) * 0x1p-32 + (w[0] + 0.5) * 0x1p-64, z = as_double(normal[i]);
    CHECK(std::signbit(z) == ((w[1] >> 31) == 0));
    CHECK(std::abs(0.5 * std::erfc(std::abs(z) * std::sqrt(0.5)) - half) <= 1e-14 * half);
  }
}

void wrong_parameters_give_nan() {
  const double wrong[] = {-1.0, NAN, INFINITY, -0.5};
  for (Draw draw : {Draw::poisson, Draw::gamma, Draw::binomial}) {
    for (double x : wrong) {
      const Input in{{0}, {x}, {0.5}};
      const double got = as_double(drawn(paths()[0], draw, in, 0, 1)[0]);
      CHECK(std::isnan(got) || (draw == Draw::gamma && x == INFINITY));
    }
  }
  CHECK(std::isnan(as_double(drawn(paths()[0], Draw::binomial, {{0}, {5.0}, {1.5}}, 0, 1)[0])));
  CHECK(std::isnan(as_double(drawn(paths()[0], Draw::binomial, {{0}, {5.5}, {0.5}}, 0, 1)[0])));
}

}  // namespace

int main() {
  published_vectors();
  same_bits();
  results_may_take_the_place_of_parameters();
  numbers_are_made_of_words();
  wrong_parameters_give_nan();
  return check_summary();
}
