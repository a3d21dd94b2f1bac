package io.sharray.internal.jni;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Another JVM, with a class path of its own and none of this one's settings. */
public final class Jvm {
  static final Path CLASSES = Path.of(System.getProperty("sharray.test.classes"));
  static final Path NATIVES = CLASSES.resolve("io/sharray/" + NativeBundle.PLATFORM);

  /** What a finished JVM left. */
  public record Outcome(int status, String output) {}

  private final List<String> command = new ArrayList<>();
  private final Map<String, String> environment;
  private final ProcessBuilder builder = new ProcessBuilder();

  public Jvm(String classPath, String... options) {
    environment = builder.environment();
    environment
        .keySet()
        .removeIf(name -> name.startsWith("SHARRAY_") || name.equals("XDG_CACHE_HOME"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xshare:auto", "-Xmx64m", "-cp", classPath));
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of(options));
  }

  public Jvm variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Runs it on the JDK in a directory. */
  public Jvm java(Path home) {
    command.set(0, home.resolve("bin/java").toString());
    return this;
  }

  public Jvm through(String... prefix) {
    command.addAll(0, List.of(prefix));
    return this;
  }

  public Process start(String... arguments) throws IOException {
    command.addAll(List.of(arguments));
    return builder.command(command).redirectErrorStream(true).start();
  }

  public Outcome run(String... arguments) throws IOException, InterruptedException {
    return outcome(start(arguments));
  }

  public static Outcome outcome(Process process) throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the JVM does not end; so far: " + output);
    }
    return new Outcome(process.exitValue(), output);
  }

  /** Everything that this JVM's class path has. */
  public static String wholeClassPath() {
    return System.getProperty("java.class.path");
  }

  /** The class path with the natives taken out: our classes are copied without them. */
  static String classPathWithoutNatives(Path folder) throws IOException {
    copy(CLASSES, folder, NATIVES);
    return replaced(folder.toString());
  }

  static String replaced(String folder) {
    List<String> entries = new ArrayList<>();
    for (String entry : wholeClassPath().split(File.pathSeparator)) {
      entries.add(Path.of(entry).equals(CLASSES) ? folder : entry);
    }
    return String.join(File.pathSeparator, entries);
  }

  static void copy(Path from, Path to, Path without) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (directory.equals(without)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(directory)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(from.relativize(file)));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
