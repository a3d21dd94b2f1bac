#include "fft/plans.h"

#include <pthread.h>

#include <cmath>
#include <list>

#include "fft/sequences.h"

namespace sharray {
namespace {

/// The largest factor that is done by the definition.
constexpr std::int64_t kLargestRadix = 61;
constexpr std::size_t kMostPlans = 32;
/// Plans of longer sequences are not kept.
constexpr std::int64_t kKeptLength = std::int64_t{1} << 24;
constexpr double kTwoPi = 6.283185307179586476925286766559;

/// Radices whose product is n, or none if one would be too large.
std::vector<std::int64_t> radices(std::int64_t n) {
  std::vector<std::int64_t> found;
  while (n % 4 == 0) found.push_back(4), n /= 4;
  for (std::int64_t radix = 2; radix <= kLargestRadix; radix++) {
    while (n % radix == 0) found.push_back(radix), n /= radix;
  }
  if (n > 1) found.clear();
  return found;
}

bool is_smooth(std::int64_t n) { return n == 1 || !radices(n).empty(); }

/// The least 2^a 3^b 5^c that is n or more.
std::int64_t smooth_from(std::int64_t n) noexcept {
  std::int64_t best = INT64_MAX;
  for (std::int64_t five = 1; five < 2 * n; five *= 5) {
    for (std::int64_t three = five; three < 2 * n; three *= 3) {
      std::int64_t two = three;
      while (two < n) two *= 2;
      best = two < best ? two : best;
    }
  }
  return best;
}

/// The divisor of n next to its square root from below.
std::int64_t middle_divisor(std::int64_t n) {
  std::vector<std::int64_t> divisors = {1};
  for (std::int64_t radix : radices(n)) {
    const std::size_t count = divisors.size();
    for (std::size_t i = 0; i < count; i++) {
      const std::int64_t product = divisors[i] * radix;
      bool is_new = product <= n / product;
      for (std::size_t k = 0; is_new && k < divisors.size(); k++) is_new = divisors[k] != product;
      if (is_new) divisors.push_back(product);
    }
  }
  std::int64_t best = 1;
  for (std::int64_t divisor : divisors) best = divisor > best ? divisor : best;
  return best;
}

template <class T>
std::unique_ptr<FftPasses<T>> make_passes(std::int64_t n) {
  auto plan = std::make_unique<FftPasses<T>>();
  plan->n = static_cast<std::size_t>(n);
  std::size_t done = 1, left = plan->n;
  for (std::int64_t factor : radices(n)) {
    FftPass<T> pass;
    pass.radix = static_cast<std::size_t>(factor);
    pass.rest = left / pass.radix;
    pass.done = done;
    double re, im;
    for (std::size_t j = 0; j < pass.rest; j++) {
      for (std::size_t t = 1; t < pass.radix; t++) {
        root_of_unity(j * t % left, left, &re, &im);
        pass.re.push_back(static_cast<T>(re));
        pass.im.push_back(static_cast<T>(im));
      }
    }
    for (std::size_t t = 0; pass.radix > 5 && t < pass.radix; t++) {
      root_of_unity(t, pass.radix, &re, &im);
      pass.roots_re.push_back(static_cast<T>(re));
      pass.roots_im.push_back(static_cast<T>(im));
    }
    done *= pass.radix;
    left = pass.rest;
    plan->passes.push_back(std::move(pass));
  }
  return plan;
}

template <class T>
std::unique_ptr<typename FftPlan<T>::Convolution> make_convolution(std::int64_t n) {
  auto made = std::make_unique<typename FftPlan<T>::Convolution>();
  const std::int64_t length = smooth_from(2 * n - 1);
  made->plan = fft_plan<T>(length);
  const auto size = static_cast<std::size_t>(n);
  made->chirp.resize(size);
  Split<T>& filter = made->filter;
  filter.resize(static_cast<std::size_t>(length));
  std::uint64_t square = 0;
  const auto period = 2 * static_cast<std::uint64_t>(n);
  for (std::size_t k = 0; k < size; k++) {
    double re, im;
    root_of_unity(square, period, &re, &im);
    made->chirp.re[k] = static_cast<T>(re);
    made->chirp.im[k] = static_cast<T>(im);
    for (std::size_t at : {k, (static_cast<std::size_t>(length) - k) % static_cast<std::size_t>(length)}) {
      filter.re[at] = static_cast<T>(re / static_cast<double>(length));
      filter.im[at] = static_cast<T>(-im / static_cast<double>(length));
    }
    square = (square + 2 * k + 1) % period;
  }
  transform_sequence(*made->plan, filter.re.data(), filter.im.data(), 1);
  return made;
}

template <class T>
struct Cache {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  std::list<std::shared_ptr<const FftPlan<T>>> plans;  ///< the latest first
};

/// Never destroyed.
template <class T>
Cache<T>& cache() {
  static auto* const only = new Cache<T>;
  return *only;
}

template <class T>
std::shared_ptr<const FftPlan<T>> kept(std::int64_t n) {
  Cache<T>& all = cache<T>();
  for (auto at = all.plans.begin(); at != all.plans.end(); ++at) {
    if ((*at)->n != n) continue;
    all.plans.splice(all.plans.begin(), all.plans, at);
    return all.plans.front();
  }
  return nullptr;
}

}  // namespace

/// By reduction to the first eighth of the circle, where the argument is as exact as it can be.
void root_of_unity(std::uint64_t k, std::uint64_t n, double* re, double* im) noexcept {
  // Eighths, exactly: 8 k / n = octant + rest / n.
  const auto wide = static_cast<unsigned long long>(k);
  std::uint64_t octant = 0, rest = wide;
  // n is below 2^58, so that this does not overflow.
  octant = 8 * wide / n;
  rest = 8 * wide - octant * n;
  const bool mirrored = octant % 2 == 1;
  if (mirrored) rest = n - rest;
  const double angle = kTwoPi / 8 * (static_cast<double>(rest) / static_cast<double>(n));
  double c = std::cos(angle), s = std::sin(angle);
  if (mirrored) std::swap(c, s);
  switch (octant / 2 % 4) {
    case 0:
      *re = c, *im = -s;
      break;
    case 1:
      *re = -s, *im = -c;
      break;
    case 2:
      *re = -c, *im = s;
      break;
    default:
      *re = s, *im = c;
  }
}

Roots::Roots(std::uint64_t n) {
  low_.resize(kStep);
  high_.resize(n / kStep + 1);
  for (std::size_t k = 0; k < kStep && k < n; k++) root_of_unity(k, n, &low_.re[k], &low_.im[k]);
  for (std::size_t k = 0; k * kStep < n; k++) root_of_unity(k * kStep, n, &high_.re[k], &high_.im[k]);
}

template <class T>
FftPlan<T>::FftPlan(std::int64_t length, bool at_once) : n(length) {
  if (!is_smooth(n)) {
    convolution = make_convolution<T>(n);
    return;
  }
  const std::int64_t rows = n > kShortFft && !at_once ? middle_divisor(n) : 1;
  if (rows == 1) {
    passes = make_passes<T>(n);
  } else {
    matrix.reset(new Matrix{std::make_unique<const FftPlan>(rows, true),
                            std::make_unique<const FftPlan>(n / rows, true), Roots(static_cast<std::uint64_t>(n))});
  }
}

template <class T>
std::shared_ptr<const FftPlan<T>> fft_plan(std::int64_t n) {
  Cache<T>& all = cache<T>();
  pthread_mutex_lock(&all.mutex);
  std::shared_ptr<const FftPlan<T>> found = kept<T>(n);
  pthread_mutex_unlock(&all.mutex);
  if (found != nullptr) return found;
  auto made = std::make_shared<const FftPlan<T>>(n);
  if (n > kKeptLength) return made;
  pthread_mutex_lock(&all.mutex);
  found = kept<T>(n);
  if (found == nullptr) {
    found = made;
    try {
      all.plans.push_front(made);
      if (all.plans.size() > kMostPlans) all.plans.pop_back();
    } catch (const std::bad_alloc&) {
      // It is not kept.
    }
  }
  pthread_mutex_unlock(&all.mutex);
  return found;
}

template struct FftPlan<float>;
template struct FftPlan<double>;
template std::shared_ptr<const FftPlan<float>> fft_plan<float>(std::int64_t);
template std::shared_ptr<const FftPlan<double>> fft_plan<double>(std::int64_t);

}  // namespace sharray
