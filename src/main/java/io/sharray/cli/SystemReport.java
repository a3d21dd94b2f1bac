package io.sharray.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What this machine has for shared memory: limits, huge pages, NUMA nodes, and what to do. */
final class SystemReport {
  private static final long MIB = 1 << 20;
  private static final Path HUGETLB = Path.of("/sys/kernel/mm/hugepages");

  private SystemReport() {}

  /** The limits of the kernel and of this process. */
  static Map<String, Object> sharedMemory() {
    Map<String, Object> limits = new LinkedHashMap<>();
    for (String name : List.of("shmmax", "shmall", "shmmni")) {
      limits.put(name, firstLine("/proc/sys/kernel/" + name));
    }
    limits.put("devShmBytes", devShm(true));
    limits.put("devShmFreeBytes", devShm(false));
    limits.put("maxMapCount", firstLine("/proc/sys/vm/max_map_count"));
    limits.put("overcommitMemory", firstLine("/proc/sys/vm/overcommit_memory"));
    limits.put("lockedMemory", processLimit("Max locked memory"));
    limits.put("addressSpace", processLimit("Max address space"));
    limits.put("segments", Segments.list().size());
    return limits;
  }

  /** Transparent huge pages of shared memory, and those that the administrator has reserved. */
  static Map<String, Object> hugePages() {
    Map<String, Object> pages = new LinkedHashMap<>();
    String state = chosen(firstLine("/sys/kernel/mm/transparent_hugepage/shmem_enabled"));
    pages.put("sharedMemory", state);
    pages.put("devShm", devShmHuge());
    pages.put("reserved", reserved());
    pages.put(
        "statement",
        switch (state) {
          case "never", "deny", "unknown" ->
              "Storage.hugePages() changes nothing for System V and memfd memory here; an"
                  + " administrator allows it with: echo advise >"
                  + " /sys/kernel/mm/transparent_hugepage/shmem_enabled";
          case "always", "force" -> "shared memory gets transparent huge pages without asking";
          default -> "Storage.hugePages() gives System V and memfd memory huge pages";
        });
    return pages;
  }

  /** The memory nodes. */
  static Map<String, Object> numa() {
    Map<String, Object> numa = new LinkedHashMap<>();
    String nodes = firstLine("/sys/devices/system/node/has_memory");
    numa.put("nodes", nodes == null ? "0" : nodes);
    boolean one = nodes == null || !nodes.matches(".*[,-].*");
    numa.put(
        "statement",
        one
            ? "one node: Storage.interleave() changes nothing"
            : "several nodes: pages lie where they are touched first (System V, unreserved()), or"
                + " go round with Storage.interleave()");
    return numa;
  }

  /** What could be better, and how. */
  static List<String> remedies() {
    List<String> remedies = new ArrayList<>();
    long room = devShm(true);
    if (room >= 0 && room <= 64 * MIB) {
      remedies.add(
          "/dev/shm holds only "
              + room / MIB
              + " MiB: give the container more (docker --shm-size, an emptyDir of medium Memory) or use System V");
    } else if (room < 0) {
      remedies.add("there is no /dev/shm: POSIX storage does not work here; use System V");
    }
    // The kernel's own default is far larger than any memory.
    String largest = firstLine("/proc/sys/kernel/shmmax");
    if (largest != null && largest.length() <= 10) {
      remedies.add(
          "System V segments are limited to " + largest + " bytes: raise sysctl kernel.shmmax");
    }
    if ("2".equals(firstLine("/proc/sys/vm/overcommit_memory"))) {
      remedies.add(
          "vm.overcommit_memory is 2: the memory of a closed array may stay until the collector"
              + " runs; 0 or 1 avoid that");
    }
    if (Segments.list().stream().anyMatch(s -> s.state().equals("leftover"))) {
      remedies.add("killed processes left segments: sharray gc removes them");
    }
    return remedies;
  }

  private static long devShm(boolean total) {
    try {
      var store = Files.getFileStore(Path.of("/dev/shm"));
      return total ? store.getTotalSpace() : store.getUsableSpace();
    } catch (IOException e) {
      return -1;
    }
  }

  /** The option {@code huge} of the mount, which decides for POSIX memory. */
  private static String devShmHuge() {
    for (String line : lines("/proc/self/mountinfo")) {
      if (line.contains(" /dev/shm ")) {
        int at = line.indexOf("huge=");
        return at < 0 ? "never" : line.substring(at + 5).split("[ ,]", 2)[0];
      }
    }
    return "unknown";
  }

  private static Map<String, String> reserved() {
    Map<String, String> pools = new TreeMap<>();
    try (DirectoryStream<Path> sizes = Files.newDirectoryStream(HUGETLB)) {
      for (Path size : sizes) {
        String free = firstLine(size.resolve("free_hugepages").toString());
        String all = firstLine(size.resolve("nr_hugepages").toString());
        pools.put(
            size.getFileName().toString().replace("hugepages-", ""), free + " of " + all + " free");
      }
    } catch (IOException e) {
      // A kernel without them.
    }
    return pools;
  }

  /** The word in brackets of such a file. */
  private static String chosen(String line) {
    int open = line == null ? -1 : line.indexOf('[');
    return open < 0 ? "unknown" : line.substring(open + 1, line.indexOf(']', open));
  }

  /** The soft limit of this process under a name. */
  private static String processLimit(String name) {
    for (String line : lines("/proc/self/limits")) {
      if (line.startsWith(name)) {
        return line.substring(name.length()).strip().split("\\s+")[0];
      }
    }
    return null;
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String firstLine(String file) {
    // Files under /proc/sys must be read at one go.
    try (BufferedReader reader = Files.newBufferedReader(Path.of(file))) {
      return reader.readLine();
    } catch (IOException e) {
      return null;
    }
  }
}
