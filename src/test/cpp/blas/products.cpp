// Products that are cut because a dimension is beyond what the interface takes, in every layout; by a provider of three
// loops, since no real one is at hand here.
#include <cmath>
#include <vector>

#include "blas/operations.h"
#include "check.h"

using namespace sharray;

namespace {

const double* at(const double* a, Int ld, char op, Int i, Int j) { return op == 'N' ? a + i + j * ld : a + j + i * ld; }

Int most_seen = 0;

void gemm(const char* op_a, const char* op_b, const Int* m, const Int* n, const Int* k, const double*, const double* a,
          const Int* lda, const double* b, const Int* ldb, const double* beta, double* c, const Int* ldc) {
  most_seen = std::max({most_seen, *m, *n, *k});
  for (Int j = 0; j < *n; j++) {
    for (Int i = 0; i < *m; i++) {
      double sum = *beta == 0 ? 0 : c[i + j * *ldc];
      for (Int l = 0; l < *k; l++) sum += *at(a, *lda, *op_a, i, l) * *at(b, *ldb, *op_b, l, j);
      c[i + j * *ldc] = sum;
    }
  }
}

void gemv(const char* op, const Int* m, const Int* n, const double*, const double* a, const Int* lda, const double* x,
          const Int* step_x, const double*, double* y, const Int* step_y) {
  const Int rows = *op == 'N' ? *m : *n, columns = *op == 'N' ? *n : *m;
  most_seen = std::max({most_seen, rows, columns});
  for (Int i = 0; i < rows; i++) {
    double sum = 0;
    for (Int j = 0; j < columns; j++) sum += *at(a, *lda, *op, i, j) * x[j * *step_x];
    y[i * *step_y] = sum;
  }
}

Provider plain_provider() {
  Provider made{};
  made.functions[1][static_cast<int>(Routine::gemm)] = reinterpret_cast<void*>(gemm);
  made.functions[1][static_cast<int>(Routine::gemv)] = reinterpret_cast<void*>(gemv);
  return made;
}

/// Memory of a matrix: row-major, column-major, or with gaps in both directions.
struct Laid {
  Laid(Int m, Int n, int layout) : memory(static_cast<std::size_t>(9 * (m + 1) * (n + 1)), -1) {
    const auto step = static_cast<std::ptrdiff_t>(layout == 2 ? 2 * sizeof(double) : sizeof(double));
    matrix = {reinterpret_cast<char*>(memory.data()), step, step};
    (layout == 1 ? matrix.column : matrix.row) *= layout == 1 ? m : n + (layout == 2 ? 1 : 0);
  }
  std::vector<double> memory;
  Matrix matrix;
};

void fill(const Laid& laid, Int m, Int n, double seed) {
  for (Int i = 0; i < m; i++) {
    for (Int j = 0; j < n; j++) laid.matrix.element<double>(i, j) = std::sin(seed + static_cast<double>(7 * i + j));
  }
}

void test_product(Int m, Int n, Int k, int layout_a, int layout_b, int layout_c) {
  const Laid a(m, k, layout_a), b(k, n, layout_b), c(m, n, layout_c);
  fill(a, m, k, 1);
  fill(b, k, n, 2);
  LinalgCall call;
  call.m = m;
  call.n = n;
  call.k = k;
  call.operand_count = 3;
  for (int o = 0; o < 3; o++) call.operands[o].first = (o == 0 ? a : o == 1 ? b : c).matrix;
  Int result = -1;
  CHECK_EQ(run_linalg(call, plain_provider(), 1, false, &result), 0);
  CHECK_EQ(result, 0);
  for (Int i = 0; i < m; i++) {
    for (Int j = 0; j < n; j++) {
      double sum = 0;
      for (Int l = 0; l < k; l++) sum += a.matrix.element<double>(i, l) * b.matrix.element<double>(l, j);
      CHECK(std::abs(sum - c.matrix.element<double>(i, j)) < 1e-13);
    }
  }
}

}  // namespace

int main() {
  for (const Int most : {Int{3}, Int{1} << 30}) {
    largest_dimension = most;
    for (int layouts = 0; layouts < 27; layouts++) {
      for (const Int m : {1, 3, 7}) {
        for (const Int n : {1, 8}) {
          for (const Int k : {1, 3, 10}) test_product(m, n, k, layouts % 3, layouts / 3 % 3, layouts / 9);
        }
      }
    }
    CHECK_EQ(most_seen, std::min<Int>(most, 10));
  }
  return check_summary();
}
