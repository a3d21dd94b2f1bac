package io.sharray.cli;

import io.sharray.internal.blas.Providers;
import io.sharray.internal.jni.NativeApi;
import io.sharray.internal.jni.NativeLibrary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
    // First of all: the library sweeps when it gets ready.
    List<String> remedies = SystemReport.remedies();
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
    Providers.Description provider = Providers.describe();
    blas.put("name", provider.name());
    blas.put("version", provider.version());
    blas.put("path", provider.path());
    blas.put("threads", provider.threads());
    blas.put("reason", provider.reason());
    report.put("blas", blas);
    Map<String, Object> fft = new LinkedHashMap<>();
    io.sharray.internal.fft.Providers.Description transforms =
        io.sharray.internal.fft.Providers.describe();
    fft.put("name", transforms.name());
    fft.put("reason", transforms.reason());
    facts.remove("fft");
    facts.remove("fftReason");
    report.put("fft", fft);
    String glibc = facts.remove("glibc");
    report.put("glibc", glibc == null ? glibc() : glibc);
    report.put("nativeLibrary", NativeLibrary.path());
    report.put("nativeLibraryOrigin", NativeLibrary.origin());
    report.put("waitPolicy", NativeLibrary.waitPolicy());
    report.put("pool", pool(facts));
    facts.keySet().removeIf(key -> key.startsWith("blas"));
    facts.forEach(report::putIfAbsent);
    report.put("sharedMemory", SystemReport.sharedMemory());
    report.put("hugePages", SystemReport.hugePages());
    report.put("numa", SystemReport.numa());
    report.put("remedies", remedies);
    return report;
  }

  /** The pool of this very process, whose bound holds for others too. */
  private static Map<String, Object> pool(Map<String, String> facts) {
    Map<String, Object> pool = new LinkedHashMap<>();
    pool.put("segments", Long.valueOf(facts.remove("poolSegments")));
    pool.put("liveBlocks", Long.valueOf(facts.remove("poolBlocks")));
    pool.put("idleBytes", Long.valueOf(facts.remove("poolIdleBytes")));
    pool.put("mostIdleBytes", Long.valueOf(facts.remove("poolLimit")));
    pool.put("reason", facts.remove("poolLimitReason"));
    return pool;
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
}
