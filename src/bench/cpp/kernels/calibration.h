/// The loop that kernels are calibrated against: what they are made of, written by hand for each CPU path, and nothing
/// that a compiler could fail to vectorise.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "data.h"
#include "expression/kernel_table.h"

namespace sharray::bench {

#if defined(__x86_64__)
/// A polynomial of degree 15 of the quotient (x - 1) / (x + 1).
[[gnu::target("avx512f")]] inline void calibrate_512(double* out, const double* in) {
  const __m512d one = _mm512_set1_pd(1.0);
  for (std::size_t i = 0; i < kElements; i += 8) {
    const __m512d x = _mm512_load_pd(in + i);
    const __m512d s = _mm512_div_pd(_mm512_sub_pd(x, one), _mm512_add_pd(x, one)), z = _mm512_mul_pd(s, s);
    __m512d even = _mm512_set1_pd(0x1p-9), odd = _mm512_set1_pd(0x1p-10);
#pragma GCC unroll 8
    for (int k = 8; k > 1; --k) {
      even = _mm512_fmadd_pd(even, z, _mm512_set1_pd(1.0 / (2 * k)));
      odd = _mm512_fmadd_pd(odd, z, _mm512_set1_pd(1.0 / (2 * k + 1)));
    }
    _mm512_store_pd(out + i, _mm512_fmadd_pd(odd, s, even));
  }
}

[[gnu::target("avx2,fma")]] inline void calibrate_256(double* out, const double* in) {
  const __m256d one = _mm256_set1_pd(1.0);
  for (std::size_t i = 0; i < kElements; i += 4) {
    const __m256d x = _mm256_load_pd(in + i);
    const __m256d s = _mm256_div_pd(_mm256_sub_pd(x, one), _mm256_add_pd(x, one)), z = _mm256_mul_pd(s, s);
    __m256d even = _mm256_set1_pd(0x1p-9), odd = _mm256_set1_pd(0x1p-10);
#pragma GCC unroll 8
    for (int k = 8; k > 1; --k) {
      even = _mm256_fmadd_pd(even, z, _mm256_set1_pd(1.0 / (2 * k)));
      odd = _mm256_fmadd_pd(odd, z, _mm256_set1_pd(1.0 / (2 * k + 1)));
    }
    _mm256_store_pd(out + i, _mm256_fmadd_pd(odd, s, even));
  }
}
#endif

inline void calibrate([[maybe_unused]] CpuPath path, [[maybe_unused]] double* out, [[maybe_unused]] const double* in) {
#if defined(__x86_64__)
  if (path == CpuPath::avx512) return calibrate_512(out, in);
  calibrate_256(out, in);
#endif
}

}  // namespace sharray::bench
