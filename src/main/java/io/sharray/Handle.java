package io.sharray;

import io.sharray.internal.segment.HandleRecord;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;

/**
 * The name of an array, for other processes: neither a copy nor a lease. The array must stay open
 * somewhere until its receiver has attached. Its text is at most 200 characters for an unnamed
 * array of up to 4 dimensions, and at most 1024 otherwise, the path of a file not counted.
 * Immutable; deserializing one only builds a name.
 */
public final class Handle implements Serializable {
  private static final long serialVersionUID = 1L;

  private final transient HandleRecord record;
  private final transient String text;

  Handle(HandleRecord record) {
    this.record = record;
    this.text = record.text();
  }

  /**
   * Reads the text of a handle.
   *
   * @param text what {@link #toString} returned
   * @return an equal handle
   * @throws IllegalArgumentException if the text is malformed or of a version that is unknown; the
   *     message says what is wrong
   */
  public static Handle parse(String text) {
    return new Handle(HandleRecord.parse(text));
  }

  HandleRecord record() {
    return record;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Handle h && h.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Returns the text that {@link #parse} reads: {@code sharray:1:} and base64url. */
  @Override
  public String toString() {
    return text;
  }

  /**
   * Serializes the text in place of the handle.
   *
   * @return the proxy
   */
  private Object writeReplace() {
    return new Proxy(text);
  }

  /**
   * Refuses a handle that was not serialized by its proxy.
   *
   * @param in not read
   * @throws InvalidObjectException always
   */
  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("a Handle is deserialized by its proxy");
  }

  /** What is serialized in place of a handle. */
  private static final class Proxy implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String text;

    Proxy(String text) {
      this.text = text;
    }

    private Object readResolve() throws InvalidObjectException {
      try {
        return parse(String.valueOf(text));
      } catch (IllegalArgumentException e) {
        InvalidObjectException invalid = new InvalidObjectException(e.getMessage());
        invalid.initCause(e);
        throw invalid;
      }
    }
  }
}
