package io.sharray.cli;

import static io.sharray.cli.Cli.run;
import static io.sharray.cli.Cli.start;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.DType;
import io.sharray.LocalFolder;
import io.sharray.NDArray;
import io.sharray.RawLayout;
import io.sharray.RawSegment;
import io.sharray.SegmentGoneException;
import io.sharray.Storage;
import io.sharray.cli.Cli.Answer;
import io.sharray.internal.Access;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code put}, {@code ls}, {@code rm} and {@code gc} over segments of real processes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SegmentCommandsTest {
  private static final long SELF = ProcessHandle.current().pid();

  @TempDir(factory = LocalFolder.class)
  Path directory;

  private static String name(String stem) {
    return stem + "-" + SELF;
  }

  private static Path inMemory(String name) {
    return Segments.posixDirectory().resolve(name);
  }

  private Path npy(double... values) {
    Path file = directory.resolve("values.npy");
    try (NDArray array = NDArray.of(values)) {
      array.saveNpy(file);
    }
    return file;
  }

  private String put(String name) {
    Answer answer = run("put", npy(1, 2, 4).toString(), "--name", name);
    assertEquals(0, answer.status(), answer.err());
    return answer.out().strip();
  }

  private static Segment find(String name) {
    return Segments.list().stream().filter(s -> s.name().equals(name)).findFirst().orElse(null);
  }

  private static String state(String name) {
    Segment found = find(name);
    return found == null ? "none" : found.state();
  }

  private static void refused(String message, String... arguments) {
    Answer answer = run(arguments);
    assertEquals(1, answer.status(), answer.out());
    assertTrue(answer.err().contains(message), answer.err());
    assertEquals("", answer.out());
    assertEquals(1, answer.err().lines().count(), answer.err());
  }

  private static String removed(String... arguments) {
    Answer answer = run(arguments);
    assertEquals(0, answer.status(), answer.err());
    assertTrue(answer.out().startsWith("removed "), answer.out());
    return answer.out();
  }

  @Test
  void put_stays_when_its_process_has_ended_until_rm() throws Exception {
    String name = name("put");
    Process process = start("put", npy(1, 2, 4).toString(), "--name", name);
    String handle =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
    run("gc");
    try (NDArray array = NDArray.attach(handle)) {
      assertArrayEquals(new double[] {1, 2, 4}, array.toDoubleArray());
      Segment found = find(name);
      assertEquals("persistent", found.state());
      assertEquals(process.pid(), found.creator());
      assertFalse(found.creatorLives());
      assertEquals(Set.of(SELF), found.holders());
      assertEquals(handle, found.handle());
    }
    Segment found = find(name);
    assertEquals(0, found.attached());
    assertTrue(run("ls").out().contains(name + " "));
    Path back = directory.resolve("back.npy");
    assertEquals(0, run("get", name, "-o", back.toString()).status());
    assertEquals("removed posix " + name + ", 8192 bytes\n", removed("rm", name));
    assertThrows(SegmentGoneException.class, () -> NDArray.attach(handle));
    assertNull(find(name));
  }

  @Test
  void put_keeps_the_shape_of_a_file_in_Fortran_order() throws Exception {
    Path file = directory.resolve("fortran.npy");
    try (NDArray array = NDArray.of(new double[][] {{1, 2, 3}, {4, 5, 6}});
        NDArray turned = array.T()) {
      turned.saveNpy(file);
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    assertTrue(text.contains("'fortran_order': True"), text);
    String name = name("fortran");
    assertEquals(0, run("put", file.toString(), "--name", name).status());
    try (NDArray array = NDArray.attach(name)) {
      assertArrayEquals(new long[] {3, 2}, array.shape());
      assertArrayEquals(new double[] {1, 4, 2, 5, 3, 6}, array.toDoubleArray());
    }
    removed("rm", name);
  }

  @ParameterizedTest
  @EnumSource
  void put_and_get_keep_every_dtype(DType dtype) throws Exception {
    Path file = directory.resolve("in.npy");
    try (NDArray array = NDArray.full(dtype, 3.7, 4, 3)) {
      array.setLong(-1, 2, 2);
      array.saveNpy(file);
    }
    String name = name(dtype.toString());
    assertEquals(0, run("put", file.toString(), "--name", name).status());
    String listed = run("ls", "--json").out();
    String line = listed.lines().filter(each -> each.contains(name)).findFirst().orElse(listed);
    assertTrue(line.contains("\"dtype\": \"" + dtype + "\", \"shape\": [4, 3]"), line);
    Path back = directory.resolve("back.npy");
    assertEquals(0, run("get", name, "-o", back.toString()).status());
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(back));
    Path evaluated = directory.resolve("evaluated.npy");
    assertEquals(0, run("eval", "a", "a=" + file, "-o", evaluated.toString()).status());
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(evaluated));
    Answer wider =
        run("eval", "a", "a=" + file, "--dtype", "complex128", "-o", evaluated.toString());
    assertEquals(0, wider.status(), wider.err());
    try (NDArray array = NDArray.loadNpy(file);
        NDArray complex = NDArray.loadNpy(evaluated)) {
      assertArrayEquals(array.toComplexArray(), complex.toComplexArray());
      String printed = run("eval", "a", "a=" + file).out();
      assertEquals(array + "\n", printed);
    }
    removed("rm", name);
  }

  @Test
  void put_leaves_nothing_of_a_file_that_it_cannot_load() throws Exception {
    Path file = npy(1, 2, 3);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 5));
    String name = name("broken");
    refused(file.toString(), "put", file.toString(), "--name", name);
    assertNull(find(name));
    Path target = directory.resolve("target");
    refused(file.toString(), "put", file.toString(), "--storage", "file:" + target);
    assertFalse(Files.exists(target));
  }

  @Test
  void a_taken_name_is_refused_and_stays() {
    String name = name("taken");
    String handle = put(name);
    refused("the name is taken", "put", npy(5).toString(), "--name", name);
    try (NDArray array = NDArray.attach(handle)) {
      assertEquals(4, array.getDouble(2));
    }
    removed("rm", handle);
  }

  @Test
  void a_handle_removes_its_own_array_only() {
    String name = name("again");
    String stale = put(name);
    removed("rm", stale);
    put(name);
    refused("UUID differs", "rm", stale);
    assertEquals("persistent", state(name));
    removed("rm", name);
  }

  @Test
  void holders_keep_the_memory_of_a_removed_segment() throws Exception {
    String name = name("held");
    String handle = put(name);
    try (NDArray array = NDArray.attach(handle)) {
      assertTrue(removed("rm", name).contains("processes still hold it"));
      assertEquals(2, array.getDouble(1));
      Segment found = find(name);
      assertEquals("unnamed", found.state());
      assertEquals(Set.of(SELF), found.holders());
      // This process would find the mapping that it has.
      Process other = start("get", handle, "-o", directory.resolve("late.npy").toString());
      assertTrue(other.waitFor(60, TimeUnit.SECONDS));
      assertEquals(1, other.exitValue());
    }
    assertNull(find(name));
  }

  @Test
  void what_cannot_be_removed_is_told_and_the_rest_goes() {
    String name = name("rest");
    put(name);
    String handle;
    try (NDArray array = NDArray.zeros(DType.FLOAT64, 1000)) {
      handle = array.handle().toString();
      String id = Long.toString(io.sharray.internal.Access.view(array).mapping().name().id());
      Answer answer = run("rm", handle, name("nobody"), name, id);
      assertEquals(1, answer.status());
      assertEquals(3, answer.err().lines().count(), answer.err());
      String first = answer.err().lines().findFirst().orElseThrow();
      assertTrue(first.contains("dies with its holders"), first);
      assertTrue(first.contains("process " + SELF), first);
      assertTrue(answer.err().contains(name("nobody")), answer.err());
      assertEquals("removed posix " + name + ", 8192 bytes\n", answer.out());
      assertEquals(0, array.getDouble(7));
    }
    refused("gone already", "rm", handle);
  }

  @Test
  void files_go_if_they_are_segments_and_only_then() throws Exception {
    Path file = directory.resolve("segment");
    Path npy = npy(1, 2, 4);
    Answer answer = run("put", npy.toString(), "--storage", "file:" + file);
    assertEquals(0, answer.status(), answer.err());
    try (NDArray array = NDArray.openFile(file)) {
      Segment found = find(file.toString());
      assertEquals("persistent", found.state());
      assertEquals(Set.of(SELF), found.holders());
      assertEquals(4, array.getDouble(2));
    }
    Path back = directory.resolve("back.npy");
    assertEquals(0, run("get", "file:" + file, "-o", back.toString()).status());
    Path copy = Files.copy(file, directory.resolve("copy"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    refused("it is a link", "rm", link.toString());
    refused("no sound header", "rm", npy.toString());
    refused("no sound header", "rm", directory.toString());
    removed("rm", answer.out().strip());
    assertFalse(Files.exists(file));
    removed("rm", "file:" + copy);
    assertTrue(Files.isSymbolicLink(link) && Files.exists(npy));
  }

  @Test
  void strangers_in_our_directory_are_shown_and_left_alone() throws Exception {
    put(name("directory"));
    Path file = inMemory(name("stranger"));
    Path link = inMemory(name("link"));
    Path pipe = inMemory(name("pipe"));
    try {
      Files.write(file, new byte[5000]);
      Files.createSymbolicLink(link, file);
      assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
      for (Path each : new Path[] {file, link, pipe}) {
        String name = each.getFileName().toString();
        assertEquals("foreign", state(name));
        refused("cannot remove", "rm", name);
      }
      run("gc");
      assertTrue(Files.isSymbolicLink(link) && Files.exists(pipe));
      assertEquals(5000, Files.size(file));
    } finally {
      for (Path each : new Path[] {file, link, pipe}) {
        Files.deleteIfExists(each);
      }
      removed("rm", name("directory"));
    }
  }

  @Test
  void damaged_segments_are_shown_and_go_if_they_are_certainly_ours() throws Exception {
    String name = name("damaged");
    put(name);
    try (RandomAccessFile memory = new RandomAccessFile(inMemory(name).toFile(), "rw")) {
      memory.setLength(4096);
    }
    assertEquals("damaged", state(name));
    run("gc");
    removed("rm", name);
    put(name);
    try (RandomAccessFile memory = new RandomAccessFile(inMemory(name).toFile(), "rw")) {
      memory.seek(130);
      memory.write(1);
    }
    assertEquals("damaged", state(name));
    run("gc");
    refused("no sound header", "rm", name);
    Files.delete(inMemory(name));
  }

  @Test
  void a_killed_holder_leaves_what_ls_shows_and_gc_removes() throws Exception {
    String name = name("killed");
    Process process = start("hold", npy(1, 2, 4).toString(), "--name", name);
    try {
      String handle = process.inputReader().readLine();
      Segment live = find(name);
      assertEquals("live", live.state());
      assertEquals(1, live.attached());
      assertEquals(Set.of(process.pid()), live.holders());
      assertTrue(live.creatorLives());
      assertEquals(handle, live.handle());
    } finally {
      process.destroyForcibly().waitFor();
    }
    for (int i = 0; i < 2; i++) {
      Segment left = find(name);
      assertEquals("leftover", left.state());
      assertEquals(0, left.attached());
      assertFalse(left.creatorLives());
    }
    String table = run("ls").out();
    assertTrue(table.contains(process.pid() + " (dead)"), table);
    Answer answer = run("gc");
    assertEquals(0, answer.status(), answer.err());
    assertTrue(answer.out().contains("removed posix " + name + ", 8192 bytes\n"), answer.out());
    assertTrue(answer.out().matches("(?s).*[1-9]\\d* segments? removed, \\d{4,} bytes freed\n"));
    assertNull(find(name));
  }

  @Test
  void an_array_that_is_filled_is_found_when_it_is_complete_and_swept_when_it_never_is() {
    String name = name("filling");
    Storage storage = Storage.posix(name).persistent();
    try (NDArray array = Access.unfinished(storage, DType.FLOAT64, new long[] {3})) {
      assertEquals("being made", state(name));
      refused("has not finished", "get", name, "-o", directory.resolve("x.npy").toString());
      array.setDouble(5, 2);
      Access.finish(array);
      assertEquals("persistent", state(name));
      try (NDArray found = NDArray.attachReadOnly(array.handle())) {
        assertEquals(5, found.getDouble(2));
      }
    }
    removed("rm", name);
    Access.unfinished(storage, DType.FLOAT64, new long[] {3}).close();
    assertEquals("leftover", state(name));
    assertTrue(run("gc").out().contains("removed posix " + name + ", 8192 bytes\n"));
    assertNull(find(name));
  }

  /** The process stops where a creation stands between two system calls. */
  @Test
  void a_System_V_creation_is_seen_and_swept_after_its_death() throws Exception {
    Process process =
        new ProcessBuilder("perl", "-e", "$|=1; print shmget(0x53680042, 4096, 01600), qq(\\n); <>")
            .start();
    String id;
    try {
      id = process.inputReader().readLine();
      assertEquals("being made", state(id));
      assertEquals("0 segments", run("gc").out().replaceAll("(?s).*?(0 segments).*", "$1"));
      assertEquals("being made", state(id));
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertEquals("leftover", state(id));
    assertTrue(run("gc").out().contains("removed sysv " + id + ", 4096 bytes\n"));
    assertNull(find(id));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sysv", "posix", "memfd"})
  void every_storage_is_listed_while_it_is_held(String word) {
    Storage storage =
        switch (word) {
          case "sysv" -> Storage.systemV().dedicated();
          case "posix" -> Storage.posix();
          default -> Storage.memfd();
        };
    long before = count(word);
    try (NDArray array = NDArray.create(storage, DType.FLOAT64, 3000)) {
      assertEquals(before + 1, count(word));
      assertEquals(3000, array.size());
    }
    assertEquals(before, count(word));
  }

  private static long count(String word) {
    return Segments.list().stream()
        .filter(s -> s.storage().word().equals(word) && s.holders().contains(SELF))
        .count();
  }

  @Test
  void a_stranger_that_is_marked_for_destruction_is_not_listed() throws Exception {
    String id = perl("print shmget(0, 4096, 01600)");
    try (NDArray array =
        NDArray.attachRaw(
            RawSegment.systemVId(Integer.parseInt(id)), RawLayout.of(DType.FLOAT64, 8))) {
      perl("shmctl(" + id + ", 0, 0)");
      assertEquals(0, array.getDouble(7));
      assertNull(find(id));
    }
  }

  private static String perl(String program) throws Exception {
    Process process = new ProcessBuilder("perl", "-e", program).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    return text;
  }
}
