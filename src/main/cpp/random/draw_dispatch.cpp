#include "random/draw.h"

namespace sharray {

const DrawTable& draws_for(CpuPath path) noexcept {
#if defined(__x86_64__)
  switch (path) {
    case CpuPath::avx512:
      return avx512_draws();
    case CpuPath::avx2:
      return avx2_draws();
    default:
      return baseline_draws();
  }
#else
  static_cast<void>(path);
  return neon_draws();
#endif
}

}  // namespace sharray
