/// The provider's routines, typed. Matrices are column-major with a leading dimension, in elements; `Int` is passed as
/// it is, see Provider::wide_integers. Each returns LAPACK's info.
#pragma once

#include <complex>
#include <cstdint>
#include <type_traits>

#include "blas/provider.h"
#include "blas/workspace.h"

namespace sharray {

using Int = std::int64_t;

template <class T>
struct RealOf {
  using type = T;
};
template <class R>
struct RealOf<std::complex<R>> {
  using type = R;
};
template <class T>
using Real = typename RealOf<T>::type;
template <class T>
inline constexpr bool kIsComplex = !std::is_same_v<T, Real<T>>;
template <class T>
inline constexpr Scalar kScalarOf = kIsComplex<T> ? (sizeof(T) == 8 ? Scalar::complex64 : Scalar::complex128)
                                                  : (sizeof(T) == 4 ? Scalar::float32 : Scalar::float64);

template <class T>
class Lapack {
 public:
  Lapack(const Provider& provider, Workspace& work) noexcept : provider_(provider), work_(work) {}

  /// Whether the provider can be asked for a dimension.
  bool takes(Int n) const noexcept { return provider_.wide_integers || n <= INT32_MAX; }

  /// C = op(A) op(B) + beta C; op: 'N', 'T' or 'C'.
  void gemm(char op_a, char op_b, Int m, Int n, Int k, const T* a, Int lda, const T* b, Int ldb, T beta, T* c,
            Int ldc) const noexcept {
    const T one(1);
    call<void(const char*, const char*, const Int*, const Int*, const Int*, const T*, const T*, const Int*, const T*,
              const Int*, const T*, T*, const Int*, Length, Length)>(Routine::gemm)(
        &op_a, &op_b, &m, &n, &k, &one, a, &lda, b, &ldb, &beta, c, &ldc, 1, 1);
  }

  /// y = op(A) x, of A with m rows and n columns.
  void gemv(char op, Int m, Int n, const T* a, Int lda, const T* x, Int step_x, T* y, Int step_y) const noexcept {
    const T one(1), zero(0);
    call<void(const char*, const Int*, const Int*, const T*, const T*, const Int*, const T*, const Int*, const T*, T*,
              const Int*, Length)>(Routine::gemv)(&op, &m, &n, &one, a, &lda, x, &step_x, &zero, y, &step_y, 1);
  }

  /// `pivots` has room for n 64-bit integers; `pivot` reads them.
  Int getrf(Int m, Int n, T* a, Int lda, Int* pivots) const noexcept {
    Int info = 0;
    call<void(const Int*, const Int*, T*, const Int*, Int*, Int*)>(Routine::getrf)(&m, &n, a, &lda, pivots, &info);
    return read(&info);
  }

  Int pivot(const Int* pivots, Int i) const noexcept {
    return provider_.wide_integers ? pivots[i] : reinterpret_cast<const std::int32_t*>(pivots)[i];
  }

  Int getrs(char op, Int n, Int columns, const T* a, Int lda, const Int* pivots, T* b, Int ldb) const noexcept {
    Int info = 0;
    call<void(const char*, const Int*, const Int*, const T*, const Int*, const Int*, T*, const Int*, Int*, Length)>(
        Routine::getrs)(&op, &n, &columns, a, &lda, pivots, b, &ldb, &info, 1);
    return read(&info);
  }

  /// Factors a and solves for b, which the solution replaces.
  Int gesv(Int n, Int columns, T* a, Int lda, Int* pivots, T* b, Int ldb) const noexcept {
    Int info = 0;
    call<void(const Int*, const Int*, T*, const Int*, Int*, T*, const Int*, Int*)>(Routine::gesv)(
        &n, &columns, a, &lda, pivots, b, &ldb, &info);
    return read(&info);
  }

  Int getri(Int n, T* a, Int lda, const Int* pivots) const {
    return with_work([&](T* work, const Int* size, Int* info) {
      call<void(const Int*, T*, const Int*, const Int*, T*, const Int*, Int*)>(Routine::getri)(&n, a, &lda, pivots,
                                                                                               work, size, info);
    });
  }

  Int potrf(char triangle, Int n, T* a, Int lda) const noexcept {
    Int info = 0;
    call<void(const char*, const Int*, T*, const Int*, Int*, Length)>(Routine::potrf)(&triangle, &n, a, &lda, &info, 1);
    return read(&info);
  }

  Int geqrf(Int m, Int n, T* a, Int lda, T* tau) const {
    return with_work([&](T* work, const Int* size, Int* info) {
      call<void(const Int*, const Int*, T*, const Int*, T*, T*, const Int*, Int*)>(Routine::geqrf)(&m, &n, a, &lda, tau,
                                                                                                   work, size, info);
    });
  }

  Int orgqr(Int m, Int n, Int k, T* a, Int lda, const T* tau) const {
    return with_work([&](T* work, const Int* size, Int* info) {
      call<void(const Int*, const Int*, const Int*, T*, const Int*, const T*, T*, const Int*, Int*)>(Routine::orgqr)(
          &m, &n, &k, a, &lda, tau, work, size, info);
    });
  }

  /// `job`: 'N' no vectors, 'S' those of the singular values, 'A' all.
  Int gesdd(char job, Int m, Int n, T* a, Int lda, Real<T>* s, T* u, Int ldu, T* vt, Int ldvt) const {
    const Int least = m < n ? m : n, most = m < n ? n : m;
    Int* integers = work_.take<Int>(8 * least);
    if constexpr (kIsComplex<T>) {
      const Int reals =
          job == 'N' ? 7 * least
                     : least * (5 * least + 7 > 2 * most + 2 * least + 1 ? 5 * least + 7 : 2 * most + 2 * least + 1);
      auto* real_work = work_.take<Real<T>>(reals);
      return with_work([&](T* work, const Int* size, Int* info) {
        call<void(const char*, const Int*, const Int*, T*, const Int*, Real<T>*, T*, const Int*, T*, const Int*, T*,
                  const Int*, Real<T>*, Int*, Int*, Length)>(Routine::gesdd)(
            &job, &m, &n, a, &lda, s, u, &ldu, vt, &ldvt, work, size, real_work, integers, info, 1);
      });
    } else {
      return with_work([&](T* work, const Int* size, Int* info) {
        call<void(const char*, const Int*, const Int*, T*, const Int*, T*, T*, const Int*, T*, const Int*, T*,
                  const Int*, Int*, Int*, Length)>(Routine::gesdd)(&job, &m, &n, a, &lda, s, u, &ldu, vt, &ldvt, work,
                                                                   size, integers, info, 1);
      });
    }
  }

  /// Real: eigenvalues in `w`, n real parts and then n imaginary parts; complex: n values. Right eigenvectors in `v` as
  /// LAPACK packs them, if `job` is 'V'.
  Int geev(char job, Int n, T* a, Int lda, T* w, T* v, Int ldv) const {
    const char none = 'N';
    T unused{};
    const Int one = 1;
    if constexpr (kIsComplex<T>) {
      auto* real_work = work_.take<Real<T>>(2 * n);
      return with_work([&](T* work, const Int* size, Int* info) {
        call<void(const char*, const char*, const Int*, T*, const Int*, T*, T*, const Int*, T*, const Int*, T*,
                  const Int*, Real<T>*, Int*, Length, Length)>(Routine::geev)(
            &none, &job, &n, a, &lda, w, &unused, &one, v, &ldv, work, size, real_work, info, 1, 1);
      });
    } else {
      return with_work([&](T* work, const Int* size, Int* info) {
        call<void(const char*, const char*, const Int*, T*, const Int*, T*, T*, T*, const Int*, T*, const Int*, T*,
                  const Int*, Int*, Length, Length)>(Routine::geev)(&none, &job, &n, a, &lda, w, w + n, &unused, &one,
                                                                    v, &ldv, work, size, info, 1, 1);
      });
    }
  }

  /// Eigenvalues of a symmetric or Hermitian matrix; its eigenvectors replace it if `job` is 'V'.
  Int evd(char job, char triangle, Int n, T* a, Int lda, Real<T>* w) const {
    const Int query = -1;
    Int info = 0;
    T size{};
    Real<T> real_size{};
    Int integer_size = 0;
    evd(job, triangle, n, a, lda, w, &size, &query, &real_size, &query, &integer_size, &query, &info);
    const Int count = length(size), reals = kIsComplex<T> ? length(real_size) : 0, integers = read(&integer_size);
    if (!takes(count) || !takes(reals)) return kTooLarge;
    info = 0;
    evd(job, triangle, n, a, lda, w, work_.take<T>(count), &count, work_.take<Real<T>>(reals), &reals,
        work_.take<Int>(integers), &integers, &info);
    return read(&info);
  }

  Int gelsd(Int m, Int n, Int columns, T* a, Int lda, T* b, Int ldb, Real<T>* s, Real<T> rcond, Int* rank) const {
    const Int query = -1;
    Int info = 0;
    T size{};
    Real<T> real_size{};
    Int integer_size = 0;
    *rank = 0;
    gelsd(m, n, columns, a, lda, b, ldb, s, rcond, rank, &size, &query, &real_size, &integer_size, &info);
    const Int count = length(size);
    if (!takes(count)) return kTooLarge;
    info = 0;
    *rank = 0;
    gelsd(m, n, columns, a, lda, b, ldb, s, rcond, rank, work_.take<T>(count), &count,
          work_.take<Real<T>>(kIsComplex<T> ? length(real_size) : 0), work_.take<Int>(read(&integer_size)), &info);
    *rank = read(rank);
    return read(&info);
  }

  /// In place of info: a work array would need more elements than the interface can say.
  static constexpr Int kTooLarge = 0x7f'fffd;

 private:
  using Length = std::size_t;  ///< of a character argument, as Fortran compilers pass it

  template <class Function>
  Function* call(Routine routine) const noexcept {
    return reinterpret_cast<Function*>(provider_.functions[static_cast<int>(kScalarOf<T>)][static_cast<int>(routine)]);
  }

  Int read(const Int* value) const noexcept {
    return provider_.wide_integers ? *value : static_cast<std::int32_t>(*value);
  }

  /// The size that a query answered: never less, though float32 rounds it.
  static Int length(T answer) noexcept requires kIsComplex<T> { return length(answer.real()); }
  static Int length(Real<T> answer) noexcept {
    return static_cast<Int>(static_cast<double>(answer) * (sizeof(answer) == 4 ? 1.000001 : 1)) + 1;
  }

  template <class Body>
  Int with_work(const Body& body) const {
    const Int query = -1;
    Int info = 0;
    T answer{};
    body(&answer, &query, &info);
    const Int size = length(answer);
    if (!takes(size)) return kTooLarge;
    info = 0;
    body(work_.take<T>(size), &size, &info);
    return read(&info);
  }

  void evd(char job, char triangle, Int n, T* a, Int lda, Real<T>* w, T* work, const Int* size, Real<T>* real_work,
           const Int* real_size, Int* integers, const Int* integer_size, Int* info) const noexcept {
    if constexpr (kIsComplex<T>) {
      call<void(const char*, const char*, const Int*, T*, const Int*, Real<T>*, T*, const Int*, Real<T>*, const Int*,
                Int*, const Int*, Int*, Length, Length)>(Routine::evd)(
          &job, &triangle, &n, a, &lda, w, work, size, real_work, real_size, integers, integer_size, info, 1, 1);
    } else {
      call<void(const char*, const char*, const Int*, T*, const Int*, T*, T*, const Int*, Int*, const Int*, Int*,
                Length, Length)>(Routine::evd)(&job, &triangle, &n, a, &lda, w, work, size, integers, integer_size,
                                               info, 1, 1);
    }
  }

  void gelsd(Int m, Int n, Int columns, T* a, Int lda, T* b, Int ldb, Real<T>* s, Real<T> rcond, Int* rank, T* work,
             const Int* size, Real<T>* real_work, Int* integers, Int* info) const noexcept {
    if constexpr (kIsComplex<T>) {
      call<void(const Int*, const Int*, const Int*, T*, const Int*, T*, const Int*, Real<T>*, const Real<T>*, Int*, T*,
                const Int*, Real<T>*, Int*, Int*)>(Routine::gelsd)(&m, &n, &columns, a, &lda, b, &ldb, s, &rcond, rank,
                                                                   work, size, real_work, integers, info);
    } else {
      call<void(const Int*, const Int*, const Int*, T*, const Int*, T*, const Int*, T*, const T*, Int*, T*, const Int*,
                Int*, Int*)>(Routine::gelsd)(&m, &n, &columns, a, &lda, b, &ldb, s, &rcond, rank, work, size, integers,
                                             info);
    }
  }

  const Provider& provider_;
  Workspace& work_;
};

}  // namespace sharray
