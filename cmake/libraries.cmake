# The core library and the thin JNI library over it.
set(core_name "sharray-core-${SHARRAY_VERSION}-${SHARRAY_BUILD_CHECKSUM}")
set(SHARRAY_SONAME "lib${core_name}.so")

# A process binds what it finds under this SONAME and keeps it for ever: threads and mappings of the core outlive every
# class loader.
add_library(sharray_core SHARED)
target_sources(sharray_core PRIVATE $<TARGET_OBJECTS:sharray_objects>)
set_target_properties(
  sharray_core PROPERTIES OUTPUT_NAME "${core_name}" LIBRARY_OUTPUT_DIRECTORY "${SHARRAY_NATIVES}" LINKER_LANGUAGE CXX
)
target_link_options(sharray_core PRIVATE -Wl,-z,nodelete)
sharray_shared_library(sharray_core "${CMAKE_CURRENT_SOURCE_DIR}/core.map" -lgomp)
# Cores of earlier builds must not reach the jar.
add_custom_command(
  TARGET sharray_core
  PRE_LINK
  COMMAND find "${SHARRAY_NATIVES}" -name "libsharray-core-*.so" -delete
  COMMAND ${CMAKE_COMMAND} -E copy "${CMAKE_BINARY_DIR}/native.properties" "${SHARRAY_NATIVES}/native.properties"
  VERBATIM
)
configure_file("${CMAKE_CURRENT_SOURCE_DIR}/native.properties.in" "${CMAKE_BINARY_DIR}/native.properties" @ONLY)
set_property(TARGET sharray_core APPEND PROPERTY LINK_DEPENDS "${CMAKE_BINARY_DIR}/native.properties")

set(generated "${SHARRAY_JNI_SOURCES}/jnisharray.cpp" "${SHARRAY_JNI_SOURCES}/jnijavacpp.cpp")
set_source_files_properties(${generated} PROPERTIES GENERATED TRUE)
# JavaCPP's JNI_OnLoad initialises its Pointer class, whose thread would keep every class loader for ever. Nothing here
# uses pointers, so the hooks get other names and are dropped; border.cpp has the one that counts. The strings that
# come back are ASCII, and need none of its state either.
set_source_files_properties(
  ${generated}
  PROPERTIES COMPILE_OPTIONS "-w;-ffunction-sections;-fdata-sections"
             COMPILE_DEFINITIONS "JNI_OnLoad=javacpp_on_load;JNI_OnUnload=javacpp_on_unload;MODIFIED_UTF8_STRING"
)
add_library(jnisharray SHARED EXCLUDE_FROM_ALL ${generated} "${SHARRAY_CPP}/border.cpp")
target_include_directories(
  jnisharray PRIVATE "${SHARRAY_CPP}" "${SHARRAY_JAVA_HOME}/include" "${SHARRAY_JAVA_HOME}/include/linux"
)
target_compile_options(jnisharray PRIVATE ${SHARRAY_WARNINGS} ${SHARRAY_CODE_FLAGS})
set_target_properties(jnisharray PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${SHARRAY_NATIVES}")
sharray_shared_library(jnisharray "${CMAKE_CURRENT_SOURCE_DIR}/jni.map")
