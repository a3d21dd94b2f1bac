# The benchmark of kernels: ./dev kernels, and a step of ./dev check.
add_executable(bench_kernels "${SHARRAY_ROOT}/src/bench/cpp/kernels/kernels.cpp")
target_compile_options(bench_kernels PRIVATE ${SHARRAY_WARNINGS})
target_link_libraries(bench_kernels PRIVATE sharray_objects -fopenmp -lrt -ldl -lpthread)
# For the one function that MKL asks for.
set_target_properties(bench_kernels PROPERTIES ENABLE_EXPORTS ON)

# Random numbers and Fourier transforms beside the libraries: ./dev bench random, ./dev bench fft.
add_executable(bench_providers "${SHARRAY_ROOT}/src/bench/cpp/providers/providers.cpp")
target_compile_options(bench_providers PRIVATE ${SHARRAY_WARNINGS})
target_link_libraries(bench_providers PRIVATE sharray_objects -fopenmp -lrt -ldl -lpthread)
