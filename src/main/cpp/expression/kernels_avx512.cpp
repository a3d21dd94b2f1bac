#define SHARRAY_PATH_AVX512
#include "expression/kernels.h"

const sharray::KernelTable& sharray::avx512_kernels() noexcept { return kTable; }
