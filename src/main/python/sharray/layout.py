"""The header of a segment: written, read, and checked against the real size. See docs/segment-layout.md."""
import os
import struct
import time
from typing import NamedTuple

from . import geometry
from .dtypes import TYPE_STRINGS

HEADER_SIZE = 4096
COPIED = 1024
STATE_AT = 1024
BEING_MADE, READY, POISONED, DESTROYED = range(4)
SYSTEM_V, POSIX, MEMFD, FILE = 1, 2, 3, 4
PERSISTENT = 1
MAGIC = b"\x89SHRAY\r\n"

_ENDIAN_TAG = 0x01020304
_DEDICATED, _POOL = 0, 1
_CRC_AT = 28
_MAP_BYTES = 4096  # of a pool: a bit for each unit of its data
_POOL_UNIT = 128
_FIELDS = struct.Struct("<8sHHIIIII16sQQQBBssHBBqIIQQ16s32Q32q32s64s288s")
assert _FIELDS.size == COPIED


def _crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_CRC_TABLE = _crc_table()


def crc32c(data):
    """CRC-32C (Castagnoli) of bytes."""
    value, table = 0xFFFFFFFF, _CRC_TABLE
    for byte in data:
        value = value >> 8 ^ table[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


class Header(NamedTuple):
    """What readers need of a header. `type_string` is empty for a pool."""

    uuid: bytes
    total_size: int
    data_offset: int
    data_size: int
    storage: int
    pool: bool
    type_string: str
    first: int
    shape: tuple
    strides: tuple
    persistent: bool
    creator_pid: int
    created_ns: int


class BadHeader(Exception):
    """What is wrong with a header, in words that follow the name of its segment."""


def build(storage, dtype, shape, persistent, facts):
    """The bytes of a header for a new C-contiguous array. Returns them and the total size."""
    count = 1
    for length in shape:
        count *= length
    data_size = count * dtype.itemsize
    page = os.sysconf("SC_PAGESIZE")
    total_size = (HEADER_SIZE + data_size + page - 1) // page * page
    if total_size > geometry.LARGEST:
        raise ValueError(f"an array of shape {shape} leaves the 64-bit range")
    rest = (0,) * (geometry.MAX_DIMENSIONS - len(shape))
    strides = geometry.contiguous_strides(shape, dtype.itemsize)
    raw = bytearray(_FIELDS.pack(
        MAGIC, 1, 0, HEADER_SIZE, _ENDIAN_TAG, 0, PERSISTENT if persistent else 0, 0, os.urandom(16),
        total_size, HEADER_SIZE, data_size, storage, len(shape), dtype.kind.encode(), b"C", dtype.itemsize, _DEDICATED, 0,
        0, facts.pid, facts.uid, time.time_ns(), facts.start_ticks, facts.boot_id,
        *(tuple(shape) + rest + strides + rest), dtype.str.encode(), b"", b""))
    struct.pack_into("<I", raw, _CRC_AT, crc32c(raw))
    return bytes(raw), total_size


def uuid_of(raw):
    """The UUID of copied bytes, before anything else is believed."""
    return raw[32:48]


def read(raw, real_size, storage):
    """Checks a private copy of the first 1024 bytes. Raises BadHeader."""
    if len(raw) < COPIED or raw[:8] != MAGIC:
        raise BadHeader("it does not begin with the Sharray magic")
    (_, major, _, header_size, endian, incompatible, compatible, crc, uuid, total_size, data_offset, data_size, found,
     dimensions, kind, order, item_size, purpose, zero, first, pid, _, created, _, _, *lists) = _FIELDS.unpack(raw)
    _require(endian == _ENDIAN_TAG, "its byte order is not little-endian")
    _require(major == 1, "its layout version is not 1")
    _require(crc == crc32c(raw[:_CRC_AT] + bytes(4) + raw[_CRC_AT + 4:]), "the checksum of its header is wrong")
    _require(incompatible == 0, "it needs features that this version does not have")
    _require(found == storage, "its header names another storage")
    _require(zero == 0, "a reserved byte of its header is not zero")
    _require(header_size == HEADER_SIZE and real_size >= HEADER_SIZE, "its header size is not 4096 bytes")
    _require(data_offset >= HEADER_SIZE and data_offset % 4096 == 0,
             "its data offset overlaps the header or is not aligned")
    _require(data_offset + data_size <= total_size, "its data reach beyond its total size")
    _require(total_size <= real_size <= geometry.LARGEST, "it claims more bytes than the segment has")
    _require(dimensions <= geometry.MAX_DIMENSIONS, "it has more than 32 dimensions")
    shape, strides = tuple(lists[:dimensions]), tuple(lists[32:32 + dimensions])
    type_string = ""
    if purpose == _POOL:
        bare = dimensions == 0 and kind == order == b"\0" and item_size == 0 and first == 0
        _require(bare, "it is a pool but describes an array")
        _require(data_offset >= HEADER_SIZE + _MAP_BYTES and data_size // _POOL_UNIT <= 8 * _MAP_BYTES,
                 "it is a pool without room for its map of closed arrays")
    else:
        _require(purpose == _DEDICATED, "its purpose is neither an array nor a pool")
        type_string = _type_string(kind, item_size, lists[64])
        _check_array(shape, strides, first, item_size, order, data_size)
    return Header(uuid, total_size, data_offset, data_size, storage, purpose == _POOL, type_string, first, shape, strides,
                  compatible & PERSISTENT != 0, pid, created)


def _type_string(kind, item_size, padded):
    for known in TYPE_STRINGS:
        if kind == known[1].encode() and item_size == int(known[2:]) and padded == known.encode().ljust(32, b"\0"):
            return known
    raise BadHeader("its element type is unknown")


def _check_array(shape, strides, first, item_size, order, data_size):
    _require(order in (b"C", b"F", b"S"), "its order is none of C, F and S")
    fault = (geometry.size_fault(shape, item_size)
             or geometry.extent_fault(shape, strides, first, item_size, 0, data_size))
    _require(fault is None, fault)
    _require(geometry.in_order(shape, strides, item_size, order.decode()), "its strides contradict its order")


def _require(condition, fault):
    if not condition:
        raise BadHeader(fault)
