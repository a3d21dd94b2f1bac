/// Times every vector kernel on operands that stay in the second-level cache, on one thread: against the C library's
/// scalar loop and MKL's vector mathematics in the same minute, on mixed, wide and subnormal data, and in float32.
///
/// usage: kernels PATH [substring of a function's name]        one line a figure: function TAB what TAB ns an element
///        kernels PATH --check|--record FILE                   against a calibration loop, see check()
/// PATH is avx512 or avx2; report.py makes the tables. MKL is what SHARRAY_MKL names.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <string>

#include "calibration.h"
#include "data.h"
#include "limits.h"
#include "vml.h"

/// MKL asks this before it takes the code for the instructions that a processor has; by its own answer, processors of
/// other makers get the oldest code, against which a comparison would be worth nothing.
extern "C" [[gnu::visibility("default")]] int mkl_serv_intel_cpu_true();
int mkl_serv_intel_cpu_true() { return 1; }

namespace {

using namespace sharray;
using namespace sharray::bench;

constexpr int kRounds = 11;

constexpr const char* kNames[] = {
#define OP(name, ...) #name,
#include "ops.def"
#undef OP
};

std::size_t op_of(const char* name) {
  std::size_t op = 0;
  while (op < kOps && std::strcmp(kNames[op], name) != 0) ++op;
  return op;
}

template <class T>
void run_kernel(Kernel kernel, T* out, const T* x, const T* y, const T* z, std::size_t n = kElements) {
  for (std::size_t i = 0; i < n; i += kBlock) kernel(out + i, x + i, y + i, z + i, kBlock);
}

/// A range of operands that a function has, or any.
Range or_any(const Range& range) { return range.kind == Range::none ? from(0, 1) : range; }

Array<float> narrowed(const Array<double>& from) {
  Array<float> to;
  for (std::size_t i = 0; i < kElements; ++i) to[i] = static_cast<float>(from.data()[i]);
  return to;
}

/// Operands of one kind, and their place in the contest.
struct Input {
  std::string what;
  Array<double> x, y, z;
};

std::vector<Input> inputs_of(const Subject& s) {
  std::vector<Input> inputs;
  const auto add = [&](const std::string& what, const std::vector<Range>& x) {
    const std::vector<Range> y = s.alike ? x : std::vector<Range>{or_any(s.y)};
    inputs.push_back({what, numbers(x, 1), numbers(y, 2), numbers({or_any(s.z)}, 3)});
  };
  std::vector<Range> branches;
  for (const Range& branch : s.branches) {
    if (branch.kind == Range::none) break;
    branches.push_back(branch);
    add("branch " + std::to_string(branches.size()), {branch});
  }
  if (branches.size() > 1) add("mixed", branches);
  if (s.wide.kind != Range::none) add("wide", {s.wide});
  if (s.subnormal.kind != Range::none) add("subnormal", {s.subnormal});
  return inputs;
}

void compare(const Subject& s, const KernelTable& table, const Vml& vml) {
  const std::size_t op = op_of(s.name);
  const bool two = s.y.kind != Range::none;
  const Kernel kernel = table.op[op][0], narrow = table.typed[op][index_of(DType::float32)];
  const std::vector<Input> inputs = inputs_of(s);
  Array<double> out;
  Array<float> narrow_out;
  double* to = out.data();
  Contest contest;
  std::vector<std::string> what;
  for (const Input& input : inputs) {
    const double *x = input.x.data(), *y = input.y.data(), *z = input.z.data();
    what.push_back(input.what);
    contest.add([=] { run_kernel(kernel, to, x, y, z); });
  }
  const double *x = inputs[0].x.data(), *y = inputs[0].y.data();
  if (s.c != nullptr || s.c2 != nullptr) {
    what.emplace_back("C");
    contest.add([=, f = s.c, f2 = s.c2] {
      if (two) {
        for (std::size_t i = 0; i < kElements; ++i) to[i] = f2(x[i], y[i]);
      } else {
        for (std::size_t i = 0; i < kElements; ++i) to[i] = f(x[i]);
      }
    });
  }
  if (vml.run(s.vml, to, x, y, two)) {
    what.emplace_back("VML");
    contest.add([=, &vml, name = s.vml] { vml.run(name, to, x, y, two); });
  }
  const Array<float> narrow_x = narrowed(inputs[0].x), narrow_y = narrowed(inputs[0].y),
                     narrow_z = narrowed(inputs[0].z);
  if (narrow != nullptr) {
    what.emplace_back("float32");
    const float *a = narrow_x.data(), *b = narrow_y.data(), *c = narrow_z.data();
    contest.add([=, r = narrow_out.data()] { run_kernel(narrow, r, a, b, c); });
  }
  contest.rounds(kRounds);
  for (std::size_t i = 0; i < what.size(); ++i) {
    std::printf("%s\t%s\t%.4f\n", s.name, what[i].c_str(), contest.middle(i));
  }
  std::printf("%s\tlimits\t%g %g %d\n", s.name, s.vml_limit[0], s.vml_limit[1], s.mixes ? 1 : 0);
}

/// Each kernel's best time on its plain range by that of the calibration loop in the same turns.
double relative_time(const Subject& s, const KernelTable& table, bool narrow, int rounds) {
  const std::size_t op = op_of(s.name);
  const Array<double> x = numbers({s.branches[0]}, 1), y = numbers({or_any(s.y)}, 2), z = numbers({or_any(s.z)}, 4);
  const Array<double> positive = numbers({from(0.5, 2)}, 3);
  const Array<float> narrow_x = narrowed(x), narrow_y = narrowed(y), narrow_z = narrowed(z);
  Array<double> out;
  Contest contest;
  contest.add([&] { calibrate(table.path, out.data(), positive.data()); });
  // A run should end before others want the processor.
  const std::size_t n = s.slow ? kBlock : kElements;
  if (narrow) {
    contest.add([&, kernel = table.typed[op][index_of(DType::float32)]] {
      run_kernel(kernel, reinterpret_cast<float*>(out.data()), narrow_x.data(), narrow_y.data(), narrow_z.data(), n);
    });
  } else {
    contest.add([&, kernel = table.op[op][0]] { run_kernel(kernel, out.data(), x.data(), y.data(), z.data(), n); });
  }
  contest.rounds(rounds);
  return contest.best(1) / contest.best(0) * static_cast<double>(kElements / n);
}

/// Holds the kernels of a path against the figures in a file, "path function dtype ratio" a line, or writes them there.
/// A kernel fails if it is slower than 1.5 times its figure, again and again: noise only ever slows a kernel down.
int check(const KernelTable& table, const char* file, bool record) {
  constexpr double kSlower = 1.5;
  std::map<std::string, double> figures;
  std::ifstream in(file);
  for (std::string path, name, dtype, ratio; in >> path >> name >> dtype >> ratio;) {
    figures[path + " " + name + " " + dtype] = std::strtod(ratio.c_str(), nullptr);
  }
  int failures = 0;
  for (const Subject& s : kSubjects) {
    for (const bool narrow : {false, true}) {
      if (narrow && table.typed[op_of(s.name)][index_of(DType::float32)] == nullptr) continue;
      const std::string key =
          std::string(cpu_path_name(table.path)) + " " + s.name + (narrow ? " float32" : " float64");
      if (record) {
        std::printf("%s %.3f\n", key.c_str(), relative_time(s, table, narrow, 31));
        continue;
      }
      if (figures.count(key) == 0) {
        std::printf("%s: no figure in %s\n", key.c_str(), file);
        ++failures;
        continue;
      }
      double ratio = relative_time(s, table, narrow, 7);
      for (int again = 0; again < 5 && ratio > kSlower * figures[key]; ++again) {
        ratio = std::min(ratio, relative_time(s, table, narrow, 21));
      }
      const bool slow = ratio > kSlower * figures[key];
      std::printf("%s: %.3f of the calibration loop, figure %.3f%s\n", key.c_str(), ratio, figures[key],
                  slow ? ": TOO SLOW" : "");
      failures += slow ? 1 : 0;
    }
  }
  return failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const KernelTable* table = nullptr;
  for (const CpuPath path : {CpuPath::avx512, CpuPath::avx2}) {
    if (argc > 1 && std::strcmp(argv[1], cpu_path_name(path)) == 0) table = kernels_for(path);
  }
  if (table == nullptr) {
    std::fprintf(stderr, "this processor has no such path: %s\n", argc > 1 ? argv[1] : "");
    return 77;
  }
  if (argc > 3 && std::strncmp(argv[2], "--", 2) == 0)
    return check(*table, argv[3], std::strcmp(argv[2], "--record") == 0);
  const Vml vml;
  for (const Subject& s : kSubjects) {
    if (argc > 2 && std::strstr(s.name, argv[2]) == nullptr) continue;
    compare(s, *table, vml);
    std::fflush(stdout);
  }
}
