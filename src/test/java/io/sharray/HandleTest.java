package io.sharray;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.internal.segment.HandleRecord;
import io.sharray.internal.segment.Segments;
import io.sharray.internal.segment.StorageKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HandleTest {
  private static HandleRecord record(
      StorageKind storage, long id, String name, long[] shape, long[] strides, long first) {
    return new HandleRecord(
        storage, -1L, id, name, new UUID(-1, -1), 'f', 8, shape, strides, first);
  }

  /** A handle of the same segment with another layout. */
  static HandleRecord laidOut(HandleRecord of, long[] shape, long[] strides, long first) {
    return new HandleRecord(
        of.storage(),
        of.provenance(),
        of.id(),
        of.name(),
        of.uuid(),
        of.kind(),
        of.itemSize(),
        shape,
        strides,
        first);
  }

  @Test
  void theTextAndTheSerializedFormComeBackEqual() throws IOException, ClassNotFoundException {
    try (NDArray array = NDArray.zeros(DType.FLOAT64, 3, 4);
        NDArray view = array.slice("::-1, 1:3")) {
      Handle handle = view.handle();
      Handle parsed = Handle.parse(handle.toString());
      assertEquals(handle, parsed);
      assertEquals(handle.hashCode(), parsed.hashCode());
      assertNotEquals(handle, array.handle());
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(handle);
      }
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        assertEquals(handle, in.readObject());
      }
    }
  }

  @Test
  void handlesOfUnnamedArraysOfFourDimensionsFitInTwoHundredCharacters() {
    long far = (1L << 47) - 8;
    long[] shape = {1L << 15, 1L << 15, 1L << 15, 1L << 15};
    long[] strides = {far, -far, far, -far};
    HandleRecord systemV = record(StorageKind.SYSTEM_V, Integer.MAX_VALUE, "", shape, strides, far);
    assertTrue(systemV.text().length() <= 200, systemV.text());
    HandleRecord posix = record(StorageKind.POSIX, -1, "f".repeat(32), shape, strides, far);
    assertTrue(posix.text().length() <= 200, posix.text());
  }

  @Test
  void handlesOfTheLongestNamesAndMostDimensionsFitInAKibibyte() {
    long[] shape = new long[32];
    long[] strides = new long[32];
    Arrays.fill(shape, 2);
    Arrays.fill(strides, -(1L << 47));
    HandleRecord record = record(StorageKind.POSIX, -1, "n".repeat(200), shape, strides, 1L << 47);
    assertTrue(record.text().length() <= 1024, record.text());
    HandleRecord parsed = HandleRecord.parse(record.text());
    assertArrayEquals(shape, parsed.shape());
    assertArrayEquals(strides, parsed.strides());
    assertEquals(record.name(), parsed.name());
    assertEquals(record.first(), parsed.first());
  }

  @Test
  void everyChangeOfOneCharacterIsRefused() {
    long[] none = {};
    String text = record(StorageKind.POSIX, -1, "job", none, none, 4096).text();
    Random random = new Random(5);
    String alphabet = "ABCxyz019-_=+/:. \n\u00e9\u2603";
    for (int i = 0; i < text.length(); i++) {
      for (int k = 0; k < 20; k++) {
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        String changed = text.substring(0, i) + c + text.substring(i + 1);
        if (!changed.equals(text)) {
          assertThrows(IllegalArgumentException.class, () -> Handle.parse(changed), changed);
        }
      }
      String shorter = text.substring(0, i);
      assertThrows(IllegalArgumentException.class, () -> Handle.parse(shorter), shorter);
    }
  }

  @Test
  void randomBytesWithARightChecksumAreRefusedOrAreHandles() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      byte[] body = new byte[random.nextInt(90)];
      random.nextBytes(body);
      if (body.length > 0) {
        body[0] = (byte) (1 + random.nextInt(2));
      }
      java.util.zip.CRC32 crc = new java.util.zip.CRC32();
      crc.update(body);
      byte[] whole =
          java.nio.ByteBuffer.allocate(body.length + 4)
              .put(body)
              .putInt((int) crc.getValue())
              .array();
      String text =
          "sharray:1:" + java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
      try {
        assertEquals(text, Handle.parse(text).toString());
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().contains("handle()"), e.getMessage());
      }
    }
  }

  @Test
  void unknownVersionsAndPlainNonsenseAreNamedAsSuch() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Handle.parse("sharray:2:AAAA"))
            .getMessage()
            .contains("version"));
    assertThrows(IllegalArgumentException.class, () -> Handle.parse(""));
    assertThrows(IllegalArgumentException.class, () -> NDArray.attach("../etc/passwd"));
    assertThrows(IllegalArgumentException.class, () -> NDArray.attach("http://x"));
  }

  @Test
  void aStaleHandleIsGone() {
    Handle handle;
    try (NDArray array = NDArray.zeros(DType.FLOAT64, 3)) {
      handle = array.handle();
    }
    assertThrows(SegmentGoneException.class, () -> NDArray.attach(handle));
    assertThrows(SegmentGoneException.class, () -> NDArray.attach("no-such-array-of-sharray"));
  }

  @Test
  void aHandleFromElsewhereSaysSo() {
    HandleRecord foreign =
        new HandleRecord(
            StorageKind.SYSTEM_V,
            ~Segments.provenance(StorageKind.SYSTEM_V),
            Integer.MAX_VALUE,
            "",
            new UUID(1, 2),
            'f',
            8,
            new long[] {3},
            new long[] {8},
            4096);
    SegmentGoneException gone =
        assertThrows(SegmentGoneException.class, () -> NDArray.attach(foreign.text()));
    assertTrue(gone.getMessage().contains("another machine"), gone.getMessage());
  }

  @Test
  void aHandleThatReachesBeyondItsSegmentIsRefused() {
    try (NDArray array = NDArray.zeros(DType.FLOAT64, 3)) {
      HandleRecord right = array.handle().record();
      for (HandleRecord wrong :
          new HandleRecord[] {
            laidOut(right, new long[] {4}, right.strides(), right.first()),
            laidOut(right, right.shape(), right.strides(), 0)
          }) {
        assertThrows(IncompatibleSegmentException.class, () -> NDArray.attach(wrong.text()));
      }
    }
  }
}
