package io.sharray.cli;

import io.sharray.internal.jni.NativeApi;
import io.sharray.internal.jni.NativeLibrary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sharray doctor}. */
@Command(name = "doctor", description = "Tells what runs here and why, and what could be better.")
final class DoctorCommand implements Runnable {
  private static final long MIB = 1 << 20;

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "One line of JSON.")
  private boolean json;

  DoctorCommand() {}

  @Override
  public void run() {
    Map<String, Object> report = report();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.of(report));
      return;
    }
    report.forEach(
        (key, value) -> {
          if (value instanceof List<?> lines && key.equals("remedies")) {
            out.println(lines.isEmpty() ? "remedies: nothing to do" : "remedies:");
            lines.forEach(line -> out.println("  - " + line));
          } else if (value instanceof Map<?, ?> map) {
            out.println(key + ":");
            map.forEach((k, v) -> out.println("  " + k + ": " + v));
          } else {
            out.println(key + ": " + value);
          }
        });
  }

  private static Map<String, Object> report() {
    Map<String, String> facts = Facts.read();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("version", NativeApi.version());
    report.put(
        "java",
        System.getProperty("java.vm.name")
            + " "
            + Runtime.version()
            + " ("
            + System.getProperty("java.home")
            + ")");
    report.put("cpu", facts.remove("cpu"));
    report.put("cpuPaths", List.of(facts.getOrDefault("cpuPaths", "").split(" ")));
    facts.remove("cpuPaths");
    report.put("threads", Integer.valueOf(facts.getOrDefault("threads", "0")));
    facts.remove("threads");
    report.put("threadsReason", facts.remove("threadsReason"));
    Map<String, Object> blas = new LinkedHashMap<>();
    blas.put("name", "none");
    blas.put("version", null);
    blas.put("path", null);
    blas.put("reason", "this version has no linear algebra yet");
    report.put("blas", blas);
    report.put(
        "fft", Map.of("name", "none", "reason", "this version has no Fourier transforms yet"));
    String glibc = facts.remove("glibc");
    report.put("glibc", glibc == null ? glibc() : glibc);
    report.put("nativeLibrary", NativeLibrary.path());
    report.put("nativeLibraryOrigin", NativeLibrary.origin());
    report.put("waitPolicy", NativeLibrary.waitPolicy());
    facts.forEach(report::putIfAbsent);
    report.put("sharedMemory", sharedMemory());
    report.put("hugePages", firstLine("/sys/kernel/mm/transparent_hugepage/shmem_enabled"));
    report.put("numaNodes", firstLine("/sys/devices/system/node/online"));
    report.put("remedies", remedies());
    return report;
  }

  /** In the words of the C library's own tool. */
  private static String glibc() {
    try {
      Process process = new ProcessBuilder("getconf", "GNU_LIBC_VERSION").start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return text.replace("glibc", "").strip();
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static Map<String, Object> sharedMemory() {
    Map<String, Object> limits = new LinkedHashMap<>();
    for (String name : List.of("shmmax", "shmall", "shmmni")) {
      limits.put(name, firstLine("/proc/sys/kernel/" + name));
    }
    limits.put("devShmBytes", devShm(true));
    limits.put("devShmFreeBytes", devShm(false));
    limits.put("maxMapCount", firstLine("/proc/sys/vm/max_map_count"));
    limits.put("overcommitMemory", firstLine("/proc/sys/vm/overcommit_memory"));
    limits.put("segments", Segments.list().size());
    return limits;
  }

  private static List<String> remedies() {
    List<String> remedies = new ArrayList<>();
    long room = devShm(true);
    if (room >= 0 && room <= 64 * MIB) {
      remedies.add(
          "/dev/shm holds only "
              + room / MIB
              + " MiB: give the container more (docker --shm-size, an emptyDir of medium Memory) or use System V");
    } else if (room < 0) {
      remedies.add("there is no /dev/shm: POSIX storage does not work here; use System V");
    }
    // The kernel's own default is far larger than any memory.
    String largest = firstLine("/proc/sys/kernel/shmmax");
    if (largest != null && largest.length() <= 10) {
      remedies.add(
          "System V segments are limited to " + largest + " bytes: raise sysctl kernel.shmmax");
    }
    if (Segments.list().stream().anyMatch(s -> s.state().equals("abandoned"))) {
      remedies.add("killed processes left segments: sharray gc removes them");
    }
    return remedies;
  }

  private static long devShm(boolean total) {
    try {
      var store = Files.getFileStore(Path.of("/dev/shm"));
      return total ? store.getTotalSpace() : store.getUsableSpace();
    } catch (IOException e) {
      return -1;
    }
  }

  private static String firstLine(String file) {
    // Files under /proc/sys must be read at one go.
    try (BufferedReader reader = Files.newBufferedReader(Path.of(file))) {
      return reader.readLine();
    } catch (IOException e) {
      return null;
    }
  }
}
