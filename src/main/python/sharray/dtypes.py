"""The dtypes that segments can have, by their NumPy type string."""
import numpy

TYPE_STRINGS = ("|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f4", "<f8", "<c8", "<c16")
NAMES = ", ".join(numpy.dtype(each).name for each in TYPE_STRINGS)


def of(dtype):
    """The numpy.dtype of `dtype`; TypeError if segments cannot have it."""
    found = numpy.dtype(dtype)
    if found.str not in TYPE_STRINGS:
        raise TypeError(f"arrays of {found} cannot be shared; {NAMES} can, in little-endian order")
    return found


def by_kind(kind, item_size):
    """The numpy.dtype of a kind character and item size, or None."""
    type_string = ("|" if item_size == 1 else "<") + kind + str(item_size)
    return numpy.dtype(type_string) if type_string in TYPE_STRINGS else None
