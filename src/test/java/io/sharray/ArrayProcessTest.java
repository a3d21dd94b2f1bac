package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.internal.jni.NativeApi;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two real processes over the same memory. */
class ArrayProcessTest {
  /** The other process: does what it is told line by line. */
  static final class Peer implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter orders;

    Peer() throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx64m",
                  "-Dsharray.cache.dir=" + System.getProperty("sharray.cache.dir", ""),
                  "-cp",
                  System.getProperty("java.class.path"),
                  PeerMain.class.getName())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      answers = process.inputReader(StandardCharsets.UTF_8);
      orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    String tell(String order) throws IOException {
      orders.println(order);
      return answers.readLine();
    }

    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
      orders.close();
      process.onExit().join();
    }
  }

  /** The main class of the other process. */
  static final class PeerMain {
    private PeerMain() {}

    public static void main(String[] args) throws IOException {
      NDArray array = null;
      BufferedReader orders =
          new BufferedReader(new java.io.InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        String[] words = order.split(" ");
        try {
          switch (words[0]) {
            case "create" -> {
              array = NDArray.create(storage(words[1]), DType.FLOAT64, 1000);
              System.out.println(array.handle());
            }
            case "attach" -> {
              array = NDArray.attach(words[1]);
              System.out.println(Functions.sum(array).item());
            }
            case "bytes" -> {
              try (NDArray other = NDArray.attach(words[1]);
                  NDArray copy = other.copy()) {
                System.out.println(EveryDTypeTest.hex(copy));
              }
            }
            case "set" -> {
              array.setDouble(Double.parseDouble(words[2]), Long.parseLong(words[1]));
              System.out.println("done");
            }
            default -> System.out.println("unknown order");
          }
        } catch (RuntimeException e) {
          System.out.println(e);
        }
      }
    }
  }

  private static Storage storage(String word) {
    return word.equals("sysv") ? Storage.systemV() : Storage.posix();
  }

  @Test
  void anArrayIsSharedByItsHandleAndOutlivesItsMaker() throws Exception {
    for (String word : List.of("sysv", "posix")) {
      try (Peer peer = new Peer();
          NDArray array = NDArray.create(storage(word), DType.FLOAT64, 4, 5);
          NDArray part = array.slice("1::2, ::-1")) {
        part.setDouble(2.5, 1, 0);
        assertEquals("2.5", peer.tell("attach " + part.handle()));
        NDArray row = array.at(3);
        peer.tell("attach " + row.handle());
        assertEquals("done", peer.tell("set 0 7"));
        assertEquals(7, array.getDouble(3, 0));
        row.close();
      }
      NDArray mine;
      try (Peer peer = new Peer()) {
        mine = NDArray.attach(peer.tell("create " + word));
        peer.tell("set 999 3");
        peer.kill();
      }
      assertEquals(3, mine.getDouble(999));
      mine.setDouble(1, 0);
      Handle handle = mine.handle();
      mine.close();
      assertThrows(SegmentGoneException.class, () -> NDArray.attach(handle));
    }
  }

  @Test
  void aKilledHolderLeavesNothingBehindTheSweep() throws Exception {
    for (String word : List.of("sysv", "posix")) {
      Handle handle;
      try (Peer peer = new Peer()) {
        handle = Handle.parse(peer.tell("create " + word));
        try (NDArray alive = NDArray.attach(handle)) {
          assertFalse(alive.isClosed());
        }
        peer.kill();
      }
      NativeApi.segmentSweep(new long[1], new byte[4096], 4096);
      assertThrows(SegmentGoneException.class, () -> NDArray.attach(handle));
    }
  }

  @Test
  void aHandleThatComesTooLateGivesAnException() throws Exception {
    try (Peer peer = new Peer()) {
      NDArray array = NDArray.of(1.0, 2, 3);
      Handle handle = array.handle();
      array.close();
      String answer = peer.tell("attach " + handle);
      assertTrue(answer.contains("SegmentGoneException"), answer);
    }
  }
}
