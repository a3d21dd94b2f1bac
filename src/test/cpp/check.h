/// A minimal test harness: checks that print where they fail, and a summary for the exit code of main.
#pragma once

#include <atomic>
#include <cstdio>
#include <type_traits>

namespace sharray::check {

inline std::atomic<long> passed{0};
inline std::atomic<long> failed{0};

/// Failures printed in full; more are only counted.
inline constexpr long kShown = 50;

inline bool record(bool good, const char* file, int line, const char* text) {
  if (good) {
    passed.fetch_add(1, std::memory_order_relaxed);
  } else if (failed.fetch_add(1, std::memory_order_relaxed) < kShown) {
    std::fprintf(stderr, "%s:%d: failed: %s\n", file, line, text);
  }
  return good;
}

template <class T>
void print(const char* name, const T& value) {
  if constexpr (std::is_enum_v<T>) {
    std::fprintf(stderr, "  %s = %lld\n", name, static_cast<long long>(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    std::fprintf(stderr, "  %s = %.17g (%a)\n", name, static_cast<double>(value), static_cast<double>(value));
  } else if constexpr (std::is_unsigned_v<T>) {
    std::fprintf(stderr, "  %s = %llu\n", name, static_cast<unsigned long long>(value));
  } else if constexpr (std::is_integral_v<T>) {
    std::fprintf(stderr, "  %s = %lld\n", name, static_cast<long long>(value));
  } else if constexpr (std::is_convertible_v<T, const char*>) {
    std::fprintf(stderr, "  %s = \"%s\"\n", name, static_cast<const char*>(value));
  } else if constexpr (requires { value.c_str(); }) {
    std::fprintf(stderr, "  %s = \"%s\"\n", name, value.c_str());
  }
}

template <class A, class B>
bool equal(const A& a, const B& b, const char* a_text, const char* b_text, const char* file, int line) {
  const bool good = a == b;
  const long before = failed.load();
  record(good, file, line, a_text);
  if (!good && before < kShown) {
    print(a_text, a);
    print(b_text, b);
  }
  return good;
}

}  // namespace sharray::check

/// Records whether `cond` holds, and is its value.
#define CHECK(cond) ::sharray::check::record(static_cast<bool>(cond), __FILE__, __LINE__, #cond)
/// Records whether a == b, prints both if not, and is true if they are equal.
#define CHECK_EQ(a, b) ::sharray::check::equal((a), (b), #a, #b, __FILE__, __LINE__)

/// Prints the totals and returns the exit code for main: 0 if nothing failed and something passed.
inline int check_summary() {
  const long good = sharray::check::passed.load();
  const long bad = sharray::check::failed.load();
  std::printf("%ld passed, %ld failed\n", good, bad);
  return bad == 0 && good > 0 ? 0 : 1;
}
