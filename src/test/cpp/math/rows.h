/// The rows of ops.def as data, and the bounds they state.
#pragma once

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
  std::string oracle, domain, ulp, absolute;
};

inline const std::vector<Row>& rows() {
  static const std::vector<Row> all = {
#define OP(name, aliases, arity, dtypes, kernel, oracle, domain, ulp64, ulp32, absolute, meaning) \
  {Op::name, #name, arity, Types::dtypes, #oracle, domain, ulp64, absolute},
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

/// The bounds that a row states, one for each part of its domain.
inline std::vector<Bound> bounds(const Row& row) {
  const auto intervals = split(row.domain, '|');
  const auto ulps = split(row.ulp, '|');
  const auto absolutes = split(row.absolute, '|');
  std::vector<Bound> result;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    Bound bound{{}, {-HUGE_VAL, HUGE_VAL, true, true}, 0, 0};
    if (!read_interval(intervals[i], 0, &bound.x)) continue;
    read_interval(intervals[i], intervals[i].find_first_of(")]"), &bound.y);
    bound.ulp = std::strtod(ulps.at(i).c_str(), nullptr);
    bound.absolute = std::strtod(absolutes.at(i).c_str(), nullptr);
    result.push_back(bound);
  }
  return result;
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
