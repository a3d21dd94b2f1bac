/// The rows of ops.def as data, and the bounds they state.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <vector>

#include "expression/kernel_table.h"

namespace sharray::test {

struct Row {
  Op op;
  const char* name;
  int arity;
  Types types;
  std::string oracle, domain, ulp, ulp32, absolute;

  /// Whether float32 has a kernel of its own.
  bool has_float32() const { return ulp32 != "-"; }
};

inline const std::vector<Row>& rows() {
  static const std::vector<Row> all = {
#define OP(name, aliases, arity, dtypes, kernel, oracle, domain, ulp64, ulp32, absolute, meaning) \
  {Op::name, #name, arity, Types::dtypes, #oracle, domain, ulp64, ulp32, absolute},
#include "ops.def"
#undef OP
  };
  return all;
}

inline std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

struct Interval {
  double low, high;
  bool closed_low, closed_high;

  bool holds(double x) const {
    return (x > low || (closed_low && x == low)) && (x < high || (closed_high && x == high));
  }
};

/// One part of a domain with the bounds on it; `y` is everything where the row has no condition on y.
struct Bound {
  Interval x, y;
  double ulp, absolute;
};

/// The first interval in `text`, from `at` on; false if there is none.
inline bool read_interval(const std::string& text, std::size_t at, Interval* interval) {
  const std::size_t start = text.find_first_of("([", at), comma = text.find(',', start),
                    end = text.find_first_of(")]", start);
  if (start == std::string::npos || comma == std::string::npos || end == std::string::npos) return false;
  *interval = {std::strtod(text.c_str() + start + 1, nullptr), std::strtod(text.c_str() + comma + 1, nullptr),
               text[start] == '[', text[end] == ']'};
  return true;
}

/// Absolute bounds are stated for float64; those of float32 are so much larger.
constexpr double kFloat32Absolute = 0x1p29;

/// The bounds that a row states for float64, or for float32, one for each part of its domain.
inline std::vector<Bound> bounds(const Row& row, bool single = false) {
  const auto intervals = split(row.domain, '|');
  const auto ulps = split(single ? row.ulp32 : row.ulp, '|');
  const auto absolutes = split(row.absolute, '|');
  std::vector<Bound> result;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    Bound bound{{}, {-HUGE_VAL, HUGE_VAL, true, true}, 0, 0};
    if (!read_interval(intervals[i], 0, &bound.x)) continue;
    read_interval(intervals[i], intervals[i].find_first_of(")]"), &bound.y);
    bound.ulp = std::strtod(ulps.at(i).c_str(), nullptr);
    bound.absolute = std::strtod(absolutes.at(i).c_str(), nullptr) * (single ? kFloat32Absolute : 1.0);
    result.push_back(bound);
  }
  return result;
}

/// The error of r in units in the last place of float32, where the exact result is `exact`. What overflows counts as
/// 2^128.
inline double float32_ulps(float r, double exact) {
  if (exact != exact || r != r) return (exact != exact) == (r != r) ? 0 : HUGE_VAL;
  const double size = std::fmin(std::fabs(exact), 0x1p128);
  const double result = std::isinf(r) ? std::copysign(0x1p128, r) : static_cast<double>(r);
  const double ulp = size < 0x1p-126 ? 0x1p-149 : std::ldexp(1.0, std::min(std::ilogb(size), 127) - 23);
  return std::fabs(result - std::copysign(size, exact)) / ulp;
}

/// All tables that this CPU can run.
inline std::vector<const KernelTable*> tables() {
  std::vector<const KernelTable*> result;
  for (const CpuPath path : {CpuPath::baseline, CpuPath::avx2, CpuPath::avx512, CpuPath::neon}) {
    if (const KernelTable* table = kernels_for(path)) result.push_back(table);
  }
  return result;
}

}  // namespace sharray::test
