"""Arrays of each storage in one process and its children."""
import gc
import os
import pathlib
import pickle
import shutil
import struct
import tempfile
import unittest
import warnings

from support import Case, Child, python

import numpy
import sharray
from sharray import dtypes, handle, layout, libc, memory, provenance, system_v

# The filesystem of a container's root keeps no locks with mappings.
FOLDER = tempfile.mkdtemp(dir="/dev/shm")


def tearDownModule():
    shutil.rmtree(FOLDER)


def made(storage, shape=(4, 5), dtype="float64"):
    name = os.path.join(FOLDER, os.urandom(8).hex()) if storage == "file" else None
    return sharray.create(shape, dtype, storage, name)


def mine():
    """Names and ids of the segments of this user."""
    return {found.name for found in sharray.segments()}


class EachStorage(Case):
    def each(self, storages=("sysv", "posix", "file")):
        for storage in storages:
            before = mine()
            with self.subTest(storage=storage):
                yield storage
                gc.collect()
                self.assertEqual(set(), mine() - before, "left behind")

    def test_an_array_is_shared_by_its_handle(self):
        for storage in self.each():
            with made(storage) as array, sharray.attach(array.handle) as other:
                self.assertEqual(0, array.array.sum())
                array.array[:] = numpy.arange(20).reshape(4, 5)
                self.assertEqual(190, numpy.sum(other))
                self.assertEqual(other.handle, array.handle)
                self.assertLessEqual(len(array.handle), 1024 if storage == "file" else 200)

    def test_dtypes_shapes_and_empty_arrays(self):
        for storage in self.each():
            for shape, dtype in (((), "f8"), ((0,), "f8"), ((3, 0, 2), "?"), ((7,), "?"), ((1,) * 32, "f8"), (5, "f8")):
                with made(storage, shape, dtype) as array, sharray.attach(array.handle) as other:
                    self.assertEqual((other.shape, other.dtype), (array.shape, numpy.dtype(dtype)))
        for wrong in ("f2", "g", "O", "U3", "M8[s]", ">f8", ">i2", [("x", "f8")]):
            with self.assertRaises(TypeError):
                sharray.create(3, wrong)
        for wrong in ((-1,), (2**62, 2), (1,) * 33):
            with self.assertRaises(ValueError):
                sharray.create(wrong)

    def test_every_dtype_keeps_its_values(self):
        for storage in self.each():
            for type_string in dtypes.TYPE_STRINGS:
                values = numpy.frombuffer(bytes(range(1, 193)), dtype=type_string if type_string != "|b1" else "u1")
                values = values.astype(type_string, copy=False).reshape(3, -1)
                with made(storage, values.shape, type_string) as array, sharray.attach(array.handle) as other:
                    array.array[:] = values
                    self.assertEqual(numpy.dtype(type_string), other.dtype)
                    self.assertEqual(values.tobytes(), other.array.tobytes())
                    part = array.slice(numpy.s_[::-2, 1:])
                    with part, sharray.attach(part.handle) as again:
                        self.assertEqual(values[::-2, 1:].tobytes(), again.array.tobytes())

    def test_parts_have_handles_and_hold_the_memory(self):
        for storage in self.each():
            array = made(storage)
            array.array[:] = numpy.arange(20).reshape(4, 5)
            part = array.slice(numpy.s_[1::2, ::-2])
            expected = array.array[1::2, ::-2].copy()
            array.close()
            with part, sharray.attach(part.handle) as other:
                numpy.testing.assert_array_equal(expected, other)
                self.assertEqual((), part.slice((0, 0)).shape)
                part.slice((1, 1)).array[...] = 70
                self.assertEqual(70, other.array[1, 1])
                self.assertEqual(0, part.slice(numpy.s_[2:]).array.size)
                with self.assertRaises(TypeError):
                    part.slice([0, 1])

    def test_memory_stays_under_a_live_numpy_array(self):
        for storage in self.each():
            array = made(storage, 100000)
            array.array[:] = 3
            text = array.handle
            views = [array.array, array.array[10:20].reshape(2, 5), memoryview(array.array)]
            array.close()
            self.assertTrue(array.closed)
            gc.collect()
            self.assertEqual((300000, 30, 3), (views[0].sum(), views[1].sum(), views[2][-1]))
            with sharray.attach(text) as other:
                views.pop(0)[0] = 4
                self.assertEqual(4, other.array[0])
            views.pop(0)
            self.assertEqual(4, views[0][0])
            views.clear()
            if storage != "file":
                self.gone(text)
            for use in (lambda: array.array, lambda: array.handle, lambda: pickle.dumps(array), lambda: len(array)):
                with self.assertRaisesRegex(ValueError, "closed"):
                    use()
            array.close()

    def test_pickling_is_by_reference_and_unpickling_only_attaches(self):
        for storage in self.each():
            with made(storage, 1 << 16) as array:
                pickled = pickle.dumps(array)
                self.assertLess(len(pickled), 400)
                with pickle.loads(pickled) as other:
                    other.array[-1] = 5
                self.assertEqual(5, array.array[-1])
                function, arguments = array.__reduce__()[:2]
                self.assertIs(function, sharray.attach)
                self.assertEqual((array.handle, False), arguments)
                with sharray.attach(array.handle, read_only=True) as reader, pickle.loads(pickle.dumps(reader)) as again:
                    self.assertTrue(again.read_only)

    def test_read_only_arrays_refuse_writing(self):
        for storage in self.each():
            with made(storage) as array, sharray.attach(array.handle, read_only=True) as reader:
                array.array[0, 0] = 2
                self.assertEqual(2, reader.array[0, 0])
                with self.assertRaises(ValueError):
                    reader.array[0, 0] = 1
            record = None
            with made(storage) as array:
                record = handle.parse(array.handle)._replace(strides=(0, 8))
                with sharray.attach(record.text()) as broadcast:
                    self.assertTrue(broadcast.read_only)

    def test_no_descriptor_stays_open(self):
        for storage in self.each():
            with made(storage):
                before = len(os.listdir("/proc/self/fd"))
                arrays = [made(storage) for _ in range(20)]
                arrays += [sharray.attach(array.handle) for array in arrays]
                self.assertEqual(before, len(os.listdir("/proc/self/fd")))
                arrays.clear()

    def test_a_killed_holder_takes_nothing_and_leaves_nothing_after_the_sweep(self):
        for storage in self.each(("sysv", "posix")):
            read, write = os.pipe()

            def hold():
                array = made(storage)
                array.array[0, 0] = 9
                os.write(write, array.handle.encode())
                import time
                time.sleep(20)

            child = Child(hold)
            text = os.read(read, 1000).decode()
            survivor = sharray.attach(text)
            self.assertEqual(-9, child.kill())
            self.assertEqual(9, survivor.array[0, 0])
            survivor.close()
            self.gone(text)
            child = Child(hold)
            text = os.read(read, 1000).decode()
            child.kill()
            sharray.sweep()
            self.gone(text)
            os.close(read), os.close(write)

    def test_a_forked_child_takes_no_name_from_its_parent(self):
        for storage in self.each(("sysv", "posix")):
            array = made(storage)
            array.array[0, 0] = 1
            text = array.handle

            def use():
                array.array[0, 1] = 2
                array.close()
                gc.collect()
                sharray.sweep()
                with sharray.attach(text) as again:
                    again.array[0, 2] = 3

            self.assertEqual(0, Child(use).wait())
            with sharray.attach(text) as other:
                self.assertEqual([1, 2, 3], other.array[0, :3].tolist())
            # The other way about: the child holds on, the parent leaves.
            gate, open_gate = os.pipe()

            def stay():
                os.close(open_gate)
                os.read(gate, 1)
                with sharray.attach(text) as again:
                    return int(again.array[0, 2]) - 3

            child = Child(stay)
            array.close()
            gc.collect()
            os.close(gate), os.close(open_gate)
            self.assertEqual(0, child.wait())
            sharray.sweep()
            self.gone(text)

    def test_the_end_of_an_interpreter_removes_names(self):
        before = mine()
        text = python("import sharray; a = sharray.create(3, storage='posix'); print(a.handle)")
        self.assertEqual(before, mine(), "no sweep was needed")
        self.gone(text)

    def test_names_and_persistence(self):
        name = "test-" + os.urandom(6).hex()
        with sharray.create(3, storage="posix", name=name) as array, sharray.attach_name(name) as other:
            other.array[1] = 4
            self.assertEqual(4, array.array[1])
            with self.assertRaisesRegex(sharray.SharrayError, "taken"):
                sharray.create(3, storage="posix", name=name)
        with self.assertRaises(sharray.SegmentGoneError):
            sharray.attach_name(name)
        with sharray.create(3, storage="posix", name=name):
            self.assertEqual("live", {found.name: found for found in sharray.segments()}[name].state)
        sharray.create(3, storage="posix", name=name, persistent=True).close()
        sharray.sweep()
        sharray.attach_name(name).close()
        self.assertEqual("persistent", {found.name: found for found in sharray.segments()}[name].state)
        os.unlink(f"/dev/shm/sharray-{os.geteuid()}/{name}")
        for wrong in ("", "../x", ".x", "a/b", "a" * 201, "a\n"):
            with self.assertRaises(ValueError):
                sharray.create(3, storage="posix", name=wrong)
            with self.assertRaises(ValueError):
                sharray.attach_name(wrong)
        for wrong in ({"name": "x"}, {"persistent": True}, {"storage": "memfd"}, {"storage": "file"}):
            with self.assertRaises(ValueError):
                sharray.create(3, **wrong)

    def test_squatters_under_a_name_are_refused(self):
        sharray.create(1, storage="posix").close()
        directory = pathlib.Path(f"/dev/shm/sharray-{os.geteuid()}")
        squats = {"link": lambda path: path.symlink_to("/etc/passwd"), "fifo": os.mkfifo, "folder": os.mkdir,
                  "open": lambda path: (path.write_bytes(bytes(8192)), path.chmod(0o644)),
                  "junk": lambda path: (path.write_bytes(b"x" * 8192), path.chmod(0o600)),
                  "short": lambda path: (path.write_bytes(b""), path.chmod(0o600))}
        for word, squat in squats.items():
            path = directory / ("squat-" + word)
            squat(path)
            with self.subTest(word=word), self.assertRaises(
                    (sharray.SegmentAccessError, sharray.IncompatibleSegmentError)):
                sharray.attach_name(path.name)
            self.assertTrue(os.path.lexists(path), "what is not ours stays")
            os.rmdir(path) if word == "folder" else os.unlink(path)

    def test_files_stay_and_are_found_by_path(self):
        path = os.path.join(FOLDER, "kept")
        with sharray.create((2, 2), storage="file", name=path) as array:
            array.array[:] = 6
            text = array.handle
        with sharray.attach_file(path) as other, sharray.attach(text, read_only=True) as reader:
            self.assertEqual((24, 24), (other.array.sum(), reader.array.sum()))
        with self.assertRaisesRegex(sharray.SharrayError, "one of that name"):
            sharray.create(3, storage="file", name=path)
        os.unlink(path)
        self.gone(text)


class SegmentTest(Case):
    def raw(self, raw, state, size=8192):
        """A System V segment with any bytes: its id and address."""
        number = libc.shmget(libc.IPC_PRIVATE, size, 0o600 | libc.IPC_CREAT)
        base = libc.shmat(number)
        libc.shm_remove(number)
        libc.write(base, raw[:size])
        if size >= 1028:
            libc.store(base + layout.STATE_AT, state)
        self.addCleanup(libc.shmdt, base)
        return number, base

    def test_states_and_junk_are_told_apart(self):
        raw = layout.build(layout.SYSTEM_V, numpy.dtype("f8"), (100,), False, provenance.facts())[0]
        for state, error in ((0, sharray.SegmentGoneError), (2, sharray.SegmentPoisonedError),
                             (3, sharray.SegmentGoneError), (9, sharray.IncompatibleSegmentError)):
            with self.assertRaises(error):
                system_v.attach(self.raw(raw, state)[0], None, False)
        self.assertEqual(8192, system_v.attach(self.raw(raw, 1)[0], None, False).size)
        for junk, size in ((bytes(8192), 8192), (b"x" * 8192, 8192), (raw, 4096), (raw, 100)):
            number = self.raw(junk, 1, size)[0]
            with self.assertRaises(sharray.IncompatibleSegmentError):
                system_v.attach(number, None, False)
            self.assertEqual(1, libc.shm_status(number).attached, "nothing stays attached")

    def test_another_uuid_means_gone(self):
        with sharray.create(10) as array:
            record = handle.parse(array.handle)
            with self.assertRaisesRegex(sharray.SegmentGoneError, "UUID differs"):
                sharray.attach(record._replace(uuid=bytes(16)).text())
            with self.assertRaisesRegex(sharray.SegmentGoneError, "another IPC namespace.*docker"):
                sharray.attach(record._replace(uuid=bytes(16), provenance=4).text())

    def test_views_of_a_pool_come_from_their_handles(self):
        raw = bytearray(layout.build(layout.SYSTEM_V, numpy.dtype("f8"), (1024,), False, provenance.facts())[0])
        for at in (73, 74, 75, 76):
            raw[at] = 0
        raw[78] = 1
        raw[640:672] = bytes(32)
        struct.pack_into("<Q", raw, 128, 0)
        struct.pack_into("<q", raw, 384, 0)
        for offset, size in ((4096, 8192), (8192, 4096)):
            struct.pack_into("<QQ", raw, 56, offset, size)
            struct.pack_into("<I", raw, 28, 0)
            struct.pack_into("<I", raw, 28, layout.crc32c(bytes(raw)))
            if offset == 4096:
                with self.assertRaisesRegex(layout.BadHeader, "map of closed arrays"):
                    layout.read(bytes(raw), 12288, layout.SYSTEM_V)
        number, base = self.raw(bytes(raw), 1, 12288)
        libc.write(base + 8192 + 800, numpy.arange(6.0).tobytes())
        record = handle.Handle(1, provenance.of(1), number, "", bytes(raw[32:48]), "f", 8, (2, 3), (24, 8), 8992)
        with sharray.attach(record.text()) as first, sharray.attach(record._replace(first=8192).text()) as second:
            self.assertEqual(15, first.array.sum())
            self.assertIs(first._memory, second._memory)
            self.assertEqual(record.text(), first.handle)
        for first in (0, 8184, 12256, 2**40):
            with self.assertRaises(sharray.IncompatibleSegmentError):
                sharray.attach(record._replace(first=first).text())
        self.assertEqual(1, libc.shm_status(number).attached)
        found = [each for each in sharray.segments() if each.name == str(number)]
        self.assertEqual([(None, None, "pool")], [(each.dtype, each.shape, each.state) for each in found])

    def test_the_header_is_not_believed_after_the_attach(self):
        with sharray.create(10) as array, sharray.attach(array.handle) as other:
            libc.write(array._memory.base, os.urandom(1024))
            other.array[9] = 1
            self.assertEqual(1, array.array[9])

    def test_leftovers_of_a_killed_creator_are_swept(self):
        def leave():
            libc.shmget(system_v.KEY_TAG << 16 | 0xABC, 8192, 0o600 | libc.IPC_CREAT)

        alive = libc.shmget(system_v.KEY_TAG << 16 | 0xDEF, 8192, 0o600 | libc.IPC_CREAT)
        try:
            Child(leave).wait()
            removed = [size for storage, _, size in sharray.sweep() if storage == "sysv"]
            self.assertEqual([8192], removed)
            self.assertEqual(0, libc.shm_status(alive).attached, "that of a living creator stays")
        finally:
            libc.shm_remove(alive)

    def test_too_much_is_an_error_with_a_remedy(self):
        for storage in ("sysv", "posix"):
            with self.assertRaises((sharray.SharedMemoryExhaustedError, ValueError)):
                sharray.create(2**59, storage=storage)

    def test_one_process_maps_a_segment_of_one_handle_once(self):
        with sharray.create(10) as array:
            others = [sharray.attach(array.handle) for _ in range(5)]
            self.assertEqual(1, len({id(other._memory) for other in others}))
            self.assertEqual(1, len(memory._known))
        del others

    def test_numpy_functions_take_it(self):
        with sharray.create((2, 3)) as array, warnings.catch_warnings():
            warnings.simplefilter("error")
            array.array[:] = 2
            self.assertEqual(12, numpy.sum(array))
            self.assertEqual("float32", numpy.asarray(array, dtype="f4").dtype.name)
            self.assertFalse(numpy.shares_memory(numpy.array(array), array.array))
            self.assertTrue(numpy.shares_memory(numpy.asarray(array), array.array))


if __name__ == "__main__":
    unittest.main()
