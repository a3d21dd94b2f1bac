#include "fft/passes_run.h"

const sharray::FftTable& sharray::neon_fft() noexcept { return kFftTable; }
