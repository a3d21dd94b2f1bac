package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.sharray.internal.jni.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What this library was made for: an array travels by reference over a queue or socket to workers
 * that were started before it was made; they write into it and end as they like, and nothing is
 * left.
 */
@Timeout(value = 150, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FoundingCaseTest {
  private static final int WORKERS = 2;
  private static final int COLUMNS = 1000;

  /** A worker JVM: gets handles by Java serialization, and fills its row of each array. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] args) throws Exception {
      int index = Integer.parseInt(args[1]);
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
      socket.setSoTimeout(60_000);
      try (ObjectInputStream in = new ObjectInputStream(socket.getInputStream())) {
        in.setObjectInputFilter(ObjectInputFilter.Config.createFilter("io.sharray.Handle*;!*"));
        for (int count = in.readInt(); count > 0; count--) {
          fill(NDArray.attach((Handle) in.readObject()), index);
        }
      }
      if (index % 2 == 0) {
        Runtime.getRuntime().halt(0);
      }
      Thread.sleep(60_000);
    }

    /** Leaves the array open: the end of the process must do. */
    private static void fill(NDArray array, int index) {
      array.at(WORKERS).times(index + 1).into(array.at(index));
      VarHandle.releaseFence();
      array.setDouble(1, index, COLUMNS - 1);
    }
  }

  /** Worker JVMs that wait for arrays. */
  private static final class Workers implements AutoCloseable {
    private final List<Process> processes = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();

    Workers() throws IOException {
      try (ServerSocket server = new ServerSocket(0, WORKERS, InetAddress.getLoopbackAddress())) {
        server.setSoTimeout(60_000);
        for (int i = 0; i < WORKERS; i++) {
          processes.add(
              new Jvm(
                      Jvm.wholeClassPath(),
                      "-Dsharray.cache.dir=" + System.getProperty("sharray.cache.dir", ""))
                  .start(
                      Worker.class.getName(),
                      Integer.toString(server.getLocalPort()),
                      Integer.toString(i)));
        }
        for (int i = 0; i < WORKERS; i++) {
          sockets.add(server.accept());
        }
      }
    }

    void send(List<Handle> handles) throws IOException {
      for (Socket socket : sockets) {
        OutputStream raw = socket.getOutputStream();
        ObjectOutputStream out = new ObjectOutputStream(raw);
        out.writeInt(handles.size());
        for (Handle handle : handles) {
          out.writeObject(handle);
        }
        out.flush();
      }
    }

    /** Waits until all rows are there. */
    void await(NDArray array) throws IOException, InterruptedException {
      for (int i = 0; i < WORKERS; i++) {
        while (array.getDouble(i, COLUMNS - 1) != 1) {
          Process process = processes.get(i);
          if (!process.isAlive() && array.getDouble(i, COLUMNS - 1) != 1) {
            fail("worker " + i + ": " + Jvm.outcome(process));
          }
          Thread.sleep(1);
        }
      }
      VarHandle.acquireFence();
    }

    /** Half of them have ended by themselves; the others are killed. */
    void end() throws InterruptedException {
      for (int i = 0; i < WORKERS; i++) {
        Process process = processes.get(i);
        if (i % 2 == 1) {
          process.destroyForcibly();
        }
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "worker " + i + " does not end");
        assertEquals(i % 2 == 0 ? 0 : 128 + 9, process.exitValue(), "worker " + i);
      }
    }

    @Override
    public void close() throws IOException {
      processes.forEach(Process::destroyForcibly);
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** The Python script, whose workers wait on queues. */
  private static final class Script implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    final PrintWriter orders;

    Script(String... arguments) throws IOException {
      ProcessBuilder builder =
          PythonProcess.command("-W", "error", "src/test/python/founding_case.py");
      builder.command().addAll(List.of(arguments));
      process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      answers = process.inputReader(StandardCharsets.UTF_8);
      orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    void says(String expected) throws IOException {
      assertEquals(expected, answers.readLine());
    }

    void ends() throws InterruptedException {
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the script does not end");
      assertEquals(0, process.exitValue());
    }

    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Test
  void anArrayOfPythonPassesItsQueueToWorkersOfForkAndOfSpawn() throws Exception {
    needNumPy();
    for (String method : List.of("fork", "spawn")) {
      try (Script script = new Script(method, "sysv", "posix")) {
        for (int storage = 0; storage < 2; storage++) {
          script.says("ready");
          script.says("done");
        }
        script.ends();
      }
    }
  }

  @Test
  void anArrayOfJavaPassesPythonsQueue() throws Exception {
    needNumPy();
    for (String method : List.of("fork", "spawn")) {
      try (Script script = new Script(method, "stdin", "stdin")) {
        for (Storage storage : List.of(Storage.systemV(), Storage.posix())) {
          script.says("ready");
          NDArray array = source(storage);
          script.orders.println(array.handle());
          script.says("done");
          assertFilled(array);
          assertGone(array);
        }
        script.ends();
      }
    }
  }

  @Test
  void anArrayPassesASocketByJavaSerializationToJvmsStartedBefore() throws Exception {
    try (Workers workers = new Workers()) {
      List<NDArray> arrays = List.of(source(Storage.systemV()), source(Storage.posix()));
      workers.send(arrays.stream().map(NDArray::handle).toList());
      for (NDArray array : arrays) {
        workers.await(array);
      }
      workers.end();
      for (NDArray array : arrays) {
        assertFilled(array);
        assertGone(array);
      }
    }
  }

  @Test
  void anArrayOfPythonPassesASocketToJvms() throws Exception {
    try (Workers workers = new Workers();
        PythonProcess python = new PythonProcess("numpy")) {
      python.exec("import sharray");
      List<Handle> handles = new ArrayList<>();
      for (String storage : List.of("sysv", "posix")) {
        String shape = "(" + (WORKERS + 1) + ", " + COLUMNS + ")";
        python.exec(storage + " = sharray.create(" + shape + ", storage='" + storage + "')");
        python.exec(storage + ".array[-1] = range(" + COLUMNS + ")");
        handles.add(Handle.parse(python.eval(storage + ".handle").replace("'", "")));
      }
      workers.send(handles);
      for (Handle handle : handles) {
        try (NDArray array = NDArray.attach(handle)) {
          workers.await(array);
        }
      }
      for (String storage : List.of("sysv", "posix")) {
        String rows = storage + ".array";
        for (int i = 0; i < WORKERS; i++) {
          String right =
              "(%1$s[%2$d, :-1] == %1$s[-1, :-1] * %3$d).all()".formatted(rows, i, i + 1);
          assertEquals("True", python.eval("bool(" + right + ")"), storage + ", row " + i);
        }
      }
      workers.end();
      for (int i = 0; i < handles.size(); i++) {
        Handle handle = handles.get(i);
        NDArray.attach(handle).close();
        python.exec(List.of("sysv", "posix").get(i) + ".close()");
        assertThrows(SegmentGoneException.class, () -> NDArray.attach(handle));
      }
    }
  }

  private static void needNumPy() throws IOException {
    new PythonProcess("numpy").close();
  }

  private static NDArray source(Storage storage) {
    NDArray array = NDArray.create(storage, DType.FLOAT64, WORKERS + 1, COLUMNS);
    for (int i = 0; i < COLUMNS; i++) {
      array.setDouble(i, WORKERS, i);
    }
    return array;
  }

  private static void assertFilled(NDArray array) {
    for (int i = 0; i < WORKERS; i++) {
      assertEquals(1, array.getDouble(i, COLUMNS - 1));
      for (int j = 0; j < COLUMNS - 1; j++) {
        assertEquals(j * (i + 1), array.getDouble(i, j));
      }
    }
  }

  /** Nobody else holds it, so that closing it is its end, without any sweep. */
  private static void assertGone(NDArray array) {
    Handle handle = array.handle();
    array.close();
    assertThrows(SegmentGoneException.class, () -> NDArray.attach(handle));
  }
}
