# Flags that every C++ file of ours is compiled with.
# Clang counts changes of sign among the conversions; gcc does not in C++. Clang is for sanitizers and fuzzing only, where
# it does not matter which loops it vectorises.
set(SHARRAY_WARNINGS -Wall -Wextra -Wconversion -Werror
    $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>
    $<$<CXX_COMPILER_ID:Clang>:-Wno-pass-failed>)

# Contraction off: the same bits on every CPU path. No build path in the files: the same bits from every directory.
set(SHARRAY_CODE_FLAGS -ffp-contract=off "-ffile-prefix-map=${SHARRAY_ROOT}/=" "-ffile-prefix-map=${CMAKE_BINARY_DIR}/=")
