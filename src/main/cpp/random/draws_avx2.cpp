#define SHARRAY_PATH_AVX2
#include "random/draws.h"

const sharray::DrawTable& sharray::avx2_draws() noexcept { return kDrawTable; }
