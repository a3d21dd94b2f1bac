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

/// One interval of a domain with the bounds on it.
struct Bound {
  double low, high;
  bool closed_low, closed_high;
  double ulp, absolute;

  bool holds(double x) const {
    return (x > low || (closed_low && x == low)) && (x < high || (closed_high && x == high));
  }
};

/// The bounds on x that a row states, one for each of its intervals; conditions on y are left out.
inline std::vector<Bound> bounds(const Row& row) {
  const auto intervals = split(row.domain, '|');
  const auto ulps = split(row.ulp, '|');
  const auto absolutes = split(row.absolute, '|');
  std::vector<Bound> result;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    const std::string& text = intervals[i];
    const std::size_t comma = text.find(','), end = text.find_first_of(")]");
    if (comma == std::string::npos || end == std::string::npos) continue;
    result.push_back({std::strtod(text.c_str() + 1, nullptr), std::strtod(text.c_str() + comma + 1, nullptr),
                      text[0] == '[', text[end] == ']', std::strtod(ulps.at(i).c_str(), nullptr),
                      std::strtod(absolutes.at(i).c_str(), nullptr)});
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
