"""The Python of docs/random.md against the published vectors, and numbers that the Java tests have too."""

import pathlib
import unittest

import numpy as np


def documented():
    text = (pathlib.Path(__file__).parents[3] / "docs" / "random.md").read_text(encoding="utf-8")
    code = {}
    exec(text.split("```python\n")[1].split("```")[0], code)  # pylint: disable=exec-used
    return code


class RandomTest(unittest.TestCase):
    def test_published_vectors(self):
        philox = documented()["philox"]
        words = [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
        self.assertEqual([int(w) for w in philox(0, 0, 0)], words)
        i, call, attempt = 0x85A308D3_243F6A88, 0x7344_13198A2E, 0x0370
        words = [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]
        self.assertEqual([int(w) for w in philox(np.uint64(i), call, 0x299F31D0_A4093822, attempt)], words)

    def test_uniform_numbers_are_those_of_java(self):
        numbers = documented()["uniform"](3, 0x0123456789ABCDEF, call=7)
        # ArrayRandomTest has the same.
        self.assertEqual([float(x).hex() for x in numbers], ["0x1.1d887a4c69647p-1", "0x1.ee17293f9a360p-4", "0x1.bd79eda9a7710p-2"])


if __name__ == "__main__":
    unittest.main()
