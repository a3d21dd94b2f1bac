# The glibc baseline. A library linked on a new node asks for that node's newest symbol versions, and would not load on
# an older one. So ours are linked against stubs: empty libraries with the sonames and, for each function, the newest
# version that is no newer than SHARRAY_GLIBC. The stubs are derived from this node's glibc, which keeps the old versions.
set(SHARRAY_GLIBC 2.28 CACHE STRING "the oldest glibc that the libraries must load on")
set(stubs "${CMAKE_BINARY_DIR}/glibc-${SHARRAY_GLIBC}")
set(SHARRAY_GLIBC_STUBS)
set(SHARRAY_GLIBC_LINK "-L${stubs}")
foreach(soname libc.so.6 libm.so.6 libpthread.so.0 libdl.so.2 librt.so.1 ld-linux-x86-64.so.2)
  list(APPEND SHARRAY_GLIBC_STUBS "${stubs}/${soname}")
  list(APPEND SHARRAY_GLIBC_LINK "-l:${soname}")
endforeach()
add_custom_command(
  OUTPUT ${SHARRAY_GLIBC_STUBS}
  COMMAND bash "${CMAKE_CURRENT_SOURCE_DIR}/glibc_stubs.sh" "${CMAKE_CXX_COMPILER}" "${SHARRAY_GLIBC}" "${stubs}"
  DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/glibc_stubs.sh"
  COMMENT "Making link stubs of glibc ${SHARRAY_GLIBC}"
  VERBATIM
)
add_custom_target(glibc_stubs DEPENDS ${SHARRAY_GLIBC_STUBS})
# What the headers of a newer glibc call and an older one lacks.
add_library(glibc_shim OBJECT "${CMAKE_CURRENT_SOURCE_DIR}/glibc_shim.c")
target_compile_options(glibc_shim PRIVATE -O2 -Wall -Wextra -Werror -fvisibility=hidden ${SHARRAY_CODE_FLAGS})

# Links a shared library of ours: against the stubs, libstdc++ inside, nothing exported but what `map` says, all bound and
# read-only at load, no build directory recorded, and refused if it needs a newer glibc all the same.
function(sharray_shared_library target map)
  add_dependencies(${target} glibc_stubs)
  target_link_options(
    ${target}
    PRIVATE
    -nodefaultlibs
    -Wl,--version-script=${map}
    -Wl,--exclude-libs,ALL
    -Wl,-z,defs
    -Wl,-z,relro
    -Wl,-z,now
    -Wl,-z,noexecstack
    -Wl,--gc-sections
    -Wl,--build-id=sha1
    -Wl,-s
  )
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${map};${SHARRAY_GLIBC_STUBS}")
  target_link_libraries(
    ${target} PRIVATE $<TARGET_OBJECTS:glibc_shim> -l:libstdc++.a ${ARGN} -Wl,--as-needed -lgcc_s -lgcc ${SHARRAY_GLIBC_LINK}
  )
  add_custom_command(
    TARGET ${target}
    POST_BUILD
    COMMAND bash "${CMAKE_CURRENT_SOURCE_DIR}/check_glibc.sh" --quiet "${SHARRAY_GLIBC}" "$<TARGET_FILE:${target}>"
    VERBATIM
  )
endfunction()
