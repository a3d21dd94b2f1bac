package io.sharray.internal.segment;

import java.util.UUID;

/**
 * What a segment is called.
 *
 * @param storage its storage
 * @param id System V id, -1 for other storages
 * @param name POSIX name or absolute path, empty for an anonymous one
 * @param uuid its identity, all zeros where it has no header of ours
 */
public record SegmentName(StorageKind storage, long id, String name, UUID uuid) {
  @Override
  public String toString() {
    return switch (storage) {
      case FILE, RAW_FILE -> "file " + name;
      case SYSTEM_V, RAW_SYSTEM_V_ID, RAW_SYSTEM_V_KEY -> storage + " segment " + id;
      default -> storage + " segment " + (name.isEmpty() ? uuid : name);
    };
  }
}
