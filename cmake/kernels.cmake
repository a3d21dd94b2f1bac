# The vector kernels and their dispatch, one file for each CPU path of this architecture.
#
# Each path is compiled for its own CPU; nothing else may be, since code for a newer CPU must not run on an older one.
# Contraction is off, so that the paths agree on every bit: a multiplication and an addition fuse only where written.
set(SHARRAY_KERNEL_FLAGS -O3 -fno-math-errno -fno-trapping-math -ffp-contract=off -fno-exceptions -fno-lto)

function(sharray_add_kernels target)
  target_sources(
    ${target} PRIVATE ${SHARRAY_CPP}/expression/kernel_dispatch.cpp ${SHARRAY_CPP}/random/draw_dispatch.cpp
                      ${SHARRAY_CPP}/random/permute.cpp
  )
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    set(paths neon)
  else()
    set(paths baseline avx2 avx512)
  endif()
  set(flags_baseline -march=x86-64)
  set(flags_avx2 -march=x86-64-v3)
  # GCC's own intrinsics start from undefined vectors, and gcc 12 warns of them (GCC bug 105593).
  set(flags_avx512 -march=x86-64-v4 -mprefer-vector-width=512 -Wno-uninitialized
      $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  set(flags_neon -march=armv8-a)
  foreach(path IN LISTS paths)
    foreach(file expression/kernels_${path}.cpp fft/passes_${path}.cpp random/draws_${path}.cpp)
      target_sources(${target} PRIVATE ${SHARRAY_CPP}/${file})
      set_source_files_properties(${SHARRAY_CPP}/${file} TARGET_DIRECTORY ${target} PROPERTIES
        COMPILE_OPTIONS "${SHARRAY_KERNEL_FLAGS};${flags_${path}}")
    endforeach()
  endforeach()
endfunction()

sharray_add_kernels(sharray_objects)
