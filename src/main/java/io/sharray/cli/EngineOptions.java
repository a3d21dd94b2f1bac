package io.sharray.cli;

import io.sharray.Sharray;
import io.sharray.internal.jni.NativeApi;
import picocli.CommandLine.Option;

/** Options of the commands that compute. */
final class EngineOptions {
  @Option(names = "--threads", paramLabel = "N", description = "Threads of the team.")
  private Integer threads;

  @Option(
      names = "--cpu",
      paramLabel = "PATH",
      description = "CPU path: baseline, avx2, avx512 or neon.")
  private String cpu;

  EngineOptions() {}

  /**
   * Applies them.
   *
   * @throws IllegalArgumentException if this machine lacks the CPU path or the number is out of
   *     range
   */
  void apply() {
    Facts.load();
    if (cpu != null && NativeApi.selectCpu(cpu) != 0) {
      throw new IllegalArgumentException(
          "this machine has no CPU path '" + cpu + "'; it has " + Facts.read().get("cpuPaths"));
    }
    if (threads != null) {
      Sharray.setThreads(threads);
    }
  }
}
