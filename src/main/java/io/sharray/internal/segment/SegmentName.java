package io.sharray.internal.segment;

import java.util.UUID;

/**
 * What a segment is called.
 *
 * @param storage its storage
 * @param id System V id, -1 for other storages
 * @param name POSIX name, empty for an anonymous one
 * @param uuid its identity
 */
public record SegmentName(StorageKind storage, long id, String name, UUID uuid) {
  @Override
  public String toString() {
    if (storage == StorageKind.SYSTEM_V) {
      return "System V segment " + id;
    }
    return storage + " segment " + (name.isEmpty() ? uuid : name);
  }
}
