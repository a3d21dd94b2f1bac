#include "fft/passes_run.h"

const sharray::FftTable& sharray::avx2_fft() noexcept { return kFftTable; }
