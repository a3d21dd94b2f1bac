"""The text of a handle: parsed and written without touching any memory. See docs/segment-layout.md."""
import base64
import binascii
import re
import struct
import zlib
from typing import NamedTuple

from . import geometry
from .layout import FILE, POSIX, SYSTEM_V

SCHEME = "sharray:"
_PREFIX = SCHEME + "1:"
_LONGEST = 1024 + 4096 * 4 // 3
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}")


class Handle(NamedTuple):
    """The contents of a handle. `first` counts from byte 0 of the segment; `provenance` is signed as in Java."""

    storage: int
    provenance: int
    id: int
    name: str
    uuid: bytes
    kind: str
    item_size: int
    shape: tuple
    strides: tuple
    first: int

    def text(self):
        out = bytearray([self.storage])
        out += struct.pack(">q", self.provenance)
        if self.storage == SYSTEM_V:
            _put(out, self.id)
        else:
            name = self.name.encode()
            _put(out, len(name))
            out += name
        out += self.uuid + self.kind.encode()
        _put(out, self.item_size)
        _put(out, len(self.shape))
        for length in self.shape:
            _put(out, length)
        for length, stride in zip(self.shape, self.strides):
            stride = stride if length > 1 else 0
            _put(out, stride << 1 if stride >= 0 else (-stride << 1) - 1)
        _put(out, self.first)
        out += struct.pack(">I", zlib.crc32(out))
        return _PREFIX + base64.urlsafe_b64encode(out).rstrip(b"=").decode()


def is_name(name):
    """Whether a POSIX segment can have this name."""
    return _NAME.fullmatch(name) is not None


def is_path(path):
    """Whether this is an absolute path without empty parts, "." and ".."."""
    return (path.startswith("/") and "\0" not in path and len(path.encode()) <= 4095
            and all(part not in ("", ".", "..") for part in path[1:].split("/")))


def parse(text):
    """The Handle of a text; ValueError says what is wrong with it. Runs and attaches nothing."""
    if not isinstance(text, str):
        raise TypeError(f"a handle is a str, not {type(text).__name__}")
    try:
        return _parse(text)
    except ValueError as fault:
        shown = text if len(text) <= 60 else text[:57] + "..."
        raise ValueError(f"{shown!r} is no handle: {fault}; a handle is what the attribute `handle` says") from None


def _parse(text):
    _require(text.startswith(SCHEME), f'it does not begin with "{_PREFIX}"')
    _require(text.startswith(_PREFIX), "its version is not 1; a newer release made it, or it is damaged")
    _require(len(text) <= _LONGEST, f"it has {len(text)} characters; no handle has so many")
    code = text[len(_PREFIX):]
    _require(re.fullmatch(r"[A-Za-z0-9_-]*", code), "a character is not of base64url")
    try:
        raw = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except binascii.Error:
        raise ValueError("it ends in the middle of a byte") from None
    _require(len(raw) > 4, "it is too short")
    _require(struct.unpack(">I", raw[-4:])[0] == zlib.crc32(raw[:-4]),
             "its checksum is wrong; a part is missing or changed")
    found = _Reader(raw[:-4]).handle()
    _require(found.text() == text, "it is not in its shortest form")
    return found


class _Reader:
    def __init__(self, raw):
        self._raw = raw
        self._at = 0

    def handle(self):
        storage = self._take(1)[0]
        _require(storage in (SYSTEM_V, POSIX, FILE), "its storage is unknown")
        provenance = struct.unpack(">q", self._take(8))[0]
        number, name = -1, ""
        if storage == SYSTEM_V:
            number = self._number()
            _require(number < 2**31, "its System V id is too large")
        else:
            name = self._name(is_path if storage == FILE else is_name)
        uuid = self._take(16)
        kind = chr(self._take(1)[0] & 0x7F)
        item_size = self._number()
        _require(0 < item_size <= 1 << 16, "its item size is impossible")
        dimensions = self._number()
        _require(dimensions <= geometry.MAX_DIMENSIONS, "it has too many dimensions")
        shape = tuple(self._number() for _ in range(dimensions))
        strides = tuple(self._signed() for _ in range(dimensions))
        first = self._number()
        _require(self._at == len(self._raw), "bytes are left over")
        fault = geometry.size_fault(shape, item_size)
        _require(fault is None, fault)
        return Handle(storage, provenance, number, name, uuid, kind, item_size, shape, strides, first)

    def _take(self, count):
        _require(count <= len(self._raw) - self._at, "it ends too early")
        self._at += count
        return self._raw[self._at - count:self._at]

    def _name(self, good):
        raw = self._take(self._number())
        try:
            name = raw.decode()
        except UnicodeDecodeError:
            raise ValueError("its name is not UTF-8") from None
        _require(good(name), "its name has forbidden characters")
        return name

    def _number(self):
        value = self._unsigned()
        _require(value <= geometry.LARGEST, "a number leaves 63 bits")
        return value

    def _signed(self):
        value = self._unsigned()
        return value >> 1 ^ -(value & 1)

    def _unsigned(self):
        value = 0
        for shift in range(0, 64, 7):
            byte = self._take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                _require(value < 2**64, "a number leaves 64 bits")
                return value
        raise ValueError("a number leaves 64 bits")


def _put(out, value):
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def _require(condition, fault):
    if not condition:
        raise ValueError(fault)
