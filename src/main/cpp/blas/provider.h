/// The provider of BLAS and LAPACK: one library of the node or of a jar, opened once in the process, and the table of
/// those of its functions that are used. Nothing of it is linked.
#pragma once

#include <cstdint>

namespace sharray {

/// Routines, by the name of their real variant; `evd` is syevd and heevd, `orgqr` also ungqr.
enum class Routine : std::uint8_t {
  gemm,
  gemv,
  getrf,
  getrs,
  getri,
  potrf,
  geqrf,
  orgqr,
  gesdd,
  geev,
  evd,
  gelsd,
  gesv
};
inline constexpr int kRoutines = 13;

/// Types of elements, in the order of the rows of the table.
enum class Scalar : std::uint8_t { float32, float64, complex64, complex128 };
inline constexpr int kScalars = 4;

struct Provider {
  void* functions[kScalars][kRoutines];
  /// Whether its integers have 64 bits. All are passed as 64-bit ones, of which a 32-bit interface reads the low half;
  /// what it writes is read by this.
  bool wide_integers;
  /// Sets the threads of its next calls on all threads; null if it cannot.
  void (*set_threads)(int);
  /// Sets them for calls on this thread only, 0 for what holds for all; null if it cannot.
  int (*set_own_threads)(int);
  /// Whether its parallel pieces go to the gang (blas/gang.h) of the calling thread.
  bool delegates;
  char name[32];
  char version[160];
  char path[512];
  char reason[512];
};

/// The provider, or null while there is none.
const Provider* provider() noexcept;

/// Opens the library at `path`, unless there is a provider already. `reason`: why this one, for a person. Returns
/// SHARRAY_OK, or SHARRAY_SYSTEM with the reason in `error` (SHARRAY_ERROR_BYTES). A library that was opened stays.
std::int32_t open_provider(const char* path, const char* reason, char* error) noexcept;

}  // namespace sharray
