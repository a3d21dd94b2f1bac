package io.sharray.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What {@code /proc} tells of this user's processes and of the shared memory that they map. */
final class Processes {
  private static final Path PROC = Path.of("/proc");
  private static final String DELETED = " (deleted)";

  private Processes() {}

  /**
   * A file, a System V segment or a memfd that processes have mapped shared.
   *
   * @param path as the kernel names it, {@code /SYSV...} and {@code /memfd:...} included
   * @param removed whether it has no name any more
   * @param bytes up to the end of the last mapping
   * @param inode System V id, where it is one
   * @param key as {@link #key} makes it
   * @param holders process ids
   */
  record Mapped(
      String path, boolean removed, long bytes, long inode, String key, TreeSet<Long> holders) {
    /** Whether it is on the device of a file, and not under the same path in another container. */
    boolean isBeside(Path file) {
      return key.split(" ")[0].equals(Processes.key(file).split(" ")[0]);
    }

    boolean isSystemV() {
      return path.startsWith("/SYSV");
    }

    boolean isMemfd() {
      return path.startsWith("/memfd:sharray");
    }
  }

  /**
   * The shared mappings of all processes of this user that may be read.
   *
   * @return by {@link #key}
   */
  static Map<String, Mapped> mapped() {
    Map<String, Mapped> found = new HashMap<>();
    String namespace = ipcNamespace("self");
    for (long pid : pids()) {
      boolean sameIpc = namespace != null && namespace.equals(ipcNamespace(Long.toString(pid)));
      for (String line : lines(PROC.resolve(pid + "/maps"))) {
        add(found, pid, line, sameIpc);
      }
    }
    return found;
  }

  /** begin-end rwxs offset device inode path. */
  private static void add(Map<String, Mapped> found, long pid, String line, boolean sameIpc) {
    String[] columns = line.split(" +", 6);
    if (columns.length < 6 || !columns[1].endsWith("s")) {
      return;
    }
    boolean removed = columns[5].endsWith(DELETED);
    String path =
        removed ? columns[5].substring(0, columns[5].length() - DELETED.length()) : columns[5];
    if (path.startsWith("/SYSV") && !sameIpc) {
      return;
    }
    int dash = columns[0].indexOf('-');
    long begin = Long.parseUnsignedLong(columns[0], 0, dash, 16);
    long end = Long.parseUnsignedLong(columns[0], dash + 1, columns[0].length(), 16);
    long bytes = Long.parseUnsignedLong(columns[2], 16) + end - begin;
    long inode = Long.parseLong(columns[4]);
    String key = path.startsWith("/SYSV") ? key(inode) : columns[3] + " " + inode;
    Mapped before = found.get(key);
    TreeSet<Long> holders = before == null ? new TreeSet<>() : before.holders;
    holders.add(pid);
    if (before != null && path.contains("/#")) {
      path = before.path;
    }
    long most = before == null ? bytes : Math.max(bytes, before.bytes);
    found.put(key, new Mapped(path, removed, most, inode, key, holders));
  }

  /**
   * The key of a System V segment.
   *
   * @param id its id
   * @return the key in {@link #mapped}
   */
  static String key(long id) {
    return "sysv " + id;
  }

  /**
   * The key of a file.
   *
   * @param file its path
   * @return the key in {@link #mapped}, empty if there is no such file
   */
  static String key(Path file) {
    try {
      long device = ((Number) Files.getAttribute(file, "unix:dev")).longValue();
      long major = (device >> 8 & 0xfff) | (device >> 32 & ~0xfffL);
      long minor = (device & 0xff) | (device >> 12 & ~0xffL);
      return "%02x:%02x %d".formatted(major, minor, Files.getAttribute(file, "unix:ino"));
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Whether a process still runs.
   *
   * @param pid its number
   * @param startTicks when it started, in ticks since boot; 0 if unknown
   * @return whether there is a process of that number that started then and is no zombie
   */
  static boolean lives(long pid, long startTicks) {
    List<String> stat = lines(PROC.resolve(pid + "/stat"));
    if (stat.isEmpty()) {
      return false;
    }
    // The name in parentheses may contain anything.
    String line = stat.get(stat.size() - 1);
    String[] columns = line.substring(line.lastIndexOf(')') + 1).strip().split(" ");
    boolean ended = columns[0].equals("Z") || columns[0].equals("X");
    boolean same = startTicks == 0 || Long.parseLong(columns[19]) == startTicks;
    return !ended && same;
  }

  /**
   * The user that files are made for.
   *
   * @return the effective uid
   */
  static long userId() {
    for (String line : lines(PROC.resolve("self/status"))) {
      if (line.startsWith("Uid:")) {
        // Real, effective, saved, file system.
        return Long.parseLong(line.split("\\s+")[2]);
      }
    }
    throw new IllegalStateException("/proc/self/status does not tell the user");
  }

  private static List<Long> pids() {
    List<Long> pids = new ArrayList<>();
    int user = (int) userId();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[1-9]*")) {
      for (Path process : processes) {
        String name = process.getFileName().toString();
        if (name.matches("\\d{1,18}") && owner(process) == user) {
          pids.add(Long.valueOf(name));
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      // Where /proc is hidden nobody is seen.
    }
    return pids;
  }

  private static int owner(Path process) {
    try {
      return (Integer) Files.getAttribute(process, "unix:uid");
    } catch (IOException ended) {
      return -1;
    }
  }

  private static String ipcNamespace(String pid) {
    try {
      return Files.readSymbolicLink(PROC.resolve(pid + "/ns/ipc")).toString();
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * The lines of a small file.
   *
   * @param file where
   * @return none if it cannot be read
   */
  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }
}
