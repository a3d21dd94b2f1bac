/// The functions of math/element.h on float and double: the special cases of the Python array API standard and of C's
/// Annex F, one line for each, then exact results against integers and wider floats.
#include <cmath>

#include "math/element_check.h"

namespace sharray {
namespace {

template <class T>
struct Sets {
  using L = std::numeric_limits<T>;
  const T tiny = L::denorm_min(), least = L::min(), max = L::max(), inf = L::infinity(), nan = L::quiet_NaN();
  const std::vector<T> positive = {tiny, least, T(0.5), T(1), T(3), max}, negative = negated(positive);
  const std::vector<T> zeros = {T(0), T(-0.0)}, infinities = {inf, -inf}, nans = {nan, -nan};
  const std::vector<T> finite = joined(joined(positive, negative), zeros);
  const std::vector<T> any = joined(joined(finite, infinities), nans);

  static std::vector<T> negated(std::vector<T> x) {
    for (T& a : x) a = -a;
    return x;
  }
  static std::vector<T> joined(std::vector<T> x, const std::vector<T>& y) {
    x.insert(x.end(), y.begin(), y.end());
    return x;
  }
};

/// f(x, y) is `wanted` for all x and y.
#define EACH(name, xs, ys, wanted)                      \
  do {                                                  \
    for (const T x : std::vector<T> xs) {               \
      for (const T y : std::vector<T> ys) {             \
        if (!CHECK_SAME(element::name(x, y), wanted)) { \
          check::print("x", x);                         \
          check::print("y", y);                         \
        }                                               \
      }                                                 \
    }                                                   \
  } while (false)

template <class T>
void check_arithmetic() {
  const Sets<T> s;
  const T inf = s.inf, nan = s.nan;
  EACH(add, (s.nans), (s.any), nan);
  EACH(add, (s.any), (s.nans), nan);
  EACH(add, {inf}, {-inf}, nan);
  EACH(add, {-inf}, {inf}, nan);
  EACH(add, {inf}, {inf}, inf);
  EACH(add, {-inf}, {-inf}, -inf);
  EACH(add, (s.infinities), (s.finite), x);
  EACH(add, (s.finite), (s.infinities), y);
  EACH(add, {T(-0.0)}, {T(-0.0)}, T(-0.0));
  EACH(add, {T(-0.0)}, {T(0)}, T(0));
  EACH(add, {T(0)}, (s.zeros), T(0));
  EACH(add, (s.zeros), (s.positive), y);
  EACH(add, (s.negative), (s.zeros), x);
  EACH(add, (s.positive), {-x}, T(0));
  EACH(add, {s.max}, {s.max}, inf);
  EACH(subtract, (s.nans), (s.any), nan);
  EACH(subtract, {inf}, {inf}, nan);
  EACH(subtract, {-inf}, {-inf}, nan);
  EACH(subtract, {inf}, {-inf}, inf);
  EACH(subtract, (s.infinities), (s.finite), x);
  EACH(subtract, (s.finite), (s.infinities), -y);
  EACH(subtract, {T(-0.0)}, {T(0)}, T(-0.0));
  EACH(subtract, {T(0)}, (s.zeros), T(0));
  EACH(subtract, {T(-0.0)}, {T(-0.0)}, T(0));
  EACH(subtract, (s.positive), {x}, T(0));
  EACH(subtract, {s.least}, {s.least - s.tiny}, s.tiny);

  EACH(multiply, (s.nans), (s.any), nan);
  EACH(multiply, (s.any), (s.nans), nan);
  EACH(multiply, (s.infinities), (s.zeros), nan);
  EACH(multiply, (s.zeros), (s.infinities), nan);
  EACH(multiply, (s.infinities), (s.positive), x);
  EACH(multiply, (s.infinities), (s.negative), -x);
  EACH(multiply, (s.positive), (s.infinities), y);
  EACH(multiply, (s.infinities), {inf}, x);
  EACH(multiply, (s.infinities), {-inf}, -x);
  EACH(multiply, (s.zeros), (s.positive), x);
  EACH(multiply, (s.zeros), (s.negative), -x);
  EACH(multiply, {s.max}, {T(-2)}, -inf);
  EACH(multiply, {s.tiny}, {T(-0.25)}, T(-0.0));
  EACH(multiply, {s.tiny}, {T(2)}, s.tiny + s.tiny);

  EACH(divide, (s.nans), (s.any), nan);
  EACH(divide, (s.any), (s.nans), nan);
  EACH(divide, (s.infinities), (s.infinities), nan);
  EACH(divide, (s.zeros), (s.zeros), nan);
  EACH(divide, (s.zeros), (s.positive), x);
  EACH(divide, (s.zeros), (s.negative), -x);
  EACH(divide, (s.positive), {T(0)}, inf);
  EACH(divide, (s.positive), {T(-0.0)}, -inf);
  EACH(divide, (s.negative), {T(0)}, -inf);
  EACH(divide, (s.negative), {T(-0.0)}, inf);
  EACH(divide, (s.infinities), (s.positive), x);
  EACH(divide, (s.infinities), (s.negative), -x);
  EACH(divide, (s.positive), {inf}, T(0));
  EACH(divide, (s.positive), {-inf}, T(-0.0));
  EACH(divide, (s.negative), {inf}, T(-0.0));
  EACH(divide, (s.negative), {-inf}, T(0));
  for (T x : s.any) {
    CHECK_SAME(element::reciprocal(x), T(1) / x);
    CHECK_SAME(element::square(x), x * x);
    CHECK_EQ(element::signbit(element::negative(x)), 1 - element::signbit(x));
    CHECK_EQ(element::signbit(element::abs(x)), 0);
    CHECK_SAME(element::abs(x), x > 0 ? x : x == 0 ? T(0) : -x);
    CHECK_SAME(element::sign(x), x > 0 ? T(1) : x < 0 ? T(-1) : x);
  }
  CHECK_SAME(element::reciprocal(T(-0.0)), -inf);
  CHECK_SAME(element::reciprocal(-inf), T(-0.0));
  CHECK_SAME(element::sign(T(-0.0)), T(-0.0));

  CHECK_SAME(element::fma(inf, T(0), T(1)), nan);
  CHECK_SAME(element::fma(T(0), -inf, nan), nan);
  CHECK_SAME(element::fma(inf, T(1), -inf), nan);
  CHECK_SAME(element::fma(inf, T(-1), -inf), -inf);
  CHECK_SAME(element::fma(T(1), T(2), inf), inf);
  CHECK_SAME(element::fma(s.max, T(2), -inf), -inf);
  CHECK_SAME(element::fma(s.max, T(2), -s.max), s.max);
  CHECK_SAME(element::fma(T(-0.0), T(1), T(-0.0)), T(-0.0));
  CHECK_SAME(element::fma(T(-1), T(1), T(1)), T(0));
  CHECK_SAME(element::fma(s.tiny, T(0.5), s.tiny), 2 * s.tiny);
  const T e = std::numeric_limits<T>::epsilon();
  CHECK_SAME(element::fma(1 + e, 1 - e, T(-1)), -e * e);
}

template <class T>
void check_division() {
  const Sets<T> s;
  const T inf = s.inf, nan = s.nan;
  EACH(remainder, (s.nans), (s.any), nan);
  EACH(remainder, (s.any), (s.nans), nan);
  EACH(remainder, (s.infinities), (s.any), nan);
  EACH(remainder, (s.any), (s.zeros), nan);
  EACH(remainder, (s.zeros), (s.positive), T(0));
  EACH(remainder, (s.zeros), (s.negative), T(-0.0));
  EACH(remainder, (s.zeros), {inf}, T(0));
  EACH(remainder, (s.zeros), {-inf}, T(-0.0));
  EACH(remainder, (s.positive), {inf}, x);
  EACH(remainder, (s.positive), {-inf}, y);
  EACH(remainder, (s.negative), {inf}, y);
  EACH(remainder, (s.negative), {-inf}, x);
  EACH(remainder, (s.positive), {x}, T(0));
  EACH(remainder, (s.positive), {-x}, T(-0.0));
  EACH(remainder, (s.negative), {-x}, T(0));
  EACH(remainder, {-s.tiny}, {T(1)}, T(1));
  EACH(remainder, {T(5)}, {T(3)}, T(2));
  EACH(remainder, {T(-5)}, {T(3)}, T(1));
  EACH(remainder, {T(5)}, {T(-3)}, T(-1));
  EACH(remainder, {T(-5)}, {T(-3)}, T(-2));

  EACH(fmod, (s.nans), (s.any), nan);
  EACH(fmod, (s.any), (s.nans), nan);
  EACH(fmod, (s.infinities), (s.any), nan);
  EACH(fmod, (s.any), (s.zeros), nan);
  EACH(fmod, (s.zeros), (s.positive), x);
  EACH(fmod, (s.zeros), (s.infinities), x);
  EACH(fmod, (s.finite), (s.infinities), x);
  EACH(fmod, (s.negative), {x}, T(-0.0));
  EACH(fmod, {T(-5)}, {T(3)}, T(-2));
  EACH(fmod, {T(5)}, {T(-3)}, T(2));
  EACH(fmod, {s.max}, {T(3)}, T(sizeof(T) == 4 ? 0 : 2));

  EACH(floorDivide, (s.nans), (s.any), nan);
  EACH(floorDivide, (s.any), (s.nans), nan);
  EACH(floorDivide, (s.infinities), (s.infinities), nan);
  EACH(floorDivide, (s.zeros), (s.zeros), nan);
  EACH(floorDivide, (s.zeros), (s.positive), x);
  EACH(floorDivide, (s.zeros), (s.negative), -x);
  EACH(floorDivide, (s.zeros), {inf}, x);
  EACH(floorDivide, (s.zeros), {-inf}, -x);
  EACH(floorDivide, (s.positive), {T(0)}, inf);
  EACH(floorDivide, (s.positive), {T(-0.0)}, -inf);
  EACH(floorDivide, (s.negative), {T(0)}, -inf);
  EACH(floorDivide, (s.negative), {T(-0.0)}, inf);
  EACH(floorDivide, (s.infinities), (s.positive), nan);
  EACH(floorDivide, (s.infinities), (s.negative), nan);
  EACH(floorDivide, (s.infinities), {T(0)}, x);
  EACH(floorDivide, (s.positive), {inf}, T(0));
  EACH(floorDivide, (s.positive), {-inf}, T(-1));
  EACH(floorDivide, (s.negative), {inf}, T(-1));
  EACH(floorDivide, (s.negative), {-inf}, T(0));
  EACH(floorDivide, {s.max}, {s.tiny}, inf);
  EACH(floorDivide, {s.max}, {-s.tiny}, -inf);
  EACH(floorDivide, {s.tiny}, {-s.max}, T(-1));
  EACH(floorDivide, {T(1)}, {T(0.1)}, T(9));
  EACH(floorDivide, {T(-7)}, {T(2)}, T(-4));
}

template <class T>
void check_comparisons() {
  const Sets<T> s;
  const T inf = s.inf, nan = s.nan;
  for (T x : s.any) {
    CHECK_EQ(element::isnan(x), x != x ? 1 : 0);
    CHECK_EQ(element::isinf(x), x == inf || x == -inf ? 1 : 0);
    CHECK_EQ(element::isfinite(x), x - x == 0 ? 1 : 0);
    CHECK_EQ(element::signbit(x), std::signbit(x) ? 1 : 0);
    for (T y : s.any) {
      CHECK_EQ(element::equal(x, y), x == y ? 1 : 0);
      CHECK_EQ(element::notEqual(x, y), x == y ? 0 : 1);
      CHECK_EQ(element::less(x, y), x < y ? 1 : 0);
      CHECK_EQ(element::lessEqual(x, y), x < y || x == y ? 1 : 0);
      CHECK_EQ(element::greater(x, y), y < x ? 1 : 0);
      CHECK_EQ(element::greaterEqual(x, y), y < x || x == y ? 1 : 0);
      CHECK_SAME(element::where(1, x, y), x);
      CHECK_SAME(element::where(0, x, y), y);
      if (x != x || y != y) {
        CHECK_SAME(element::maximum(x, y), nan);
        CHECK_SAME(element::minimum(x, y), nan);
      } else {
        const bool first = x < y || (x == y && std::signbit(x));
        CHECK_SAME(element::maximum(x, y), first ? y : x);
        CHECK_SAME(element::minimum(x, y), first ? x : y);
      }
      for (T z : s.any) CHECK_SAME(element::clip(x, y, z), element::minimum(element::maximum(x, y), z));
    }
  }
  CHECK_EQ(element::equal(nan, nan), 0);
  CHECK_EQ(element::equal(T(0), T(-0.0)), 1);
  CHECK_EQ(element::lessEqual(T(0), T(-0.0)), 1);
  CHECK_EQ(element::less(nan, T(1)), 0);
  CHECK_EQ(element::isfinite(s.max), 1);
  CHECK_EQ(element::isinf(-inf), 1);
  CHECK_EQ(element::isnan(inf), 0);
  CHECK_SAME(element::clip(T(5), T(3), T(2)), T(2));
  CHECK_SAME(element::clip(nan, T(1), T(2)), nan);
}

template <class T>
void check_rounding() {
  const Sets<T> s;
  const T inf = s.inf;
  for (T x : points<T>(5000)) {
    // Independent of how T is rounded: long double has more bits, or is soft.
    const auto wide = static_cast<long double>(x);
    CHECK_SAME(element::ceil(x), static_cast<T>(std::ceil(wide)));
    CHECK_SAME(element::floor(x), static_cast<T>(std::floor(wide)));
    CHECK_SAME(element::trunc(x), static_cast<T>(std::trunc(wide)));
    CHECK_SAME(element::rint(x), static_cast<T>(std::rint(wide)));
    CHECK_SAME(element::round(x), static_cast<T>(std::rint(wide)));
    CHECK_SAME(element::nanToNum(x), x != x ? T(0) : x == inf ? s.max : x == -inf ? -s.max : x);
    for (T y : s.any) {
      CHECK_SAME(element::nextafter(x, y), std::nextafter(x, y));
      CHECK_EQ(element::signbit(element::copysign(x, y)), element::signbit(y));
      CHECK_SAME(element::abs(element::copysign(x, y)), element::abs(x));
    }
  }
  for (T x : {T(0), T(0.25), T(0.5), T(-0.0), T(-0.25), T(-0.5), s.tiny, -s.tiny}) {
    CHECK_SAME(element::rint(x), element::copysign(T(0), x));
    CHECK_SAME(element::trunc(x), element::copysign(T(0), x));
  }
  CHECK_SAME(element::round(T(2.5)), T(2));
  CHECK_SAME(element::round(T(-3.5)), T(-4));
  CHECK_SAME(element::ceil(T(-0.5)), T(-0.0));
  CHECK_SAME(element::floor(-s.tiny), T(-1));
  CHECK_SAME(element::ceil(s.tiny), T(1));
  EACH(nextafter, (s.nans), (s.any), s.nan);
  EACH(nextafter, (s.any), (s.nans), s.nan);
  EACH(nextafter, (s.zeros), (s.zeros), y);
  EACH(nextafter, (s.zeros), (s.positive), s.tiny);
  EACH(nextafter, (s.zeros), {-inf}, -s.tiny);
  EACH(nextafter, {s.tiny}, (s.zeros), T(0));
  EACH(nextafter, {-s.tiny}, (s.zeros), T(-0.0));
  EACH(nextafter, {s.least}, (s.zeros), s.least - s.tiny);
  EACH(nextafter, {s.max}, {inf}, inf);
  EACH(nextafter, {inf}, (s.finite), s.max);
  EACH(nextafter, {-inf}, {inf}, -s.max);
  EACH(nextafter, (s.infinities), {x}, x);
}

/// Quotients and remainders of integers times a power of two, against integers.
template <class T>
void check_quotients() {
  std::mt19937_64 bits(3);
  constexpr int kDigits = std::numeric_limits<T>::digits;
  for (int i = 0; i < 200000; ++i) {
    const auto a = static_cast<std::int64_t>(bits() >> (64 - kDigits)) * (bits() % 2 == 0 ? 1 : -1);
    const auto b = static_cast<std::int64_t>(bits() >> (64 - kDigits + bits() % 20)) * (bits() % 2 == 0 ? 1 : -1);
    if (b == 0) continue;
    const int up = static_cast<int>(bits() % 20), scale = static_cast<int>(bits() % 64) - 32;
    const T x = std::ldexp(static_cast<T>(a), up + scale), y = std::ldexp(static_cast<T>(b), scale);
    const __int128 wide = static_cast<__int128>(a) << up, rest = wide % b;
    const bool down = rest != 0 && (rest < 0) != (b < 0);
    const __int128 quotient = wide / b - (down ? 1 : 0);
    CHECK_SAME(element::fmod(x, y), std::copysign(std::ldexp(static_cast<T>(rest), scale), x));
    const T floored = std::ldexp(static_cast<T>(rest), scale) + (down ? y : T(0));
    CHECK_SAME(element::remainder(x, y), rest == 0 ? std::copysign(T(0), y) : floored);
    const bool exact = quotient < (__int128{1} << (kDigits - 3)) && quotient > -(__int128{1} << (kDigits - 3));
    if (exact) CHECK_EQ(element::floorDivide(x, y), static_cast<T>(quotient));
  }
}

template <class T>
void check_loops() {
  check_loop<T, 2>(ELEMENT(add));
  check_loop<T, 2>(ELEMENT(subtract));
  check_loop<T, 2>(ELEMENT(multiply));
  check_loop<T, 2>(ELEMENT(divide));
  check_loop<T, 2>(ELEMENT(maximum));
  check_loop<T, 2>(ELEMENT(minimum));
  check_loop<T, 2>(ELEMENT(floorDivide));
  check_loop<T, 2>(ELEMENT(remainder));
  check_loop<T, 2>(ELEMENT(fmod));
  check_loop<T, 2>(ELEMENT(copysign));
  check_loop<T, 2>(ELEMENT(nextafter));
  check_loop<T, 2>(ELEMENT(equal));
  check_loop<T, 2>(ELEMENT(notEqual));
  check_loop<T, 2>(ELEMENT(less));
  check_loop<T, 2>(ELEMENT(lessEqual));
  check_loop<T, 2>(ELEMENT(greater));
  check_loop<T, 2>(ELEMENT(greaterEqual));
  check_loop<T, 1>(ELEMENT(isnan));
  check_loop<T, 1>(ELEMENT(isinf));
  check_loop<T, 1>(ELEMENT(isfinite));
  check_loop<T, 1>(ELEMENT(signbit));
  check_loop<T, 1>(ELEMENT(negative));
  check_loop<T, 1>(ELEMENT(abs));
  check_loop<T, 1>(ELEMENT(sign));
  check_loop<T, 1>(ELEMENT(square));
  check_loop<T, 1>(ELEMENT(reciprocal));
  check_loop<T, 1>(ELEMENT(ceil));
  check_loop<T, 1>(ELEMENT(floor));
  check_loop<T, 1>(ELEMENT(trunc));
  check_loop<T, 1>(ELEMENT(rint));
  check_loop<T, 1>(ELEMENT(round));
  check_loop<T, 1>(ELEMENT(nanToNum));
  check_loop<T, 3>(ELEMENT(clip));
  check_loop<T, 3>(ELEMENT(fma));
  check_loop<T, 3>([](T m, T y, T z) { return element::where(element::truth(m), y, z); });
}

template <class T>
void check_all() {
  check_arithmetic<T>();
  check_division<T>();
  check_comparisons<T>();
  check_rounding<T>();
  check_quotients<T>();
  check_loops<T>();
}

}  // namespace
}  // namespace sharray

int main() {
  sharray::check_all<float>();
  sharray::check_all<double>();
  return check_summary();
}
