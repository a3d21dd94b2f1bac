package io.sharray.bench;

import java.util.Locale;

/**
 * The expressions that are compared with peers: those of numexpr's own benchmark and ours. Peers
 * know them by {@link #id}; the operands are those of {@link Data}.
 */
enum Row {
  ADD("a+b"),
  LINEAR("2*a+3*b-c"),
  SQUARED_DIFFERENCE("(a-b)**2"),
  EXP("exp(c)"),
  LOG_EXP("log(exp(c)+1)/b"),
  ARCTAN_GREATER("0.1*a > arctan2(b,c)"),
  HYPOT_GREATER("sqrt(a**2+b**2) > 1"),
  SIN_GREATER("sin(a) > cos(b)"),
  POWER("a**c"),
  SIN_COS("sin(a)**2+cos(a)**2"),
  WHERE("where(a>b,a*c,b)"),
  EXP_LOG("exp(log(1.5*a)-b)"),
  DOT("sum(a*b)"),
  HORNER("c*(c*(c*(c*(c*(c*(c*(c*(c*(c*.1+.2)+.3)+.4)+.5)+.6)+.7)+.8)+.9)+1.0)+1.1"),
  HEADLINE("exp(gammaln(1.5*a)-b)"),
  SUM("sum(a)"),
  MEAN("mean(a)"),
  VAR("var(a)"),
  ERF("erf(c)"),
  NDTRI("ndtri(c)"),
  DIGAMMA("digamma(a)");

  final String formula;

  Row(String formula) {
    this.formula = formula;
  }

  /** Its name in the processes of peers. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String title() {
    return this == HORNER ? "`c*(c*(...)+...)`, degree 10" : "`" + formula + "`";
  }

  boolean isReduction() {
    return this == DOT || this == SUM || this == MEAN || this == VAR;
  }
}
