import static io.sharray.Functions.max;
import static io.sharray.Functions.sum;

import io.sharray.DType;
import io.sharray.NDArray;
import io.sharray.SegmentGoneException;
import io.sharray.SharrayException;
import io.sharray.Storage;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** A Java worker of the storm: does what {@code worker.py} does, until it is killed. */
final class StormWorker {
  private static final int CREATED = 0;
  private static final int ATTACHED = 1;
  private static final int GONE = 2;
  private static final int WRONG = 3;
  private static final int CHECKED = 4;
  private static final int COMPUTED = 5;
  private static final int CLOSED = 6;
  private static final int ROUNDS = 7;
  private static final int COUNTERS = 8;
  private static final int ON_BOARD = 30;
  private static final int HELD = 12;
  private static final int LARGEST = 200_000;

  /** An array with its handle. */
  private record Held(NDArray array, String handle) {}

  private final String slot;
  private final Path folder;
  private final LongBuffer counters;
  private final Random chance;
  private final List<String> board = new ArrayList<>();
  private final List<Held> mine = new ArrayList<>();
  private final List<Held> theirs = new ArrayList<>();

  private StormWorker(Path folder, int slot, long seed) throws IOException {
    this.slot = Integer.toString(slot);
    this.folder = folder;
    this.chance = new Random(seed);
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("counters"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      counters =
          file.map(FileChannel.MapMode.READ_WRITE, 8L * COUNTERS * slot, 8 * COUNTERS)
              .order(ByteOrder.LITTLE_ENDIAN)
              .asLongBuffer();
    }
  }

  public static void main(String[] args) throws Exception {
    Thread end = new Thread(StormWorker::endWithStandardInput);
    end.setDaemon(true);
    end.start();
    StormWorker worker =
        new StormWorker(Path.of(args[0]), Integer.parseInt(args[1]), Long.parseLong(args[2]));
    try {
      while (true) {
        worker.round();
      }
    } catch (Exception | Error e) {
      e.printStackTrace();
      worker.say(e.toString());
      Runtime.getRuntime().halt(1);
    }
  }

  /** So that no worker outlives the storm. */
  private static void endWithStandardInput() {
    try {
      System.in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      // It has ended too.
    }
    Runtime.getRuntime().halt(2);
  }

  private void round() throws IOException {
    double action = chance.nextDouble();
    if (action < 0.4) {
      create();
    } else if (action < 0.7) {
      attach();
    } else if (action < 0.9) {
      checkAgain();
    } else {
      recycle();
    }
    count(ROUNDS);
  }

  private void create() throws IOException {
    int count = count();
    Storage storage = storage();
    NDArray array;
    try {
      array = NDArray.create(storage, DType.FLOAT64, count);
    } catch (SharrayException | IllegalArgumentException taken) {
      if (!taken.getMessage().contains("taken")) {
        throw taken;
      }
      return;
    }
    count(CREATED);
    String handle = array.handle().toString();
    try (NDArray index = NDArray.arange(count)) {
      index.plus(seed(handle)).into(array);
    }
    mine.add(new Held(array, handle));
    publish(handle);
    if (mine.size() > HELD) {
      close(mine);
    }
  }

  private Storage storage() throws IOException {
    switch (chance.nextInt(6)) {
      case 0:
      case 1:
        return Storage.systemV();
      case 2:
      case 3:
        return Storage.posix();
      case 4:
        return Storage.posix("storm-" + chance.nextInt(4));
      default:
        Path path = folder.resolve("files").resolve(slot + "-" + chance.nextInt(4));
        Files.deleteIfExists(path);
        return Storage.file(path);
    }
  }

  private int count() {
    return 1 + chance.nextInt(chance.nextInt(5) == 0 ? LARGEST : 2000);
  }

  /** Memory that no other process sees: closed and given out again, it must never be mixed up. */
  private void recycle() {
    int count = count();
    double start = chance.nextInt(1 << 30);
    try (NDArray whole = NDArray.create(Storage.memfd(), DType.FLOAT64, count);
        NDArray index = NDArray.arange(count);
        NDArray one = index.plus(start).eval();
        NDArray two = one.times(2).eval()) {
      count(CREATED);
      one.into(whole);
      double expected = 2 * (count * start + count * (count - 1.0) / 2);
      count(COMPUTED);
      if (sum(two).item() != expected || max(two.minus(whole).minus(one)).item() != 0) {
        wrong("recycled memory", count + " elements from " + start);
      }
    }
    count(CLOSED);
  }

  /** Whole or not at all, whenever the kill comes. */
  private void publish(String handle) throws IOException {
    board.add(handle);
    if (board.size() > ON_BOARD) {
      board.remove(0);
    }
    Path fresh = folder.resolve("fresh").resolve(slot);
    Files.writeString(fresh, String.join("\n", board));
    Files.move(fresh, folder.resolve("board").resolve(slot), StandardCopyOption.ATOMIC_MOVE);
  }

  private void attach() throws IOException {
    List<Path> found;
    try (Stream<Path> entries = Files.list(folder.resolve("board"))) {
      found = entries.toList();
    }
    if (found.isEmpty()) {
      return;
    }
    List<String> handles = Files.readAllLines(found.get(chance.nextInt(found.size())));
    String handle = handles.get(chance.nextInt(handles.size()));
    Held held;
    try {
      boolean reads = chance.nextInt(3) == 0;
      held = new Held(reads ? NDArray.attachReadOnly(handle) : NDArray.attach(handle), handle);
    } catch (SegmentGoneException e) {
      count(GONE);
      return;
    }
    count(ATTACHED);
    check(held);
    theirs.add(held);
    if (theirs.size() > HELD) {
      close(theirs);
    }
  }

  private void check(Held held) {
    double[] elements = held.array.toDoubleArray();
    double seed = seed(held.handle);
    count(CHECKED);
    for (int i = 0; i < elements.length; i++) {
      if (elements[i] != seed + i) {
        wrong("element " + i + " is " + elements[i] + ", not " + (seed + i), held.handle);
        break;
      }
    }
    double n = elements.length;
    count(COMPUTED);
    if (sum(held.array.times(2).plus(1)).item() != 2 * (n * seed + n * (n - 1) / 2) + n) {
      wrong("sum", held.handle);
    }
  }

  private void checkAgain() {
    List<Held> held = chance.nextInt(3) == 0 ? mine : theirs;
    if (!held.isEmpty()) {
      check(held.get(chance.nextInt(held.size())));
      if (chance.nextInt(3) == 0) {
        close(held);
      }
    }
  }

  private void close(List<Held> held) {
    held.remove(chance.nextInt(held.size())).array.close();
    count(CLOSED);
  }

  private static double seed(String handle) {
    CRC32 crc = new CRC32();
    crc.update(handle.getBytes(StandardCharsets.US_ASCII));
    return (crc.getValue() & 0x3FFFFFFF) + 1;
  }

  private void count(int which) {
    counters.put(which, counters.get(which) + 1);
  }

  private void wrong(String what, String handle) {
    count(WRONG);
    say("WRONG " + what + " in " + handle);
  }

  private void say(String words) {
    try {
      Files.writeString(
          folder.resolve("violations"),
          "java " + slot + ": " + words + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      Runtime.getRuntime().halt(3);
    }
  }
}
