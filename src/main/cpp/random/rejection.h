/// Random numbers by trial: gamma, Poisson and binomial. Each attempt of an element has words of its own. Included by
/// draws.h.
#pragma once

#include "math/scalar.h"
#include "random/elementary.h"

namespace sharray {
namespace {
namespace philox {

/// Calls attempt(i, first[j], second[j]) for the elements i that have no number yet, until all have; it returns whether
/// it wrote one. `prepare(counters, attempt, n, first, second)` draws.
template <class Prepare, class Attempt>
inline void by_attempts(const std::uint64_t* counters, std::size_t n, const Prepare& prepare,
                        const Attempt& attempt) noexcept {
  alignas(64) std::uint64_t left_counters[kBlock];
  alignas(64) double first[kBlock], second[kBlock];
  std::uint16_t left[kBlock];
  for (std::size_t i = 0; i < n; ++i) left[i] = static_cast<std::uint16_t>(i);
  std::size_t count = n;
  for (std::uint32_t round = 0; count > 0 && round < kMaxAttempts; ++round) {
    for (std::size_t j = 0; j < count; ++j) left_counters[j] = counters[left[j]];
    prepare(left_counters, round, count, first, second);
    std::size_t kept = 0;
    for (std::size_t j = 0; j < count; ++j) {
      if (!attempt(left[j], first[j], second[j])) left[kept++] = left[j];
    }
    count = kept;
  }
}

/// first in [0, 1), second in (0, 1].
inline void two_uniforms(const std::uint64_t* counters, const DrawKey& key, std::uint32_t attempt, std::size_t n,
                         double* first, double* second) noexcept {
  for_each(
      counters, key, attempt, n, [&](std::size_t i, std::size_t count, const I(&x)[4]) __attribute__((always_inline)) {
        put(first + i, count, unit_53(x[0], x[1]));
        put(second + i, count, open_64(x[2], x[3]));
      });
}

/// A uniform number in (0, 1] beside those of the attempts.
inline double extra_uniform(std::uint64_t counter, const DrawKey& key) noexcept {
  I x[4];
  words(x, simd::set_bits(static_cast<std::int64_t>(counter)), key, kExtraAttempt);
  return open_64(x[0], x[1])[0];
}

/// log(n!) less Stirling's n log(n) - n + log(2 pi n) / 2, for whole n >= 0; at 0 that of n! alone.
inline double stirling_error(double n) noexcept {
  constexpr double kHalfLogTwoPi = 0.918938533204672741780329736406;
  constexpr double kFactorials[] = {1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880, 3628800, 39916800, 479001600};
  if (n == 0) return 0;
  if (n <= 12) {
    const double log_n = scalar::log(n);
    return scalar::log(kFactorials[static_cast<int>(n)]) - (n * log_n - n + kHalfLogTwoPi + 0.5 * log_n);
  }
  const double inverse = 1 / n, square = inverse * inverse;
  return inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680))));
}

/// n log(n / mean) + mean - n without the cancellation of its terms; n >= 0, mean > 0.
inline double deviance(double n, double mean) noexcept {
  if (n == 0) return mean;
  const double off = n - mean;
  return n * scalar::log1p(off / mean) - off;
}

/// log(sqrt(2 pi n)), 0 at 0.
inline double log_width(double n) noexcept {
  return n == 0 ? 0 : 0.5 * scalar::log(6.283185307179586476925286766559 * n);
}

/// The logarithm of the probability of n where the mean is that. After Loader, "Fast and accurate computation of
/// binomial probabilities" (2000).
inline double log_poisson(double n, double mean) noexcept {
  return -stirling_error(n) - deviance(n, mean) - log_width(n);
}

inline double log_binomial(double k, double n, double p) noexcept {
  const double rest = n - k;
  return stirling_error(n) + log_width(n) - stirling_error(k) - stirling_error(rest) - deviance(k, n * p) -
         deviance(rest, n * (1 - p)) - log_width(k) - log_width(rest);
}

/// Gamma variates: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000). Below shape 1, that
/// of shape + 1 times u^(1 / shape).
class Gamma {
 public:
  void set(double shape) noexcept {
    if (shape == shape_) return;
    shape_ = shape;
    d_ = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
    c_ = 1 / (3 * scalar::sqrt(d_));
  }

  bool attempt(double z, double u, double* out) const noexcept {
    const double root = 1 + c_ * z;
    if (!(root > 0)) return false;
    const double v = root * root * root, square = z * z;
    if (u >= 1 - 0.0331 * square * square && !(scalar::log(u) < 0.5 * square + d_ * (1 - v + scalar::log(v)))) {
      return false;
    }
    *out = d_ * v;
    return true;
  }

 private:
  double shape_ = -1, d_ = 0, c_ = 0;
};

inline void gamma(void* out, const std::uint64_t* counters, const void* x, const void*, const DrawKey& key,
                  std::size_t n) noexcept {
  auto* to = static_cast<double*>(out);
  double shapes[kBlock];
  __builtin_memcpy(shapes, x, n * sizeof(double));
  Gamma drawn;
  by_attempts(
      counters, n,
      [&key](const std::uint64_t* left, std::uint32_t attempt, std::size_t count, double* z, double* u) {
        normal_of(z, left, key, attempt, count, u);
      },
      [&](std::size_t i, double z, double u) {
        const double shape = shapes[i];
        if (!(shape > 0 && shape < scalar::kInfinity)) {
          to[i] = shape >= 0 ? shape : scalar::kNaN;
          return true;
        }
        drawn.set(shape);
        if (!drawn.attempt(z, u, &to[i])) return false;
        if (shape < 1) to[i] *= scalar::exp(scalar::log(extra_uniform(counters[i], key)) / shape);
        return true;
      });
}

/// The hat of both transformed rejections, Hoermann, "The transformed rejection method for generating Poisson random
/// variables" (1993) and "The generation of binomial random variates" (1993).
struct Hat {
  double a, b, centre, squeeze, scale;  ///< the last one as its logarithm

  /// A value, and whether it is to be had anyway. Else its probability must reach that of which `*height` is the
  /// logarithm.
  bool is_certain(double u, double v, double* k, double* height) const noexcept {
    const double centred = u - 0.5, edge = 0.5 - scalar::abs(centred);
    *k = scalar::floor((2 * a / edge + b) * centred + centre);
    if (edge >= 0.07 && v <= squeeze) return true;
    *height = scalar::log(v) + scale - scalar::log(a / (edge * edge) + b);
    return false;
  }
};

/// Sums probabilities until they pass u; next(k) is the ratio of that of k + 1 to that of k.
template <class Next>
inline double by_inversion(double u, double probability, double most, const Next& next) noexcept {
  double k = 0;
  while (u >= probability && k < most) {
    u -= probability;
    probability *= next(k);
    k += 1;
  }
  return k;
}

/// Means below this are inverted by summing, and so few successes.
inline constexpr double kSmallMean = 10;
/// Beyond so many the probability is less than 2^-53 even so.
inline constexpr double kMostOfSmall = 60;

class Poisson {
 public:
  void set(double mean) noexcept {
    if (mean == mean_) return;
    mean_ = mean;
    if (mean < kSmallMean) {
      none_ = scalar::exp(-mean);
      return;
    }
    const double b = 0.931 + 2.53 * scalar::sqrt(mean);
    hat_ = {-0.059 + 0.02483 * b, b, mean + 0.43, 0.9277 - 3.6224 / (b - 2), scalar::log(1.1239 + 1.1328 / (b - 3.4))};
  }

  bool attempt(double u, double v, double* out) const noexcept {
    if (mean_ < kSmallMean) {
      *out = by_inversion(u, none_, kMostOfSmall, [this](double k) { return mean_ / (k + 1); });
      return true;
    }
    double height;
    const bool certain = hat_.is_certain(u, v, out, &height);
    if (!(*out >= 0)) return false;
    return certain || height <= log_poisson(*out, mean_);
  }

 private:
  double mean_ = -1, none_ = 0;
  Hat hat_{};
};

inline void poisson(void* out, const std::uint64_t* counters, const void* x, const void*, const DrawKey& key,
                    std::size_t n) noexcept {
  auto* to = static_cast<double*>(out);
  double means[kBlock];
  __builtin_memcpy(means, x, n * sizeof(double));
  Poisson drawn;
  by_attempts(
      counters, n,
      [&key](const std::uint64_t* left, std::uint32_t attempt, std::size_t count, double* u, double* v) {
        two_uniforms(left, key, attempt, count, u, v);
      },
      [&](std::size_t i, double u, double v) {
        if (!(means[i] >= 0 && means[i] < 0x1p62)) {
          to[i] = scalar::kNaN;
          return true;
        }
        drawn.set(means[i]);
        return drawn.attempt(u, v, &to[i]);
      });
}

class Binomial {
 public:
  void set(double trials, double probability) noexcept {
    if (trials == trials_ && probability == given_) return;
    trials_ = trials;
    given_ = probability;
    p_ = probability > 0.5 ? 1 - probability : probability;
    const double q = 1 - p_, mean = trials * p_;
    if (mean < kSmallMean) {
      none_ = scalar::exp(trials * scalar::log1p(-p_));
      return;
    }
    const double width = scalar::sqrt(mean * q), b = 1.15 + 2.53 * width;
    hat_ = {-0.0873 + 0.0248 * b + 0.01 * p_, b, mean + 0.5, 0.92 - 4.2 / b, 0};
    const double mode = scalar::floor((trials + 1) * p_);
    hat_.scale = scalar::log((2.83 + 5.1 / b) * width) + log_binomial(mode, trials, p_);
  }

  bool attempt(double u, double v, double* out) const noexcept {
    if (!successes(u, v, out)) return false;
    if (given_ > 0.5) *out = trials_ - *out;
    return true;
  }

 private:
  bool successes(double u, double v, double* out) const noexcept {
    if (trials_ * p_ < kSmallMean) {
      const double odds = p_ / (1 - p_), most = trials_ < kMostOfSmall ? trials_ : kMostOfSmall;
      *out = by_inversion(u, none_, most, [&](double k) { return (trials_ - k) / (k + 1) * odds; });
      return true;
    }
    double height;
    const bool certain = hat_.is_certain(u, v, out, &height);
    if (!(*out >= 0 && *out <= trials_)) return false;
    return certain || height <= log_binomial(*out, trials_, p_);
  }

  double trials_ = -1, given_ = -1, p_ = 0, none_ = 0;
  Hat hat_{};
};

inline void binomial(void* out, const std::uint64_t* counters, const void* x, const void* y, const DrawKey& key,
                     std::size_t n) noexcept {
  auto* to = static_cast<double*>(out);
  double trials[kBlock], probabilities[kBlock];
  __builtin_memcpy(trials, x, n * sizeof(double));
  __builtin_memcpy(probabilities, y, n * sizeof(double));
  Binomial drawn;
  by_attempts(
      counters, n,
      [&key](const std::uint64_t* left, std::uint32_t attempt, std::size_t count, double* u, double* v) {
        two_uniforms(left, key, attempt, count, u, v);
      },
      [&](std::size_t i, double u, double v) {
        const double t = trials[i], p = probabilities[i];
        if (!(t >= 0 && t <= 0x1p53 && t == scalar::floor(t) && p >= 0 && p <= 1)) {
          to[i] = scalar::kNaN;
          return true;
        }
        drawn.set(t, p);
        return drawn.attempt(u, v, &to[i]);
      });
}

}  // namespace philox
}  // namespace
}  // namespace sharray
