/// The table of kernels. Included once for each CPU path, by a file that defines SHARRAY_PATH_*.
#pragma once

#include <utility>

#include "expression/kernel_table.h"
#include "expression/kernels_cast.h"
#include "expression/kernels_forms.h"
#include "expression/kernels_memory.h"
#include "expression/kernels_reduce.h"
#include "expression/kernels_run.h"
#include "expression/kernels_squares.h"
#include "math/arithmetic.h"
#include "math/bessel.h"
#include "math/beta.h"
#include "math/betainc.h"
#include "math/cbrt.h"
#include "math/complex_divide.h"
#include "math/complex_exp.h"
#include "math/complex_inverse.h"
#include "math/complex_log.h"
#include "math/complex_power.h"
#include "math/complex_roots.h"
#include "math/complex_trigonometric.h"
#include "math/digamma.h"
#include "math/element.h"
#include "math/erf.h"
#include "math/exp.h"
#include "math/exp2.h"
#include "math/float32/digamma.h"
#include "math/float32/erf.h"
#include "math/float32/exp.h"
#include "math/float32/gamma.h"
#include "math/float32/gammaln.h"
#include "math/float32/hyperbolic.h"
#include "math/float32/inverse_trigonometric.h"
#include "math/float32/log.h"
#include "math/float32/logistic.h"
#include "math/float32/normal.h"
#include "math/float32/power.h"
#include "math/float32/roots.h"
#include "math/float32/trigonometric.h"
#include "math/gamma.h"
#include "math/gammainc.h"
#include "math/gammaln.h"
#include "math/hyperbolic.h"
#include "math/hypot.h"
#include "math/information.h"
#include "math/inverse_hyperbolic.h"
#include "math/inverse_trigonometric.h"
#include "math/log.h"
#include "math/log2.h"
#include "math/logistic.h"
#include "math/normal.h"
#include "math/power.h"
#include "math/trigonometric.h"
#include "math/zeta.h"

namespace sharray {
namespace {

#define SHARRAY_FUNCTION(space, f) \
  [](auto... x) __attribute__((always_inline)) { return space::f(x...); }
#define SHARRAY_BLOCK(f) \
  [](double* out, const double* in, std::size_t n) __attribute__((always_inline)) { block::f(out, in, n); }

#define SHARRAY_FLOAT_BLOCK(f) \
  [](float* out, const float* in, std::size_t n) __attribute__((always_inline)) { float32::block::f(out, in, n); }

// The column `kernel` of ops.def.
#define vectors(f) Form<Lanes<SHARRAY_FUNCTION(lane, f)>, None, None, FloatLanes<SHARRAY_FUNCTION(float32::lane, f)>>
#define fields(f)                                                                       \
  Form<Lanes<SHARRAY_FUNCTION(lane, f)>, None, Complexes<SHARRAY_FUNCTION(complex, f)>, \
       FloatLanes<SHARRAY_FUNCTION(float32::lane, f)>>
#define lanes(f) Form<Lanes<SHARRAY_FUNCTION(lane, f)>>
#define block(f) Form<Block<SHARRAY_BLOCK(f)>>
#define blocks(f) Form<Block<SHARRAY_BLOCK(f)>, None, None, FloatBlock<SHARRAY_FLOAT_BLOCK(f)>>
#define elements(f) Form<Elements<SHARRAY_FUNCTION(element, f)>, Elements<SHARRAY_FUNCTION(element, f)>>
#define scalars(f) Form<Elements<SHARRAY_FUNCTION(scalar, f)>>
#define both(f) Form<Lanes<SHARRAY_FUNCTION(lane, f)>, Elements<SHARRAY_FUNCTION(element, f)>>
#define numbers(f)                                                               \
  Form<Lanes<SHARRAY_FUNCTION(lane, f)>, Elements<SHARRAY_FUNCTION(element, f)>, \
       Complexes<SHARRAY_FUNCTION(complex, f)>>
#define complexes(f) Form<None, None, Complexes<SHARRAY_FUNCTION(complex, f)>>
#define angles(f)                                                              \
  Form<Block<SHARRAY_BLOCK(f)>, None, Complexes<SHARRAY_FUNCTION(complex, f)>, \
       FloatLanes<SHARRAY_FUNCTION(float32::lane, f)>>
#define powers(f)                                                                \
  Form<Lanes<SHARRAY_FUNCTION(lane, f)>, Integers<SHARRAY_FUNCTION(element, f)>, \
       Complexes<SHARRAY_FUNCTION(complex, f)>, FloatLanes<SHARRAY_FUNCTION(float32::lane, f)>>
#define integers(f) Form<None, Elements<SHARRAY_FUNCTION(element, f)>>

constexpr KernelTable make_table() {
  KernelTable table{};
  table.path = simd::kPath;
#define OP(name, aliases, arity, dtypes, kernel, ...)                                         \
  fill_types<arity, Types::dtypes>(kernel(), table.typed[static_cast<std::size_t>(Op::name)], \
                                   table.op[static_cast<std::size_t>(Op::name)]);
#include "ops.def"
#undef OP
  fill_all_casts(table);
  fill_runs(table);
  fill_squares<simd::kLanes>(table);
  table.copy_stream = copy_stream;
  table.stream_fence = stream_fence;
  fill_strided(table, std::make_index_sequence<5>());
  fill_reductions(table);
  return table;
}

#undef vectors
#undef fields
#undef lanes
#undef block
#undef blocks
#undef elements
#undef scalars
#undef both
#undef numbers
#undef complexes
#undef angles
#undef powers
#undef integers

constexpr KernelTable kTable = make_table();

}  // namespace
}  // namespace sharray
