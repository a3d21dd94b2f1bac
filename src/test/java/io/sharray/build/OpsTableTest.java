package io.sharray.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The generator, against files that were read by a person. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OpsTableTest {
  private static final Path GENERATOR = Path.of("src/build/java/OpsTable.java");

  @TempDir Path directory;

  private record Answer(int status, String text) {}

  private Answer generate(byte[] table) throws Exception {
    Path file = Files.write(directory.resolve("ops.def"), table);
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                GENERATOR.toAbsolutePath().toString(),
                file.toString(),
                directory.resolve("java").toString(),
                directory.resolve("docs").toString())
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(process.waitFor(), text);
  }

  private static byte[] resource(String name) throws Exception {
    try (InputStream in = OpsTableTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private static String text(String name) throws Exception {
    return new String(resource(name), StandardCharsets.UTF_8);
  }

  @Test
  void the_files_made_from_a_small_table_are_the_golden_ones() throws Exception {
    byte[] table = resource("small.def");
    assertEquals(new Answer(0, ""), generate(table));
    CRC32 checksum = new CRC32();
    checksum.update(table);
    String op = Files.readString(directory.resolve("java/io/sharray/internal/expression/Op.java"));
    assertTrue(op.contains("CHECKSUM = " + checksum.getValue() + "L;"));
    assertEquals(text("Op.java.txt"), op);
    assertEquals(
        text("Functions.java.txt"),
        Files.readString(directory.resolve("java/io/sharray/Functions.java")));
    assertEquals(
        text("functions.md.txt"), Files.readString(directory.resolve("docs/functions.md")));
  }

  @Test
  void files_that_would_not_change_are_not_written() throws Exception {
    generate(resource("small.def"));
    Path file = directory.resolve("docs/functions.md");
    var old = java.nio.file.attribute.FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(file, old);
    generate(resource("small.def"));
    assertEquals(old, Files.getLastModifiedTime(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "nonsense; not a row",
        "OP(sub, \"minus\", 4, FLOATS, lanes(sub), exact, \"x\", \"0\", \"-\", \"0\", \"S.\"); not a row",
        "OP(sub, \"\", 2, LONGS, lanes(sub), exact, \"x\", \"0\", \"-\", \"0\", \"S.\"); LONGS is none of",
        "OP(sub, \"\", 2, FLOATS, lanes(sub), exact, \"x\", \"0\", \"-\", \"0\"); not a row",
        "OP(sub, \"plus\", 2, FLOATS, lanes(sub), exact, \"x\", \"0\", \"-\", \"0\", \"S.\"); taken by line 2",
        "OP(add, \"\", 2, FLOATS, lanes(sub), exact, \"x\", \"0\", \"-\", \"0\", \"S.\"); taken by line 2",
        "OP(sub, \"\", 2, FLOATS, lanes(sub), exact, \"x|y\", \"0\", \"-\", \"0\", \"S.\"); each interval",
      })
  void a_wrong_row_is_an_error_that_names_its_line(String row, String message) throws Exception {
    Answer answer = generate((text("small.def") + row + "\n").getBytes(StandardCharsets.UTF_8));
    assertEquals(1, answer.status);
    assertTrue(answer.text.contains("ops.def:6: "), answer.text);
    assertTrue(answer.text.contains(message), answer.text);
    assertTrue(Files.notExists(directory.resolve("java")));
  }
}
