package io.sharray.internal.jni;

import io.sharray.NativeLibraryException;
import io.sharray.internal.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds, extracts, loads and verifies the native library, once for each class loader; {@link
 * NativeApi} may be called after {@link #load}. The process has one core library, which stays; each
 * class loader has its own thin library over it, which goes with the loader.
 *
 * <p>An explicit {@code sharray.library.path} wins and has no fallback; otherwise the classifier
 * jar's files are extracted to {@code sharray.cache.dir}, or to the first usual place that serves.
 */
public final class NativeLibrary {
  // A literal is one object in the whole process, whatever class loader it is seen from.
  private static final String PROCESS_LOCK = "io.sharray.internal.jni: one bind at a time";
  private static final String WAIT_POLICY = "io.sharray.internal.waitPolicy";
  private static final int ERROR_BYTES = 512;

  private static volatile NativeLibrary loaded;

  private final Path core;
  private final String origin;

  private NativeLibrary(Path core, String origin) {
    this.core = core;
    this.origin = origin;
  }

  /**
   * Loads the native library unless this class loader has it. Thread-safe; a failed call changes
   * nothing, and a later one tries again.
   *
   * @throws NativeLibraryException if there is none for this system, it cannot be extracted or
   *     loaded, or it is of another build; the message says which and what to do
   */
  public static void load() {
    if (loaded == null) {
      synchronized (PROCESS_LOCK) {
        if (loaded == null) {
          loaded = find();
        }
      }
    }
  }

  /**
   * The file of the core library.
   *
   * @return its path; another class loader or a fork of it may have loaded an equal file before
   */
  public static Path path() {
    load();
    return loaded.core;
  }

  /**
   * Where the library was found.
   *
   * @return the directory or the address inside the jar
   */
  public static String origin() {
    load();
    return loaded.origin;
  }

  /**
   * How the threads of libgomp wait, and who decided it.
   *
   * @return words for a person
   */
  public static String waitPolicy() {
    load();
    return System.getProperty(WAIT_POLICY, "unknown");
  }

  private static NativeLibrary find() {
    requirePlatform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    String explicit = Settings.get("sharray.library.path");
    if (explicit != null) {
      Path directory = Path.of(explicit).toAbsolutePath();
      NativeBundle bundle = NativeBundle.ofDirectory(directory);
      bundle.verify();
      loadInPlace(directory.resolve(bundle.thin()), bundle);
      return bind(directory.resolve(bundle.core()), bundle);
    }
    NativeBundle bundle = NativeBundle.ofJar();
    bundle.verify();
    return bind(extract(bundle), bundle);
  }

  /** Refuses what there is no library for. */
  static void requirePlatform(String system, String architecture) {
    boolean x86 = architecture.equals("amd64") || architecture.equals("x86_64");
    if (!system.equals("Linux") || !x86) {
      throw new NativeLibraryException(
          "sharray runs on Linux x86-64 ("
              + NativeBundle.PLATFORM
              + "); this JVM runs on "
              + system
              + " "
              + architecture
              + ", for which there is no native library");
    }
  }

  private static void loadInPlace(Path thin, NativeBundle bundle) {
    try {
      System.load(thin.toString());
    } catch (UnsatisfiedLinkError e) {
      if (!String.valueOf(e.getMessage()).contains("another classloader")) {
        throw new NativeLibraryException("cannot load " + thin + ": " + remedy(e.getMessage()), e);
      }
      // The JVM gives one file to one class loader only; a copy is another file.
      extract(bundle);
    }
  }

  /** Puts the files into the first cache that serves and loads the thin library from there. */
  private static Path extract(NativeBundle bundle) {
    byte[] core = bundle.read(bundle.core());
    byte[] thin = bundle.read(bundle.thin());
    List<String> reasons = new ArrayList<>();
    Throwable last = null;
    for (Path place : NativeCache.candidates()) {
      try {
        NativeCache cache = NativeCache.open(place);
        Path file = cache.keep(bundle.core(), core);
        Path copy = cache.once(bundle.thin(), thin);
        try {
          System.load(copy.toString());
        } finally {
          Files.deleteIfExists(copy);
        }
        return file;
      } catch (IOException e) {
        reasons.add(place + " cannot be written (" + reason(e) + ")");
        last = e;
      } catch (UnsatisfiedLinkError e) {
        // dlopen's words where mmap refuses PROT_EXEC
        if (!String.valueOf(e.getMessage()).contains("failed to map segment")) {
          throw new NativeLibraryException(
              "cannot load " + bundle.thin() + " from " + place + ": " + remedy(e.getMessage()), e);
        }
        reasons.add(place + " is mounted noexec");
        last = e;
      }
    }
    throw new NativeLibraryException(
        "no place to extract the native library to: "
            + String.join("; ", reasons)
            + "; set sharray.cache.dir to a directory that this user can write and execute from, or"
            + " sharray.library.path to one that holds the library",
        last);
  }

  private static NativeLibrary bind(Path core, NativeBundle bundle) {
    byte[] error = new byte[ERROR_BYTES];
    if (NativeApi.bind(core.toString(), bundle.core(), "", error) < 0) {
      throw new NativeLibraryException(remedy(text(error)));
    }
    BuildInfo.verify(NativeApi.version(), NativeApi.opsChecksum(), core.toString());
    String policy = NativeApi.waitPolicy();
    if (!policy.isEmpty()) {
      System.setProperty(WAIT_POLICY, policy);
    }
    return new NativeLibrary(core, bundle.origin());
  }

  /** What the loader said, with what to do about it where we know. */
  static String remedy(String said) {
    if (said == null) {
      return "no reason given";
    }
    if (said.contains("libgomp.so.1")) {
      return said
          + "; install the GNU OpenMP runtime (package libgomp1 on Debian, libgomp on Fedora)";
    }
    if (said.contains("GLIBC_") || said.contains("ld-linux") || said.contains("libc.musl")) {
      return said + "; glibc 2.28 or newer is needed";
    }
    if (said.contains("failed to map segment")) {
      return said + "; the directory is mounted noexec, use another";
    }
    return said;
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    String said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return said != null ? said : e.getClass().getSimpleName();
  }

  private static String text(byte[] bytes) {
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
