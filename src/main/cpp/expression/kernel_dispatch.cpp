#include "expression/kernel_table.h"

namespace sharray {

bool cpu_has(CpuPath path) noexcept {
#if defined(__x86_64__)
  switch (path) {
    case CpuPath::baseline:
      return true;
    case CpuPath::avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
             __builtin_cpu_supports("bmi2");
    case CpuPath::avx512:
      return cpu_has(CpuPath::avx2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512cd");
    default:
      return false;
  }
#else
  return path == CpuPath::neon;
#endif
}

const KernelTable* kernels_for(CpuPath path) noexcept {
  if (!cpu_has(path)) return nullptr;
#if defined(__x86_64__)
  switch (path) {
    case CpuPath::avx512:
      return &avx512_kernels();
    case CpuPath::avx2:
      return &avx2_kernels();
    default:
      return &baseline_kernels();
  }
#else
  return &neon_kernels();
#endif
}

const char* cpu_path_name(CpuPath path) noexcept {
  switch (path) {
    case CpuPath::avx2:
      return "avx2";
    case CpuPath::avx512:
      return "avx512";
    case CpuPath::neon:
      return "neon";
    default:
      return "baseline";
  }
}

}  // namespace sharray
