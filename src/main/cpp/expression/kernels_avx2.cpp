#define SHARRAY_PATH_AVX2
#include "expression/kernels.h"

const sharray::KernelTable& sharray::avx2_kernels() noexcept { return kTable; }
