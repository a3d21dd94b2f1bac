/// A linear algebra call: one operation on each matrix of a batch.
///
/// A call is a sequence of 64-bit words that Java writes:
/// ```
/// 0            result: 0, or (place of the first matrix that failed + 1) << 24 | info
/// 1            kLinalgVersion
/// 2 3          Operation, Scalar
/// 4 5          threads wanted, 0 for the team's; option of the operation
/// 6 7 8        m, n, k
/// 9 10         dimensions of the batch, operands
/// 11           bits of a double: rcond
/// 12...        shape of the batch, outermost dimension first; then for each operand: address, byte strides of rows,
///              of columns, and of the batch
/// ```
/// Inputs are never written. `info` is LAPACK's, or one of Failure.
#pragma once

#include <cstdint>

#include "blas/matrix.h"
#include "blas/provider.h"

namespace sharray {

inline constexpr std::int64_t kLinalgVersion = 0x2001;
inline constexpr std::int64_t kLinalgHeaderWords = 12;
inline constexpr int kMostOperands = 6;
inline constexpr int kMostBatchDimensions = 32;

/// With their operands; outputs after the arrow. Outputs but for those of `matmul` and `solve` lie row-major.
enum class Operation : std::uint8_t {
  matmul,    ///< a (m, k), b (k, n) -> c (m, n)
  solve,     ///< a (n, n), b (n, k) -> x (n, k)
  inv,       ///< a (n, n) -> b (n, n)
  det,       ///< a (n, n) -> determinant; with option 1 -> sign, logarithm of the absolute value
  cholesky,  ///< a (n, n) -> factor (n, n), the upper one with option 1
  lu,        ///< a (m, n) -> int64 permutation (m), l (m, least), u (least, n)
  qr,        ///< a (m, n) -> q (m, k), r (k, n); with option 1 -> r
  svd,       ///< a (m, n) -> s; with option 1 -> s, u (m, least), vh (least, n); with 2 -> s, u (m, m), vh (n, n)
  eig,       ///< a (n, n) -> complex values; with option 1 -> values, complex vectors (n, n)
  eigh,      ///< a (n, n) -> real values; with option 1 -> values, vectors (n, n)
  lstsq,     ///< a (m, n), b (m, k) -> x (n, k), real residuals (k), int64 rank, singular values (least)
};
inline constexpr int kOperations = 11;

/// In place of LAPACK's info, which is smaller. Lapack::kTooLarge is another.
enum Failure : std::int64_t {
  kNotFinite = 0x7f'ffff,     ///< the matrix holds NaN or infinity
  kNotHermitian = 0x7f'fffe,  ///< it is not symmetric, or not its own adjoint
};

struct LinalgOperand {
  Matrix first;  ///< of the first matrix
  const std::int64_t* batch;
};

/// A call, checked and taken apart; it points into the words.
struct LinalgCall {
  Operation operation = Operation::matmul;
  Scalar scalar = Scalar::float64;
  int threads = 0;
  int option = 0;
  Int m = 0, n = 0, k = 0;
  double rcond = 0;
  int dimensions = 0;
  const std::int64_t* batch = nullptr;
  Int count = 1;  ///< of matrices
  int operand_count = 0;
  LinalgOperand operands[kMostOperands] = {};
};

/// Reads a call. False if it is not well formed: sizes are checked, addresses cannot be.
bool read_linalg(const std::int64_t* call, std::int64_t words, LinalgCall* linalg) noexcept;

/// Estimated time of one matrix on one thread.
double estimated_nanoseconds(const LinalgCall& call) noexcept;

/// Whether it is for the thread of the team: it needs its stack, or all threads for one matrix.
bool wants_team(const LinalgCall& call, int threads) noexcept;

/// Runs a call on up to `threads` threads, see parallel/ranges.h, with the turn taken: several threads for the provider
/// only if `wide`. Returns SHARRAY_OK or SHARRAY_EXHAUSTED.
std::int32_t run_linalg(const LinalgCall& call, const Provider& provider, int threads, bool wide,
                        std::int64_t* result) noexcept;

/// Runs a call on the thread of the team.
std::int32_t run_linalg_on_team(const LinalgCall& call, int threads, std::int64_t* result) noexcept;

/// Runs a call on the calling thread, which the team may help. Returns 1 if it is for the team, else as run_linalg.
std::int32_t linalg_call(std::int64_t* call, std::int64_t words) noexcept;

}  // namespace sharray
