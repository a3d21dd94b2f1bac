#define SHARRAY_PATH_BASELINE
#include "expression/kernels.h"

const sharray::KernelTable& sharray::baseline_kernels() noexcept { return kTable; }
