package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReadmeTest {
  @TempDir Path directory;

  @Test
  void the_example_has_12_lines_compiles_and_runs() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    int begin = readme.indexOf("```java\n") + "```java\n".length();
    String example = readme.substring(begin, readme.indexOf("```\n", begin));
    assertEquals(12, example.lines().count());
    Path source = Files.writeString(directory.resolve("Example.java"), example);
    // Nothing but the library itself: what it needs beside is optional.
    String library =
        Path.of(NDArray.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString();
    assertEquals(
        "",
        run("javac", "-Xlint:all", "-cp", library, "-d", directory.toString(), source.toString()));
    String printed = run("java", "-cp", directory + File.pathSeparator + library, "Example");
    assertTrue(printed.matches("sharray:1:\\S+ [0-9.E]+\n"), printed);
  }

  private static String run(String tool, String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(arguments).redirectErrorStream(true);
    if (tool.equals("java") && Runtime.version().feature() >= 22) {
      builder.command().add(0, "--enable-native-access=ALL-UNNAMED");
    }
    builder.command().add(0, System.getProperty("java.home") + "/bin/" + tool);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), text);
    return text;
  }
}
