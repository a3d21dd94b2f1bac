package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.internal.Access;
import io.sharray.internal.jni.Jvm;
import io.sharray.internal.segment.HandleRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // arrays that are only there
class PoolTest {
  private static final int LARGE = 1 << 18;

  /** Without exporting it. */
  private static long address(NDArray array) {
    return Access.view(array).address();
  }

  private static long fact(String key) {
    return Sharray.info()
        .lines()
        .filter(line -> line.startsWith(key + "\t"))
        .mapToLong(line -> Long.parseLong(line.split("\t")[1]))
        .findFirst()
        .orElseThrow();
  }

  private static Set<Long> addressesOfFurther(int count, int elements, List<NDArray> into) {
    Set<Long> addresses = new HashSet<>();
    for (int i = 0; i < count; i++) {
      NDArray array = NDArray.full(DType.FLOAT64, 9, elements);
      addresses.add(address(array));
      into.add(array);
    }
    return addresses;
  }

  @Test
  void memoryOfAClosedResultIsThatOfTheNext() {
    for (int n : new int[] {10, 1000, LARGE}) {
      try (NDArray a = NDArray.ones(DType.FLOAT64, n);
          NDArray first = a.plus(1).eval()) {
        long at = address(first);
        first.close();
        try (NDArray second = a.plus(2).eval()) {
          assertEquals(at, address(second));
          assertEquals(3L * n, Functions.sum(second).item());
        }
      }
    }
  }

  @Test
  void zerosAreZerosOnMemoryThatWasUsed() {
    for (int n : new int[] {1, 10, 1000, 100_000, LARGE, LARGE + 5}) {
      for (int round = 0; round < 5; round++) {
        long at;
        try (NDArray dirty = NDArray.full(DType.FLOAT64, 7, n)) {
          at = address(dirty);
        }
        try (NDArray zeros = NDArray.zeros(DType.FLOAT64, n)) {
          assertEquals(at, address(zeros));
          assertEquals(0, Functions.max(zeros).item());
          assertEquals(0, Functions.min(zeros).item());
        }
      }
    }
  }

  @Test
  void exportedMemoryIsNeverGivenToAnotherArray() {
    for (int n : new int[] {3, 1000, LARGE}) {
      Set<Long> exported = new HashSet<>();
      List<NDArray> open = new ArrayList<>();
      try (NDArray anchor = NDArray.zeros(DType.FLOAT64, 3)) {
        for (int i = 0; i < 3; i++) {
          try (NDArray array = NDArray.zeros(DType.FLOAT64, n);
              NDArray view = array.slice("1:")) {
            if (i == 0) {
              view.handle();
            } else if (i == 1) {
              view.asByteBuffer();
            } else {
              view.address();
            }
            exported.add(address(array));
          }
        }
        exported.retainAll(addressesOfFurther(n == LARGE ? 5 : 300, n, open));
        // What had a segment of its own is unmapped with it, and the system gives addresses again.
        assertTrue(n == LARGE || exported.isEmpty(), () -> exported.toString());
      } finally {
        open.forEach(NDArray::close);
      }
    }
  }

  @Test
  void aStaleHandleShowsItsOwnArrayOrNothing() throws Exception {
    List<NDArray> open = new ArrayList<>();
    try (NDArray anchor = NDArray.zeros(DType.FLOAT64, 3)) {
      NDArray named = NDArray.of(1.0, 2, 3);
      String handle = named.handle().toString();
      try (ArrayProcessTest.Peer peer = new ArrayProcessTest.Peer()) {
        assertEquals("6.0", peer.tell("attach " + handle));
        named.close();
        addressesOfFurther(500, 3, open);
        // The peer still holds it.
        assertEquals("6.0", peer.tell("attach " + handle));
        try (NDArray again = NDArray.attach(handle)) {
          assertEquals(6, Functions.sum(again).item());
        }
      }
      assertThrows(SegmentGoneException.class, () -> NDArray.attach(handle));
      assertThrows(SegmentGoneException.class, () -> NDArray.attachReadOnly(handle));
      try (ArrayProcessTest.Peer peer = new ArrayProcessTest.Peer()) {
        String answer = peer.tell("attach " + handle);
        assertTrue(answer.contains("SegmentGoneException"), answer);
        assertTrue(answer.contains("closed"), answer);
        assertEquals("27.0", peer.tell("attach " + open.get(0).handle()));
      }
    } finally {
      open.forEach(NDArray::close);
    }
  }

  @Test
  void aHandleOfOneArrayReachesNoOtherInItsSegment() {
    try (NDArray array = NDArray.of(1.0, 2, 3);
        NDArray neighbour = NDArray.of(4.0, 5, 6);
        NDArray view = array.slice("::-1");
        NDArray same = NDArray.attach(view.handle());
        NDArray reading = NDArray.attachReadOnly(view.handle())) {
      assertEquals(3, same.getDouble(0));
      assertEquals(1, reading.getDouble(-1));
      HandleRecord right = view.handle().record();
      for (long[] wrong : new long[][] {{4, -8}, {2, 8}, {1L << 40, 8}, {17, 8}, {2, 1L << 62}}) {
        Handle handle =
            new Handle(
                HandleTest.laidOut(
                    right, new long[] {wrong[0]}, new long[] {wrong[1]}, right.first()));
        assertThrows(IncompatibleSegmentException.class, () -> NDArray.attach(handle));
      }
      assertEquals(15, Functions.sum(neighbour).item());
    }
  }

  @Test
  void memoryThatAnotherThreadWritesToElementwiseIsNotUsedAgain() throws Exception {
    for (int n : new int[] {20, LARGE}) {
      List<NDArray> open = new ArrayList<>();
      try (NDArray anchor = NDArray.zeros(DType.FLOAT64, 3)) {
        NDArray own = NDArray.zeros(DType.FLOAT64, n);
        own.setDouble(1, 0);
        long at = address(own);
        own.close();
        NDArray others = NDArray.zeros(DType.FLOAT64, n);
        assertEquals(at, address(others), "written by the thread that closes it");
        Thread writer = new Thread(() -> others.setDouble(1, 0));
        writer.start();
        writer.join();
        others.close();
        boolean again = addressesOfFurther(n == LARGE ? 1 : 300, n, open).contains(at);
        // A large segment is replaced by zero pages, which stay while the array can be reached.
        assertFalse(again);
        assertThrows(IllegalStateException.class, () -> others.setDouble(1, 0));
      } finally {
        open.forEach(NDArray::close);
      }
    }
  }

  @Test
  void latecomersNeitherSeeNorChangeAnotherArray() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 400; round++) {
        int n = round % 40 == 0 ? LARGE : 500;
        NDArray array = NDArray.ones(DType.FLOAT64, n);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          boolean writes = i == 0 && round % 2 == 0;
          running.add(pool.submit(() -> useUntilClosed(array, n, writes)));
        }
        Thread.onSpinWait();
        array.close();
        for (int i = 0; i < 5; i++) {
          try (NDArray next = NDArray.full(DType.FLOAT64, 7, n)) {
            Thread.onSpinWait();
            assertEquals(7, Functions.max(next).item());
            assertEquals(7, Functions.min(next).item());
          }
        }
        for (Future<?> each : running) {
          each.get();
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static void useUntilClosed(NDArray array, int n, boolean writes) {
    assertThrows(
        IllegalStateException.class,
        () -> {
          for (int k = 0; ; k = (k + 1) % n) {
            if (writes) {
              array.setDouble(2, k);
            }
            double value = array.getDouble(k);
            assertTrue(value == 1 || value == 2, () -> "saw " + value);
          }
        });
  }

  @Test
  void sixteenThreadsMakeComputeAndCloseWithoutDisturbingEachOther() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(16);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < 16; t++) {
        int seed = t;
        running.add(pool.submit(() -> work(new Random(seed), 150)));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static void work(Random random, int rounds) {
    try (Scope scope = Scope.open()) {
      for (int round = 0; round < rounds; round++) {
        int n = random.nextInt(30) == 0 ? LARGE + random.nextInt(1000) : 1 + random.nextInt(3000);
        double value = random.nextInt(1000);
        NDArray a = NDArray.full(DType.FLOAT64, value, n);
        NDArray b = a.times(2).plus(1).eval();
        NDArray zeros = NDArray.zeros(DType.FLOAT64, n);
        a.close();
        NDArray c = b.minus(1).eval();
        assertEquals(0, Functions.sum(zeros).item());
        assertEquals(2 * value + 1, Functions.max(b).item());
        assertEquals(2 * value + 1, Functions.min(b).item());
        assertEquals(2 * value, Functions.min(c).item());
        if (random.nextBoolean()) {
          b.close();
          zeros.close();
          c.close();
        }
      }
    }
  }

  /** Random arrays against a model: no two overlap, and every one keeps its numbers. */
  @Test
  void liveArraysNeverOverlapAndKeepTheirNumbers() {
    Random random = new Random(42);
    Map<Long, NDArray> open = new TreeMap<>();
    for (int step = 0; step < 4000; step++) {
      if (open.size() < 200 && random.nextInt(5) < 3) {
        int n = random.nextInt(60) == 0 ? LARGE + random.nextInt(9) : random.nextInt(2000);
        NDArray array = NDArray.zeros(DType.FLOAT64, n);
        assertTrue(n == 0 || Functions.max(array).item() == 0);
        array.plus(step).into(array);
        NDArray before = open.put(address(array), array);
        assertEquals(null, before);
        if (random.nextInt(10) == 0) {
          array.handle();
        }
      } else if (!open.isEmpty()) {
        List<Long> keys = new ArrayList<>(open.keySet());
        NDArray array = open.remove(keys.get(random.nextInt(keys.size())));
        boolean equal =
            array.size() == 0 || Functions.max(array).item() == Functions.min(array).item();
        assertTrue(equal);
        array.close();
      }
      long end = Long.MIN_VALUE;
      for (Map.Entry<Long, NDArray> each : open.entrySet()) {
        assertTrue(each.getKey() >= end);
        end = each.getKey() + Math.max(1, each.getValue().byteSize());
      }
    }
    open.values().forEach(NDArray::close);
  }

  @Test
  void dedicatedArraysShareNothing() {
    try (NDArray a = NDArray.create(Storage.systemV().dedicated(), DType.FLOAT64, 3);
        NDArray b = NDArray.create(Storage.systemV().dedicated(), DType.FLOAT64, 3)) {
      assertNotEquals(Access.view(a).block().name().id(), Access.view(b).block().name().id());
      assertEquals("Storage.systemV().dedicated()", Storage.systemV().dedicated().toString());
    }
  }

  /** In a JVM of its own, where nothing else is in the pool. */
  static final class Alone {
    private Alone() {}

    public static void main(String[] args) throws Exception {
      switch (args[0]) {
        case "thousands" -> thousands();
        case "idle" -> idle();
        case "trim" -> trim();
        case "off" -> off();
        case "wrong" -> Sharray.threads();
        default -> throw new IllegalArgumentException(args[0]);
      }
      System.out.println("alive");
    }

    private static long segments() throws IOException {
      String process = Long.toString(ProcessHandle.current().pid());
      try (Stream<String> lines = Files.lines(Path.of("/proc/sysvipc/shm"))) {
        return lines.filter(line -> line.strip().split("\\s+")[4].equals(process)).count();
      }
    }

    private static long descriptors() throws IOException {
      try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
        return files.count();
      }
    }

    private static void thousands() throws IOException {
      NDArray.of(1.0).close();
      segments();
      long before = descriptors();
      List<NDArray> arrays = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        arrays.add(NDArray.full(DType.FLOAT64, i, 10));
      }
      require(segments() <= 4, segments() + " segments");
      require(descriptors() <= before, descriptors() + " descriptors");
      require(fact("poolBlocks") == 10_000, "blocks");
      for (int i = 0; i < 10_000; i++) {
        require(Functions.sum(arrays.get(i)).item() == 10.0 * i, "array " + i);
      }
      arrays.forEach(NDArray::close);
      require(fact("poolBlocks") == 0, "blocks are left");
    }

    private static void idle() throws Exception {
      long start = System.nanoTime();
      for (int n : new int[] {1000, LARGE, 2 * LARGE}) {
        NDArray.zeros(DType.FLOAT64, n).close();
      }
      boolean kept = fact("poolIdleBytes") > 6 << 20;
      require(kept || System.nanoTime() - start > 900_000_000L, "nothing is kept");
      // Nothing of the library is called meanwhile.
      for (int waited = 0; segments() > 0; waited++) {
        require(waited < 600, segments() + " segments stay");
        Thread.sleep(50);
      }
      NDArray.of(1.0).close();
      require(segments() == 1, segments() + " segments");
      require(fact("poolIdleBytes") <= 2 << 20, fact("poolIdleBytes") + " bytes are kept");
      for (int i = 0; i < 20; i++) {
        NDArray.zeros(DType.FLOAT64, LARGE + 100_000 * i).close();
      }
      require(fact("poolIdleBytes") <= 16 << 20, "more than the bound");
      require(fact("poolLimit") == 16 << 20, "the bound");
    }

    private static void trim() throws Exception {
      NDArray.zeros(DType.FLOAT64, LARGE).close();
      NDArray written = NDArray.zeros(DType.FLOAT64, 10);
      Thread other = new Thread(() -> written.setDouble(1, 0));
      other.start();
      other.join();
      written.close();
      require(segments() == 2, segments() + " segments");
      Sharray.trim();
      require(segments() == 0, segments() + " segments stay");
      try (NDArray array = NDArray.of(1.0, 2)) {
        require(array.getDouble(1) == 2, "the pool works on");
      }
    }

    private static void off() throws IOException {
      List<NDArray> arrays = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        arrays.add(NDArray.of(i));
      }
      require(segments() == 20, segments() + " segments");
      arrays.forEach(NDArray::close);
      require(segments() == 0, segments() + " segments are left");
      require(fact("poolSegments") == 0, "the pool has segments");
    }

    private static void require(boolean condition, String fault) {
      if (!condition) {
        throw new AssertionError(fault);
      }
    }
  }

  private static String alone(String what, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("-Dsharray.cache.dir=" + System.getProperty("sharray.cache.dir", ""));
    Jvm jvm = new Jvm(Jvm.wholeClassPath(), all.toArray(String[]::new));
    return jvm.run(Alone.class.getName(), what).output().strip();
  }

  @Test
  void tenThousandSmallArraysUseAHandfulOfSegmentsAndNoDescriptor() throws Exception {
    assertEquals("alive", alone("thousands"));
  }

  @Test
  void trimGivesEverythingBackAtOnce() throws Exception {
    assertEquals("alive", alone("trim"));
  }

  @Test
  void idleMemoryIsBoundedAndGivenBack() throws Exception {
    assertEquals("alive", alone("idle", "-Dsharray.pool=16777216", "-Dsharray.pool.seconds=1"));
  }

  @Test
  void thePoolCanBeSwitchedOff() throws Exception {
    assertEquals("alive", alone("off", "-Dsharray.pool=0"));
  }

  @Test
  void aWrongBoundIsNamed() throws Exception {
    String answer = alone("wrong", "-Dsharray.pool=much");
    assertTrue(answer.contains("sharray.pool is 'much'"), answer);
  }
}
