package io.sharray;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Closes every array made on its thread while it is open, views, attached ones and results
 * included, except those passed to {@link #keep}. Scopes nest; the innermost one gets the array.
 * For one thread only.
 *
 * <pre>{@code
 * try (Scope scope = Scope.open()) {
 *   NDArray squares = x.times(x).eval();
 *   return scope.keep(squares.plus(1).eval());
 * }
 * }</pre>
 */
public final class Scope implements AutoCloseable {
  // Weak, so that a scope that is never closed does not hold its arrays for the life of the thread.
  private static final ThreadLocal<WeakReference<Scope>> CURRENT = new ThreadLocal<>();
  private static final int FIRST_PRUNING = 64;

  private final Thread thread = Thread.currentThread();
  private final Scope outer;
  private List<NDArray> arrays = new ArrayList<>();
  private int pruneAt = FIRST_PRUNING;
  private boolean closed;

  private Scope(Scope outer) {
    this.outer = outer;
  }

  /**
   * Opens a scope inside the current one.
   *
   * @return the scope, to be closed by this thread
   */
  public static Scope open() {
    Scope scope = new Scope(current());
    CURRENT.set(new WeakReference<>(scope));
    return scope;
  }

  /**
   * Takes an array out of this scope, so that it outlives it; an outer scope does not get it.
   *
   * @param array the array; nothing happens if the scope does not have it
   * @return the array
   * @throws IllegalStateException if another thread opened the scope
   */
  public NDArray keep(NDArray array) {
    requireThread();
    for (int i = arrays.size() - 1; i >= 0; i--) {
      if (arrays.get(i) == array) {
        arrays.remove(i);
        break;
      }
    }
    return array;
  }

  /**
   * Closes the arrays, the youngest first, and the scopes inside this one that are still open. A
   * second call does nothing.
   *
   * @throws IllegalStateException if another thread opened the scope
   */
  @Override
  public void close() {
    requireThread();
    if (closed) {
      return;
    }
    for (Scope inner = current(); inner != null && inner != this; inner = inner.outer) {
      inner.closeArrays();
    }
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(new WeakReference<>(outer));
    }
    closeArrays();
  }

  /** Gives an array that was just made to the current scope, if there is one. */
  static void register(NDArray array) {
    Scope scope = current();
    if (scope != null) {
      scope.add(array);
    }
  }

  private static Scope current() {
    WeakReference<Scope> current = CURRENT.get();
    return current == null ? null : current.get();
  }

  private void add(NDArray array) {
    if (arrays.size() >= pruneAt) {
      arrays.removeIf(NDArray::isClosed);
      pruneAt = Math.max(FIRST_PRUNING, 2 * arrays.size());
    }
    arrays.add(array);
  }

  private void closeArrays() {
    closed = true;
    List<NDArray> closing = arrays;
    arrays = new ArrayList<>();
    for (int i = closing.size() - 1; i >= 0; i--) {
      closing.get(i).close();
    }
  }

  private void requireThread() {
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException(
          "a Scope is for the thread that opened it, "
              + thread.getName()
              + ", not for "
              + Thread.currentThread().getName());
    }
  }
}
