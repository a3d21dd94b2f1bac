/// The steps of a transform, left to the vectoriser of the compiler. Included once for each CPU path.
///
/// Stockham's self-sorting order: a step takes `radix` elements that are `rest` apart and puts their transforms next to
/// each other. The lanes of all sequences, and of all sequences that came out of one, are done together.
#pragma once

#include <algorithm>

#include "fft/passes.h"

namespace sharray {
namespace {

/// A step's arrays: input r of group j at [j + rest r], output t at [radix j + t], each `width` numbers.
template <class T>
struct Step {
  const T* __restrict re, * __restrict im;
  T* __restrict out_re, * __restrict out_im;
  std::size_t width;
};

#define SHARRAY_FFT_INLINE [[gnu::always_inline]] inline

template <class T>
struct Number {
  T re, im;
};
template <class T>
SHARRAY_FFT_INLINE Number<T> operator+(Number<T> a, Number<T> b) {
  return {a.re + b.re, a.im + b.im};
}
template <class T>
SHARRAY_FFT_INLINE Number<T> operator-(Number<T> a, Number<T> b) {
  return {a.re - b.re, a.im - b.im};
}
template <class T>
SHARRAY_FFT_INLINE Number<T> operator*(T a, Number<T> b) {
  return {a * b.re, a * b.im};
}
template <class T>
SHARRAY_FFT_INLINE Number<T> operator*(Number<T> a, Number<T> b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
/// -i a
template <class T>
SHARRAY_FFT_INLINE Number<T> turned(Number<T> a) {
  return {a.im, -a.re};
}

template <class T>
SHARRAY_FFT_INLINE void butterfly(Number<T> (&a)[2]) {
  const Number<T> sum = a[0] + a[1];
  a[1] = a[0] - a[1];
  a[0] = sum;
}

template <class T>
SHARRAY_FFT_INLINE void butterfly(Number<T> (&a)[3]) {
  constexpr T kHalf = T(0.5), kSine = T(0.866025403784438646763723170752936183);
  const Number<T> sum = a[1] + a[2], difference = kSine * turned(a[1] - a[2]);
  const Number<T> middle = a[0] - kHalf * sum;
  a[0] = a[0] + sum;
  a[1] = middle + difference;
  a[2] = middle - difference;
}

template <class T>
SHARRAY_FFT_INLINE void butterfly(Number<T> (&a)[4]) {
  const Number<T> even = a[0] + a[2], odd = a[1] + a[3], low = a[0] - a[2], high = turned(a[1] - a[3]);
  a[0] = even + odd;
  a[1] = low + high;
  a[2] = even - odd;
  a[3] = low - high;
}

template <class T>
SHARRAY_FFT_INLINE void butterfly(Number<T> (&a)[5]) {
  constexpr T kCos1 = T(0.309016994374947424102293417182819059), kCos2 = T(-0.809016994374947424102293417182819059);
  constexpr T kSin1 = T(0.951056516295153572116439333379382143), kSin2 = T(0.587785252292473129168705954639072769);
  const Number<T> outer = a[1] + a[4], inner = a[2] + a[3];
  const Number<T> first = a[0] + kCos1 * outer + kCos2 * inner, second = a[0] + kCos2 * outer + kCos1 * inner;
  const Number<T> out = turned(a[1] - a[4]), in = turned(a[2] - a[3]);
  const Number<T> third = kSin1 * out + kSin2 * in, fourth = kSin2 * out - kSin1 * in;
  a[0] = a[0] + outer + inner;
  a[1] = first + third;
  a[2] = second + fourth;
  a[3] = second - fourth;
  a[4] = first - third;
}

template <std::size_t kRadix, class T>
void run_step(const FftPass<T>& pass, Step<T> step) noexcept {
  const std::size_t width = step.width, apart = pass.rest * width;
  for (std::size_t j = 0; j < pass.rest; ++j) {
    const T* re = step.re + j * width;
    const T* im = step.im + j * width;
    T* out_re = step.out_re + kRadix * j * width;
    T* out_im = step.out_im + kRadix * j * width;
    Number<T> root[kRadix];
    for (std::size_t t = 1; t < kRadix; ++t) {
      root[t] = {pass.re[j * (kRadix - 1) + t - 1], pass.im[j * (kRadix - 1) + t - 1]};
    }
#if defined(__clang__)
#pragma clang loop vectorize(assume_safety)
#else
#pragma GCC ivdep
#endif
    for (std::size_t q = 0; q < width; ++q) {
      Number<T> a[kRadix];
      for (std::size_t r = 0; r < kRadix; ++r) a[r] = {re[q + r * apart], im[q + r * apart]};
      butterfly(a);
      out_re[q] = a[0].re;
      out_im[q] = a[0].im;
      for (std::size_t t = 1; t < kRadix; ++t) {
        const Number<T> b = a[t] * root[t];
        out_re[q + t * width] = b.re;
        out_im[q + t * width] = b.im;
      }
    }
  }
}

/// Any radix, by the definition.
template <class T>
void run_any(const FftPass<T>& pass, Step<T> step) noexcept {
  const std::size_t radix = pass.radix, width = step.width, apart = pass.rest * width;
  for (std::size_t j = 0; j < pass.rest; ++j) {
    const T* re = step.re + j * width;
    const T* im = step.im + j * width;
    for (std::size_t t = 0; t < radix; ++t) {
      T* out_re = step.out_re + (radix * j + t) * width;
      T* out_im = step.out_im + (radix * j + t) * width;
      std::copy(re, re + width, out_re);
      std::copy(im, im + width, out_im);
      for (std::size_t r = 1; r < radix; ++r) {
        const T c = pass.roots_re[r * t % radix], s = pass.roots_im[r * t % radix];
        const T *from_re = re + r * apart, *from_im = im + r * apart;
        for (std::size_t q = 0; q < width; ++q) {
          out_re[q] += c * from_re[q] - s * from_im[q];
          out_im[q] += c * from_im[q] + s * from_re[q];
        }
      }
      if (t == 0) continue;
      const Number<T> root{pass.re[j * (radix - 1) + t - 1], pass.im[j * (radix - 1) + t - 1]};
      for (std::size_t q = 0; q < width; ++q) {
        const Number<T> b = Number<T>{out_re[q], out_im[q]} * root;
        out_re[q] = b.re;
        out_im[q] = b.im;
      }
    }
  }
}

template <class T>
bool run_passes(const FftPasses<T>& plan, T* re, T* im, T* other_re, T* other_im, std::size_t lanes) noexcept {
  bool in_other = false;
  for (const FftPass<T>& pass : plan.passes) {
    const std::size_t width = pass.done * lanes;
    const Step<T> step =
        in_other ? Step<T>{other_re, other_im, re, im, width} : Step<T>{re, im, other_re, other_im, width};
    switch (pass.radix) {
      case 2:
        run_step<2>(pass, step);
        break;
      case 3:
        run_step<3>(pass, step);
        break;
      case 4:
        run_step<4>(pass, step);
        break;
      case 5:
        run_step<5>(pass, step);
        break;
      default:
        run_any(pass, step);
    }
    in_other = !in_other;
  }
  return in_other;
}

constexpr FftTable kFftTable = {run_passes<float>, run_passes<double>};

}  // namespace
}  // namespace sharray
