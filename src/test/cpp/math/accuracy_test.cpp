/// Every function of the table keeps the bounds that it states, on every CPU path: at the reference points and at fresh
/// ones, in float64, and in float32 where it has a kernel of its own. Prints the largest errors found.
///
/// usage: accuracy_test [directory of the reference points [seed]]
/// Where the environment variable SHARRAY_ERRORS names a file, it gets a line for each point on one path: name, x, ULP.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "check.h"
#include "math/oracle.h"
#include "math/points.h"
#include "math/rows.h"

#ifndef SHARRAY_TEST_RESOURCES
#define SHARRAY_TEST_RESOURCES "src/test/resources"
#endif

namespace {

using namespace sharray;
using namespace sharray::test;

/// Of the fresh points, float32 gets one in so many; float32_test looks everywhere.
constexpr std::size_t kFloat32Step = 64;

struct Point {
  double x, y, z;
  Exact exact;
};

struct Worst {
  double ulp = 0, ulp_at = 0;            ///< among those that need the bound in ULP
  double absolute = 0, absolute_at = 0;  ///< among the others
};

double ulp_of(double x) {
  const double a = std::fabs(x);
  return a < 0x1p-1022 ? 0x1p-1074 : std::ldexp(1.0, std::ilogb(a) - 52);
}

std::vector<double> evaluate(const KernelTable& table, const Row& row, const std::vector<Point>& points) {
  std::vector<double> x, y, z, out(points.size());
  for (const Point& p : points) {
    x.push_back(p.x);
    y.push_back(p.y);
    z.push_back(p.z);
  }
  for (std::size_t i = 0; i < points.size(); i += kBlock) {
    const std::size_t n = std::min(kBlock, points.size() - i);
    table.op[static_cast<std::size_t>(row.op)][0](&out[i], &x[i], &y[i], &z[i], n);
  }
  return out;
}

/// The file of SHARRAY_ERRORS, for the plots.
std::FILE* errors_file() {
  static std::FILE* const file =
      std::getenv("SHARRAY_ERRORS") ? std::fopen(std::getenv("SHARRAY_ERRORS"), "w") : nullptr;
  return file;
}

/// What an absolute bound is relative to: the envelope of the functions that oscillate, else 1.
double scale_of(const Row& row, double x) {
  const bool oscillates = row.oracle.size() == 2 && (row.oracle[0] == 'j' || row.oracle[0] == 'y');
  return oscillates ? std::fmin(1.0, std::sqrt(2 / 3.141592653589793 / std::fabs(x))) : 1.0;
}

void judge(const Row& row, const Bound& bound, const Point& p, double r, Worst* worst, const char* path) {
  bool good;
  if (!std::isfinite(p.exact.high) || !std::isfinite(r)) {
    // Only overflow may be infinite: beside it the exact value is within rounding of the largest number.
    good = r == p.exact.high || (std::isnan(r) && std::isnan(p.exact.high));
  } else {
    const double distance = std::fabs((r - p.exact.high) - p.exact.low);
    const double ulp = distance / ulp_of(p.exact.high), scale = scale_of(row, p.x), error = distance / scale;
    good = ulp <= bound.ulp || error <= bound.absolute;
    if (errors_file() != nullptr && path == cpu_path_name(tables().back()->path)) {
      std::fprintf(errors_file(), "%s %.17g %.3f\n", row.name, p.x, ulp);
    }
    if (bound.absolute > 0 && std::fabs(p.exact.high) < 0.5 * scale) {
      if (error > worst->absolute) *worst = {worst->ulp, worst->ulp_at, error, p.x};
    } else if (ulp > worst->ulp) {
      *worst = {ulp, p.x, worst->absolute, worst->absolute_at};
    }
  }
  if (!CHECK(good)) {
    std::fprintf(stderr, "  %s on %s: x = %a (%.17g), y = %a: %.17g is not %.17g\n", row.name, path, p.x, p.x, p.y, r,
                 p.exact.high);
  }
}

void judge_all(const Row& row, const std::vector<Point>& points, const char* what) {
  for (const Bound& bound : bounds(row)) {
    for (const KernelTable* table : tables()) {
      Worst worst;
      const std::vector<double> results = evaluate(*table, row, points);
      std::size_t count = 0;
      for (std::size_t i = 0; i < points.size(); ++i) {
        if (!bound.x.holds(points[i].x) || (row.arity >= 2 && !bound.y.holds(points[i].y))) continue;
        judge(row, bound, points[i], results[i], &worst, cpu_path_name(table->path));
        ++count;
      }
      std::printf("%-9s %-8s %-9s (%g, %g): %6zu points, %.3f ULP at %.17g", row.name, what, cpu_path_name(table->path),
                  bound.x.low, bound.x.high, count, worst.ulp, worst.ulp_at);
      if (bound.absolute > 0) std::printf("; %.3g at %.17g where small", worst.absolute, worst.absolute_at);
      std::printf("\n");
    }
  }
}

/// Through memory: this is the rounding that must not be left out.
double to_float32(double x) {
  const volatile float r = static_cast<float>(x);
  return static_cast<double>(r);
}

/// The points, every step-th of them, with operands rounded to float32.
std::vector<Point> rounded(const Row& row, const std::vector<Point>& points, std::size_t step) {
  std::vector<Point> result;
  for (std::size_t i = 0; i < points.size(); i += step) {
    Point p{to_float32(points[i].x), to_float32(points[i].y), to_float32(points[i].z), {}};
    if (std::isinf(p.x) || std::isinf(p.y) || (p.x == 0 && points[i].x != 0)) continue;
    if (row.arity == 1 && p.x <= 0 && p.x == std::rint(p.x) && row.oracle.find("gamma") != std::string::npos) continue;
    CHECK(exact_value(row.oracle.c_str(), p.x, p.y, p.z, &p.exact));
    result.push_back(p);
  }
  return result;
}

std::vector<float> evaluate_float32(const KernelTable& table, const Row& row, const std::vector<Point>& points) {
  std::vector<float> x, y, out(points.size());
  for (const Point& p : points) {
    x.push_back(static_cast<float>(p.x));
    y.push_back(static_cast<float>(p.y));
  }
  for (std::size_t i = 0; i < points.size(); i += kBlock) {
    const std::size_t n = std::min(kBlock, points.size() - i);
    table.typed[static_cast<std::size_t>(row.op)][index_of(DType::float32)](&out[i], &x[i], &y[i], nullptr, n);
  }
  return out;
}

void judge_float32(const Row& row, const std::vector<Point>& points) {
  for (const Bound& bound : bounds(row, true)) {
    for (const KernelTable* table : tables()) {
      const std::vector<float> results = evaluate_float32(*table, row, points);
      double worst = 0, worst_at = 0;
      for (std::size_t i = 0; i < points.size(); ++i) {
        const Point& p = points[i];
        if (!bound.x.holds(p.x) || (row.arity >= 2 && !bound.y.holds(p.y))) continue;
        const double ulps = float32_ulps(results[i], p.exact.high);
        const double error = std::fabs(static_cast<double>(results[i]) - p.exact.high);
        if (!(error <= bound.absolute) && ulps > worst) worst = ulps, worst_at = p.x;
        if (!CHECK(ulps <= bound.ulp || error <= bound.absolute)) {
          std::fprintf(stderr, "  %s of float32 on %s: x = %a, y = %a: %a is not %a\n", row.name,
                       cpu_path_name(table->path), p.x, p.y, static_cast<double>(results[i]), p.exact.high);
        }
      }
      std::printf("%-9s float32  %-9s (%g, %g): %6zu points, %.3f ULP at %.9g\n", row.name, cpu_path_name(table->path),
                  bound.x.low, bound.x.high, points.size(), worst, worst_at);
    }
  }
}

/// The points of a file of reference points: "x,high,low" or "x,y,high,low" in hexadecimal, or with z too.
std::vector<Point> read_points(const std::string& path, int arity) {
  std::vector<Point> points;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto fields = split(line, ',');
    if (fields.size() != static_cast<std::size_t>(arity) + 2) continue;
    double v[5] = {};
    char* end = nullptr;
    for (std::size_t i = 0; i < fields.size(); ++i) v[i] = std::strtod(fields[i].c_str(), &end);
    if (end == fields.back().c_str()) continue;
    if (arity == 1) {
      points.push_back({v[0], 0, 0, {v[1], v[2]}});
    } else if (arity == 2) {
      points.push_back({v[0], v[1], 0, {v[2], v[3]}});
    } else {
      points.push_back({v[0], v[1], v[2], {v[3], v[4]}});
    }
  }
  return points;
}

std::vector<Point> fresh_points(const Row& row, std::uint64_t seed) {
  const auto exact = [&](double x, double y, double z = 0) {
    Exact value{};
    CHECK(exact_value(row.oracle.c_str(), x, y, z, &value));
    return value;
  };
  std::vector<Point> points;
  for (const auto& [x, y] : inverse_pairs(row.oracle, seed)) points.push_back({x, y, 0, exact(x, y)});
  for (const auto& [x, y] : power_pairs(row.oracle, seed)) points.push_back({x, y, 0, exact(x, y)});
  for (const auto& [x, y, z] : tail_operands(row.oracle, seed)) {
    const Exact value = exact(x, y, z);
    // Sums of 700 bits have few of them left for smaller ones.
    if (std::fabs(value.high) > 1e-110 || row.arity == 1) points.push_back({x, y, z, value});
  }
  if (!points.empty()) return points;
  std::mt19937_64 random(seed + 1);
  std::uniform_real_distribution<double> mantissa(-2, 2);
  std::uniform_int_distribution<int> exponent(-40, 40), wide(-1000, 1000);
  for (double v : points_for(row.oracle, seed, [&](double x) { return exact(x, 0).high; })) {
    // Poles have their own test.
    if (row.arity == 1 && v <= 0 && v == std::rint(v) && row.oracle.find("gamma") != std::string::npos) continue;
    double x = v, y = 0;
    if (row.arity == 2) {
      const int e = points.size() % 4 == 0 ? wide(random) : exponent(random);
      x = std::ldexp(mantissa(random), e);
      y = v;
    }
    points.push_back({x, y, 0, exact(x, y)});
  }
  return points;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string directory = argc > 1 ? argv[1] : SHARRAY_TEST_RESOURCES "/accuracy";
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 20240607;
  for (const Row& row : rows()) {
    if (row.oracle == "exact") continue;
    std::vector<Point> points = read_points(directory + "/" + row.name + ".csv", row.arity);
    CHECK(points.size() >= 500);
    for (const Point& p : read_points(directory + "/" + row.name + "_negative.csv", row.arity)) points.push_back(p);
    judge_all(row, points, "file");
    const std::vector<Point> fresh = fresh_points(row, seed);
    judge_all(row, fresh, "fresh");
    if (!row.has_float32()) continue;
    judge_float32(row, rounded(row, points, 1));
    judge_float32(row, rounded(row, fresh, kFloat32Step));
  }
  return check_summary();
}
