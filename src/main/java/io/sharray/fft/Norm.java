package io.sharray.fft;

/** By what the results of transforms of n elements are multiplied. */
public enum Norm {
  /** The backward transform by 1/n: what is meant unless told otherwise. */
  BACKWARD,
  /** Both by 1/sqrt(n), so that they keep the sum of squares. */
  ORTHO,
  /** The forward transform by 1/n. */
  FORWARD
}
