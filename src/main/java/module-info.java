/** N-dimensional arrays in shared memory, with fused expressions that run on all cores. */
module io.sharray {
  // Its annotations only; the natives are called without its classes.
  requires static org.bytedeco.javacpp;

  exports io.sharray;
}
