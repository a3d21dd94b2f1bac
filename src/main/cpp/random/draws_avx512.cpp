#define SHARRAY_PATH_AVX512
#include "random/draws.h"

const sharray::DrawTable& sharray::avx512_draws() noexcept { return kDrawTable; }
