package io.sharray.cli;

import io.sharray.internal.jni.NativeLibrary;
import io.sharray.internal.jni.Status;
import io.sharray.internal.segment.StorageKind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Finds the segments of this user, without keeping, sweeping or changing any. */
final class Segments {
  /** {@code SHM_DEST} of {@code shmctl}: freed with its last holder. */
  private static final int MARKED = 01000;

  /** The upper half of the keys that segments have while they are made. */
  private static final int KEY_TAG = 0x5368;

  private static final Path SYSTEM_V_TABLE = Path.of("/proc/sysvipc/shm");

  private final List<Segment> found = new ArrayList<>();
  private final Map<String, Processes.Mapped> mapped = Processes.mapped();
  // Their makers' mappings show another name, that of the file before it had one.
  private final Set<String> named = new HashSet<>();
  private final long user = Processes.userId();

  private Segments() {}

  /**
   * Lists them.
   *
   * @return the segments: System V, POSIX, then memfd and those files that are in use
   */
  static List<Segment> list() {
    // Loading alone: getting ready would sweep what is to be shown.
    NativeLibrary.load();
    Segments segments = new Segments();
    segments.systemV();
    segments.posix();
    segments.elsewhere();
    return segments.found;
  }

  /** key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime ... */
  private void systemV() {
    for (String line : Processes.lines(SYSTEM_V_TABLE)) {
      String[] columns = line.strip().split("\\s+");
      if (columns.length < 14 || !columns[1].matches("\\d+") || !columns[7].equals("" + user)) {
        continue;
      }
      long id = Long.parseLong(columns[1]);
      if ((Integer.parseInt(columns[2], 8) & MARKED) != 0) {
        marked(id);
      } else if (Integer.parseInt(columns[0]) >> 16 == KEY_TAG) {
        long creator = Long.parseLong(columns[4]);
        boolean over = columns[6].equals("0") && !Processes.lives(creator, 0);
        found.add(
            Segment.without(
                StorageKind.SYSTEM_V,
                columns[1],
                Long.parseLong(columns[3]),
                Long.parseLong(columns[6]),
                holders(Processes.key(id)),
                creator,
                Long.parseLong(columns[13]) * 1000,
                over ? "leftover" : "being made"));
      }
    }
  }

  private void marked(long id) {
    Segment.Peek peek = Segment.Peek.at(StorageKind.SYSTEM_V, id, "");
    if (peek.status() == Status.OK || peek.isOurs()) {
      add(StorageKind.SYSTEM_V, id, "", peek, holders(Processes.key(id)), -1);
    }
  }

  /** Whatever lies in our own directory concerns the user. */
  private void posix() {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(posixDirectory())) {
      entries.forEach(files::add);
    } catch (IOException none) {
      return;
    }
    files.sort(Comparator.naturalOrder());
    for (Path file : files) {
      String name = file.getFileName().toString();
      Segment.Peek peek = Segment.Peek.at(StorageKind.POSIX, -1, name);
      BasicFileAttributes facts = facts(file);
      if (facts != null) {
        String key = Processes.key(file);
        named.add(key);
        add(StorageKind.POSIX, -1, name, peek, holders(key), created(facts));
      }
    }
  }

  /**
   * What only its mappings show: files, memfd, and POSIX memory that has no name any more or yet.
   */
  private void elsewhere() {
    String posix = posixDirectory() + "/";
    List<Processes.Mapped> rest = new ArrayList<>(mapped.values());
    rest.sort(Comparator.comparing(Processes.Mapped::path));
    for (Processes.Mapped each : rest) {
      boolean ours = each.path().startsWith(posix);
      if (ours && (named.contains(each.key()) || !each.isBeside(posixDirectory()))) {
        continue;
      }
      if (each.isMemfd()) {
        held(StorageKind.MEMFD, "memfd:" + each.inode(), each, "live");
      } else if (ours && each.removed()) {
        held(StorageKind.POSIX, each.path().substring(posix.length()), each, "unnamed");
      } else if (!ours && !each.removed() && !each.isSystemV()) {
        file(each);
      }
    }
  }

  private void held(StorageKind storage, String name, Processes.Mapped memory, String state) {
    Set<Long> holders = memory.holders();
    found.add(
        Segment.without(storage, name, memory.bytes(), holders.size(), holders, 0, -1, state));
  }

  private void file(Processes.Mapped memory) {
    Path path = Path.of(memory.path());
    BasicFileAttributes facts = facts(path);
    if (facts != null && facts.isRegularFile() && Processes.key(path).equals(memory.key())) {
      Segment.Peek peek = Segment.Peek.at(StorageKind.FILE, -1, memory.path());
      if (peek.status() == Status.OK) {
        add(StorageKind.FILE, -1, memory.path(), peek, memory.holders(), created(facts));
      }
    }
  }

  private void add(
      StorageKind storage,
      long id,
      String name,
      Segment.Peek peek,
      Set<Long> holders,
      long created) {
    if (peek.status() == Status.OK) {
      found.add(Segment.sound(storage, id, name, peek, holders));
      return;
    }
    String title = storage == StorageKind.SYSTEM_V ? Long.toString(id) : name;
    long bytes = storage == StorageKind.POSIX ? size(name) : peek.bytes();
    long attached = peek.attached() < 0 ? holders.size() : peek.attached();
    String state =
        !peek.isOurs()
            ? "foreign"
            : switch (peek.status()) {
              case Status.POISONED -> "poisoned";
              case Status.GONE -> attached == 0 ? "leftover" : "being made";
              default -> "damaged";
            };
    found.add(Segment.without(storage, title, bytes, attached, holders, 0, created, state));
  }

  private Set<Long> holders(String key) {
    Processes.Mapped one = mapped.get(key);
    return one == null ? new TreeSet<>() : one.holders();
  }

  private static long size(String name) {
    BasicFileAttributes facts = facts(posixDirectory().resolve(name));
    return facts == null || !facts.isRegularFile() ? 0 : facts.size();
  }

  private static BasicFileAttributes facts(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException gone) {
      return null;
    }
  }

  private static long created(BasicFileAttributes facts) {
    return facts.lastModifiedTime().toMillis();
  }

  /**
   * Where POSIX segments of this user are.
   *
   * @return the directory, which need not exist
   */
  static Path posixDirectory() {
    return Path.of("/dev/shm", "sharray-" + Processes.userId());
  }
}
