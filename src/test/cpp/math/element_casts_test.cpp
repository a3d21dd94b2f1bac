/// The casts of math/element.h between all dtypes, against arithmetic on 128 bits: bounds, their neighbours, halves.
#include <cmath>

#include "math/element_check.h"

namespace sharray {
namespace {

using Big = __int128;

template <class To>
To wrap(Big x) {
  return static_cast<To>(static_cast<std::make_unsigned_t<To>>(x));
}

/// Truncated, and the bound beyond the bounds; no number here but those outside the range of Big is larger than it.
template <class To, class From>
To truncated(From x) {
  using L = std::numeric_limits<To>;
  if (x != x) return 0;
  if (std::fabs(x) >= From(1e30)) return x < 0 ? L::min() : L::max();
  const Big whole = static_cast<Big>(x);
  return whole < L::min() ? L::min() : whole > L::max() ? L::max() : static_cast<To>(whole);
}

/// To nearest even, from the integers that To has around x.
template <class To>
To nearest(Big x) {
  const Big size = x < 0 ? -x : x;
  int unit = 0;
  while (size >> unit >= Big{1} << std::numeric_limits<To>::digits) ++unit;
  Big whole = size >> unit;
  const Big twice_rest = (size - (whole << unit)) * 2;
  if (twice_rest > Big{1} << unit || (unit > 0 && twice_rest == Big{1} << unit && whole % 2 == 1)) ++whole;
  const To result = std::ldexp(static_cast<To>(whole), unit);
  return x < 0 ? -result : result;
}

template <class From, class To>
void check_cast(const std::vector<From>& x) {
  std::vector<To> out(x.size());
  loop([](From a) { return element::cast<To>(a); }, x.size(), out.data(), x.data());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const To got = single([](From a) { return element::cast<To>(a); }, x[i]);
    CHECK_SAME(out[i], got);
    if constexpr (element::Float<From> && element::Float<To>) {
      const To want = static_cast<To>(x[i]);
      CHECK_SAME(got, want);
    } else if constexpr (element::Float<From>) {
      CHECK_EQ(got, truncated<To>(x[i]));
    } else if constexpr (element::Float<To>) {
      CHECK_SAME(got, nearest<To>(x[i]));
    } else {
      CHECK_EQ(got, wrap<To>(x[i]));
    }
  }
}

template <class From>
void check_from(std::vector<From> x) {
  check_cast<From, std::int8_t>(x);
  check_cast<From, std::int16_t>(x);
  check_cast<From, std::int32_t>(x);
  check_cast<From, std::int64_t>(x);
  check_cast<From, std::uint8_t>(x);
  check_cast<From, std::uint16_t>(x);
  check_cast<From, std::uint32_t>(x);
  check_cast<From, std::uint64_t>(x);
  check_cast<From, float>(x);
  check_cast<From, double>(x);
}

/// Around both bounds of every integer type, and halves.
template <class T>
std::vector<T> around_bounds() {
  std::vector<T> x = points<T>(1000);
  for (int power : {0, 1, 7, 8, 15, 16, 23, 24, 31, 32, 52, 53, 63, 64, 65, 100}) {
    for (T sign : {T(1), T(-1)}) {
      const T bound = sign * std::ldexp(T(1), power);
      for (T toward : {T(0), 2 * bound}) {
        T near = std::nextafter(bound, toward);
        for (int i = 0; i < 3; ++i, near = std::nextafter(near, toward)) x.push_back(near);
      }
      for (T away : {T(-1), T(-0.5), T(-0.25), T(0), T(0.25), T(0.5), T(1)}) x.push_back(bound + away);
    }
  }
  return x;
}

/// One by one, so that the oracle too is checked.
template <class T>
void check_listed() {
  const T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  CHECK_EQ(element::cast<std::int32_t>(T(0x1p31)), 2147483647);
  CHECK_EQ(element::cast<std::int32_t>(T(-0x1p31)), -2147483647 - 1);
  CHECK_EQ(element::cast<std::int64_t>(T(0x1p63)), std::int64_t{0x7fffffffffffffff});
  CHECK_EQ(element::cast<std::int64_t>(T(-0x1p63)), std::numeric_limits<std::int64_t>::min());
  CHECK_EQ(element::cast<std::uint64_t>(T(0x1p63)), std::uint64_t{1} << 63);
  CHECK_EQ(element::cast<std::uint64_t>(T(0x1p64)), ~std::uint64_t{0});
  CHECK_EQ(element::cast<std::uint64_t>(T(-1)), std::uint64_t{0});
  CHECK_EQ(element::cast<std::uint8_t>(T(-0.5)), 0);
  CHECK_EQ(element::cast<std::uint8_t>(T(255.99)), 255);
  CHECK_EQ(element::cast<std::uint8_t>(T(256)), 255);
  CHECK_EQ(element::cast<std::int8_t>(T(-0.5)), 0);
  CHECK_EQ(element::cast<std::int8_t>(T(-128.99)), -128);
  CHECK_EQ(element::cast<std::int8_t>(T(127.99)), 127);
  CHECK_EQ(element::cast<std::int16_t>(T(-2.99)), -2);
  CHECK_EQ(element::cast<std::int64_t>(inf), std::int64_t{0x7fffffffffffffff});
  CHECK_EQ(element::cast<std::int64_t>(-inf), std::numeric_limits<std::int64_t>::min());
  CHECK_EQ(element::cast<std::uint32_t>(-inf), 0U);
  CHECK_EQ(element::cast<std::uint32_t>(inf), ~0U);
  CHECK_EQ(element::cast<std::int32_t>(nan), 0);
  CHECK_EQ(element::cast<std::int32_t>(-nan), 0);
  CHECK_EQ(element::cast<std::uint64_t>(nan), std::uint64_t{0});
  CHECK_EQ(element::truth(nan), 1);
  CHECK_EQ(element::truth(inf), 1);
  CHECK_EQ(element::truth(std::numeric_limits<T>::denorm_min()), 1);
  CHECK_EQ(element::truth(T(0)), 0);
  CHECK_EQ(element::truth(T(-0.0)), 0);
  check_loop<T, 1>(ELEMENT(truth));
}

}  // namespace
}  // namespace sharray

int main() {
  using namespace sharray;
  check_listed<float>();
  check_listed<double>();
  // By way of double, the 1 would be lost and the half rounded to even.
  CHECK_EQ(element::cast<float>((std::uint64_t{1} << 63) + (std::uint64_t{1} << 39) + 1), 0x1p63f + 0x1p40f);
  CHECK_EQ(element::cast<float>((std::int64_t{1} << 62) + (std::int64_t{1} << 38) + 1), 0x1p62f + 0x1p39f);
  CHECK_EQ(element::cast<double>(~std::uint64_t{0}), 0x1p64);
  CHECK_EQ(element::cast<float>(0x1.ffffffp127), std::numeric_limits<float>::infinity());
  CHECK_EQ(element::cast<float>(0x1.fffffefffffffp127), std::numeric_limits<float>::max());
  CHECK_EQ(element::cast<double>(std::uint8_t{1}), 1.0);
  check_from(points<std::int8_t>(100));
  check_from(points<std::int16_t>(1000));
  check_from(points<std::int32_t>(1000));
  check_from(points<std::int64_t>(5000));
  check_from(points<std::uint8_t>(100));
  check_from(points<std::uint16_t>(1000));
  check_from(points<std::uint32_t>(1000));
  check_from(points<std::uint64_t>(5000));
  check_from(around_bounds<float>());
  check_from(around_bounds<double>());
  return check_summary();
}
