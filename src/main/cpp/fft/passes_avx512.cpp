#include "fft/passes_run.h"

const sharray::FftTable& sharray::avx512_fft() noexcept { return kFftTable; }
