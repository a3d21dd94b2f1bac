/// What the speed of the kernels is held against: the ranges on which each function is measured, and the limits.
#pragma once

#include <cmath>
#include <cstdint>

namespace sharray::bench {

/// Where operands come from: uniform between low and high, or +-2^u with u uniform between them.
struct Range {
  enum Kind : std::uint8_t { none, uniform, powers, both_signs } kind = none;
  double low = 0, high = 0;
};

constexpr Range from(double low, double high) { return {Range::uniform, low, high}; }
/// Positive numbers of these exponents; from -1074 on, subnormal ones are among them.
constexpr Range powers(double low, double high) { return {Range::powers, low, high}; }
constexpr Range signed_powers(double low, double high) { return {Range::both_signs, low, high}; }
constexpr Range kSubnormal = signed_powers(-1074, -1023), kSubnormalPositive = powers(-1074, -1023);

constexpr int kBranches = 4;

/// One function: the first branch is the plain range, on which it is held against others.
struct Subject {
  const char* name;
  Range branches[kBranches];               ///< ranges with different formulas inside
  Range y;                                 ///< of the second operand
  Range wide;                              ///< the whole domain, or what of it has results
  Range subnormal;                         ///< inputs, or inputs that give subnormal results
  double (*c)(double) = nullptr;           ///< the C library's
  double (*c2)(double, double) = nullptr;  ///< the same, of two operands
  const char* vml = nullptr;               ///< name in MKL's vector mathematics
  double vml_limit[2] = {};                ///< our time by theirs: AVX-512, AVX2
  bool mixes = false;                      ///< whether kMixedLimit binds
  bool alike = false;                      ///< whether the second operand comes from the ranges of the first one
  Range z = {};                            ///< of the third operand
  bool slow = false;                       ///< computed element by element
};

/// The C library's time by ours, at least; sqrt has its own.
constexpr double kCLimit[2] = {3, 2}, kSqrtLimit = 1.7;
/// Branches mixed at random by the best single branch.
constexpr double kMixedLimit[2] = {1.5, 2.2};
/// Wide ranges and subnormal numbers by the plain range.
constexpr double kWideLimit = 2;
/// float64 by float32, at least.
constexpr double kFloatLimit = 1.8;

// Casts choose among the overloads of <cmath>.
using One = double (*)(double);
using Two = double (*)(double, double);

constexpr Range kNone{};

inline const Subject kSubjects[] = {
    {"sqrt", {from(0, 1000)}, kNone, powers(-1074, 1023), kSubnormalPositive, One(std::sqrt)},
    {"exp", {from(-10, 10)}, kNone, from(-760, 760), from(-745, -709), One(std::exp), nullptr, "vmdExp", {1.4, 1.6}},
    {"exp2", {from(-10, 10)}, kNone, from(-1100, 1100), from(-1074, -1023), One(std::exp2)},
    {"expm1", {from(-2, 2)}, kNone, from(-760, 760), kSubnormal, One(std::expm1), nullptr, "vmdExpm1", {1.4, 1.7}},
    {"log",
     {from(0, 1000)},
     kNone,
     powers(-1074, 1023),
     kSubnormalPositive,
     One(std::log),
     nullptr,
     "vmdLn",
     {1.5, 1.7}},
    {"log2", {from(0, 1000)}, kNone, powers(-1074, 1023), kSubnormalPositive, One(std::log2)},
    {"log10", {from(0, 1000)}, kNone, powers(-1074, 1023), kSubnormalPositive, One(std::log10)},
    {"log1p",
     {from(-0.9, 10)},
     kNone,
     powers(-1074, 1023),
     kSubnormal,
     One(std::log1p),
     nullptr,
     "vmdLog1p",
     {1.4, 1.7}},
    {"pow",
     {from(0.1, 10)},
     from(-10, 10),
     powers(-1074, 1023),
     kSubnormalPositive,
     nullptr,
     Two(std::pow),
     "vmdPow",
     {1.8, 2}},
    {"cbrt", {from(-1000, 1000)}, kNone, signed_powers(-1074, 1023), kSubnormal, One(std::cbrt)},
    {"hypot",
     {from(-1, 1)},
     from(-1, 1),
     signed_powers(-1074, 1023),
     kSubnormal,
     nullptr,
     Two(std::hypot),
     nullptr,
     {},
     false,
     true},
    {"sin",
     {from(-10, 10), from(1e7, 1e15)},
     kNone,
     signed_powers(-1074, 1023),
     kSubnormal,
     One(std::sin),
     nullptr,
     "vmdSin",
     {1.3, 1.6},
     true},
    {"cos",
     {from(-10, 10), from(1e7, 1e15)},
     kNone,
     signed_powers(-1074, 1023),
     kSubnormal,
     One(std::cos),
     nullptr,
     "vmdCos",
     {1.3, 1.6}},
    {"tan",
     {from(-10, 10), from(1e7, 1e15)},
     kNone,
     signed_powers(-1074, 1023),
     kSubnormal,
     One(std::tan),
     nullptr,
     "vmdTan",
     {1.5, 2}},
    {"asin",
     {from(-0.5, 0.5), from(0.5, 1)},
     kNone,
     signed_powers(-1074, 0),
     kSubnormal,
     One(std::asin),
     nullptr,
     "vmdAsin",
     {1.4, 1.7}},
    {"acos", {from(-0.5, 0.5), from(0.5, 1)}, kNone, signed_powers(-1074, 0), kSubnormal, One(std::acos)},
    {"atan",
     {from(-0.5, 0.5), from(0.5, 2), from(2, 100)},
     kNone,
     signed_powers(-1074, 1023),
     kSubnormal,
     One(std::atan)},
    {"atan2",
     {from(-5, 5)},
     from(-5, 5),
     signed_powers(-1074, 1023),
     kSubnormal,
     nullptr,
     Two(std::atan2),
     "vmdAtan2",
     {1.4, 1.7},
     false,
     true},
    {"sinh", {from(-10, 10)}, kNone, signed_powers(-1074, 9.4), kSubnormal, One(std::sinh)},
    {"cosh", {from(-10, 10)}, kNone, signed_powers(-1074, 9.4), kSubnormal, One(std::cosh)},
    {"tanh",
     {from(-3, 3)},
     kNone,
     signed_powers(-1074, 1023),
     kSubnormal,
     One(std::tanh),
     nullptr,
     "vmdTanh",
     {1.3, 1.6}},
    {"asinh", {from(-10, 10)}, kNone, signed_powers(-1074, 1023), kSubnormal, One(std::asinh)},
    {"acosh", {from(1, 100)}, kNone, powers(0, 1023), kNone, One(std::acosh)},
    {"atanh", {from(-1, 1)}, kNone, signed_powers(-1074, 0), kSubnormal, One(std::atanh)},
    {"erf",
     {from(-3, 3), from(-0.25, 0.25), from(6, 20)},
     kNone,
     signed_powers(-1074, 1023),
     kSubnormal,
     One(std::erf),
     nullptr,
     "vmdErf",
     {1.4, 1.7},
     true},
    {"erfc",
     {from(-3, 5), from(5, 26)},
     kNone,
     signed_powers(-1074, 1023),
     from(26.6, 27.2),
     One(std::erfc),
     nullptr,
     "vmdErfc",
     {1.4, 1.7}},
    {"erfinv", {from(-0.75, 0.75), from(0.75, 1), from(-1, -0.75)}, kNone, signed_powers(-1074, 0), kSubnormal},
    {"gammaln",
     {from(3.5, 30), from(0, 3.5), from(-30, 0)},
     kNone,
     powers(-1074, 1023),
     kSubnormal,
     One(std::lgamma),
     nullptr,
     "vmdLGamma",
     {0.15, 0.35},
     true},
    {"gamma",
     {from(3.5, 20), from(0, 3.5), from(-20, 0)},
     kNone,
     signed_powers(-1074, 7.4),
     kSubnormal,
     One(std::tgamma),
     nullptr,
     "vmdTGamma",
     {0.25, 0.5}},
    {"digamma", {from(3.5, 30), from(0, 3.5), from(-30, 0)}, kNone, powers(-1074, 1023), kSubnormal},
    {"trigamma", {from(3.5, 30), from(0, 3.5), from(-30, 0)}, kNone, powers(-1074, 1023), kSubnormal},
    {"ndtr", {from(-5, 5), from(-30, -5)}, kNone, signed_powers(-1074, 1023), from(-38.4, -37.6)},
    {"ndtri",
     {from(0.125, 0.875), from(0, 0.125), from(0.875, 1)},
     kNone,
     powers(-1074, 0),
     kSubnormalPositive,
     nullptr,
     nullptr,
     "vmdCdfNormInv",
     {1.4, 1.8},
     true},
    {"logNdtr", {from(0, 5), from(-5, 0)}, kNone, signed_powers(-1074, 500), kSubnormal},
    {"expit", {from(-10, 10)}, kNone, from(-760, 760), kSubnormal},
    {"logit", {from(0, 1)}, kNone, powers(-1074, 0), kSubnormalPositive},
    {"softplus", {from(-10, 10)}, kNone, from(-760, 760), kSubnormal},
    {"xlogy", {from(-5, 5)}, from(0, 1000), signed_powers(-1074, 1000), kSubnormal},
    {"xlog1py", {from(-5, 5)}, from(-0.9, 10), signed_powers(-1074, 1000), kSubnormal},
    {"logaddexp", {from(-5, 5)}, from(-5, 5), signed_powers(-1074, 1023), kSubnormal},
    {"sinc", {from(-10, 10)}, kNone, signed_powers(-1074, 1023), kSubnormal},
    {"entr", {from(0, 1)}, kNone, powers(-1074, 1000), kSubnormalPositive},
    {"relEntr", {from(0, 1)}, from(0, 1), kNone, kNone},
    {"klDiv", {from(0, 1)}, from(0, 1), kNone, kNone},
    {"erfcx", {from(0, 10), from(-5, 0)}, kNone, powers(-1074, 1023), kSubnormal},
    {"erfcinv", {from(0.25, 1.75), from(0, 0.25), from(1.75, 2)}, kNone, powers(-1074, 1), kSubnormalPositive},
    {"beta", {from(0.5, 20)}, from(0.5, 20), kNone, kNone, nullptr, nullptr, nullptr, {}, false, false, {}, true},
    {"betaln", {from(0.5, 20)}, from(0.5, 20), kNone, kNone, nullptr, nullptr, nullptr, {}, false, false, {}, true},
    {"i0", {from(-10, 10)}, kNone, kNone, kNone},
    {"i0e", {from(-10, 10)}, kNone, kNone, kNone},
    {"i1", {from(-10, 10)}, kNone, kNone, kNone},
    {"i1e", {from(-10, 10)}, kNone, kNone, kNone},
    {"j0", {from(0, 30)}, kNone, kNone, kNone},
    {"j1", {from(0, 30)}, kNone, kNone, kNone},
    {"y0", {from(0, 30)}, kNone, kNone, kNone},
    {"y1", {from(0, 30)}, kNone, kNone, kNone},
    {"k0", {from(0, 30)}, kNone, kNone, kNone},
    {"k1", {from(0, 30)}, kNone, kNone, kNone},
    {"gammainc", {from(0.5, 20)}, from(0, 30), kNone, kNone, nullptr, nullptr, nullptr, {}, false, false, {}, true},
    {"gammaincc", {from(0.5, 20)}, from(0, 30), kNone, kNone, nullptr, nullptr, nullptr, {}, false, false, {}, true},
    {"betainc",
     {from(0.5, 20)},
     from(0.5, 20),
     kNone,
     kNone,
     nullptr,
     nullptr,
     nullptr,
     {},
     false,
     false,
     from(0, 1),
     true},
    {"zeta", {from(1.1, 30), from(-20, 1)}, kNone, kNone, kNone, nullptr, nullptr, nullptr, {}, false, false, {}, true},
    {"hurwitzZeta",
     {from(1.1, 30)},
     from(0.5, 20),
     kNone,
     kNone,
     nullptr,
     nullptr,
     nullptr,
     {},
     false,
     false,
     {},
     true},
};

}  // namespace sharray::bench
