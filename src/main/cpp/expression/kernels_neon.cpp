#define SHARRAY_PATH_NEON
#include "expression/kernels.h"

const sharray::KernelTable& sharray::neon_kernels() noexcept { return kTable; }
