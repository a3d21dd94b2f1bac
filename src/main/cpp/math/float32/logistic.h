/// Functions of 1 + e^x on one vector of floats: expit, logit, softplus and logaddexp.
#pragma once

#include "math/float32/exp.h"
#include "math/float32/log.h"
#include "math/logistic.h"

namespace sharray {
namespace {
namespace float32 {

/// e^x = (value.high + value.low) 2^n.
struct ExpPair {
  simd::Pair value;
  simd::V n;

  /// With an n that leaves room for products: what is below counts for nothing beside 1.
  SHARRAY_INLINE simd::Pair beside_one() const {
    const simd::V power = simd::max_second(simd::set(-60.0F), n);
    return {simd::times_small_power(value.high, power), simd::times_small_power(value.low, power)};
  }
};

/// The exponential of x + x_low <= 0, x_low small against x.
template <bool kLow>
SHARRAY_INLINE ExpPair exp_pair(simd::V x, simd::V x_low = simd::V{}) {
  const ExpParts parts = exp_parts<kLow>(x, x_low);
  return {parts.power(), parts.n};
}

/// log(1 + e) for 0 <= e <= 1, to 2^-29 of its value: the logarithm of log_parts for a number in [1, 2], whose exponent
/// need not be looked for. Where e is small, it is f itself.
SHARRAY_INLINE simd::Pair log_one_plus(simd::Pair e) {
  using namespace simd;
  namespace c = coefficients;
  const Pair p = fast_sum(set(1.0F), e.high);
  const M small = less(e.high, set(0x1p-10F)), last = less_equal(set(2.0F - 1.0F / 32), p.high);
  V row[3];
  look_up<c::kLogTable>(shift_right(plus(bits(p.high), set_bits(0x00040000)), 19), row);
  const V inverse = select(last, set(0.5F), row[0]);
  const V f = select(small, e.high, fms(p.high, inverse, set(1.0F)));
  const V f_low = select(small, e.low, (p.low + e.low) * inverse);
  const Pair linear = fast_sum(select(last, set(c::kLn2[0]), row[1]), f);
  const V tail = fma(f * f, polynomial(c::kLogCurve, f), select(last, set(c::kLn2[1]), row[2]));
  return fast_sum(linear.high, (linear.low + tail) + fnma(f_low, f, f_low));
}

/// logaddexp of the lanes of the mask where its result is small, with doubles; as many lanes at a time as there are
/// doubles in a vector. The nearer to 0, the less is left of differences of doubles.
[[maybe_unused]] [[gnu::noinline]] inline void logaddexp_in_float64(unsigned mask, float* x, const float* y) {
  namespace wide = ::sharray::simd;
  namespace functions = ::sharray::lane;
  while (mask != 0) {
    alignas(64) double a[wide::kLanes], b[wide::kLanes];
    std::size_t places[wide::kLanes], count = 0;
    for (; mask != 0 && count < wide::kLanes; mask &= mask - 1, ++count) {
      places[count] = static_cast<std::size_t>(__builtin_ctz(mask));
      a[count] = static_cast<double>(x[places[count]]);
      b[count] = static_cast<double>(y[places[count]]);
    }
    for (std::size_t i = count; i < wide::kLanes; ++i) a[i] = b[i] = 1.0;
    const wide::V p = wide::load(a), q = wide::load(b);
    wide::V r = functions::log1p(functions::expm1(p) + functions::exp(q));
    const wide::M unsure = wide::less(wide::abs(r), wide::set(0x1p-22));
    if (wide::pack(unsure) != 0) r = wide::select(unsure, functions::logaddexp(p, q), r);
    wide::store(a, r);
    for (std::size_t i = 0; i < count; ++i) x[places[i]] = static_cast<float>(a[i]);
  }
}

namespace lane {

using simd::M;
using simd::V;

/// 1 / (1 + e^-x) for x >= 0, e^x / (1 + e^x) for x < 0, with a quotient corrected by its residual.
SHARRAY_INLINE V expit(V x) {
  using namespace simd;
  const M negative = simd::less(x, set(0.0F));
  const ExpPair e = exp_pair<false>(negate(simd::abs(x)));
  const Pair scaled = e.beside_one();
  const Pair divisor = fast_sum(set(1.0F), scaled.high);
  const Pair top = select_parts(negative, e.value, {set(1.0F), set(0.0F)});
  return times_power(quotient(top, {divisor.high, divisor.low + scaled.low}), keep(negative, e.n));
}

/// log(x / (1 - x)), the quotient in two parts.
SHARRAY_INLINE V logit(V x) {
  using namespace simd;
  const Pair rest = fast_sum(set(1.0F), negate(x));
  const V inverse = set(1.0F) / rest.high;
  const V ratio = x * inverse;
  const V residual = fnma(ratio, rest.low, fnma(ratio, rest.high, x));
  const V low = keep(simd::less(set(0x1p-50F), x), residual * inverse);
  const V r = log_parts<true>(ratio, low).high;
  const M inside = both(simd::less(set(0.0F), x), simd::less(x, set(1.0F)));
  const V at_ends = select(simd::equal(x, set(0.0F)), set(-kInfinity), set(kNaN));
  return select(inside, r, select(simd::equal(x, set(1.0F)), set(kInfinity), at_ends));
}

/// max(x, 0) + log(1 + e) with e = e^-|x| in two parts; below -20 that is e. log(1 + f) = f + f^2 L(f) with f = e, or
/// for e > 0.4 f = (e - 1) / 2 and log(2) to be added. The slope, which the second part of e needs, is nearly 1 - f.
SHARRAY_INLINE V softplus(V x) {
  using namespace simd;
  namespace c = coefficients;
  const ExpParts parts = exp_parts(negate(simd::abs(x)));
  const Pair power = fast_sum(set(1.0F), parts.high + parts.rest);
  const V scale = times_small_power(set(1.0F), max_second(set(-60.0F), parts.n));
  const V e = power.high * scale, e_low = power.low * scale;
  const M large = simd::less(set(0.5F), e);
  const V f = select(large, simd::fma(e, set(0.5F), set(-0.5F)), e);
  const V f_low = select(large, e_low * set(0.5F), e_low);
  const V curve = simd::fma(f * f, polynomial(c::kLogOnePlus, f), fnma(f_low, f, f_low));
  const Pair leading = fast_sum(keep(large, set(c::kLn2[0])), f);
  const Pair total = simd::sum(max_second(set(0.0F), x), leading.high);
  const V r = total.high + (total.low + ((leading.low + keep(large, set(c::kLn2[1]))) + curve));
  const M tiny = simd::less(x, set(-20.0F));
  const V alone = times_power(power.high, keep(tiny, parts.n));
  return select(simd::less(x, set(kInfinity)), select(tiny, alone, r), x);
}

/// max(x, y) + log(1 + e^-|x - y|); where the terms nearly cancel, with doubles.
SHARRAY_INLINE V logaddexp(V x, V y) {
  using namespace simd;
  const V larger = max_second(x, y), smaller = min_second(y, x);
  const Pair difference = sum(smaller, negate(larger));
  const ExpPair e = exp_pair<true>(difference.high, difference.low);
  const Pair curved = log_one_plus({times_power(e.value.high, e.n), times_power(e.value.low, e.n)});
  const Pair total = sum(larger, curved.high);
  V r = total.high + (total.low + curved.low);
  const M cancelled = simd::less(simd::abs(r), curved.high * set(0.2F));
  if (any(cancelled)) {
    alignas(64) float a[kLanes], b[kLanes];
    store(a, larger);
    store(b, smaller);
    logaddexp_in_float64(pack(cancelled), a, b);
    r = select(cancelled, load(a), r);
  }
  // An infinity alone or twice, or NaN.
  const V size_x = simd::abs(x), size_y = simd::abs(y);
  const M finite = both(simd::less(size_x, set(kInfinity)), simd::less(size_y, set(kInfinity)));
  const V other = select(simd::equal(x, x), select(simd::equal(y, y), larger, y), x);
  return select(finite, r, other);
}

}  // namespace lane
}  // namespace float32
}  // namespace
}  // namespace sharray
