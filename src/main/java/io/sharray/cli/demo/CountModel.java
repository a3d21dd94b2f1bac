package io.sharray.cli.demo;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.Formula;
import io.sharray.NDArray;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Regression of counts y on columns x with a log link, mu = exp(x beta): Poisson, or negative
 * binomial (NB2) with variance mu + alpha mu^2. Log-likelihood, gradient and Hessian are fused
 * reductions over shared arrays. Parameters are beta and, for NB2, t = log(alpha), which is
 * unbounded. For one thread; closes its own arrays, not x and y.
 *
 * <p>Formulas: A. C. Cameron and P. K. Trivedi, Regression Analysis of Count Data, 2nd ed., 2013,
 * section 3.3, with the chain rule for t.
 */
final class CountModel implements AutoCloseable {
  private static final Formula LINEAR = Formula.parse("sum(x * beta, axis=0)");
  private static final Formula MEAN = Formula.parse("exp(eta)");
  private static final Formula WEIGHTED = Formula.parse("sum(x * w, axis=1)");
  private static final Formula CROSSED = Formula.parse("sum(rows * columns * w, axis=2)");

  private static final Family POISSON =
      new Family("sum(y * eta - mu - gammaln(y + 1))", "y - mu", "-mu", null, null, null);

  /** With a = alpha, r = 1 / alpha, and gammaln, digamma and trigamma of r. */
  private static final Family NB2 =
      new Family(
          "sum(gammaln(y + r) - gammalnR - gammaln(y + 1) + y * (eta + t) - (y + r) * log(1 + a * mu))",
          "(y - mu) / (1 + a * mu)",
          "-mu * (1 + a * y) / (1 + a * mu)**2",
          "sum(r * (log(1 + a * mu) - digamma(y + r) + digammaR) + (y - mu) / (1 + a * mu))",
          "-a * mu * (y - mu) / (1 + a * mu)**2",
          "sum(r * (digamma(y + r) - digammaR - log(1 + a * mu)) + mu / (1 + a * mu)"
              + " + r**2 * (trigamma(y + r) - trigammaR) - (y - mu) * a * mu / (1 + a * mu)**2)");

  /**
   * The terms of a family.
   *
   * @param value log-likelihood
   * @param slope derivative of each term by eta
   * @param curvature second derivative of each term by eta
   * @param valueT derivative of the log-likelihood by t
   * @param slopeT derivative of each term by eta and t
   * @param curvatureT second derivative of the log-likelihood by t
   */
  private record Family(
      Formula value,
      Formula slope,
      Formula curvature,
      Formula valueT,
      Formula slopeT,
      Formula curvatureT) {
    Family(
        String value,
        String slope,
        String curvature,
        String valueT,
        String slopeT,
        String curvatureT) {
      this(
          parse(value),
          parse(slope),
          parse(curvature),
          parse(valueT),
          parse(slopeT),
          parse(curvatureT));
    }

    private static Formula parse(String text) {
      return text == null ? null : Formula.parse(text);
    }
  }

  private final Family family;
  private final int columns;
  private final NDArray x;
  private final NDArray rowView;
  private final NDArray columnView;
  private final NDArray eta;
  private final NDArray mu;
  private final NDArray beta;
  private final NDArray gradient;
  private final NDArray hessian;
  private final Map<String, Object> values = new HashMap<>();

  private CountModel(Family family, NDArray x, NDArray y) {
    this.family = family;
    this.columns = Math.toIntExact(x.shape()[0]);
    long n = x.shape()[1];
    this.x = x;
    this.rowView = x.reshape(columns, 1, n);
    this.columnView = x.reshape(1, columns, n);
    this.eta = NDArray.empty(DType.FLOAT64, n);
    this.mu = NDArray.empty(DType.FLOAT64, n);
    this.beta = NDArray.empty(DType.FLOAT64, columns, 1);
    this.gradient = NDArray.empty(DType.FLOAT64, columns);
    this.hessian = NDArray.empty(DType.FLOAT64, columns, columns);
    values.put("y", y);
    values.put("eta", eta);
    values.put("mu", mu);
  }

  /**
   * A Poisson model.
   *
   * @param x regressors, shape (columns, observations)
   * @param y counts, shape (observations)
   * @return the model
   */
  static CountModel poisson(NDArray x, NDArray y) {
    return new CountModel(POISSON, x, y);
  }

  /**
   * A negative binomial model.
   *
   * @param x regressors, shape (columns, observations)
   * @param y counts, shape (observations)
   * @return the model
   */
  static CountModel negativeBinomial(NDArray x, NDArray y) {
    return new CountModel(NB2, x, y);
  }

  /** Whether the last parameter is t. */
  boolean hasAlpha() {
    return family.valueT != null;
  }

  /** The number of parameters. */
  int parameters() {
    return columns + (hasAlpha() ? 1 : 0);
  }

  /** The log-likelihood at some parameters. */
  double value(double[] parameters) {
    at(parameters);
    return family.value.item(values);
  }

  /** Its derivatives. */
  double[] gradient(double[] parameters) {
    at(parameters);
    double[] all = Arrays.copyOf(weighted(family.slope), parameters());
    if (hasAlpha()) {
      all[columns] = family.valueT.item(values);
    }
    return all;
  }

  /** Its second derivatives. */
  double[][] hessian(double[] parameters) {
    at(parameters);
    Expr weights = family.curvature.bind(values);
    CROSSED.into(hessian, Map.of("rows", rowView, "columns", columnView, "w", weights));
    double[] block = hessian.toDoubleArray();
    double[][] all = new double[parameters()][parameters()];
    for (int i = 0; i < columns; i++) {
      System.arraycopy(block, i * columns, all[i], 0, columns);
    }
    if (hasAlpha()) {
      double[] mixed = weighted(family.slopeT);
      for (int i = 0; i < columns; i++) {
        all[i][columns] = mixed[i];
        all[columns][i] = mixed[i];
      }
      all[columns][columns] = family.curvatureT.item(values);
    }
    return all;
  }

  /** x w, where w is a recipe that goes into the reduction whole. */
  private double[] weighted(Formula w) {
    Expr weights = w.bind(values);
    return WEIGHTED.into(gradient, Map.of("x", x, "w", weights)).toDoubleArray();
  }

  private void at(double[] parameters) {
    for (int i = 0; i < columns; i++) {
      beta.setDouble(parameters[i], i, 0);
    }
    LINEAR.into(eta, Map.of("x", x, "beta", beta));
    MEAN.into(mu, values);
    if (hasAlpha()) {
      double t = parameters[columns];
      double r = Math.exp(-t);
      values.put("t", t);
      values.put("a", Math.exp(t));
      values.put("r", r);
      for (String function : new String[] {"gammaln", "digamma", "trigamma"}) {
        values.put(function + "R", Formula.parse(function + "(r)").item(Map.of("r", r)));
      }
    }
  }

  @Override
  public void close() {
    for (NDArray array : new NDArray[] {rowView, columnView, eta, mu, beta, gradient, hessian}) {
      array.close();
    }
  }
}
