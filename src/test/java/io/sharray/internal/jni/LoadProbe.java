package io.sharray.internal.jni;

import io.sharray.NativeLibraryException;

/**
 * A program that loads the native library and prints what it got, or the message of the refusal.
 */
public final class LoadProbe {
  private LoadProbe() {}

  /**
   * Loads once.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    try {
      NativeLibrary.load();
      System.out.println("loaded " + NativeApi.version() + " threads " + NativeApi.threads(0));
      System.out.println("core " + NativeLibrary.path());
      System.out.println("waiting " + NativeLibrary.waitPolicy());
      for (Thread thread : Thread.getAllStackTraces().keySet()) {
        if (thread.getName().contains("JavaCPP")) {
          System.out.println("thread " + thread.getName());
        }
      }
    } catch (NativeLibraryException e) {
      System.out.println("refused " + e.getMessage());
      System.exit(3);
    }
  }
}
