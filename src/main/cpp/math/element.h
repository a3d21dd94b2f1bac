/// The exact functions of one element, for every real dtype but bool: element::NAME(x, y, z) for int8 to int64, uint8
/// to uint64, float and double. A kernel is a loop of one of them, which the compiler makes vectors of; so they choose
/// by selects and not by branches wherever that can be done. Each file that includes this has copies of its own,
/// compiled for its CPU path. Every function gives the same bits on every path, but for the bits of a NaN.
///
/// Each header states the rules of its family. In all of them, integers wrap: the result is the exact one modulo
/// 2^bits. No operand is undefined behaviour.
#pragma once

#include "math/element_arithmetic.h"
#include "math/element_bitwise.h"
#include "math/element_cast.h"
#include "math/element_compare.h"
#include "math/element_divide.h"
#include "math/element_rounding.h"
