# Flags that every C++ file of ours is compiled with.
set(SHARRAY_WARNINGS -Wall -Wextra -Wconversion -Werror)

# Contraction off: the same bits on every CPU path. No build path in the files: the same bits from every directory.
set(SHARRAY_CODE_FLAGS -ffp-contract=off "-ffile-prefix-map=${SHARRAY_ROOT}/=" "-ffile-prefix-map=${CMAKE_BINARY_DIR}/=")
