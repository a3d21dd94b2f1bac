package io.sharray.cli;

import io.sharray.internal.jni.NativeApi;
import io.sharray.internal.segment.SegmentLayout;
import io.sharray.internal.segment.StorageKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Finds the segments of this user, without keeping them. */
final class Segments {
  private static final int ERROR_BYTES = 512;

  /** {@code SHM_DEST} of {@code shmctl}: freed with its last holder. */
  private static final int MARKED = 01000;

  private static final Path SYSTEM_V_TABLE = Path.of("/proc/sysvipc/shm");

  private Segments() {}

  /**
   * What a header says of a segment. Header fields are untrusted.
   *
   * @param storage where it is
   * @param id System V id, or -1
   * @param name POSIX name, or empty
   * @param uuid its identity
   * @param typestr NumPy's name of the dtype, empty for a pool
   * @param shape dimension lengths
   * @param bytes of the whole segment
   * @param attached processes that hold it, -1 if unknown
   * @param creator process that made it
   * @param createdNanos when, since 1970
   * @param state in one word
   */
  record Segment(
      StorageKind storage,
      long id,
      String name,
      UUID uuid,
      String typestr,
      List<Long> shape,
      long bytes,
      long attached,
      long creator,
      long createdNanos,
      String state) {
    /** The name, or the id where there is none. */
    String title() {
      return storage == StorageKind.SYSTEM_V ? Long.toString(id) : name;
    }

    /** The dtype in words. */
    String dtype() {
      return switch (typestr) {
        case "<f8" -> "float64";
        case "|b1" -> "bool";
        case "" -> "pool";
        default -> typestr;
      };
    }

    /** The shape in NumPy's style. */
    String shapeText() {
      String inner = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
      return "(" + inner + (shape.size() == 1 ? ",)" : ")");
    }
  }

  /**
   * Lists them.
   *
   * @return the segments, System V first
   */
  static List<Segment> list() {
    Facts.load();
    List<Segment> found = new ArrayList<>();
    for (long id : systemVIds()) {
      addIfOurs(found, StorageKind.SYSTEM_V, id, "");
    }
    for (String name : posixNames()) {
      addIfOurs(found, StorageKind.POSIX, -1, name);
    }
    return found;
  }

  private static void addIfOurs(List<Segment> found, StorageKind storage, long id, String name) {
    byte[] header = new byte[SegmentLayout.BYTES];
    long[] mapping = new long[4];
    long[] attached = new long[1];
    int status =
        NativeApi.segmentPeek(
            storage.code(), id, name, header, mapping, attached, new byte[ERROR_BYTES]);
    if (status >= 0) {
      found.add(describe(storage, id, name, header, mapping[2], attached[0]));
    } else if (storage == StorageKind.POSIX) {
      // Whatever lies in our own directory concerns the user.
      found.add(
          new Segment(
              storage,
              id,
              name,
              new UUID(0, 0),
              "?",
              List.of(),
              size(name),
              -1,
              0,
              0,
              "unreadable"));
    }
  }

  private static Segment describe(
      StorageKind storage, long id, String name, byte[] bytes, long size, long attached) {
    SegmentLayout layout =
        SegmentLayout.decode(bytes, size, name.isEmpty() ? "segment " + id : name);
    String state = layout.persistent() ? "persistent" : attached == 0 ? "abandoned" : "held";
    return new Segment(
        storage,
        id,
        name,
        layout.uuid(),
        layout.pool() ? "" : layout.typestr(),
        Arrays.stream(layout.shape()).boxed().toList(),
        size,
        attached,
        layout.creatorPid(),
        layout.createdNanos(),
        state);
  }

  private static List<Long> systemVIds() {
    List<Long> ids = new ArrayList<>();
    if (!Files.isReadable(SYSTEM_V_TABLE)) {
      return ids;
    }
    long user = userId();
    for (String line : lines(SYSTEM_V_TABLE)) {
      // key shmid perms size cpid lpid nattch uid ...
      String[] columns = line.strip().split("\\s+");
      if (columns.length > 7
          && columns[1].matches("\\d+")
          && Long.parseLong(columns[7]) == user
          && (Integer.parseInt(columns[2], 8) & MARKED) != 0) {
        ids.add(Long.parseLong(columns[1]));
      }
    }
    return ids;
  }

  private static List<String> posixNames() {
    List<String> names = new ArrayList<>();
    Path directory = posixDirectory();
    if (!Files.isDirectory(directory)) {
      return names;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(path -> names.add(path.getFileName().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Collections.sort(names);
    return names;
  }

  private static long size(String name) {
    try {
      return Files.size(posixDirectory().resolve(name));
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Where POSIX segments of this user are.
   *
   * @return the directory, which need not exist
   */
  static Path posixDirectory() {
    return Path.of("/dev/shm", "sharray-" + userId());
  }

  private static long userId() {
    for (String line : lines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Uid:")) {
        // Real, effective, saved, file system.
        return Long.parseLong(line.split("\\s+")[2]);
      }
    }
    throw new IllegalStateException("/proc/self/status does not tell the user");
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
