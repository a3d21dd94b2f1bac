package io.sharray.internal.jni;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Native libraries of another project in a folder of a jar, on the class path or the module path.
 * They are found by their names, since a class loader does not list folders.
 */
public final class JarFolder {
  private final Map<String, NativeCache.Source> files = new LinkedHashMap<>();
  private final Map<String, Long> sizes = new LinkedHashMap<>();
  private final CRC32 identity = new CRC32();
  private String origin = "";

  private JarFolder() {}

  /**
   * Looks for files.
   *
   * @param folder with a slash at its end, such as {@code org/bytedeco/openblas/linux-x86_64/}
   * @param module the name of the jar as a module, where nothing resolves it
   * @param names of files, not all of which need be there
   * @return those that are there; the first name that is found decides the jar
   * @throws IOException if the jar cannot be read
   */
  public static JarFolder find(String folder, String module, List<String> names)
      throws IOException {
    JarFolder found = new JarFolder();
    for (String name : names) {
      URL url = url(folder + name, module);
      if (url != null) {
        found.add(name, url);
      }
    }
    return found;
  }

  private static URL url(String path, String module) throws IOException {
    URL url = JarFolder.class.getClassLoader().getResource(path);
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (url == null && context != null) {
      url = context.getResource(path);
    }
    return url != null ? url : onModulePath(path, module);
  }

  private static URL onModulePath(String path, String module) throws IOException {
    String modules = System.getProperty("jdk.module.path");
    if (!JarFolder.class.getModule().isNamed() || modules == null) {
      return null;
    }
    Path[] entries =
        Arrays.stream(modules.split(File.pathSeparator)).map(Path::of).toArray(Path[]::new);
    Optional<ModuleReference> reference = ModuleFinder.of(entries).find(module);
    if (reference.isEmpty()) {
      return null;
    }
    try (ModuleReader reader = reference.get().open()) {
      Optional<URI> found = reader.find(path);
      return found.isEmpty() ? null : found.get().toURL();
    }
  }

  private void add(String name, URL url) throws IOException {
    URLConnection connection = connect(url);
    long size = connection.getContentLengthLong();
    long check =
        connection instanceof JarURLConnection jar
            ? jar.getJarEntry().getCrc()
            : connection.getLastModified();
    // Also what keeps the connection from leaking its file.
    connection.getInputStream().close();
    if (origin.isEmpty()) {
      String text = url.toString();
      origin = text.substring(0, text.length() - name.length());
    }
    files.put(name, () -> connect(url).getInputStream());
    sizes.put(name, size);
    identity.update((name + ' ' + size + ' ' + check + '\n').getBytes(StandardCharsets.UTF_8));
  }

  private static URLConnection connect(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    // A cached connection would keep the jar of a closed class loader open.
    connection.setUseCaches(false);
    return connection;
  }

  /**
   * Whether nothing was found.
   *
   * @return whether no file is there
   */
  public boolean isEmpty() {
    return files.isEmpty();
  }

  /**
   * Where the files are.
   *
   * @return the address of the folder
   */
  public String origin() {
    return origin;
  }

  /**
   * The first of some names that was found.
   *
   * @param prefix of the name
   * @return the name, or null
   */
  public String first(String prefix) {
    return files.keySet().stream().filter(name -> name.startsWith(prefix)).findFirst().orElse(null);
  }

  /**
   * Copies the files to a place where they can be loaded, unless they are there.
   *
   * @param name for the folder
   * @param place one of {@link #places}
   * @return the folder
   * @throws IOException if the place does not serve
   */
  public Path extract(String name, Path place) throws IOException {
    String key = String.format("%s-%08x", name, identity.getValue());
    return NativeCache.open(place).keepAll(key, files, sizes);
  }

  /**
   * Where to extract to, in the order to try.
   *
   * @return the directory that the user named, or the usual ones
   */
  public static List<Path> places() {
    return NativeCache.candidates();
  }
}
