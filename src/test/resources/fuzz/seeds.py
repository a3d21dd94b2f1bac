"""Makes the seed corpus anew, in the directories beside this file.

header/: bytes 0-1023 of a segment, u32 state, u64 real size, u8 storage. handle/: text.
"""
import base64
import pathlib
import struct
import zlib

HERE = pathlib.Path(__file__).parent
UUID = bytes(range(0x10, 0x20))
SYSV, POSIX, FILE = 1, 2, 4
LARGEST = 2**63 - 1


def crc32c(data):
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


def header(name, shape=(100,), strides=None, kind="f", item=8, typestr=None, order="C", storage=POSIX, state=1,
           real=8192, crc=None, first=0, total=8192, offset=4096, size=None, magic=b"\x89SHRAY\r\n", major=1, minor=0,
           header_size=4096, endian=0x01020304, incompatible=0, flags=1, dimensions=None, purpose=0, zero=0):
    if strides is None:
        strides, step = [], item
        for length in reversed(shape):
            strides.insert(0, step)
            step *= max(length, 1)
    count = item
    for length in shape:
        count *= length
    h = bytearray(1024)
    size = max(0, min(count, 4096)) if size is None else size
    struct.pack_into("<8sHHIIII", h, 0, magic, major, minor, header_size, endian, incompatible, flags)
    h[32:48] = UUID
    struct.pack_into("<QQQ", h, 48, total, offset, size)
    struct.pack_into("<BB1s1sHBBq", h, 72, storage, len(shape) if dimensions is None else dimensions, kind.encode(),
                     order.encode(), item, purpose, zero, first)
    struct.pack_into("<IIQQ", h, 88, 1, 0, 0, 0)
    for d, (length, stride) in enumerate(zip(shape, strides)):
        struct.pack_into("<Q", h, 128 + 8 * d, length % 2**64)
        struct.pack_into("<q", h, 384 + 8 * d, stride)
    typestr = ("|" if item == 1 else "<") + kind + str(item) if typestr is None else typestr
    h[640:640 + len(typestr)] = typestr.encode()
    struct.pack_into("<I", h, 28, crc32c(h) if crc is None else crc)
    (HERE / "header" / name).write_bytes(h + struct.pack("<IQB", state, real, storage))


def headers():
    header("good-vector")
    header("good-file", storage=FILE)
    header("good-system-v", storage=SYSV)
    header("good-bool", shape=(3, 5), kind="b", item=1)
    header("good-int8", kind="i", item=1)
    header("good-uint16", kind="u", item=2)
    header("good-float32", item=4, strides=(-4,), first=99 * 4, order="S")
    header("good-complex64", kind="c", item=8)
    header("good-complex128", shape=(5, 3), kind="c", item=16)
    header("good-fortran", shape=(4, 25), strides=(8, 32), order="F")
    header("good-backwards", strides=(-8,), first=99 * 8, order="S")
    header("good-scalar", shape=())
    header("good-empty", shape=(0, 25))
    header("good-32-dimensions", shape=(1,) * 31 + (100,))
    header("good-repeated", shape=(2**59,), strides=(0,), order="S", size=8)
    header("good-minor", minor=9)
    header("pool", shape=(), kind="\0", order="\0", item=0, typestr="", purpose=1, size=4096)
    header("state-being-made", state=0)
    header("state-poisoned", state=2)
    header("state-destroyed", state=3)
    header("state-unknown", state=77)
    header("magic", magic=b"\x89NUMPY\r\n")
    header("checksum", crc=1)
    header("major", major=2)
    header("byte-order", endian=0x04030201)
    header("features", incompatible=0x80000000)
    header("total-beyond-real", total=12288)
    header("total-2-64", total=2**64 - 1, real=2**64 - 1)
    header("offset-2-64", offset=2**64 - 4096, size=8192)
    header("offset-unaligned", offset=4100)
    header("offset-in-header", offset=0)
    header("size-2-64", size=2**64 - 1)
    header("shape-product", shape=(2**32, 2**31), strides=(8, 8), order="S")
    header("shape-negative", shape=(-1,), strides=(8,))
    header("stride-lowest", strides=(-2**63,), order="S", first=4088)
    header("stride-highest", strides=(LARGEST // 8 * 8,), order="S", shape=(3,))
    header("stride-odd", strides=(4,), order="S")
    header("first-negative", first=-8)
    header("first-highest", first=LARGEST)
    header("stride-half", kind="c", item=16, strides=(24,), order="S")
    header("type-unknown", kind="c", item=4)
    header("type-half", item=2)
    header("type-long-double", item=16)
    header("type-other-kind", kind="i", typestr="<f8")
    header("type-big-endian", kind="i", typestr=">i8")
    header("dimensions-255", dimensions=255)
    header("order-unknown", order="X")
    header("real-short", real=1000)
    header("real-page", real=4096)


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def zigzag(value):
    return varint((value << 1 ^ value >> 63) % 2**64)


def handle(name, storage=SYSV, place=varint(0), uuid=UUID, kind=b"f", item=8, shape=(100,), strides=(8,), first=4096,
           extra=b"", tail="", prefix="sharray:1:", crc=None):
    body = bytes([storage]) + b"\1\2\3\4\5\6\7\x08" + place + uuid + kind + varint(item) + varint(len(shape))
    body += b"".join(map(varint, shape)) + b"".join(map(zigzag, strides)) + varint(first) + extra
    body += struct.pack(">I", zlib.crc32(body) if crc is None else crc)
    text = prefix + base64.urlsafe_b64encode(body).decode().rstrip("=") + tail
    (HERE / "handle" / name).write_text(text)


def named(text):
    return varint(len(text.encode())) + text.encode()


def handles():
    handle("good-system-v")
    handle("good-posix", POSIX, named("job42.temps"))
    handle("good-file", FILE, named("/data/array"))
    handle("good-scalar", shape=(), strides=())
    handle("good-32-dimensions", shape=(2,) * 32, strides=(-8,) * 32)
    handle("good-negative", strides=(-8,), first=4888)
    handle("version-2", prefix="sharray:2:")
    handle("no-version", prefix="sharray:")
    handle("checksum", crc=0)
    handle("padding", tail="=")
    handle("newline", tail="\n")
    handle("left-over", extra=b"\0")
    handle("storage-0", 0)
    handle("storage-memfd", 3, named(""))
    handle("storage-raw", 101)
    handle("id-2-31", place=varint(2**31))
    handle("id-2-63", place=varint(2**63))
    handle("id-long-form", place=b"\x85\0")
    handle("id-endless", place=b"\xff" * 12)
    handle("name-climbs", POSIX, named("../../etc/passwd"))
    handle("name-hidden", POSIX, named(".x"))
    handle("name-empty", POSIX, named(""))
    handle("name-nul", POSIX, named("a\0b"))
    handle("name-cut-off", POSIX, varint(200) + b"abc")
    handle("name-2-62", POSIX, varint(2**62))
    handle("path-relative", FILE, named("data/array"))
    handle("path-climbs", FILE, named("/data/../etc/shadow"))
    handle("path-not-utf-8", FILE, varint(3) + b"/\xff\xfe")
    handle("kind-high-bit", kind=b"\xe6")
    handle("item-0", item=0)
    handle("item-large", item=2**40)
    handle("33-dimensions", shape=(1,) * 33, strides=(0,) * 33)
    handle("shape-product", shape=(2**40, 2**40), strides=(8, 8))
    handle("shape-2-63", shape=(2**63,))
    handle("stride-of-one", shape=(1,), strides=(8,))
    handle("first-2-63", first=2**63)
    (HERE / "handle" / "empty").write_text("")
    (HERE / "handle" / "prefix").write_text("sharray:1:")
    (HERE / "handle" / "plain-name").write_text("job42.temps")


for kind in "header", "handle":
    (HERE / kind).mkdir(exist_ok=True)
headers()
handles()
