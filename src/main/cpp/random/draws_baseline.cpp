#define SHARRAY_PATH_BASELINE
#include "random/draws.h"

const sharray::DrawTable& sharray::baseline_draws() noexcept { return kDrawTable; }
