package io.sharray.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.sharray.NDArray;
import io.sharray.Scope;
import io.sharray.Sharray;
import io.sharray.internal.jni.NativeApi;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Random expressions over random shapes, layouts, dtypes and overlaps against {@link Oracle}.
 *
 * <p>{@code sharray.expressions} is their number, {@code sharray.expressions.seed} that of the
 * first, which a failure names.
 */
class RandomExpressionTest {
  private static final int EXPRESSIONS = Integer.getInteger("sharray.expressions", 10_000);
  private static final int SEED = Integer.getInteger("sharray.expressions.seed", 1);
  private static final List<String> PATHS = List.of("baseline", "avx2", "avx512", "neon");

  private final int threads = Sharray.threads();

  @AfterEach
  void restore() {
    NativeApi.selectCpu("auto");
    Sharray.setThreads(threads);
  }

  @Test
  @SuppressWarnings("try")
  void random_expressions_have_the_bits_of_the_oracle() {
    for (int seed = SEED; seed < SEED + EXPRESSIONS; seed++) {
      if (seed % 97 == 0) {
        NativeApi.selectCpu(PATHS.get(seed % PATHS.size()));
        Sharray.setThreads(1 + seed % 8);
      }
      try (Scope scope = Scope.open()) {
        check(seed);
      } catch (AssertionError | RuntimeException e) {
        fail("expression " + seed, e);
      }
    }
  }

  private static void check(int seed) {
    Random random = new Random(seed);
    Generator generator = new Generator(random);
    Generator.Made made = generator.expression(1 + random.nextInt(4));
    Value expected = made.value();
    assertEquals(expected.dtype(), made.expr().dtype(), "dtype of " + made.text());
    long[] shape = IntStream.of(expected.shape()).asLongStream().toArray();
    assertArrayEquals(shape, made.expr().shape(), "shape of " + made.text());
    if (seed % 50 == 0) {
      made.expr().explain();
    }
    NDArray result = made.expr().eval();
    same(made, expected, Layouts.read(result));
    if (random.nextBoolean()) {
      Layouts.Layout out = generator.target(expected.dtype(), expected.shape());
      made.expr().into(out.view());
      same(made, expected, Layouts.read(out));
    }
  }

  private static void same(Generator.Made made, Value expected, Value actual) {
    for (int i = 0; i < expected.data().length; i++) {
      if (!Elements.same(expected.data()[i], actual.data()[i])) {
        fail(
            made.text()
                + " of shape "
                + Arrays.toString(expected.shape())
                + ": element "
                + i
                + " is "
                + actual.data()[i]
                + ", not "
                + expected.data()[i]);
      }
    }
  }
}
