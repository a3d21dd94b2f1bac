# SHARRAY_BUILD_CHECKSUM: over every C++ source, the operations table, the build files, the compiler and the flags. It is
# part of the core's SONAME, so one process never takes the core of another build for its own.
# SHARRAY_OPS_CHECKSUM: CRC-32 of ops.def, which the Java half compares with its own.
file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${SHARRAY_CPP}/*" "${CMAKE_CURRENT_SOURCE_DIR}/*")
list(SORT sources)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${sources})
set(text "${SHARRAY_VERSION} ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_SYSTEM_PROCESSOR}")
string(APPEND text " ${CMAKE_BUILD_TYPE} ${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_RELEASE} ${SHARRAY_SANITIZE}")
foreach(source ${sources})
  file(SHA256 "${source}" hash)
  file(RELATIVE_PATH name "${SHARRAY_ROOT}" "${source}")
  string(APPEND text "\n${name} ${hash}")
endforeach()
string(SHA256 SHARRAY_BUILD_CHECKSUM "${text}")
string(SUBSTRING "${SHARRAY_BUILD_CHECKSUM}" 0 12 SHARRAY_BUILD_CHECKSUM)

# The last eight bytes of a gzip file are the CRC-32 and the length.
execute_process(
  COMMAND sh -c "gzip -nc < '${SHARRAY_CPP}/ops.def' | tail -c 8 | head -c 4 | od -An -tx4"
  OUTPUT_VARIABLE crc
  OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY
)
string(STRIP "${crc}" crc)
if(NOT crc MATCHES "^[0-9a-f]+$")
  message(FATAL_ERROR "no CRC-32 of ops.def: '${crc}'")
endif()
set(SHARRAY_OPS_CHECKSUM "0x${crc}")
