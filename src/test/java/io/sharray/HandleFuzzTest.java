package io.sharray;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.internal.segment.HandleRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/**
 * Mutated handles: each is refused in words, or is a handle that reads its own text to the same
 * fields. {@code ./dev fuzz} runs it for longer.
 */
class HandleFuzzTest {
  private static final String PREFIX = "sharray:1:";
  private static final int CRC_BYTES = 4;
  private static final int LONGEST = 600;
  private static final long[] EDGES = {
    0, 1, 127, 128, 1 << 31, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1
  };

  private final Random random = new Random(20);
  private final List<byte[]> bodies = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private long good;
  private long refused;

  @Test
  void mutatedHandlesAreRefusedInWordsOrComeBackEqual() throws Exception {
    double seconds = Double.parseDouble(System.getProperty("sharray.fuzz.seconds", "2"));
    try (var files = Files.list(Path.of("src/test/resources/fuzz/handle"))) {
      for (Path file : files.sorted().toList()) {
        texts.add(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    for (String text : texts) {
      if (check(text)) {
        bodies.add(body(text));
      }
    }
    assertTrue(bodies.size() > 5, "the seeds have good handles");
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      for (int i = 0; i < 1000; i++) {
        step();
      }
    }
    assertTrue(good > 1000 && refused > 1000, good + " good, " + refused + " refused");
    System.out.println(good + refused + " handles, " + good + " of them good");
  }

  /** A mutation that is a handle takes the place of another one, so that mutations add up. */
  private void step() {
    if (random.nextInt(8) == 0) {
      check(mutatedText(texts.get(random.nextInt(texts.size()))));
      return;
    }
    byte[] body = bodies.get(random.nextInt(bodies.size()));
    for (int i = random.nextInt(3); i >= 0; i--) {
      body = mutated(body);
    }
    if (check(sealed(body))) {
      if (bodies.size() < 500) {
        bodies.add(body);
      } else {
        bodies.set(random.nextInt(bodies.size()), body);
      }
    }
  }

  private boolean check(String text) {
    HandleRecord record;
    try {
      record = HandleRecord.parse(text);
    } catch (IllegalArgumentException e) {
      refused++;
      assertTrue(e.getMessage().contains(" is no handle: "), e.getMessage());
      return false;
    }
    good++;
    assertEquals(text, record.text());
    HandleRecord again = HandleRecord.parse(record.text());
    assertEquals(record.storage(), again.storage());
    assertEquals(record.id(), again.id());
    assertEquals(record.name(), again.name());
    assertEquals(record.uuid(), again.uuid());
    assertArrayEquals(record.shape(), again.shape());
    assertArrayEquals(record.strides(), again.strides());
    assertEquals(record.first(), again.first());
    assertTrue(record.storage().hasHandles() && record.shape().length <= 32, text);
    assertTrue(record.name().indexOf('\0') < 0 && !record.name().contains(".."), text);
    assertEquals(Handle.parse(text), Handle.parse(record.text()));
    return true;
  }

  private byte[] mutated(byte[] body) {
    int at = random.nextInt(body.length);
    switch (random.nextInt(6)) {
      case 0 -> {
        byte[] changed = body.clone();
        changed[at] ^= (byte) (1 << random.nextInt(8));
        return changed;
      }
      case 1 -> {
        byte[] changed = body.clone();
        changed[at] = (byte) random.nextInt(256);
        return changed;
      }
      case 2 -> {
        return Arrays.copyOf(body, Math.max(1, at));
      }
      case 3 -> {
        return joined(body, at, new byte[random.nextInt(4)], at);
      }
      case 4 -> {
        return joined(body, at, varint(EDGES[random.nextInt(EDGES.length)]), at + 1);
      }
      default -> {
        byte[] other = bodies.get(random.nextInt(bodies.size()));
        int from = random.nextInt(other.length);
        return joined(body, at, Arrays.copyOfRange(other, from, other.length), body.length);
      }
    }
  }

  private byte[] joined(byte[] body, int end, byte[] middle, int rest) {
    if (middle.length > 0 && middle.length < 4 && random.nextBoolean()) {
      random.nextBytes(middle);
    }
    // Handles that grow without end would only be slow.
    int length = Math.min(end + middle.length + body.length - rest, LONGEST);
    ByteBuffer out = ByteBuffer.allocate(end + middle.length + body.length - rest);
    out.put(body, 0, end).put(middle).put(body, rest, body.length - rest);
    return Arrays.copyOf(out.array(), Math.max(1, length));
  }

  private String mutatedText(String text) {
    StringBuilder changed = new StringBuilder(text);
    int at = random.nextInt(text.length() + 1);
    switch (random.nextInt(3)) {
      case 0 -> changed.insert(at, (char) random.nextInt(0x2000));
      case 1 -> changed.setLength(at);
      default -> changed.append(texts.get(random.nextInt(texts.size())), 0, 0).append('A');
    }
    return changed.toString();
  }

  private static byte[] body(String text) {
    byte[] whole = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
    return Arrays.copyOf(whole, whole.length - CRC_BYTES);
  }

  private static String sealed(byte[] body) {
    CRC32 crc = new CRC32();
    crc.update(body);
    ByteBuffer whole = ByteBuffer.allocate(body.length + CRC_BYTES);
    whole.put(body).putInt((int) crc.getValue());
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(whole.array());
  }

  private static byte[] varint(long value) {
    ByteBuffer out = ByteBuffer.allocate(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
    return Arrays.copyOf(out.array(), out.position());
  }
}
