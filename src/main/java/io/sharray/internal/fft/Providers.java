package io.sharray.internal.fft;

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
 * Chooses who does Fourier transforms, once in the process: the library that {@code sharray.fft}
 * names, or MKL of the jar that is there, or the node's FFTW, or the core itself. Thread-safe.
 */
public final class Providers {
  // A literal is one object in the whole process, whatever class loader it is seen from.
  private static final String PROCESS_LOCK = "io.sharray.internal.fft: one choice at a time";
  private static final String MKL_FOLDER = "org/bytedeco/mkl/linux-x86_64/";
  private static final String MKL_MODULE = "org.bytedeco.mkl.linux.x86_64.redist";
  private static final String DOUBLES = "libfftw3.so.3";
  private static final String SINGLES = "libfftw3f.so.3";
  private static final int FACTS_BYTES = 1 << 14;

  /** The choice, once it is made. */
  private static volatile Description chosen;

  private Providers() {}

  /**
   * Who does the transforms.
   *
   * @param name MKL, FFTW or builtin
   * @param reason why
   */
  public record Description(String name, String reason) {}

  /**
   * Makes the choice unless it is made.
   *
   * @return who does the transforms
   * @throws NativeLibraryException if {@code sharray.fft} wants a library that cannot be had
   * @throws IllegalArgumentException if it is no choice
   */
  public static Description require() {
    Description known = chosen;
    if (known != null) {
      return known;
    }
    Segments.ready();
    synchronized (PROCESS_LOCK) {
      if (chosen == null) {
        String name = fact("fft");
        chosen = name != null ? new Description(name, fact("fftReason")) : choose();
      }
      return chosen;
    }
  }

  /**
   * Tells of the choice, without an exception where none can be made.
   *
   * @return who does the transforms, or {@code none} and why
   */
  public static Description describe() {
    try {
      return require();
    } catch (NativeLibraryException | IllegalArgumentException e) {
      return new Description("none", e.getMessage());
    }
  }

  private static Description choose() {
    String setting = Settings.get("sharray.fft");
    String wanted = setting == null ? "auto" : setting;
    List<String> refusals = new ArrayList<>();
    Description found =
        switch (wanted) {
          case "auto" -> automatic(refusals);
          case "mkl" -> mkl("sharray.fft is mkl", refusals);
          case "fftw" -> open(DOUBLES, SINGLES, "FFTW", "sharray.fft is fftw", refusals);
          case "builtin" -> new Description("builtin", "sharray.fft is builtin");
          default -> ofPath(wanted, refusals);
        };
    if (found == null) {
      throw new NativeLibraryException(
          "sharray.fft is '" + wanted + "', but it cannot be had: " + String.join("; ", refusals));
    }
    return found;
  }

  private static Description automatic(List<String> refusals) {
    Description found = mkl("on the class path", refusals);
    if (found == null) {
      String reason = "the node's; " + String.join("; ", refusals);
      found = open(DOUBLES, SINGLES, "FFTW", reason, refusals);
    }
    return found != null ? found : new Description("builtin", String.join("; ", refusals));
  }

  private static Description ofPath(String path, List<String> refusals) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "sharray.fft is '"
              + path
              + "'; it can be auto, mkl, fftw, builtin, or the path of a library from the root");
    }
    String file = Path.of(path).getFileName().toString();
    if (!file.startsWith("libfftw3.")) {
      String name = file.contains("mkl") ? "MKL" : "FFTW";
      return open(path, path, name, "sharray.fft", refusals);
    }
    String singles = Path.of(path).resolveSibling(file.replace("fftw3.", "fftw3f.")).toString();
    return open(path, singles, "FFTW", "sharray.fft", refusals);
  }

  /** Files of the releases with two and with three as their number, the loader first. */
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

  private static Description mkl(String reason, List<String> refusals) {
    JarFolder folder;
    try {
      folder = JarFolder.find(MKL_FOLDER, MKL_MODULE, mklFiles());
    } catch (IOException e) {
      refusals.add("MKL: its jar cannot be read: " + e.getMessage());
      return null;
    }
    String main = folder.first("libmkl_rt");
    if (main == null) {
      refusals.add("MKL: not on the class path");
      return null;
    }
    for (Path place : JarFolder.places()) {
      try {
        String library = folder.extract("mkl", place).resolve(main).toString();
        Description found = open(library, library, "MKL", reason, refusals);
        if (found != null) {
          return found;
        }
      } catch (IOException e) {
        refusals.add("MKL: " + place + " cannot be written: " + e.getMessage());
      }
    }
    return null;
  }

  private static Description open(
      String doubles, String singles, String name, String reason, List<String> refusals) {
    byte[] error = new byte[Status.ERROR_BYTES];
    if (NativeApi.fftOpen(doubles, singles, name, reason, error) == Status.OK) {
      return new Description(name, reason);
    }
    refusals.add(name + ": " + Status.text(error));
    return null;
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
