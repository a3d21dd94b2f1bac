#include "api.h"

#include <cstdio>
#include <cstring>
#include <new>

#include "blas/call.h"
#include "blas/provider.h"
#include "expression/evaluate.h"
#include "expression/gather.h"
#include "fft/call.h"
#include "fft/fftw.h"
#include "parallel/crew.h"
#include "parallel/team.h"
#include "random/permute.h"
#include "segment/blocks.h"
#include "segment/clients.h"
#include "segment/pages.h"
#include "segment/segment.h"
#include "segment/sigbus.h"

namespace sharray {
namespace {

/// From here on help is worth asking for.
constexpr double kSharedNanoseconds = 8'000;

/// Calls work(threads) on this thread, for others to help where that is worth it.
template <class Work>
std::int32_t with_help(double nanoseconds, const Work& work) noexcept {
  if (nanoseconds < kSharedNanoseconds) return work(1);
  const Crew crew(nanoseconds);
  return work(team_threads(0));
}

std::int32_t evaluate_call(std::int64_t* call, std::int64_t words) noexcept {
  // Kept by the thread, so that a small call allocates nothing.
  static thread_local Program program;
  try {
    program.clear();
    if (!read_program(call, words, program)) return SHARRAY_INVALID;
  } catch (const std::bad_alloc&) {
    return SHARRAY_EXHAUSTED;
  }
  return with_help(estimated_nanoseconds(program),
                   [&](int threads) noexcept { return evaluate(program, current_table(), threads, &call[0]); });
}

std::int32_t gather_call(std::int64_t* call, std::int64_t words) noexcept {
  Gather taken;
  if (!read_gather(call, words, &taken)) return SHARRAY_INVALID;
  return with_help(estimated_nanoseconds(taken),
                   [&](int threads) noexcept { return gather(taken, threads, &call[0]); });
}

std::int32_t permute_call(std::int64_t address, std::int64_t n, std::int64_t key, std::int64_t call) noexcept {
  if (address <= 0 || n < 0) return SHARRAY_INVALID;
  const DrawKey of{static_cast<std::uint64_t>(key), static_cast<std::uint64_t>(call)};
  return with_help(permute_nanoseconds(n), [&](int threads) noexcept {
    return permute(reinterpret_cast<std::int64_t*>(address), n, of, current_table().path, threads);
  });
}

/// Below this a transform is not worth a hand-over to the team.
constexpr double kTeamNanoseconds = 50'000;
/// The core's own transforms stay with their caller up to this, as expressions do.
constexpr double kLongNanoseconds = 10'000'000;

std::int32_t fft_call(std::int64_t* call, std::int64_t words) noexcept {
  FftCall taken;
  if (!read_fft(call, words, &taken)) return SHARRAY_INVALID;
  const double nanoseconds = estimated_nanoseconds(taken);
  if (nanoseconds < kTeamNanoseconds) return run_fft(taken, 1);
  // A library's threads, and its needs of stack, are for the team.
  if (fftw_name() != nullptr || nanoseconds > kLongNanoseconds) return 1;
  return with_help(nanoseconds, [&](int threads) noexcept { return run_fft(taken, threads); });
}

std::int32_t select_cpu(const char* path) noexcept { return select_table(path) ? SHARRAY_OK : SHARRAY_INVALID; }

/// Appends "key\tvalue\n" lines to a bounded text.
class Facts {
 public:
  Facts(char* text, std::int64_t capacity) noexcept : text_(text), left_(capacity) {
    if (left_ > 0) *text_ = '\0';
  }

  void add(const char* key, const char* value) noexcept {
    const int written = std::snprintf(text_, left_ > 0 ? static_cast<std::size_t>(left_) : 0, "%s\t%s\n", key, value);
    if (written < 0 || written >= left_) {
      left_ = 0;
      return;
    }
    text_ += written;
    left_ -= written;
  }

  void add(const char* key, std::int64_t value) noexcept {
    char digits[24];
    std::snprintf(digits, sizeof digits, "%lld", static_cast<long long>(value));
    add(key, digits);
  }

 private:
  char* text_;
  std::int64_t left_;
};

void list_paths(char* text, std::size_t capacity) noexcept {
  text[0] = '\0';
  for (CpuPath path : {CpuPath::baseline, CpuPath::avx2, CpuPath::avx512, CpuPath::neon}) {
    if (!cpu_has(path)) continue;
    if (text[0] != '\0') std::strncat(text, " ", capacity - std::strlen(text) - 1);
    std::strncat(text, cpu_path_name(path), capacity - std::strlen(text) - 1);
  }
}

std::int32_t describe(char* text, std::int64_t capacity) noexcept {
  char value[256];
  Facts facts(text, capacity);
  facts.add("cpu", cpu_path_name(current_table().path));
  list_paths(value, sizeof value);
  facts.add("cpuPaths", value);
  facts.add("threads", team_threads(0));
  describe_threads(value, sizeof value);
  facts.add("threadsReason", value);
  facts.add("replaceFailures", segment_replace_failures());
  facts.add("truncationHandler", guarding_state());
  facts.add("poisonedMappings", __atomic_load_n(&poisonings, __ATOMIC_RELAXED));
  facts.add("numaNodes", numa_nodes());
  if (const Provider* blas = provider(); blas != nullptr) {
    facts.add("blas", blas->name);
    facts.add("blasVersion", blas->version);
    facts.add("blasPath", blas->path);
    facts.add("blasReason", blas->reason);
  }
  const PoolFacts pooled = pool_facts();
  facts.add("poolSegments", pooled.segments);
  facts.add("poolBlocks", pooled.blocks);
  facts.add("poolIdleBytes", pooled.idle);
  facts.add("poolLimit", pooled.limit);
  facts.add("poolLimitReason", pooled.reason);
  if (fftw_name() != nullptr) {
    facts.add("fft", fftw_name());
    facts.add("fftReason", fftw_reason());
  }
  return SHARRAY_OK;
}

void set_survival(std::int32_t on) noexcept { survive_truncation(on != 0); }

constexpr sharray_api kApi = {
    .ops_checksum = SHARRAY_OPS_CHECKSUM,
    .reserved = 0,
    .version = SHARRAY_VERSION,
    .open_client = open_client,
    .close_client = close_client,
    .segment_create = segment_create,
    .segment_attach = segment_attach,
    .segment_reach = segment_reach,
    .segment_release = segment_release,
    .segment_forget = segment_forget,
    .segment_flush = segment_flush,
    .segment_finish = segment_finish,
    .segment_verify = segment_verify,
    .poisonings = &poisonings,
    .survive_truncation = set_survival,
    .segment_peek = segment_peek,
    .segment_sweep = segment_sweep,
    .segment_remove = segment_remove,
    .block_create = block_create,
    .block_attach = block_attach,
    .block_free = block_free,
    .block_verify = block_verify,
    .pool_limit = pool_limit,
    .pool_release = pool_release,
    .provenance = provenance,
    .evaluate = evaluate_call,
    .submit = team_submit,
    .gather = gather_call,
    .submit_gather = team_submit_gather,
    .blas_open = open_provider,
    .linalg = linalg_call,
    .submit_linalg = team_submit_linalg,
    .prefault = team_prefault,
    .permute = permute_call,
    .fft_open = open_fftw,
    .fft = fft_call,
    .submit_fft = team_submit_fft,
    .await = team_await,
    .threads = team_threads,
    .select_cpu = select_cpu,
    .describe = describe,
};

}  // namespace
}  // namespace sharray

extern "C" __attribute__((visibility("default"))) const sharray_api* sharray_core_api() noexcept {
  static const bool hooked = [] {
    sharray::on_client_close(sharray::team_close_client);
    sharray::team_helps();
    sharray::team_between_calls(sharray::pool_tend);
    sharray::pool_on_idle(sharray::team_tend);
    return true;
  }();
  static_cast<void>(hooked);
  return &sharray::kApi;
}
