"""Where the elements of an array lie, as arithmetic without memory. Python's integers do not overflow, so limits are
compared."""

LARGEST = 2**63 - 1
MAX_DIMENSIONS = 32


def contiguous_strides(shape, item_size):
    """Strides in C order; lengths of 0 count as 1."""
    strides, step = [], item_size
    for length in reversed(shape):
        strides.append(step)
        step *= max(length, 1)
    return tuple(reversed(strides))


def size_fault(shape, item_size):
    """None, or why no array can have this shape."""
    if len(shape) > MAX_DIMENSIONS:
        return "it has more than 32 dimensions"
    total = item_size
    for length in shape:
        if length < 0 or length > LARGEST:
            return "a length of its shape is negative"
        total *= max(length, 1) if 0 in shape else length
        if total > LARGEST:
            return "its shape has more elements than a 64-bit size can count"
    return None


def extent_fault(shape, strides, first, item_size, begin, end):
    """None, or why elements from byte `first` on do not all lie in the bytes from `begin` to `end`."""
    low = high = first
    for length, stride in zip(shape, strides):
        if length > 1 and stride % item_size != 0:
            return "a stride is no multiple of its item size"
        reach = (length - 1) * stride if length > 0 else 0
        if abs(reach) > LARGEST:
            return "its strides leave the 64-bit range"
        low, high = low + min(reach, 0), high + max(reach, 0)
    if first < begin or (first - begin) % item_size != 0 or first > end:
        return "its first element lies outside the data"
    if 0 not in shape and (low < begin or high + item_size > end):
        return "its elements reach outside the data"
    return None


def in_order(shape, strides, item_size, order):
    """Whether the strides are those of an order, "C", "F" or "S" for any."""
    if order == "S" or 0 in shape:
        return True
    axes = range(len(shape)) if order == "F" else reversed(range(len(shape)))
    expected = item_size
    for axis in axes:
        if shape[axis] > 1:
            if strides[axis] != expected:
                return False
            expected *= shape[axis]
    return True


def repeats(shape, strides):
    """Whether elements share bytes, as those of a broadcast array do; it is read-only then."""
    return any(length > 1 and stride == 0 for length, stride in zip(shape, strides))
