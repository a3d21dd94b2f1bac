package io.sharray.internal.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sharray.NativeLibraryException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each case runs in a JVM of its own, since a process loads the core once. */
class NativeLibraryTest {
  private static final String PROBE = LoadProbe.class.getName();

  @TempDir Path temporary;

  private Jvm jvm(String... options) {
    return new Jvm(Jvm.wholeClassPath(), options);
  }

  private static String cache(Path directory) {
    return "-Dsharray.cache.dir=" + directory;
  }

  private static void assertLoaded(Jvm.Outcome outcome) {
    assertTrue(outcome.output().startsWith("loaded " + BuildInfo.VERSION), outcome.output());
    assertEquals(0, outcome.status(), outcome.output());
  }

  private static void assertRefused(Jvm.Outcome outcome, String... words) {
    assertEquals(3, outcome.status(), outcome.output());
    assertEquals(1, outcome.output().lines().count(), outcome.output());
    for (String word : words) {
      assertTrue(outcome.output().contains(word), word + " is not in: " + outcome.output());
    }
  }

  /** Regular files below a directory. */
  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      return walk.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).toList();
    }
  }

  @Test
  void oneJvmLeavesOneFileInTheCacheAndStartsNoThreadOfJavaCpp() throws Exception {
    Jvm.Outcome outcome = jvm(cache(temporary.resolve("cache"))).run(PROBE);
    assertLoaded(outcome);
    assertFalse(outcome.output().contains("thread "), outcome.output());
    List<String> left = files(temporary.resolve("cache"));
    assertEquals(1, left.size(), left.toString());
    assertTrue(left.get(0).startsWith("libsharray-core-"), left.toString());
  }

  @Test
  void sixteenJvmsAtOnceOnAnEmptyCacheAllSucceed() throws Exception {
    Path cache = temporary.resolve("not/there/yet");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      processes.add(jvm(cache(cache), "-XX:TieredStopAtLevel=1").start(PROBE));
    }
    for (Process process : processes) {
      assertLoaded(Jvm.outcome(process));
    }
    assertEquals(1, files(cache).size(), files(cache).toString());
  }

  @Test
  void damagedFileInTheCacheIsReplaced() throws Exception {
    Path cache = temporary.resolve("cache");
    assertLoaded(jvm(cache(cache)).run(PROBE));
    Path core;
    try (Stream<Path> walk = Files.walk(cache)) {
      core = walk.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(core);
    Files.write(core, new byte[whole.length]);
    assertLoaded(jvm(cache(cache)).run(PROBE));
    assertTrue(Arrays.equals(whole, Files.readAllBytes(core)), "the file is still damaged");
  }

  @Test
  void environmentVariableServesAsTheProperty() throws Exception {
    Path cache = temporary.resolve("variable");
    assertLoaded(jvm().variable("SHARRAY_CACHE_DIR", cache.toString()).run(PROBE));
    assertEquals(1, files(cache).size());
  }

  @Test
  void waitingPolicyIsPassiveUnlessTheUserChose() throws Exception {
    Path cache = temporary.resolve("cache");
    String ours = jvm(cache(cache)).run(PROBE).output();
    assertTrue(ours.contains("waiting passive, set by sharray"), ours);
    String users = jvm(cache(cache)).variable("OMP_WAIT_POLICY", "active").run(PROBE).output();
    assertTrue(users.contains("waiting chosen by the environment"), users);
  }

  @Test
  void explicitPathNeedsNoCache() throws Exception {
    String path = "-Dsharray.library.path=" + Jvm.NATIVES;
    Jvm.Outcome outcome = jvm(path, cache(Path.of("/proc/nowhere"))).run(PROBE);
    assertLoaded(outcome);
    assertTrue(outcome.output().contains("core " + Jvm.NATIVES), outcome.output());
  }

  @Test
  void explicitPathThatHoldsNothingIsRefusedWithoutFallback() throws Exception {
    assertRefused(
        jvm("-Dsharray.library.path=" + temporary).run(PROBE),
        "sharray.library.path is " + temporary,
        "native.properties");
  }

  @Test
  void missingClassifierJarIsNamed() throws Exception {
    String classPath = Jvm.classPathWithoutNatives(temporary.resolve("classes"));
    assertRefused(
        new Jvm(classPath, cache(temporary.resolve("cache"))).run(PROBE),
        "io.sharray:sharray:" + BuildInfo.VERSION,
        "classifier linux-x86_64");
    assertFalse(Files.exists(temporary.resolve("cache")), "something was left behind");
  }

  @Test
  void cacheThatIsAFileIsRefused() throws Exception {
    Path file = Files.createFile(temporary.resolve("file"));
    assertRefused(
        jvm(cache(file)).run(PROBE), "" + file, "cannot be written", "set sharray.cache.dir");
  }

  @Test
  void cacheWithoutWritePermissionIsRefused() throws Exception {
    assumeFalse(isRoot(), "root may write everywhere");
    Path directory = Files.createDirectory(temporary.resolve("locked"));
    assertTrue(directory.toFile().setWritable(false));
    assertRefused(
        jvm(cache(directory)).run(PROBE), "" + directory, "permission denied", "sharray.cache.dir");
  }

  @Test
  void cacheThatOthersCanWriteIsRefused() throws Exception {
    Path directory = Files.createDirectory(temporary.resolve("open"));
    assertTrue(directory.toFile().setWritable(true, false));
    assertRefused(jvm(cache(directory)).run(PROBE), "" + directory, "another user");
  }

  @Test
  void cacheOnANoexecMountIsRefused() throws Exception {
    assumeTrue(isRoot(), "only root can mount");
    Path mount = Files.createDirectory(temporary.resolve("noexec"));
    // The mount lives in a namespace of that one process and goes with it.
    Jvm jvm =
        jvm(cache(mount.resolve("cache")))
            .through(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount -t tmpfs -o noexec none \"$0\" || exit 77; exec \"$@\"",
                mount.toString());
    Jvm.Outcome outcome = jvm.run(PROBE);
    assumeFalse(outcome.status() == 77 || outcome.output().contains("unshare:"), outcome.output());
    assertRefused(outcome, "" + mount, "noexec", "set sharray.cache.dir");
  }

  @Test
  void usualPlacesAreTriedInTurn() throws Exception {
    Path file = Files.createFile(temporary.resolve("file"));
    Path tmp = Files.createDirectory(temporary.resolve("tmp"));
    Jvm.Outcome outcome =
        jvm("-Djava.io.tmpdir=" + tmp).variable("XDG_CACHE_HOME", "" + file).run(PROBE);
    assertLoaded(outcome);
    assertTrue(outcome.output().contains("core " + tmp), outcome.output());
  }

  @Test
  void descriptionOfAnotherVersionIsRefused() throws Exception {
    Path natives = copyWith("version", "9.9.9");
    assertRefused(jvm("-Dsharray.library.path=" + natives).run(PROBE), "9.9.9", BuildInfo.VERSION);
  }

  @Test
  void descriptionOfAnotherOperationsTableIsRefused() throws Exception {
    Path natives = copyWith("ops", "0x12345678");
    assertRefused(
        jvm("-Dsharray.library.path=" + natives).run(PROBE), "12345678", "operations table");
  }

  @Test
  void libraryOfAnotherVersionIsRefusedWhateverItsDescriptionSays() throws Exception {
    Path natives = copyWith("version", BuildInfo.VERSION);
    Path core = core(natives);
    String other = "9" + BuildInfo.VERSION.substring(1);
    String bytes = new String(Files.readAllBytes(core), StandardCharsets.ISO_8859_1);
    String patched = bytes.replace("\0" + BuildInfo.VERSION + "\0", "\0" + other + "\0");
    assertNotEquals(bytes, patched, "the version is not in the library");
    Files.write(core, patched.getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(
        jvm("-Dsharray.library.path=" + natives).run(PROBE),
        "version " + other,
        "version " + BuildInfo.VERSION);
  }

  @Test
  void libraryThatIsNoLibraryIsRefused() throws Exception {
    Path natives = copyWith("version", BuildInfo.VERSION);
    Files.writeString(core(natives), "not a library");
    assertRefused(jvm("-Dsharray.library.path=" + natives).run(PROBE), "cannot load");
  }

  @Test
  void otherSystemsAreRefused() {
    for (String[] system : new String[][] {{"Windows 11", "amd64"}, {"Linux", "riscv64"}}) {
      NativeLibraryException e =
          assertThrows(
              NativeLibraryException.class,
              () -> NativeLibrary.requirePlatform(system[0], system[1]));
      assertTrue(e.getMessage().contains(system[0] + " " + system[1]), e.getMessage());
    }
  }

  @Test
  void missingLibgompIsExplained() {
    String said = NativeLibrary.remedy("libgomp.so.1: cannot open shared object file");
    assertTrue(said.contains("install") && said.contains("libgomp1"), said);
  }

  @Test
  void eachClassLoaderHasItsThinLibraryAndOneCoreStays() throws Exception {
    List<URLClassLoader> loaders = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      loaders.add(freshLoader());
      callLoad(loaders.get(i));
    }
    assertEquals(1, distinct("libsharray-core-"), "cores");
    int thin = distinct("libjnisharray");
    assertTrue(thin >= 2, "thin libraries: " + thin);
    for (URLClassLoader loader : loaders) {
      loader.close();
    }
    loaders.clear();
    for (int i = 0; i < 100 && distinct("libjnisharray") > thin - 2; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertEquals(thin - 2, distinct("libjnisharray"), "thin libraries after their loaders went");
    assertEquals(1, distinct("libsharray-core-"), "cores");
  }

  private static URLClassLoader freshLoader() throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String entry : Jvm.wholeClassPath().split(java.io.File.pathSeparator)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private static void callLoad(ClassLoader loader) throws ReflectiveOperationException {
    loader.loadClass(NativeLibrary.class.getName()).getMethod("load").invoke(null);
    Object version = loader.loadClass(NativeApi.class.getName()).getMethod("version").invoke(null);
    assertEquals(BuildInfo.VERSION, version);
  }

  /** Different files mapped into this process whose path contains the words. */
  private static int distinct(String words) throws IOException {
    return (int)
        Files.readAllLines(Path.of("/proc/self/maps")).stream()
            .filter(line -> line.contains(words))
            .map(line -> line.substring(line.indexOf('/')))
            .distinct()
            .count();
  }

  private static boolean isRoot() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
  }

  private Path copyWith(String key, String value) throws IOException {
    Path to = temporary.resolve("natives");
    Jvm.copy(Jvm.NATIVES, to, null);
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(to.resolve("native.properties"))) {
      properties.load(reader);
    }
    properties.setProperty(key, value);
    try (var writer = Files.newBufferedWriter(to.resolve("native.properties"))) {
      properties.store(writer, null);
    }
    return to;
  }

  private static Path core(Path natives) throws IOException {
    try (Stream<Path> list = Files.list(natives)) {
      return list.filter(f -> f.getFileName().toString().startsWith("libsharray-core-"))
          .findFirst()
          .orElseThrow();
    }
  }
}
