package io.sharray.cli.demo;

import io.sharray.NDArray;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.optim.InitialGuess;
import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.PointValuePair;
import org.hipparchus.optim.SimpleValueChecker;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunction;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunctionGradient;
import org.hipparchus.optim.nonlinear.scalar.gradient.NonLinearConjugateGradientOptimizer;

/**
 * Fits regressions of the number of visits to a doctor in the RAND health insurance experiment by
 * maximum likelihood: Poisson, constant-only NB2 and full NB2.
 */
public final class Fit {
  private static final String DATA = "/io/sharray/cli/randhie.csv";
  private static final int MOST_EVALUATIONS = 10_000;
  private static final int NEWTON_STEPS = 20;
  private static final double STEP_TOLERANCE = 1e-13;

  private Fit() {}

  /**
   * A maximum.
   *
   * @param logLikelihood there
   * @param parameters beta, and alpha for NB2
   * @param errors standard errors, from the inverse of the observed information
   */
  record Maximum(double logLikelihood, double[] parameters, double[] errors) {}

  /**
   * The maxima of the three models.
   *
   * @param names of the regressors, the constant first
   * @param poisson full Poisson model
   * @param constant NB2 without regressors
   * @param full NB2 with all regressors
   */
  record Result(List<String> names, Maximum poisson, Maximum constant, Maximum full) {}

  /**
   * Fits the models and prints them.
   *
   * @param out where the table goes
   */
  public static void run(PrintWriter out) {
    out.println("Negative binomial (NB2) regression of mdvis, RAND health insurance experiment");
    long start = System.nanoTime();
    Result result = fit();
    double seconds = (System.nanoTime() - start) * 1e-9;
    line(out, "log-likelihood, Poisson", result.poisson);
    line(out, "log-likelihood, NB2, constant only", result.constant);
    line(out, "log-likelihood, NB2", result.full);
    out.printf("  %-10s %20s %20s%n", "", "coefficient", "standard error");
    for (int i = 0; i < result.full.parameters.length; i++) {
      String name = i < result.names.size() ? result.names.get(i) : "alpha";
      out.printf(
          Locale.ROOT,
          "  %-10s %20.12g %20.12g%n",
          name,
          result.full.parameters[i],
          result.full.errors[i]);
    }
    out.printf(Locale.ROOT, "  three models in %.2f s, reading the data included%n", seconds);
  }

  private static void line(PrintWriter out, String what, Maximum maximum) {
    out.printf(Locale.ROOT, "  %-36s %.12g%n", what, maximum.logLikelihood);
  }

  /**
   * Fits the models.
   *
   * @return the maxima
   */
  static Result fit() {
    List<String> lines = read();
    List<String> names = new ArrayList<>(List.of(lines.get(0).split(",")));
    names.set(0, "constant");
    int n = lines.size() - 1;
    double[] counts = new double[n];
    // A row for each regressor, so that reductions over observations are contiguous.
    double[][] columns = new double[names.size()][n];
    for (int i = 0; i < n; i++) {
      String[] fields = lines.get(i + 1).split(",");
      counts[i] = Double.parseDouble(fields[0]);
      columns[0][i] = 1;
      for (int j = 1; j < columns.length; j++) {
        columns[j][i] = Double.parseDouble(fields[j]);
      }
    }
    double[] start = new double[columns.length];
    start[0] = Math.log(Arrays.stream(counts).average().orElseThrow());
    try (NDArray y = NDArray.of(counts);
        NDArray x = NDArray.of(columns);
        NDArray one = x.slice("0:1");
        CountModel poisson = CountModel.poisson(x, y);
        CountModel constant = CountModel.negativeBinomial(one, y);
        CountModel full = CountModel.negativeBinomial(x, y)) {
      Maximum first = maximise(poisson, start);
      Maximum second = maximise(constant, new double[] {start[0], 0});
      double[] from = Arrays.copyOf(first.parameters, full.parameters());
      from[from.length - 1] = Math.log(second.parameters[1]);
      return new Result(names, first, second, maximise(full, from));
    }
  }

  /** Conjugate gradients, preconditioned by the Hessian, then Newton steps until they vanish. */
  private static Maximum maximise(CountModel model, double[] start) {
    PointValuePair near =
        new NonLinearConjugateGradientOptimizer(
                NonLinearConjugateGradientOptimizer.Formula.POLAK_RIBIERE,
                new SimpleValueChecker(1e-12, -1),
                1e-8,
                1e-8,
                0.5,
                (point, residual) -> solve(model, point, residual))
            .optimize(
                new MaxEval(MOST_EVALUATIONS),
                GoalType.MAXIMIZE,
                new InitialGuess(start),
                new ObjectiveFunction(model::value),
                new ObjectiveFunctionGradient(model::gradient));
    double[] point = near.getPoint().clone();
    for (int i = 0; i < NEWTON_STEPS; i++) {
      double[] step = solve(model, point, model.gradient(point));
      double largest = 0;
      for (int j = 0; j < step.length; j++) {
        point[j] += step[j];
        largest = Math.max(largest, Math.abs(step[j]) / (1 + Math.abs(point[j])));
      }
      if (largest < STEP_TOLERANCE) {
        return summary(model, point);
      }
    }
    throw new IllegalStateException("Newton's method did not converge");
  }

  private static double[] solve(CountModel model, double[] point, double[] right) {
    return information(model, point).solve(new ArrayRealVector(right)).toArray();
  }

  /**
   * The observed information, the negative of the Hessian, which is positive definite near a
   * maximum.
   */
  private static DecompositionSolver information(CountModel model, double[] point) {
    RealMatrix negative = new Array2DRowRealMatrix(model.hessian(point), false).scalarMultiply(-1);
    RealMatrix symmetric = negative.add(negative.transpose()).scalarMultiply(0.5);
    return new CholeskyDecomposition(symmetric).getSolver();
  }

  private static Maximum summary(CountModel model, double[] point) {
    RealMatrix covariance = information(model, point).getInverse();
    double[] parameters = point.clone();
    double[] errors = new double[point.length];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = Math.sqrt(covariance.getEntry(i, i));
    }
    if (model.hasAlpha()) {
      // At a maximum the information transforms with the derivative alone.
      int last = errors.length - 1;
      parameters[last] = Math.exp(point[last]);
      errors[last] *= parameters[last];
    }
    return new Maximum(model.value(point), parameters, errors);
  }

  private static List<String> read() {
    try (InputStream in = Fit.class.getResourceAsStream(DATA);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
