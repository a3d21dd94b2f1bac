# The block interpreter, the team of threads and the C face.
target_sources(
  sharray_objects
  PRIVATE ${SHARRAY_CPP}/api.cpp
          ${SHARRAY_CPP}/blas/call.cpp
          ${SHARRAY_CPP}/blas/factors.cpp
          ${SHARRAY_CPP}/blas/gang.cpp
          ${SHARRAY_CPP}/blas/matmul.cpp
          ${SHARRAY_CPP}/blas/provider.cpp
          ${SHARRAY_CPP}/blas/spectra.cpp
          ${SHARRAY_CPP}/blas/turns.cpp
          ${SHARRAY_CPP}/expression/evaluate.cpp
          ${SHARRAY_CPP}/expression/gather.cpp
          ${SHARRAY_CPP}/expression/machine.cpp
          ${SHARRAY_CPP}/expression/panels.cpp
          ${SHARRAY_CPP}/expression/program.cpp
          ${SHARRAY_CPP}/expression/reduce.cpp
          ${SHARRAY_CPP}/expression/scan.cpp
          ${SHARRAY_CPP}/expression/tiles.cpp
          ${SHARRAY_CPP}/fft/builtin.cpp
          ${SHARRAY_CPP}/fft/call.cpp
          ${SHARRAY_CPP}/fft/fftw.cpp
          ${SHARRAY_CPP}/fft/plans.cpp
          ${SHARRAY_CPP}/fft/sequences.cpp
          ${SHARRAY_CPP}/parallel/crew.cpp
          ${SHARRAY_CPP}/parallel/limits.cpp
          ${SHARRAY_CPP}/parallel/team.cpp)
# Checks and copies of whole matrices.
set_source_files_properties(
  ${SHARRAY_CPP}/blas/factors.cpp ${SHARRAY_CPP}/blas/spectra.cpp PROPERTIES COMPILE_OPTIONS "-O3"
)
