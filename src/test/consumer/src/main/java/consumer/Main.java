package consumer;

import static io.sharray.Functions.exp;
import static io.sharray.Functions.sum;

import io.sharray.NDArray;
import io.sharray.SharrayException;

/** Evaluates one expression and prints its sum, or why not. */
public final class Main {
  private Main() {}

  /**
   * The whole program.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    try (NDArray a = NDArray.of(0.0, 1.0, 2.0)) {
      System.out.printf("sum %.6f%n", sum(exp(a.times(2.0).minus(a))).item());
    } catch (SharrayException e) {
      System.out.println("refused: " + e.getMessage());
      System.exit(3);
    }
  }
}
