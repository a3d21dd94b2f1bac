#define SHARRAY_PATH_NEON
#include "random/draws.h"

const sharray::DrawTable& sharray::neon_draws() noexcept { return kDrawTable; }
