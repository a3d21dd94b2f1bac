/** N-dimensional arrays in shared memory, with fused expressions that run on all cores. */
module io.sharray {
  // Its annotations only; the natives are called without its classes.
  requires static org.bytedeco.javacpp;
  // Of the command line only, which the cli jar brings along.
  requires static info.picocli;
  requires static hipparchus.core;
  requires static hipparchus.optim;

  exports io.sharray;
  exports io.sharray.fft;
  exports io.sharray.linalg;
  exports io.sharray.random;

  opens io.sharray.cli to
      info.picocli;
}
