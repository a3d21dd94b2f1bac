package io.sharray.internal.jni;

import io.sharray.internal.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;

/**
 * A directory of extracted libraries, shared by all JVMs of a user. A file appears under its name
 * whole, by a rename, and is compared with what it should be before each use; so any number of JVMs
 * may fill the directory at once, and a kill leaves at most a temporary file, which a later
 * extraction removes.
 */
final class NativeCache {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final String TEMPORARY = "sharray-temporary-";
  private static final Duration ABANDONED = Duration.ofHours(1);
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final Path directory;

  private NativeCache(Path directory) {
    this.directory = directory;
  }

  /** The directory that the user named, or the usual places in the order to try them. */
  static List<Path> candidates() {
    String explicit = Settings.get("sharray.cache.dir");
    if (explicit != null) {
      return List.of(Path.of(explicit));
    }
    List<Path> places = new ArrayList<>();
    String xdg = System.getenv("XDG_CACHE_HOME");
    String home = System.getProperty("user.home", "");
    if (xdg != null && xdg.startsWith("/")) {
      places.add(Path.of(xdg, "sharray"));
    } else if (home.startsWith("/")) {
      places.add(Path.of(home, ".cache", "sharray"));
    }
    String user =
        "sharray-" + System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._-]", "_");
    places.add(Path.of(System.getProperty("java.io.tmpdir", "/tmp"), user));
    places.add(Path.of("/dev/shm", user));
    return places;
  }

  /**
   * Opens a cache, making its directory where there is none.
   *
   * @throws IOException if it cannot be made or written, or is not this user's alone
   */
  static NativeCache open(Path directory) throws IOException {
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      Files.createDirectories(parent, OWNER_ONLY);
    }
    if (!Files.isDirectory(directory)) {
      try {
        Files.createDirectory(directory, OWNER_ONLY);
      } catch (java.nio.file.FileAlreadyExistsException another) {
        if (!Files.isDirectory(directory)) {
          throw another;
        }
      }
    }
    NativeCache cache = new NativeCache(directory.toRealPath());
    cache.refuseStrangers();
    return cache;
  }

  /** Whoever else can write there could exchange a library between our look at it and its load. */
  private void refuseStrangers() throws IOException {
    Path probe = temporary("probe");
    Files.createFile(probe, OWNER_ONLY);
    try {
      Object self = Files.getAttribute(probe, "unix:uid");
      Object owner = Files.getAttribute(directory, "unix:uid");
      Set<PosixFilePermission> granted =
          Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
      if (!self.equals(owner)
          || granted.contains(PosixFilePermission.GROUP_WRITE)
          || granted.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw new IOException(directory + " belongs to or can be written by another user");
      }
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  /** The path of a file with that name and exactly that content, which stays. */
  Path keep(String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    Path folder = directory.resolve(String.format("%08x-%d", crc.getValue(), content.length));
    Path file = folder.resolve(name);
    if (holds(file, content)) {
      return file;
    }
    removeAbandoned();
    Files.createDirectories(folder, OWNER_ONLY);
    Path temporary = once(name, content);
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    return file;
  }

  /** Opens a file to be copied. */
  interface Source {
    InputStream open() throws IOException;
  }

  /**
   * A folder that holds copies of some files, which stay: it appears under its name complete, by a
   * rename.
   *
   * @param key its name, which tells its content
   * @param files by name, with their sizes
   * @return the folder
   */
  Path keepAll(String key, Map<String, Source> files, Map<String, Long> sizes) throws IOException {
    Path folder = directory.resolve(key);
    if (isComplete(folder, sizes)) {
      return folder;
    }
    removeAbandoned();
    Path building = temporary("folder");
    Files.createDirectory(building, OWNER_ONLY);
    try {
      for (Map.Entry<String, Source> file : files.entrySet()) {
        try (InputStream content = file.getValue().open()) {
          Files.copy(content, building.resolve(file.getKey()));
        }
      }
      Files.move(building, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (java.nio.file.FileSystemException e) {
      if (!isComplete(folder, sizes)) {
        throw e;
      }
      // Another JVM was faster.
    } finally {
      remove(building);
    }
    return folder;
  }

  private static boolean isComplete(Path folder, Map<String, Long> sizes) throws IOException {
    for (Map.Entry<String, Long> file : sizes.entrySet()) {
      Path path = folder.resolve(file.getKey());
      if (!Files.isRegularFile(path) || Files.size(path) != file.getValue()) {
        return false;
      }
    }
    return true;
  }

  private static void remove(Path file) throws IOException {
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(file)) {
        for (Path inside : files) {
          Files.deleteIfExists(inside);
        }
      }
    }
    Files.deleteIfExists(file);
  }

  /** A new file with that content, which the caller deletes. */
  Path once(String name, byte[] content) throws IOException {
    Path file = temporary(name);
    Set<StandardOpenOption> how = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, how, OWNER_ONLY)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    return file;
  }

  Path directory() {
    return directory;
  }

  private Path temporary(String name) {
    long process = ProcessHandle.current().pid();
    // Class loaders count apart, and containers that share the directory may share process ids.
    String unique = process + "-" + COUNTER.incrementAndGet() + "-" + System.nanoTime();
    return directory.resolve(TEMPORARY + unique + "-" + name);
  }

  private static boolean holds(Path file, byte[] content) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == content.length
        && Arrays.equals(Files.readAllBytes(file), content);
  }

  private void removeAbandoned() throws IOException {
    Instant limit = Instant.now().minus(ABANDONED);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, TEMPORARY + "*")) {
      for (Path file : files) {
        if (Files.exists(file) && Files.getLastModifiedTime(file).toInstant().isBefore(limit)) {
          remove(file);
        }
      }
    } catch (java.nio.file.NoSuchFileException gone) {
      // Another JVM was faster.
    }
  }
}
