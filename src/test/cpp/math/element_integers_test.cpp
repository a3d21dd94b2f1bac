/// The functions of math/element.h on integers, against arithmetic on 128 bits: all pairs of 8 bits, and the bounds,
/// powers of two and random numbers of the wider ones.
#include "math/element_check.h"

namespace sharray {
namespace {

using Big = __int128;

template <class T>
T wrap(Big x) {
  return static_cast<T>(static_cast<std::make_unsigned_t<T>>(x));
}
template <class T>
T product(Big x, Big y) {
  return wrap<T>(static_cast<Big>(static_cast<unsigned __int128>(x) * static_cast<unsigned __int128>(y)));
}

Big floored(Big x, Big y) { return y == 0 ? 0 : x / y - (x % y != 0 && (x < 0) != (y < 0) ? 1 : 0); }
Big modulo(Big x, Big y) { return y == 0 ? 0 : x - y * floored(x, y); }

template <class T>
T shifted_left(Big x, Big y) {
  return y < 0 || y >= element::kBits<T> ? T{0} : product<T>(x, Big{1} << y);
}
template <class T>
T shifted_right(Big x, Big y) {
  return wrap<T>(y < 0 || y >= element::kBits<T> ? (x < 0 ? -1 : 0) : floored(x, Big{1} << y));
}

/// By multiplication, one at a time.
template <class T>
T power(Big x, Big y) {
  if (y < 0) return wrap<T>(x == 1 ? 1 : x == -1 ? (y % 2 == 0 ? 1 : -1) : 0);
  T result = 1;
  for (Big i = 0; i < y; ++i) result = product<T>(result, x);
  return result;
}

template <class T>
void check_pair(T x, T y) {
  const Big a = x, b = y;
  CHECK_EQ(element::add(x, y), wrap<T>(a + b));
  CHECK_EQ(element::subtract(x, y), wrap<T>(a - b));
  CHECK_EQ(element::multiply(x, y), product<T>(a, b));
  CHECK_EQ(element::maximum(x, y), wrap<T>(a > b ? a : b));
  CHECK_EQ(element::minimum(x, y), wrap<T>(a < b ? a : b));
  CHECK_EQ(element::floorDivide(x, y), wrap<T>(floored(a, b)));
  CHECK_EQ(element::remainder(x, y), wrap<T>(modulo(a, b)));
  CHECK_EQ(element::fmod(x, y), wrap<T>(b == 0 ? 0 : a % b));
  CHECK_EQ(element::equal(x, y), a == b ? 1 : 0);
  CHECK_EQ(element::notEqual(x, y), a != b ? 1 : 0);
  CHECK_EQ(element::less(x, y), a < b ? 1 : 0);
  CHECK_EQ(element::lessEqual(x, y), a <= b ? 1 : 0);
  CHECK_EQ(element::greater(x, y), a > b ? 1 : 0);
  CHECK_EQ(element::greaterEqual(x, y), a >= b ? 1 : 0);
  CHECK_EQ(element::bitwiseAnd(x, y), wrap<T>(a & b));
  CHECK_EQ(element::bitwiseOr(x, y), wrap<T>(a | b));
  CHECK_EQ(element::bitwiseXor(x, y), wrap<T>(a ^ b));
  CHECK_EQ(element::bitwiseLeftShift(x, y), shifted_left<T>(a, b));
  CHECK_EQ(element::bitwiseRightShift(x, y), shifted_right<T>(a, b));
  if (b <= 300) {
    CHECK_EQ(element::pow(x, y), power<T>(a, b));
  } else {
    CHECK_EQ(element::pow(x, y), element::multiply(element::pow(x, static_cast<T>(y - 1)), x));
  }
}

template <class T>
void check_one(T x) {
  const Big a = x;
  CHECK_EQ(element::negative(x), wrap<T>(-a));
  CHECK_EQ(element::abs(x), wrap<T>(a < 0 ? -a : a));
  CHECK_EQ(element::sign(x), wrap<T>(a < 0 ? -1 : a > 0 ? 1 : 0));
  CHECK_EQ(element::square(x), product<T>(a, a));
  CHECK_EQ(element::bitwiseInvert(x), wrap<T>(-a - 1));
  CHECK_EQ(element::truth(x), a != 0 ? 1 : 0);
  for (int count = -1; count <= element::kBits<T>; ++count) {
    const T y = static_cast<T>(count);
    CHECK_EQ(element::bitwiseLeftShift(x, y), shifted_left<T>(a, static_cast<Big>(y)));
    CHECK_EQ(element::bitwiseRightShift(x, y), shifted_right<T>(a, static_cast<Big>(y)));
  }
}

template <class T>
void check_three(const std::vector<T>& x) {
  for (std::size_t i = 0; i < 20000; ++i) {
    const T a = x[i % x.size()], low = x[i * 31 % x.size()], high = x[i * 131 % x.size()];
    CHECK_EQ(element::clip(a, low, high), a < low ? (low < high ? low : high) : a > high ? high : a);
    CHECK_EQ(element::where(static_cast<std::uint8_t>(i % 2), low, high), i % 2 == 1 ? low : high);
  }
}

template <class T>
void check_loops() {
  check_loop<T, 2>(ELEMENT(add));
  check_loop<T, 2>(ELEMENT(subtract));
  check_loop<T, 2>(ELEMENT(multiply));
  check_loop<T, 2>(ELEMENT(maximum));
  check_loop<T, 2>(ELEMENT(minimum));
  check_loop<T, 2>(ELEMENT(floorDivide));
  check_loop<T, 2>(ELEMENT(remainder));
  check_loop<T, 2>(ELEMENT(fmod));
  check_loop<T, 2>(ELEMENT(equal));
  check_loop<T, 2>(ELEMENT(notEqual));
  check_loop<T, 2>(ELEMENT(less));
  check_loop<T, 2>(ELEMENT(lessEqual));
  check_loop<T, 2>(ELEMENT(greater));
  check_loop<T, 2>(ELEMENT(greaterEqual));
  check_loop<T, 2>(ELEMENT(bitwiseAnd));
  check_loop<T, 2>(ELEMENT(bitwiseOr));
  check_loop<T, 2>(ELEMENT(bitwiseXor));
  check_loop<T, 2>(ELEMENT(bitwiseLeftShift));
  check_loop<T, 2>(ELEMENT(bitwiseRightShift));
  check_loop<T, 2>(ELEMENT(pow));
  check_loop<T, 1>(ELEMENT(negative));
  check_loop<T, 1>(ELEMENT(abs));
  check_loop<T, 1>(ELEMENT(sign));
  check_loop<T, 1>(ELEMENT(square));
  check_loop<T, 1>(ELEMENT(bitwiseInvert));
  check_loop<T, 1>(ELEMENT(truth));
  check_loop<T, 3>(ELEMENT(clip));
  check_loop<T, 3>([](T m, T y, T z) { return element::where(element::truth(m), y, z); });
}

template <class T>
void check_all() {
  std::vector<T> x;
  if constexpr (sizeof(T) == 1) {
    for (int i = 0; i < 256; ++i) x.push_back(static_cast<T>(i));
  } else {
    x = points<T>(150);
  }
  for (T a : x) {
    check_one(a);
    for (T b : x) check_pair(a, b);
  }
  check_three(x);
  check_loops<T>();
}

}  // namespace
}  // namespace sharray

int main() {
  using namespace sharray;
  check_all<std::int8_t>();
  check_all<std::int16_t>();
  check_all<std::int32_t>();
  check_all<std::int64_t>();
  check_all<std::uint8_t>();
  check_all<std::uint16_t>();
  check_all<std::uint32_t>();
  check_all<std::uint64_t>();
  // Every quotient of 16 bits is near an integer for some of these: the floating-point quotient must not reach it.
  for (int y = 1; y < 65536; y += 7) {
    for (int x = y - 1; x < 65536; x += y < 64 ? 64 * y : y) {
      const auto a = static_cast<std::uint16_t>(x), b = static_cast<std::uint16_t>(y);
      CHECK_EQ(element::floorDivide(a, b), static_cast<std::uint16_t>(x / y));
    }
  }
  return check_summary();
}
