package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ScopeTest {
  @Test
  void closesWhatWasMadeInItViewsAndResultsIncluded() {
    NDArray before = NDArray.of(1.0, 2);
    NDArray made;
    NDArray view;
    NDArray result;
    NDArray kept;
    try (Scope scope = Scope.open()) {
      made = NDArray.of(1.0, 2);
      view = before.slice("1:");
      result = before.plus(1).eval();
      kept = before.times(3).eval();
      assertSame(kept, scope.keep(kept));
    }
    assertTrue(made.isClosed() && view.isClosed() && result.isClosed());
    assertFalse(before.isClosed());
    assertEquals(6, kept.getDouble(1));
    kept.close();
    before.close();
  }

  @Test
  void theInnermostScopeGetsTheArrayAndAnOuterOneClosesInnerOnes() {
    Scope outer = Scope.open();
    NDArray first = NDArray.of(1.0);
    Scope inner = Scope.open();
    NDArray second = NDArray.of(2.0);
    inner.close();
    assertTrue(second.isClosed());
    assertFalse(first.isClosed());
    Scope forgotten = Scope.open();
    NDArray third = NDArray.of(3.0);
    outer.close();
    assertTrue(first.isClosed() && third.isClosed());
    forgotten.close();
    NDArray after = NDArray.of(4.0);
    assertFalse(after.isClosed());
    after.close();
  }

  @Test
  void otherThreadsAreNotConcerned() {
    Scope scope = Scope.open();
    NDArray elsewhere = CompletableFuture.supplyAsync(() -> NDArray.of(1.0)).join();
    Throwable refused =
        CompletableFuture.runAsync(scope::close).handle((done, e) -> e.getCause()).join();
    assertInstanceOf(IllegalStateException.class, refused);
    scope.close();
    assertFalse(elsewhere.isClosed());
    elsewhere.close();
  }

  @Test
  void manyShortLivedViewsInOneScopeAreClosedAllTheSame() {
    Scope scope = Scope.open();
    NDArray a = NDArray.of(1.0, 2, 3);
    NDArray open = a.slice("1:");
    for (int i = 0; i < 5000; i++) {
      a.slice("1:").close();
    }
    assertFalse(a.isClosed());
    scope.close();
    assertTrue(a.isClosed() && open.isClosed());
  }
}
