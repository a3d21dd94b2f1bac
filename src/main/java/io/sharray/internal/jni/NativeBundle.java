package io.sharray.internal.jni;

import io.sharray.NativeLibraryException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;

/**
 * The native files of one build: {@code native.properties}, which names and describes them, the
 * core library and the thin library. They come from a directory or from the classifier jar.
 */
final class NativeBundle {
  static final String PLATFORM = "linux-x86_64";
  private static final String FOLDER = "io/sharray/" + PLATFORM + "/";
  private static final String MODULE = "io.sharray.natives.linux.x86_64";
  private static final String DESCRIPTION = "native.properties";

  /** Opens a file of the bundle by its simple name; null where there is none. */
  private interface Source {
    InputStream open(String name) throws IOException;
  }

  private final Source source;
  private final String origin;
  private final Properties description = new Properties();

  private NativeBundle(Source source, String origin) {
    this.source = source;
    this.origin = origin;
    String text = new String(read(DESCRIPTION), StandardCharsets.UTF_8);
    try {
      description.load(new StringReader(text));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** The bundle in a directory that the user named; there is no fallback. */
  static NativeBundle ofDirectory(Path directory) {
    if (!Files.isRegularFile(directory.resolve(DESCRIPTION))) {
      throw new NativeLibraryException(
          "sharray.library.path is "
              + directory
              + ", but there is no "
              + DESCRIPTION
              + " in it: name a directory that holds the files of the jar sharray-"
              + BuildInfo.VERSION
              + "-"
              + PLATFORM
              + ".jar under "
              + FOLDER
              + ", or remove the setting");
    }
    return new NativeBundle(name -> Files.newInputStream(directory.resolve(name)), "" + directory);
  }

  /** The bundle in the classifier jar, on the class path or the module path. */
  static NativeBundle ofJar() {
    ClassLoader loader = NativeBundle.class.getClassLoader();
    URL url = loader.getResource(FOLDER + DESCRIPTION);
    if (url != null) {
      return new NativeBundle(name -> open(loader.getResource(FOLDER + name)), "" + url);
    }
    Optional<ModuleReference> module = onModulePath();
    if (module.isPresent()) {
      String origin = module.get().location().map(Object::toString).orElse(MODULE);
      return new NativeBundle(name -> open(module.get(), name), origin);
    }
    throw new NativeLibraryException(
        "no native library for "
            + PLATFORM
            + " on the class path or module path: add the dependency io.sharray:sharray:"
            + BuildInfo.VERSION
            + " with the classifier "
            + PLATFORM
            + ", or set sharray.library.path to a directory that holds the library");
  }

  /**
   * The jar on the module path. Nothing requires its module, so the boot layer need not have
   * resolved it, and then no class loader finds its resources.
   */
  private static Optional<ModuleReference> onModulePath() {
    String path = System.getProperty("jdk.module.path");
    if (!NativeBundle.class.getModule().isNamed() || path == null) {
      return Optional.empty();
    }
    Path[] entries =
        Arrays.stream(path.split(File.pathSeparator)).map(Path::of).toArray(Path[]::new);
    return ModuleFinder.of(entries).find(MODULE);
  }

  private static InputStream open(ModuleReference module, String name) throws IOException {
    // Read whole: the stream must not outlive the reader.
    try (var reader = module.open()) {
      Optional<InputStream> stream = reader.open(FOLDER + name);
      return stream.isEmpty()
          ? null
          : new java.io.ByteArrayInputStream(stream.get().readAllBytes());
    }
  }

  private static InputStream open(URL url) throws IOException {
    if (url == null) {
      return null;
    }
    // A cached connection would keep the jar of a closed class loader open.
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false);
    return connection.getInputStream();
  }

  /** The whole content of one of its files. */
  byte[] read(String name) {
    try (InputStream stream = source.open(name)) {
      if (stream == null) {
        throw new NativeLibraryException(
            name + " is missing in " + origin + ": the jar is damaged");
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new NativeLibraryException("cannot read " + name + " of " + origin + ": " + e, e);
    }
  }

  String core() {
    return value("core");
  }

  String thin() {
    return value("jni");
  }

  String origin() {
    return origin;
  }

  /** Refuses a bundle of another version or another operations table before anything is loaded. */
  void verify() {
    BuildInfo.verify(value("version"), Long.decode(value("ops")).intValue(), origin);
  }

  private String value(String key) {
    String value = description.getProperty(key);
    if (value == null) {
      throw new NativeLibraryException(
          DESCRIPTION + " of " + origin + " has no '" + key + "': it is not of this library");
    }
    return value;
  }
}
