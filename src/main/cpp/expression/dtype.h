/// The dtypes of elements, numbered as in Java's DType.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sharray {

enum class DType : std::uint8_t {
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float32,
  float64,
  complex64,
  complex128
};

inline constexpr std::size_t kDTypes = 13;
/// Bytes of the largest element.
inline constexpr std::size_t kLargestElement = 16;

constexpr std::size_t index_of(DType type) noexcept { return static_cast<std::size_t>(type); }

constexpr std::size_t element_size(DType type) noexcept {
  constexpr std::size_t kSizes[kDTypes] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8, 8, 16};
  return kSizes[index_of(type)];
}

constexpr bool is_integer(DType type) noexcept { return type >= DType::int8 && type <= DType::uint64; }
constexpr bool is_float(DType type) noexcept { return type == DType::float32 || type == DType::float64; }
constexpr bool is_complex(DType type) noexcept { return type >= DType::complex64; }
constexpr bool is_real(DType type) noexcept { return is_integer(type) || is_float(type); }
/// The dtype of the parts of a complex one.
constexpr DType part_of(DType type) noexcept { return type == DType::complex64 ? DType::float32 : DType::float64; }
/// The complex dtype whose parts are of this one.
constexpr DType pair_of(DType type) noexcept { return type == DType::float32 ? DType::complex64 : DType::complex128; }

/// What an operation takes and gives: the column `dtypes` of ops.def. All operands have the dtype that it takes, but
/// the first one of SELECT, which is bool.
enum class Types : std::uint8_t {
  NUMBERS,    ///< any number to the same
  REALS,      ///< integers and floats to the same
  INTEGERS,   ///< integers to the same
  FLOATS,     ///< floats to the same
  FIELDS,     ///< floats and complex numbers to the same
  COMPLEXES,  ///< complex numbers to the same
  MAGNITUDE,  ///< integers and floats to the same, complex numbers to their part
  PARTS,      ///< complex numbers to their part
  PAIRS,      ///< floats to complex numbers
  EQUALITY,   ///< numbers to bool
  COMPARE,    ///< integers and floats to bool
  TEST,       ///< floats and complex numbers to bool
  SIGNS,      ///< floats to bool
  BOOLS,      ///< bools to bool
  SELECT      ///< bool and twice anything to the latter
};

constexpr bool takes(Types types, DType type) noexcept {
  switch (types) {
    case Types::NUMBERS:
    case Types::MAGNITUDE:
    case Types::EQUALITY:
      return type != DType::boolean;
    case Types::REALS:
    case Types::COMPARE:
      return is_real(type);
    case Types::INTEGERS:
      return is_integer(type);
    case Types::FLOATS:
    case Types::PAIRS:
    case Types::SIGNS:
      return is_float(type);
    case Types::FIELDS:
    case Types::TEST:
      return is_float(type) || is_complex(type);
    case Types::COMPLEXES:
    case Types::PARTS:
      return is_complex(type);
    case Types::BOOLS:
      return type == DType::boolean;
    default:
      return true;
  }
}

constexpr bool gives_bool(Types types) noexcept {
  return types == Types::EQUALITY || types == Types::COMPARE || types == Types::TEST || types == Types::SIGNS ||
         types == Types::BOOLS;
}

/// The dtype of the result for operands of a dtype that is taken.
constexpr DType result_of(Types types, DType type) noexcept {
  if (gives_bool(types)) return DType::boolean;
  if (types == Types::PAIRS) return pair_of(type);
  const bool part = types == Types::PARTS || (types == Types::MAGNITUDE && is_complex(type));
  return part ? part_of(type) : type;
}

}  // namespace sharray
