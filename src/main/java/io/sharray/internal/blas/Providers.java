package io.sharray.internal.blas;

import io.sharray.NativeLibraryException;
import io.sharray.internal.Settings;
import io.sharray.internal.jni.JarFolder;
import io.sharray.internal.jni.NativeApi;
import io.sharray.internal.jni.Status;
import io.sharray.internal.segment.Segments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the provider of BLAS and LAPACK, once in the process: the library that {@code
 * sharray.blas} names, or MKL, or OpenBLAS, of the jars that are there. Thread-safe.
 */
public final class Providers {
  // A literal is one object in the whole process, whatever class loader it is seen from.
  private static final String PROCESS_LOCK = "io.sharray.internal.blas: one choice at a time";
  private static final String REMEDY =
      "add org.bytedeco:openblas:0.3.31-1.5.13 with the classifier linux-x86_64 to the class path,"
          + " or org.bytedeco:mkl:2024.0-1.5.10 with the classifier linux-x86_64-redist, or set"
          + " sharray.blas to the path of a library that has BLAS and LAPACK";
  private static final int FACTS_BYTES = 1 << 14;

  private static volatile boolean ready;

  private Providers() {}

  /** The libraries that can come in jars, in the order of preference. */
  private enum Jar {
    MKL("MKL", "org/bytedeco/mkl/", "org.bytedeco.mkl.linux.x86_64.redist", mklFiles()),
    OPENBLAS(
        "OpenBLAS",
        "org/bytedeco/openblas/",
        "org.bytedeco.openblas.linux.x86_64",
        List.of("libopenblas.so.0", "libgfortran.so.5", "libquadmath.so.0", "libgcc_s.so.1"));

    final String title;
    final String folder;
    final String module;
    final List<String> files;

    Jar(String title, String folder, String module, List<String> files) {
      this.title = title;
      this.folder = folder + "linux-x86_64/";
      this.module = module;
      this.files = files;
    }

    /** Those of the releases with two and with three as their number, the loader first. */
    private static List<String> mklFiles() {
      List<String> files = new ArrayList<>();
      for (String number : List.of("3", "2")) {
        for (String part :
            List.of("rt", "core", "gnu_thread", "intel_lp64", "def", "avx2", "avx512", "mc3")) {
          files.add("libmkl_" + part + ".so." + number);
        }
      }
      return files;
    }
  }

  /**
   * Makes sure that there is a provider.
   *
   * @throws NativeLibraryException if there is none; the message says what to add, and why each
   *     that is there was not taken
   * @throws IllegalArgumentException if {@code sharray.blas} is no choice
   */
  public static void require() {
    if (!ready) {
      String refusals = choose();
      if (refusals != null) {
        throw new NativeLibraryException(
            "linear algebra needs a library of BLAS and LAPACK, and there is none: "
                + refusals
                + "; "
                + REMEDY);
      }
    }
  }

  /** Chooses unless that is done; null, or why there is none. */
  private static String choose() {
    Segments.ready();
    synchronized (PROCESS_LOCK) {
      if (ready || fact("blas") != null) {
        ready = true;
        return null;
      }
      List<String> refusals = new ArrayList<>();
      String wanted = Settings.get("sharray.blas");
      if (wanted != null && wanted.startsWith("/")) {
        ready = open(Path.of(wanted), "sharray.blas", refusals);
      } else {
        for (Jar jar : wanted(wanted)) {
          if (fromJar(jar, wanted, refusals)) {
            ready = true;
            break;
          }
        }
      }
      return ready ? null : String.join("; ", refusals);
    }
  }

  private static List<Jar> wanted(String setting) {
    if (setting == null || setting.equals("auto")) {
      return List.of(Jar.values());
    }
    return switch (setting) {
      case "openblas" -> List.of(Jar.OPENBLAS);
      case "mkl" -> List.of(Jar.MKL);
      default ->
          throw new IllegalArgumentException(
              "sharray.blas is '"
                  + setting
                  + "'; it can be auto, openblas, mkl, or the path of a library from the root");
    };
  }

  private static boolean fromJar(Jar jar, String setting, List<String> refusals) {
    JarFolder folder;
    try {
      folder = JarFolder.find(jar.folder, jar.module, jar.files);
    } catch (IOException e) {
      refusals.add(jar.title + ": its jar cannot be read: " + e.getMessage());
      return false;
    }
    if (folder.isEmpty()) {
      refusals.add(jar.title + ": not on the class path");
      return false;
    }
    String main = folder.first(jar == Jar.MKL ? "libmkl_rt" : "libopenblas");
    if (main == null) {
      refusals.add(jar.title + ": " + folder.origin() + " has no such library");
      return false;
    }
    String reason =
        setting == null || setting.equals("auto")
            ? "on the class path" + (refusals.isEmpty() ? "" : "; " + String.join("; ", refusals))
            : "sharray.blas is " + setting;
    List<String> places = new ArrayList<>();
    for (Path place : JarFolder.places()) {
      try {
        Path files = folder.extract(jar.title.toLowerCase(java.util.Locale.ROOT), place);
        if (open(files.resolve(main), reason, places)) {
          return true;
        }
      } catch (IOException e) {
        places.add(place + " cannot be written: " + e.getMessage());
      }
    }
    refusals.add(jar.title + ": " + String.join("; ", places));
    return false;
  }

  private static boolean open(Path library, String reason, List<String> refusals) {
    byte[] error = new byte[Status.ERROR_BYTES];
    if (NativeApi.blasOpen(library.toString(), reason, error) == Status.OK) {
      return true;
    }
    String said = Status.text(error);
    refusals.add(said.contains(library.toString()) ? said : library + ": " + said);
    return false;
  }

  /**
   * What provider there is, chosen now unless that is done.
   *
   * @param name it, or {@code none}
   * @param version what it says of itself, or null
   * @param path of the file, or null
   * @param threads how many it uses at most
   * @param reason why this one and no other
   */
  public record Description(String name, String version, String path, int threads, String reason) {}

  /**
   * Tells of the provider.
   *
   * @return what there is and why
   */
  public static Description describe() {
    String refusals;
    try {
      refusals = choose();
    } catch (IllegalArgumentException e) {
      refusals = e.getMessage();
    }
    if (refusals != null) {
      return new Description("none", null, null, 0, refusals + "; " + REMEDY);
    }
    return new Description(
        fact("blas"),
        fact("blasVersion"),
        fact("blasPath"),
        NativeApi.threads(0),
        fact("blasReason"));
  }

  private static String fact(String key) {
    byte[] facts = new byte[FACTS_BYTES];
    NativeApi.describe(facts, facts.length);
    return Status.text(facts)
        .lines()
        .filter(line -> line.startsWith(key + "\t"))
        .map(line -> line.substring(key.length() + 1))
        .findFirst()
        .orElse(null);
  }
}
