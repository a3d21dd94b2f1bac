#include "blas/call.h"

#include <atomic>
#include <bit>
#include <new>

#include "api.h"
#include "blas/gang.h"
#include "blas/operations.h"
#include "blas/turns.h"
#include "parallel/crew.h"
#include "parallel/team.h"

namespace sharray {
namespace {

/// One matrix that takes longer is for the team.
constexpr double kInlineNanoseconds = 50'000;
/// So is a batch, if each thread has more to do; its caller sleeps.
constexpr double kLongNanoseconds = 10'000'000;
/// A matrix that takes longer is computed by all threads, unless there are many of them.
constexpr double kAloneNanoseconds = 1'000'000;
/// From here on help is worth asking for.
constexpr double kSharedNanoseconds = 8'000;
/// Memory that stays with the thread of the team, and with each other thread.
constexpr std::size_t kTeamMemory = std::size_t{64} << 20, kOtherMemory = std::size_t{1} << 20;

thread_local Workspace workspace;

constexpr std::int64_t failed(Int index, Int info) noexcept { return (index + 1) << 24 | (info & 0xff'ffff); }

template <class T>
Int run(Operation operation, const Item<T>& item) {
  switch (operation) {
    case Operation::matmul:
      return matmul(item);
    case Operation::solve:
      return solve(item);
    case Operation::inv:
      return inv(item);
    case Operation::det:
      return det(item);
    case Operation::cholesky:
      return cholesky(item);
    case Operation::lu:
      return lu(item);
    case Operation::qr:
      return qr(item);
    case Operation::svd:
      return svd(item);
    case Operation::eig:
      return eig(item);
    case Operation::eigh:
      return eigh(item);
    case Operation::lstsq:
      return lstsq(item);
  }
  return 0;
}

template <class T>
Int run_one(const LinalgCall& call, const Provider& provider, int threads, Int index) {
  Item<T> item{call, {}, Lapack<T>(provider, workspace), workspace, threads};
  for (int o = 0; o < kMostOperands; o++) item.operands[o] = call.operands[o].first;
  for (int d = call.dimensions - 1; d >= 0; d--) {
    const Int place = index % call.batch[d];
    index /= call.batch[d];
    for (int o = 0; o < call.operand_count; o++) {
      item.operands[o].at += place * call.operands[o].batch[d];
    }
  }
  const Lapack<T>& lapack = item.lapack;
  // The dimensions of products are cut.
  if (call.operation != Operation::matmul && !(lapack.takes(call.m) && lapack.takes(call.n) && lapack.takes(call.k))) {
    return Lapack<T>::kTooLarge;
  }
  workspace.reset();
  return run(call.operation, item);
}

Int run_one(const LinalgCall& call, const Provider& provider, int threads, Int index) {
  switch (call.scalar) {
    case Scalar::float32:
      return run_one<float>(call, provider, threads, index);
    case Scalar::float64:
      return run_one<double>(call, provider, threads, index);
    case Scalar::complex64:
      return run_one<std::complex<float>>(call, provider, threads, index);
    default:
      return run_one<std::complex<double>>(call, provider, threads, index);
  }
}

/// How many operands an operation has with an option.
int wanted_operands(std::int64_t operation, std::int64_t option) noexcept {
  const bool first = option == 0;
  switch (static_cast<Operation>(operation)) {
    case Operation::matmul:
    case Operation::solve:
      return 3;
    case Operation::inv:
    case Operation::cholesky:
      return 2;
    case Operation::det:
      return first ? 2 : 3;
    case Operation::lu:
      return 4;
    case Operation::qr:
      return first ? 3 : 2;
    case Operation::svd:
      return first ? 2 : 4;
    case Operation::eig:
    case Operation::eigh:
      return first ? 2 : 3;
    case Operation::lstsq:
      return 6;
  }
  return 0;
}

/// The first matrix that failed, and whether memory did.
struct Outcome {
  std::atomic<std::int64_t> result{0};
  std::atomic<std::int32_t> status{SHARRAY_OK};

  /// Whether nothing before this matrix has failed.
  bool matters(Int index) const noexcept {
    const std::int64_t seen = result.load(std::memory_order_relaxed);
    return status.load(std::memory_order_relaxed) == SHARRAY_OK && (seen == 0 || index < (seen >> 24) - 1);
  }

  void note(Int index, Int info) noexcept {
    const std::int64_t mine = failed(index, info);
    std::int64_t seen = result.load(std::memory_order_relaxed);
    while ((seen == 0 || mine < seen) && !result.compare_exchange_weak(seen, mine, std::memory_order_relaxed)) {
    }
  }
};

void run_part(const LinalgCall& call, const Provider& provider, int threads, Int first, Int last,
              Outcome& outcome) noexcept {
  for (Int index = first; index < last && outcome.matters(index); index++) {
    try {
      if (const Int info = run_one(call, provider, threads, index); info != 0) outcome.note(index, info);
    } catch (const std::bad_alloc&) {
      outcome.status = SHARRAY_EXHAUSTED;
    }
  }
}

/// Operations of arithmetic on one matrix, in units of real multiplications and additions.
double arithmetic(const LinalgCall& call) noexcept {
  const auto m = static_cast<double>(call.m), n = static_cast<double>(call.n), k = static_cast<double>(call.k);
  const double least = std::min(m, n);
  switch (call.operation) {
    case Operation::matmul:
      return 2 * m * n * k;
    case Operation::solve:
      return n * n * (0.7 * n + 2 * k);
    case Operation::inv:
      return 2 * n * n * n;
    case Operation::det:
      return 0.7 * n * n * n;
    case Operation::cholesky:
      return 0.4 * n * n * n;
    case Operation::lu:
      return m * n * least;
    case Operation::qr:
      return 4 * m * n * least;
    case Operation::svd:
      return (call.option == 0 ? 6 : 20) * m * n * least;
    case Operation::eig:
      return (call.option == 0 ? 10 : 25) * n * n * n;
    case Operation::eigh:
      return (call.option == 0 ? 2 : 9) * n * n * n;
    case Operation::lstsq:
      return m * n * (8 * least + 4 * k);
  }
  return 0;
}

/// Whether the threads take a matrix each, instead of all the same one.
bool spreads(const LinalgCall& call, int threads) noexcept {
  return threads > 1 && call.count > 1 &&
         (call.count >= 4 * static_cast<Int>(threads) || estimated_nanoseconds(call) < kAloneNanoseconds);
}

}  // namespace

bool read_linalg(const std::int64_t* call, std::int64_t words, LinalgCall* linalg) noexcept {
  if (words < kLinalgHeaderWords || call[1] != kLinalgVersion) return false;
  if (call[2] < 0 || call[2] >= kOperations || call[3] < 0 || call[3] >= kScalars) return false;
  if (call[4] < 0 || call[4] > 1 << 20 || call[5] < 0 || call[5] > 2) return false;
  for (int i = 6; i < 9; i++) {
    if (call[i] < 0 || call[i] > Int{1} << 58) return false;
  }
  const std::int64_t dimensions = call[9], operands = call[10];
  if (dimensions < 0 || dimensions > kMostBatchDimensions || operands != wanted_operands(call[2], call[5]))
    return false;
  if (words != kLinalgHeaderWords + dimensions + operands * (3 + dimensions)) return false;
  linalg->operation = static_cast<Operation>(call[2]);
  linalg->scalar = static_cast<Scalar>(call[3]);
  linalg->threads = static_cast<int>(call[4]);
  linalg->option = static_cast<int>(call[5]);
  linalg->m = call[6];
  linalg->n = call[7];
  linalg->k = call[8];
  linalg->rcond = std::bit_cast<double>(call[11]);
  linalg->dimensions = static_cast<int>(dimensions);
  linalg->batch = call + kLinalgHeaderWords;
  linalg->count = 1;
  for (int d = 0; d < dimensions; d++) {
    if (linalg->batch[d] < 0 || __builtin_mul_overflow(linalg->count, linalg->batch[d], &linalg->count)) return false;
  }
  const std::int64_t* next = linalg->batch + dimensions;
  linalg->operand_count = static_cast<int>(operands);
  for (int o = 0; o < operands; o++) {
    linalg->operands[o] = {{reinterpret_cast<char*>(next[0]), next[1], next[2]}, next + 3};
    next += 3 + dimensions;
  }
  return true;
}

double estimated_nanoseconds(const LinalgCall& call) noexcept {
  const bool is_complex = call.scalar >= Scalar::complex64;
  const double overhead = call.operation <= Operation::cholesky ? 300 : 3000;
  return overhead + arithmetic(call) * (is_complex ? 4 : 1) / 10;
}

bool wants_team(const LinalgCall& call, int threads) noexcept {
  const double each = estimated_nanoseconds(call);
  return each > kInlineNanoseconds || each * static_cast<double>(call.count) / threads > kLongNanoseconds;
}

std::int32_t run_linalg(const LinalgCall& call, const Provider& provider, int threads, bool wide,
                        std::int64_t* result) noexcept {
  Outcome outcome;
  if (wide) {
    run_part(call, provider, threads, 0, call.count, outcome);
  } else {
    parallel_parts(call.count, threads, [&](Parts& parts) noexcept {
      const OwnThreads one(provider, 1);
      for (Int first, last; parts.next(&first, &last);) run_part(call, provider, 1, first, last, outcome);
      workspace.trim(kOtherMemory);
    });
  }
  *result = outcome.result;
  return outcome.status;
}

std::int32_t run_linalg_on_team(const LinalgCall& call, int threads, std::int64_t* result) noexcept {
  const Provider* const the_provider = provider();
  if (the_provider == nullptr) return SHARRAY_INVALID;
  const bool wide = !spreads(call, threads) && threads > 1;
  std::int32_t status = SHARRAY_OK;
  if (wide && the_provider->delegates) {
    const auto body = [&](int gang) noexcept {
      const Turn turn(*the_provider, gang);
      status = run_linalg(call, *the_provider, 1, true, result);
    };
    with_gang(
        threads, [](const void* it, int gang) { (*static_cast<const decltype(body)*>(it))(gang); }, &body);
  } else {
    const Turn turn(*the_provider, wide ? threads : 1);
    status = run_linalg(call, *the_provider, threads, wide, result);
  }
  workspace.trim(kTeamMemory);
  return status;
}

std::int32_t linalg_call(std::int64_t* call, std::int64_t words) noexcept {
  LinalgCall linalg;
  const Provider* const the_provider = provider();
  if (the_provider == nullptr || !read_linalg(call, words, &linalg)) return SHARRAY_INVALID;
  const int threads = linalg.threads > 0 ? linalg.threads : team_threads(0);
  if (wants_team(linalg, threads) || !Turn::try_enter(*the_provider)) return 1;
  std::int32_t status;
  const double nanoseconds = estimated_nanoseconds(linalg) * static_cast<double>(linalg.count);
  if (nanoseconds < kSharedNanoseconds) {
    status = run_linalg(linalg, *the_provider, 1, false, &call[0]);
  } else {
    const Crew crew(nanoseconds);
    status = run_linalg(linalg, *the_provider, threads, false, &call[0]);
  }
  Turn::leave(*the_provider);
  return status;
}

}  // namespace sharray
