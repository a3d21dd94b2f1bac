"""Arrays in shared memory."""
import atexit
import operator
import os
import weakref

import numpy

from . import dtypes, file, geometry, layout, posix, provenance, system_v
from .errors import IncompatibleSegmentError, SegmentAccessError, SegmentGoneError
from .handle import Handle, parse
from .memory import shared
from .sweep import sweep_once

_STORAGES = {"sysv": layout.SYSTEM_V, "posix": layout.POSIX, "file": layout.FILE}
_open = weakref.WeakSet()


class _Window:
    """What the numpy arrays over a mapping have as their base: it keeps the mapping."""

    __slots__ = ("__array_interface__", "memory")

    def __init__(self, memory, dtype, shape, strides, first, read_only):
        self.memory = memory
        self.__array_interface__ = {
            "version": 3, "shape": shape, "typestr": dtype.str, "strides": strides,
            "data": (memory.base + first, read_only)}


class SharedArray:
    """An array in shared memory; make one with `create` or `attach`.

    `array` is the numpy.ndarray over the shared bytes. `close()`, the end of a `with` block, or the end of the last
    reference let go of it. Memory is never taken from under a numpy array: while `array`, a slice of it or a memoryview is
    still used, the mapping stays, and so does the array for other processes.

    Pickling writes the handle, and unpickling attaches it: no element is copied, and the sender must keep the array open
    until then.
    """

    __slots__ = ("_memory", "_array", "_first", "__weakref__")

    def __init__(self, memory, dtype, shape, strides, first):
        # An empty array has no first element, so any address will do.
        first = memory.header.data_offset if 0 in shape else first
        read_only = memory.read_only or geometry.repeats(shape, strides)
        self._memory = memory
        self._first = first
        self._array = numpy.asarray(_Window(memory, dtype, shape, strides, first, read_only))
        if not _open:
            # Before the end of the interpreter, so that a POSIX name goes with its last holder. Last in, first out: after
            # a finalizer was made, this runs before finalizers are switched off.
            atexit.unregister(_close_all)
            atexit.register(_close_all)
        _open.add(self)

    @property
    def array(self):
        """The numpy.ndarray; ValueError if this was closed."""
        if self._array is None:
            raise ValueError("this shared array was closed; attach it again by its handle while somebody else holds it")
        return self._array

    def __array__(self, dtype=None, copy=None):
        found = self.array
        if dtype is not None and numpy.dtype(dtype) != found.dtype:
            if copy is False:
                raise ValueError(f"an array of {found.dtype} becomes one of {numpy.dtype(dtype)} only by a copy")
            return found.astype(dtype)
        return found.copy() if copy else found

    @property
    def handle(self):
        """The text that `attach` and Java's `NDArray.attach` read. It holds nothing."""
        array, memory = self.array, self._memory
        storage = memory.header.storage
        return Handle(storage, provenance.of(storage), memory.id, memory.name, memory.header.uuid, array.dtype.kind,
                      array.dtype.itemsize, array.shape, array.strides, self._first).text()

    def slice(self, key):
        """A part of this array by basic indexing, as a SharedArray with a handle of its own: `a.slice(numpy.s_[1:3, ::-1])`.
        It holds the memory by itself."""
        array = self.array
        part = array[key if isinstance(key, tuple) else (key,)]
        if not isinstance(part, numpy.ndarray) or not part.shape:
            part = array[(key if isinstance(key, tuple) else (key,)) + (Ellipsis,)]
        if part.size and not numpy.may_share_memory(part, array):
            raise TypeError(f"{key!r} makes a copy; a shared array is cut by integers, slices, None and ... only")
        first = part.__array_interface__["data"][0] - self._memory.base
        return SharedArray(self._memory, part.dtype, part.shape, part.strides, first)

    def close(self):
        """Lets go of the array; the last use of its memory in this process releases it. Again: does nothing."""
        self._array = self._memory = None
        _open.discard(self)

    @property
    def closed(self):
        return self._array is None

    @property
    def shape(self):
        return self.array.shape

    @property
    def dtype(self):
        return self.array.dtype

    @property
    def read_only(self):
        return not self.array.flags.writeable

    def __len__(self):
        return len(self.array)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __reduce__(self):
        return attach, (self.handle, self._memory.read_only)

    def __repr__(self):
        if self.closed:
            return "<closed SharedArray>"
        return f"<SharedArray {self.dtype} {self.shape} {self.handle}>"


def create(shape, dtype="float64", storage="sysv", name=None, persistent=False):
    """A new array of zeros.

    `storage` is "sysv", "posix" (found by `name`, or anonymous), or "file" (`name` is a path whose file must not exist;
    always persistent). `persistent` is for POSIX: it outlives its holders.
    """
    shape = _checked_shape(shape)
    dtype = dtypes.of(dtype)
    if storage not in _STORAGES:
        raise ValueError(f"unknown storage {storage!r}; there are {', '.join(_STORAGES)}")
    if storage == "sysv" and (name is not None or persistent):
        raise ValueError('System V segments have no names and cannot be persistent; use storage="posix" or "file"')
    if storage == "file" and name is None:
        raise ValueError('storage="file" needs a path as `name`')
    fault = geometry.size_fault(shape, dtype.itemsize)
    if fault:
        raise ValueError(f"no array can have shape {shape}: {fault}")
    sweep_once()
    code = _STORAGES[storage]
    raw, total_size = layout.build(code, dtype, shape, persistent or storage == "file", provenance.facts())
    if storage == "sysv":
        memory = system_v.create(raw, total_size)
    elif storage == "posix":
        memory = posix.create(raw, total_size, os.urandom(16).hex() if name is None else name)
    else:
        memory = file.create(raw, total_size, file.real(name))
    return _described(memory)


def attach(handle, read_only=False):
    """The array of a handle, made by this package or by Java. SegmentGoneError if nobody holds it any more."""
    record = parse(handle)
    where = record.id if record.storage == layout.SYSTEM_V else record.name
    attach_storage = {layout.SYSTEM_V: system_v, layout.POSIX: posix, layout.FILE: file}[record.storage].attach
    try:
        memory = shared((record.storage, where, record.uuid, read_only),
                        lambda: attach_storage(where, record.uuid, read_only))
    except (SegmentGoneError, SegmentAccessError, IncompatibleSegmentError) as failure:
        if record.provenance == provenance.of(record.storage):
            raise
        namespace = "another IPC namespace" if record.storage == layout.SYSTEM_V else "another /dev/shm"
        raise SegmentGoneError(
            f"cannot attach {_title(record)}: its handle was made on another machine, before a reboot, or in a container "
            f"with {namespace}; attach on the machine and in the namespace of its maker (docker --ipc), and keep the array "
            "open there") from failure
    dtype = dtypes.by_kind(record.kind, record.item_size)
    header = memory.header
    fault = (f"its dtype is unknown; this version has {dtypes.NAMES}" if dtype is None else geometry.extent_fault(
        record.shape, record.strides, header.data_offset if 0 in record.shape else record.first, record.item_size,
        header.data_offset, header.data_offset + header.data_size))
    if fault:
        raise IncompatibleSegmentError(f"cannot attach an array in {_title(record)}: {fault}")
    return SharedArray(memory, dtype, record.shape, record.strides, record.first)


def attach_name(name, read_only=False):
    """The array of a POSIX segment with a name."""
    return _described(posix.attach(name, None, read_only))


def attach_file(path, read_only=False):
    """The array of a segment in a file."""
    return _described(file.attach(file.real(path), None, read_only))


def _described(memory):
    header = memory.header
    if header.pool:
        raise IncompatibleSegmentError("cannot attach a pool segment as one array; its arrays are found by their handles")
    return SharedArray(memory, numpy.dtype(header.type_string), header.shape, header.strides,
                       header.data_offset + header.first)


def _title(record):
    if record.storage == layout.SYSTEM_V:
        return f"System V segment {record.id}"
    return f"file {record.name}" if record.storage == layout.FILE else f"POSIX segment {record.name}"


def _checked_shape(shape):
    try:
        return (operator.index(shape),)
    except TypeError:
        return tuple(operator.index(length) for length in shape)


def _close_all():
    for array in list(_open):
        array.close()
