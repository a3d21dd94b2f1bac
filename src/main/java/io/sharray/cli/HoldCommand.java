package io.sharray.cli;

import io.sharray.NDArray;
import io.sharray.Scope;
import io.sharray.Storage;
import io.sharray.internal.Access;
import io.sharray.internal.segment.SegmentName;
import io.sharray.internal.segment.StorageKind;
import io.sharray.internal.segment.View;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sharray hold FILE.npy}. */
@Command(
    name = "hold",
    description = "Loads a file into shared memory and keeps it there until standard input closes.")
final class HoldCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE.npy", description = "The file to load.")
  private String file;

  @Option(
      names = "--storage",
      paramLabel = "STORAGE",
      description = "sysv, posix, or file:PATH, which stays.")
  private String storage;

  @Option(names = "--name", paramLabel = "NAME", description = "Name of a POSIX segment.")
  private String name;

  HoldCommand() {}

  // The scope is open for what is made inside it.
  @SuppressWarnings("try")
  @Override
  public void run() {
    Storage chosen = StorageOption.parse(spec, storage, name, "sysv");
    Facts.load();
    PrintWriter out = spec.commandLine().getOut();
    try (Scope scope = Scope.open()) {
      NDArray array = Operands.loadNpy(file, chosen);
      out.println(array.handle());
      out.println(python(array));
      out.flush();
      waitForEnd(System.in);
    }
  }

  private static void waitForEnd(InputStream in) {
    try {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      // A broken standard input has ended too.
    }
  }

  /** A line that needs nothing but NumPy. */
  static String python(NDArray array) {
    View view = Access.view(array);
    SegmentName segment = view.block().name();
    String layout =
        "%s, '%s', %%s, %d, %s"
            .formatted(
                tuple(view.shape()),
                view.dtype().typestr(),
                view.address() - view.mapping().address(),
                tuple(view.strides()));
    if (segment.storage() == StorageKind.POSIX || segment.storage() == StorageKind.FILE) {
      // Resolving a file's absolute path gives the path itself.
      Path path = Segments.posixDirectory().resolve(segment.name());
      String quoted = path.toString().replace("\\", "\\\\").replace("'", "\\'");
      String memory = "numpy.memmap('" + quoted + "', 'u1', 'r+')";
      return "import numpy; a = numpy.ndarray(" + layout.formatted(memory) + ")";
    }
    String memory =
        "(ctypes.c_char * %d).from_address(shmat(%d, None, 0))"
            .formatted(view.mapping().size(), segment.id());
    return "import ctypes, numpy; shmat = ctypes.CDLL(None).shmat; shmat.restype = ctypes.c_void_p; "
        + "a = numpy.ndarray("
        + layout.formatted(memory)
        + ")";
  }

  private static String tuple(long[] values) {
    LongStream stream = Arrays.stream(values);
    String inner = stream.mapToObj(Long::toString).collect(Collectors.joining(", "));
    return "(" + inner + (values.length == 1 ? ",)" : ")");
  }
}
