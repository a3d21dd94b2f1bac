package io.sharray.internal.parallel;

import io.sharray.internal.Settings;
import io.sharray.internal.jni.NativeApi;
import io.sharray.internal.jni.Status;

/** The settings that the native engine takes over when it is loaded. */
public final class EngineSettings {
  private static volatile boolean applied;

  private EngineSettings() {}

  /**
   * Applies {@code sharray.cpu}, {@code sharray.threads}, {@code sharray.sigbus}, {@code
   * sharray.pool} and {@code sharray.pool.seconds}, unless that is done. A wrong value is told at
   * every use.
   *
   * @throws IllegalArgumentException if one of them is not possible here
   */
  public static void apply() {
    if (!applied) {
      read();
      applied = true;
    }
  }

  private static void read() {
    String cpu = Settings.get("sharray.cpu");
    if (cpu != null && NativeApi.selectCpu(cpu) != Status.OK) {
      throw new IllegalArgumentException(
          "sharray.cpu is '"
              + cpu
              + "', but this machine has no such path; use auto, baseline, avx2, avx512 or neon"
              + " as 'sharray doctor' lists them");
    }
    String threads = Settings.get("sharray.threads");
    if (threads != null) {
      if (!threads.matches("[1-9][0-9]{0,8}")) {
        throw new IllegalArgumentException(
            "sharray.threads is '" + threads + "'; it must be a number from 1");
      }
      NativeApi.threads(Integer.parseInt(threads));
    }
    String sigbus = Settings.get("sharray.sigbus");
    if (sigbus != null) {
      if (!sigbus.equals("on") && !sigbus.equals("off")) {
        throw new IllegalArgumentException(
            "sharray.sigbus is '" + sigbus + "'; it can be on or off");
      }
      NativeApi.surviveTruncation(sigbus.equals("on") ? 1 : 0);
    }
    long bytes = number("sharray.pool", "bytes, 0 for no pool");
    long seconds = number("sharray.pool.seconds", "seconds");
    if (bytes >= 0 || seconds >= 0) {
      NativeApi.poolLimit(bytes, seconds < 0 ? -1 : 1000 * seconds);
    }
  }

  /** A setting that is a number, or -1. */
  private static long number(String setting, String unit) {
    String text = Settings.get(setting);
    if (text == null) {
      return -1;
    }
    if (!text.matches("[0-9]{1,15}")) {
      throw new IllegalArgumentException(
          setting + " is '" + text + "'; it must be a number of " + unit);
    }
    return Long.parseLong(text);
  }
}
