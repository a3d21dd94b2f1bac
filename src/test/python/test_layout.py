"""Headers and handles from strangers: each must be refused in words, or be sound."""
import random
import struct
import unittest

from support import Case

import numpy
import sharray
from sharray import dtypes, geometry, handle, layout, provenance

CREATED = layout.build(layout.SYSTEM_V, numpy.dtype("f8"), (100,), False, provenance.facts())
GOOD, TOTAL = CREATED


def changed(*changes):
    """The good header with (offset, format, value) written into it, its checksum made good."""
    raw = bytearray(GOOD)
    for at, form, value in changes:
        struct.pack_into("<" + form, raw, at, value)
    struct.pack_into("<I", raw, 28, 0)
    struct.pack_into("<I", raw, 28, layout.crc32c(bytes(raw)))
    return bytes(raw)


class HeaderTest(Case):
    def refused(self, raw, words, real_size=TOTAL):
        with self.assertRaisesRegex(layout.BadHeader, words):
            layout.read(raw, real_size, layout.SYSTEM_V)

    def test_checksum_is_that_of_the_standard(self):
        self.assertEqual(0xE3069283, layout.crc32c(b"123456789"))

    def test_a_new_header_is_sound(self):
        header = layout.read(GOOD, TOTAL, layout.SYSTEM_V)
        self.assertEqual((header.shape, header.strides, header.type_string, header.data_size), ((100,), (8,), "<f8", 800))
        self.assertEqual(0, header.total_size % 4096)

    def test_each_field_of_a_stranger_is_refused(self):
        corpus = [
            (0, "B", 0, "magic"), (7, "B", 0, "magic"), (8, "H", 2, "version"), (12, "I", 0, "header size"),
            (12, "I", 2**31, "header size"), (16, "I", 0x04030201, "byte order"), (20, "I", 1, "features"),
            (72, "B", 2, "another storage"), (73, "B", 33, "32 dimensions"), (73, "B", 255, "32 dimensions"),
            (74, "B", ord("c"), "element type"), (74, "B", 0, "element type"), (75, "B", ord("X"), "order"),
            (76, "H", 0, "element type"), (76, "H", 4, "element type"), (640, "B", ord(">"), "element type"),
            (645, "B", 1, "element type"), (78, "B", 2, "purpose"), (78, "B", 1, "pool"), (79, "B", 1, "reserved"),
            (48, "Q", 0, "total size"), (48, "Q", 2**64 - 1, "more bytes"), (48, "Q", 2**63, "more bytes"),
            (56, "Q", 0, "offset"), (56, "Q", 4097, "offset"), (56, "Q", 2**64 - 4096, "total size"),
            (64, "Q", 2**64 - 1, "total size"), (64, "Q", 0, "outside"), (64, "Q", 799, "outside"),
            (80, "q", -8, "first element"), (80, "q", 4, "first element"), (80, "q", 8, "outside"),
            (80, "q", 2**63 - 1, "first element"), (80, "q", -2**63, "first element"), (384, "q", 0, "contradict"),
        ]
        corpus += [(128, "Q", bad, "outside|elements|negative")
                   for bad in (101, 2**31, 2**61, 2**63 - 1, 2**63, 2**64 - 1)]
        for at, form, value, words in corpus:
            with self.subTest(offset=at, value=value):
                self.refused(changed((at, form, value)), words)
        for bad in (4, 16, -8, 2**63 - 1, -2**63):
            with self.subTest(stride=bad):
                self.refused(changed((75, "B", ord("S")), (384, "q", bad)), "stride|outside")

    def test_every_dtype_is_sound_and_no_other(self):
        for type_string in dtypes.TYPE_STRINGS:
            raw, total = layout.build(layout.SYSTEM_V, numpy.dtype(type_string), (7, 2), False, provenance.facts())
            self.assertEqual(type_string, layout.read(raw, total, layout.SYSTEM_V).type_string)
            self.assertEqual(numpy.dtype(type_string), dtypes.by_kind(type_string[1], int(type_string[2:])))
        for type_string in ("<f2", "<f16", "<c32", "|S1", "<U1", "<M8", "|O8", ">i4", "<i1", "|i4"):
            item_size = int(type_string[2:]) if type_string[1] != "U" else 4
            bad = changed((74, "B", ord(type_string[1])), (76, "H", item_size), (384, "q", item_size),
                          (128, "Q", 7), (640, "5s", type_string.encode()))
            with self.subTest(type_string=type_string):
                self.refused(bad, "element type")

    def test_other_orders_are_sound(self):
        for changes in ([(75, "B", ord("S")), (384, "q", -8), (80, "q", 792)], [(75, "B", ord("S")), (384, "q", 0)],
                        [(73, "B", 2), (128, "Q", 4), (136, "Q", 25), (384, "q", 200), (392, "q", 8)],
                        [(73, "B", 2), (128, "Q", 0), (136, "Q", 25)], [(10, "H", 9)], [(24, "I", 0xFFFFFFFF)]):
            layout.read(changed(*changes), TOTAL, layout.SYSTEM_V)

    def test_a_real_size_below_the_claimed_one_is_refused(self):
        for size in (0, 1, 4095, 4096, TOTAL - 1):
            self.refused(GOOD, "header size|more bytes", size)

    def test_every_flipped_bit_breaks_the_checksum_or_the_rules(self):
        for position in range(len(GOOD)):
            raw = bytearray(GOOD)
            raw[position] ^= 0x40
            with self.assertRaises(layout.BadHeader):
                layout.read(bytes(raw), TOTAL, layout.SYSTEM_V)

    def test_whatever_random_header_is_accepted_stays_inside_the_segment(self):
        chance = random.Random(7)
        values = (0, 1, 2, 7, 8, 99, 100, 101, 792, 800, 4096, 2**31, 2**32, 2**61, 2**63 - 1, 2**63, 2**64 - 8, 2**64 - 1)
        accepted = 0
        for _ in range(1500):
            changes = [(75, "B", ord("S")), (73, "B", chance.choice((0, 1, 2, 3)))]
            changes += [(at, "Q", chance.choice(values))
                        for at in chance.sample((48, 56, 64, 80, 128, 136, 144, 384, 392, 400), 2)]
            try:
                header = layout.read(changed(*changes), TOTAL, layout.SYSTEM_V)
            except layout.BadHeader:
                continue
            accepted += 1
            if 0 not in header.shape:
                ends = [(length - 1) * stride for length, stride in zip(header.shape, header.strides)]
                low = header.data_offset + header.first + sum(min(end, 0) for end in ends)
                high = header.data_offset + header.first + sum(max(end, 0) for end in ends) + 8
                self.assertTrue(4096 <= low < high <= TOTAL, header)
        self.assertGreater(accepted, 20)


class HandleTest(Case):
    def test_texts_round_trip(self):
        for made in (handle.Handle(1, -5, 77, "", bytes(range(16)), "f", 8, (2, 3), (24, -8), 4136),
                     handle.Handle(2, 2**62, -1, "a.b-c", bytes(16), "b", 1, (), (), 4096),
                     handle.Handle(4, 0, -1, "/tmp/ä b", b"\xff" * 16, "f", 8, (1, 0), (0, 0), 4096)):
            self.assertEqual(made, handle.parse(made.text()))

    def test_strangers_texts_are_refused(self):
        good = handle.Handle(1, 1, 77, "", bytes(16), "f", 8, (2,), (8,), 4096)
        text = good.text()
        bad = ["", "sharray", "sharray:2:" + text[10:], text[:-1], text + "A", text + "=", text[:20] + "!" + text[21:],
               "sharray:1:", "sharray:1:AAAA", "sharray:1:" + "A" * 9000, "x" + text, " " + text]
        bad += [good._replace(**change).text() for change in (
            {"storage": 3}, {"storage": 101}, {"id": 2**31}, {"item_size": 0}, {"item_size": 2**17}, {"first": 2**63},
            {"shape": (2**62, 4), "strides": (0, 0)}, {"shape": (1,) * 33, "strides": (0,) * 33}, {"shape": (2**63,)})]
        bad += [good._replace(storage=2, name=name).text() for name in ("", "../x", ".x", "a/b", "a" * 201)]
        bad += [good._replace(storage=4, name=name).text() for name in ("x", "/a/../b", "//a", "/a\0b", "/")]
        for each in bad:
            with self.subTest(text=each), self.assertRaises(ValueError):
                handle.parse(each)
        with self.assertRaises(TypeError):
            handle.parse(None)

    def test_every_damaged_character_is_noticed(self):
        text = handle.Handle(2, 1, -1, "name", bytes(16), "f", 8, (2,), (8,), 4096).text()
        for position in range(len(text)):
            with self.assertRaises(ValueError):
                handle.parse(text[:position] + ("B" if text[position] == "A" else "A") + text[position + 1:])

    def test_random_bytes_with_a_good_checksum_raise_nothing_else(self):
        import base64
        import zlib
        chance = random.Random(11)
        start = base64.urlsafe_b64decode(handle.Handle(1, 1, 7, "", bytes(16), "f", 8, (2,), (8,), 4096).text()[10:] + "==")
        for _ in range(2000):
            raw = bytearray(start[:-4])
            for _ in range(chance.randint(1, 4)):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
            raw = raw[:chance.randint(1, len(raw))]
            raw += struct.pack(">I", zlib.crc32(raw))
            try:
                handle.parse("sharray:1:" + base64.urlsafe_b64encode(raw).rstrip(b"=").decode())
            except ValueError:
                pass

    def test_a_view_outside_of_the_data_is_refused(self):
        with sharray.create(100) as array:
            record = handle.parse(array.handle)
            for change in ({"first": 4088}, {"first": 4104}, {"first": 0}, {"first": geometry.LARGEST}, {"strides": (16,)},
                           {"strides": (-8,)}, {"strides": (4,)}, {"shape": (101,)}, {"kind": "e"}, {"kind": "b"}, {"item_size": 2}, {"item_size": 16}):
                with self.subTest(**change), self.assertRaises(sharray.IncompatibleSegmentError):
                    sharray.attach(record._replace(**change).text())


if __name__ == "__main__":
    unittest.main()
